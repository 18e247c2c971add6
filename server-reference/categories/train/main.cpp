// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Trains the classifier of transactions, and says how good it is on merchants that it never saw.
//
//   uploadproto-train-categories MERCHANTS TRADES MODEL
//   uploadproto-train-categories MERCHANTS TRADES --print-rows training|held-back
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "categories/categoriser.hpp"
#include "categories/category_model.hpp"

namespace {

using namespace uploadproto::reference;

std::vector<merchant> read(std::string const& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  try {
    return read_merchants(in);
  } catch (std::exception const& e) {
    throw std::runtime_error(file + ", " + e.what());
  }
}

void print(std::vector<statement_row> const& rows) {
  for (auto const& row : rows)
    std::cout << name_of(row.is) << '\t' << (row.money_in ? "in" : "out") << '\t' << row.description << '\n';
}

void train(std::vector<merchant> const& merchants, std::vector<merchant> const& trades,
           std::string const& file) {
  auto const training = training_rows(merchants, trades);
  category_model::train(training, file);
  auto const accuracy =
      measure(category_model::load(file), held_back_rows(merchants), categoriser_options().threshold);
  std::printf(
      "%zu rows of training, %zu rows of %zu other merchants: %.1f %% right; at or above the threshold %.1f "
      "%%\n"
      "of the rows, and %.1f %% of those right\n",
      training.size(), accuracy.rows, split(merchants).held_back.size(), accuracy.of_all() * 100,
      accuracy.coverage() * 100, accuracy.of_confident() * 100);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    bool const printing = argc == 5 && std::string(argv[3]) == "--print-rows";
    if (argc != 4 && !printing) {
      std::cerr
          << "usage: uploadproto-train-categories MERCHANTS TRADES MODEL | --print-rows training|held-back\n";
      return 2;
    }
    auto const merchants = read(argv[1]), trades = read(argv[2]);
    if (!printing)
      train(merchants, trades, argv[3]);
    else
      print(std::string(argv[4]) == "training" ? training_rows(merchants, trades)
                                               : held_back_rows(merchants));
    return 0;
  } catch (std::exception const& e) {
    std::cerr << "uploadproto-train-categories: " << e.what() << '\n';
    return 1;
  }
}
