// SPDX-License-Identifier: Apache-2.0
// What a manifest says of its tree in a few words, so that the trees of several hosts can be compared without copying
// their manifests.
#pragma once

#include <cstdint>
#include <string>

#include "checkhanfs/tree/manifest_reader.hpp"
#include "result.hpp"

namespace hanfs::tree {

struct ContentSummary {
  std::string digest;  // XXH3-128 of the lines of all entries: the same where `tree compare` finds no difference
  std::uint64_t entries = 0;
  std::uint64_t doubtful = 0;  // entries that could not be read, or changed meanwhile

  bool operator==(const ContentSummary& other) const {
    return digest == other.digest && entries == other.entries && doubtful == other.doubtful;
  }
};

// Reads the manifest to its end. Error: it is not whole.
Result<ContentSummary> summarize(ManifestReader& reader);

}  // namespace hanfs::tree
