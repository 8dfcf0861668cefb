// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/difference.hpp"

#include <doctest/doctest.h>

#include "checkhanfs/tree/sorted_differences.hpp"
#include "checkhanfs/tree/sync_plan.hpp"

namespace hanfs::tree {

namespace {

Entry an_entry(const std::string& path = "usr/ls") {
  Entry entry;
  entry.mode = 0644;
  entry.size = 3;
  entry.mtime = {1700000000, 5};
  entry.hash = "f4d0497cf9394caab34d1a3ab2bece70";
  entry.path = path;
  return entry;
}

// What is different after one change.
template <class Change>
std::string after(const Change& change) {
  const Entry first = an_entry();
  Entry second = first;
  change(second);
  return kinds_between(first, second).names();
}

Difference difference_of(const std::string& path, Kind kind) {
  Difference difference;
  difference.path = path;
  difference.kinds.add(kind);
  return difference;
}

}  // namespace

TEST_CASE("each difference has its kind") {
  CHECK(after([](Entry&) {}).empty());
  CHECK(after([](Entry& e) { e.hash[0] = '0'; }) == "content");
  CHECK(after([](Entry& e) { e.size = 4; }) == "content");
  CHECK(after([](Entry& e) { e.kind = 'd'; }) == "type");
  CHECK(after([](Entry& e) { e.uid = 1; }) == "owner");
  CHECK(after([](Entry& e) { e.gid = 1; }) == "owner");
  CHECK(after([](Entry& e) { e.mode = 04644; }) == "mode");
  CHECK(after([](Entry& e) { e.target = "x"; }) == "target");
  CHECK(after([](Entry& e) { e.device = "1:3"; }) == "device");
  CHECK(after([](Entry& e) { e.hardlink = "a"; }) == "hardlink");
  CHECK(after([](Entry& e) { e.mtime.seconds += 1; }) == "mtime");
  CHECK(after([](Entry& e) { e.mtime.seconds -= 3600; }) == "mtime");
  CHECK(after([](Entry& e) { e.mtime.nanoseconds += 1; }) == "mtime-subsecond");
  CHECK(after([](Entry& e) { e.mtime.nanoseconds = 0; }) == "mtime-subsecond");
  CHECK(after([](Entry& e) { e.mtime = {1700000001, 4}; }) == "mtime-subsecond");
  CHECK(after([](Entry& e) { e.mtime = {1699999999, 6}; }) == "mtime-subsecond");
  CHECK(after([](Entry& e) { e.note = note_mount_point; }) == "type");
  CHECK(after([](Entry& e) { e.note = note_changed; }) == "unread");
  CHECK(after([](Entry& e) {
          e.hash.clear();
          e.note = "cannot open: Permission denied";
          e.size = 9;
        }) == "content,unread");
  CHECK(after([](Entry& e) {
          e.hash[0] = '0';
          e.mtime.seconds = 0;
          e.mode = 0;
        }) == "content,mode,mtime");
}

TEST_CASE("a difference is one line with its mark, its kinds, its path and both values") {
  const Entry first = an_entry("a b");
  Entry second = first;
  second.mtime.nanoseconds = 6;
  CHECK(difference_line(difference_between(&first, &second)) ==
        "* mtime-subsecond a b\t1700000000.000000005\t1700000000.000000006\n");
  CHECK(difference_line(difference_between(&first, nullptr)) == "+ only-first a b\tf\t\n");
  CHECK(difference_line(difference_between(nullptr, &second)) == "- only-second a b\t\tf\n");
  second.note = "cannot read: Input/output error";
  CHECK(difference_line(difference_between(&first, &second)) ==
        "! unread,mtime-subsecond a b\t\tcannot read: Input/output error\n");
  Entry root;
  root.kind = 'd';
  CHECK(difference_between(&root, nullptr).path == ".");
}

TEST_CASE("the most dangerous differences come first, however many there are") {
  SortedDifferences sorted("/tmp");
  constexpr int many = 20000;  // more than stays in memory
  for (int i = 0; i < many; ++i) {
    Difference mtime = difference_of("usr/lib/a-name-that-is-rather-long-" + std::to_string(i), Kind::mtime);
    mtime.linked = i == 7;
    REQUIRE(sorted.add(mtime));
  }
  REQUIRE(sorted.add(difference_of("usr/x", Kind::content)));
  REQUIRE(sorted.add(difference_of("readme", Kind::only_second)));
  CHECK(sorted.total() == many + 2);
  CHECK(sorted.counts()[static_cast<std::size_t>(Kind::mtime)] == many);
  CHECK(sorted.by_top_folder().at("usr")[static_cast<std::size_t>(Kind::content)] == 1);
  CHECK(sorted.by_top_folder().at(".")[static_cast<std::size_t>(Kind::only_second)] == 1);
  std::vector<Difference> given;
  REQUIRE(sorted.give([&](const Difference& difference) -> hanfs::Status {
    given.push_back(difference);
    return hanfs::Done{};
  }));
  REQUIRE(given.size() == many + 2);
  CHECK(given[0] == difference_of("usr/x", Kind::content));
  CHECK(given[1].path == "readme");
  CHECK(given[2 + 7].path == "usr/lib/a-name-that-is-rather-long-7");
  CHECK(given[2 + 7].linked);
  CHECK(given.back().path == "usr/lib/a-name-that-is-rather-long-" + std::to_string(many - 1));
}

TEST_CASE("the summary of top folders is bounded") {
  SortedDifferences sorted("/tmp");
  for (int i = 0; i < 3000; ++i) REQUIRE(sorted.add(difference_of("d" + std::to_string(i) + "/x", Kind::mtime)));
  CHECK(sorted.by_top_folder().size() == 1001);
  CHECK(sorted.by_top_folder().at("...")[static_cast<std::size_t>(Kind::mtime)] == 2000);
}

TEST_CASE("sync-plan: the smallest folders, the outer ones first, and nothing of what is excluded") {
  Header first;
  first.root = "/install";
  first.host = "sn1";
  first.excludes = {"/nim/paging", "*.lock", "/nim/spot/*/dump"};
  Header second = first;
  second.host = "sn2";
  SyncPlan plan(first, second);
  CHECK(plan.commands({})->empty());
  plan.add(difference_of("nim/spot/a/usr/ls", Kind::content));
  plan.add(difference_of("nim/spot/b", Kind::mtime));
  plan.add(difference_of("nim/new", Kind::only_first));
  plan.add(difference_of("postscripts", Kind::mode));
  using Words = std::vector<std::string>;
  const auto commands = *plan.commands({});
  REQUIRE(commands.size() == 3);
  CHECK(commands[0] == Words{"rsync", "-aHxs", "--numeric-ids", "--modify-window=-1", "--delete", "--no-recursive",
                             "--dirs", "--exclude=/nim/paging", "--exclude=*.lock", "--exclude=/nim/spot/*/dump",
                             "/install/", "sn2:/install/"});
  CHECK(commands[1] == Words{"rsync", "-aHxs", "--numeric-ids", "--modify-window=-1", "--delete", "--no-recursive",
                             "--dirs", "--exclude=/paging", "--exclude=*.lock", "--exclude=/spot/*/dump",
                             "/install/nim/", "sn2:/install/nim/"});
  CHECK(commands[2] == Words{"rsync", "-aHxs", "--numeric-ids", "--modify-window=-1", "--delete", "--checksum",
                             "--exclude=*.lock", "--exclude=/*/dump", "/install/nim/spot/", "sn2:/install/nim/spot/"});
}

TEST_CASE("sync-plan: what one of the two leaves out is none of it") {
  Header first, second;
  second.excludes = {"/nim/root", "spot", "*.d"};
  SyncPlan plan(first, second);
  for (const char* path : {"nim/root", "nim/root/tmpl", "nim/root/tmpl/t", "nim/spot/a/b", "etc/init.d/x/y"})
    plan.add(difference_of(path, Kind::only_first));
  CHECK(plan.commands({})->empty());
  CHECK(plan.passed_over() == 5);
  plan.add(difference_of("nim/roots/x", Kind::only_first));
  CHECK(plan.commands({})->size() == 1);
  CHECK(plan.passed_over() == 5);
}

TEST_CASE("sync-plan: hard links and too many parts are copied as one") {
  Header header;
  header.root = "/";
  header.host = "sn1";
  SyncPlan linked(header, header);
  Difference difference = difference_of("a/b", Kind::hardlink);
  difference.linked = true;
  linked.add(difference_of("x/y/z", Kind::mtime));
  linked.add(difference);
  linked.add(difference_of("c/d/e", Kind::content));
  const auto commands = *linked.commands({});
  REQUIRE(commands.size() == 1);
  CHECK(commands[0] == std::vector<std::string>{"rsync", "-aHxs", "--numeric-ids", "--modify-window=-1", "--delete",
                                                "--checksum", "/", "/"});
  SyncPlan many(header, header);
  for (int i = 0; i < 1000; ++i) many.add(difference_of("a/" + std::to_string(i) + "/x", Kind::mtime));
  CHECK(many.commands({})->size() == 1);
}

TEST_CASE("an exclude pattern as rsync reads it from a part of the tree") {
  CHECK(rsync_pattern("*.lock", "nim/spot") == "*.lock");
  CHECK(rsync_pattern("/nim/paging", "") == "/nim/paging");
  CHECK(rsync_pattern("/nim/paging", "nim") == "/paging");
  CHECK(rsync_pattern("nim/*/x", "nim/spot") == "/x");
  CHECK(rsync_pattern("/nim/paging", "nim/spot").empty());
  CHECK(rsync_pattern("/nim/paging", "other").empty());
}

}  // namespace hanfs::tree
