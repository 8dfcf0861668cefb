// SPDX-License-Identifier: Apache-2.0
// The last line of checkhanfs watch --json, as a node sends it to makehanfs drill. Properties: an answer is an object;
// numbers are finite.
#include <cmath>

#include "fuzz.hpp"
#include "makehanfs/drill/drill.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const std::string_view all = fuzz::text_of(data, size);
  const auto paths = hanfs::cluster::parse_watch(all);
  if (!paths) return 0;
  fuzz::require(all.find('{') != std::string_view::npos, "an object");
  for (const auto& path : *paths) fuzz::require(std::isfinite(path.longest_stall), "a number");
  return 0;
}
