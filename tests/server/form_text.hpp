// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_FORM_TEXT_HPP
#define UPLOADPROTO_TESTS_SERVER_FORM_TEXT_HPP

#include <string>

namespace uploadproto::reference::test {

inline std::string form_part(std::string const& disposition, std::string const& contents) {
  return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + contents + "\r\n";
}

inline std::string form_file(std::string const& contents, std::string const& name = "a.xlsx") {
  return form_part("name=\"file\"; filename=\"" + name + "\"", contents) + "--XX--\r\n";
}

/** The header of an upload whose body is `size` bytes. */
inline std::string upload_head(std::string const& path, std::size_t size, std::string const& headers = {},
                               std::string const& type = "multipart/form-data; boundary=XX") {
  return "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(size) + "\r\n" + headers + "\r\n";
}

inline std::string upload_request(std::string const& path, std::string const& body,
                                  std::string const& headers = {}) {
  return upload_head(path, body.size(), headers) + body;
}

}  // namespace uploadproto::reference::test

#endif
