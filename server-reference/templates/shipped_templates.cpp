// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <shipped_file.hpp>

#include "templates/shipped_templates.hpp"

UPLOADPROTO_SHIP_FILE(users_template, UPLOADPROTO_TEMPLATE_DIRECTORY "/users.json");
UPLOADPROTO_SHIP_FILE(products_template, UPLOADPROTO_TEMPLATE_DIRECTORY "/products.json");

namespace uploadproto::reference {

std::array<shipped_template, 2> shipped_templates() {
  return {{{"users", shipped_bytes_of_users_template()}, {"products", shipped_bytes_of_products_template()}}};
}

}  // namespace uploadproto::reference
