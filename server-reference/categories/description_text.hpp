// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_DESCRIPTION_TEXT_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_DESCRIPTION_TEXT_HPP

#include <string>
#include <string_view>

namespace uploadproto::reference {

/// What the classifier is shown of a transaction, in training and in use: whether money comes in or goes out,
/// and the words of vendor and description in lower case, without those that hold a digit (dates, cards,
/// references), without punctuation; at most 200 bytes. \param out  gets the text; its old content is dropped
void write_description_text(std::string& out, std::string_view vendor, std::string_view description,
                            bool money_in);

}  // namespace uploadproto::reference

#endif
