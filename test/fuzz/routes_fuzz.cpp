// SPDX-License-Identifier: Apache-2.0
// Properties: a row has its columns and comes from its line; rows and problems are not more than the lines.
#include "aix/routes.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  namespace text = hanfs::text;
  const auto all = fuzz::text_of(data, size);
  const auto table = hanfs::aix::parse_routes(all);
  if (!table) return 0;
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(table->problems, lines.size());

  std::size_t not_blank = 0;
  std::size_t loud = 0;   // lines that must be a row or a problem
  std::size_t heads = 0;  // headers and banners: the line above one may be a title
  for (const auto& line : lines) {
    const auto content = text::trimmed(line.text);
    if (content.empty()) continue;
    ++not_blank;
    const bool head = text::starts_with_ignoring_case(content, "destination") ||
                      line.text.find(" 2 (") != std::string_view::npos ||
                      line.text.find(" 24 (") != std::string_view::npos || content == "(Internet):" ||
                      content == "(Internet v6):";  // a banner's end on a line of its own
    const bool silent = content == "=>" || text::starts_with(content, "Only the root user can specify") ||
                        hanfs::aix::parsing::is_prompt(content) || content == "Routing tables";
    if (head) ++heads;
    if (!head && !silent) ++loud;
  }
  const std::size_t accounted = table->routes.size() + table->problems.size();
  fuzz::require(accounted <= not_blank, "no more rows and problems than lines");
  fuzz::require(accounted + heads >= loud, "every line is a row or a problem");
  for (const auto& route : table->routes) {
    fuzz::require(!route.destination.empty() && !route.flags.empty() && !route.interface.empty(), "no empty column");
    fuzz::require(all.find(route.destination) != std::string_view::npos, "the destination was printed");
    route.is_default();
    route.active_dgd();
  }
  return 0;
}
