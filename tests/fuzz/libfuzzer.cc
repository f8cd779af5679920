// One target as a libFuzzer program (preset `fuzz`): LAMINA_FUZZED is its name. With --seeds FOLDER
// it writes the target's valid inputs to the folder instead, as an initial corpus.
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include "fuzz/targets.h"

namespace {

const lamina::FuzzTarget& target() {
  for (const lamina::FuzzTarget& known : lamina::kFuzzTargets) {
    if (std::string_view(known.name) == LAMINA_FUZZED) return known;
  }
  throw std::logic_error(LAMINA_FUZZED);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc != 3 || std::string_view((*argv)[1]) != "--seeds") return 0;
  int number = 0;
  for (const std::string& seed : target().seeds()) {
    std::ofstream((*argv)[2] + std::string("/seed-") + std::to_string(number++)) << seed;
  }
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target().run({static_cast<const char*>(static_cast<const void*>(data)), size});
  return 0;
}
