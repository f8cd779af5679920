#include "lamina/text/corpus.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/stop_signal.h"
#include "lamina/text/utf8.h"

namespace lamina {

namespace {

/// Like first_invalid_utf8, but throws Stopped if a stop is requested, for which it checks between
/// parts. Parts end at character boundaries.
std::size_t first_invalid_or_stop(std::string_view text) {
  constexpr std::size_t kPartBytes = 64 << 20;
  for (std::size_t begin = 0; begin < text.size();) {
    throw_if_stopped("while reading text; no token file was written");
    const std::size_t end = next_character_start(text, std::min(text.size(), begin + kPartBytes));
    const std::size_t bad = begin + first_invalid_utf8(text.substr(begin, end - begin));
    if (bad < end) return bad;
    begin = end;
  }
  return text.size();
}

}  // namespace

std::vector<TextPiece> whole_files(std::span<const CorpusFile> files) {
  std::vector<TextPiece> pieces;
  for (const CorpusFile& file : files) pieces.push_back({file.path, file.name, 0, file.bytes});
  return pieces;
}

std::string_view piece_bytes(const MappedFile& file, const TextPiece& piece) {
  const auto bytes = file.bytes();
  if (static_cast<std::int64_t>(bytes.size()) < piece.end) {
    throw Error(fmt::format("{}: truncated while in use: got {} bytes; expected at least {}",
                            piece.path.string(), bytes.size(), piece.end));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto begin = static_cast<std::size_t>(piece.begin);
  return text.substr(begin, static_cast<std::size_t>(piece.end) - begin);
}

PieceText::PieceText(const TextPiece& piece) : file_(piece.path), text_(piece_bytes(file_, piece)) {
  const std::size_t bad = first_invalid_or_stop(text_);
  if (bad == text_.size()) return;
  const char* start = text_.data() - piece.begin;  // line numbers count from the start of the file
  throw Error(fmt::format("{}:{}: not UTF-8: byte 0x{:02X} at offset {}", piece.path.string(),
                          1 + std::count(start, text_.data() + bad, '\n'),
                          static_cast<unsigned char>(text_[bad]),
                          static_cast<std::size_t>(piece.begin) + bad));
}

}  // namespace lamina
