// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/shut_down_nodes.hpp"

#include <algorithm>
#include <utility>

#include "text/utc.hpp"

namespace hanfs::cluster {
namespace {

std::int64_t seconds_of(std::chrono::seconds time) { return time.count(); }

}  // namespace

ShutDownNodes::ShutDownNodes(plan::Journal* journal, const sys::Clock& clock, StoppedNodes earlier)
    : journal_(journal), clock_(clock), earlier_(std::move(earlier)) {
  if (journal_ == nullptr) return;
  for (const auto& [name, node] : earlier_) journal_->begin(entry_of(node));
}

Status ShutDownNodes::shut_down(const std::string& node, plan::Step step) {
  if (journal_ != nullptr) {
    journal_->begin(step);
    if (!journal_->reason().empty()) return Error{journal_->reason()};
  }
  earlier_.erase(node);  // it goes down once more
  own_[node] = {std::move(step), clock_.utc()};
  going_down_.insert_or_assign(node, sys::Deadline(clock_, time_to_stop));
  return Done{};
}

bool ShutDownNodes::answered(const std::string& node, bool after_boot) {
  if (const auto earlier = earlier_.find(node); earlier != earlier_.end()) {
    const std::int64_t since = age(earlier->second.since).value_or(seconds_of(time_to_stop));
    if (since < seconds_of(time_to_stop) && earlier->second.booted.empty())
      answered_early_.insert(node);
    else
      forget(earlier_, earlier);
  }
  const auto own = own_.find(node);
  if (!after_boot || own == own_.end()) return false;
  const bool has_booted = !own->second.booted.empty();
  going_down_.erase(node);
  forget(own_, own);
  return has_booted;
}

void ShutDownNodes::take_over(const std::string& node) {
  auto entry = earlier_.extract(node);
  if (!entry.empty()) own_.insert(std::move(entry));
}

void ShutDownNodes::boots(const std::vector<std::string>& nodes, bool begun) {
  for (const std::string& node : nodes) {
    own_[node].booted = clock_.utc();
    StoppedNode entry = own_[node];
    if (!begun) entry.booted.clear();
    if (journal_ != nullptr) journal_->begin(entry_of(entry));
  }
}

bool ShutDownNodes::is_down(const std::string& node) const { return is_left_down(node) || own_.count(node) != 0; }

bool ShutDownNodes::may_be_going_down(const std::string& node) const {
  const auto found = going_down_.find(node);
  return found != going_down_.end() && !found->second.passed();
}

bool ShutDownNodes::is_left_down(const std::string& node) const {
  const auto found = earlier_.find(node);
  return found != earlier_.end() && age(found->second.since).value_or(0) <= seconds_of(time_to_remember);
}

std::chrono::seconds ShutDownNodes::time_to_come_up(const std::string& node) const {
  const auto found = earlier_.find(node);
  if (found == earlier_.end() || found->second.booted.empty()) return {};
  const std::chrono::seconds since(age(found->second.booted).value_or(0));
  return std::max(time_to_boot - since, std::chrono::seconds(0));
}

std::vector<std::string> ShutDownNodes::owed() const {
  std::vector<std::string> nodes;
  for (const auto& [name, node] : own_) nodes.push_back(name);
  return nodes;
}

ShutDownNodes::Left ShutDownNodes::left(const std::function<bool(const std::string& node)>& asked) const {
  Left left;
  for (const auto& [name, node] : earlier_) {
    if (!asked(name)) continue;
    if (left.since.empty() || node.since < left.since) left.since = node.since;
    (answered_early_.count(name) != 0     ? left.answered
     : !is_left_down(name)                ? left.long_ago
     : time_to_come_up(name).count() != 0 ? left.booting
                                          : left.silent)
        .push_back(name);
  }
  return left;
}

std::optional<std::int64_t> ShutDownNodes::age(const std::string& time) const {
  const std::optional<std::int64_t> then = text::seconds_of_utc(time);
  const std::optional<std::int64_t> now = text::seconds_of_utc(clock_.utc());
  if (!then || !now || *now < *then) return std::nullopt;
  return *now - *then;
}

void ShutDownNodes::forget(StoppedNodes& nodes, StoppedNodes::iterator node) {
  if (journal_ != nullptr) journal_->end(node->second.step, plan::JournalEntry::State::done);
  nodes.erase(node);
}

}  // namespace hanfs::cluster
