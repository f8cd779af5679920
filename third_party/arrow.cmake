# Arrow and Parquet 21 in the layout of the pyarrow wheel: LAMINA_ARROW_DIR/{include,libarrow.so.2100}.
# `launch/setup` puts them at .deps/arrow. A program that uses no symbol of them does not load them.
set(LAMINA_ARROW_DIR ${PROJECT_SOURCE_DIR}/.deps/arrow CACHE PATH "Folder of Arrow 21 (the wheel's pyarrow)")
if(NOT EXISTS ${LAMINA_ARROW_DIR}/libparquet.so.2100)
  message(FATAL_ERROR "Arrow not found at ${LAMINA_ARROW_DIR}; run launch/setup first")
endif()
file(REAL_PATH ${LAMINA_ARROW_DIR} arrow_dir)
add_library(lamina_arrow INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_arrow SYSTEM INTERFACE ${arrow_dir}/include)
target_link_options(lamina_arrow INTERFACE -Wl,--as-needed -Wl,--disable-new-dtags)
target_link_libraries(lamina_arrow INTERFACE
  ${arrow_dir}/libparquet.so.2100 ${arrow_dir}/libarrow.so.2100)
