#include "lamina/core/cuda_driver.h"

#include <dlfcn.h>

namespace lamina {
namespace {

// The part of the driver's interface (cuda.h) that is used; every function returns 0 on success.
constexpr int kComputeCapabilityMajor = 75;
using Init = int(unsigned flags);
using DeviceGetCount = int(int* count);
using DeviceGet = int(int* device, int ordinal);
using DeviceGetAttribute = int(int* value, int attribute, int device);

template <class Function>
Function* find(void* library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

}  // namespace

std::vector<int> gpu_capabilities() {
  void* library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);  // never closed
  if (library == nullptr) return {};
  auto* const init = find<Init>(library, "cuInit");
  auto* const get_count = find<DeviceGetCount>(library, "cuDeviceGetCount");
  auto* const get = find<DeviceGet>(library, "cuDeviceGet");
  auto* const get_attribute = find<DeviceGetAttribute>(library, "cuDeviceGetAttribute");
  int count = 0;
  if (!init || !get_count || !get || !get_attribute || init(0) != 0 || get_count(&count) != 0) {
    return {};
  }
  std::vector<int> capabilities;
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    int device = 0, major = 0;
    if (get(&device, ordinal) != 0) continue;
    if (get_attribute(&major, kComputeCapabilityMajor, device) == 0) capabilities.push_back(major);
  }
  return capabilities;
}

}  // namespace lamina
