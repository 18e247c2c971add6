// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <sstream>

#include "target/target.hpp"

namespace uploadproto::conformance {
namespace {

void write_recipe(std::ostream& out, std::string const& section, request_recipe const& r,
                  std::string_view why) {
  if (r.path.empty()) return;
  out << "\n# " << why << "\n[" << section << "]\n# method = \"" << r.method << "\"\n# path = \"" << r.path
      << "\"\n";
  if (!r.pointer.empty()) out << "# pointer = \"" << r.pointer << "\"   # JSON pointer into the answer\n";
  out << "# headers = { \"X-Name\" = \"value\" }\n"
      << "# command = \"\"   # in its place: a shell command that prints what is wanted\n";
}

void write_protocol(std::ostream& out, protocol_target const& p) {
  std::string const name(p.name());
  out << "\n# " << p.face->info->title << ". Take the section out if your server does not speak it.\n["
      << name << "]\nurl = \"" << p.url << "\"\n";
  if (p.rest_url != p.url) out << "rest_url = \"" << p.rest_url << "\"\n";
  out << "# lacks = [\"polling\"]   # features that your server does not have; cases that need one are "
         "skipped\n";
  if (auto const& limits = p.face->info->limits; limits.heartbeat && limits.idle_timeout)
    out << "# heartbeat_seconds = " << limits.heartbeat->count()
        << "   # time between pings; where it is longer than patience_ms, their cases are skipped\n"
        << "# idle_seconds = " << limits.idle_timeout->count()
        << "   # time after which a silent connection is closed\n";
  write_recipe(out, name + ".upload", p.upload.request,
               "How a job is made. The command sees {file}, {token}, {user} and {job_id}.");
  out << "# field = \"" << p.upload.field << "\"   # the form field of the file\n";
  out << "# form = { name = \"value\" }   # other form fields\n";
  if (!p.upload.job_id_field.empty())
    out << "# job_id_field = \"" << p.upload.job_id_field << "\"   # \"\": clients cannot choose ids\n";
  write_recipe(out, name + ".send", p.send, "A single message.");
  write_recipe(out, name + ".ticket", p.ticket, "A ticket for the socket, with the session's token.");
  write_recipe(out, name + ".status", p.status, "A job's state.");
  write_recipe(out, name + ".cancel", p.cancel, "Ends a running job.");
  write_recipe(out, name + ".report", p.report, "A job's report.");
  out << "\n# Files in the place of the suite's own; false: your server has no use for one.\n[" << name
      << ".samples]\n# good = \"good.file\"\n# bad_row = \"one-bad-row.file\"\n# failing = "
         "\"cannot-be-read.file\"\n"
         "# infected = \"test-virus.file\"\n# slow = \"takes-some-seconds.file\"\n";
}

}  // namespace

std::string commented_target() {
  std::ostringstream out;
  target const defaults = default_target();
  out << "# What uploadproto-conformance has to know of the server under test. Lines that begin with # show "
         "the\n"
         "# defaults, which are the reference server's. Paths are relative to this file.\n\n"
         "name = \"my server\"\n"
         "# reference = false   # true: judged by what is promised of the reference server alone, too\n"
      << "# patience_ms = " << defaults.patience.count()
      << "   # longest wait for something that must come\n\n"
      << "# Where tokens come from: a secret (the best: hostile tokens can be made), two tokens, or a "
         "command.\n"
         "[token]\n"
         "secret = \"replace this by your server's secret of at least 32 bytes\"\n"
         "# secret_file = \"jwt-secret\"\n"
         "# users = { alice = \"eyJ…\", bob = \"eyJ…\" }\n"
         "# command = \"./print-token {user}\"\n"
         "# claims = { iss = \"me\" }   # besides sub, iat and exp\n";
  for (protocol_target const& p : defaults.protocols) write_protocol(out, p);
  return out.str();
}

}  // namespace uploadproto::conformance
