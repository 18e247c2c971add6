// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/upload_form.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "http/file_name.hpp"
#include "http/multipart_parser.hpp"
#include "http/off_loop.hpp"
#include "http/reply.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
// What a form may hold beside its file: delimiters, headers, fields.
constexpr std::uint64_t form_overhead = 1024 * 1024;

http_error too_large(upload_limits const& limits) {
  return {status::payload_too_large, "file_too_large",
          "The file is larger than " + std::to_string(limits.max_file_bytes) + " bytes"};
}

/** Takes the one file of a form; refuses by an error that carries its status. */
class form_sink final : public part_sink {
 public:
  form_sink(upload_limits const& limits, std::filesystem::path const& directory, form_fields* fields)
      : limits_(limits), directory_(directory), fields_(fields) {}

  std::string on_part(part_headers const& headers) override {
    field_bytes_ = 0;
    field_ = nullptr;
    if (!headers.file_name) {
      in_file_ = false;
      auto const& kept = limits_.text_fields;
      if (!fields_ || std::find(kept.begin(), kept.end(), headers.name) == kept.end()) return {};
      auto const [at, first] = fields_->try_emplace(headers.name);
      if (!first)
        return refuse({status::bad_request, "repeated_field",
                       "The form holds the field \"" + headers.name + "\" more than once"});
      field_ = &at->second;
      return {};
    }
    if (headers.name != limits_.file_field)
      return refuse({status::bad_request, "unexpected_file",
                     "The file is expected in the field \"" + limits_.file_field + "\""});
    if (file_) return refuse({status::bad_request, "too_many_files", "The form holds more than one file"});
    auto name = display_file_name(*headers.file_name);
    if (!name)
      return refuse(
          {status::bad_request, "invalid_file_name",
           "The file's name must be 1 to 255 bytes of UTF-8, without control characters and \"..\""});
    if (!is_accepted(*name))
      return refuse({status::unsupported_media_type, "unsupported_file_type",
                     "The file's name must end in " + accepted_extensions()});
    name_ = std::move(*name);
    file_ = std::make_unique<upload_file>(directory_);
    in_file_ = true;
    return {};
  }

  std::string on_data(std::string_view bytes) override {
    if (!in_file_) {
      field_bytes_ += bytes.size();
      if (field_bytes_ <= limits_.max_field_bytes) {
        if (field_) field_->append(bytes);
        return {};
      }
      return refuse({status::payload_too_large, "field_too_large", "A field of the form is too large"});
    }
    if (file_->size() + bytes.size() > limits_.max_file_bytes) return refuse(too_large(limits_));
    file_->write(bytes);
    return {};
  }

  std::string on_part_end() override {
    in_file_ = false;
    return {};
  }

  std::optional<http_error> const& refusal() const { return refusal_; }
  bool has_file() const { return file_ != nullptr; }
  upload_file& file() { return *file_; }
  received_file take() { return {std::move(file_), std::move(name_)}; }

 private:
  bool is_accepted(std::string_view name) const {
    auto const& further = limits_.further_extensions;
    return has_extension(name, limits_.extension) ||
           std::any_of(further.begin(), further.end(), [&](auto const& e) { return has_extension(name, e); });
  }

  std::string accepted_extensions() const {
    auto list = limits_.extension;
    for (auto const& e : limits_.further_extensions) list += " or " + e;
    return list;
  }

  std::string refuse(http_error error) {
    refusal_ = std::move(error);
    return refusal_->what();
  }

  upload_limits const& limits_;
  std::filesystem::path const& directory_;
  std::unique_ptr<upload_file> file_;
  std::string name_;
  bool in_file_ = false;
  form_fields* fields_;
  std::string* field_ = nullptr;
  std::size_t field_bytes_ = 0;
  std::optional<http_error> refusal_;
};

std::string boundary_of(request const& from) {
  auto const type = from.headers[field::content_type];
  auto boundary = multipart_parser::boundary_of({type.data(), type.size()});
  if (!boundary)
    throw http_error(status::unsupported_media_type, "unsupported_media_type",
                     "The upload must be multipart/form-data");
  if (boundary->empty())
    throw http_error(status::bad_request, "invalid_multipart", "The Content-Type has no usable boundary");
  return *boundary;
}

[[noreturn]] void throw_refusal(form_sink const& sink, multipart_parser const& parser) {
  if (sink.refusal()) throw http_error(*sink.refusal());
  throw http_error(status::bad_request, "invalid_multipart", "Malformed form: " + parser.failure());
}

/** Runs `step` on the pool; a full disk becomes the 503 that it is. */
template <class Step>
awaitable<void> on_disk(asio::thread_pool& pool, Step step) {
  try {
    co_await off_loop(pool, std::move(step));
  } catch (std::system_error const& e) {
    if (!is_disk_full(e.code())) throw;
    throw http_error(status::service_unavailable, "storage_full", "The server has no room for the file now");
  }
}

}  // namespace

awaitable<received_file> receive_form(request& from, upload_limits const& limits,
                                      std::filesystem::path const& directory, asio::thread_pool& pool,
                                      form_fields* fields) {
  auto const boundary = boundary_of(from);
  auto const max_body = limits.max_file_bytes + form_overhead;
  if (from.body.announced_size().value_or(0) > max_body) throw too_large(limits);

  form_sink sink{limits, directory, fields};
  multipart_parser parser{boundary, sink, {.max_parts = limits.max_parts}};
  std::vector<char> buffer(buffer_size);
  std::uint64_t total = 0;
  while (auto const size = co_await from.body.read(buffer)) {
    total += size;
    if (total > max_body) throw too_large(limits);
    bool well_formed = true;
    co_await on_disk(pool, [&] { well_formed = parser.put({buffer.data(), size}); });
    if (!well_formed) throw_refusal(sink, parser);
  }
  if (!parser.finish()) throw_refusal(sink, parser);
  if (!sink.has_file())
    throw http_error(status::bad_request, "missing_file",
                     "The form holds no file in the field \"" + limits.file_field + "\"");
  co_await on_disk(pool, [&] { sink.file().commit(); });
  co_return sink.take();
}

}  // namespace uploadproto::reference::http
