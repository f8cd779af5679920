# The target for LibTorch 2.11.0; the build (torch.cmake) and the installed package share this file.

# lamina_is_libtorch(FOLDER RESULT): whether FOLDER/include has the headers of this version.
function(lamina_is_libtorch folder result)
  set(version_header ${folder}/include/torch/headeronly/version.h)
  set(${result} FALSE PARENT_SCOPE)
  if(EXISTS ${version_header})
    file(STRINGS ${version_header} version REGEX "\"2\\.11\\.0")
    if(version)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# lamina_add_torch(INCLUDE_DIR LIBRARY_DIR): the target lamina_torch.
function(lamina_add_torch include_dir library_dir)
  # LibTorch carries headers of a newer fmt, which the machine's spdlog does not compile with: the
  # machine's fmt goes before them, so that the whole program has one.
  find_path(FMT_INCLUDE_DIR fmt/format.h REQUIRED)
  set(fmt_first ${CMAKE_CURRENT_BINARY_DIR}/fmt_first)
  file(MAKE_DIRECTORY ${fmt_first})
  file(CREATE_LINK ${FMT_INCLUDE_DIR}/fmt ${fmt_first}/fmt SYMBOLIC)

  add_library(lamina_torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(lamina_torch SYSTEM INTERFACE
    ${fmt_first} ${include_dir} ${include_dir}/torch/csrc/api/include)
  target_compile_definitions(lamina_torch INTERFACE USE_DISTRIBUTED USE_C10D_GLOO)
  # LibTorch's parallel_for is a header template over OpenMP; it must meet the OpenMP runtime that
  # the library itself was linked to, so the program looks for it beside libtorch_cpu first.
  target_compile_options(lamina_torch INTERFACE -fopenmp)
  target_link_libraries(lamina_torch INTERFACE
    ${library_dir}/libtorch_cpu.so ${library_dir}/libc10.so ${library_dir}/libgomp.so.1)
  target_link_options(lamina_torch INTERFACE
    -Wl,--disable-new-dtags -Wl,--unresolved-symbols=ignore-in-shared-libs)
endfunction()
