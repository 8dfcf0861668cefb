// SPDX-License-Identifier: Apache-2.0
// Properties: no line is lost, and a row that was read is read the same when it is printed in the columns of mount.
#include "aix/mount.hpp"
#include "fuzz.hpp"
#include "lib/aix/print.hpp"

using hanfs::aix::parse_mount;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const auto all = fuzz::text_of(data, size);
  for (const std::string& path : hanfs::aix::parse_filesystems(all))
    fuzz::require(path.front() == '/' && fuzz::newlines(path) == 0, "a mount point is a path");
  const auto table = parse_mount(all);
  if (!table) return 0;
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(table->problems, lines.size());

  std::size_t accounted = table->mounts.size() + table->problems.size();
  for (const auto& m : table->mounts) {
    accounted += fuzz::newlines(m.node) + fuzz::newlines(m.device) + fuzz::newlines(m.path);
    fuzz::require(!m.path.empty() && m.path.front() == '/', "a mount point is a path");
    fuzz::require(!m.device.empty() && !m.vfs.empty() && !m.date.empty(), "no empty column");
    const auto again = parse_mount(hanfs::aix::mount_header() + print(m));
    fuzz::require(again && again->mounts.size() == 1 && again->mounts[0] == m, "round trip");
  }
  std::size_t data_lines = 0;
  std::size_t silent = 0;
  for (const auto& line : lines) {
    const auto words = hanfs::text::first_fields(line.text, 2);
    const bool header = words.size() == 2 && hanfs::text::equal_ignoring_case(words[0], "node") &&
                        hanfs::text::equal_ignoring_case(words[1], "mounted");
    ++(header || fuzz::is_silent(line.text) ? silent : data_lines);
  }
  fuzz::require(accounted >= data_lines, "every line is a row or a problem");
  fuzz::require(accounted <= data_lines + silent, "no more rows and problems than lines");
  return 0;
}
