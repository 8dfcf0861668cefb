// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook_commands.hpp"

#include <iterator>

#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::mn {
namespace {

// Bytes. A terminal line and a pair of eyes take no more, and it is far from what a command may be given.
constexpr std::size_t longest_range = 1000;

void add_ranges(const std::vector<std::string>& nodes, std::vector<std::string>& ranges) {
  std::string range = xcat::fold(nodes);
  if (range.size() <= longest_range || nodes.size() < 2) {
    ranges.push_back(std::move(range));
    return;
  }
  const auto middle = std::next(nodes.begin(), static_cast<std::ptrdiff_t>(nodes.size() / 2));
  add_ranges({nodes.begin(), middle}, ranges);
  add_ranges({middle, nodes.end()}, ranges);
}

}  // namespace

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + run::shell_word(word);
  return line;
}

std::string on_hosts(const std::string& range, long seconds, const std::string& remote) {
  return shell_line({"xdsh", range, "-t", std::to_string(seconds), remote});
}

std::vector<std::string> ranges_of(const std::vector<std::string>& nodes) {
  std::vector<std::string> ranges;
  if (!nodes.empty()) add_ranges(nodes, ranges);
  return ranges;
}

std::string told_range(const std::vector<std::string>& nodes) {
  const std::vector<std::string> ranges = ranges_of(nodes);
  if (ranges.empty()) return "none";
  return "`" + ranges.front() + "`" +
         (ranges.size() > 1 ? " and " + std::to_string(ranges.size() - 1) + " ranges more, see --json" : "");
}

std::string count_text(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace hanfs::mn
