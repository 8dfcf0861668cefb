// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/shut_down_nodes.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "text/utc.hpp"

namespace hanfs::cluster {

ShutDownNodes::ShutDownNodes(plan::Journal* journal, const sys::Clock& clock, StoppedNodes earlier)
    : journal_(journal), clock_(clock), earlier_(std::move(earlier)) {
  if (journal_ == nullptr) return;
  for (const auto& [name, node] : earlier_) journal_->begin(node.step);
}

void ShutDownNodes::shut_down(const std::string& node, plan::Step step) {
  earlier_.erase(node);  // it goes down once more
  if (journal_ != nullptr) journal_->begin(step);
  own_[node] = {std::move(step), ""};
}

void ShutDownNodes::answered(const std::string& node, bool after_boot) {
  const auto earlier = earlier_.find(node);
  if (earlier != earlier_.end() && !may_still_go_down(earlier->second)) forget(earlier_, earlier);
  const auto own = own_.find(node);
  if (own != own_.end() && after_boot) forget(own_, own);
}

void ShutDownNodes::take_over(const std::string& node) {
  auto entry = earlier_.extract(node);
  if (!entry.empty()) own_.insert(std::move(entry));
}

bool ShutDownNodes::is_down(const std::string& node) const { return is_left_down(node) || own_.count(node) != 0; }

bool ShutDownNodes::is_left_down(const std::string& node) const { return earlier_.count(node) != 0; }

bool ShutDownNodes::may_still_go_down(const StoppedNode& node) const {
  const std::optional<std::int64_t> then = text::seconds_of_utc(node.since);
  const std::optional<std::int64_t> now = text::seconds_of_utc(clock_.utc());
  return then && now && *now - *then < std::chrono::seconds(time_to_stop).count();
}

void ShutDownNodes::forget(StoppedNodes& nodes, StoppedNodes::iterator node) {
  if (journal_ != nullptr) journal_->end(node->second.step, plan::JournalEntry::State::done);
  nodes.erase(node);
}

}  // namespace hanfs::cluster
