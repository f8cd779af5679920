#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace lamina {

/// The parts of a tokenizer.json but for its vocabulary and merges.
using FileJson = nlohmann::json;

/// One object of a tokenizer.json, read strictly. `where` begins every message: the file and the
/// path inside it, "x.json: pre_tokenizer".
class TokenizerFields {
 public:
  /// `object` must outlive this. Throws Error where it is not an object.
  TokenizerFields(const FileJson& object, std::string where);

  const std::string& where() const { return where_; }
  std::string type() const { return text("type"); }

  /// The values; with `otherwise` that where the key is absent or null. Throws Error on a missing
  /// key or on another type of value.
  std::string text(const char* key) const;
  std::string text(const char* key, const std::string& otherwise) const;
  bool flag(const char* key, bool otherwise) const;

  /// The value as it is; null where the key is absent.
  const FileJson& raw(const char* key) const;
  TokenizerFields object(const char* key) const;
  std::string path(const char* key) const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  const FileJson& object_;
  std::string where_;
};

}  // namespace lamina
