// SPDX-License-Identifier: Apache-2.0
// What checkhanfs sends to makehanfs drill: the last line of watch --json of a node, the line of tree manifest --json
// of a server. Properties: an answer is an object; numbers are finite; a tree that is known has a digest.
#include <cmath>
#include <nlohmann/json.hpp>

#include "fuzz.hpp"
#include "makehanfs/drill/answer.hpp"
#include "makehanfs/drill/drill.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const std::string_view all = fuzz::text_of(data, size);
  if (const auto object = hanfs::cluster::object_of(all)) {
    if (const auto tree = hanfs::cluster::parse_tree(*object)) fuzz::require(!tree->digest.empty(), "a digest");
    const auto wire = hanfs::cluster::parse_wire("cn001", *object);
    fuzz::require(wire.summary.find('\n') == std::string::npos, "one line");
  }
  const auto node = hanfs::cluster::parse_watch(all);
  if (!node) return 0;
  fuzz::require(all.find('{') != std::string_view::npos, "an object");
  for (const auto& path : node->paths) fuzz::require(std::isfinite(path.longest_stall), "a number");
  return 0;
}
