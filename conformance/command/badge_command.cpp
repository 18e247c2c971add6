// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "command/commands.hpp"
#include "command/text_file.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {

int run(badge_command const& c) {
  try {
    write_to(c.file, badge_of_report(text_of(c.report_file)));
  } catch (bad_call const&) {
    throw;
  } catch (std::invalid_argument const& e) {
    throw bad_call(c.report_file + ": " + e.what());
  }
  return 0;
}

}  // namespace uploadproto::conformance
