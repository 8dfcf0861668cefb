// SPDX-License-Identifier: Apache-2.0
#include "aix/nfs4cl.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"
#include "lib/aix/print.hpp"

namespace hanfs::aix {
namespace {

std::string list(const std::string& rows) { return as_text(parse_showfs(showfs_header() + rows)); }

TEST_CASE("showfs: no header is an error, a header alone an empty list") {
  for (const std::string text : {"", "\n", "# nfs4cl showfs\n#", "nfs4cl: 1831-000 no such fsid\n", "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_showfs(text));
  }
  CHECK(list("").empty());
  CHECK(list("\n\r\n#\n$ nfs4cl showfs\n").empty());
}

TEST_CASE("showfs: rows") {
  struct Case {
    const char* name;
    const char* rows;
    const char* expected;
  };
  const Case cases[] = {
      {"full",
       "203.0.113.15 /install             0:42949672973        /usr              \n"
       "        Current Server: 203.0.113.15:/install\n        Replica Server: 203.0.113.14:/install\n"
       "options : ro,timeo=1,sec=sys:krb5\n",
       "203.0.113.15|/install|0:42949672973|/usr| current 203.0.113.15\n  replica 203.0.113.14\n"
       "  options ro,timeo=1,sec=sys:krb5\n"},
      {"rows only",
       "a           /x                   0:1                  /x                \n"
       "b           /y                   0:2                  /y                \n",
       "a|/x|0:1|/x| current \nb|/y|0:2|/y| current \n"},
      {"pseudo file systems",
       "a           /                    0:1                                    \n"
       "            /                    0:2                  /                 \n",
       "a|/|0:1|| current \n|/|0:2|/| current \n"},
      {"eight replicas, IPv6 and names",
       "2001:db8::1 /install             0:1                  /usr              \n"
       "        Current Server: 2001:db8::1:/install\n        Replica Server: 2001:db8:::/install\n"
       "        Replica Server: ::1:/install\n        Replica Server: sn02.cluster.example.com:/install/a:/b\n"
       "        Replica Server: c:/\n        Replica Server: d:/d\n        Replica Server: e:/e\n"
       "        Replica Server: f:/f\n        Replica Server: g\n",
       "2001:db8::1|/install|0:1|/usr| current 2001:db8::1\n  replica 2001:db8::\n  replica ::1\n"
       "  replica sn02.cluster.example.com\n  replica c\n  replica d\n  replica e\n  replica f\n  replica g\n"},
      {"blanks around the colon",
       "a /x 0:1 /x\noptions\xC2\xA0: ro\nb /y 0:2 /y\nOptions:rw,timeo=5\nc /z 0:3 /z\n"
       "\xC2\xA0 options \xC2\xA0:\xC2\xA0 intr , timeo = 7 ,,\n",
       "a|/x|0:1|/x| current \n  options ro\nb|/y|0:2|/y| current \n  options rw,timeo=5\nc|/z|0:3|/z| current \n"
       "  options intr,timeo=7\n"},
      {"wrapped replicas and options",
       "a /x 0:1 /x\n        Current Server: a:/x\n        Replica Server: b:/x\n                        c:/x\n"
       "options : ro,timeo=1,\n          retrans=3\nb /y 0:2 /y\n",
       "a|/x|0:1|/x| current a\n  replica b\n  replica c\n  options ro,timeo=1,retrans=3\nb|/y|0:2|/y| current \n"},
      {"empty options", "a /x 0:1 /x\noptions : \n", "a|/x|0:1|/x| current \n  options \n"},
      {"long columns",
       "a.very.long.host.name.example.com /a/path/that/is/longer/than/the/column "
       "18446744073709551615:18446744073709551615 /local/path/longer\n",
       "a.very.long.host.name.example.com|/a/path/that/is/longer/than/the/column|"
       "18446744073709551615:18446744073709551615|/local/path/longer| current \n"},
      {"blanks in paths", "a           /remote with  blanks 0:1                  /local with blanks\n",
       "a|/remote with  blanks|0:1|/local with blanks| current \n"},
      {"words like an fsid in paths", "a           /r 0:9 /q            0:1                  /l 0:8 /m          \n",
       "a|/r 0:9 /q|0:1|/l 0:8 /m| current \n"},
      {"a path like a prompt", "a           /r # x               0:1                  /l                \n",
       "a|/r # x|0:1|/l| current \n"},
      {"header repeated",
       "a /x 0:1 /x\n\nServer      Remote Path          fsid                 Local Path        \n"
       "--------    ---------------      ---------------      ---------------   \nb /y 0:2 /y\n",
       "a|/x|0:1|/x| current \nb|/y|0:2|/y| current \n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(list(c.rows) == c.expected);
  }
}

TEST_CASE("showfs: CR LF and no final newline") {
  const std::string text =
      "Server Remote Path fsid Local Path\r\na /x 0:1 /x\r\n\tCurrent Server : a:/x\r\noptions : ro";
  CHECK(as_text(parse_showfs(text)) == "a|/x|0:1|/x| current a\n  options ro\n");
}

TEST_CASE("showfs: problems") {
  struct Case {
    const char* name;
    const char* rows;
    const char* expected;
  };
  const Case cases[] = {
      {"lines of a row that was not read go to no other file system",
       "a /x 0:1 /x\nb /y 0x2 /y\n        Current Server: b:/y\noptions : ro\nc /z 0:3 /z\noptions : rw\n",
       "a|/x|0:1|/x| current \nc|/z|0:3|/z| current \n  options rw\n! 4 b /y 0x2 /y\n"
       "! 5         Current Server: b:/y\n! 6 options : ro\n"},
      {"no row before", "        Current Server: b:/y\n", "! 3         Current Server: b:/y\n"},
      {"twice", "a /x 0:1 /x\nCurrent Server: a:/x\nCurrent Server: b:/x\noptions : ro\noptions : rw\n",
       "a|/x|0:1|/x| current a\n  options ro\n! 5 Current Server: b:/x\n! 7 options : rw\n"},
      {"two servers in a line", "a /x 0:1 /x\nReplica Server: b,c:/x\nReplica Server: b c:/x\nReplica Server: :/x\n",
       "a|/x|0:1|/x| current \n! 4 Replica Server: b,c:/x\n! 5 Replica Server: b c:/x\n! 6 Replica Server: :/x\n"},
      {"a list of servers in a line", "a /x 0:1 /x\nReplica Server: b:/x c:/x\nReplica Server: b:/x,c:/x\n\tc:/x\n",
       "a|/x|0:1|/x| current \n  replica c\n! 4 Replica Server: b:/x c:/x\n! 5 Replica Server: b:/x,c:/x\n"},
      {"what stands alone below a replica", "a /x 0:1 /x\nReplica Server: b:/x\nc:/x\n",
       "a|/x|0:1|/x| current \n  replica b\n! 5 c:/x\n"},
      {"more than a server below a replica", "a /x 0:1 /x\nReplica Server: b:/x\n  c:/x y\n",
       "a|/x|0:1|/x| current \n  replica b\n! 5   c:/x y\n"},
      {"no server below a replica", "a /x 0:1 /x\nReplica Server: b:/x\n  c\n",
       "a|/x|0:1|/x| current \n  replica b\n! 5   c\n"},
      {"a server alone that no replica is before", "a /x 0:1 /x\n  c:/x\n", "a|/x|0:1|/x| current \n! 4   c:/x\n"},
      {"two values of an option", "a /x 0:1 /x\noptions : timeo=1,ro,timeo=100,retrans=3,retrans=3\n",
       "a|/x|0:1|/x| current \n  options timeo=1,ro,timeo=100,retrans=3,retrans=3\n"
       "! 4 options : timeo=1,ro,timeo=100,retrans=3,retrans=3\n"},
      {"two values of two options are one problem of the line",
       "a /x 0:1 /x\noptions : timeo=1,timeo=2,retrans=3,retrans=4\n",
       "a|/x|0:1|/x| current \n  options timeo=1,timeo=2,retrans=3,retrans=4\n"
       "! 4 options : timeo=1,timeo=2,retrans=3,retrans=4\n"},
      {"a row behind options that end in a comma", "a /x 0:1 /x\noptions : ro,\n            / 0:2 /\n",
       "a|/x|0:1|/x| current \n  options ro\n|/|0:2|/| current \n"},
      {"rubbish", "...\nb 0:1 /y\nb /y\nb /y 0:1 y\nb /y 0: /y\nb /y 0:1:2 /y\nb\n",
       "! 3 ...\n! 4 b 0:1 /y\n! 5 b /y\n! 6 b /y 0:1 y\n! 7 b /y 0: /y\n! 8 b /y 0:1:2 /y\n! 9 b\n"},
      {"unclear border", "a /r 0:9 /q 0:1 /l\n", "! 3 a /r 0:9 /q 0:1 /l\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(list(c.rows) == c.expected);
  }
}

TEST_CASE("showfs: numbers of options") {
  const auto fs = parse_showfs(std::string(showfs_header()) +
                               "a /x 0:1 /x\noptions : ro,timeo=50,retrans=3x,rsize=,big=99999999999999999999,neg=-1,"
                               "two=1,two=2,same=7,same=7\n");
  REQUIRE(fs);
  const NfsFilesystem& info = fs->filesystems.at(0);
  CHECK(info.number("timeo") == 50);
  CHECK(info.number("neg") == -1);
  CHECK(info.number("same") == 7);
  for (const char* key : {"two", "ro", "retrans", "rsize", "big", "absent", "time", "timeo=50"}) {
    CAPTURE(key);
    CHECK_FALSE(info.number(key));
  }
}

TEST_CASE("showfs: round trip") {
  const std::string paths[] = {
      "/",        "/install", "/a b", "/a  b", "/exactly/twenty/char", "/longer/than/the/column/is", "/\xC3\xA4\xFF",
      "/x 1:2 y", "/$(x)'\""};
  for (const auto& remote : paths) {
    for (const auto& local : paths) {
      for (const std::string server : {"a", "10.0.0.1", "eleven.char", "2001:db8:1::15", "long.host.example.com"}) {
        NfsFilesystem fs;
        fs.server = server;
        fs.remote = remote;
        fs.fsid = "0:42949672973";
        fs.local = local;
        fs.current = server;
        fs.replicas = {"10.0.0.2", "2001:db8::"};
        fs.has_options = true;
        fs.options = {{"ro", ""}, {"timeo", "1"}, {"sec", "sys:krb5"}};
        const std::string text = showfs_header() + print(fs) + print(fs);
        CAPTURE(text);
        const auto read = parse_showfs(text);
        REQUIRE(read);
        CHECK(read->problems.empty());
        REQUIRE(read->filesystems.size() == 2);
        CHECK(read->filesystems[0] == fs);
        CHECK(read->filesystems[1] == fs);
      }
    }
  }
}

TEST_CASE("showfs: many rows") {
  NfsFilesystem fs;
  fs.server = "10.0.0.1";
  fs.remote = "/install";
  fs.current = fs.server;
  fs.replicas = {"10.0.0.2"};
  fs.has_options = true;
  fs.options = {{"ro", ""}, {"timeo", "1"}};
  std::string all = showfs_header();
  for (int i = 0; i < 10000; ++i) {
    fs.fsid = "0:" + std::to_string(i);
    fs.local = "/x/" + std::to_string(i);
    all += print(fs);
  }
  CHECK(parse_showfs(all)->filesystems.size() == 10000);
}

}  // namespace
TEST_CASE("rows of showfs are equal where every field is") {
  NfsFilesystem row;
  row.server = "a";
  NfsFilesystem other = row;
  CHECK(row == other);
  for (std::string NfsFilesystem::* field : {&NfsFilesystem::server, &NfsFilesystem::remote, &NfsFilesystem::fsid,
                                             &NfsFilesystem::local, &NfsFilesystem::current}) {
    other = row;
    other.*field = "x";
    CHECK_FALSE(row == other);
  }
  other = row;
  other.replicas = {"b"};
  CHECK_FALSE(row == other);
  other = row;
  other.has_options = true;
  CHECK_FALSE(row == other);
  other = row;
  other.options = {{"ro", ""}};
  CHECK_FALSE(row == other);
}

}  // namespace hanfs::aix
