#include "lamina/model/safetensors.h"

#include <ATen/ATen.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/output_file.h"
#include "lamina/core/strict_json.h"

namespace lamina {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors is little-endian");

constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // the limit of the format

constexpr std::array<std::pair<const char*, at::ScalarType>, 10> kDtypes{{{"F64", at::kDouble},
                                                                          {"F32", at::kFloat},
                                                                          {"F16", at::kHalf},
                                                                          {"BF16", at::kBFloat16},
                                                                          {"I64", at::kLong},
                                                                          {"I32", at::kInt},
                                                                          {"I16", at::kShort},
                                                                          {"I8", at::kChar},
                                                                          {"U8", at::kByte},
                                                                          {"BOOL", at::kBool}}};

const char* dtype_name(at::ScalarType dtype) {
  for (const auto& [name, known] : kDtypes) {
    if (known == dtype) return name;
  }
  throw Error(fmt::format("safetensors: dtype {} is not supported", at::toString(dtype)));
}

std::optional<at::ScalarType> dtype_named(const std::string& wanted) {
  for (const auto& [name, dtype] : kDtypes) {
    if (wanted == name) return dtype;
  }
  return std::nullopt;
}

/// Objects sorted by name: insertion-ordered ones take quadratic time for a million tensors.
using HeaderJson = nlohmann::json;

constexpr std::size_t kMaxDimensions = 64;  // the limit of LibTorch

/// The list `key` of non-negative integers that fit int64; throws Error for other values.
std::vector<std::int64_t> sizes_of(const HeaderJson& fields, const char* key) {
  const HeaderJson& list = fields.at(key);
  if (!list.is_array()) throw Error(fmt::format("{} is not a list", key));
  std::vector<std::int64_t> sizes;
  for (const HeaderJson& size : list) {
    constexpr std::uint64_t max = std::numeric_limits<std::int64_t>::max();
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > max)
      throw Error(fmt::format("{}: got {}; expected integers >= 0", key, size.dump()));
    sizes.push_back(size.get<std::int64_t>());
  }
  return sizes;
}

/// Size of a tensor in bytes. Throws Error if the size overflows; dimensions of size 0 count as 1
/// in this check, because LibTorch computes strides from the others.
std::size_t byte_count(const std::vector<std::int64_t>& shape, std::size_t item_bytes) {
  if (shape.size() > kMaxDimensions) {
    throw Error(fmt::format("got a shape of {} dimensions; expected at most {}", shape.size(),
                            kMaxDimensions));
  }
  auto bytes = static_cast<std::int64_t>(item_bytes);
  bool empty = false;
  for (const std::int64_t size : shape) {
    empty = empty || size == 0;
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes))
      throw Error(fmt::format("shape [{}] is too large", fmt::join(shape, ", ")));
  }
  return empty ? 0 : static_cast<std::size_t>(bytes);
}

/// The JSON header, padded with spaces.
std::string header_text(const NamedTensors& tensors,
                        const std::map<std::string, std::string>& metadata) {
  Json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    header[name] = {{"dtype", dtype_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, offset + tensor.nbytes()}}};
    offset += tensor.nbytes();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // aligns the data to 8 bytes
  return text;
}

}  // namespace

struct SafetensorsFile::Mapping {
  MappedFile file;
  const std::byte* data;
};

struct SafetensorsFile::HeaderReader {
  const HeaderJson& fields;
  std::size_t num_data_bytes;

  /// Throws Error for an unsupported dtype, offsets outside the data, and a shape of another size.
  Entry entry() const {
    const auto name = fields.at("dtype").get<std::string>();
    const auto dtype = dtype_named(name);
    if (!dtype) throw Error(fmt::format("dtype \"{}\" is not supported", name));
    const auto offsets = sizes_of(fields, "data_offsets");
    if (offsets.size() != 2) {
      throw Error(fmt::format("data_offsets: got {} numbers; expected 2", offsets.size()));
    }
    const Entry result{*dtype, sizes_of(fields, "shape"), static_cast<std::size_t>(offsets[0]),
                       static_cast<std::size_t>(offsets[1])};
    if (result.begin > result.end || result.end > num_data_bytes) {
      throw Error(fmt::format("bytes {} to {} are not within the {} bytes of data", result.begin,
                              result.end, num_data_bytes));
    }
    const std::size_t expected = byte_count(result.shape, at::elementSize(*dtype));
    if (expected != result.end - result.begin) {
      throw Error(fmt::format("got {} bytes of data; expected {} for its shape",
                              result.end - result.begin, expected));
    }
    return result;
  }
};

void SafetensorsFile::fail(const std::string& what) const {
  throw Error(fmt::format("{}: {}", path_.string(), what));
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path) {
  MappedFile file(path);
  const auto bytes = file.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("version https://git-lfs")) {
    fail("is a Git LFS pointer, not the weights; fetch them with `git lfs pull`");
  }
  std::uint64_t header_bytes = 0;
  if (bytes.size() < sizeof header_bytes) fail("is too short for a safetensors header");
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  if (header_bytes > kMaxHeaderBytes || header_bytes > bytes.size() - sizeof header_bytes) {
    fail(fmt::format("got a header length of {} bytes; expected at most {}", header_bytes,
                     std::min(kMaxHeaderBytes, bytes.size() - sizeof header_bytes)));
  }
  const std::byte* header = bytes.data() + sizeof header_bytes;
  const std::size_t num_data_bytes = bytes.size() - sizeof header_bytes - header_bytes;
  read_header({reinterpret_cast<const char*>(header), header_bytes}, num_data_bytes);
  check_layout(num_data_bytes);
  mapping_ = std::make_shared<const Mapping>(Mapping{std::move(file), header + header_bytes});
}

SafetensorsFile::Entry SafetensorsFile::entry_of(const std::string& name,
                                                 const HeaderReader& reader) {
  try {
    return reader.entry();
  } catch (const HeaderJson::exception& error) {
    throw Error(fmt::format("tensor {}: {}", name, json_reason(error)));
  } catch (const Error& error) {
    throw Error(fmt::format("tensor {}: {}", name, error.what()));
  }
}

void SafetensorsFile::read_header(std::string_view text, std::size_t num_data_bytes) {
  try {
    const auto header = parse_strict_json<HeaderJson>(text);
    if (!header.is_object()) throw Error("header is not a JSON object");
    for (const auto& [name, fields] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = fields.get<std::map<std::string, std::string>>();
      } else {
        entries_.emplace(name, entry_of(name, HeaderReader{fields, num_data_bytes}));
        names_.push_back(name);
      }
    }
  } catch (const HeaderJson::exception& error) {
    fail(fmt::format("header is malformed: {}", json_reason(error)));
  } catch (const Error& error) {
    fail(error.what());
  }
}

void SafetensorsFile::check_layout(std::size_t num_data_bytes) {
  std::stable_sort(names_.begin(), names_.end(), [&](const std::string& a, const std::string& b) {
    const Entry &left = entries_.at(a), &right = entries_.at(b);  // empty tensors first
    return std::pair(left.begin, left.end) < std::pair(right.begin, right.end);
  });
  std::size_t covered = 0;
  for (const std::string& name : names_) {
    const Entry& entry = entries_.at(name);
    if (entry.begin != covered) {
      fail(fmt::format("tensor {}: starts at byte {}; expected {}, the end of the previous tensor",
                       name, entry.begin, covered));
    }
    covered = entry.end;
  }
  if (covered != num_data_bytes) {
    fail(fmt::format("tensors end at byte {}; expected {}, the end of the data", covered,
                     num_data_bytes));
  }
}

at::Tensor SafetensorsFile::tensor(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail(fmt::format("has no tensor {}", name));
  const Entry& entry = found->second;
  auto* data = const_cast<std::byte*>(mapping_->data + entry.begin);
  if (reinterpret_cast<std::uintptr_t>(data) % at::elementSize(entry.dtype) != 0) {
    const at::Tensor copy = at::empty(entry.shape, at::TensorOptions(entry.dtype));
    std::copy_n(data, entry.end - entry.begin, static_cast<std::byte*>(copy.mutable_data_ptr()));
    return copy;
  }
  return at::from_blob(
      data, entry.shape, [keep = mapping_](void*) {}, at::TensorOptions(entry.dtype));
}

std::string write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                              const std::map<std::string, std::string>& metadata) {
  OutputFile file(path);
  Hasher hasher;
  const auto write = [&](std::string_view bytes) {
    hasher.add(bytes);
    file.write(bytes);
  };
  const std::string header = header_text(tensors, metadata);
  const std::uint64_t header_bytes = header.size();
  write({reinterpret_cast<const char*>(&header_bytes), sizeof header_bytes});
  write(header);
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor dense = tensor.detach().cpu().contiguous();
    write({static_cast<const char*>(dense.const_data_ptr()), dense.nbytes()});
  }
  file.finish();
  return hasher.hex();
}

}  // namespace lamina
