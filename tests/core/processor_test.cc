#include "lamina/core/processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "lamina/core/error.h"
#include "lamina/core/files.h"

namespace lamina {
namespace {

using testing::HasSubstr;

/// Whether /proc/cpuinfo lists a feature of the processor.
bool lists(const std::string& flag) {
  const std::string info = read_file("/proc/cpuinfo");
  return info.find(" " + flag + " ") != std::string::npos ||
         info.find(" " + flag + "\n") != std::string::npos;
}

class Processor : public testing::Test {
 protected:
  Processor() { clear(); }
  ~Processor() override { clear(); }
  static void clear() {
    for (const char* name : {"LAMINA_CPU_SET", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
      ::unsetenv(name);
    }
  }
};

/// In a separate process: each process chooses the set once.
void expect_set(const char* requested, const char* expected) {
  const auto choose = [&] {
    ::setenv("LAMINA_CPU_SET", requested, 1);
    std::fputs(enum_name(cpu_set()), stderr);
    std::exit(0);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(choose(), testing::ExitedWithCode(0), std::string("^") + expected + "$") << requested;
}

TEST_F(Processor, BestSetIsWhatKernelLists) {
#if defined(__x86_64__)
  const bool avx2 = lists("avx2") && lists("fma");
  const bool avx512 =
      lists("avx512f") && lists("avx512bw") && lists("avx512vl") && lists("avx512dq");
  expect_set("", avx512 ? "avx512" : avx2 ? "avx2" : "baseline");
#else
  expect_set("", "baseline");
#endif
}

TEST_F(Processor, EnvironmentLowersSet) { expect_set("baseline", "baseline"); }

TEST_F(Processor, RejectsUnknownSetAndListsKnownOnes) {
  const auto choose = [] {
    ::setenv("LAMINA_CPU_SET", "sse9", 1);
    try {
      cpu_set();
    } catch (const UsageError& error) {
      std::fputs(error.what(), stderr);
      std::exit(0);
    }
    std::exit(1);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(choose(), testing::ExitedWithCode(0),
              "environment: LAMINA_CPU_SET: got \"sse9\"; expected one of baseline, avx2, avx512");
}

TEST_F(Processor, Bf16ProductsAreFastIfKernelListsThem) {
#if defined(__x86_64__)
  const Bf16Products products = bf16_products_on_cpu();
  EXPECT_EQ(products.fast, lists("avx512_bf16")) << products.reason;
  if (lists("amx_bf16")) {
    EXPECT_EQ(products.reason, "this processor has AMX");
  } else if (!products.fast) {
    EXPECT_EQ(products.reason, "this processor has neither AMX nor AVX512-BF16");
  }
#endif
}

TEST_F(Processor, OneDnnLimitDisablesBf16Products) {
  const bool fast = bf16_products_on_cpu().fast;
  for (const char* isa : {"AVX2", "avx512_core", "AVX512_CORE_VNNI", "SSE41"}) {
    ::setenv("ONEDNN_MAX_CPU_ISA", isa, 1);
    const Bf16Products products = bf16_products_on_cpu();
    EXPECT_FALSE(products.fast) << isa;
    if (fast) {
      EXPECT_THAT(products.reason, HasSubstr(std::string("ONEDNN_MAX_CPU_ISA=") + isa));
    }
  }
  for (const char* isa : {"", "ALL", "AVX512_CORE_BF16", "AVX512_CORE_AMX", "avx512_core_amx"}) {
    ::setenv("ONEDNN_MAX_CPU_ISA", isa, 1);
    EXPECT_EQ(bf16_products_on_cpu().fast, fast) << isa;
  }
}

}  // namespace
}  // namespace lamina
