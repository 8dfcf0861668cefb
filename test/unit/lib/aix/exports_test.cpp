// SPDX-License-Identifier: Apache-2.0
#include "aix/exports.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

Export one(const std::string& line) {
  const Exports list = parse_exports(line);
  CAPTURE(line);
  REQUIRE(list.rows.size() == 1);
  CHECK(list.problems.empty());
  return list.rows[0];
}

TEST_CASE("exports: lines") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"blank lines", "\n \t\r\n\n", ""},
      {"comments", "# a\n   # b -ro\n#/a -ro\n", ""},
      {"no options", "/a\n/a/b/\n/", "1 /a||v23\n2 /a/b/||v23\n3 /||v23\n"},
      {"no newline at the end", "/a -ro", "1 /a|ro|v23\n"},
      {"CR LF", "/a -ro\r\n/b\r\n", "1 /a|ro|v23\n2 /b||v23\n"},
      {"byte order mark", "\xEF\xBB\xBF/a -ro\n", "1 /a|ro|v23\n"},
      {"blanks around", "  /a \t  -ro,rw=h \t\n", "1 /a|ro,rw=h|v23\n"},
      {"empty list", "/a -\n/b -,\n/c -,ro,,rw,\n", "1 /a||v23\n2 /b||v23\n3 /c|ro,rw|v23\n"},
      {"values", "/a -access=@10.0.0.0/16:@10.1.0.0/255.255.0.0:h,x=a=b:c,anon=-2\n",
       "1 /a|access=@10.0.0.0/16:@10.1.0.0/255.255.0.0:h,x=a=b:c,anon=-2|v23\n"},
      {"odd options", "/a -=x,root=,--ro,==\n", "1 /a|=x,root=,--ro,==|v23\n"},
      {"two lines of one directory", "/a -vers=3,ro\n/a -vers=4,replicas=/a@h\n",
       "1 /a|vers=3,ro|v3\n2 /a|vers=4,replicas=/a@h|v4\n  replica /a at h\n"},
      {"comment behind", "/a -ro # for all\n/b # -rw\n/c#d -ro\n", "1 /a|ro|v23\n2 /b||v23\n3 /c#d|ro|v23\n"},
      {"continued at a comma", "/a -ro,\\\n   root=h:\\\n\tg\n/b\n", "1 /a|ro,root=h:g|v23\n4 /b||v23\n"},
      {"continued between words", "/a \\\r\n  -ro\n/b\\\n -rw\n", "1 /a|ro|v23\n3 /b|rw|v23\n"},
      {"continued within a word", "/a -roo\\\nt=h\n", "1 /a|root=h|v23\n"},
      {"continued at the end", "/a -ro\\", "1 /a|ro|v23\n"},
      {"continued before it begins", "\\\n/a -ro\n", "1 /a|ro|v23\n"},
      {"continued by a comment", "/a -ro,\\\n# note \\\n/b\n", "1 /a|ro|v23\n3 /b||v23\n"},
      {"comments are not continued", "# a \\\n/b\n/c # d \\\n/e\n", "2 /b||v23\n3 /c||v23\n4 /e||v23\n"},
      {"quotes", "\"/a b\" -ro\n\"/c\"\t\"-rw,x=y z\"\n\"/a #b\" # c\n\"/d\"e\" -ro\n/f\"g -ro\n\"/h#\"\n",
       "1 /a b|ro|v23\n2 /c|rw,x=y z|v23\n3 /a #b||v23\n4 /d\"e|ro|v23\n5 /f\"g|ro|v23\n6 /h#||v23\n"},
      {"open quote", "\"/a b -ro\n/b \"-ro\n\"\n", "! 1 \"/a b -ro\n! 2 /b \"-ro\n! 3 \"\n"},
      {"NUL", std::string("/a -ro\0\n/b\0\n\0\n/c\n", 16), "4 /c||v23\n! 1 /a -ro\\x00\n! 2 /b\\x00\n! 3 \\x00\n"},
      {"no export", "a -ro\n-ro\n/a ro\n/a -ro,rw x\n/a -ro, rw\n/a -ro -rw\n/u02/share (everyone)\n",
       "! 1 a -ro\n! 2 -ro\n! 3 /a ro\n! 4 /a -ro,rw x\n! 5 /a -ro, rw\n! 6 /a -ro -rw\n! 7 /u02/share (everyone)\n"},
      {"messages", "exportfs: 1831-187 re-exported /APPAAA\nlsnfsexp: /a is not in /etc/exports\n",
       "! 1 exportfs: 1831-187 re-exported /APPAAA\n! 2 lsnfsexp: /a is not in /etc/exports\n"},
      {"a blank of a web page, a quoted mail", "/a\xC2\xA0-ro\n> /b -ro\n", "! 1 /a\xC2\xA0-ro\n! 2 > /b -ro\n"},
      {"nothing exported", "exportfs: Nothing exported\n", ""},
      {"a broken line with a comment is no prompt", "/a ro # x\na -ro # x\n", "! 1 /a ro # x\n! 2 a -ro # x\n"},
      {"prompts",
       "# exportfs\n$ exportfs\nsn01 # cat /etc/exports\nroot@sn01:/# lsnfsexp\n/home # exportfs\n/ # "
       "/usr/sbin/exportfs\n/a -ro\n/home> ls\n/ $ ls\n/ #\n/#\n/usr>\n#",
       "7 /a|ro|v23\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(as_text(parse_exports(c.text)) == c.expected);
  }
}

TEST_CASE("exports: replicas") {
  struct Case {
    const char* value;
    const char* expected;
  };
  const Case cases[] = {
      {"/a@h", "/a>h "},
      {"/a@h1+h2:/b@h3", "/a>h1 /a>h2 /b>h3 "},
      {"/a@10.0.0.1:/a@10.0.0.2", "/a>10.0.0.1 /a>10.0.0.2 "},
      {"/@h:/@g", "/>h />g "},
      {"/a@2001:db8::1:/b@::1+h:/c@fe80:::/d@fe80::1%en0", "/a>2001:db8::1 /b>::1 /b>h /c>fe80:: /d>fe80::1%en0 "},
      {"/a@[2001:db8::1]:/b@h", "/a>[2001:db8::1] /b>h "},
      {"/a@b@h", "/a@b>h "},
      // Nothing is lost where the form is broken.
      {"/a", "/a> "},
      {"/a@", "/a> "},
      {"/a@+h+", "/a>h "},
      {"/a:/b@h", "/a> /b>h "},
      {"h", "h> "},
      {"/a@h:", "/a>h: "},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    std::string seen;
    for (const auto& place : one("/x -vers=4,replicas=" + std::string(c.value)).replicas()) {
      seen += place.path + '>' + place.host + ' ';
    }
    CHECK(seen == c.expected);
  }
  CHECK(one("/x -ro").replicas().empty());
  CHECK(one("/x -replicas").replicas().empty());
  CHECK(one("/x -replicas=").replicas().empty());
}

TEST_CASE("exports: versions, options") {
  struct Case {
    const char* line;
    const char* versions;
  };
  const Case cases[] = {{"/a", "23"},           {"/a -ro", "23"},
                        {"/a -vers=4", "4"},    {"/a -vers=3:4", "34"},
                        {"/a -vers=2", "2"},    {"/a -vers=", "23"},
                        {"/a -vers", ""},       {"/a -vers=x:4y", ""},
                        {"/a -vers=44", ""},    {"/a -vers=3,vers=4", "34"},
                        {"/a -version=4", "23"}};
  for (const auto& c : cases) {
    CAPTURE(c.line);
    std::string seen;
    for (int version = 0; version <= 5; ++version)
      seen += one(c.line).exports_version(version) ? std::to_string(version) : "";
    CHECK(seen == c.versions);
  }
  const Export e = one("/a -ro,rw=h,access=,rw=g,x=y=z");
  CHECK(e.has("ro"));
  CHECK(e.has("rw"));
  CHECK(e.has("access"));
  CHECK_FALSE(e.has("r"));
  CHECK_FALSE(e.has("root"));
  CHECK_FALSE(e.has(""));
  CHECK(e.value("ro").empty());
  CHECK(e.value("rw") == "h");
  CHECK(e.value("access").empty());
  CHECK(e.value("x") == "y=z");
  CHECK(e.value("root").empty());
}

TEST_CASE("exports: meaning the same") {
  struct Case {
    const char* a;
    const char* b;
    bool same;
  };
  const Case cases[] = {
      {"/a", "/a", true},
      {"/a", "/b", false},
      {"/a/", "//a", true},
      {"/", "//", true},
      {"/a -ro", "/a", false},
      {"/a -ro,vers=4", "/a -vers=4,ro", true},
      {"/a -ro,ro", "/a -ro", true},
      {"/a -noauto,replicas=/a@h:/a@g,vers=4,rw,root=*", "/a -replicas=/a@h:/a@g,vers=4,rw,noauto,root=*", true},
      {"/a -replicas=/a@h:/a@g", "/a -replicas=/a@g:/a@h", false},
      {"/a -root=h:g", "/a -root=g:h", true},
      {"/a -root=h:g", "/a -root=g:h:h", true},
      {"/a -root=h:g", "/a -root=h", false},
      {"/a -access=@10.0.0.0/16:h", "/a -access=h:@10.0.0.0/16", true},
      {"/a -ro=h:g,rw=x:y", "/a -rw=y:x,ro=g:h", true},
      {"/a -vers=3:4", "/a -vers=4:3", true},
      {"/a -ro", "/a -ro=", false},
      {"/a -root=", "/a -root", false},
      {"/a -RO", "/a -ro", false},
      {"/a -sec=sys:krb5", "/a -sec=krb5:sys", false},
      {"/a -sec=sys,rw", "/a -rw,sec=sys", true},
      {"/a -sec=sys,rw,sec=krb5,ro", "/a -sec=sys,ro,sec=krb5,rw", false},
      {"/a -sec=sys,rw,sec=krb5,ro", "/a -sec=sys,rw,sec=krb5,ro", true},
      // The colons of an IPv6 address separate nothing.
      {"/a -root=1::2", "/a -root=2::1", false},
      {"/a -root=1:2:3:4:5:6:7:8", "/a -root=8:7:6:5:4:3:2:1", false},
      {"/a -root=[1:2]:h", "/a -root=h:[1:2]", false},
      {"/a -root=2001:db8::1", "/a -root=2001:db8::1", true},
      {"/a -root=a1:b2", "/a -root=b2:a1", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    CHECK(one(c.a).means_the_same_as(one(c.b)) == c.same);
    CHECK(one(c.b).means_the_same_as(one(c.a)) == c.same);
  }
}

TEST_CASE("exports: round trip") {
  for (const char* line :
       {"/a", "/", "/a -ro", "/install -noauto,replicas=/install@10.0.1.1:/install@10.0.2.1,vers=4,rw,root=*",
        "/hamninstall -vers=3:4,sec=sys:krb5p:krb5i:krb5:dh,rw,root=*", "\"/a b\" -ro", "\"/a  #b\"", "\"/a#\"",
        "\"/a>\"", "\"/a\\\"", "\"/a\\\" -ro", "/a\\b", "/a\"b -ro", "/a \"-x=b c\"", "/a \"-x=b\\\"",
        "/a -=x,root=,-ro,==", "/\xC3\xA4\xFF\x01 -ro", "/a'b -ro"}) {
    CAPTURE(line);
    CHECK(render_export(one(line)) == line);
  }
  CHECK(render_export(one("\"/a\"  -ro,,rw,  # x")) == "/a -ro,rw");
  CHECK(render_export(Export{}).empty());
  const std::string words[] = {"/a b", "/a", "/x#", "/x\\", "/x\"y", "/x\t", "/x$", "/\xFF", "/-", "/a #", "/\""};
  for (const auto& directory : words) {
    for (const std::string& value :
         {std::string(), std::string("h"), std::string("a b"), std::string("x\\"), std::string("\"q")}) {
      Export row;
      row.directory = directory;
      row.options = {{"ro", ""}, {"root", value}};
      CAPTURE(render_export(row));
      const Export again = one(render_export(row));
      CHECK(again.directory == row.directory);
      CHECK(again.options == row.options);
      row.options.clear();
      CHECK(one(render_export(row)).directory == row.directory);
    }
  }
}

TEST_CASE("exports: many rows, and a row of many lines") {
  std::string all;
  for (int i = 0; i < 10000; ++i) {
    all += "/a/" + std::to_string(i) + " -vers=4,replicas=/a@h+g:/b@i,\\\n ro,root=*\n";
  }
  CHECK(parse_exports(all).rows.size() == 10000);
  std::string lines;
  for (int i = 0; i < 10000; ++i) lines += "\\\n";
  CHECK(parse_exports("/a -ro,\\\n" + lines + "rw\n").rows.at(0).has("rw"));
}

}  // namespace
}  // namespace hanfs::aix
