#pragma once
#include <string>

namespace lamina {

/// What the program was built from: the git commit, with "+dirty" where files were changed since
/// ("132040c1b2a3+dirty"), or outside a git checkout the project's version. The build keeps it up
/// to date, in the one file that defines it.
std::string code_version();

/// For --version: "0.1.0 (132040c1b2a3+dirty)", or outside a checkout "0.1.0".
std::string program_version();

}  // namespace lamina
