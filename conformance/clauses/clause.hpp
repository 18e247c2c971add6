// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLAUSES_CLAUSE_HPP
#define UPLOADPROTO_CONFORMANCE_CLAUSES_CLAUSE_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** How much a clause asks (RFC 2119). Ordered: the strictest first. */
enum class level : std::uint8_t { must, should, may };

std::string_view name_of(level) noexcept;

/** Where a clause comes from. */
enum class source : std::uint8_t {
  document,   ///< the published document says it
  resolved,   ///< the document is silent; the project's resolution
  reference,  ///< a promise of the reference server alone
  extension   ///< an addition of the project
};

/** A numbered sentence of the contract in words. */
struct clause {
  std::string id;  ///< `BU-E1`, for ever
  conformance::level level = level::must;
  std::string role;  ///< `server`, `client` or `both`
  conformance::source source = source::document;
  std::string text;

  bool binds(std::string_view which) const { return role == which || role == "both"; }
};

}  // namespace uploadproto::conformance

#endif
