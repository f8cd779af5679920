#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// What to do with a document that is not text (empty, not JSON, not UTF-8, ...): throw an Error,
/// or skip and count it.
enum class BadDocument { kFail, kSkip };

template <>
struct EnumNames<BadDocument> {
  static constexpr std::array names{"fail", "skip"};
};

/// One entry of data.train; an entry without weight is written as a plain path.
struct TrainingEntry {
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
            {.help = "share of the samples, relative to the other weights; without weights, all "
                     "paths are read as one source",
             .min = 0,
             .max = 1e9,
             .above_min = true});
  }
};

/// Section `data` of a configuration: training and validation text.
struct DataSettings {
  std::string tokenizer = "bytes";
  std::vector<TrainingEntry> train;
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
            {.help = "\"bytes\", \"bpe-N\" (N tokens, trained on train), a tokenizer.json, a "
                     "SentencePiece .model, or a folder that contains one of these files"});
    v.sections("train", train, "training text; each entry is a path or {path: ..., weight: ...}");
    v.field("validation", validation,
            {.help = "paths as in train; if empty, a part of train is held out"});
    v.field("pattern", pattern,
            {.help = "shell pattern of the file names read from a folder; empty: all files of text "
                     "(.txt) and rows (.jsonl, .ndjson, .jsonlines, .json, .csv, .tsv, .parquet, "
                     ".arrow; .gz, .zst)"});
    v.field("text_column", text_column, {.help = "column of a row that contains the document"});
    v.field("on_bad_document", on_bad_document,
            {.help = "a row that is not text: fail, or skip and count it"});
    v.field("validation_fraction", validation_fraction,
            {.help = "fraction held out: of the files, of the bytes of a single file, of the rows",
             .min = 0,
             .max = 0.5,
             .above_min = true,
             .used = validation.empty(),
             .used_when = "data.validation is empty"});
    v.field("sequence_length", sequence_length,
            {.help = "predicted tokens per training sample", .min = 1, .unit = "tokens"});
    v.field("cache", cache, {.help = "folder of cached token files"});
  }
};

}  // namespace lamina
