// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/options.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "net/address.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

struct Verb {
  const char* name;
  Subcommand subcommand;
  std::size_t fewest_operands;
  std::size_t most_operands;
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {"node", Subcommand::node, 0, 0},
      {"servers", Subcommand::servers, 1, 64},
      {"tree", Subcommand::tree, 2, 3},
      {"watch", Subcommand::watch, 0, 256},
  };
  return all;
}

const std::vector<app::OwnOption> own_options{{"openmetrics", {"node"}}, {"save", {"node"}},
                                              {"from", {"node"}},        {"path", {"servers"}},
                                              {"timeout", {"servers"}},  {"again", {"servers"}},
                                              {"watch", {"servers"}},    {"notify", {"servers"}},
                                              {"output", {"tree"}},      {"max-age", {"tree"}},
                                              {"manifest", {"tree"}},    {"hash", {"tree"}},
                                              {"exclude", {"tree"}},     {"no-default-excludes", {"tree"}},
                                              {"html", {"watch"}},       {"seconds", {"watch"}},
                                              {"until-left", {"watch"}}, {"stall-ms", {"watch"}}};

// By what tree does, the first of its words. One that is none is refused later.
const std::vector<app::OwnOption> own_options_of_tree{
    {"output", {"tree manifest"}},
    {"max-age", {"tree manifest"}},
    {"manifest", {"tree check"}},
    {"no-default-excludes", {"tree manifest", "tree compare", "tree sync-plan"}}};

const Verb* find_verb(const std::string& name) {
  const auto found = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& verb) { return name == verb.name; });
  return found == verbs().end() ? nullptr : &*found;
}

std::string names_of_verbs() {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  return text::joined(names, ", ");
}

void take_modes(const config::Values& said, Options& options) {
  if (const Verb* verb = find_verb(said.word("verb"))) options.subcommand = verb->subcommand;
  options.operands = said.list("words");
  options.openmetrics = said.word("openmetrics");
  options.path = said.word("path");
  options.timeout = said.number("timeout");
  options.again = said.number("again");
  options.watch = said.number("watch");
  options.notify = said.list("notify");
  options.output = said.word("output");
  if (!said.list("max-age").empty()) options.max_age = said.number("max-age");
  options.manifest = said.word("manifest");
  options.hash = said.word("hash");
  options.excludes = said.list("exclude");
  options.default_excludes = !said.truth("no-default-excludes");
  options.html = said.word("html");
  options.watch_seconds = said.number("seconds");
  options.until_left = said.word("until-left");
  options.stall_milliseconds = said.number("stall-ms");
}

Result<Settings> resolve(const config::Values&) { return Settings{}; }

// They promise that nothing is changed, which holds for all but what writes a file or runs a command.
Status check_promises(const config::Values& said) {
  const std::vector<std::string>& operands = said.list("words");
  std::string deed;
  for (const char* option : {"openmetrics", "html", "notify"})
    if (!said.list(option).empty()) deed = std::string("--") + option;
  if (said.word("verb") == "tree" && !operands.empty() && operands.front() == "manifest") deed = "tree manifest";
  for (const char* promise : {"dry-run", "check", "status"})
    if (!deed.empty() && said.truth(promise))
      return Error{"--" + std::string(promise) + " is not for " + deed +
                   ", which does more than look; cure: one of the two"};
  return Done{};
}

Status check_servers(const config::Values& said) {
  std::vector<std::string> servers;
  for (const std::string& server : said.list("words")) {
    if (!net::read_address(server) && !text::is_plain_name(server, ".-_"))
      return Error{"servers: " + report::quoted(server) + " is neither an address nor the name of a host"};
    if (std::find(servers.begin(), servers.end(), server) != servers.end())
      return Error{"servers: " + server + " is given twice"};
    servers.push_back(server);
  }
  const std::vector<std::string>& notify = said.list("notify");
  if (!notify.empty() && said.list("watch").empty())
    return Error{"--notify is for changes; cure: --watch SECONDS with it"};
  if (!notify.empty() && notify.front().substr(0, 1) != "/")
    return Error{"--notify: " + report::quoted(notify.front()) + " is no absolute path; its first word is the command"};
  return Done{};
}

// Bytes of a path on the server, without what would be another path there.
std::string check_server_path(const std::string& path) {
  if (path.substr(0, 1) != "/") return report::quoted(path) + " is no absolute path";
  if (path.size() > 1023) return "longer than a path can be, 1023 bytes";  // PATH_MAX of AIX
  for (const std::string_view part : text::split_list(path, "/"))
    if (part == "." || part == "..") return report::quoted(path) + " has . or .. in it";
  return "";
}

std::string check_address(const std::string& word) {
  return net::is_host_ipv4(word) ? "" : report::quoted(word) + " is not the IPv4 address of a host";
}

// All words behind --notify are its command's, also those that look like options, so each is put behind a --notify of
// its own. Error: it comes again.
Result<std::vector<std::string>> with_words_of_notify(int argc, const char* const* argv) {
  const std::string option = "--notify";
  std::vector<std::string> words(argv, argv + argc);
  const auto begin = std::find_if(words.begin(), words.end(), [&](const std::string& word) {
    return word == "--" || word == option || text::starts_with(word, option + '=');
  });
  if (begin == words.end() || *begin == "--") return words;
  std::vector<std::string> result(words.begin(), begin);
  if (*begin != option) result.push_back(*begin);
  for (auto word = begin + 1; word != words.end(); ++word) {
    if (*word == option || text::starts_with(*word, option + '='))
      return Error{option + " is there twice; cure: once, at the end, with all words of its command behind it"};
    if (word->empty()) {
      result.insert(result.end(), {option, ""});
    } else {
      result.push_back(option + '=' + *word);
    }
  }
  if (result.size() == static_cast<std::size_t>(begin - words.begin())) result.push_back(option);  // a value is missing
  return result;
}

Status check_modes(const config::Values& said) {
  const std::string name = said.word("verb");
  if (name.empty()) return Error{"what is to be checked? cure: " + names_of_verbs() + "; see --help"};
  const Verb* verb = find_verb(name);
  if (verb == nullptr)
    return Error{report::quoted(name) + " is no check; cure: one of " + names_of_verbs() + "; see --help"};
  const std::vector<std::string>& words = said.list("words");
  if (const Status own = app::check_own_options(said, own_options, name); !own) return own;
  if (verb->subcommand == Subcommand::tree && !words.empty()) {
    const std::string deed = name + ' ' + report::escape_control(words.front());
    if (const Status own = app::check_own_options(said, own_options_of_tree, deed); !own) return own;
  }
  if (const Status promises = check_promises(said); !promises) return promises;
  if (words.size() < verb->fewest_operands) return Error{name + ": a word is missing; cure: see --help"};
  if (words.size() > verb->most_operands)
    return Error{name + ": " + report::quoted(words.back()) + " is a word too many; cure: see --help"};
  if (verb->subcommand == Subcommand::servers) return check_servers(said);
  if (verb->subcommand == Subcommand::watch) {
    std::set<std::string> seen;
    for (const std::string& path : words) {
      if (const std::string wrong = app::check_path(path); !wrong.empty()) return Error{name + ": " + wrong};
      if (!seen.insert(path).second) return Error{name + ": " + report::quoted(path) + " is given twice"};
    }
  }
  return Done{};
}

}  // namespace

Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv) {
  const Result<std::vector<std::string>> words = with_words_of_notify(argc, argv);
  if (!words) return words.error();
  std::vector<const char*> as_read;
  for (const std::string& word : *words) as_read.push_back(word.c_str());
  const app::Program program{
      config::check,
      tool_name,
      "Proves that an NFSv4 failover will work.",
      {{"exclude", app::check_not_empty}, {"until-left", check_address}, {"path", check_server_path}},
      check_modes,
      // A node is judged by its settings; the others may be run by somebody who may not read them.
      [](const config::Values& said) { return said.word("verb") == "node"; }};
  return app::read_command_line<Options>(program, system, static_cast<int>(as_read.size()), as_read.data(), take_modes,
                                         resolve);
}

}  // namespace hanfs::check
