// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/shut_down_nodes.hpp"

#include <utility>

#include "text/utc.hpp"

namespace hanfs::cluster {
namespace {

std::int64_t seconds_of(std::chrono::seconds time) { return time.count(); }

}  // namespace

ShutDownNodes::ShutDownNodes(plan::Journal* journal, const sys::Clock& clock, StoppedNodes earlier)
    : journal_(journal), clock_(clock), earlier_(std::move(earlier)) {
  if (journal_ == nullptr) return;
  for (const auto& [name, node] : earlier_) journal_->begin(node.step);
}

Status ShutDownNodes::shut_down(const std::string& node, plan::Step step) {
  if (journal_ != nullptr) {
    journal_->begin(step);
    if (!journal_->reason().empty()) return Error{journal_->reason()};
  }
  earlier_.erase(node);  // it goes down once more
  own_[node] = {std::move(step), ""};
  going_down_.insert_or_assign(node, sys::Deadline(clock_, time_to_stop));
  return Done{};
}

void ShutDownNodes::answered(const std::string& node, bool after_boot) {
  const auto earlier = earlier_.find(node);
  if (earlier != earlier_.end()) {
    if (age(earlier->second).value_or(seconds_of(time_to_stop)) < seconds_of(time_to_stop))
      answered_early_.insert(node);
    else
      forget(earlier_, earlier);
  }
  if (after_boot) booted(node);
}

void ShutDownNodes::booted(const std::string& node) {
  going_down_.erase(node);
  if (const auto own = own_.find(node); own != own_.end()) forget(own_, own);
}

void ShutDownNodes::take_over(const std::string& node) {
  auto entry = earlier_.extract(node);
  if (!entry.empty()) own_.insert(std::move(entry));
}

bool ShutDownNodes::is_down(const std::string& node) const { return is_left_down(node) || own_.count(node) != 0; }

bool ShutDownNodes::may_be_going_down(const std::string& node) const {
  const auto found = going_down_.find(node);
  return found != going_down_.end() && !found->second.passed();
}

bool ShutDownNodes::is_left_down(const std::string& node) const {
  const auto found = earlier_.find(node);
  return found != earlier_.end() && age(found->second).value_or(0) <= seconds_of(time_to_remember);
}

ShutDownNodes::Left ShutDownNodes::left(const std::function<bool(const std::string& node)>& asked) const {
  Left left;
  for (const auto& [name, node] : earlier_) {
    if (!asked(name)) continue;
    if (left.since.empty() || node.since < left.since) left.since = node.since;
    (answered_early_.count(name) != 0 ? left.answered
     : is_left_down(name)             ? left.silent
                                      : left.long_ago)
        .push_back(name);
  }
  return left;
}

std::optional<std::int64_t> ShutDownNodes::age(const StoppedNode& node) const {
  const std::optional<std::int64_t> then = text::seconds_of_utc(node.since);
  const std::optional<std::int64_t> now = text::seconds_of_utc(clock_.utc());
  if (!then || !now || *now < *then) return std::nullopt;
  return *now - *then;
}

void ShutDownNodes::forget(StoppedNodes& nodes, StoppedNodes::iterator node) {
  if (journal_ != nullptr) journal_->end(node->second.step, plan::JournalEntry::State::done);
  nodes.erase(node);
}

}  // namespace hanfs::cluster
