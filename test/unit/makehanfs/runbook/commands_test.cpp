// SPDX-License-Identifier: Apache-2.0
// Commands on many nodes: how their names are cut into ranges, and how they are told.
#include "makehanfs/runbook/commands.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hanfs::cluster::outage {
namespace {

using Names = std::vector<std::string>;

// Names that do not fold: each has a number that is far from the others' and a letter behind it.
Names names_that_do_not_fold(std::size_t count) {
  Names names;
  for (std::size_t i = 0; i < count; ++i)
    names.push_back("node" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(100000 + i * 7) +
                    std::string(1, static_cast<char>('a' + i % 23)));
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t count_of_names(const std::string& range) {
  return static_cast<std::size_t>(std::count(range.begin(), range.end(), ',')) + 1;
}

}  // namespace

TEST_CASE("runbook: nodes that fold are one range, however many they are") {
  Names names;
  for (int i = 1; i <= 5000; ++i) names.push_back("cn" + std::to_string(10000 + i));
  CHECK(ranges_of(names) == Names{"cn[10001-15000]"});
  CHECK(range_text(names) == "`cn[10001-15000]`");
  CHECK(ranges_of({}).empty());
  CHECK(range_text({}) == "none");
  CHECK(ranges_of({"a"}) == Names{"a"});
}

TEST_CASE("runbook: nodes that do not fold are cut into ranges that a terminal takes, none is lost") {
  for (const std::size_t count : {70U, 100U, 999U, 1000U, 1001U, 3500U}) {
    CAPTURE(count);
    const Names names = names_that_do_not_fold(count);
    const Names ranges = ranges_of(names);
    std::size_t told = 0;
    std::size_t longest = 0;
    for (const std::string& range : ranges) {
      told += count_of_names(range);
      longest = std::max(longest, range.size());
    }
    CHECK(told == count);
    CHECK(longest <= 1000);
    CHECK(ranges.size() <= 4 * (count * 13 / 1000 + 1));
  }
  const std::string name_too_long(1500, 'n');
  CHECK(ranges_of({name_too_long}) == Names{name_too_long});
  CHECK(ranges_of({name_too_long, "other"}) == Names{name_too_long, "other"});
}

TEST_CASE("runbook: of too many names twenty are told, the first ones, and how many more there are") {
  for (const std::size_t count : {100U, 3000U}) {
    const Names names = names_that_do_not_fold(count);
    const std::string text = range_text(names);
    CHECK(text.find("`" + names.front() + ",") == 0);
    CHECK(text.find("," + names[19] + "` and " + std::to_string(count - 20) + " more (all with --json)") !=
          std::string::npos);
    CHECK(count_of_names(text) == 20);
  }
}

TEST_CASE("runbook: what is more than words to the remote shell stays behind the prefix as a whole") {
  Settings settings;
  settings.engine = "xdsh";
  CHECK(on_hosts(settings, "a,b", 5, "x && y") == "xdsh a,b -f 64 -t 5 'x && y'");
  settings.engine_prefix = {"sudo"};
  CHECK(on_hosts(settings, "a", 5, "lssrc -g nfs") == "xdsh a -f 64 -t 5 sudo 'lssrc -g nfs'");
  for (const char* remote : {"x && y", "x | y", "x; y", "x '*'", "x \"y\"", "x $y"})
    CHECK(on_hosts(settings, "a", 5, remote).find("xdsh a -f 64 -t 5 sudo 'sh -c ") == 0);
  Names lines;
  add_on_nodes(settings, {"a", "b"}, 7, "x", lines);
  CHECK(lines == Names{"xdsh a,b -f 64 -t 7 sudo x"});
  CHECK(shell_line({"a b", "c"}) == "'a b' c");
}

}  // namespace hanfs::cluster::outage
