// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/http/tls.hpp"

#include "cli/exit_code.hpp"

namespace uploadproto::cli {

std::shared_ptr<boost::asio::ssl::context> make_tls_context(std::filesystem::path const& ca_file) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  context->set_verify_mode(ssl::verify_peer);
  boost::system::error_code error;
  if (ca_file.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(ca_file.string(), error);
  if (error && !ca_file.empty())
    throw failure(exit_code::usage, ca_file.string() + " holds no certificates that can be read");
  return context;
}

}  // namespace uploadproto::cli
