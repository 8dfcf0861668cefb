// SPDX-License-Identifier: Apache-2.0
// Properties: every line is a route or a problem, raw is a piece of the text, and raw alone gives the same route.
#include "aix/inet0.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  namespace text = hanfs::text;
  const auto all = fuzz::text_of(data, size);
  const auto list = hanfs::aix::parse_lsattr_routes(all);
  fuzz::require(static_cast<bool>(list), "never an error");
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(list->problems, lines.size());

  std::size_t blank = 0;
  std::size_t prompts = 0;
  for (const auto& line : lines) {
    if (text::trimmed(line.text).empty()) {
      ++blank;
    } else if (hanfs::aix::parsing::is_prompt(line.text)) {
      ++prompts;
    }
  }
  const std::size_t accounted = list->routes.size() + list->problems.size();
  fuzz::require(accounted + blank <= lines.size() && accounted + blank + prompts >= lines.size(), "no line is lost");
  for (const auto& route : list->routes) {
    fuzz::require(all.find(route.raw) != std::string_view::npos, "raw was printed");
    const auto again = hanfs::aix::parse_lsattr_routes(route.raw);
    fuzz::require(again && again->routes.size() == 1 && again->routes[0] == route, "round trip");
    fuzz::require(!route.destination.empty() && !route.gateway.empty(), "no empty column");
  }
  return 0;
}
