# SentencePiece (shared: Debian has no static library).
find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_processor.h REQUIRED)
find_library(SENTENCEPIECE_LIBRARY NAMES sentencepiece REQUIRED)
add_library(lamina_sentencepiece INTERFACE)
target_include_directories(lamina_sentencepiece SYSTEM INTERFACE ${SENTENCEPIECE_INCLUDE_DIR})
target_link_libraries(lamina_sentencepiece INTERFACE
  -Wl,--push-state,--as-needed,${SENTENCEPIECE_LIBRARY},--pop-state)
