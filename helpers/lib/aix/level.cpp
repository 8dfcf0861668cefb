// SPDX-License-Identifier: Apache-2.0
#include "aix/level.hpp"

#include <cstdio>

#include "aix/parsing.hpp"

namespace hanfs::aix {

std::string Level::text() const {
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", release, technology_level, service_pack);
  return text;
}

// "7100-01-03-1207"; the last field, year and week of its build, is 0000 before the first service pack.
Result<Level> parse_oslevel(std::string_view text) {
  for (const parsing::Line& line : parsing::lines(text)) {
    const std::string_view row = text::trimmed(parsing::trim_nbsp(line.text));
    const std::vector<std::string_view> parts = text::split(row, '-');
    if (parts.size() != 4 || parts[0].size() != 4 || parts[1].size() != 2 || parts[2].size() != 2 ||
        parts[3].size() != 4)
      continue;
    bool digits = true;
    for (const std::string_view part : parts) digits = digits && text::is_digits(part);
    if (!digits) continue;
    return Level{*text::whole_number<int>(parts[0]), *text::whole_number<int>(parts[1]),
                 *text::whole_number<int>(parts[2])};
  }
  return Error{"no level such as 7100-01-03-1207 in it"};
}

}  // namespace hanfs::aix
