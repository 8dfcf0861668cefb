// SPDX-License-Identifier: Apache-2.0
// Time as a value, so that a run can take place in simulated time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hanfs::sys {

class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;                       // setting the time of day at boot does not move it
  virtual std::string utc() const = 0;                     // the time of day: "2026-11-22T21:40:05Z"
  virtual void sleep(std::chrono::milliseconds time) = 0;  // a signal may end it early
};

// The time of day, in the seconds of a file's mtime. It may be asked by any thread.
std::int64_t seconds_of_day_and_date();

class RealClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  std::string utc() const override;
  void sleep(std::chrono::milliseconds time) override;
};

// How long something may still take. The clock must outlive it.
class Deadline {
 public:
  Deadline(const Clock& clock, std::chrono::milliseconds whole);
  std::chrono::milliseconds left() const;  // never negative
  bool passed() const { return left().count() == 0; }
  std::chrono::milliseconds whole() const { return whole_; }

 private:
  const Clock* clock_;
  std::chrono::milliseconds whole_;
  Clock::TimePoint end_;
};

}  // namespace hanfs::sys
