#include "apps/command.h"

int main(int argc, char** argv) {
  const lamina::AddCommand commands[] = {lamina::add_prepare, lamina::add_train,
                                         lamina::add_eval,    lamina::add_generate,
                                         lamina::add_bench,   lamina::add_bench_tokenizer};
  return lamina::run_program(argc, argv, commands);
}
