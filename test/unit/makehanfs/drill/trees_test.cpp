// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/trees.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "makehanfs/drill/answer.hpp"

namespace hanfs::cluster {
namespace {

TreeAnswer tree_of(const std::string& server, const std::string& digest) {
  TreeAnswer tree;
  tree.server = server;
  tree.digest = digest;
  tree.made = "2026-11-28T12:00:00Z";
  tree.manifest = "/var/hanfs/tree_install.manifest";
  tree.entries = 3;
  return tree;
}

Result<TreeAnswer> parse(std::string_view line) {
  const auto object = object_of(line);
  return object ? parse_tree(*object) : object.error();
}

}  // namespace

TEST_CASE("servers make a manifest, or keep a young one, where nodes get checkhanfs from") {
  Settings settings;
  CHECK(tree_argv(settings, 24) == std::vector<std::string>{"/install/postscripts/hanfs/checkhanfs", "tree", "manifest",
                                                            "/install", "--json", "--max-age=24"});
  settings.check_command = "/opt/hanfs/bin/checkhanfs";
  CHECK(tree_argv(settings, 1).front() == "/opt/hanfs/bin/checkhanfs");
}

TEST_CASE("what a server says of its tree") {
  const auto tree = parse(
      R"({"tool":"checkhanfs","version":"1","node":"sn1","manifest":"/m","kept":true,"time":"2026-11-28T12:00:00Z",)"
      R"("entries":3,"entries_digest":"ab","doubtful_entries":2,"result":{"state":"WARNING"}})");
  REQUIRE(tree);
  TreeAnswer wanted = tree_of("", "ab");
  wanted.manifest = "/m";
  wanted.kept = true;
  wanted.doubtful = 2;
  CHECK(*tree == wanted);
  const auto unknown = parse(R"({"tool":"checkhanfs","result":{"summary":"/install: cannot find it"}})");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what == "/install: cannot find it");
  for (const char* wrong : {"", "[]", "3", "{\"tool\":\"checkhanfs\"", R"({"tool":"checkhanfs"})",
                            R"({"tool":"checkhanfs","result":3})", R"({"tool":"other","entries_digest":"ab"})"})
    CHECK_FALSE(parse(wrong));
}

TEST_CASE("trees that are the same, differ, or are not known") {
  std::vector<TreeAnswer> trees{tree_of("sn1", "a"), tree_of("sn2", "a")};
  CHECK(objections_to(trees, "/install").empty());
  CHECK_FALSE(are_different(trees));
  CHECK(text_of(trees, "/install").find("The same 3 entries below /install on sn1, sn2") == 0);

  trees.push_back(tree_of("sn3", "b"));
  CHECK(are_different(trees));
  CHECK_FALSE(should_be_made_anew(trees));
  trees.front().kept = true;
  CHECK(should_be_made_anew(trees));
  REQUIRE(objections_to(trees, "/install").size() == 1);
  CHECK(objections_to(trees, "/install").front().find("sn1, sn2 and sn3 do not have the same below /install") == 0);

  trees.back().problem = "no answer";
  CHECK_FALSE(are_different(trees));
  REQUIRE(objections_to(trees, "/install").size() == 1);
  CHECK(objections_to(trees, "/install").front().find("sn3 does not say what it has below /install: no answer") == 0);

  trees.pop_back();
  trees.front().doubtful = 1;
  REQUIRE(objections_to(trees, "/install").size() == 1);
  CHECK(objections_to(trees, "/install").front().find("sn1: 1 entry below /install could not be read") == 0);
  CHECK(text_of({}, "/install").empty());
}

}  // namespace hanfs::cluster
