// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/http_register.hpp"

#include <algorithm>
#include <stdexcept>

#include "register/http_register_state.hpp"
#include "register/lookup_round.hpp"

namespace uploadproto::reference {
namespace {

// How long a look-up may go without asking whether to go on.
constexpr auto slice = std::chrono::milliseconds(100);

net::client_tls tls_of(http_register_options const& options) {
  net::client_tls tls{net::make_client_tls_context(), options.verify_peer};
  if (options.ca_file.empty()) return tls;
  error_code problem;
  tls.context->load_verify_file(options.ca_file.string(), problem);
  if (problem)
    throw std::invalid_argument("The register's CA file " + options.ca_file.string() +
                                " cannot be read: " + problem.message());
  return tls;
}

}  // namespace

http_register::http_register(http_register_options options) : shared_(std::make_unique<shared>()) {
  auto const url = net::parse_client_url(options.url);
  if (!url || !url->query.empty())
    throw std::invalid_argument("The register's URL is to be http://host[:port][/path] or https://…");
  if (options.user.empty() || options.password.empty())
    throw std::invalid_argument("The register at " + url->host + " needs a user and a password");
  shared_->url = *url;
  shared_->path = url->path;
  while (shared_->path.ends_with('/')) shared_->path.pop_back();
  if (url->tls) shared_->tls = tls_of(options);
  options.parallelism = std::clamp(options.parallelism, 1u, 256u);
  shared_->limit = hourly_limit(options.hourly_limit);
  shared_->options = std::move(options);
}

http_register::~http_register() = default;

std::size_t http_register::preferred_batch() const {
  return std::size_t{32} * shared_->options.parallelism;
}

lookup_end http_register::look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                                  keep_going const& going) {
  std::unique_ptr<register_fleet> fleet;
  {
    std::lock_guard lock(shared_->mutex);
    if (!shared_->idle.empty()) {
      fleet = std::move(shared_->idle.back());
      shared_->idle.pop_back();
    }
  }
  if (!fleet) {
    fleet = std::make_unique<register_fleet>();
    auto const& options = shared_->options;
    for (unsigned i = 0; i < options.parallelism; ++i)
      fleet->connections.push_back(std::make_shared<register_connection>(
          fleet->context, shared_->url, shared_->tls,
          register_connection::times{options.connect_timeout, options.request_timeout}));
  }

  auto round = std::make_shared<lookup_round>(*shared_, *fleet, ids, answers);
  round->start();
  while (!round->over()) {
    fleet->context.restart();
    fleet->context.run_one_for(slice);
    fleet->context.poll();
    // Whoever stops drops the fleet: what is under way ends with it.
    if (!going(round->answered(), round->note())) return lookup_end::stopped;
  }
  auto const limit_reached = round->limit_reached();
  round.reset();  // its timers live on the fleet, which another thread may take at once
  {
    std::lock_guard lock(shared_->mutex);
    shared_->idle.push_back(std::move(fleet));
  }
  return limit_reached ? lookup_end::limit_reached : lookup_end::complete;
}

}  // namespace uploadproto::reference
