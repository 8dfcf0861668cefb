// SPDX-License-Identifier: Apache-2.0
// What became of the reads of one path: when they stalled or failed, and for how long. Pure; times are seconds since
// the watch began.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hanfs::check {

struct Segment {
  enum class State { stalled, failed };
  State state = State::stalled;
  double from = 0;
  double to = 0;
  int error = 0;  // of a failed one: errno of the first read

  bool operator==(const Segment& o) const {
    return state == o.state && from == o.from && to == o.to && error == o.error;
  }
};

struct WatchEvent {
  enum class Kind { stalled, resumed, failed, recovered };
  Kind kind = Kind::stalled;
  double at = 0;
  double seconds = 0;  // resumed, recovered: how long it had lasted
  int error = 0;       // failed: errno

  bool operator==(const WatchEvent& o) const {
    return kind == o.kind && at == o.at && seconds == o.seconds && error == o.error;
  }
};

class Timeline {
 public:
  // A read that takes longer than `threshold` seconds is a stall.
  explicit Timeline(double threshold) : threshold_(threshold) {}

  void begun(double at);
  void ended(double at, int error);
  // Is a stall under way that was not reported yet?
  void look(double now);

  // What has happened since the last call.
  std::vector<WatchEvent> take_events();

  // How long the read that is under way has taken, where that is a stall.
  std::optional<double> stalled_for(double now) const;
  bool is_failing() const { return failing_since_.has_value(); }

  // With what is under way at `now`. Of thousands the first ones, and the longest.
  std::vector<Segment> segments(double now) const;
  double longest(double now) const;  // stall; 0: none
  std::size_t reads() const { return reads_; }
  std::size_t errors() const { return errors_; }

 private:
  void add(const Segment& segment);

  double threshold_;
  std::optional<double> reading_since_;
  bool reported_ = false;  // of the stall that is under way
  std::optional<double> failing_since_;
  int failing_with_ = 0;
  std::vector<Segment> segments_;
  double longest_ = 0;
  std::size_t reads_ = 0;
  std::size_t errors_ = 0;
  std::vector<WatchEvent> events_;
};

}  // namespace hanfs::check
