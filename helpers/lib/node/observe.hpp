// SPDX-License-Identifier: Apache-2.0
// Observes the node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <algorithm>
#include <set>
#include <string>

#include "app/context.hpp"
#include "node/observed_state.hpp"

namespace hanfs::node {

using app::Sources;

ObservedState observe(const Sources& sources, const std::string& node);

// What a plan may have changed and must be observed again.
struct RefreshScope {
  std::set<std::string> filesystems;  // local paths
  bool routes = false;
  bool odm_routes = false;
  bool tunables = false;
  bool files = false;
  std::set<std::string> gateways;  // do they answer a ping?
};

// Who gave no answer asked once more, and what is mounted by now, with what has come since.
ObservedState observe_rest(const Sources& sources, ObservedState before);
// What hung may answer by then, and a file system whose command failed may be only that once.
inline bool may_tell_more(const ObservedState& observed) {
  return std::any_of(observed.unobserved.begin(), observed.unobserved.end(),
                     [](const Unobserved& item) { return item.hung || (item.command == "nfs4cl" && !item.missing); });
}

// `before` with the scope observed anew. A command that hung before (it is in before.unobserved) is not asked again:
// it would cost its deadline twice.
ObservedState observe_again(const Sources& sources, ObservedState before, const RefreshScope& scope);

}  // namespace hanfs::node
