// SPDX-License-Identifier: Apache-2.0
// What is kept of drills. Properties: what was read is read the same when it is written again.
#include "fuzz.hpp"
#include "makehanfs/drill/history.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const auto records = hanfs::cluster::parse_drills(fuzz::text_of(data, size)).records;
  std::string text;
  for (const auto& record : records) text += hanfs::cluster::line_of(record);
  fuzz::require(hanfs::cluster::parse_drills(text).records == records, "round trip");
  for (const auto& record : records) (void)hanfs::cluster::age_of(record.when, "2026-11-28T12:00:00Z");
  return 0;
}
