// SPDX-License-Identifier: Apache-2.0
// Reads several paths at the same time, each in a child of its own that may hang, and keeps what became of the reads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkhanfs/watch/timeline.hpp"
#include "result.hpp"
#include "run/probe_child.hpp"
#include "sys/clock.hpp"

namespace hanfs::check {

struct WatchedPath {
  std::string path;
  Timeline timeline;
  // Who serves it, as nfs4cl showfs says; empty: not known, for instance because this is not AIX.
  std::string server_before;
  std::string server_after;

  bool has_moved() const { return !server_before.empty() && !server_after.empty() && server_before != server_after; }
};

class Watcher {
 public:
  using Tell = std::function<void(const std::string& path, const WatchEvent& event)>;

  // The paths are below `sysroot`. `threshold`: a read that takes longer is a stall. `pause`: between two reads of a
  // path. The clock has to be the machine's own, and outlive the watcher.
  Watcher(const sys::Clock& clock, std::string sysroot, const std::vector<std::string>& paths,
          std::chrono::milliseconds threshold, std::chrono::milliseconds pause);

  // Error: a child could not be started.
  Status start();

  // Waits until something has happened, no longer than `time`, and tells it.
  void step(std::chrono::milliseconds time, const Tell& tell);

  double now() const;  // seconds since the watch began
  std::vector<WatchedPath>& paths() { return paths_; }
  const std::vector<WatchedPath>& paths() const { return paths_; }

 private:
  Status start_child(std::size_t index);

  const sys::Clock& clock_;
  std::string sysroot_;
  std::chrono::milliseconds pause_;
  sys::Clock::TimePoint started_;
  std::vector<WatchedPath> paths_;
  std::vector<std::unique_ptr<run::ProbeChild>> children_;  // of each path one
};

}  // namespace hanfs::check
