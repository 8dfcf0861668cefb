// SPDX-License-Identifier: Apache-2.0
// Properties: no line is lost, and a row that was read is read the same when it is printed in the columns of nfs4cl.
#include "aix/nfs4cl.hpp"
#include "fuzz.hpp"
#include "lib/aix/print.hpp"

using hanfs::aix::parse_showfs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const auto all = fuzz::text_of(data, size);
  const auto list = parse_showfs(all);
  if (!list) return 0;
  const auto lines = hanfs::aix::parsing::lines(all);
  fuzz::check(list->problems, lines.size());

  std::size_t accounted = list->problems.size();
  for (const auto& fs : list->filesystems) {
    accounted += 1 + (fs.current.empty() ? 0U : 1U) + fs.replicas.size() + (fs.has_options ? 1U : 0U);
    fuzz::require(!fs.remote.empty() && fs.remote.front() == '/', "the remote path is a path");
    fuzz::require(fs.local.empty() || fs.local.front() == '/', "the local path is a path");
    const auto again = parse_showfs(hanfs::aix::showfs_header() + print_row(fs));
    fuzz::require(again && again->filesystems.size() == 1, "a printed row is read");
    const auto& row = again->filesystems[0];
    fuzz::require(row.server == fs.server && row.remote == fs.remote && row.fsid == fs.fsid && row.local == fs.local,
                  "round trip");
    for (const auto& option : fs.options) fs.number(option.first);
    fs.options_text();
  }
  std::size_t data_lines = 0;
  std::size_t headers = 0;
  for (const auto& line : lines) {
    if (fuzz::is_silent(line.text)) continue;
    const auto words = hanfs::text::first_fields(line.text, 1);
    ++(hanfs::text::equal_ignoring_case(words.empty() ? "" : words[0], "server") ? headers : data_lines);
  }
  fuzz::require(accounted >= data_lines, "every line is a row, part of one, or a problem");
  return 0;
}
