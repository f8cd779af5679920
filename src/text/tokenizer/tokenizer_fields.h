#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace lamina {

/// The parts of a tokenizer.json except the vocabulary and the merges.
using FileJson = nlohmann::json;

/// One object of a tokenizer.json, read with type checks. `where`, the file and the path inside it,
/// begins every message: "x.json: pre_tokenizer".
class TokenizerFields {
 public:
  /// `object` must outlive this. Throws Error if it is not a JSON object.
  TokenizerFields(const FileJson& object, std::string where);

  const std::string& where() const { return where_; }
  std::string type() const { return text("type"); }

  /// The value of a key; `otherwise`, if given, replaces an absent key or null. Throws Error if the
  /// key is missing or the value has another type.
  std::string text(const char* key) const;
  std::string text(const char* key, const std::string& otherwise) const;
  bool flag(const char* key, bool otherwise) const;

  /// The value without a type check; null if the key is absent.
  const FileJson& raw(const char* key) const;
  /// The object under a key. Throws Error if it is not an object.
  TokenizerFields object(const char* key) const;
  /// `where` extended by a key, for messages.
  std::string path(const char* key) const;

  /// Throws Error "WHERE: WHAT".
  [[noreturn]] void fail(const std::string& what) const;

 private:
  const FileJson& object_;
  std::string where_;
};

}  // namespace lamina
