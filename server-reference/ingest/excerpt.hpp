// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_EXCERPT_HPP
#define UPLOADPROTO_REFERENCE_INGEST_EXCERPT_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// The beginning of a foreign text, fit to stand in a sentence: well-formed UTF-8 on one line, at most `most`
/// bytes of it and `…` where more was cut off. Control characters become spaces, what is not UTF-8 becomes
/// `?`.
std::string excerpt(std::string_view text, std::size_t most = 40);

}  // namespace uploadproto::reference

#endif
