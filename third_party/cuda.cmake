# CUDA 13.0 and NCCL, for every module that links LibTorch. The toolkit is the machine's; nccl.h is the
# machine's or that of the wheel next to LibTorch. lamina does not include cuDNN's headers:
# libtorch_cuda.so loads that library itself.
find_package(CUDAToolkit 13.0 REQUIRED)
if(EXISTS ${torch_dir}/lib/libc10_cuda.so)
  file(STRINGS ${torch_dir}/lib/libc10_cuda.so cuda_runtime REGEX "libcudart\\.so\\.13")
endif()
if(NOT cuda_runtime)
  message(FATAL_ERROR "LibTorch at ${torch_dir} is built without CUDA 13; "
                      "launch/setup --cuda installs the one for GPUs")
endif()
file(REAL_PATH ${torch_dir}/../nvidia nvidia_dir)
find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${nvidia_dir}/nccl/include ${CUDAToolkit_INCLUDE_DIRS} REQUIRED)
find_library(NCCL_LIBRARY NAMES nccl libnccl.so.2
  HINTS ${nvidia_dir}/nccl/lib ${CUDAToolkit_LIBRARY_DIR} REQUIRED)
# The CUDA runtime that LibTorch was built with goes before the toolkit's.
find_library(LAMINA_CUDART_LIBRARY NAMES libcudart.so.13
  HINTS ${nvidia_dir}/cu13/lib ${CUDAToolkit_LIBRARY_DIR} REQUIRED)

add_library(lamina_cuda INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_cuda SYSTEM INTERFACE ${NCCL_INCLUDE_DIR} ${CUDAToolkit_INCLUDE_DIRS})
target_compile_definitions(lamina_cuda INTERFACE LAMINA_CUDA=1 USE_C10D_NCCL)
# torch_cuda registers its kernels when it is loaded, and no code refers to its symbols, so the linker
# must be told to keep it. One item, so that CMake can neither reorder nor merge its parts.
target_link_libraries(lamina_cuda INTERFACE
  -Wl,--push-state,--no-as-needed,${torch_dir}/lib/libtorch_cuda.so,--pop-state
  ${torch_dir}/lib/libc10_cuda.so ${LAMINA_CUDART_LIBRARY} ${NCCL_LIBRARY})
target_link_options(lamina_cuda INTERFACE -Wl,--unresolved-symbols=ignore-in-shared-libs)
target_link_libraries(lamina_torch INTERFACE lamina_cuda)
