// SPDX-License-Identifier: Apache-2.0
// What the lines do is judged in test/tree, with a real rsync.
#include "checkhanfs/tree/sync_plan.hpp"

#include <doctest/doctest.h>

#include <string>

namespace hanfs::tree {

TEST_CASE("a place in a tree as rsync excludes it") {
  CHECK(rsync_pattern_of_place("nim/spot", "", true) == "/nim/spot");
  CHECK(rsync_pattern_of_place("nim/spot", "", false) == "/nim/spot/*");
  CHECK(rsync_pattern_of_place("nim/spot/x", "nim", true) == "/spot/x");
  CHECK(rsync_pattern_of_place("nim/spot/x", "nim/spot", false) == "/x/*");
  CHECK(rsync_pattern_of_place("nim/spot", "nim/spo", true).empty());
  CHECK(rsync_pattern_of_place("nim/spot", "ni", true).empty());
  // A backslash is one where no wildcard is.
  CHECK(rsync_pattern_of_place("a\\b", "", true) == "/a\\b");
  CHECK(rsync_pattern_of_place("a\\b", "", false) == "/a\\\\b/*");
  CHECK(rsync_pattern_of_place("[a]*", "", true) == "/\\[a]\\*");
}

TEST_CASE("more mount points than can be named: there is no plan") {
  MountPoints many;
  for (std::size_t i = 0; i <= MountPoints::most_kept; ++i)
    many.look("d\t0755\t0\t0\t0\t1.000000000\t-\t" + std::to_string(i) + "\tnote=mount point\n");
  CHECK_FALSE(SyncPlan({}, {}).commands(many));
  CHECK(SyncPlan({}, {}).commands({}));
}

}  // namespace hanfs::tree
