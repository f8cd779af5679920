#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "temporary_folder.h"

namespace lamina {

struct ProgramResult {
  int status;
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// The built program as a user runs it, in a folder of the test's own.
class Program {
 public:
  explicit Program(const std::filesystem::path& folder) : folder_(folder) {}

  /// Runs `lamina WORDS`, each word without blanks, to its end.
  ProgramResult run(const std::string& words) const {
    Child child = start(words);
    const int status = child.wait();
    return {status, read_file(folder_ / "stdout"), read_file(folder_ / "stderr")};
  }

  Child start(const std::string& words) const {
    const std::string line =
        "cd " + folder_.string() + " && exec " LAMINA_PROGRAM " " + words + " >stdout 2>stderr";
    ChildOptions options;
    options.arguments = {"/bin/sh", "-c", line};
    options.environment = environment_;
    return Child(options);
  }

  /// Adds "NAME=value" to the environment of what is started from now on.
  void set(const std::string& variable) { environment_.push_back(variable); }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> environment_{"OMP_NUM_THREADS=1"};
};

}  // namespace lamina
