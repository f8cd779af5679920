# LibTorch 2.11.0 in the layout of the PyTorch wheel: LAMINA_TORCH_DIR/{include,lib}.
# `launch/setup` puts it, or a link to the installed PyTorch of that version, at .deps/torch.
set(LAMINA_TORCH_DIR ${PROJECT_SOURCE_DIR}/.deps/torch CACHE PATH "Folder of LibTorch 2.11.0")
include(torch_target.cmake)
lamina_is_libtorch(${LAMINA_TORCH_DIR} is_libtorch)
if(NOT is_libtorch)
  message(FATAL_ERROR "LibTorch not found at ${LAMINA_TORCH_DIR}; run launch/setup first, "
                      "or set LAMINA_TORCH_DIR to an installed PyTorch 2.11.0")
endif()
file(REAL_PATH ${LAMINA_TORCH_DIR} torch_dir)
lamina_add_torch(${torch_dir}/include ${torch_dir}/lib)
