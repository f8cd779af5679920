#pragma once
#include <string>

#include "lamina/core/error.h"

namespace lamina {

/// The message of the UsageError that the call throws; "no error" when it throws none.
template <class Call>
std::string error_line(Call&& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace lamina
