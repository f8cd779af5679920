#pragma once
#include <filesystem>

#include "lamina/model/decoder.h"
#include "lamina/model/safetensors.h"

namespace lamina {

/// Reads a model's weights in place from a checkpoint's folder: `model.safetensors`, or the shards
/// that `model.safetensors.index.json` names; under Llama's names, which are ours too, or under
/// GPT-NeoX's, whose fused query_key_value (head by head: q, k, v) is split. Any floating dtype is
/// converted once, from the memory map into the parameter. Buffers that hold no weights are passed
/// over. Throws Error, naming file and tensor, where one is missing, left over, there twice, or has
/// another shape or an integer dtype.
void read_weights(const std::filesystem::path& folder, Decoder& model);

/// The file that read_weights reads, or the index that names its shards; throws Error where the
/// folder has neither.
std::filesystem::path weights_file(const std::filesystem::path& folder);

/// Reads exactly these tensors, in place, from one file; throws like read_weights.
void read_tensors(const std::filesystem::path& file, const NamedTensors& tensors);

/// The tensors of a model's file, under the names that go with its config_json. Fused ones are
/// copies, all others the parameters themselves.
NamedTensors stored_weights(const Decoder& model);

}  // namespace lamina
