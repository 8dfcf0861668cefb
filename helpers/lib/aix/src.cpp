// SPDX-License-Identifier: Apache-2.0
// A row is printed with " %-16s %-16s %-12s %s" (lib/aix/README.md "Daemons: SRC"). The PID is the anchor: a subsystem
// without one does not run and has a status of one word ("inoperative"), one with a PID may have more ("warned to
// stop").
#include "aix/src.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

constexpr std::string_view expected_row = "a row \"subsystem [group] [pid] status\"";

bool is_header(std::string_view line) {
  const auto words = text::first_fields(line, 4);
  return words.size() == 4 && text::equal_ignoring_case(words[0], "subsystem") &&
         text::equal_ignoring_case(words[1], "group") && text::equal_ignoring_case(words[2], "pid") &&
         text::equal_ignoring_case(words[3], "status");
}

// "0513-085": the number of a message.
bool is_message_number(std::string_view word) {
  constexpr std::size_t dash = 4;
  return word.size() >= 8 && word[dash] == '-' && text::is_digits(word.substr(0, dash)) &&
         text::is_digits(word.substr(5, 3));
}

std::optional<Subsystem> read_row(std::string_view line) {
  constexpr std::size_t most_words = 7;  // "a nfs 1 warned to stop" and one more
  const auto words = text::first_fields(line, most_words);
  const std::size_t count = words.size();
  if (count < 2 || count == most_words || is_message_number(words[0])) return {};
  if (line.find('\0') != std::string_view::npos) return {};
  Subsystem row;
  row.name = words[0];
  std::size_t status = count == 2 ? 1 : 2;
  if (count > 2 && text::is_digits(words[2])) {
    row.group = words[1];
    row.pid = words[2];
    status = 3;
  } else if (text::is_digits(words[1])) {
    row.pid = words[1];
    status = 2;
  } else if (count > 3) {
    return {};
  } else if (count == 3) {
    row.group = words[1];
  }
  if (status >= count) return {};
  row.status = words[status];
  for (std::size_t i = status + 1; i < count; ++i) row.status += ' ' + std::string(words[i]);
  return row;
}

}  // namespace

const Subsystem* Subsystems::find(std::string_view name) const {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Subsystem& s) { return s.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

bool Subsystems::is_active(std::string_view name) const {
  // A subsystem can have several instances, each with a row.
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Subsystem& s) { return s.name == name && s.status == "active"; });
}

Result<Subsystems> parse_lssrc(std::string_view all) {
  constexpr std::string_view expected_header = "the header \"Subsystem Group PID Status\" first";
  const auto lines = parsing::lines(all);
  Subsystems list;
  bool in_list = false;
  for (const auto& line : lines) {
    const std::string_view bare = parsing::trim_nbsp(line.text);
    if (bare.empty() || parsing::is_ruler(bare) || parsing::is_prompt(bare)) continue;
    if (is_header(bare)) {
      in_list = true;
      continue;
    }
    auto row = in_list ? read_row(bare) : std::nullopt;
    if (row) {
      list.rows.push_back(std::move(*row));
    } else {
      list.problems.push_back(parsing::problem(line, in_list ? expected_row : expected_header));
    }
  }
  if (in_list) return list;
  const std::string seen = list.problems.empty() ? "no text" : to_string(list.problems.front());
  return Error{"this is not the list of lssrc: no header \"Subsystem Group PID Status\" in " +
               std::to_string(lines.size()) + " lines (" + seen + ")"};
}

}  // namespace hanfs::aix
