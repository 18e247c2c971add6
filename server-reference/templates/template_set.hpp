// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_TEMPLATE_SET_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_TEMPLATE_SET_HPP

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "templates/file_template.hpp"

namespace uploadproto::reference {

/** The templates that files may be loaded through, by name. */
class template_set {
 public:
  using template_ptr = std::shared_ptr<file_template const>;

  /** `users` and `products`, which are part of the program. */
  static template_set shipped();

  /** Adds every `NAME.json` of a directory; one of a name that is there already replaces it.
      @throws template_error naming the directory or the file */
  void add_directory(std::filesystem::path const& directory);

  void add(file_template made);

  /** Null for an unknown name. */
  template_ptr find(std::string_view name) const;

  std::map<std::string, template_ptr, std::less<>> const& all() const noexcept { return templates_; }

 private:
  std::map<std::string, template_ptr, std::less<>> templates_;
};

}  // namespace uploadproto::reference

#endif
