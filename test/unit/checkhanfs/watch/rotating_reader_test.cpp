// SPDX-License-Identifier: Apache-2.0
// Which file was read shows in what becomes of one that was replaced by a folder since it was found: EISDIR.
#include "checkhanfs/watch/rotating_reader.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <map>

#include "checkhanfs/watch/watcher.hpp"
#include "unit/checkhanfs/example_trees.hpp"

namespace hanfs::check {
namespace {

// How often each errno came.
std::map<int, int> errors_of(RotatingReader& reader, int reads) {
  std::map<int, int> counts;
  for (int i = 0; i < reads; ++i) ++counts[reader.read_next()];
  return counts;
}

void replace_by_folder(const Trees& trees, const std::string& name) {
  fs::remove(trees.at(name));
  fs::create_directory(trees.at(name));
}

}  // namespace

TEST_CASE("a reader goes through all files at and below its path, one after the other") {
  const Trees trees;
  trees.write("top/a", "x");
  trees.write("top/empty", "");
  trees.write("top/sub/deeper/c", std::string(10000, 'x'));
  trees.write("elsewhere/d", "x");
  REQUIRE(::symlink("../elsewhere", trees.at("top/link").c_str()) == 0);
  REQUIRE(::symlink("../elsewhere/d", trees.at("top/file-link").c_str()) == 0);
  RotatingReader reader(trees.at("top"));
  CHECK(errors_of(reader, 1) == std::map<int, int>{{0, 1}});
  for (const char* name : {"elsewhere/d", "top/sub/deeper/c"}) {
    CAPTURE(name);
    replace_by_folder(trees, name);
    CHECK(errors_of(reader, 6)[EISDIR] == (std::string(name) == "top/sub/deeper/c" ? 2 : 0));
  }
  // Three files, 16 times each; then they are searched anew.
  (void)errors_of(reader, 2);
  CHECK(errors_of(reader, 48 - 15) == std::map<int, int>{{0, 22}, {EISDIR, 11}});
  CHECK(errors_of(reader, 48) == std::map<int, int>{{0, 48}});
}

TEST_CASE("a reader of one file, which goes and comes") {
  const Trees trees;
  trees.write("file", "x");
  RotatingReader reader(trees.at("file"));
  CHECK(errors_of(reader, 40) == std::map<int, int>{{0, 40}});
  fs::remove(trees.at("file"));
  CHECK(errors_of(reader, 3) == std::map<int, int>{{ENOENT, 3}});
  trees.write("file", "x");
  CHECK(errors_of(reader, 3) == std::map<int, int>{{0, 3}});
}

TEST_CASE("a reader without a file reads the folder, and sees a file that comes") {
  const Trees trees;
  RotatingReader reader(trees.at("folder/"));
  CHECK(reader.read_next() == ENOENT);
  fs::create_directory(trees.at("folder"));
  CHECK(errors_of(reader, 2) == std::map<int, int>{{0, 2}});
  trees.write("folder/a", "x");
  CHECK(reader.read_next() == 0);
  replace_by_folder(trees, "folder/a");
  CHECK(reader.read_next() == EISDIR);
  fs::remove_all(trees.at("folder"));
  CHECK(reader.read_next() == ENOENT);
}

TEST_CASE("a reader leaves out a file that is gone, and that one alone") {
  const Trees trees;
  for (const char* name : {"top/a", "top/b", "top/c"}) trees.write(name, "x");
  RotatingReader reader(trees.at("top"));
  CHECK(reader.read_next() == 0);
  fs::remove(trees.at("top/b"));
  CHECK(errors_of(reader, 3) == std::map<int, int>{{0, 3}});
  fs::create_directory(trees.at("top/b"));
  CHECK(errors_of(reader, 6) == std::map<int, int>{{0, 6}});
  replace_by_folder(trees, "top/a");
  replace_by_folder(trees, "top/c");
  CHECK(errors_of(reader, 6) == std::map<int, int>{{EISDIR, 6}});
}

TEST_CASE("a reader keeps 64 files of a folder, and looks at 2000 entries in search of them") {
  const Trees trees;
  for (int i = 0; i < 70; ++i) trees.write("many/" + std::to_string(i), "x");
  RotatingReader reader(trees.at("many"));
  CHECK(reader.read_next() == 0);
  for (int i = 0; i < 70; ++i) replace_by_folder(trees, "many/" + std::to_string(i));
  CHECK(errors_of(reader, 64 * 16 - 1) == std::map<int, int>{{EISDIR, 64 * 16 - 1}});
  CHECK(reader.read_next() == 0);

  fs::create_directory(trees.at("links"));
  for (int i = 0; i < 2001; ++i) REQUIRE(::symlink("x", trees.at("links/" + std::to_string(i)).c_str()) == 0);
  trees.write("links/folder/file", "x");
  RotatingReader searcher(trees.at("links"));
  CHECK(searcher.read_next() == 0);
  replace_by_folder(trees, "links/folder/file");
  CHECK(searcher.read_next() == 0);
}

TEST_CASE("a watcher tells what becomes of each path, by its name without the sysroot") {
  const Trees trees;
  trees.write("root/well/a", "x");
  trees.write("root/broken/a", "x");
  const sys::RealClock clock;
  Watcher watcher(clock, trees.at("root"), {"/well", "/broken"}, std::chrono::milliseconds(60000),
                  std::chrono::milliseconds(1));
  REQUIRE(watcher.start());
  std::vector<std::pair<std::string, WatchEvent>> reported;
  // Children, so it is waited for what they say; 10 s are far more than it takes.
  const auto step_until = [&](const std::function<bool()>& enough) {
    while (!enough() && watcher.now() < 10)
      watcher.step(std::chrono::milliseconds(20),
                   [&](const std::string& path, const WatchEvent& event) { reported.emplace_back(path, event); });
    CHECK(enough());
  };
  step_until([&] { return watcher.paths()[0].timeline.reads() > 1 && watcher.paths()[1].timeline.reads() > 1; });
  CHECK(reported.empty());
  fs::remove_all(trees.at("root/broken"));
  step_until([&] { return !reported.empty(); });
  trees.write("root/broken/a", "x");
  step_until([&] { return reported.size() > 1; });
  REQUIRE(reported.size() == 2);
  CHECK(reported[0].first == "/broken");
  CHECK(reported[0].second.kind == WatchEvent::Kind::failed);
  CHECK(reported[0].second.error == ENOENT);
  CHECK(reported[1].first == "/broken");
  CHECK(reported[1].second.kind == WatchEvent::Kind::recovered);
  CHECK(reported[1].second.at < watcher.now());
  CHECK(watcher.paths()[0].timeline.errors() == 0);
  CHECK(watcher.paths()[1].timeline.errors() > 0);
}

}  // namespace hanfs::check
