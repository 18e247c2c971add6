// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CASES_ANSWERS_HPP
#define UPLOADPROTO_CONFORMANCE_CASES_ANSWERS_HPP

#include <string>
#include <string_view>

#include "trial/trial.hpp"

namespace uploadproto::conformance {

/** What stands at a JSON pointer; null where nothing does. */
boost::json::value at(boost::json::value const&, std::string_view pointer);
/** The text there; empty where there is none. */
std::string text_at(boost::json::value const&, std::string_view pointer);

/** A request of a user, with the user's token where the target has tokens. */
http_call call_of(trial&, std::string_view method, std::string_view path, std::string_view who = "alice");
/** POST of JSON, or of what should have been JSON. */
http_call posted(trial&, std::string_view path, std::string body);

/** How much a clause that others may leave out binds this target: the reference server promises it (README).
 */
inline level promised(trial const& t, level otherwise = level::may) {
  return t.whole().reference ? level::must : otherwise;
}

/** An answer, judged by one clause, one look after another. */
class answer {
 public:
  answer(trial& t, std::string_view clause, http_call call)
      : trial_(t),
        clause_(clause),
        asked_(call.method + ' ' + call.url),
        reply_(t.request(std::move(call))) {}

  /** The case ends when the status is another one. */
  answer& status(unsigned);
  answer& is(std::string_view pointer, boost::json::value const&);
  answer& text(std::string_view pointer);     ///< a text that is not empty
  answer& natural(std::string_view pointer);  ///< an integer of at least 0
  answer& array(std::string_view pointer);
  answer& object(std::string_view pointer);
  answer& timestamp(std::string_view pointer);
  answer& one_of(std::string_view pointer, std::initializer_list<std::string_view>);
  /** The header is there and holds that text, case ignored. */
  answer& header(std::string_view name, std::string_view holds);
  /** The body is a workbook. */
  answer& workbook();

  http_reply const& reply() const noexcept { return reply_; }
  boost::json::value at(std::string_view pointer) const { return conformance::at(reply_.json(), pointer); }

 private:
  answer& look(std::string_view pointer, bool holds, std::string expected);

  trial& trial_;
  std::string clause_, asked_;
  http_reply reply_;
};

/** An event in the order of a watcher's, as one text: to compare what several have heard. */
std::string shown(observed_event const&);
/** A watcher's events of a job, one text each. */
std::vector<std::string> shown(std::vector<observed_event> const&);

}  // namespace uploadproto::conformance

#endif
