// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "categories/category_model.hpp"

#include <fasttext/args.h>
#include <fasttext/dictionary.h>
#include <fasttext/fasttext.h>

#include <array>
#include <cmath>
#include <fstream>
#include <istream>
#include <random>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

#include "categories/description_text.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view label_prefix = "__label__";

// fastText reads words from a stream.
class text_source : public std::streambuf {
 public:
  explicit text_source(std::string_view text) {
    auto* const begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }

 protected:
  // It goes back to the beginning at the end of the text; there is nothing to go back to.
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return pos_type(0); }
};

fasttext::Args arguments(std::filesystem::path const& input) {
  fasttext::Args a;
  a.model = fasttext::model_name::sup;
  a.loss = fasttext::loss_name::softmax;
  a.input = input.string();
  a.label = std::string(label_prefix);
  a.lr = 0.15;
  a.epoch = 12;
  a.dim = 24;
  a.wordNgrams = 2;
  a.minn = 3;
  a.maxn = 5;
  a.minCount = 1;
  a.bucket = 40'000;
  a.thread = 1;
  a.seed = 1;
  a.verbose = 0;
  return a;
}

void write_labelled(std::ostream& out, std::span<statement_row const> rows) {
  // In an order that is not by category; the same everywhere.
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937 random(1);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::string text;
  for (auto const i : order) {
    write_description_text(text, {}, rows[i].description, rows[i].money_in);
    out << label_prefix << static_cast<int>(rows[i].is) << ' ' << text << '\n';
  }
}

}  // namespace

struct category_model::state {
  fasttext::FastText model;
  std::shared_ptr<fasttext::Dictionary const> words;
  std::vector<category> labels;  // by fastText's number

  explicit state(std::filesystem::path const& file) {
    try {
      model.loadModel(file.string());
    } catch (std::exception const& e) {
      throw std::runtime_error("The model of the categories cannot be read: " + std::string(e.what()));
    }
    words = model.getDictionary();
    for (int i = 0; i < words->nlabels(); ++i) {
      auto const number = words->getLabel(i).substr(label_prefix.size());
      auto const index =
          number.size() == 1 ? static_cast<std::size_t>(number[0] - '0') : category_names.size();
      if (index >= category_names.size()) throw std::runtime_error("The model knows an unknown category");
      labels.push_back(static_cast<category>(index));
    }
  }
};

category_model::category_model(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
category_model::category_model(category_model&&) noexcept = default;
category_model& category_model::operator=(category_model&&) noexcept = default;
category_model::~category_model() = default;

category_model category_model::load(std::filesystem::path const& file) {
  return category_model(std::make_unique<state>(file));
}

void category_model::train(std::span<statement_row const> rows, std::filesystem::path const& file) {
  auto input = file;
  input += ".txt";
  {
    std::ofstream out(input, std::ios::binary);
    write_labelled(out, rows);
    if (!out.flush()) throw std::runtime_error("cannot write " + input.string());
  }
  fasttext::FastText model;
  model.train(arguments(input));
  model.saveModel(file.string());
  std::error_code ignored;
  std::filesystem::remove(input, ignored);
}

category_guess category_model::guess(std::string_view text) const {
  text_source source(text);
  std::istream in(&source);
  std::vector<std::int32_t> words, labels;
  state_->words->getLine(in, words, labels);
  fasttext::Predictions best;
  state_->model.predict(1, words, best);
  if (best.empty()) return {};
  auto const [logarithm, label] = best.front();
  return {state_->labels[static_cast<std::size_t>(label)], std::min(std::exp(logarithm), 1.0f)};
}

category_accuracy measure(category_model const& model, std::span<statement_row const> rows, float threshold) {
  category_accuracy result;
  std::string text;
  for (auto const& row : rows) {
    write_description_text(text, {}, row.description, row.money_in);
    auto const guess = model.guess(text);
    bool const right = guess.is == row.is, confident = guess.confidence >= threshold;
    ++result.rows;
    result.right += right;
    result.confident += confident;
    result.confident_right += confident && right;
  }
  return result;
}

}  // namespace uploadproto::reference
