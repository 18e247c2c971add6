// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_HTTP_TLS_HPP
#define UPLOADPROTO_CLI_HTTP_TLS_HPP

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

namespace uploadproto::cli {

/** A client context that verifies peers. @param ca_file PEM; empty: the system's authorities
    @throws failure with `exit_code::usage` when the file holds no certificates */
std::shared_ptr<boost::asio::ssl::context> make_tls_context(std::filesystem::path const& ca_file);

}  // namespace uploadproto::cli

#endif
