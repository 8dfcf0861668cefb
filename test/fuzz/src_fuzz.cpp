// SPDX-License-Identifier: Apache-2.0
// Properties: every line behind the header is a row, a problem or silent; a printed row is read the same.
#include "aix/src.hpp"
#include "fuzz.hpp"
#include "lib/aix/print.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  namespace text = hanfs::text;
  const std::string header = "Subsystem         Group            PID          Status\n";
  const auto all = fuzz::text_of(data, size);
  if (const auto alone = hanfs::aix::parse_lssrc(all)) {
    fuzz::check(alone->problems, hanfs::aix::parsing::lines(all).size());
  }
  const std::string listed = header + std::string(all);
  const auto list = hanfs::aix::parse_lssrc(listed);
  fuzz::require(static_cast<bool>(list), "the header is enough");
  const auto lines = hanfs::aix::parsing::lines(listed);
  fuzz::check(list->problems, lines.size());
  std::size_t data_lines = 0;
  for (const auto& line : lines) {
    const auto words = text::first_fields(hanfs::aix::parsing::trim_nbsp(line.text), 1);
    const bool header_line = !words.empty() && text::equal_ignoring_case(words[0], "subsystem");
    data_lines += header_line || fuzz::is_silent(hanfs::aix::parsing::trim_nbsp(line.text)) ? 0 : 1;
  }
  const std::size_t accounted = list->rows.size() + list->problems.size();
  fuzz::require(accounted >= data_lines && accounted < lines.size(), "no line is lost");
  for (const auto& row : list->rows) {
    fuzz::require(!row.name.empty() && !row.status.empty(), "a name and a status");
    fuzz::require(list->find(row.name) != nullptr, "found by its name");
    fuzz::require(row.status != "active" || list->is_active(row.name), "active");
    // Short rows stand in their columns, long ones push the rest; a status of digits is the one thing that is unclear.
    const std::string printed = ' ' + hanfs::aix::field(row.name, 16) + hanfs::aix::field(row.group, 16) +
                                hanfs::aix::field(row.pid, 12) + row.status + '\n';
    const auto again = hanfs::aix::parse_lssrc(header + printed);
    fuzz::require(again && again->rows.size() == 1 && again->rows[0] == row, "round trip");
  }
  return 0;
}
