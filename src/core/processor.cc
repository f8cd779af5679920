#include "lamina/core/processor.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "lamina/core/error.h"
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace lamina {
namespace {

#if defined(__x86_64__)

/// By the extensions that the code of each set needs.
CpuSet best_set() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return CpuSet::kAvx512;
  }
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has_avx2 ? CpuSet::kAvx2 : CpuSet::kBaseline;
}

bool has_amx_bf16() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned kAmxBf16 = 1u << 22;  // leaf 7, sub-leaf 0, EDX
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (edx & kAmxBf16) != 0;
}

/// Every processor with AMX has AVX512-BF16 as well.
Bf16Products of_processor() {
  if (!__builtin_cpu_supports("avx512bf16")) {
    return {false, "this processor has neither AMX nor AVX512-BF16"};
  }
  return {true, has_amx_bf16() ? "this processor has AMX" : "this processor has AVX512-BF16"};
}

#else

CpuSet best_set() { return CpuSet::kBaseline; }

Bf16Products of_processor() {
#if defined(__aarch64__)
  constexpr unsigned long kHasBf16 = 1ul << 14;  // HWCAP2_BF16
  if (::getauxval(AT_HWCAP2) & kHasBf16) return {true, "this processor has BF16 products"};
#endif
  return {false, "this processor has no BF16 products"};
}

#endif

/// The value of an environment variable; "" if it is not set.
const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// LAMINA_CPU_SET can only lower the set: code for a higher one would crash.
CpuSet chosen_set() {
  const std::string_view requested = variable("LAMINA_CPU_SET");
  if (requested.empty()) return best_set();
  constexpr auto names = EnumNames<CpuSet>::names;
  const auto found = std::ranges::find(names, requested);
  if (found == names.end()) {
    throw UsageError(fmt::format("environment: LAMINA_CPU_SET: got \"{}\"; expected one of {}",
                                 requested, fmt::join(names, ", ")));
  }
  return std::min(best_set(), static_cast<CpuSet>(found - names.begin()));
}

/// Whether an instruction set, as oneDNN names them, has bf16 products. "" is oneDNN's default.
bool has_bf16_products(std::string isa) {
  std::ranges::transform(isa, isa.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto has = [&](const char* part) { return isa.find(part) != std::string::npos; };
  return isa.empty() || isa == "ALL" || isa == "DEFAULT" || has("BF16") || has("FP16") ||
         has("AMX") || has("AVX10");
}

/// The environment variable that disables bf16 products, as "NAME=value"; "" if none does.
std::string disabling_variable() {
  for (const char* name : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    if (!has_bf16_products(variable(name))) return fmt::format("{}={}", name, variable(name));
  }
  const bool is_best = cpu_set() == best_set();
  return is_best ? "" : fmt::format("LAMINA_CPU_SET={}", enum_name(cpu_set()));
}

}  // namespace

CpuSet cpu_set() {
  static const CpuSet set = chosen_set();
  return set;
}

Bf16Products bf16_products_on_cpu() {
  Bf16Products products = of_processor();
  const std::string disabling = disabling_variable();
  if (products.fast && !disabling.empty()) return {false, disabling + " is set"};
  return products;
}

}  // namespace lamina
