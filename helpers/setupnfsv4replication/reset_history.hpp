// SPDX-License-Identifier: Apache-2.0
// What the journal tells of the changes that hanfs made on a node and that are not taken back. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/journal.hpp"

namespace hanfs::node {

// The changes to one resource since it was last reset or changed by others.
struct ResetHistory {
  plan::Resource resource;
  std::string option = {};                              // of a file system
  std::vector<plan::Expectation::Value> original = {};  // what was there before the first change; empty: nothing, or
  bool original_is_known = true;                        // with false, not recorded
  std::optional<plan::FileChange> original_file = {};
  std::optional<plan::Step> last = {};              // the change that made what should be there now
  bool last_is_sure = false;                        // it went well
  std::vector<plan::Expectation::Value> made = {};  // by all of the changes, sure or not
  bool taken_away = false;                          // hanfs itself deleted it, and did not make it anew
  bool outlives_boot = false;
};

struct ResetHistories {
  std::vector<ResetHistory> histories;  // in the order in which the resources were first changed
  std::vector<std::string> passed_by;   // what was not taken into account, and why
};

// `is_own`: whether this name in an entry is one of this node.
using IsOwnName = std::function<bool(const std::string& node)>;
ResetHistories reset_histories(const plan::JournalContent& journal, const IsOwnName& is_own, const std::string& boot);

}  // namespace hanfs::node
