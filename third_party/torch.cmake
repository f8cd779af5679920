# LibTorch 2.11.0 in the layout of the PyTorch wheel: LAMINA_TORCH_DIR/{include,lib}.
# `launch/setup` puts it, or a link to the installed PyTorch of that version, at .deps/torch.
set(LAMINA_TORCH_DIR ${PROJECT_SOURCE_DIR}/.deps/torch CACHE PATH "Folder of LibTorch 2.11.0")
set(version_header ${LAMINA_TORCH_DIR}/include/torch/headeronly/version.h)
if(EXISTS ${version_header})
  file(STRINGS ${version_header} torch_version REGEX "\"2\\.11\\.0")
endif()
if(NOT torch_version)
  message(FATAL_ERROR "LibTorch not found at ${LAMINA_TORCH_DIR}; run launch/setup first, "
                      "or set LAMINA_TORCH_DIR to an installed PyTorch 2.11.0")
endif()
file(REAL_PATH ${LAMINA_TORCH_DIR} torch_dir)

# LibTorch contains headers of a newer fmt, with which the machine's spdlog does not compile. The
# machine's fmt comes first in the include path, so that the whole program uses one version.
find_path(FMT_INCLUDE_DIR fmt/format.h REQUIRED)
set(fmt_first ${CMAKE_CURRENT_BINARY_DIR}/fmt_first)
file(MAKE_DIRECTORY ${fmt_first})
file(CREATE_LINK ${FMT_INCLUDE_DIR}/fmt ${fmt_first}/fmt SYMBOLIC)

add_library(lamina_torch INTERFACE)
target_include_directories(lamina_torch SYSTEM INTERFACE
  ${fmt_first} ${torch_dir}/include ${torch_dir}/include/torch/csrc/api/include)
target_compile_definitions(lamina_torch INTERFACE USE_DISTRIBUTED USE_C10D_GLOO)
# LibTorch's parallel_for is a header template that uses OpenMP. It needs the OpenMP runtime to which
# libtorch_cpu is linked, so the program links the one next to it.
target_compile_options(lamina_torch INTERFACE -fopenmp)
target_link_directories(lamina_torch INTERFACE ${torch_dir}/lib)
target_link_libraries(lamina_torch INTERFACE torch_cpu c10 ${torch_dir}/lib/libgomp.so.1)
target_link_options(lamina_torch INTERFACE
  -Wl,-rpath,${torch_dir}/lib -Wl,--disable-new-dtags -Wl,--unresolved-symbols=ignore-in-shared-libs)
