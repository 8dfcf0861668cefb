// SPDX-License-Identifier: Apache-2.0
// Quotes around a word and '#' behind blanks are what administrators write by hand; no capture has them
// (lib/aix/README.md "Exports: printed form"), so they are only taken where nothing else can be meant.
#include "aix/exports.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

constexpr std::string_view expected_row = "DIRECTORY -option,option=value";

// Position of the quote that ends the word whose first character, a quote, is at `begin`: blank or nothing follows it.
std::size_t closing_quote(std::string_view line, std::size_t begin) {
  std::size_t at = line.find('"', begin + 1);
  while (at != std::string_view::npos && at + 1 < line.size() && !text::is_blank(line[at + 1])) {
    at = line.find('"', at + 1);
  }
  return at;
}

struct Word {
  std::string_view text;  // without its quotes
  bool quoted = false;
};

struct Words {
  std::vector<Word> words;
  bool closed = true;                            // false: a quote is open at the end
  std::size_t comment = std::string_view::npos;  // where '#' begins a comment
};

Words read_words(std::string_view line) {
  Words found;
  std::size_t at = 0;
  for (;;) {
    while (at < line.size() && text::is_blank(line[at])) ++at;
    if (at == line.size()) return found;
    if (line[at] == '#') {
      found.comment = at;
      return found;
    }
    if (line[at] == '"') {
      const std::size_t end = closing_quote(line, at);
      found.closed = end != std::string_view::npos;
      if (!found.closed) return found;
      found.words.push_back({line.substr(at + 1, end - at - 1), true});
      at = end + 1;
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && !text::is_blank(line[at])) ++at;
    found.words.push_back({line.substr(begin, at - begin), false});
  }
}

// An entry of the file: lines that a backslash continues are one text, without comments.
struct Entry {
  parsing::Line first;
  std::size_t last_line = 0;
  std::string text;
  std::string_view comment;  // the one behind the text, from '#' on
};

// Behind a separator the blanks at the start of the next line are layout: "-ro,\" and "    root=a".
bool ends_in_separator(const std::string& text) {
  return !text.empty() && std::string_view(",:=+").find(text.back()) != std::string_view::npos;
}

// A comment is not continued: what follows one that ends in a backslash must not vanish.
std::vector<Entry> entries(const std::vector<parsing::Line>& lines) {
  std::vector<Entry> found;
  bool open = false;
  for (const auto& line : lines) {
    if (!open) found.push_back({line, 0, "", ""});
    Entry& entry = found.back();
    entry.last_line = line.number;
    std::string_view rest = line.text;
    const std::size_t comment = read_words(rest).comment;
    if (comment != std::string_view::npos) {
      entry.comment = rest.substr(comment);
      rest = rest.substr(0, comment);
    }
    const bool continued = open;
    open = comment == std::string_view::npos && !rest.empty() && rest.back() == '\\';
    if (open) rest.remove_suffix(1);
    if (continued && ends_in_separator(entry.text)) rest = text::trimmed_left(rest);
    entry.text += rest;
  }
  return found;
}

// "/home # exportfs" in a capture, not the directory /home with a comment.
bool is_typed_command(std::string_view comment) {
  const auto words = text::first_fields(comment, 2);
  if (words.empty() || words[0] != "#") return false;
  if (words.size() == 1) return true;
  const std::string_view command = words[1].substr(words[1].rfind('/') + 1);
  return command == "exportfs" || command == "lsnfsexp" || command == "cat";
}

// Asked about lines that are no export. A prompt shows early: "/a ro # to all" is a broken line with a comment.
bool is_prompt(const parsing::Line& line) {
  const auto words = text::first_fields(line.text, 2);
  if (words.size() == 2 && text::starts_with(words[1], "-")) return false;
  if (words.size() < 2 || !text::starts_with(words[0], "/")) return parsing::is_prompt(line.text);
  return parsing::is_prompt(
      line.text.substr(0, static_cast<std::size_t>(words[1].data() - line.text.data()) + words[1].size()));
}

// [GUESS] Systems that exportfs was born on say so instead of printing nothing.
bool says_nothing_exported(std::string_view line) {
  constexpr std::size_t longest_message = 200;
  return line.size() < longest_message && text::lower(line).find("nothing exported") != std::string::npos;
}

// "root=" keeps its '=' in the name, since it need not mean what "root" means.
std::vector<std::pair<std::string, std::string>> read_options(std::string_view list) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto option : text::split(list, ',')) {
    if (option.empty()) continue;
    const std::size_t equals = option.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == option.size()) {
      options.emplace_back(option, "");
    } else {
      options.emplace_back(option.substr(0, equals), option.substr(equals + 1));
    }
  }
  return options;
}

std::optional<Export> read_row(const Entry& entry) {
  const Words line = read_words(entry.text);
  const auto& words = line.words;
  if (!line.closed || words.empty() || words.size() > 2 || !text::starts_with(words[0].text, "/")) return {};
  if (words.size() == 2 && !text::starts_with(words[1].text, "-")) return {};
  if (entry.text.find('\0') != std::string::npos) return {};
  // A blank of a web page between directory and options: AIX takes all of it for the name of a directory.
  if (words[0].text.find("\xC2\xA0") != std::string::npos) return {};
  if (words.size() == 1 && !words[0].quoted) {
    if (parsing::is_prompt(words[0].text) || is_typed_command(entry.comment)) return {};
  }
  Export row;
  row.directory = words[0].text;
  row.line = entry.first.number;
  row.last_line = entry.last_line;
  if (words.size() == 2) row.options = read_options(words[1].text.substr(1));
  return row;
}

bool is_named(std::string_view name, std::string_view option) {
  return name == option || (name.size() == option.size() + 1 && name.back() == '=' && text::starts_with(name, option));
}

std::string without_spare_slashes(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  }
  if (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

// Colons of an IPv6 address are no separators, and where it ends cannot be told.
bool may_hold_ipv6(const std::vector<std::string_view>& pieces, std::string_view value) {
  constexpr std::size_t groups = 8;
  if (value.find_first_of("[%") != std::string_view::npos || value.find("::") != std::string_view::npos) return true;
  const auto is_group = [](std::string_view piece) {
    return !piece.empty() && piece.size() <= 4 &&
           piece.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  };
  return static_cast<std::size_t>(std::count_if(pieces.begin(), pieces.end(), is_group)) >= groups;
}

using Meaning = std::vector<std::pair<std::string_view, std::vector<std::string_view>>>;

Meaning meaning(const std::vector<std::pair<std::string, std::string>>& options) {
  constexpr std::array<std::string_view, 5> sets = {"root", "access", "ro", "rw", "vers"};
  Meaning out;
  for (const auto& [name, value] : options) {
    std::vector<std::string_view> pieces = {value};
    if (std::find(sets.begin(), sets.end(), name) != sets.end()) {
      auto members = text::split(value, ':');
      if (!may_hold_ipv6(members, value)) {
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
        pieces = std::move(members);
      }
    }
    out.emplace_back(name, std::move(pieces));
  }
  // Options behind one of several sec= belong to it, so their order has a meaning then.
  const auto is_sec = [](const auto& option) { return option.first == "sec"; };
  if (std::count_if(out.begin(), out.end(), is_sec) < 2) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

// Text that would be read as something else when it stands alone.
std::string exports_word(std::string word) {
  const bool needed = std::any_of(word.begin(), word.end(), text::is_blank) || word.back() == '\\' ||
                      word.back() == '#' || word.back() == '$' || word.back() == '>';
  return needed ? '"' + word + '"' : word;
}

}  // namespace

std::vector<ReplicaLocation> Export::replicas() const {
  std::vector<ReplicaLocation> found;
  std::string_view rest;
  for (const auto& [name, value] : options) {
    if (name != "replicas") continue;
    rest = value;
    break;
  }
  while (!rest.empty()) {
    // A path begins with '/', which tells the separator from the colons of an IPv6 address.
    const std::size_t end = rest.find(":/");
    const std::string_view location = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::size_t at = location.rfind('@');
    const std::string path(location.substr(0, at));
    const auto hosts = at == std::string_view::npos ? std::string_view() : location.substr(at + 1);
    for (const auto host : text::split(hosts, '+')) {
      if (!host.empty() || hosts.empty()) found.push_back({path, std::string(host)});
    }
  }
  return found;
}

bool Export::exports_version(int version) const {
  bool given = false;
  for (const auto& [name, value] : options) {
    if (name != "vers") continue;
    given = true;
    for (const auto piece : text::split(value, ':')) {
      if (parsing::whole_number(piece) == version) return true;
    }
  }
  return !given && (version == 2 || version == 3);
}

bool Export::has(std::string_view option) const {
  return std::any_of(options.begin(), options.end(), [&](const auto& o) { return is_named(o.first, option); });
}

std::string Export::value(std::string_view option) const {
  for (const auto& [name, value] : options) {
    if (is_named(name, option)) return value;
  }
  return {};
}

bool Export::means_the_same_as(const Export& other) const {
  return without_spare_slashes(directory) == without_spare_slashes(other.directory) &&
         meaning(options) == meaning(other.options);
}

Exports parse_exports(std::string_view all) {
  Exports found;
  for (const auto& entry : entries(parsing::lines(all))) {
    if (text::trimmed(entry.text).empty()) continue;
    if (auto row = read_row(entry)) {
      found.rows.push_back(std::move(*row));
    } else if (!is_prompt(entry.first) && !says_nothing_exported(entry.text)) {
      found.problems.push_back(parsing::problem(entry.first, expected_row));
    }
  }
  return found;
}

std::string render_export(const Export& row) {
  std::string options;
  for (const auto& [name, value] : row.options) {
    options += options.empty() ? '-' : ',';
    options += name;
    if (!value.empty()) options += '=' + value;
  }
  std::string out = row.directory.empty() ? row.directory : exports_word(row.directory);
  if (!options.empty()) out += ' ' + exports_word(options);
  return out;
}

}  // namespace hanfs::aix
