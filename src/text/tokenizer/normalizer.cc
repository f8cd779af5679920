#include "normalizer.h"

#include <spdlog/fmt/fmt.h>
#include <utf8proc.h>

#include <array>
#include <optional>

#include "lamina/core/error.h"
#include "unicode/code_points.h"

namespace lamina {
namespace {

bool rewrite(NormalForm form, std::string_view text, PiecePosition, RewrittenText& out) {
  return normalise(text, form, out);
}

bool rewrite(const Lowercase&, std::string_view text, PiecePosition, RewrittenText& out) {
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = character_at(text, at);
    const char32_t code_point = code_point_of(character);
    std::string lower;
    append_utf8(lower,
                static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point))));
    if (code_point == 0x130) lower = "i\u0307";  // the only character whose full mapping is longer
    const bool same = lower == character;
    same ? out.keep(character) : out.change(character, lower);
    changed = changed || !same;
    at += character.size();
  }
  return changed;
}

bool rewrite(const Replacement& step, std::string_view text, PiecePosition, RewrittenText& out) {
  std::size_t done = 0;
  std::optional<TextSpan> match;
  const auto found = [&] {
    return std::visit([&](const auto& pattern) { return find_next(pattern, text, match); },
                      step.pattern);
  };
  if (text.empty() || !found()) return false;
  do {
    out.keep(text.substr(done, match->begin - done));
    out.change(slice(text, *match), step.content);
    done = match->end;
  } while (found());
  out.keep(text.substr(done));
  return true;
}

bool rewrite(const Prefix& step, std::string_view text, PiecePosition position,
             RewrittenText& out) {
  if (text.empty() || position == PiecePosition::kAfterCut) return false;
  if (step.document_start_only && position != PiecePosition::kDocumentStart) return false;
  if (step.if_absent && text.starts_with(step.text)) return false;
  out.change("", step.text);
  out.keep(text);
  return true;
}

bool rewrite(const Stripping& step, std::string_view text, PiecePosition, RewrittenText& out) {
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (step.left && begin < end && is_white_space(code_point_of(character_at(text, begin)))) {
    begin += utf8_bytes(text[begin]);
  }
  while (step.right && end > begin) {
    const std::string_view last = character_before(text, end);
    if (!is_white_space(code_point_of(last))) break;
    end -= last.size();
  }
  if (end - begin == text.size()) return false;
  out.change(text.substr(0, begin), "");
  out.keep(text.substr(begin, end - begin));
  out.change(text.substr(end), "");
  return true;
}

Replacement read_replacement(const TokenizerFields& fields) {
  Replacement step{read_pattern(fields), fields.text("content")};
  const auto* text = std::get_if<std::string>(&step.pattern);
  if (text && text->empty()) fields.fail("\"pattern\" must not be empty");
  return step;
}

RewritingStep read_step(const TokenizerFields& fields) {
  static constexpr std::array<std::pair<std::string_view, NormalForm>, 4> kForms{
      {{"NFC", NormalForm::kNfc},
       {"NFD", NormalForm::kNfd},
       {"NFKC", NormalForm::kNfkc},
       {"NFKD", NormalForm::kNfkd}}};
  const std::string type = fields.type();
  for (const auto& [name, form] : kForms) {
    if (type == name) return form;
  }
  if (type == "Lowercase") return Lowercase{};
  if (type == "Replace") return read_replacement(fields);
  if (type == "Prepend") return Prefix{fields.text("prepend")};
  if (type == "Strip")
    return Stripping{fields.flag("strip_left", true), fields.flag("strip_right", true)};
  fields.fail(
      fmt::format("type {} is not supported; expected NFC, NFD, NFKC, NFKD, Lowercase, "
                  "Replace, Prepend, Strip or Sequence",
                  type));
}

}  // namespace

void NormalText::apply(const std::vector<RewritingStep>& steps, PiecePosition position) {
  for (const RewritingStep& step : steps) {
    RewrittenText out;
    if (std::visit([&](const auto& kind) { return rewrite(kind, text(), position, out); }, step)) {
      rewritten_.push_back(std::move(out));
    }
  }
}

std::size_t NormalText::original(std::size_t offset) const {
  for (auto step = rewritten_.rbegin(); step != rewritten_.rend(); ++step) {
    offset = step->before(offset);
  }
  return offset;
}

void read_normalizer(const FileJson& json, const std::string& where,
                     std::vector<RewritingStep>& steps) {
  if (json.is_null()) return;
  const TokenizerFields fields(json, where);
  if (fields.type() != "Sequence") return steps.push_back(read_step(fields));
  for (const FileJson& part : fields.raw("normalizers")) {
    read_normalizer(part, fields.path("normalizers"), steps);
  }
}

TextPattern read_pattern(const TokenizerFields& fields) {
  const TokenizerFields pattern = fields.object("pattern");
  if (!pattern.raw("String").is_null()) return pattern.text("String");
  try {
    return UnicodePattern(pattern.text("Regex"));
  } catch (const Error& error) {
    fields.fail(error.what());
  }
}

}  // namespace lamina
