#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

namespace lamina {

/// The interpreter that imports the libraries that tests compare with: LAMINA_PYTHON, or else what
/// `launch/setup --peers` made, or else python3. Tests skip, saying so, where it lacks a library.
inline std::string peer_python() {
  if (const char* set = std::getenv("LAMINA_PYTHON")) return set;
  const std::filesystem::path made = LAMINA_SOURCE_DIR "/.deps/peers/bin/python";
  return std::filesystem::exists(made) ? made.string() : "python3";
}

}  // namespace lamina
