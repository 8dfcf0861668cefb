// SPDX-License-Identifier: Apache-2.0
// What the journal tells of the changes that hanfs made on a node and that are not taken back. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/journal.hpp"

namespace hanfs::node {

// The changes to one resource since it was last reset or changed by others: each run found what the runs before it may
// have left.
struct ResetHistory {
  using Values = std::vector<plan::Expectation::Value>;

  plan::Resource resource;
  std::string option = {};        // of a file system
  Values original = {};           // what was there before the first change; empty: nothing, or
  bool original_is_known = true;  // with false, not recorded
  std::optional<plan::FileChange> original_file = {};
  std::optional<plan::Step> last = {};  // the last change that made something
  Values may_be = {};         // what hanfs may have left there: EntryCount{0} where it took it away, the text of a file
  Values made = {};           // by all of the changes, whether they had their effect or not
  bool made_by_boot = false;  // no command made it: the last boot did, of what hanfs had stored before

  bool may_be_gone() const;  // hanfs itself may have taken it away, and not made it anew
};

struct ResetHistories {
  std::vector<ResetHistory> histories;  // in the order in which the resources were first changed
  std::vector<std::string> passed_by;   // what was not taken into account, and why
};

// `is_own`: whether this name in an entry is one of this node.
using IsOwnName = std::function<bool(const std::string& node)>;
ResetHistories reset_histories(const plan::JournalContent& journal, const IsOwnName& is_own, const std::string& boot);

}  // namespace hanfs::node
