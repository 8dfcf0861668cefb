// SPDX-License-Identifier: Apache-2.0
#include "text/utc.hpp"

#include "text/words.hpp"

namespace hanfs::text {
namespace {

// A number of digits only, at its place in "2026-11-22T21:40:05Z".
std::optional<std::int64_t> part_of(std::string_view utc, std::size_t at, std::size_t digits, std::int64_t least,
                                    std::int64_t most) {
  const std::string_view part = utc.substr(at, digits);
  if (!is_digits(part)) return std::nullopt;
  const auto number = whole_number<std::int64_t>(part);
  return number && *number >= least && *number <= most ? number : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> seconds_of_utc(std::string_view utc) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  if (utc.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] != '0' && utc[i] != form[i]) return std::nullopt;
  const auto year = part_of(utc, 0, 4, 0, 9999), month = part_of(utc, 5, 2, 1, 12), day = part_of(utc, 8, 2, 1, 31);
  const auto hour = part_of(utc, 11, 2, 0, 23), minute = part_of(utc, 14, 2, 0, 59),
             second = part_of(utc, 17, 2, 0, 60);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  // The year begins in March, so that the day that is put in comes last.
  const std::int64_t y = *month < 3 ? *year - 1 : *year;
  const std::int64_t m = (*month + 9) % 12;
  constexpr std::int64_t to_1970 = 719468;  // days from 0000-03-01
  const std::int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + *day - 1 - to_1970;
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace hanfs::text
