#pragma once
#include <string>

#include "lamina/core/error.h"

namespace lamina {

/// The message of the Error that `action` throws; "" when it throws none.
template <class Action>
std::string error_text(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace lamina
