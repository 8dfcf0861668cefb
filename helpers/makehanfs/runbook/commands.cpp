// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/commands.hpp"

#include <algorithm>
#include <iterator>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/plan/plan.hpp"
#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster::outage {
namespace {

// Bytes. A terminal line and a pair of eyes take no more, and it is far from what a command may be given.
constexpr std::size_t longest_range = 1000;
constexpr std::size_t sample = 1000;
constexpr std::size_t some = 20;  // names that are told of more than that

std::vector<std::string> part_of(const std::vector<std::string>& nodes, std::size_t begin, std::size_t length) {
  const std::size_t end = std::min(nodes.size(), begin + length);
  return {std::next(nodes.begin(), static_cast<std::ptrdiff_t>(begin)),
          std::next(nodes.begin(), static_cast<std::ptrdiff_t>(end))};
}

// Names that do not fold at the beginning of a long list do not fold as a whole either: that spares folding 100,000.
bool cannot_fold(const std::vector<std::string>& nodes) {
  return nodes.size() > sample && xcat::fold(part_of(nodes, 0, sample)).size() > longest_range;
}

// What is too long is cut into as many parts as would do if all of it were equally long; most of them are short enough
// then, so nothing is folded more than a few times.
void add_ranges(const std::vector<std::string>& nodes, std::vector<std::string>& ranges) {
  std::size_t part = sample;
  if (!cannot_fold(nodes)) {
    std::string range = xcat::fold(nodes);
    if (range.size() <= longest_range || nodes.size() < 2) {
      ranges.push_back(std::move(range));
      return;
    }
    const std::size_t parts = range.size() / longest_range + 1;
    part = std::max<std::size_t>(1, std::min(nodes.size() / parts, nodes.size() / 2));
  }
  for (std::size_t begin = 0; begin < nodes.size(); begin += part) add_ranges(part_of(nodes, begin, part), ranges);
}

}  // namespace

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + run::shell_word(word);
  return line;
}

std::string on_hosts(const Settings& settings, const std::string& range, long seconds, const std::string& remote) {
  Engine engine = engine_of(settings);
  engine.host_deadline = seconds;
  // What is more than words to the remote shell (&&, |) has to stay behind the prefix as a whole.
  const bool is_whole = engine.prefix.empty() || remote.find_first_of("&|;'\"$") == std::string::npos;
  return shell_line(command_line(engine, range, {is_whole ? remote : shell_line({"sh", "-c", remote})}));
}

std::string status_line(const Settings& settings) { return shell_line(status_command(settings)); }

std::vector<std::string> ranges_of(const std::vector<std::string>& nodes) {
  std::vector<std::string> ranges;
  if (!nodes.empty()) add_ranges(nodes, ranges);
  return ranges;
}

void add_on_nodes(const Settings& settings, const std::vector<std::string>& nodes, long seconds,
                  const std::string& remote, std::vector<std::string>& lines) {
  for (const std::string& range : ranges_of(nodes)) lines.push_back(on_hosts(settings, range, seconds, remote));
}

std::string range_text(const std::vector<std::string>& nodes) {
  if (nodes.empty()) return "none";
  if (!cannot_fold(nodes)) {
    const std::string range = xcat::fold(nodes);
    if (range.size() <= longest_range) return "`" + range + "`";
  }
  const std::vector<std::string> first = part_of(nodes, 0, some);
  return "`" + xcat::fold(first) + "` and " + std::to_string(nodes.size() - first.size()) + " more (all with --json)";
}

}  // namespace hanfs::cluster::outage
