#pragma once
#include <string>

namespace lamina {

/// What the program was built from: the git commit, with "+dirty" if tracked files were changed
/// since ("132040c1b2a3+dirty"); outside a git checkout, the project's version. The build updates
/// it when the commit changes and then recompiles only the file that defines it.
std::string code_version();

/// The text of --version: "0.1.0 (132040c1b2a3+dirty)"; outside a git checkout, "0.1.0".
std::string program_version();

}  // namespace lamina
