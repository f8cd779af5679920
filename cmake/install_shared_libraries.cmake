# Runs at installation: copies the shared libraries that the programs load to `library_dir`, except
# those that every C++ system has. They find each other there by the programs' rpath and their own.
cmake_policy(VERSION 3.25)
set(base_system "^ld-linux" "^lib(c|m|dl|rt|util|pthread|resolv|gcc_s|stdc\\+\\+)\\.so")
set(gpu_driver "^lib(cuda|nvidia-.*)\\.so")
if(cuda AND NOT install_cuda_libs)
  # lamina-torch finds LibTorch's CUDA libraries at the paths of the build, the others here.
  list(GET programs 0 executables)
  set(libraries ${torch_library_dir}/libtorch_cpu.so)
else()
  set(executables ${programs})
  set(libraries)
endif()
if(cuda AND install_cuda_libs)
  # What libtorch_cuda.so loads by name.
  file(GLOB libraries ${torch_library_dir}/lib*cuda*.so ${torch_library_dir}/lib*nvrtc*.so)
endif()
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${executables} LIBRARIES ${libraries}
  PRE_EXCLUDE_REGEXES ${base_system} ${gpu_driver}
  RESOLVED_DEPENDENCIES_VAR dependencies
  UNRESOLVED_DEPENDENCIES_VAR missing)
if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR "install: not found: ${missing}, which ${executables} ${libraries} load")
endif()
list(APPEND dependencies ${libraries})
if(cuda AND install_cuda_libs)
  # NVIDIA's libraries load parts of themselves by name, from their own folder.
  file(GLOB parts ${torch_library_dir}/../../nvidia/*/lib/lib*.so*)
  list(APPEND dependencies ${parts})
endif()
list(REMOVE_DUPLICATES dependencies)
file(INSTALL DESTINATION ${library_dir} TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN FILES ${dependencies})
