// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/boot_batches.hpp"

#include <algorithm>
#include <iterator>

namespace hanfs::cluster {
namespace {

// No source gives a number: the first node alone shows whether it works at all, then so many that a server with a few
// hundred nodes is not asked by all of them at once.
constexpr std::size_t smallest_batch = 20;
constexpr std::size_t most_batches = 20;

}  // namespace

std::vector<std::vector<std::string>> boot_batches(const std::vector<std::string>& nodes) {
  const std::size_t size = std::max(smallest_batch, (nodes.size() + most_batches - 2) / most_batches);
  std::vector<std::vector<std::string>> batches;
  for (std::size_t begin = 0, end = 1; begin < nodes.size(); begin = end, end += size) {
    end = std::min(nodes.size(), end);
    batches.emplace_back(std::next(nodes.begin(), static_cast<std::ptrdiff_t>(begin)),
                         std::next(nodes.begin(), static_cast<std::ptrdiff_t>(end)));
  }
  return batches;
}

}  // namespace hanfs::cluster
