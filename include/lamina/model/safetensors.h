#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// A memory-mapped file in the safetensors format: an 8-byte little-endian header length, a JSON
/// header {name: {dtype, shape, data_offsets}}, and the bytes of the tensors. The constructor
/// validates the whole header: its size, unique names, every dtype and shape, and that the tensors
/// are inside the file, do not overlap and leave no gaps. Throws Error with the file and the
/// tensor. Thread-safe.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  /// In the order of the data in the file.
  const std::vector<std::string>& names() const { return names_; }
  bool contains(const std::string& name) const { return entries_.contains(name); }

  /// The tensor on the CPU: a read-only view of the mapped file, which it keeps alive, or a copy if
  /// its data is not aligned to the element size. Throws Error if there is no tensor `name`.
  at::Tensor tensor(const std::string& name) const;

  /// The entries of `__metadata__`.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  struct Entry {
    at::ScalarType dtype;
    std::vector<std::int64_t> shape;
    std::size_t begin, end;  ///< byte offsets from the start of the data
  };
  struct Mapping;
  struct HeaderReader;

  /// The validated entry of one tensor; names it in errors.
  static Entry entry_of(const std::string& name, const HeaderReader& reader);
  /// Fills the members from the JSON header; validates each tensor by itself.
  void read_header(std::string_view header, std::size_t num_data_bytes);
  /// Sorts names_ by offset and checks that the tensors cover the data exactly once.
  void check_layout(std::size_t num_data_bytes);
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  std::shared_ptr<const Mapping> mapping_;
  std::vector<std::string> names_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

/// Names and tensors, in the order of a file.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes a safetensors file, with the data in the order of `tensors`; returns the XXH3-128 hash of
/// its bytes. Tensors may be on any device and need not be contiguous; they are copied to the CPU
/// one at a time. Throws Error for a dtype that the format does not have or if writing fails.
std::string write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                              const std::map<std::string, std::string>& metadata);

}  // namespace lamina
