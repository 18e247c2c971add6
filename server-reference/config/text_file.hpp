// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_TEXT_FILE_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_TEXT_FILE_HPP

#include <filesystem>
#include <string>

namespace uploadproto::reference {

/** All of a file. @throws invalid_setting `cannot read <what> <file>` */
std::string read_text_file(std::filesystem::path const& file, std::string const& what);

}  // namespace uploadproto::reference

#endif
