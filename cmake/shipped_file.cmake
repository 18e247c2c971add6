# <shipped_file.hpp>: files that become part of a program.
add_library(uploadproto_shipped_file INTERFACE)
target_include_directories(uploadproto_shipped_file INTERFACE "${CMAKE_CURRENT_LIST_DIR}/shipped_file")
