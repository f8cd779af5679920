# zlib and zstd (static): compressed corpora.
find_path(ZLIB_INCLUDE_DIR zlib.h REQUIRED)
find_library(ZLIB_LIBRARY NAMES libz.a REQUIRED)
find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(ZSTD_LIBRARY NAMES libzstd.a REQUIRED)
add_library(lamina_compression INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_compression SYSTEM INTERFACE ${ZLIB_INCLUDE_DIR} ${ZSTD_INCLUDE_DIR})
target_link_libraries(lamina_compression INTERFACE ${ZSTD_LIBRARY} ${ZLIB_LIBRARY})
