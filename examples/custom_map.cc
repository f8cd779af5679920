// Trains a decoder with a KV map of its own on the bytes of a text file and prints the loss:
//
//   custom_map custom_map.cc
#include <ATen/ATen.h>

#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "lamina/core/error.h"
#include "lamina/design/cost.h"
#include "lamina/design/model_settings.h"
#include "lamina/model/initialise.h"
#include "lamina/optim/adamw.h"
#include "lamina/optim/gradients.h"

namespace {

constexpr std::int64_t kSequenceLength = 64, kBatchSequences = 8, kNumSteps = 200;

/// Layers 1 and 4 read the keys and values of layer 0, layer 3 those of layer 2.
lamina::ModelSpec describe_model() {
  lamina::ModelSettings settings;
  settings.hidden_size = 64;
  settings.intermediate_size = 176;
  settings.num_hidden_layers = 6;
  settings.head_dim = 16;
  settings.num_key_value_heads = 2;
  settings.initializer_range = 0.05;
  settings.kv_sharing.layout = lamina::KvLayout::kMap;
  settings.kv_sharing.kv_source_layers = {0, 0, 2, 2, 0, 5};
  return lamina::resolve(settings, /*vocab_size=*/256, kSequenceLength);
}

/// The file as tokens, one a byte: int64.
at::Tensor read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (std::ssize(bytes) <= kSequenceLength) {
    throw lamina::Error(path + ": too short; more than " + std::to_string(kSequenceLength) +
                        " bytes are needed");
  }
  return at::from_blob(bytes.data(), {std::ssize(bytes)}, at::kByte).to(at::kLong);
}

/// (B, T + 1): sequences that begin anywhere.
at::Tensor draw_batch(const at::Tensor& text) {
  const at::Tensor sequences = text.unfold(0, kSequenceLength + 1, 1);
  return sequences.index_select(0, at::randint(sequences.size(0), {kBatchSequences}, at::kLong));
}

void train(const std::string& path) {
  const at::Tensor text = read_bytes(path);
  const lamina::ModelSpec spec = describe_model();
  std::cout << lamina::draw_layer_map(spec.kv_source_layers) << lamina::kv_bytes_per_token(spec)
            << " KV bytes per token\n";

  lamina::Decoder model(spec, lamina::Placement{});
  lamina::initialise(model, /*seed=*/0);
  lamina::Optimizer optimizer(model.parameter_store(), lamina::adamw(lamina::AdamWSettings{}));
  for (std::int64_t step = 0; step < kNumSteps; ++step) {
    const at::Tensor loss = model.loss(draw_batch(text), 1.0 / (kBatchSequences * kSequenceLength));
    loss.backward();
    lamina::clip_gradients(model.parameters(), /*clip_norm=*/1.0);
    optimizer.step(/*learning_rate=*/3e-3);
    lamina::clear_gradients(model.parameters());
    if (step % 20 == 0 || step == kNumSteps - 1) {
      std::cout << "step " << step << "  loss " << loss.item<double>() << std::endl;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: custom_map FILE\n";
    return lamina::kExitUsage;
  }
  try {
    train(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "custom_map: " << error.what() << "\n";
    return lamina::kExitFailed;
  }
  return lamina::kExitGood;
}
