// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/watcher.hpp"

#include <cstring>
#include <utility>

#include "checkhanfs/watch/rotating_reader.hpp"

namespace hanfs::check {

Watcher::Watcher(const sys::Clock& clock, std::string sysroot, const std::vector<std::string>& paths,
                 std::chrono::milliseconds threshold, std::chrono::milliseconds pause)
    : clock_(clock), sysroot_(std::move(sysroot)), pause_(pause), started_(clock.now()) {
  for (const std::string& path : paths)
    paths_.push_back({path, Timeline(std::chrono::duration<double>(threshold).count()), "", ""});
}

Status Watcher::start_child(std::size_t index) {
  RotatingReader reader(sysroot_ + paths_[index].path);
  const int error = children_[index]->start([&] { return reader.read_next(); }, pause_);
  if (error == 0) return Done{};
  return Error{paths_[index].path + ": no process to read it: " + std::strerror(error)};
}

Status Watcher::start() {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    children_.push_back(std::make_unique<run::ProbeChild>());
    if (Status started = start_child(i); !started) return started;
  }
  return Done{};
}

double Watcher::now() const { return std::chrono::duration<double>(clock_.now() - started_).count(); }

void Watcher::step(std::chrono::milliseconds time, const Tell& tell) {
  std::vector<const run::ProbeChild*> children;
  for (const auto& child : children_) children.push_back(child.get());
  run::wait_for_probes(children, time);
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    Timeline& timeline = paths_[i].timeline;
    for (const run::ProbeReport& report : children_[i]->take()) {
      const double at = std::chrono::duration<double>(report.at - started_).count();
      if (report.ended) {
        timeline.ended(at, report.error);
      } else {
        timeline.begun(at);
      }
    }
    timeline.look(now());
    for (const WatchEvent& event : timeline.take_events()) tell(paths_[i].path, event);
    // Somebody has killed it. It is gone for sure, so there is still one for each path at most.
    if (children_[i]->has_ended()) (void)start_child(i);
  }
}

}  // namespace hanfs::check
