// SPDX-License-Identifier: Apache-2.0
// A stored route is the words of the route command with commas; each level of AIX keeps another number of empty fields.
// Rule of lib/aix/README.md "Routes: in the ODM": the first word is the type, keywords take their value, what is left
// is DEST, GATEWAY and perhaps a metric. Taking the last two fields would misread "net,NET,-netmask,M,GW".
#include "aix/inet0.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

constexpr std::string_view expected_route = "[net|host,][keywords,]DEST,GATEWAY as stored in inet0";

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool takes_value(std::string_view keyword) {
  constexpr std::array<std::string_view, 17> known = {
      "-hopcount", "-netmask", "-if",  "-policy", "-weight",   "-mtu",      "-prefixlen", "-genmask",   "-ifp",
      "-ifa",      "-expire",  "-rtt", "-rttvar", "-sendpipe", "-recvpipe", "-ssthresh",  "-allowgroup"};
  return contains(known, keyword) || keyword == "-denygroup";
}

bool takes_no_value(std::string_view keyword) {
  constexpr std::array<std::string_view, 11> known = {"-active_dgd", "-static", "-interface", "-cloning",
                                                      "-stopsearch", "-inet",   "-net",       "-host",
                                                      "-xresolve",   "-iface",  "-nostatic"};
  return contains(known, keyword);
}

// In the 11-field form (lib/aix/README.md "Routes: in the ODM").
bool has_place(std::string_view keyword) {
  constexpr std::array<std::string_view, 8> known = {"-hopcount", "-netmask", "-if",     "-active_dgd",
                                                     "-policy",   "-weight",  "-static", "-net"};
  return contains(known, keyword);
}

bool is_type(std::string_view word) { return word == "net" || word == "host"; }

bool is_default_destination(std::string_view word) { return word == "0" || word == "default" || word == "0.0.0.0"; }

// A route without a type begins with an empty field, or with the destination of a default.
bool begins_route(std::string_view word) {
  const std::size_t comma = word.find(',');
  if (comma == std::string_view::npos) return false;
  const std::string_view first = word.substr(0, comma);
  return first.empty() || is_type(first) || is_default_destination(first);
}

// The stored string in a line: the line itself (-F value), or the value column of `route VALUE Route True`.
std::optional<std::string_view> stored_string(std::string_view line) {
  const auto words = text::first_fields(line, 5);
  if (words.empty()) return {};
  if (begins_route(words[0])) {
    if (words.size() == 1) return words[0];
    // A second value in the table form may stand in a row without the name of the attribute.
    const bool described = words.size() == 3 && words[1] == "Route";
    return described ? std::optional(words[0]) : std::nullopt;
  }
  if (words[0] == "route" && words.size() >= 2 && words.size() <= 4 && begins_route(words[1])) return words[1];
  return {};
}

std::optional<OdmRoute> read_route(std::string_view raw) {
  const auto fields = text::split(raw, ',');
  OdmRoute route;
  route.raw = raw;
  const bool typed = is_type(fields[0]);
  if (typed) route.type = fields[0];
  std::vector<std::string_view> operands;
  for (std::size_t i = typed ? 1 : 0; i < fields.size(); ++i) {
    const std::string_view word = fields[i];
    if (word.empty()) continue;
    if (takes_value(word)) {
      // An empty value is an absent one: it must not swallow the destination behind it.
      const std::string_view value = i + 1 < fields.size() ? fields[++i] : std::string_view{};
      if (word == "-netmask") route.netmask = value;
      if (word == "-if") route.interface = value;
      if (word == "-policy") route.policy = value;
      if (word == "-weight") route.weight = value;
      route.has_more = route.has_more || !has_place(word);
      if (word == "-hopcount" && !value.empty()) {
        const auto cost = parsing::whole_number(value);
        if (!cost) return {};
        route.cost = *cost;
      }
    } else if (takes_no_value(word)) {
      route.active_dgd = route.active_dgd || word == "-active_dgd";
      route.is_static = route.is_static || word == "-static";
      route.has_more = route.has_more || !has_place(word);
    } else if (word.front() == '-') {
      return {};  // an unknown keyword: whether it takes a value decides which word is the destination
    } else {
      operands.push_back(word);
      if (operands.size() > 3) return {};
    }
  }
  if (operands.size() < 2 || (operands.size() == 3 && !parsing::whole_number(operands[2]))) return {};
  route.destination = operands[0];
  route.gateway = operands[1];
  return route;
}

}  // namespace

bool OdmRoute::is_default() const { return type != "host" && is_default_destination(destination); }

Result<OdmRoutes> parse_lsattr_routes(std::string_view all) {
  OdmRoutes found;
  for (const auto& line : parsing::lines(all)) {
    if (text::trimmed(line.text).empty()) continue;
    const auto raw = stored_string(line.text);
    if (auto route = raw ? read_route(*raw) : std::nullopt) {
      found.routes.push_back(std::move(*route));
    } else if (!parsing::is_prompt(line.text)) {
      found.problems.push_back(parsing::problem(line, expected_route));
    }
  }
  return found;
}

}  // namespace hanfs::aix
