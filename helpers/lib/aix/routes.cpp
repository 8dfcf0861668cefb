// SPDX-License-Identifier: Apache-2.0
// The list as a whole. Titles are translated on a host with another locale, and as an ordinary user a complaint stands
// in place of the banner (lib/aix/README.md "netstat: routes"), so nothing depends on them but the address family.
#include "aix/routes.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "aix/parsing.hpp"
#include "aix/route_columns.hpp"
#include "net/address.hpp"

namespace hanfs::aix {
namespace {

bool contains(std::string_view line, std::string_view part) { return line.find(part) != std::string_view::npos; }

bool names_default(std::string_view destination) {
  return destination == "default" || destination == "0" || destination == "0/0" || destination == "0.0.0.0" ||
         destination == "0.0.0.0/0" || destination == "::" || destination == "::/0";
}

// "Route Tree for Protocol Family 24 (Internet v6):" in any language: the number and its bracket stay. An ordinary user
// gets a complaint in place of it, and its end on the next line: "(Internet v6):".
std::optional<bool> banner_is_inet6(std::string_view line) {
  constexpr std::size_t longest = 200;
  if (line.size() > longest) return {};
  if (contains(line, " 24 (") || line == "(Internet v6):") return true;
  if (contains(line, " 2 (") || line == "(Internet):") return false;
  return {};
}

// Without a banner the addresses tell. A gateway may be a MAC address, whose colons make it none of IPv6.
bool has_inet6_address(const Route& route) {
  const auto gateway = net::read_address(route.gateway);
  return contains(route.destination, ":") || (gateway && gateway->v6);
}

// Lines that are printed with the table and say nothing about a route: the mark "=>" wrapped to a line of its own, and
// what netstat tells an ordinary user.
bool is_remark(std::string_view line) {
  return line == "=>" || text::starts_with(line, "Only the root user can specify");
}

class Reader {
 public:
  Result<RouteTable> finish(std::size_t line_count) {
    if (title_) {
      table_.problems.insert(table_.problems.begin(), parsing::problem(*title_, expected_header));
    }
    if (!header_ && !saw_banner_) {
      const std::string seen = table_.problems.empty() ? "no text" : to_string(table_.problems.front());
      return Error{"this is not the table of netstat -rn: no header \"Destination Gateway Flags\" in " +
                   std::to_string(line_count) + " lines (" + seen + ")"};
    }
    const auto& routes = table_.routes;
    const bool all_told = std::all_of(routes.begin(), routes.end(), [](const Route& route) {
      return route.current_cost.has_value() && route.configured_cost.has_value();
    });
    table_.costs_known = (header_ && header_->costs) || (!routes.empty() && all_told);
    return std::move(table_);
  }

  void read(const parsing::Line& line) {
    const std::string_view content = text::trimmed(line.text);
    if (content.empty() || is_remark(content)) return;
    if (auto header = read_route_header(content)) {
      header_ = std::move(*header);
      title_.reset();  // the line before the header: "Routing tables" in any language
      return;
    }
    if (header_ || saw_banner_) {
      if (auto route = read_route_row(content, header_.value_or(RouteHeader{}))) {
        route->inet6 = inet6_ || has_inet6_address(*route);
        table_.routes.push_back(std::move(*route));
        return;
      }
    }
    if (parsing::is_prompt(content)) return;
    if (const auto inet6 = banner_is_inet6(content)) {
      inet6_ = *inet6;
      saw_banner_ = true;
      if (!header_) title_.reset();
      return;
    }
    if (header_ || saw_banner_) {
      if (content == "Routing tables") return;  // a second list
      table_.problems.push_back(parsing::problem(line, "a row \"destination gateway flags ... interface ...\""));
      return;
    }
    if (title_) table_.problems.push_back(parsing::problem(*title_, expected_header));
    title_ = line;
  }

 private:
  static constexpr std::string_view expected_header = "the header \"Destination Gateway Flags ...\" first";

  RouteTable table_;
  std::optional<RouteHeader> header_;
  std::optional<parsing::Line> title_;
  bool saw_banner_ = false;
  bool inet6_ = false;
};

}  // namespace

bool Route::is_default() const { return names_default(destination); }

bool is_about_default(const Problem& problem) {
  const auto words = text::first_fields(problem.seen, 1);
  return !words.empty() && names_default(words.front());
}

bool Route::active_dgd() const { return flags.find('A') != std::string::npos; }

Result<RouteTable> parse_routes(std::string_view all) {
  Reader reader;
  const auto lines = parsing::lines(all);
  for (const auto& line : lines) reader.read(line);
  return reader.finish(lines.size());
}

}  // namespace hanfs::aix
