// SPDX-License-Identifier: Apache-2.0
// What one host printed for makehanfs apply, and the node report of makehanfs status. Properties: the verdict that is
// kept is a line that says one; an error says what is wrong.
#include "fuzz.hpp"
#include "makehanfs/apply/host_result.hpp"
#include "makehanfs/status/node_report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  namespace cluster = hanfs::cluster;
  const std::string_view text = fuzz::text_of(data, size);
  cluster::HostOutput output;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t newline = rest.find('\n');
    cluster::read_line(output, rest.substr(0, newline), false);
    rest = newline == std::string_view::npos ? std::string_view{} : rest.substr(newline + 1);
  }
  fuzz::require(output.verdict.empty() || cluster::verdict_state(output.verdict) != cluster::HostResult::State::skipped,
                "a verdict is one");
  const auto report = cluster::parse_node_report(text);
  if (!report) fuzz::require(!report.error().what.empty(), "an error says what");
  return 0;
}
