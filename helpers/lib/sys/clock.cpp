// SPDX-License-Identifier: Apache-2.0
#include "sys/clock.hpp"

#include <poll.h>

#include <algorithm>
#include <ctime>

namespace hanfs::sys {

std::int64_t seconds_of_day_and_date() { return std::time(nullptr); }

std::string RealClock::utc() const {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, length);
}

void RealClock::sleep(std::chrono::milliseconds time) { (void)::poll(nullptr, 0, static_cast<int>(time.count())); }

Deadline::Deadline(const Clock& clock, std::chrono::milliseconds whole)
    : clock_(&clock), whole_(whole), end_(clock.now() + whole) {}

std::chrono::milliseconds Deadline::left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - clock_->now());
  return std::max(left, std::chrono::milliseconds{0});
}

}  // namespace hanfs::sys
