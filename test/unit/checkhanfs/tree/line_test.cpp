// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/line.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "checkhanfs/tree/name.hpp"

namespace hanfs::tree {

namespace {

constexpr const char* some_hash = "99aa06d3014798d86001c324468d497f";

std::string line_of(const Entry& entry) {
  std::string line;
  append_line(line, entry);
  return line;
}

Entry file_entry(const std::string& path) {
  Entry entry;
  entry.mode = 0644;
  entry.size = 5702;
  entry.mtime = {1700000000, 123456789};
  entry.hash = some_hash;
  entry.path = path;
  return entry;
}

}  // namespace

TEST_CASE("names of any bytes have one form on one line, and come back") {
  CHECK(escaped_name("usr/bin/ls with blanks") == "usr/bin/ls with blanks");
  CHECK(escaped_name("a\nb\tc\\d") == "a\\x0Ab\\x09c\\x5Cd");
  CHECK(escaped_name("na\xC3\xAFve") == "na\xC3\xAFve");
  CHECK(escaped_name("latin\xEF") == "latin\\xEF");
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  for (const std::string& name : {every, std::string("\\x41"), std::string("\xE2\x80\xA8 line"), std::string("\x7f")}) {
    const std::string text = escaped_name(name);
    CHECK(text.find_first_of("\n\t") == std::string::npos);
    CHECK(unescaped_name(text) == name);
  }
  // Another form of a name is no form: two manifests must not show one name in two ways.
  for (const char* text : {"\\x41", "\\x0a", "\\", "\\x", "\\x4", "\\n", "\xEF", "a\nb"}) CHECK(!unescaped_name(text));
}

TEST_CASE("a line of each kind is read as it was written") {
  CHECK(line_of(file_entry("usr/bin/ls")) ==
        "f\t0644\t0\t0\t5702\t1700000000.123456789\t99aa06d3014798d86001c324468d497f\tusr/bin/ls\n");
  std::vector<Entry> entries{file_entry("a"), file_entry("n\n\xff\\"), Entry{}, Entry{}, Entry{}, Entry{}, Entry{}};
  entries[1].hardlink = "a\tb";
  entries[1].note = note_changed;
  entries[2].kind = 'd';
  entries[2].mode = 04755;
  entries[2].mtime = {-2, 500000000};
  entries[3].kind = 'l';
  entries[3].path = "link";
  entries[3].target = "../some where";
  entries[4].kind = 'c';
  entries[4].path = "null";
  entries[4].device = "1:3";
  entries[5].path = "unread";
  entries[5].note = "cannot open: Permission denied";
  entries[5].uid = 4294967295;
  entries[6].kind = '?';
  entries[6].path = "x";
  for (const Entry& entry : entries) {
    std::string line = line_of(entry);
    line.pop_back();
    const auto read = parse_line(line, HashKind::xxh3);
    REQUIRE(read);
    CHECK(*read == entry);
    CHECK(line_of(*read) == line + "\n");
  }
}

TEST_CASE("what append_line does not write is refused, with the column") {
  const struct {
    const char* line;
    const char* complaint;
  } cases[] = {
      {"", "kind"},
      {"x\t0644\t0\t0\t1\t1.000000000\t-\ta", "kind"},
      {"f\t644\t0\t0\t1\t1.000000000\t-\ta", "mode"},
      {"f\t0648\t0\t0\t1\t1.000000000\t-\ta", "mode"},
      {"l\t0777\t0\t0\t-\t1.000000000\t-\ta", "mode"},
      {"f\t0644\t-1\t0\t1\t1.000000000\t-\ta", "uid"},
      {"f\t0644\t0\t00\t1\t1.000000000\t-\ta", "gid"},
      {"f\t0644\t0\t0\t-\t1.000000000\t-\ta", "size"},
      {"d\t0755\t0\t0\t4096\t1.000000000\t-\ta", "size"},
      {"f\t0644\t0\t0\t1\t1\t-\ta", "mtime"},
      {"f\t0644\t0\t0\t1\t1.00000000\t-\ta", "mtime"},
      {"f\t0644\t0\t0\t1\t-0.000000001\t-\ta", "mtime"},
      {"f\t0644\t0\t0\t1\t1.000000000\tabc\ta", "hash"},
      {"d\t0755\t0\t0\t-\t1.000000000\t99aa06d3014798d86001c324468d497f\ta", "hash"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-", "path"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\t/etc/passwd", "path"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta/../b", "path"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta\\x41", "path"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta\textra", "column"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta\t", "column"},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta\tnote=", "note="},
      {"f\t0644\t0\t0\t1\t1.000000000\t-\ta\tnote=x\ttarget=y", "column"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.line);
    const auto read = parse_line(test.line, HashKind::xxh3);
    REQUIRE(!read);
    CHECK(read.error().what.find(test.complaint) != std::string::npos);
  }
}

TEST_CASE("the path column is found without the rest") {
  CHECK(path_column("f\t0644\t0\t0\t1\t1.000000000\t-\ta b\tnote=x") == "a b");
  CHECK(path_column("f\t0644\t0\t0\t1\t1.000000000\t-").empty());
  CHECK(path_column("").empty());
}

}  // namespace hanfs::tree
