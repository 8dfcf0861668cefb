// SPDX-License-Identifier: Apache-2.0
// Who and when.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace hanfs::sys {

// $NODE where xCAT set it, else the host name without its domain. Never asks a name server.
std::string node_name();

// "NAME=value" of those that are set in our environment; an empty value is not set.
std::vector<std::string> environment_of(const std::vector<std::string>& names);

// "2026-11-22T21:40:05Z"
std::string utc_now();

// How long the whole run may still take. Steady clock: setting the time of day at boot does not matter.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds whole);
  std::chrono::milliseconds left() const;  // never negative
  bool passed() const { return left().count() == 0; }
  std::chrono::milliseconds whole() const { return whole_; }

 private:
  std::chrono::milliseconds whole_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace hanfs::sys
