#include "lamina/model/checkpoint_weights.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <functional>
#include <set>

#include "lamina/core/error.h"
#include "lamina/model/config_json.h"
#include "model/stored_tensor.h"
#include "model/tensor_files.h"

namespace lamina {
namespace {

/// Maps a parameter name of lamina to a tensor of the checkpoint.
using Naming = std::function<StoredTensor(const std::string& parameter)>;

StoredTensor own_tensor(const std::string& parameter) { return {parameter}; }

/// Selects Q, K or V of a fused tensor: (H * 3 * K, ...) -> (H, K, ...).
at::Tensor select_fused_part(const at::Tensor& fused, std::int64_t num_heads, int part) {
  const std::int64_t head_dim = fused.size(0) / (kNumFusedParts * num_heads);
  return fused.unflatten(0, {num_heads, kNumFusedParts, head_dim}).select(1, part);
}

/// Copies tensors from files into parameters and records which tensors were used.
class WeightReader {
 public:
  WeightReader(const TensorFiles& files, Naming naming, std::int64_t num_heads)
      : files_(files), naming_(std::move(naming)), num_heads_(num_heads) {}

  /// Copies the stored tensor, or its part of a fused one, into `value`, converting the dtype.
  void read(const std::string& parameter, const at::Tensor& value) {
    const StoredTensor stored = naming_(parameter);
    const at::Tensor tensor = files_.tensor(stored.name);
    used_.insert(stored.name);
    check(stored, tensor, value);
    if (!stored.is_fused()) {
      value.copy_(tensor);
      return;
    }
    const at::Tensor part = select_fused_part(tensor, num_heads_, stored.fused_part);
    value.view(part.sizes()).copy_(part);
  }

  /// A file may contain a tied head; it must then equal the embedding.
  void check_tied_head() {
    const std::string head = naming_("lm_head.weight").name;
    const std::string embedding = naming_("model.embed_tokens.weight").name;
    if (!files_.contains(head)) return;
    if (!at::equal(files_.tensor(head), files_.tensor(embedding))) {
      fail(fmt::format("tensor {} differs from {}, although config.json ties them", head,
                       embedding));
    }
    used_.insert(head);
  }

  /// Throws Error if the files have a tensor that was not used, except for known buffers.
  void check_all_used() const {
    for (const std::string& name : files_.names()) {
      if (!used_.contains(name) && !is_known_buffer(name))
        fail(fmt::format("tensor {} is not part of the model", name));
    }
  }

 private:
  /// Throws Error unless the stored tensor fits the parameter `value`.
  void check(const StoredTensor& stored, const at::Tensor& tensor, const at::Tensor& value) const {
    std::vector<std::int64_t> expected = value.sizes().vec();
    if (stored.is_fused()) expected[0] *= kNumFusedParts;
    if (tensor.sizes() != expected) {
      fail(fmt::format("tensor {}: got shape [{}]; expected [{}]", stored.name,
                       fmt::join(tensor.sizes().vec(), ", "), fmt::join(expected, ", ")));
    }
    if (!tensor.is_floating_point()) {
      fail(fmt::format("tensor {}: got dtype {}; expected a floating-point dtype", stored.name,
                       at::toString(tensor.scalar_type())));
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", files_.path().string(), what));
  }

  const TensorFiles& files_;
  Naming naming_;
  std::int64_t num_heads_;
  std::set<std::string> used_;
};

}  // namespace

void read_weights(const std::filesystem::path& folder, Decoder& model) {
  const TensorFiles files = TensorFiles::of_model(folder);
  const bool gpt_neox = files.contains(gpt_neox_tensor("model.embed_tokens.weight").name);
  WeightReader reader(files, gpt_neox ? gpt_neox_tensor : own_tensor,
                      model.spec().num_attention_heads);
  model.parameter_store().write([&](const std::vector<Parameter>& parameters) {
    for (const auto& [name, value] : parameters) reader.read(name, value);
  });
  if (model.spec().tie_word_embeddings) reader.check_tied_head();
  reader.check_all_used();
}

void read_tensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  const at::NoGradGuard no_gradients;
  const TensorFiles file = TensorFiles::one(path);
  WeightReader reader(file, own_tensor, 1);
  for (const auto& [name, value] : tensors) reader.read(name, value);
  reader.check_all_used();
}

NamedTensors stored_weights(const Decoder& model) {
  const at::NoGradGuard no_gradients;
  const bool gpt_neox = config_json(model.spec())["model_type"] == "gpt_neox";
  NamedTensors tensors;
  std::map<std::string, std::vector<at::Tensor>> parts;  // Q, K and V, in this order
  for (const auto& [name, value] : model.parameters()) {
    const StoredTensor stored = gpt_neox ? gpt_neox_tensor(name) : own_tensor(name);
    if (!stored.is_fused()) {
      tensors.emplace_back(stored.name, value);
      continue;
    }
    auto& qkv = parts[stored.name];
    qkv.push_back(value.unflatten(0, {model.spec().num_attention_heads, model.spec().head_dim}));
    if (std::ssize(qkv) == kNumFusedParts)
      tensors.emplace_back(stored.name, at::stack(qkv, 1).flatten(0, 2));
  }
  return tensors;
}

}  // namespace lamina
