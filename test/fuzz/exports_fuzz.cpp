// SPDX-License-Identifier: Apache-2.0
// Properties: no line is lost, and an export that was read is read the same when it is rendered.
#include "aix/exports.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  namespace text = hanfs::text;
  const auto all = fuzz::text_of(data, size);
  const auto list = hanfs::aix::parse_exports(all);
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(list.problems, lines.size());

  std::size_t last = 0;
  for (const auto& row : list.rows) {
    fuzz::require(row.line > last && row.line <= lines.size(), "rows in the order of their lines");
    last = row.line;
    fuzz::require(!row.directory.empty() && row.directory.front() == '/', "a directory is a path");
    const auto again = hanfs::aix::parse_exports(render_export(row) + '\n');
    fuzz::require(again.rows.size() == 1 && again.problems.empty(), "a rendered row is read");
    fuzz::require(again.rows[0].directory == row.directory && again.rows[0].options == row.options, "round trip");
    fuzz::require(row.means_the_same_as(again.rows[0]) && again.rows[0].means_the_same_as(row), "means the same");
    for (const auto& option : row.options) fuzz::require(row.has(option.first), "an option is found");
    row.value("replicas");
    row.exports_version(4);
    std::string joined;
    for (const auto& place : row.replicas()) {
      fuzz::require(place.host.find('+') == std::string::npos, "one host for each location");
      joined += place.path;
    }
    fuzz::require(joined.empty() || !row.value("replicas").empty(), "replicas come from replicas=");
  }

  // A line stands alone unless the one before it ends in a backslash; what begins with '#' may be silent.
  std::size_t data_lines = 0;
  bool continued = false;
  for (const auto& line : lines) {
    const bool silent = text::trimmed(line.text).empty() || text::trimmed(line.text).front() == '#' ||
                        hanfs::aix::parsing::is_prompt(line.text) || line.text == "\\" ||
                        text::lower(line.text).find("nothing exported") != std::string::npos;
    if (!continued && !silent && line.text.back() != '\\') ++data_lines;
    continued = !line.text.empty() && line.text.back() == '\\';
  }
  const std::size_t accounted = list.rows.size() + list.problems.size();
  fuzz::require(accounted >= data_lines && accounted <= lines.size(), "no line is lost");
  return 0;
}
