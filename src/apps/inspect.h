#pragma once
#include <memory>

#include "apps/command.h"
#include "lamina/run/run_settings.h"

namespace lamina {

struct InspectArguments {
  std::shared_ptr<ConfigArguments> config;
  double tflops = 400;
};

/// Both programs have the command: `lamina` answers where no data are named, and becomes
/// `lamina-torch`, whose loading takes longer than the answer, to check data and tasks.
CLI::App* add_inspect_command(CLI::App& program, InspectArguments& arguments);

/// Resolves the precision and prints.
int print_inspection(Run run, const InspectArguments& arguments);

}  // namespace lamina
