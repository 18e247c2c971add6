# What makes the edit-build-test loop short: a compiler cache and a fast linker, when they are there.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
# -O2: what is slow here is the kernel, and compile time counts.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
find_program(UPLOADPROTO_CCACHE ccache)
if(UPLOADPROTO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${UPLOADPROTO_CCACHE}")
endif()
find_program(UPLOADPROTO_MOLD mold)
if(UPLOADPROTO_MOLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  add_link_options(-fuse-ld=mold)
endif()
