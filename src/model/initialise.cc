#include "lamina/model/initialise.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "lamina/core/random.h"
#include "lamina/core/stop_signal.h"

namespace lamina {
namespace {

/// Value i is random_normal(key, i) * standard_deviation, float32 on the CPU. Each value depends on
/// its index only, so the number of threads does not change it.
at::Tensor normal_values(at::IntArrayRef shape, std::uint64_t key, double standard_deviation) {
  const at::Tensor values = at::empty(shape, at::kFloat);
  float* data = values.data_ptr<float>();
  at::parallel_for(0, values.numel(), 4096, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      data[i] = static_cast<float>(standard_deviation *
                                   random_normal(key, static_cast<std::uint64_t>(i)));
    }
  });
  return values;
}

}  // namespace

void initialise(Decoder& model, std::uint64_t seed) {
  const double standard_deviation = model.spec().initializer_range;
  model.parameter_store().write([&](const std::vector<Parameter>& parameters) {
    for (const auto& [name, value] : parameters) {
      throw_if_stopped("while weights were being initialised; no work was lost");
      if (value.dim() == 1) {
        value.fill_(name.ends_with(".bias") ? 0 : 1);
      } else {
        const std::uint64_t key = mix_keys(seed, purpose_of(name));
        value.copy_(normal_values(value.sizes(), key, standard_deviation));
      }
    }
  });
}

}  // namespace lamina
