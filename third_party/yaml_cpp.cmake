# yaml-cpp (static, so that a machine without the package can run the program).
find_path(YAML_CPP_INCLUDE_DIR yaml-cpp/yaml.h REQUIRED)
find_library(YAML_CPP_LIBRARY NAMES libyaml-cpp.a REQUIRED)
add_library(lamina_yaml_cpp INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_yaml_cpp SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})
target_link_libraries(lamina_yaml_cpp INTERFACE ${YAML_CPP_LIBRARY})
