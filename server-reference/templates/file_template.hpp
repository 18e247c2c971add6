// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_FILE_TEMPLATE_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_FILE_TEMPLATE_HPP

#include <boost/json/object.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "templates/cell_value.hpp"

namespace uploadproto::reference {

/** One column that a template's files have. */
struct template_column {
  std::string header;  ///< its text in the first row
  std::string field;   ///< member of the stored row
  field_type type = field_type::string;
  bool required = false;
  bool unique = false;               ///< no two stored rows have the same
  boost::json::value default_value;  ///< of an empty cell; null: there is none
  std::vector<std::string> samples;  ///< cells to show in a download
};

/** How the rows of a file are loaded (FU-P1). */
struct file_template {
  std::string name;  ///< 1 to 64 characters of A-Z a-z 0-9 . _ -
  std::string title;
  std::string description;
  std::vector<template_column> columns;
  std::string source;  ///< the JSON text that it was read from
};

/** A template file that cannot be used. `what()` is one sentence: file, place (JSON pointer or line and
    column), what was expected and what was found. */
class template_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** Most columns of a template. */
inline constexpr std::size_t max_template_columns = 100;

/** Reads a template file.

    `{"title"?, "description"?, "columns": [{"header", "field", "type", "required"?, "unique"?, "default"?,
    "samples"?}, …]}`; other members are mistakes. `default` and `samples` are cells of the column's type:
    texts, numbers or booleans.
    @param name  of the template: the file's name without `.json`
    @param file  how a sentence is to name the file
    @throws template_error */
file_template read_template(std::string_view json, std::string const& name, std::string const& file);

/** FU-H3: `{name, title, description, columns: [{header, field, type, required, unique, default?}, …]}` */
boost::json::object template_json(file_template const& of);

}  // namespace uploadproto::reference

#endif
