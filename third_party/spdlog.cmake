# spdlog is header-only: few files include it. fmt is a compiled library: as headers only, every file
# that formats text would compile all of fmt, which is half of the build time.
find_package(spdlog 1.9 REQUIRED)
find_package(fmt 8 REQUIRED)
add_library(lamina_fmt INTERFACE IMPORTED GLOBAL)
target_link_libraries(lamina_fmt INTERFACE fmt::fmt)
# The include folders of spdlog::spdlog_header_only, without its own link to fmt.
get_target_property(spdlog_include_dirs spdlog::spdlog_header_only INTERFACE_INCLUDE_DIRECTORIES)
add_library(lamina_spdlog INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_spdlog SYSTEM INTERFACE ${spdlog_include_dirs})
target_compile_definitions(lamina_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(lamina_spdlog INTERFACE lamina_fmt Threads::Threads)
