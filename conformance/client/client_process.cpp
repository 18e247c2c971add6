// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/client_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace uploadproto::conformance {
namespace {

namespace net = boost::asio;

[[noreturn]] void refuse(int error, char const* what) {
  throw boost::system::system_error(error, boost::system::system_category(), what);
}

/** A pipe whose ends no other program inherits. */
struct pipe_ends {
  pipe_ends() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) refuse(errno, "a pipe for the client");
    read = ends[0];
    write = ends[1];
  }
  int read, write;
};

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/** The environment and the places beside it. */
std::vector<std::string> environment(client_places const& places) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) out.emplace_back(*entry);
  for (auto const& [name, value] : places) out.push_back("UPLOADPROTO_" + upper(name) + '=' + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/** The shell with the command, in a group of its own; of all that is open here it gets the two pipes. */
::pid_t spawn(std::string const& command, client_places const& places, int out, int err) {
  std::vector<std::string> arguments{"sh", "-c", command}, variables = environment(places);
  ::posix_spawn_file_actions_t files;
  ::posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, out, 1);
  ::posix_spawn_file_actions_adddup2(&files, err, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  ::pid_t made = 0;
  int const error = ::posix_spawn(&made, "/bin/sh", &files, &attributes, pointers(arguments).data(),
                                  pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) refuse(error, "the client's command");
  return made;
}

}  // namespace

std::string filled_command(std::string_view command, client_places const& places) {
  std::string out;
  while (!command.empty()) {
    std::size_t const open = command.find('{'), close = command.find('}', open);
    out += command.substr(0, open);
    if (open == command.npos || close == command.npos) {
      if (open != command.npos) out += command.substr(open);
      break;
    }
    std::string_view const name = command.substr(open + 1, close - open - 1);
    auto const place = places.find(std::string(name));
    bool const variable = open != 0 && command[open - 1] == '$';
    bool const word =
        !variable && !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos;
    if (place == places.end() && word)
      throw std::invalid_argument('{' + std::string(name) + "} stands for nothing here");
    out +=
        !word || place == places.end() ? std::string(command.substr(open, close - open + 1)) : place->second;
    command.remove_prefix(close + 1);
  }
  return out;
}

class client_process::impl {
 public:
  impl(world& w, std::function<void(std::string_view)> line)
      : world_(w), line_(std::move(line)), out_(w.loop()), err_(w.loop()), signals_(w.loop(), SIGCHLD) {}

  /** Ends it and all that it has started, whatever they do. */
  void kill() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    if (!exit_code) ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  void start(std::string const& command, client_places const& places, std::shared_ptr<impl> const& self) {
    pipe_ends const out, err;
    out_.assign(out.read);
    err_.assign(err.read);
    world_.wire().add("client", trace::direction::note, "started: " + command);
    try {
      pid_ = spawn(command, places, out.write, err.write);
    } catch (...) {
      ::close(out.write);
      ::close(err.write);
      throw;
    }
    ::close(out.write);
    ::close(err.write);
    net::co_spawn(world_.loop(), read(self, out_, true), net::detached);
    net::co_spawn(world_.loop(), read(self, err_, false), net::detached);
    net::co_spawn(world_.loop(), wait(self), net::detached);
  }

  std::optional<int> exit_code;
  int open_streams = 2;

 private:
  static net::awaitable<void> read(std::shared_ptr<impl> self, net::posix::stream_descriptor& from,
                                   bool announcing) {
    std::string text;
    std::array<char, 8192> piece{};
    boost::system::error_code error;
    while (!error) {
      std::size_t const n =
          co_await from.async_read_some(net::buffer(piece), net::redirect_error(net::use_awaitable, error));
      text.append(piece.data(), n);
      for (std::size_t end; (end = text.find('\n')) != text.npos; text.erase(0, end + 1))
        self->take(std::string_view(text).substr(0, end), announcing);
    }
    if (!text.empty()) self->take(text, announcing);
    --self->open_streams;
    self->look();
  }

  void take(std::string_view line, bool announcing) {
    world_.wire().add(announcing ? "client" : "client/stderr", trace::direction::received, line);
    if (announcing) line_(line);
  }

  static net::awaitable<void> wait(std::shared_ptr<impl> self) {
    self->look();
    while (!self->exit_code) {
      boost::system::error_code error;
      co_await self->signals_.async_wait(net::redirect_error(net::use_awaitable, error));
      if (error) co_return;
      self->look();
    }
  }

  /** Whether it has ended: a signal tells for all programs at once, and may have come before. */
  void look() {
    int status = 0;
    if (exit_code || pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return;
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    world_.wire().add("client", trace::direction::note, "ended with " + std::to_string(*exit_code));
  }

  world& world_;
  std::function<void(std::string_view)> line_;
  net::posix::stream_descriptor out_, err_;
  net::signal_set signals_;
  ::pid_t pid_ = 0;
};

client_process::client_process(world& w, std::string const& command, client_places const& places,
                               std::function<void(std::string_view)> line)
    : impl_(std::make_shared<impl>(w, std::move(line))) {
  impl_->start(filled_command(command, places), places, impl_);
}

client_process::~client_process() {
  impl_->kill();
}

bool client_process::ended() const noexcept {
  return impl_->exit_code && impl_->open_streams == 0;
}
int client_process::exit_code() const noexcept {
  return impl_->exit_code.value_or(0);
}

}  // namespace uploadproto::conformance
