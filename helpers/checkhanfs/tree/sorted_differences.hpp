// SPDX-License-Identifier: Apache-2.0
// Differences, kept until all are known and given the most dangerous first, in constant memory: what is much goes to a
// file for each kind.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "checkhanfs/tree/difference.hpp"
#include "checkhanfs/tree/output_file.hpp"
#include "result.hpp"

namespace hanfs::tree {

using KindCounts = std::array<std::uint64_t, kind_count>;  // of the worst kind of each difference

class SortedDifferences {
 public:
  // `folder`: for files that are gone when they are closed.
  explicit SortedDifferences(std::string folder) : folder_(std::move(folder)) {}

  // Error: a file cannot be written.
  Status add(const Difference& difference);

  std::uint64_t total() const;
  const KindCounts& counts() const { return counts_; }
  // By the first part of the path; what lies directly in the root counts for ".". The first 1,000 that differ; the rest
  // is together under "...".
  const std::map<std::string, KindCounts>& by_top_folder() const { return folders_; }

  // Once, after the last add().
  Status give(const std::function<Status(const Difference&)>& take);

 private:
  struct Bucket {
    std::string text;
    std::optional<OutputFile> file;
  };

  std::string folder_;
  std::array<Bucket, kind_count> buckets_;
  KindCounts counts_{};
  std::map<std::string, KindCounts> folders_;
};

}  // namespace hanfs::tree
