#include "tokenizer_file.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {
namespace {

FileJson parse(std::string_view json, const std::string& where) {
  constexpr int kMaxDepth = 64;
  const auto shallow = [&](int depth, FileJson::parse_event_t, FileJson&) {
    if (depth > kMaxDepth) throw Error(fmt::format("{}: nested deeper than {}", where, kMaxDepth));
    return true;
  };
  try {
    return FileJson::parse(json, shallow);
  } catch (const FileJson::exception& error) {
    throw Error(fmt::format("{}: not JSON: {}", where, json_reason(error)));
  }
}

TokenId read_id(const FileJson& value, const std::string& where) {
  constexpr TokenId kMaxTokenId = (1 << 24) - 1;  // tables are as long as the largest id
  if (!value.is_number_integer() || value < 0 || value > kMaxTokenId) {
    throw Error(fmt::format("{}: id: got {}; expected an integer from 0 to {}", where,
                            value.dump(-1, ' ', false, FileJson::error_handler_t::replace),
                            kMaxTokenId));
  }
  return value.get<TokenId>();
}

/// "left right", or ["left", "right"].
std::pair<std::string, std::string> read_merge(const FileJson& value, const std::string& where) {
  if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
    return {value[0].get<std::string>(), value[1].get<std::string>()};
  }
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const std::size_t space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
    throw Error(
        where +
        ".merges: a merge must be two tokens separated by a space, or a list of two tokens");
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

void refuse_unsupported(const TokenizerFields& model) {
  if (model.text("type", "BPE") != "BPE") {
    model.fail(fmt::format("type {} is not supported; expected BPE", model.type()));
  }
  const FileJson& dropout = model.raw("dropout");
  if (!dropout.is_null() && dropout != 0) model.fail("dropout is not supported");
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!model.text(key, "").empty()) model.fail(fmt::format("{} is not supported", key));
  }
}

BpeFile read_model(const TokenizerFields& model) {
  refuse_unsupported(model);
  BpeFile file;
  file.byte_fallback = model.flag("byte_fallback", false);
  file.ignore_merges = model.flag("ignore_merges", false);
  file.fuse_unknown = model.flag("fuse_unk", false);
  file.unknown = model.text("unk_token", "");
  const FileJson& vocabulary = model.raw("vocab");
  if (!vocabulary.is_object() || vocabulary.empty()) model.fail("\"vocab\" must map tokens to ids");
  for (const auto& [token, id] : vocabulary.items()) {
    file.vocabulary.emplace_back(token, read_id(id, model.path("vocab")));
  }
  for (const FileJson& merge : model.raw("merges")) {
    file.merges.push_back(read_merge(merge, model.where()));
  }
  return file;
}

AddedTokenEntry read_added_token(const FileJson& json, const std::string& where) {
  const TokenizerFields fields(json, where);
  AddedTokenEntry entry;
  entry.token.id = read_id(fields.raw("id"), where);
  entry.token.content = fields.text("content");
  entry.token.single_word = fields.flag("single_word", false);
  entry.token.lstrip = fields.flag("lstrip", false);
  entry.token.rstrip = fields.flag("rstrip", false);
  entry.special = fields.flag("special", false);
  entry.normalized = fields.flag("normalized", !entry.special);
  return entry;
}

/// Hugging Face gives an added token the id that it has in the vocabulary, or else the next free
/// id, and ignores the id in the file. A file that disagrees is an error here.
void check_added_ids(const TokenizerFile& file, const std::string& where) {
  std::unordered_map<std::string_view, TokenId> vocabulary(file.model.vocabulary.begin(),
                                                           file.model.vocabulary.end());
  auto next = static_cast<TokenId>(file.model.vocabulary.size());
  for (const AddedTokenEntry& entry : file.added_tokens) {
    const TokenId id = vocabulary.try_emplace(entry.token.content, next).first->second;
    if (id != entry.token.id) {
      throw Error(fmt::format("{}: \"{}\" has id {}; expected {}", where, entry.token.content,
                              entry.token.id, id));
    }
    next = std::max(next, id + 1);
  }
}

}  // namespace

TokenizerFile read_tokenizer_file(std::string_view json, const std::string& where) {
  TokenizerFile file;
  file.parts = parse(json, where);
  const TokenizerFields fields(file.parts, where + ": ");
  file.model = read_model(TokenizerFields(fields.raw("model"), where + ": model"));
  for (const FileJson& entry : fields.raw("added_tokens")) {
    file.added_tokens.push_back(read_added_token(entry, where + ": added_tokens"));
  }
  check_added_ids(file, where + ": added_tokens");
  file.parts.erase("model");
  return file;
}

}  // namespace lamina
