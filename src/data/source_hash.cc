#include <spdlog/fmt/fmt.h>

#include <fstream>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/core/stop_signal.h"
#include "lamina/data/prepare.h"
#include "lamina/text/rows.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

/// Incremented when the same text and tokenizer give other tokens, so that older cached files are
/// not used.
constexpr int kEncodingVersion = 1;

/// Reads the file instead of mapping it: it may be much larger than memory.
std::string hash_stream(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(fmt::format("{}: cannot open", path.string()));
  std::string buffer(kReadBytes, '\0');
  Hasher hasher;
  while (stream.read(buffer.data(), kReadBytes) || stream.gcount() > 0) {
    throw_if_stopped("while hashing the text; no token file was written");
    hasher.add(std::string_view(buffer).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  if (stream.bad()) throw Error(fmt::format("{}: cannot read", path.string()));
  return hasher.hex();
}

}  // namespace

std::string rows_hash(std::span<const CorpusFile> row_files, const PrepareOptions& options,
                      double held_out_fraction) {
  if (row_files.empty()) return "";
  Hasher hasher;
  hasher.add(fmt::format("{}\n{}\n{}", options.text_column, enum_name(options.on_bad_document),
                         held_out_fraction));
  for (const CorpusFile& file : row_files) {
    hasher.add("\n" + file.name);
    for (const auto& behind : backing_files(file.path)) hasher.add(" ").add(hash_stream(behind));
  }
  return hasher.hex();
}

std::string source_hash(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                        const std::string& rows) {
  Hasher hasher;
  hasher.add(
      fmt::format("encoding {} {} {}", kEncodingVersion, unicode_versions(), tokenizer.hash()));
  for (const TextPiece& piece : pieces) {
    const MappedFile file(piece.path);
    hasher.add(fmt::format("\n{} {} {} {}", piece.name, piece.begin, piece.end,
                           Hasher().add_or_stop(piece_bytes(file, piece)).hex()));
  }
  if (!rows.empty()) hasher.add("\nrows " + rows);
  return hasher.hex();
}

}  // namespace lamina
