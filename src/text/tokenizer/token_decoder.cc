#include "token_decoder.h"

#include <spdlog/fmt/fmt.h>

namespace lamina {

TokenDecoder::TokenDecoder(const FileJson& json, const std::string& where) {
  if (!json.is_null()) read(json, where);
}

void TokenDecoder::read(const FileJson& json, const std::string& where) {
  const TokenizerFields fields(json, where);
  const std::string type = fields.type();
  if (type == "Sequence") {
    for (const FileJson& part : fields.raw("decoders")) read(part, fields.path("decoders"));
  } else if (type == "Replace" && space_.empty()) {
    space_ = fields.object("pattern").text("String");
    space_text_ = fields.text("content");
  } else if (type == "Metaspace") {
    space_ = fields.text("replacement");
    space_text_.assign(1, ' ');
    const bool old_prefix = fields.flag("add_prefix_space", true);
    if (fields.text("prepend_scheme", old_prefix ? "always" : "never") != "never")
      prefix_.assign(1, ' ');
  } else if (type == "Strip") {
    read_strip(fields);
  } else if (type != "ByteFallback" && type != "Fuse" && type != "ByteLevel") {
    fields.fail(
        fmt::format("type {} is not supported here; expected ByteLevel, Metaspace, one "
                    "Replace, ByteFallback, Fuse, Strip or Sequence",
                    type));
  }
}

void TokenDecoder::read_strip(const TokenizerFields& fields) {
  if (fields.raw("start") != 1 || fields.raw("stop") != 0) {
    fields.fail("Strip is supported only with start 1 and stop 0");
  }
  prefix_ = fields.text("content");
}

std::string TokenDecoder::text_of(std::string_view spelling) const {
  if (space_.empty()) return std::string(spelling);
  std::string text;
  for (std::size_t at = 0; at < spelling.size();) {
    const std::size_t space = std::min(spelling.find(space_, at), spelling.size());
    text += spelling.substr(at, space - at);
    if (space < spelling.size()) text += space_text_;
    at = space + space_.size();
  }
  return text;
}

}  // namespace lamina
