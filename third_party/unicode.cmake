# PCRE2 and utf8proc (static): Unicode patterns and normalisation of the tokenizers.
find_path(PCRE2_INCLUDE_DIR pcre2.h REQUIRED)
find_library(PCRE2_LIBRARY NAMES libpcre2-8.a REQUIRED)
find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
find_library(UTF8PROC_LIBRARY NAMES libutf8proc.a REQUIRED)
add_library(lamina_unicode INTERFACE IMPORTED GLOBAL)
target_include_directories(lamina_unicode SYSTEM INTERFACE ${PCRE2_INCLUDE_DIR} ${UTF8PROC_INCLUDE_DIR})
target_compile_definitions(lamina_unicode INTERFACE
  PCRE2_CODE_UNIT_WIDTH=8 PCRE2_STATIC UTF8PROC_STATIC)
target_link_libraries(lamina_unicode INTERFACE ${PCRE2_LIBRARY} ${UTF8PROC_LIBRARY})
