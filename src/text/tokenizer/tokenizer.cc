#include "lamina/text/tokenizer.h"

#include <spdlog/fmt/fmt.h>

#include "byte_tokenizer.h"
#include "hugging_face_tokenizer.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "sentencepiece_tokenizer.h"
#include "special_tokens.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

fs::path file_in(const fs::path& folder) {
  const fs::path file = tokenizer_file_in(folder);
  if (!file.empty()) return file;
  throw Error(
      fmt::format("{}: this folder contains neither tokenizer.json nor a SentencePiece .model",
                  folder.string()));
}

std::unique_ptr<Tokenizer> read_tokenizer(const fs::path& file) {
  const NamedTokens named = read_named_tokens(file.parent_path());
  if (file.extension() == ".model") return std::make_unique<SentencePieceTokenizer>(file, named);
  return std::make_unique<HuggingFaceTokenizer>(read_file(file), file.string(), named);
}

}  // namespace

fs::path tokenizer_file_in(const fs::path& folder) {
  if (fs::exists(folder / "tokenizer.json")) return folder / "tokenizer.json";
  fs::path model;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    if (entry.path().extension() != ".model") continue;
    if (!model.empty()) {
      throw Error(fmt::format("{}: contains two SentencePiece models, {} and {}; name one of them",
                              folder.string(), model.filename().string(),
                              entry.path().filename().string()));
    }
    model = entry.path();
  }
  return model;
}

std::size_t Tokenizer::cut_near(std::string_view text, std::size_t) const { return text.size(); }

std::vector<fs::path> tokenizer_files(const std::string& name_or_path) {
  if (name_or_path == "bytes") return {};
  const fs::path file =
      fs::is_directory(name_or_path) ? file_in(name_or_path) : fs::path(name_or_path);
  std::vector<fs::path> files{file};
  for (const char* name : kNamedTokenFiles) {
    if (fs::exists(file.parent_path() / name)) files.push_back(file.parent_path() / name);
  }
  return files;
}

std::unique_ptr<Tokenizer> parse_tokenizer(std::string_view json, const std::string& name) {
  return std::make_unique<HuggingFaceTokenizer>(json, name, NamedTokens{});
}

std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name_or_path) {
  if (name_or_path == "bytes") return std::make_unique<ByteTokenizer>();
  if (fs::is_directory(name_or_path)) return read_tokenizer(file_in(name_or_path));
  if (fs::exists(name_or_path)) return read_tokenizer(name_or_path);
  throw UsageError(
      fmt::format("tokenizer: got \"{}\", which is not a file; expected \"bytes\", a "
                  "tokenizer.json, a SentencePiece .model, or a folder with one of them",
                  name_or_path));
}

}  // namespace lamina
