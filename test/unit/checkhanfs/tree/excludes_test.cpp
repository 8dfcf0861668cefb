// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/excludes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "checkhanfs/tree/make_manifest.hpp"

namespace hanfs::tree {

namespace {

bool excludes_path(const std::vector<std::string>& patterns, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return Excludes(patterns).match(path, path.c_str() + (slash == std::string::npos ? 0 : slash + 1));
}

}  // namespace

TEST_CASE("a pattern is a name anywhere, or a path from the root") {
  CHECK(excludes_path({"core"}, "usr/core"));
  CHECK(excludes_path({"*.lock"}, "a/b/.x.lock"));
  CHECK(!excludes_path({"core"}, "usr/core2"));
  CHECK(excludes_path({"/nim/paging"}, "nim/paging"));
  CHECK(excludes_path({"nim/paging/"}, "nim/paging"));
  CHECK(!excludes_path({"/nim/paging"}, "x/nim/paging"));
  CHECK(excludes_path({"/nim/*/log"}, "nim/spot/log"));
  CHECK(!excludes_path({"/nim/*/log"}, "nim/spot/a/log"));
  CHECK(Excludes({}).empty());
}

TEST_CASE("what differs by nature is left out of /install and of what is below it") {
  const auto at_install = default_excludes("/install");
  CHECK(std::count(at_install.begin(), at_install.end(), "/nim/paging") == 1);
  CHECK(std::count(at_install.begin(), at_install.end(), "/nim/root") == 1);
  const auto at_nim = default_excludes("/export/install/nim");
  CHECK(std::count(at_nim.begin(), at_nim.end(), "/paging") == 1);
  CHECK(std::count(at_nim.begin(), at_nim.end(), "/statelite_data") == 0);
  CHECK(default_excludes("/install/nim/spot").empty());
  CHECK(default_excludes("/usr").empty());
  CHECK(default_excludes("/installation").empty());
  CHECK(!excludes_path(at_install, "nim/spot"));
  CHECK(excludes_path(at_install, "nim/shared_root/71/etc/.client_data"));
}

TEST_CASE("the file of a manifest is named after its tree, unambiguously") {
  CHECK(default_manifest("/var/hanfs", "/install") == "/var/hanfs/tree_install.manifest");
  CHECK(default_manifest("/var/hanfs", "/") == "/var/hanfs/tree.manifest");
  CHECK(default_manifest("/v", "/a_b") != default_manifest("/v", "/a/b"));
  CHECK(default_manifest("/v", "/a\nb") == "/v/tree_a%0Ab.manifest");
  const std::string one = default_manifest("/v", "/" + std::string(5000, 'x') + "1");
  CHECK(one.size() < 255);
  CHECK(one != default_manifest("/v", "/" + std::string(5000, 'x') + "2"));
}

}  // namespace hanfs::tree
