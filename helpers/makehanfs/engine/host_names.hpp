// SPDX-License-Identifier: Apache-2.0
// The hosts that were asked, and how an engine's line names one: "host: text".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hanfs::cluster {

class HostNames {
 public:
  static constexpr std::size_t no_index = static_cast<std::size_t>(-1);

  // Also found by the short name where it is the only such: pdsh takes the domain away.
  explicit HostNames(const std::vector<std::string>& names);

  // Its place in the list, or nobody. The whole name counts: cn1 is not cn10. An engine may put a domain to it (cn1 is
  // cn1.example.com) where the list has none.
  std::size_t find(std::string_view name) const;

  // "host: text" -> the host, and text. A label holds no blank. nobody: the line stays as it is.
  std::size_t take_label(std::string_view& line) const;

  // The host whose name ends right before `end`, and where it begins; of two ("n1" in "cn1") the longer one.
  std::pair<std::size_t, std::size_t> ending_at(std::string_view line, std::size_t end) const;

 private:
  static constexpr std::size_t longest = 255;
  static bool may_be_in_name(char c);

  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_map<std::string, std::size_t> by_short_;
};

}  // namespace hanfs::cluster
