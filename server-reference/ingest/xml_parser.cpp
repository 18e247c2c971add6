// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/xml_parser.hpp"

#include <expat.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <utility>

#include "ingest/excerpt.hpp"

namespace uploadproto::reference {
namespace {

constexpr int chunk = 64 * 1024;

// Expat's memory functions take no context, so the account of the parser at work is found through the thread.
struct memory_account {
  std::size_t used = 0;
  std::size_t limit = 0;
};
thread_local memory_account* account = nullptr;

class charge_to {
 public:
  explicit charge_to(memory_account& a) noexcept : before_(std::exchange(account, &a)) {}
  ~charge_to() { account = before_; }
  charge_to(charge_to const&) = delete;
  charge_to& operator=(charge_to const&) = delete;

 private:
  memory_account* before_;
};

constexpr std::size_t prefix = alignof(std::max_align_t);  // holds the block's size
static_assert(prefix >= sizeof(std::size_t));

std::size_t& size_of(void* block) noexcept {
  return *reinterpret_cast<std::size_t*>(static_cast<char*>(block) - prefix);
}

void* take(std::size_t size) {
  if (size > account->limit - account->used) return nullptr;
  void* const raw = std::malloc(size + prefix);
  if (!raw) return nullptr;
  void* const block = static_cast<char*>(raw) + prefix;
  size_of(block) = size;
  account->used += size;
  return block;
}

void give_back(void* block) {
  if (!block) return;
  account->used -= size_of(block);
  std::free(static_cast<char*>(block) - prefix);
}

void* resize(void* block, std::size_t size) {
  if (!block) return take(size);
  std::size_t const before = size_of(block);
  if (size > before && size - before > account->limit - account->used) return nullptr;
  void* const raw = std::realloc(static_cast<char*>(block) - prefix, size + prefix);
  if (!raw) return nullptr;
  account->used += size - before;
  void* const grown = static_cast<char*>(raw) + prefix;
  size_of(grown) = size;
  return grown;
}

constexpr XML_Memory_Handling_Suite counted_memory{take, resize, give_back};

std::string_view local_name(std::string_view name) noexcept {
  return name.substr(name.find(':') + 1);
}

}  // namespace

char const* xml_attributes::find_prefixed(std::string_view local) const noexcept {
  for (char const** p = pairs_; *p; p += 2) {
    std::string_view const name = *p;
    auto const colon = name.find(':');
    if (colon != std::string_view::npos && name.substr(colon + 1) == local) return p[1];
  }
  return nullptr;
}

struct xml_parser::state {
  state(zip_archive& archive, zip_archive::part const& part_, xml_handler& handler_,
        workbook_limits const& limits_, stop_requested const& stop_)
      : part(part_), stream(archive, part_), handler(handler_), limits(limits_), stop(stop_) {
    memory.limit = limits.max_xml_memory;
    charge_to const charge(memory);
    parser = XML_ParserCreate_MM(nullptr, &counted_memory, nullptr);
    if (!parser) throw std::bad_alloc();
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  }

  ~state() {
    charge_to const charge(memory);
    XML_ParserFree(parser);
  }

  state(state const&) = delete;
  state& operator=(state const&) = delete;

  // Nothing may be thrown through the parser: it is stopped, and `run` throws on.
  template <class Work>
  void guarded(Work&& work) noexcept {
    if (failure) return;
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
      XML_StopParser(parser, XML_FALSE);
    }
  }

  static void on_start(void* self, char const* name, char const** attributes) {
    auto& s = *static_cast<state*>(self);
    s.guarded([&] {
      if (++s.depth > s.limits.max_xml_depth)
        throw input_error(input_problem::damaged, "The workbook is damaged: the elements of the part " +
                                                      excerpt(s.part.name, 80) + " are nested more than " +
                                                      std::to_string(s.limits.max_xml_depth) + " deep.");
      s.handler.start(local_name(name), xml_attributes(attributes));
    });
  }

  static void on_end(void* self, char const* name) {
    auto& s = *static_cast<state*>(self);
    s.guarded([&] {
      --s.depth;
      s.handler.end(local_name(name));
    });
  }

  static void on_text(void* self, char const* piece, int size) {
    auto& s = *static_cast<state*>(self);
    s.guarded([&] { s.handler.text({piece, static_cast<std::size_t>(size)}); });
  }

  static void on_doctype(void* self, char const*, char const*, char const*, int) {
    auto& s = *static_cast<state*>(self);
    s.guarded([&] {
      throw input_error(input_problem::forbidden_xml,
                        "The workbook is refused: its part " + excerpt(s.part.name, 80) +
                            " declares a document type, as XML entity bombs do and workbooks never do.");
    });
  }

  [[noreturn]] void fail() {
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
    XML_Error const code = XML_GetErrorCode(parser);
    if (code == XML_ERROR_NO_MEMORY)
      throw input_error(input_problem::bomb, "The workbook is refused: the XML of its part " +
                                                 excerpt(part.name, 80) +
                                                 " needs more memory than any real workbook's.");
    throw input_error(input_problem::damaged, "The workbook is damaged: the part " + excerpt(part.name, 80) +
                                                  " is not well-formed XML (" + XML_ErrorString(code) +
                                                  " in line " +
                                                  std::to_string(XML_GetCurrentLineNumber(parser)) + ").");
  }

  // True when the handler asked for a pause.
  bool feed() {
    if (stop && stop()) throw input_error(input_problem::cancelled, "The reading was cancelled.");
    void* const buffer = XML_GetBuffer(parser, chunk);
    if (!buffer) fail();
    std::size_t const n = stream.read({static_cast<char*>(buffer), static_cast<std::size_t>(chunk)});
    bytes += n;
    last = n == 0;
    return settle(XML_ParseBuffer(parser, static_cast<int>(n), last));
  }

  bool settle(XML_Status status) {
    if (status == XML_STATUS_ERROR || failure) fail();
    suspended = status == XML_STATUS_SUSPENDED;
    return suspended;
  }

  zip_archive::part const& part;
  part_stream stream;
  xml_handler& handler;
  workbook_limits const& limits;
  stop_requested const& stop;
  memory_account memory;
  XML_Parser parser = nullptr;
  std::exception_ptr failure;
  std::size_t depth = 0;
  std::uint64_t bytes = 0;
  bool suspended = false;
  bool last = false;
};

xml_parser::xml_parser(zip_archive& archive, zip_archive::part const& part, xml_handler& handler,
                       workbook_limits const& limits, stop_requested const& stop)
    : state_(std::make_unique<state>(archive, part, handler, limits, stop)) {}

xml_parser::~xml_parser() = default;

bool xml_parser::run() {
  charge_to const charge(state_->memory);
  if (state_->suspended && state_->settle(XML_ResumeParser(state_->parser))) return true;
  while (!state_->last)
    if (state_->feed()) return true;
  return false;
}

void xml_parser::pause() noexcept {
  XML_StopParser(state_->parser, XML_TRUE);
}

std::uint64_t xml_parser::bytes() const noexcept {
  return state_->bytes;
}

}  // namespace uploadproto::reference
