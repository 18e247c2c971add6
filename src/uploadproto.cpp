// The SDK's non-template code, compiled once, for programs that define UPLOADPROTO_SEPARATE_COMPILATION.
#include <uploadproto/src.hpp>
