#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// What becomes of a document that is no text: one that is empty, not JSON, not UTF-8, ...
enum class BadDocument { kFail, kSkip };

template <>
struct EnumNames<BadDocument> {
  static constexpr std::array names{"fail", "skip"};
};

/// One place of what is trained on; written as a path alone where it has no weight.
struct TrainingPart {
  static constexpr const char* kScalarKey = "path";

  std::filesystem::path path;
  std::optional<double> weight;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("path", path,
            {.help = "text, JSON lines, CSV (.gz, .zst), Parquet, Arrow; a folder, a shell pattern "
                     "(**: any depth), or the prefix of a token file (PREFIX.bin, .idx)",
             .required = true});
    v.field("weight", weight,
            {.help = "share of the samples, relative to the other weights; without weights all "
                     "places are read as one",
             .min = 0,
             .max = 1e9,
             .above_min = true});
  }
};

/// Section `data` of a configuration: what is trained on.
struct DataSettings {
  std::string tokenizer = "bytes";
  std::vector<TrainingPart> train;
  std::vector<std::filesystem::path> validation;
  std::string pattern;
  std::string text_column = "text";
  BadDocument on_bad_document = BadDocument::kFail;
  double validation_fraction = 0.01;
  std::int64_t sequence_length = 1024;
  std::filesystem::path cache = "cache/tokens";

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tokenizer", tokenizer,
            {.help = "\"bytes\", \"bpe-N\" (N tokens, learnt from train), a tokenizer.json, a "
                     "SentencePiece .model, or a folder with one"});
    v.sections("train", train, "places, each a path or {path: ..., weight: ...}");
    v.field("validation", validation,
            {.help = "paths as in train; without it, a part of train is held out"});
    v.field("pattern", pattern,
            {.help = "names of the files taken from a folder, as in a shell; empty: all of text "
                     "(.txt) and of rows (.jsonl, .ndjson, .jsonlines, .json, .csv, .tsv, "
                     ".parquet, .arrow; .gz, .zst)"});
    v.field("text_column", text_column, {.help = "column of rows that holds the document"});
    v.field("on_bad_document", on_bad_document,
            {.help = "a row that is no text: an error, or left out and counted"});
    v.field("validation_fraction", validation_fraction,
            {.help = "part of the files held out (of a lone file: of its bytes; of rows: of them)",
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
