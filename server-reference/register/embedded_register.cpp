// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/embedded_register.hpp"

namespace uploadproto::reference {

lookup_end embedded_register::look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                                      keep_going const& going) {
  using state = register_answer::state;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto& answer = answers[i];
    if (answer.what != state::unasked) continue;
    auto const found = roll_->find(ids[i]);
    answer.what = found && found->registered ? state::registered : state::not_registered;
    if (!found) continue;
    answer.voter_status = found->voter_status;
    answer.ward_id = found->ward_id;
    answer.vd_number = found->vd_number;
  }
  return going(ids.size(), {}) ? lookup_end::complete : lookup_end::stopped;
}

}  // namespace uploadproto::reference
