// The floors without I/O, compiled once for programs that define UPLOADPROTO_SEPARATE_COMPILATION.
#define UPLOADPROTO_SRC_PROTOCOL
#include <uploadproto/src.hpp>
