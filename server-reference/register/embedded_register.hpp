// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_EMBEDDED_REGISTER_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_EMBEDDED_REGISTER_HPP

#include <memory>

#include "register/register_lookup.hpp"
#include "register/voters_roll.hpp"

namespace uploadproto::reference {

/** A voters' roll in process: answers at once and never fails. Whom the roll does not know is not registered.
 */
class embedded_register final : public register_lookup {
 public:
  explicit embedded_register(std::shared_ptr<voters_roll const> roll) : roll_(std::move(roll)) {}

  lookup_end look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                     keep_going const& going) override;
  bool answers_are_costly() const override { return false; }
  std::size_t preferred_batch() const override { return 4096; }

 private:
  std::shared_ptr<voters_roll const> roll_;
};

}  // namespace uploadproto::reference

#endif
