// SPDX-License-Identifier: Apache-2.0
// Every line is taken for itself: a value alone, "KEY: VALUE", "KEY = VALUE", a sentence that ends in the value, or a
// row under "#KEY:KEY". What lines say must agree.
#include "aix/nfs_server.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "aix/parsing.hpp"
#include "net/address.hpp"

namespace hanfs::aix {
namespace {

constexpr std::size_t most_words = 40;  // of a line that is a sentence
constexpr std::ptrdiff_t most_columns = 16;
constexpr std::size_t longest_line = 4096;  // nobody says on or off in more

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has(const std::vector<std::string_view>& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is_one_of(word, wanted); });
}

bool contains(std::string_view all, std::string_view part) { return all.find(part) != std::string_view::npos; }

// Without the marks that end or surround a word in a sentence.
std::string_view bare(std::string_view word) {
  while (!word.empty() && contains("\"'`(<", word.substr(0, 1))) word.remove_prefix(1);
  while (!word.empty() && contains("\"'`)>.,;", word.substr(word.size() - 1))) word.remove_suffix(1);
  return word;
}

std::vector<std::string_view> bare_words(std::string_view line) {
  auto words = text::first_fields(line, most_words);
  for (auto& word : words) word = bare(word);
  return words;
}

struct Pair {
  std::string_view key;  // empty for a value alone
  std::string_view value;
};

Pair key_and_value(std::string_view line) {
  const std::size_t mark = line.find_first_of("=:");
  if (mark == std::string_view::npos) return {"", line};
  return {text::trimmed(line.substr(0, mark)), text::trimmed(line.substr(mark + 1))};
}

// Words of a message that talks about a state without being in it.
bool is_about_something_else(const std::vector<std::string_view>& words) {
  return has(words, {"cannot", "can",    "could",   "must",  "should", "may",   "if",     "or",
                     "when",   "while",  "unless",  "until", "only",   "usage", "usage:", "failed",
                     "error",  "unable", "invalid", "never", "be",     "was",   "were"});
}

// ---- replication

enum class Says { nothing, on, off, none };  // none: of a list, which is off unless something says on

Says word_says(std::string_view word) {
  if (is_one_of(word, {"on", "enabled", "yes", "1"})) return Says::on;
  if (is_one_of(word, {"off", "disabled", "no", "0"})) return Says::off;
  return word == "none" ? Says::none : Says::nothing;
}

// "/path@host", "/@h1+h2:/b@h3", an address, "ADDRESS:/path", "host+host" as chnfs -R takes it.
bool is_location(std::string_view word) {
  const std::size_t at = word.rfind('@');
  if (at != std::string_view::npos) return word.front() == '/' && at + 1 < word.size();
  if (net::read_address(word.substr(0, word.find(":/")))) return true;
  const auto hosts = text::split(word, '+');
  return hosts.size() > 1 && word.front() != '/' && std::all_of(hosts.begin(), hosts.end(), [](std::string_view host) {
           return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
             return text::is_letter(c) || text::is_digit(c) || contains(".-_:%", std::string_view(&c, 1));
           });
         });
}

bool lists_hosts(std::string_view value) {
  bool any = false;
  for (const auto word : text::fields(value)) {
    for (const auto piece : text::split(word, ',')) {
      if (piece.empty()) continue;
      if (!is_location(piece)) return false;
      any = true;
    }
  }
  return any;
}

Says value_says(std::string_view value) {
  value = text::trimmed(value);
  return lists_hosts(value) ? Says::on : word_says(bare(value));
}

bool is_about_replication(std::string_view key) { return contains(key, "repl") || key == "mode"; }

Says pair_says(const Pair& pair) {
  // "off:" is a row whose second column is empty.
  if (pair.key.empty() || pair.value.empty()) return value_says(pair.key.empty() ? pair.value : pair.key);
  if (is_one_of(pair.key, {"on", "off"}) && lists_hosts(pair.value)) return word_says(pair.key);
  if (!is_about_replication(pair.key) || has(bare_words(pair.key), {"no", "not", "off", "disabled"})) {
    return Says::nothing;
  }
  const Says said = value_says(pair.value);
  // The list of root replicas may well be empty while replication is on.
  return said == Says::off && contains(pair.key, "replicas") && is_one_of(bare(pair.value), {"no", "0"}) ? Says::none
                                                                                                         : said;
}

// "NFS version 4 replication is enabled."
Says sentence_says(std::string_view line) {
  const auto words = bare_words(line);
  if (words.size() < 2 || words.size() == most_words || is_about_something_else(words)) return Says::nothing;
  if (!std::any_of(words.begin(), words.end(), [](std::string_view w) { return text::starts_with(w, "repl"); })) {
    return Says::nothing;
  }
  const std::string_view last = words.back();
  if (has(words, {"not", "no"})) {
    return last == "enabled" && words[words.size() - 2] == "not" ? Says::off : Says::nothing;
  }
  return is_one_of(last, {"on", "off", "enabled", "disabled"}) ? word_says(last) : Says::nothing;
}

Says line_says(std::string_view line) {
  if (lists_hosts(line)) return Says::on;  // before its colons are taken for those of "KEY: VALUE"
  const Says said = pair_says(key_and_value(line));
  return said == Says::nothing ? sentence_says(line) : said;
}

// "#replication:replicas"
bool is_column_header(std::string_view line) {
  return line.size() > 1 && line.front() == '#' && contains(line, ":") && contains(line, "repl") &&
         std::none_of(line.begin(), line.end(), text::is_blank) &&
         std::count(line.begin(), line.end(), ':') < most_columns;
}

// ---- the domain

bool is_label(std::string_view label) {
  constexpr std::size_t longest = 63;
  return !label.empty() && label.size() <= longest && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return text::is_letter(c) || text::is_digit(c) || c == '-' || c == '_'; });
}

// A name without a dot is only believed where a line holds nothing else, or nothing but "domain:" before it.
std::string_view domain_in(std::string_view line) {
  const std::string low = text::lower(line);
  const auto words = bare_words(line);
  if (words.size() == 1 && is_nfs_domain(words[0])) return words[0];
  const Pair pair = key_and_value(line);
  if (!pair.key.empty() && contains(text::lower(pair.key), "domain") && text::first_fields(pair.value, 2).size() == 1) {
    return bare(pair.value);
  }
  const auto low_words = bare_words(low);
  if (words.size() == most_words || has(low_words, {"not", "no", "none"}) || is_about_something_else(low_words)) {
    return {};
  }
  if (!contains(low, "domain")) return {};
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (contains(words[i], ".") && is_one_of(low_words[i - 1], {"domain", "is", "to"})) return words[i];
  }
  return {};
}

}  // namespace

bool is_nfs_domain(std::string_view word) {
  constexpr std::size_t longest = 253;
  if (word.empty() || word.size() > longest) return false;
  const auto labels = text::split(word, '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return false;
  // No address, no number of a message.
  if (std::none_of(labels.back().begin(), labels.back().end(), text::is_letter)) return false;
  const std::string name = text::lower(word);
  return !is_one_of(name, {"none", "null", "nil", "unset", "undefined", "unknown", "not", "no", "off", "empty", "error",
                           "failed", "killed", "usage"});
}

ReplicationMode parse_getreplicas(std::string_view all) {
  const std::string low = text::lower(all);
  std::vector<std::string_view> columns;
  bool on = false;
  bool off = false;
  bool none = false;
  for (const auto& line : parsing::lines(low)) {
    const std::string_view said = parsing::trim_nbsp(line.text);
    if (said.empty() || said.size() > longest_line || parsing::is_ruler(said)) continue;
    if (is_column_header(said)) {
      columns = text::split(said.substr(1), ':');
      continue;
    }
    if (parsing::is_prompt(said)) continue;
    std::vector<Says> found = {line_says(said)};
    if (!columns.empty() && contains(said, ":")) {
      found.clear();
      std::string_view rest = said;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        // The last column keeps its colons: a list of replicas has some.
        const std::size_t end = i + 1 == columns.size() ? rest.size() : std::min(rest.find(':'), rest.size());
        if (end > 0) found.push_back(pair_says({columns[i], rest.substr(0, end)}));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    for (const Says one : found) {
      on = on || one == Says::on;
      off = off || one == Says::off;
      none = none || one == Says::none;
    }
  }
  if (on && off) return ReplicationMode::unknown;
  if (on) return ReplicationMode::on;
  return off || none ? ReplicationMode::off : ReplicationMode::unknown;
}

std::optional<std::string> parse_nfs_domain(std::string_view all) {
  if (contains(text::lower(all), "n/a")) return {};
  std::string_view domain;
  for (const auto& line : parsing::lines(all)) {
    const std::string_view said = parsing::trim_nbsp(line.text);
    if (said.empty() || said.size() > longest_line || parsing::is_ruler(said) || parsing::is_prompt(said)) continue;
    const std::string_view found = domain_in(said);
    if (!is_nfs_domain(found)) continue;
    if (!domain.empty() && !text::equal_ignoring_case(domain, found)) return {};  // which one cannot be told
    if (domain.empty()) domain = found;
  }
  if (domain.empty()) return {};
  return std::string(domain);
}

std::optional<std::vector<std::string>> parse_showmount(std::string_view all) {
  std::vector<std::string> directories;
  bool is_list = false;
  for (const auto& line : parsing::lines(all)) {
    if (line.text.find("no exported file systems for") != std::string_view::npos) is_list = true;
    if (line.text.rfind("export list for ", 0) == 0) is_list = true;
    if (line.text.empty() || line.text.front() != '/') continue;
    const std::string_view row = parsing::trim_nbsp(line.text);
    std::string_view directory = row.substr(0, row.find_last_of(" \t"));  // the last word is who may mount it
    while (!directory.empty() && text::is_blank(directory.back())) directory.remove_suffix(1);
    directories.emplace_back(directory);
  }
  if (!is_list) return std::nullopt;
  return directories;
}

bool is_ready_and_waiting(std::string_view text) { return text.find(" ready and waiting") != std::string_view::npos; }

}  // namespace hanfs::aix
