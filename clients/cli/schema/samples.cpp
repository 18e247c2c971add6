// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <uploadproto/contract/samples.hpp>

#include "cli/schema/described_types.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {

std::string samples_text(described_list protocols) {
  boost::json::array all;
  for (contract::described_protocol const& p : protocols)
    for (described_type const& t : types_of(p)) {
      if (!t.event) continue;
      for (contract::sample const& s : contract::samples(*t.record)) {
        boost::json::object one{{"protocol", p.info->name}, {"type", t.name},   {"event", t.event->name},
                                {"sample", s.name},         {"valid", !s.code}, {"payload", s.payload}};
        if (s.code) {
          one["violation"] = contract::name_of(*s.code);
          one["pointer"] = s.pointer;
        }
        all.push_back(std::move(one));
      }
    }
  return pretty(all);
}

}  // namespace uploadproto::cli
