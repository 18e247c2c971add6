// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_VOTERS_ROLL_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_VOTERS_ROLL_HPP

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "register/register_lookup.hpp"

namespace uploadproto::reference {

/** A voters' roll in memory: about 24 bytes a person. Immutable once made, hence thread-safe.

    Its text form is CSV with the header `id_number,registered,voter_status,ward_id,vd_number`, a line a
   person, `registered` 0 or 1, no quoting (none of the values can need it), LF or CRLF.
*/
class voters_roll {
 public:
  struct entry {
    bool registered = false;
    std::string_view voter_status;
    std::string_view ward_id;
    std::string_view vd_number;
  };

  /** @param name of the source, for messages @throws std::runtime_error naming the line and what is wrong
   * with it */
  static voters_roll read(std::string_view csv, std::string_view name);

  /** @throws std::runtime_error also where the file cannot be read */
  static voters_roll read_file(std::filesystem::path const& file);

  /** The one that ships with the project, compiled into the program. */
  static voters_roll shipped();

  /** Empty for somebody whom the roll does not know. The views live as long as the roll. */
  std::optional<entry> find(id_key id) const;

  std::size_t size() const { return people_.size(); }

 private:
  struct person {
    id_key id;
    std::uint32_t ward;
    std::uint32_t vd;
    std::uint16_t status;
    bool registered;
  };

  std::vector<person> people_;      ///< by id
  std::vector<std::string> texts_;  ///< each distinct status, ward and voting district once
};

}  // namespace uploadproto::reference

#endif
