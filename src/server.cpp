// The server role and what it stands on, compiled once for programs that define
// UPLOADPROTO_SEPARATE_COMPILATION.
#define UPLOADPROTO_SRC_SERVER
#include <uploadproto/src.hpp>
