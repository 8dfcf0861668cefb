// SPDX-License-Identifier: Apache-2.0
#include "run/lanes.hpp"

#include <algorithm>
#include <limits>

namespace hanfs::run {

std::size_t Lanes::room(const std::string& lane) const {
  if (lane.empty()) return std::numeric_limits<std::size_t>::max();
  const auto known = lanes_.find(lane);
  const Lane state = known == lanes_.end() ? Lane{} : known->second;
  if (state.has_answered && !slowly_ && state.stuck < at_most) return std::numeric_limits<std::size_t>::max();
  return at_most - std::min(at_most, state.at_work + state.stuck);
}

bool Lanes::has_answered(const std::string& lane) const {
  const auto known = lanes_.find(lane);
  return !lane.empty() && known != lanes_.end() && known->second.has_answered;
}

void Lanes::started(const std::string& lane) { ++lanes_[lane].at_work; }

void Lanes::late(const std::string& lane) {
  --lanes_[lane].at_work;
  ++lanes_[lane].stuck;
}

void Lanes::ended(const std::string& lane, bool was_late, const Outcome& outcome) {
  Lane& state = lanes_[lane];
  --(was_late ? state.stuck : state.at_work);
  if (hung(outcome)) ++state.stuck;
  state.has_answered = state.has_answered || outcome.end == Outcome::End::exited;
}

}  // namespace hanfs::run
