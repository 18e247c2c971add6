// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_OBSERVATIONS_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_OBSERVATIONS_HPP

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "judge/judgement.hpp"
#include "target/target.hpp"

namespace uploadproto::conformance {

/** A whole job as its owner heard it, judged. */
struct observation {
  judgement found;
  std::string trace;
};

/** Jobs that several cases look at are run once. Any thread. */
class observations {
 public:
  using maker = std::function<observation()>;

  /** The job of this kind; made by `make` when it is the first time. What `make` throws is thrown on, and the
      next one tries again. */
  std::shared_ptr<observation const> of(std::string_view protocol, sample_kind, maker const& make);

 private:
  std::mutex lock_;
  std::map<std::pair<std::string, sample_kind>, std::shared_ptr<observation const>> made_;
};

}  // namespace uploadproto::conformance

#endif
