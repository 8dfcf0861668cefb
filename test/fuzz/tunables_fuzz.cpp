// SPDX-License-Identifier: Apache-2.0
// Properties: every line is a tunable, a problem, blank or a prompt; a tunable is found by its name.
#include "aix/tunables.hpp"
#include "fuzz.hpp"

namespace {

namespace fuzz = hanfs::aix::fuzz;
namespace text = hanfs::text;

void check(std::string_view all, const hanfs::Result<hanfs::aix::Tunables>& list) {
  fuzz::require(static_cast<bool>(list), "never an error");
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(list->problems, lines.size());
  std::size_t may_be_silent = 0;
  for (const auto& line : lines) {
    if (text::trimmed(line.text).empty() || hanfs::aix::parsing::is_prompt(line.text)) ++may_be_silent;
  }
  const std::size_t accounted = list->rows.size() + list->problems.size();
  fuzz::require(accounted <= lines.size() && accounted + may_be_silent >= lines.size(), "no line is lost");
  for (const auto& row : list->rows) {
    fuzz::require(!row.name.empty(), "a tunable has a name");
    hanfs::aix::tunable_number(row.current);
  }
  if (!list->rows.empty()) fuzz::require(list->find(list->rows.back().name) != nullptr, "found by its name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = fuzz::text_of(data, size);
  check(all, hanfs::aix::parse_tunables_x(all));
  check(all, hanfs::aix::parse_tunables_o(all));
  return 0;
}
