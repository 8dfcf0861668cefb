// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>

#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::tree {

TEST_CASE("a folder that took the place of the one that was seen is not entered") {
  const check::Trees trees;
  trees.write("a/file", "");
  trees.write("c/file", "");
  const auto top = Folder::top(trees.folder.string());
  REQUIRE(top);
  const auto in_top = [&](const char* name) {
    struct stat seen{};
    REQUIRE(::lstat(trees.at(name).c_str(), &seen) == 0);
    return std::make_shared<Folder>(*top, name, seen.st_dev, seen.st_ino);
  };
  const auto folder = in_top("a");
  const auto other = in_top("c");
  OpenFolders folders(1);
  CHECK(folders.open(folder) != nullptr);
  CHECK(folders.open(other) != nullptr);  // so that the first one is closed
  check::fs::rename(trees.at("a"), trees.at("b"));
  trees.write("a/file", "");
  CHECK(folders.open(folder) == nullptr);
  CHECK(errno == ESTALE);
}

}  // namespace hanfs::tree
