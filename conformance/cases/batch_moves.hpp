// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CASES_BATCH_MOVES_HPP
#define UPLOADPROTO_CONFORMANCE_CASES_BATCH_MOVES_HPP

#include <boost/json/object.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cases/all_cases.hpp"
#include "trial/trial.hpp"

/** @file
    What cases do with batches that are watched over a plain WebSocket. */
namespace uploadproto::conformance {

/** A case of `upload_progress` as a line of a table. */
struct batch_case {
  std::string_view id, title;  ///< without the protocol's prefix
  std::vector<std::string> clauses;
  void (*run)(trial&);
  bool alone = false;
};

void add_batch_cases(case_list&, std::initializer_list<batch_case>);

/** Begins to connect with this ticket; an empty one: with none. */
websocket_probe& approach(trial&, std::string_view who, std::string_view batch, std::string_view ticket);
/** Waits until it is known of each whether it is in. A server that turns clients away only after the upgrade
    has had its say when it answers a ping. */
void await_entry(trial&, std::vector<websocket_probe*> const&);
/** `approach` and `await_entry`. */
websocket_probe& knock(trial&, std::string_view who, std::string_view batch, std::string_view ticket);
/** The same with a fresh ticket of that user. */
websocket_probe& knock(trial&, std::string_view who, std::string_view batch);

bool is_in(websocket_probe const&);
/** In one of the ways of UP-A2. */
bool is_refused(websocket_probe const&);
/** In one of the ways of UP-N1. */
bool is_one_too_many(websocket_probe const&);

/** Finds that a client is in; the case ends when it is not. */
void require_in(trial&, std::string_view clause, websocket_probe const&, std::string_view who);
/** Finds that it was refused, by UP-A2's ways. */
void check_refused(trial&, std::string_view clause, websocket_probe const&, std::string_view what);
/** Finds that it is in and answers: nothing has disturbed it. */
void check_undisturbed(trial&, std::string_view clause, websocket_probe&, std::string_view by);

/** Whether the server answers a text `ping` on this connection. */
bool answers(trial&, websocket_probe&);
/** Waits until the server has closed the connection, or has answered what came after. @return closed */
bool ends(trial&, websocket_probe const&);

/** The batch's terminal message on this watcher; null when none came within the target's patience. */
boost::json::value await_end(trial&, watcher&, std::string_view batch);

/** A table of transactions as a file; the suite's own columns unless the text says others. */
sample_file transactions_of(std::string text, std::string name = "transactions.csv");

/** A claims set for a ticket that is signed here. */
boost::json::object ticket_claims(trial&, std::string_view who, std::chrono::seconds life);

}  // namespace uploadproto::conformance

#endif
