# Warnings and sanitizers, private to what is built here: never part of the usage requirements.
add_library(uploadproto_private_flags INTERFACE)
target_compile_options(uploadproto_private_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
# Boost.Asio's awaitable_thread trips GCC 12's -Wmaybe-uninitialized and -Wmismatched-new-delete on correct code.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(uploadproto_private_flags INTERFACE
                         -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
endif()
if(UPLOADPROTO_SANITIZE)
  # Both directions: sanitized code and everything it links, the compiled SDK included.
  # clang 14 cannot emit its check of function types in a unit with coroutines.
  add_compile_options(-fsanitize=${UPLOADPROTO_SANITIZE} $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>
                      -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${UPLOADPROTO_SANITIZE})
endif()
target_link_libraries(uploadproto_compiled PRIVATE $<BUILD_INTERFACE:uploadproto_private_flags>)
