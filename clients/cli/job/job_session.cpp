// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_session.hpp"

#include "cli/http/tls.hpp"
#include "cli/job/ticket.hpp"
#include "cli/token_source.hpp"

namespace uploadproto::cli {

credentials make_credentials(job_command const& what) {
  return {make_tls_context(what.ca_file), make_token_source(what.token)};
}

job_session::job_session(boost::asio::any_io_executor executor, job_command const& what,
                         credentials const& who, std::function<void(std::string const&)> notice)
    : http_({what.upload_server, who.tls, who.token, what.timeout}) {
  job_feed::options options;
  options.server = what.server;
  options.tls = who.tls;
  options.token = who.token;
  options.timeout = what.timeout;
  options.notice = [notice = std::move(notice)](feed_notice const& n) { notice(n.sentence); };
  if (what.protocol->auth.ticket)
    options.ticket = [this, what] { return fetch_ticket(http_, what.protocol->rest); };
  feed_ = make_job_feed(*what.protocol, std::move(executor), std::move(options));
}

}  // namespace uploadproto::cli
