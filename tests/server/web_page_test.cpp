// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What the page may be asked for as, whom it may talk to, and that its files are all there.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "http/page_routes.hpp"
#include "web/host_name.hpp"
#include "web/page_files.hpp"

using namespace uploadproto::reference;

BOOST_AUTO_TEST_SUITE(web_page)

BOOST_AUTO_TEST_CASE(a_host_header_holds_a_name) {
  BOOST_TEST(host_name("localhost:8080").value() == "localhost");
  BOOST_TEST(host_name("127.0.0.1").value() == "127.0.0.1");
  BOOST_TEST(host_name("[::1]:8080").value() == "[::1]");
  BOOST_TEST(host_name("files.example-1.org:80").value() == "files.example-1.org");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_never_reaches_a_header) {
  for (std::string const bad : {"", ":8080", "a b", "a;script-src *", "a,b", "a'b", "a\"b", "a/b", "a@b",
                                "[::1", "*", "a\r\nX: y", "\xC3\xA4.example"})
    BOOST_TEST(!host_name(bad), bad);
  BOOST_TEST(!host_name(std::string(254, 'a')));
}

BOOST_AUTO_TEST_CASE(only_some_names_are_this_machine_for_sure) {
  for (char const* here : {"localhost", "127.0.0.1", "127.1.2.3", "[::1]", "::1"})
    BOOST_TEST(is_this_machine(here), here);
  for (char const* elsewhere : {"localhost.evil.example", "127.0.0.1.evil.example", "evil.example", "0.0.0.0",
                                "[::]", "192.168.0.1", "localhostx", ""})
    BOOST_TEST(!is_this_machine(elsewhere), elsewhere);
}

BOOST_AUTO_TEST_CASE(the_page_talks_to_sites_by_the_name_it_was_asked_for) {
  BOOST_TEST(http::connect_sources({{"bulk_upload", "http://127.0.0.1:5000"}}, "localhost") ==
             " http://localhost:5000 ws://localhost:5000");
  BOOST_TEST(http::connect_sources({{"bulk_upload", "http://192.168.0.7:5000"}}, "localhost") ==
             " http://192.168.0.7:5000 ws://192.168.0.7:5000");
}

BOOST_AUTO_TEST_CASE(the_files_are_there_and_each_has_its_own_tag) {
  auto const& files = page_files();
  auto const has = [&](std::string_view path) {
    return std::any_of(files.begin(), files.end(),
                       [&](auto& f) { return f.path == path && !f.bytes.empty(); });
  };
  for (char const* path : {"/", "/page/app.js", "/page/style.css", "/src/index.js", "/src/contract.js"})
    BOOST_TEST(has(path), path);
  for (auto const& f : files) {
    BOOST_TEST((f.etag.starts_with('"') && f.etag.ends_with('"')));
    BOOST_TEST(std::count_if(files.begin(), files.end(), [&](auto& g) { return g.etag == f.etag; }) == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
