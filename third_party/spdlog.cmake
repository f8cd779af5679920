# spdlog and its fmt, header-only: included by few files, and no shared library to carry.
find_package(spdlog 1.9 REQUIRED)
find_package(fmt 8 REQUIRED)
add_library(lamina_fmt INTERFACE)
target_link_libraries(lamina_fmt INTERFACE fmt::fmt-header-only)
add_library(lamina_spdlog INTERFACE)
target_link_libraries(lamina_spdlog INTERFACE spdlog::spdlog_header_only lamina_fmt)
