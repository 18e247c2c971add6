// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORISER_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORISER_HPP

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "categories/category_model.hpp"
#include "categories/category_rules.hpp"

namespace uploadproto::reference {

struct categoriser_options {
  category_rules rules{};
  /// What the model must be sure of, 0 to 1; below it a transaction stays `Uncategorised`.
  float threshold = 0.6f;
};

/// Why a transaction has its category. The numbers stand in the database.
enum class category_source : unsigned char { none, rule, model };

struct category_decision {
  category is = category::uncategorised;
  category_source by = category_source::none;
};

/// Says what transactions were for (UP-P5): the user's rules, then the model where it is sure, else
/// `Uncategorised`. May be shared by threads.
class categoriser {
 public:
  categoriser(categoriser_options options, category_model model)
      : options_(std::move(options)), model_(std::move(model)) {}

  /// For one thread: remembers what the model said of descriptions that come again and again.
  class memory {
   public:
    explicit memory(categoriser const& of) : of_(of) {}
    category_decision decide(std::string_view vendor, std::string_view description, bool money_in);

   private:
    struct text_hash : std::hash<std::string_view> {
      using is_transparent = void;
    };

    categoriser const& of_;
    std::string text_;
    std::unordered_map<std::string, category, text_hash, std::equal_to<>> known_;
  };

 private:
  categoriser_options options_;
  category_model model_;
};

}  // namespace uploadproto::reference

#endif
