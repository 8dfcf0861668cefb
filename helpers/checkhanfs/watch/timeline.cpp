// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/timeline.hpp"

#include <algorithm>
#include <utility>

namespace hanfs::check {
namespace {

constexpr std::size_t most_segments = 2000;

}  // namespace

void Timeline::add(const Segment& segment) {
  if (segment.state == Segment::State::stalled) longest_ = std::max(longest_, segment.to - segment.from);
  if (segments_.size() < most_segments) {
    segments_.push_back(segment);
    return;
  }
  // The picture keeps what matters: the shortest of all gives way to a longer one.
  const auto shortest = std::min_element(segments_.begin(), segments_.end(), [](const Segment& a, const Segment& b) {
    return a.to - a.from < b.to - b.from;
  });
  if (shortest->to - shortest->from >= segment.to - segment.from) return;
  segments_.erase(shortest);
  segments_.push_back(segment);
}

void Timeline::begun(double at) {
  reading_since_ = at;
  reported_ = false;
}

void Timeline::look(double now) {
  if (reported_ || !stalled_for(now)) return;
  events_.push_back({WatchEvent::Kind::stalled, *reading_since_, 0, 0});
  reported_ = true;
}

void Timeline::ended(double at, int error) {
  if (!reading_since_) return;
  look(at);
  const double from = *std::exchange(reading_since_, std::nullopt);
  ++reads_;
  if (reported_) {
    add({Segment::State::stalled, from, at, 0});
    events_.push_back({WatchEvent::Kind::resumed, at, at - from, 0});
    reported_ = false;
  }
  if (error != 0) {
    ++errors_;
    if (failing_since_) return;
    failing_since_ = at;
    failing_with_ = error;
    events_.push_back({WatchEvent::Kind::failed, at, 0, error});
  } else if (failing_since_) {
    add({Segment::State::failed, *failing_since_, at, failing_with_});
    events_.push_back({WatchEvent::Kind::recovered, at, at - *failing_since_, 0});
    failing_since_.reset();
  }
}

std::vector<WatchEvent> Timeline::take_events() { return std::exchange(events_, {}); }

std::optional<double> Timeline::stalled_for(double now) const {
  if (!reading_since_ || now - *reading_since_ < threshold_) return std::nullopt;
  return now - *reading_since_;
}

std::vector<Segment> Timeline::segments(double now) const {
  std::vector<Segment> all = segments_;
  if (failing_since_) all.push_back({Segment::State::failed, *failing_since_, now, failing_with_});
  if (stalled_for(now)) all.push_back({Segment::State::stalled, *reading_since_, now, 0});
  return all;
}

double Timeline::longest(double now) const { return std::max(longest_, stalled_for(now).value_or(0)); }

}  // namespace hanfs::check
