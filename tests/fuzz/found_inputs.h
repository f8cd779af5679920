#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// A safetensors file: the header's length in 8 bytes, little-endian, the header, the data.
inline std::string safetensors_bytes(const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i));
  return length + header + data;
}

/// Inputs on which a target once failed, each with the name of the target.
inline std::vector<std::pair<std::string, std::string>> regression_inputs() {
  return {
      // A number out of range threw an exception of the JSON library.
      {"config_json", R"({"hidden_size": 1e999})"},
      {"tokenizer_json", "5555e5555555555"},
      // An empty tensor at an unaligned offset was copied from a null pointer.
      {"safetensors", safetensors_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                        R"("b":{"dtype":"F32","shape":[0],"data_offsets":[1,1]}})",
                                        "x")},
  };
}

}  // namespace lamina
