// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hanfs::worlds {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 0x1234567ULL) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  long below(long limit) { return static_cast<long>(next() % static_cast<std::uint64_t>(limit)); }
  long between(long low, long high) { return low + below(high - low + 1); }
  bool percent(long chance) { return below(100) < chance; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<long>(all.size())))];
  }
  std::string word(const std::vector<std::string>& all) { return one_of(all); }

 private:
  std::uint64_t state_;
};

}  // namespace hanfs::worlds
