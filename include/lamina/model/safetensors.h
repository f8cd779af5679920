#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// A safetensors file, memory-mapped: an 8-byte little-endian header length, a JSON header
/// {name: {dtype, shape, data_offsets}}, the tensors' bytes. The header is checked as a whole when
/// the file is opened: its size, that no name is there twice, every dtype and shape, that the
/// tensors lie inside the file, do not overlap and leave no holes. Throws Error naming the file and
/// the tensor.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  /// In the order in which they lie in the file.
  const std::vector<std::string>& names() const { return names_; }
  bool contains(const std::string& name) const { return entries_.contains(name); }

  /// The tensor, on the CPU, a view of the mapped file that keeps it alive: read only. A copy where
  /// its bytes do not lie at a multiple of their size.
  /// Throws Error where there is none of that name.
  at::Tensor tensor(const std::string& name) const;

  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  struct Entry {
    at::ScalarType dtype;
    std::vector<std::int64_t> shape;
    std::size_t begin, end;  ///< bytes from the start of the data
  };
  struct Mapping;
  struct HeaderReader;

  static Entry entry_of(const std::string& name, const HeaderReader& reader);
  void read_header(std::string_view header, std::size_t num_data_bytes);
  void check_layout(std::size_t num_data_bytes);
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  std::shared_ptr<const Mapping> mapping_;
  std::vector<std::string> names_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes a file; returns the XXH3-128 of its bytes. Tensors may live on any device and are
/// brought to the CPU one at a time.
std::string write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                              const std::map<std::string, std::string>& metadata);

}  // namespace lamina
