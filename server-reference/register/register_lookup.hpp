// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_REGISTER_LOOKUP_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_REGISTER_LOOKUP_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** The 13 digits of an ID number as a number. */
using id_key = std::uint64_t;

/** The digits again, leading zeros included. */
std::array<char, 13> digits_of(id_key id);

/** Exactly 13 ASCII digits, else empty. */
std::optional<id_key> id_key_of(std::string_view digits);

/** What the voters' register says of one person (BU-P3). */
struct register_answer {
  enum class state : unsigned char {
    unasked,  ///< the look-up ended before this one's turn
    registered,
    not_registered,
    unchecked,  ///< asked, and no answer was to be had: `reason` says why. Never the same as not registered
  };
  state what = state::unasked;
  std::string voter_status;  ///< as the register words it; may be empty
  std::string ward_id;
  std::string vd_number;
  std::string reason;  ///< a sentence, of an unchecked one
};

/** How a look-up came to its end. */
enum class lookup_end : unsigned char {
  complete,       ///< no answer is `unasked`
  stopped,        ///< `keep_going` said no
  limit_reached,  ///< the register's hourly limit is used up and the configuration says to fail then
};

/** Called from the thread that waits in `look_up`, at least four times a second, with the number of ids that
   have an answer and a note on what is being waited for (empty for nothing special). False ends the look-up
   at once. */
using keep_going = std::function<bool(std::size_t answered, std::string_view note)>;

/** Looks ID numbers up in a voters' register. Implementations are thread-safe. */
class register_lookup {
 public:
  virtual ~register_lookup() = default;

  /** Asks for every id whose answer is still `unasked`, and blocks until the end that it returns.
      Trouble with one id is an `unchecked` answer, never an exception. @pre the spans are of one size */
  virtual lookup_end look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                             keep_going const& going) = 0;

  /** True where an answer costs something, so that those of a broken-off job are kept for its next attempt.
   */
  virtual bool answers_are_costly() const = 0;

  /** How many ids to hand over at a time. */
  virtual std::size_t preferred_batch() const = 0;
};

}  // namespace uploadproto::reference

#endif
