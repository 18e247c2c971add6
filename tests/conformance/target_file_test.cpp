// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "fixtures/sample_files.hpp"
#include "target/target.hpp"

namespace {

using namespace uploadproto::conformance;

/** A target file that is there as long as this is. */
class written {
 public:
  explicit written(std::string const& text) {
    std::string name = (std::filesystem::temp_directory_path() / "target-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()));
    folder_ = name;
    std::ofstream(path()) << text;
  }
  ~written() { std::filesystem::remove_all(folder_); }
  std::filesystem::path path() const { return folder_ / "target.toml"; }

 private:
  std::filesystem::path folder_;
};

std::string complaint_about(std::string const& text) {
  written const file(text);
  try {
    read_target(file.path());
  } catch (bad_target const& e) {
    return std::string(e.what()).substr(file.path().string().size());
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(target_file_test)

BOOST_AUTO_TEST_CASE(the_commented_file_can_be_read_as_it_is) {
  written const file(commented_target());
  target const read = read_target(file.path()), defaults = default_target();
  BOOST_REQUIRE_EQUAL(defaults.protocols.size(), read.protocols.size());
  BOOST_CHECK(!read.reference);
  for (std::size_t i = 0; i != read.protocols.size(); ++i) {
    BOOST_CHECK_EQUAL(defaults.protocols[i].url, read.protocols[i].url);
    BOOST_CHECK_EQUAL(defaults.protocols[i].rest_url, read.protocols[i].rest_url);
    BOOST_CHECK_EQUAL(defaults.protocols[i].upload.request.path, read.protocols[i].upload.request.path);
  }
}

BOOST_AUTO_TEST_CASE(every_setting_arrives) {
  written const file(R"(name = "mine"
reference = true
patience_ms = 5
[token]
users = { alice = "a" }
claims = { iss = "me" }
[file_upload]
url = "https://example.org"
lacks = ["polling"]
[file_upload.upload]
path = "/put"
field = "upload"
form = { x = "y" }
headers = { "X-A" = "b" }
job_id_field = ""
pointer = "/id"
[file_upload.samples]
good = "a.csv"
slow = false
)");
  target const t = read_target(file.path());
  BOOST_REQUIRE_EQUAL(1u, t.protocols.size());
  protocol_target const& p = t.protocols.front();
  BOOST_CHECK_EQUAL("mine", t.name);
  BOOST_CHECK(t.reference);
  BOOST_CHECK(t.patience == std::chrono::milliseconds(5));
  BOOST_CHECK_EQUAL("a", t.tokens.fixed.at("alice"));
  BOOST_CHECK_EQUAL("me", t.tokens.claims.at("iss"));
  BOOST_CHECK_EQUAL("https://example.org", p.url);
  BOOST_CHECK_EQUAL("https://example.org", p.rest_url);
  BOOST_CHECK_EQUAL("/put", p.upload.request.path);
  BOOST_CHECK_EQUAL("/id", p.upload.request.pointer);
  BOOST_CHECK_EQUAL("upload", p.upload.field);
  BOOST_CHECK(p.upload.job_id_field.empty());
  BOOST_CHECK(p.lacks.contains("polling"));
  BOOST_CHECK(p.no_samples.contains(sample_kind::slow));
  BOOST_CHECK_EQUAL((file.path().parent_path() / "a.csv").string(), p.samples.at(sample_kind::good).string());
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_their_place) {
  BOOST_CHECK_EQUAL(":1:15: patience_ms: expected a whole number of milliseconds",
                    complaint_about("patience_ms = \"5\"\n"));
  BOOST_CHECK(complaint_about("[bulk_upload]\nurl = \"http://x\"\ncolour = 1\n")
                  .ends_with("there is no setting bulk_upload.colour"));
  BOOST_CHECK(complaint_about("name = \"x\"\n").ends_with("expected a section like [bulk_upload]"));
  BOOST_CHECK(complaint_about("[bulk_upload]\nurl = 5\n").ends_with("bulk_upload.url: expected a string"));
  BOOST_CHECK(complaint_about("[bulk_upload\n").starts_with(":1:"));
}

BOOST_AUTO_TEST_CASE(samples_are_the_same_each_time) {
  for (protocol_face const& face : known_protocols()) {
    auto const& good = own_sample(face.name(), sample_kind::good);
    BOOST_CHECK(!good.bytes.empty());
    BOOST_CHECK(good.bytes != own_sample(face.name(), sample_kind::failing).bytes);
    BOOST_CHECK(good.bytes != own_sample(face.name(), sample_kind::bad_row).bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()
