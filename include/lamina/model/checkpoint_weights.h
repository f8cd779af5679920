#pragma once
#include <filesystem>

#include "lamina/model/decoder.h"
#include "lamina/model/safetensors.h"

namespace lamina {

/// Loads the weights of `model` in place from a checkpoint folder: `model.safetensors`, or the
/// shards listed in `model.safetensors.index.json`. Tensors have the names of Hugging Face's Llama,
/// which lamina uses too, or those of GPT-NeoX, whose fused query_key_value (per head: q, k, v) is
/// split. Any floating-point dtype is converted once, from the memory map into the parameter.
/// Rotary tables and masks of older checkpoints are ignored. Throws Error with file and tensor if a
/// tensor is missing, not part of the model, duplicate, of another shape or of an integer dtype;
/// the model's weights are then undefined.
void read_weights(const std::filesystem::path& folder, Decoder& model);

/// The path of `model.safetensors` or, if it does not exist, of `model.safetensors.index.json`;
/// throws Error if neither exists.
std::filesystem::path weights_file(const std::filesystem::path& folder);

/// Loads `tensors` in place from one file, which must contain exactly these names; throws like
/// read_weights.
void read_tensors(const std::filesystem::path& file, const NamedTensors& tensors);

/// The tensors to write to a checkpoint, with the names that match the model's config_json. Fused
/// tensors are copies; all others share memory with the parameters.
NamedTensors stored_weights(const Decoder& model);

}  // namespace lamina
