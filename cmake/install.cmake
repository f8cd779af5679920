# What `cmake --install` puts under the prefix; docs/installing.md describes it. Components:
#   programs     bin/, the shared libraries in lib/lamina/, configs in share/lamina/, the licence
#   development  headers, static libraries and the CMake package
#   torch        LibTorch's headers in share/lamina/torch/include; only if requested by name
set(lamina_library_dir ${CMAKE_INSTALL_LIBDIR}/lamina)
set(lamina_data_dir ${CMAKE_INSTALL_DATADIR}/lamina)
set(lamina_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lamina)
file(REAL_PATH ${LAMINA_TORCH_DIR} torch_dir)

# ---- programs

file(RELATIVE_PATH bin_to_library_dir /${CMAKE_INSTALL_BINDIR} /${lamina_library_dir})
set(install_rpath $ORIGIN/${bin_to_library_dir})
if(LAMINA_CUDA AND NOT LAMINA_INSTALL_CUDA_LIBS)
  foreach(library ${LAMINA_CUDART_LIBRARY} ${NCCL_LIBRARY})
    get_filename_component(folder ${library} DIRECTORY)
    list(APPEND install_rpath ${folder})
  endforeach()
  list(APPEND install_rpath ${torch_dir}/lib)
endif()
set_target_properties(lamina lamina-torch PROPERTIES INSTALL_RPATH "${install_rpath}")
install(TARGETS lamina lamina-torch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)

install(CODE "
  set(library_dir \"\${CMAKE_INSTALL_PREFIX}/${lamina_library_dir}\")
  set(programs \"$<TARGET_FILE:lamina>\" \"$<TARGET_FILE:lamina-torch>\")
  set(torch_library_dir \"${torch_dir}/lib\")
  set(cuda ${LAMINA_CUDA})
  set(install_cuda_libs ${LAMINA_INSTALL_CUDA_LIBS})
  include(\"${CMAKE_CURRENT_LIST_DIR}/install_shared_libraries.cmake\")" COMPONENT programs)

install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs)

# The quickstart trains on LibTorch's headers, which an installation has in its component torch.
install(DIRECTORY configs DESTINATION ${lamina_data_dir} COMPONENT programs
  PATTERN sweeps/quickstart.yaml EXCLUDE)
install(CODE "
  file(READ \"${PROJECT_SOURCE_DIR}/configs/sweeps/quickstart.yaml\" text)
  string(REPLACE ../../.deps/torch/include ../../torch/include text \"\${text}\")
  file(CONFIGURE OUTPUT \"${CMAKE_CURRENT_BINARY_DIR}/installed/quickstart.yaml\"
    CONTENT \"\${text}\" @ONLY)
  file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${lamina_data_dir}/configs/sweeps\"
    TYPE FILE FILES \"${CMAKE_CURRENT_BINARY_DIR}/installed/quickstart.yaml\")" COMPONENT programs)
install(DIRECTORY ${torch_dir}/include DESTINATION ${lamina_data_dir}/torch
  COMPONENT torch EXCLUDE_FROM_ALL)

# ---- development

get_property(modules GLOBAL PROPERTY lamina_modules)
add_library(lamina_all_modules INTERFACE)
target_link_libraries(lamina_all_modules INTERFACE ${modules})
set_target_properties(lamina_all_modules PROPERTIES EXPORT_NAME lamina)
install(TARGETS lamina_all_modules lamina_flags ${modules} EXPORT lamina_targets
  ARCHIVE DESTINATION ${lamina_library_dir} COMPONENT development)
install(EXPORT lamina_targets NAMESPACE lamina:: FILE lamina-targets.cmake
  DESTINATION ${lamina_package_dir} COMPONENT development)

include(CMakePackageConfigHelpers)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/lamina-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/lamina-config.cmake INSTALL_DESTINATION ${lamina_package_dir}
  PATH_VARS lamina_library_dir lamina_data_dir)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/lamina-config-version.cmake
  COMPATIBILITY SameMinorVersion)
set(third_party_targets torch_target yaml_cpp compression unicode)
list(TRANSFORM third_party_targets REPLACE "(.+)" "third_party/\\1.cmake")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lamina-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/lamina-config-version.cmake ${third_party_targets}
  DESTINATION ${lamina_package_dir} COMPONENT development)

install(CODE "
  set(include_dir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}\")
  set(source_dir \"${PROJECT_SOURCE_DIR}/include\")
  include(\"${CMAKE_CURRENT_LIST_DIR}/install_headers.cmake\")" COMPONENT development)
