// SPDX-License-Identifier: Apache-2.0
// Keeps those who do not answer from taking the places of those who do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/command.hpp"

namespace hanfs::run {

// A lane is what several commands wait for, a server for instance. Until one of them has answered only a few are at
// work at a time; and few may be stuck, however many others answer. What depends on nothing has the lane "".
class Lanes {
 public:
  static constexpr std::size_t at_most = 4;

  // How many more may be started.
  std::size_t room(const std::string& lane) const;

  bool has_answered(const std::string& lane) const;
  // Few at work in each lane, whether it has answered or not, while a command is late that may answer for all of them.
  void go_slowly(bool slowly) { slowly_ = slowly; }

  void started(const std::string& lane);
  void late(const std::string& lane);  // patience with one that is at work is over
  void ended(const std::string& lane, bool was_late, const Outcome& outcome);

 private:
  struct Lane {
    std::size_t at_work = 0;
    std::size_t stuck = 0;  // late ones, and those that hung
    bool has_answered = false;
  };

  std::map<std::string, Lane> lanes_;
  bool slowly_ = false;
};

// What waits to be started, first come first served, but for those whose lane is not open.
template <class Item>
class LaneQueue {
 public:
  void push(const std::string& lane, Item item) { waiting_.emplace_back(lane, std::move(item)); }

  // The first whose lane is open; it counts as started.
  std::optional<Item> take() {
    while (!waiting_.empty()) {
      auto [lane, item] = std::move(waiting_.front());
      waiting_.pop_front();
      if (lanes_.room(lane) > 0) {
        lanes_.started(lane);
        return std::optional<Item>(std::move(item));
      }
      kept_back_[lane].push_back(std::move(item));
    }
    return std::nullopt;
  }

  bool has_answered(const std::string& lane) const { return lanes_.has_answered(lane); }

  void go_slowly(bool slowly) {
    lanes_.go_slowly(slowly);
    for (auto& [lane, items] : std::exchange(kept_back_, {}))
      for (Item& item : items) waiting_.emplace_back(lane, std::move(item));
  }

  // One more of the same lane, without waiting.
  void started(const std::string& lane) { lanes_.started(lane); }
  void late(const std::string& lane) { lanes_.late(lane); }
  void ended(const std::string& lane, bool was_late, const Outcome& outcome) {
    lanes_.ended(lane, was_late, outcome);
    const auto kept_back = kept_back_.find(lane);
    if (kept_back == kept_back_.end()) return;
    // Only those that may start: of ten thousand, all would be moved here and back with each one that ends.
    std::deque<Item>& items = kept_back->second;
    const std::size_t room = std::min(lanes_.room(lane), items.size());
    for (std::size_t i = room; i-- > 0;) waiting_.emplace_front(lane, std::move(items[i]));
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(room));
  }

  // All that were never taken.
  std::vector<Item> take_rest() {
    std::vector<Item> rest;
    for (auto& [lane, items] : kept_back_) std::move(items.begin(), items.end(), std::back_inserter(rest));
    for (auto& [lane, item] : waiting_) rest.push_back(std::move(item));
    kept_back_.clear();
    waiting_.clear();
    return rest;
  }

 private:
  Lanes lanes_;
  std::deque<std::pair<std::string, Item>> waiting_;
  std::map<std::string, std::deque<Item>> kept_back_;  // by lane
};

}  // namespace hanfs::run
