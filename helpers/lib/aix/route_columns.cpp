// SPDX-License-Identifier: Apache-2.0
// Plain rows are DEST [GATEWAY] FLAGS int int IF rest, which reads every row of every public transcript
// (lib/aix/README.md "netstat: routes"): gateway may be blank, Exp and Groups may be absent, columns shift. The header
// of -C was never seen; its words tell the columns, and a row may leave some of them blank, so words are laid over the
// columns by what they can be.
#include "aix/route_columns.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t most_words = 16;  // of a row or header; real ones have nine

bool is_number(std::string_view word) { return parsing::whole_number(word).has_value(); }

// Letters and digits beginning with a letter: "UGHS", "UHSb", "U1".
bool is_flags(std::string_view word) {
  return !word.empty() && word.size() <= 16 && text::is_letter(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) { return text::is_letter(c) || text::is_digit(c); });
}

// "en0", "lo0", "lo0*" (down): a name with a number.
bool is_interface(std::string_view word) {
  if (!word.empty() && word.back() == '*') word.remove_suffix(1);
  return is_flags(word) && text::is_digit(word.back());
}

// A number, or what may stand for the maximum to which DGD raises a cost (how that prints was never seen): a word that
// begins with "max", or the number in hexadecimal.
std::optional<long long> cost(std::string_view word) {
  if (text::starts_with_ignoring_case(word, "max")) return dead_cost;
  if (!text::starts_with_ignoring_case(word, "0x")) return parsing::whole_number(word);
  unsigned number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data() + 2, end, number, 16);
  return error == std::errc() && rest == end ? std::optional<long long>(number) : std::nullopt;
}

bool is_cost(std::string_view word) { return word == "-" || cost(word); }

// Words of a row without the mark "=>", which says that another entry of the same key follows.
Words row_words(std::string_view line) {
  Words words = text::first_fields(line, most_words + 1);
  if (!words.empty() && words.back() == "=>") words.pop_back();
  return words;
}

Route make_route(std::string_view destination, std::string_view gateway, std::string_view flags,
                 std::string_view interface) {
  Route route;
  route.destination = destination;
  route.gateway = gateway;
  route.flags = flags;
  route.interface = interface;
  return route;
}

struct FoundRow {
  Route route;
  std::size_t interface_at = 0;
};

std::optional<FoundRow> read_plain(const Words& words) {
  // With a gateway first: "link#2" can not be flags, and flags are never followed by a word and two numbers.
  for (const std::size_t flags : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() <= flags + 3) continue;
    if (is_flags(words[flags]) && is_number(words[flags + 1]) && is_number(words[flags + 2]) &&
        is_interface(words[flags + 3])) {
      return FoundRow{make_route(words[0], flags == 2 ? words[1] : "", words[flags], words[flags + 3]), flags + 3};
    }
  }
  return {};
}

// A header that was not understood: flags behind the destination or the gateway, an interface somewhere later, and at
// the end perhaps two numbers, which are (current, configured). A number and a word in between are weight and policy.
std::optional<Route> read_unknown(const Words& words) {
  if (auto plain = read_plain(words)) return std::move(plain->route);
  for (const std::size_t flags : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() <= flags || !is_flags(words[flags]) || is_interface(words[flags])) continue;
    for (std::size_t i = flags + 1; i < words.size(); ++i) {
      if (!is_interface(words[i])) continue;
      Route route = make_route(words[0], flags == 2 ? words[1] : "", words[flags], words[i]);
      const std::size_t last = words.size() - 1;
      const auto current = last >= i + 2 ? cost(words[last - 1]) : std::nullopt;
      const auto configured = cost(words[last]);
      if (current && configured) {
        route.current_cost = current;
        route.configured_cost = configured;
      }
      if (i == flags + 3 && is_number(words[flags + 1]) && !is_number(words[flags + 2])) {
        route.weight = words[flags + 1];
        if (words[flags + 2] != "-") route.policy = words[flags + 2];
      }
      return route;
    }
  }
  return {};
}

bool fits(RouteColumn column, std::string_view word) {
  switch (column) {
    case RouteColumn::flags:
      return is_flags(word);
    case RouteColumn::number:
    case RouteColumn::weight:
      return is_number(word) || word == "-";
    case RouteColumn::interface:
      return is_interface(word);
    case RouteColumn::current:
    case RouteColumn::configured:
      return is_cost(word);
    case RouteColumn::policy:
      return !is_number(word);
    case RouteColumn::destination:  // "0" is a default route
    case RouteColumn::gateway:
    case RouteColumn::other:
      break;
  }
  return true;
}

bool may_be_blank(RouteColumn column) {
  return column == RouteColumn::gateway || column == RouteColumn::number || column == RouteColumn::weight ||
         column == RouteColumn::policy || column == RouteColumn::other;
}

void store(Route& route, RouteColumn column, std::string_view word) {
  switch (column) {
    case RouteColumn::destination:
      route.destination = word;
      break;
    case RouteColumn::gateway:
      route.gateway = word;
      break;
    case RouteColumn::flags:
      route.flags = word;
      break;
    case RouteColumn::interface:
      route.interface = word;
      break;
    case RouteColumn::current:
      route.current_cost = cost(word);
      break;
    case RouteColumn::configured:
      route.configured_cost = cost(word);
      break;
    case RouteColumn::weight:
      route.weight = word == "-" ? "" : word;
      break;
    case RouteColumn::policy:
      route.policy = word == "-" ? "" : word;
      break;
    case RouteColumn::number:
    case RouteColumn::other:
      break;
  }
}

// Lays words over columns, `blanks` columns left out; collects the different results. At most most_words deep.
void lay(const Words& words, const std::vector<RouteColumn>& columns, std::size_t word, std::size_t column,
         std::size_t blanks, Route& so_far, std::vector<Route>& found) {
  if (column == columns.size()) {
    if (word == words.size() && std::find(found.begin(), found.end(), so_far) == found.end()) found.push_back(so_far);
    return;
  }
  const RouteColumn kind = columns[column];
  if (word < words.size() && fits(kind, words[word])) {
    const Route before = so_far;
    store(so_far, kind, words[word]);
    lay(words, columns, word + 1, column + 1, blanks, so_far, found);
    so_far = before;
  }
  if (blanks > 0 && may_be_blank(kind)) lay(words, columns, word, column + 1, blanks - 1, so_far, found);
}

std::optional<Route> read_by_columns(const Words& words, const std::vector<RouteColumn>& columns) {
  constexpr std::size_t most_blanks = 3;
  if (words.size() > columns.size() || words.size() + most_blanks < columns.size()) return {};
  std::vector<Route> found;
  Route so_far;
  lay(words, columns, 0, 0, columns.size() - words.size(), so_far, found);
  if (found.size() != 1) return {};
  return std::move(found.front());
}

// "Config_Cost", "Config Cost" and "ConfCost" are one: the words of a header, lower case, "cost" joined to its
// adjective.
std::vector<std::string> header_words(std::string_view line) {
  std::vector<std::string> words;
  for (const auto field : text::first_fields(line, most_words)) {
    std::string word = text::lower(field);
    const bool adjective =
        !words.empty() &&
        (words.back() == "config" || words.back() == "configured" || words.back() == "conf" || words.back() == "cfg" ||
         words.back() == "user" || words.back() == "current" || words.back() == "cur");
    if (word == "cost" && adjective) {
      words.back() += "_cost";
    } else {
      words.push_back(std::move(word));
    }
  }
  return words;
}

RouteColumn column_of(const std::string& word) {
  const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
  if (word == "destination") return RouteColumn::destination;
  if (word == "gateway") return RouteColumn::gateway;
  if (word == "flags") return RouteColumn::flags;
  if (word == "if" || word == "interface" || word == "netif") return RouteColumn::interface;
  if (word == "refs" || word == "use" || word == "mtu") return RouteColumn::number;
  if (word == "wt" || word == "weight") return RouteColumn::weight;
  if (word == "policy") return RouteColumn::policy;
  if (!has("cost")) return RouteColumn::other;
  return has("conf") || has("cfg") || has("user") ? RouteColumn::configured : RouteColumn::current;
}

}  // namespace

std::optional<RouteHeader> read_route_header(std::string_view line) {
  const auto words = header_words(line);
  if (words.size() < 2 || words.front() != "destination") return {};
  RouteHeader header;
  for (const auto& word : words) header.columns.push_back(column_of(word));
  const auto has_word = [&](const char* word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  const auto count = [&](RouteColumn kind) { return std::count(header.columns.begin(), header.columns.end(), kind); };
  header.costs = count(RouteColumn::current) == 1 && count(RouteColumn::configured) == 1 &&
                 count(RouteColumn::flags) == 1 && count(RouteColumn::interface) == 1 &&
                 count(RouteColumn::gateway) == 1 && count(RouteColumn::destination) == 1;
  header.plain = !header.costs && has_word("refs") && has_word("use");
  return header;
}

std::optional<Route> read_route_row(std::string_view line, const RouteHeader& header) {
  const Words words = row_words(line);
  if (words.empty() || words.size() > most_words) return {};
  if (header.costs) return read_by_columns(words, header.columns);
  if (!header.plain) return read_unknown(words);
  auto plain = read_plain(words);
  if (!plain) return {};
  return std::move(plain->route);
}

}  // namespace hanfs::aix
