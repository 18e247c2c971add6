// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_WEB_HOST_NAME_HPP
#define UPLOADPROTO_REFERENCE_WEB_HOST_NAME_HPP

#include <optional>
#include <string_view>

namespace uploadproto::reference {

/** The name in a `Host` header, without its port; an IPv6 address keeps its brackets. Nothing where it holds
   what no name does. */
std::optional<std::string_view> host_name(std::string_view header);

/** Whether a name can only mean this machine: `localhost`, 127.0.0.0/8, `::1`. Others may be made to point
 * here. */
bool is_this_machine(std::string_view name);

}  // namespace uploadproto::reference

#endif
