// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_CONFIG_FILE_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_CONFIG_FILE_HPP

#include <filesystem>

#include "config/settings.hpp"

namespace uploadproto::reference {

/** Reads a TOML file over the settings. Relative paths in it are taken as they are, from the working
   directory.
    @throws invalid_setting `FILE:LINE:COLUMN: …`; a key that no setting has is one too */
void read_config_file(settings& into, std::filesystem::path const& file);

}  // namespace uploadproto::reference

#endif
