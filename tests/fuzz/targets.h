#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

// Each target reads untrusted bytes: it must accept them or throw Error, and aborts if an invariant
// does not hold.
#define LAMINA_FUZZ_TARGET(name)            \
  void fuzz_##name(std::string_view input); \
  std::vector<std::string> seeds_##name();

LAMINA_FUZZ_TARGET(json_lines)
LAMINA_FUZZ_TARGET(csv)
LAMINA_FUZZ_TARGET(parquet)
LAMINA_FUZZ_TARGET(arrow_stream)
LAMINA_FUZZ_TARGET(safetensors)
LAMINA_FUZZ_TARGET(config_json)
LAMINA_FUZZ_TARGET(tokenizer)
LAMINA_FUZZ_TARGET(tokenizer_json)
#undef LAMINA_FUZZ_TARGET

struct FuzzTarget {
  const char* name;
  void (*run)(std::string_view input);
  std::vector<std::string> (*seeds)();  ///< valid inputs, from which mutants are made
};

inline constexpr std::array kFuzzTargets{
    FuzzTarget{"json_lines", fuzz_json_lines, seeds_json_lines},
    FuzzTarget{"csv", fuzz_csv, seeds_csv},
    FuzzTarget{"parquet", fuzz_parquet, seeds_parquet},
    FuzzTarget{"arrow_stream", fuzz_arrow_stream, seeds_arrow_stream},
    FuzzTarget{"safetensors", fuzz_safetensors, seeds_safetensors},
    FuzzTarget{"config_json", fuzz_config_json, seeds_config_json},
    FuzzTarget{"tokenizer", fuzz_tokenizer, seeds_tokenizer},
    FuzzTarget{"tokenizer_json", fuzz_tokenizer_json, seeds_tokenizer_json}};

}  // namespace lamina
