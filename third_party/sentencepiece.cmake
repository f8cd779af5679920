# SentencePiece, shared: Debian builds no static one. A program that names no symbol of it does not
# load it.
find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_processor.h REQUIRED)
find_library(SENTENCEPIECE_LIBRARY NAMES sentencepiece REQUIRED)
add_library(lamina_sentencepiece INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_sentencepiece SYSTEM INTERFACE ${SENTENCEPIECE_INCLUDE_DIR})
target_link_options(lamina_sentencepiece INTERFACE -Wl,--as-needed)
target_link_libraries(lamina_sentencepiece INTERFACE ${SENTENCEPIECE_LIBRARY})
