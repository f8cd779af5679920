#pragma once
#include <ATen/ATen.h>

#include "lamina/core/stop_signal.h"
#include "lamina/dist/process_group.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// Sum of `values`, a float64 CPU tensor of any shape, over all ranks. Collective: every rank must
/// call. Throws Stopped, on every rank, if any rank received a stop signal, because such a rank may
/// not have done its work.
inline at::Tensor stoppable_sum(const at::Tensor& values, const Placement& placement,
                                const ProcessGroup& group) {
  const at::Tensor stop = at::full({1}, group.stop_requested() ? 1.0 : 0.0, values.options());
  const at::Tensor sums = at::cat({values.flatten(), stop}).to(placement.device);
  group.all_reduce_sum(sums);
  const at::Tensor on_cpu = sums.cpu();
  if (on_cpu[-1].item<double>() > 0)
    throw Stopped("while scoring; the answers of finished tasks are kept in evaluation.cache");
  return on_cpu.narrow(0, 0, values.numel()).view(values.sizes());
}

}  // namespace lamina
