#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// Section `data` of a configuration: what is trained on.
struct DataSettings {
  std::string tokenizer = "bytes";
  std::vector<std::filesystem::path> train;
  std::vector<std::filesystem::path> validation;
  std::string pattern = "*.txt";
  double validation_fraction = 0.01;
  std::int64_t sequence_length = 1024;
  std::filesystem::path cache = "cache/tokens";

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tokenizer", tokenizer, {.help = "\"bytes\": one token a byte"});
    v.field("train", train,
            {.help = "text files, folders of them, or prefixes of token files (PREFIX.bin, .idx)"});
    v.field("validation", validation,
            {.help = "as train; without it, a part of train is held out"});
    v.field("pattern", pattern, {.help = "names of the text files in a folder, as in a shell"});
    v.field("validation_fraction", validation_fraction,
            {.help = "part of the files held out (of a lone file: of its bytes)",
             .min = 0,
             .max = 0.5,
             .above_min = true,
             .used = validation.empty(),
             .used_when = "data.validation is empty"});
    v.field("sequence_length", sequence_length,
            {.help = "predicted tokens in one training sample", .min = 1, .unit = "tokens"});
    v.field("cache", cache, {.help = "folder that keeps the token files made of text"});
  }
};

}  // namespace lamina
