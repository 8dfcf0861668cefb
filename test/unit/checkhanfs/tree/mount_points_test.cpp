// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/mount_points.hpp"

#include <doctest/doctest.h>

#include <string>

namespace hanfs::tree {
namespace {

std::string line_of(const std::string& path, const std::string& fields = "") {
  return "d\t0755\t0\t0\t0\t1.000000000\t-\t" + path + fields + "\n";
}

}  // namespace

TEST_CASE("mount points are found behind the path alone, and counted where there are too many to name") {
  MountPoints some;
  some.look("");
  some.look(line_of(".") + line_of("a=b", "\tnote=mount point") + line_of("note=mount point") + line_of("c"));
  some.look(line_of("d", "\tnote=changed while it was read") + line_of("e", "\tnote=mount point, almost"));
  CHECK(some.names() == std::set<std::string>{"a=b"});
  CHECK(some.count() == 1);
  MountPoints others;
  others.look(line_of("a=b", "\tnote=mount point") + line_of("f", "\tnote=mount point"));
  some.add(others);
  CHECK(some.count() == 2);

  MountPoints many;
  for (std::size_t i = 0; i < MountPoints::most_kept + 5; ++i)
    many.look(line_of(std::to_string(i), "\tnote=mount point"));
  CHECK(many.count() == MountPoints::most_kept + 5);
  CHECK(many.names().size() == MountPoints::most_kept);
  CHECK_FALSE(many.has_all_names());
  some.add(many);
  CHECK(some.count() == MountPoints::most_kept + 5);
}

}  // namespace hanfs::tree
