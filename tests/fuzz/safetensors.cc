#include "lamina/model/safetensors.h"

#include <ATen/ATen.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// An in-memory file with its own path, which exists as long as the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", 0)) {
    if (::write(descriptor_, bytes.data(), bytes.size()) != std::ssize(bytes))
      throw std::runtime_error("memfd");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void read_every_value(const SafetensorsFile& file) {
  for (const std::string& name : file.names()) {
    const at::Tensor tensor = file.tensor(name);
    if (tensor.numel() != tensor.to(at::kDouble).numel()) throw std::logic_error(name);
  }
}

std::string file_bytes(const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  length[0] = static_cast<char>(header.size() % 256);
  length[1] = static_cast<char>(header.size() / 256);
  return length + header + data;
}

}  // namespace

/// Opens the bytes as a file and reads every tensor; only Error may be thrown.
void fuzz_safetensors(std::string_view input) {
  const MemoryFile file(input);
  try {
    read_every_value(SafetensorsFile(file.path()));
  } catch (const Error&) {
  }
}

std::vector<std::string> seeds_safetensors() {
  return {file_bytes("{}", ""), file_bytes(R"({"__metadata__":{"format":"pt"}})", ""),
          file_bytes(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "12345678"),
          file_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                     R"("b":{"dtype":"BF16","shape":[2,1],"data_offsets":[1,5]},)"
                     R"("c":{"dtype":"I64","shape":[0,4],"data_offsets":[5,5]}})",
                     "12345"),
          file_bytes(R"({"a":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]}})", "\x01")};
}

}  // namespace lamina
