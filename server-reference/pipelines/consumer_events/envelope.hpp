// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ENVELOPE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ENVELOPE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipelines/consumer_events/order.hpp"

namespace uploadproto::reference {

/** A row of a CSV file on its way: cells, or what makes it none. */
struct order_row {
  std::uint64_t number = 0;  ///< as the user sees it in the file; the header is 1
  std::variant<std::array<std::string, order_fields.size()>, std::string> content{};
};

/** Which part of which upload a batch is (CE-H3). */
struct batch_place {
  std::string upload_id;
  std::uint64_t index = 0, count = 0;  ///< index from 0
};

/** What travels on the topic: one checked order, or a batch of rows that the consumer checks.

        {"logId":…,"dataType":"SINGLE_MESSAGE","order":[orderNumber,productName,quantity,price]}
        {"logId":…,"dataType":"CSV_BATCH","uploadId":…,"batchIndex":0,"batchCount":3,
         "rows":[[2,orderNumber,productName,quantity,price],[3,"what is wrong with the row"],…]}

    All of the order and of a row but its number are texts. */
struct envelope {
  std::string log_id;
  std::optional<order> single{};
  std::vector<order_row> rows{};       ///< of a batch
  std::optional<batch_place> place{};  ///< of a batch, where the producer says it
};

std::string write_single(std::string_view log_id, order const& o);

/** A batch whose rows are written already, as `append_row` does. */
std::string write_batch(std::string_view log_id, batch_place const& place, std::string_view rows);
void append_row(std::string& rows, order_row const& row);

/** Why a message cannot be worked on. */
struct envelope_problem {
  std::string log_id;  ///< empty where that cannot be told either
  std::string what;
};

/** Reads what another program may have written, too. */
std::variant<envelope, envelope_problem> read_envelope(std::string_view json);

}  // namespace uploadproto::reference

#endif
