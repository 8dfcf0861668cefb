// SPDX-License-Identifier: Apache-2.0
// The list as a whole: header, prompts that a person left in a capture, rows that span lines.
#include "aix/mount.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "aix/mount_row.hpp"
#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

// A name with more newlines than this is not looked for.
constexpr std::size_t most_lines_of_a_row = 8;

bool is_header(std::string_view line) {
  const auto words = text::first_fields(line, 6);
  return words.size() >= 5 && text::equal_ignoring_case(words[0], "node") &&
         text::equal_ignoring_case(words[1], "mounted") && text::equal_ignoring_case(words[2], "mounted") &&
         text::equal_ignoring_case(words[3], "over") && text::equal_ignoring_case(words[4], "vfs");
}

// The text from the first line to the last one, line ends between them included.
std::string_view span(const parsing::Line& first, const parsing::Line& last) {
  return {first.text.data(), static_cast<std::size_t>(last.text.data() + last.text.size() - first.text.data())};
}

bool has_double_blank(std::string_view name) { return name.find("  ") != std::string_view::npos; }

struct LongRow {
  Mount mount;
  std::size_t last = 0;  // index of its last line
};

// A row whose names hold newlines. Only the exact format is believed, a line that is a row of its own is left alone,
// and a name with two blanks side by side is more likely a row that was cut off.
std::optional<LongRow> row_over_lines(const std::vector<parsing::Line>& lines, std::size_t first) {
  for (std::size_t last = first + 1; last < lines.size() && last < first + most_lines_of_a_row; ++last) {
    const std::string_view line = lines[last].text;
    if (is_header(line) || parsing::is_ruler(line)) return {};
    MountRow alone = read_mount_row(line);
    if (alone.mount && alone.exact) return {};
    if (!alone.has_date) continue;
    MountRow joined = read_mount_row(span(lines[first], lines[last]));
    if (!joined.mount || !joined.exact) return {};
    if (has_double_blank(joined.mount->device) || has_double_blank(joined.mount->path)) return {};
    return LongRow{std::move(*joined.mount), last};
  }
  return {};
}

}  // namespace

Result<MountTable> parse_mount(std::string_view all) {
  const auto lines = parsing::lines(all);
  MountTable table;
  bool in_list = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    if (text::trimmed(line.text).empty()) continue;
    if (is_header(line.text)) {
      in_list = true;
      continue;
    }
    if (parsing::is_ruler(line.text)) continue;
    MountRow row = in_list ? read_mount_row(line.text) : MountRow{};
    if (row.mount) {
      table.mounts.push_back(std::move(*row.mount));
      continue;
    }
    if (parsing::is_prompt(line.text)) continue;
    if (!in_list) {
      table.problems.push_back(
          parsing::problem(line, "the header \"node mounted mounted over vfs date options\" first"));
      continue;
    }
    if (!row.has_date) {
      if (auto longer = row_over_lines(lines, i)) {
        table.mounts.push_back(std::move(longer->mount));
        i = longer->last;
        continue;
      }
    }
    table.problems.push_back(parsing::problem(line, row.expected));
  }
  if (in_list) return table;
  const std::string seen = table.problems.empty() ? "no text" : to_string(table.problems.front());
  return Error{"this is not the list of mount: no header \"node mounted mounted over vfs date options\" in " +
               std::to_string(lines.size()) + " lines (" + seen + ")"};
}

std::vector<std::string> parse_filesystems(std::string_view text) {
  std::vector<std::string> paths;
  for (const parsing::Line& line : parsing::lines(text)) {
    const std::string_view stanza = text::trimmed(line.text);
    if (stanza.size() > 1 && line.text.front() == '/' && stanza.back() == ':')
      paths.emplace_back(stanza.substr(0, stanza.size() - 1));
  }
  return paths;
}

std::map<std::string, const Mount*> uppermost(const std::vector<Mount>& mounts) {
  std::map<std::string, const Mount*> top;
  for (const Mount& mount : mounts) top[mount.path] = &mount;
  return top;
}

}  // namespace hanfs::aix
