# xxHash, header-only (XXH_INLINE_ALL): XXH3-128 of checkpoints and token files.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(lamina_xxhash INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})
