// SPDX-License-Identifier: Apache-2.0
// Two manifests, read side by side in constant memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "checkhanfs/tree/difference.hpp"
#include "checkhanfs/tree/manifest_reader.hpp"
#include "result.hpp"

namespace hanfs::tree {

struct Comparison {
  std::uint64_t identical = 0;  // entries that are the same in both
  Ending first;
  Ending second;

  bool operator==(const Comparison& other) const {
    return identical == other.identical && first == other.first && second == other.second;
  }
};

// Gives the differences in the order of the paths, entries that could be read in neither among them; an Error of
// `different` ends it. `same` gets the path of each entry that both have alike, escaped; it may be empty. Error: a
// manifest is not whole, or the hashes are of different kinds. What was given before an error is not to be relied on.
Result<Comparison> compare(ManifestReader& first, ManifestReader& second,
                           const std::function<Status(const Difference&)>& different,
                           const std::function<Status(std::string_view path)>& same);

}  // namespace hanfs::tree
