// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/header.hpp"

#include <doctest/doctest.h>

namespace hanfs::tree {

TEST_CASE("headers are equal only where each of their members is") {
  const Header header{HashKind::xxh3, "/install", "sn1", "2026-11-28T23:00:00Z", {"core"}};
  CHECK(header == Header(header));
  std::vector<Header> others(5, header);
  others[0].hash = HashKind::sha256;
  others[1].root = "/";
  others[2].host = "sn2";
  others[3].time = "";
  others[4].excludes.clear();
  for (const Header& other : others) CHECK_FALSE(header == other);
  const Ending ending{3, 5702, "99aa"};
  CHECK(ending == Ending{3, 5702, "99aa"});
  for (const Ending& other : {Ending{4, 5702, "99aa"}, Ending{3, 5701, "99aa"}, Ending{3, 5702, "99ab"}})
    CHECK_FALSE(ending == other);
}

TEST_CASE("a header that is wrong is refused with what is wrong in which line") {
  const std::string first = "#hanfs-tree-manifest 1\n";
  const std::string columns = "#columns kind mode uid gid size mtime hash path\n";
  const auto problem = [](const std::string& text) {
    std::size_t length = 0;
    const auto read = parse_header(text, length);
    return read ? "" : read.error().what;
  };
  CHECK(problem(first + columns).empty());
  CHECK(problem("") == "this is no manifest of checkhanfs");
  CHECK(problem("#hanfs-tree-manifest 1") == "this is no manifest of checkhanfs");
  CHECK(problem("rubbish\n" + columns) == "this is no manifest of checkhanfs");
  CHECK(problem(first) == "it is cut off within its header");
  CHECK(problem(first + columns.substr(0, 20)) == "it is cut off within its header");
  CHECK(problem("#hanfs-tree-manifest 2\n" + columns).find("its format is version 2, this program knows version 1;") ==
        0);
  CHECK(problem(first + "#hash xxh3\n#hash md5\n" + columns) == "line 3 of its header names a hash that is not known");
  CHECK(problem(first + "#colour red\n" + columns) == "line 2 of its header is not known");
  CHECK(problem(first + "#rooty /x\n" + columns) == "line 2 of its header is not known");
}

TEST_CASE("the last line of a manifest is read only as it was written") {
  const Ending ending{3, 5702, "99aa06d3014798d86001c324468d497f"};
  const std::string line = ending_line(ending);
  CHECK(line == "#end entries=3 bytes=5702 checksum=99aa06d3014798d86001c324468d497f\n");
  const auto read = parse_ending(line.substr(0, line.size() - 1));
  REQUIRE(read);
  CHECK(*read == ending);
  for (const char* wrong :
       {"", "#end", "#End entries=3 bytes=1 checksum=a", "#end entries=3 bytes=1 checksum=a x",
        "#end entries=3 bytes=1 sum=a", "#end entries= bytes=1 checksum=a", "#end entries=3 bytes=-1 checksum=a",
        "#end bytes=1 entries=3 checksum=a", "#end entries=99999999999999999999 bytes=1 checksum=a"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_ending(wrong));
  }
}

}  // namespace hanfs::tree
