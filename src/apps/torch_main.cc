#include "apps/command.h"
#include "apps/inspect.h"
#include "lamina/core/stop_signal.h"
#include "lamina/run/check_run.h"

namespace {

void add_inspect(CLI::App& program, lamina::Action& action) {
  const auto arguments = std::make_shared<lamina::InspectArguments>();
  lamina::add_inspect_command(program, *arguments)->callback([=, &action] {
    action = [=] {
      const lamina::Run run =
          lamina::load_run(arguments->config->config, arguments->config->overrides);
      lamina::with_places(run.written, [&] { lamina::check_trainable(run); });
      return lamina::print_inspection(run, *arguments);
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  lamina::watch_stop_signals();
  const lamina::AddCommand commands[] = {
      add_inspect,          lamina::add_prepare, lamina::add_train,          lamina::add_eval,
      lamina::add_generate, lamina::add_bench,   lamina::add_bench_tokenizer};
  return lamina::run_program(argc, argv, commands);
}
