#include "tokenizer_fields.h"

#include <spdlog/fmt/fmt.h>

#include <utility>

#include "lamina/core/error.h"

namespace lamina {
namespace {

const FileJson kNull;

}  // namespace

TokenizerFields::TokenizerFields(const FileJson& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail(fmt::format("got {}; expected an object", object.type_name()));
}

void TokenizerFields::fail(const std::string& what) const {
  throw Error(fmt::format("{}: {}", where_, what));
}

const FileJson& TokenizerFields::raw(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() ? kNull : *found;
}

std::string TokenizerFields::path(const char* key) const {
  return where_ + (where_.ends_with(": ") ? "" : ".") + key;
}

TokenizerFields TokenizerFields::object(const char* key) const { return {raw(key), path(key)}; }

std::string TokenizerFields::text(const char* key) const {
  const FileJson& value = raw(key);
  if (!value.is_string())
    fail(fmt::format("\"{}\": got {}; expected a string", key, value.type_name()));
  return value.get<std::string>();
}

std::string TokenizerFields::text(const char* key, const std::string& otherwise) const {
  return raw(key).is_null() ? otherwise : text(key);
}

bool TokenizerFields::flag(const char* key, bool otherwise) const {
  const FileJson& value = raw(key);
  if (value.is_null()) return otherwise;
  if (!value.is_boolean()) {
    fail(fmt::format("\"{}\": got {}; expected true or false", key, value.type_name()));
  }
  return value.get<bool>();
}

}  // namespace lamina
