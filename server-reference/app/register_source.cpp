// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/register_source.hpp"

#include <exception>

#include "register/embedded_register.hpp"

namespace uploadproto::reference {

std::shared_ptr<voters_roll const> load_roll(register_settings const& s) {
  try {
    return std::make_shared<voters_roll const>(s.data_file.empty() ? voters_roll::shipped()
                                                                   : voters_roll::read_file(s.data_file));
  } catch (std::exception const& e) {
    throw invalid_setting(e.what());
  }
}

std::shared_ptr<register_lookup> make_register_lookup(register_settings const& s) {
  if (!s.url.empty()) throw invalid_setting("register.url: this version looks up in process only");
  return std::make_shared<embedded_register>(load_roll(s));
}

}  // namespace uploadproto::reference
