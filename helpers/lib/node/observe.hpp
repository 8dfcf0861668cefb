// SPDX-License-Identifier: Apache-2.0
// Looks at the node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <set>
#include <string>

#include "app/context.hpp"
#include "node/observed_state.hpp"

namespace hanfs::node {

using app::Sources;

ObservedState observe(const Sources& sources, const std::string& node);

// What a plan may have changed and must be looked at again.
struct RefreshScope {
  std::set<std::string> filesystems;  // local paths
  bool routes = false;
  bool odm_routes = false;
  bool tunables = false;
  bool files = false;
};

// `before` with the scope observed anew. Commands that did not answer before are not asked again: they are in
// before.blind, and a hung one would cost its deadline twice.
ObservedState observe_again(const Sources& sources, ObservedState before, const RefreshScope& scope);

}  // namespace hanfs::node
