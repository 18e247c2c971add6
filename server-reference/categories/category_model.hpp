// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_MODEL_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_MODEL_HPP

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "categories/category.hpp"
#include "categories/statement_rows.hpp"

namespace uploadproto::reference {

struct category_guess {
  category is = category::uncategorised;
  float confidence = 0;  ///< 0 to 1
};

/// The trained text classifier (fastText: words and parts of words, so that an unseen merchant's name still
/// says something). May be asked by several threads at a time.
class category_model {
 public:
  /// The model that was trained when this program was built.
  /// \throws std::runtime_error
  static category_model shipped();
  static category_model load(std::filesystem::path const& file);

  /// Trains a model in a few seconds, on one thread and with a fixed seed, and writes it to a file. It holds
  /// 4 MB or so.
  static void train(std::span<statement_row const> rows, std::filesystem::path const& file);

  category_model(category_model&&) noexcept;
  category_model& operator=(category_model&&) noexcept;
  ~category_model();

  /// \param text  as write_description_text() makes it
  category_guess guess(std::string_view text) const;

  struct state;  ///< internal

 private:
  explicit category_model(std::unique_ptr<state>) noexcept;

  std::unique_ptr<state> state_;
};

/// How good guesses are on rows whose category is known.
struct category_accuracy {
  std::size_t rows = 0;
  std::size_t right = 0;      ///< whatever the confidence
  std::size_t confident = 0;  ///< at or above the threshold
  std::size_t confident_right = 0;

  double of_all() const { return rows == 0 ? 0 : static_cast<double>(right) / static_cast<double>(rows); }
  double of_confident() const {
    return confident == 0 ? 0 : static_cast<double>(confident_right) / static_cast<double>(confident);
  }
  double coverage() const {
    return rows == 0 ? 0 : static_cast<double>(confident) / static_cast<double>(rows);
  }
};

category_accuracy measure(category_model const& model, std::span<statement_row const> rows, float threshold);

}  // namespace uploadproto::reference

#endif
