// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/command_line.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <set>
#include <vector>

#include "config/config_file.hpp"
#include "config/setting_table.hpp"

#ifndef UPLOADPROTO_VERSION
#define UPLOADPROTO_VERSION "unknown"
#endif

namespace uploadproto::reference {
namespace {

/** CLI11 says some things in several lines. */
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

/** The file may set a list that flags replace, and an address that a flag for the same name replaces; but two
   flags for one name contradict each other. */
void refuse_repeated_names(std::vector<std::string> const& listen) {
  std::set<std::string> seen;
  for (auto const& entry : listen)
    if (auto const name = entry.substr(0, entry.find('=')); !seen.insert(name).second)
      throw invalid_setting("--listen names " + name + " twice");
}

void apply_flag(settings& s, setting const& entry, std::vector<std::string> const& texts) {
  try {
    if (entry.key == "listen") refuse_repeated_names(texts);
    if (entry.is_list)
      entry.apply(s, {texts, true});
    else
      entry.apply(s, {texts.back(), true});
  } catch (invalid_setting const& e) {
    std::string const message = e.what();
    if (message.starts_with(entry.flag)) throw;
    throw invalid_setting(std::string{entry.flag} + ": " + message);
  }
}

}  // namespace

std::variant<settings, information> read_command_line(int argc, char const* const* argv) {
  CLI::App app{"Serves the upload progress protocols: real pipelines, no set-up."};
  app.name("uploadproto-server");
  app.set_version_flag("--version", std::string{"uploadproto-server "} + UPLOADPROTO_VERSION);
  std::string config;
  app.add_option("--config", config, "TOML file; flags win over it");
  std::map<setting const*, std::vector<std::string>> found;
  for (auto const& entry : setting_table()) {
    auto* const option = app.add_option(std::string{entry.flag}, found[&entry], std::string{entry.help});
    option->type_name(entry.is_list ? "TEXT ..." : "TEXT")->expected(1)->allow_extra_args(false);
    if (entry.is_list)
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    else
      option->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  }
  try {
    app.parse(argc, const_cast<char**>(argv));
  } catch (CLI::CallForHelp const&) {
    return information{app.help()};
  } catch (CLI::CallForVersion const& e) {
    return information{std::string{e.what()} + "\n"};
  } catch (CLI::ParseError const& e) {
    throw invalid_setting(one_line(e.what()));
  }

  settings s;
  if (!config.empty()) read_config_file(s, config);
  for (auto const& entry : setting_table())
    if (auto const& texts = found[&entry]; !texts.empty()) apply_flag(s, entry, texts);
  return s;
}

}  // namespace uploadproto::reference
