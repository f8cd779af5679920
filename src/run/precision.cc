#include "lamina/run/precision.h"

#include <algorithm>

#include "lamina/config/node.h"
#include "lamina/core/cuda_driver.h"
#include "lamina/core/files.h"
#include "lamina/core/processor.h"
#include "lamina/record/run_folder.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr int kFirstGpuWithBf16 = 8;  // compute capability 8.0, Ampere

PrecisionChoice of_device(const TrainSettings& train) {
#ifdef LAMINA_CUDA
  if (const auto gpus = gpu_capabilities(); train.device != DeviceKind::kCpu && !gpus.empty()) {
    const bool fast = std::ranges::min(gpus) >= kFirstGpuWithBf16;
    return fast ? PrecisionChoice{Precision::kBf16, "the GPU multiplies bf16 matrices faster"}
                : PrecisionChoice{Precision::kFloat32, "the GPU has no bf16 products"};
  }
#endif
  static_cast<void>(train);
  static_cast<void>(kFirstGpuWithBf16);
  const Bf16Products products = bf16_products_on_cpu();
  return {products.fast ? Precision::kBf16 : Precision::kFloat32, products.reason};
}

}  // namespace

std::optional<Precision> saved_precision(const fs::path& config) {
  if (!fs::exists(config)) return std::nullopt;
  const Node root = parse_yaml(read_file(config), config.string());
  const Node* train = root.find("train");
  const Node* precision = train == nullptr ? nullptr : train->find("precision");
  if (precision == nullptr) return std::nullopt;
  for (const Precision named : {Precision::kBf16, Precision::kFloat32}) {
    if (precision->scalar == enum_name(named)) return named;
  }
  return std::nullopt;
}

PrecisionChoice choose_precision(const TrainSettings& train, const fs::path& run_folder) {
  if (train.precision != Precision::kAuto) return {train.precision, "as configured"};
  if (!run_folder.empty()) {
    if (const auto saved = saved_precision(RunFolder(run_folder).config())) {
      return {*saved, "as the run began"};
    }
  }
  return of_device(train);
}

}  // namespace lamina
