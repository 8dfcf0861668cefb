// SPDX-License-Identifier: Apache-2.0
// A page of its own, without scripts and without a network: when reads stalled or failed, one line for each path. Pure.
#pragma once

#include <string>
#include <vector>

namespace hanfs::report {

struct TimelineBar {
  bool failed = false;  // else it stalled
  double from = 0;      // seconds since the watch began
  double to = 0;
  std::string error;  // of reads that failed, if it is known

  bool operator==(const TimelineBar& o) const {
    return failed == o.failed && from == o.from && to == o.to && error == o.error;
  }
};

struct TimelineRow {
  std::string name;
  bool moved = false;
  std::string summary;
  double length = 0;  // seconds; 0: nothing was measured, so there is no picture
  std::vector<TimelineBar> bars;
};

struct TimelinePage {
  std::string title;
  std::string when;     // UTC, as sys::Clock::utc() gives it
  std::string verdict;  // one line
  std::string maker;    // the command
  std::vector<TimelineRow> rows;
};

std::string text_of(const TimelinePage& page);

}  // namespace hanfs::report
