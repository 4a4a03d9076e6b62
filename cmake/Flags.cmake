# Flags that hold for every target of ours, each with its reason.

add_library(tokenwatt_flags INTERFACE)
target_include_directories(tokenwatt_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(tokenwatt_flags INTERFACE TW_VERSION="${PROJECT_VERSION}")
target_compile_options(tokenwatt_flags INTERFACE
  -Wall -Wextra     # the usual mistakes
  -Wconversion      # silent narrowing is how counts go wrong
  -Wshadow -Wstrict-prototypes
  -Werror)          # a warning that may stay is a warning nobody reads

if(TW_SANITIZE)
  target_compile_options(tokenwatt_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tokenwatt_flags INTERFACE -fsanitize=address,undefined)
endif()
if(TW_FUZZ)
  # Coverage counters everywhere; the driver (main) only where a fuzz target asks for it.
  target_compile_options(tokenwatt_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(EMSCRIPTEN)
  target_compile_options(tokenwatt_flags INTERFACE
    # inlining across the library is worth more than the bytes it takes, but for targets that say
    # TW_SMALL (a target's own options come before these, so that these would win)
    $<IF:$<BOOL:$<TARGET_PROPERTY:TW_SMALL>>,-Os,-O3> -flto
    -msimd128       # scans of ranks and text, 16 bytes at a time; every browser since 2023
    -mbulk-memory)  # memcpy and memmove as one instruction instead of a loop
endif()
