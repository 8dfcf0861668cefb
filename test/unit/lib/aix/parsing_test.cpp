// SPDX-License-Identifier: Apache-2.0
// What captures of AIX commands have in common: lines, prompts, rulers, blanks that web pages leave.
#include "aix/parsing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hanfs::aix::parsing {

TEST_CASE("lines are numbered, end in LF or CR LF, and the last one may have no end") {
  const std::vector<Line> found = lines(
      "\xEF\xBB\xBF"
      "a\r\n\nb\r\r\nc\rd");
  REQUIRE(found.size() == 4);
  const char* const texts[] = {"a", "", "b", "c\rd"};
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].number == i + 1);
    CHECK(found[i].text == texts[i]);
  }
  CHECK(lines("").empty());
  CHECK(lines("\xEF\xBB\xBF").empty());
  CHECK(lines("a\n").size() == 1);
  CHECK(lines("\n").size() == 1);
}

TEST_CASE("no-break spaces go at both ends, also a lone one of Latin-1 in front, and nothing of a letter") {
  const std::string space = "\xC2\xA0";
  CHECK(trim_nbsp(space + " a" + space + "b \t" + space + space) == "a" + space + "b");
  CHECK(trim_nbsp("\xA0 a") == "a");
  CHECK(trim_nbsp(" \xA0\xA0"
                  "a") == "a");
  CHECK(trim_nbsp(space).empty());
  CHECK(trim_nbsp("").empty());
  CHECK(trim_nbsp("\xC3\xA0") == "\xC3\xA0");  // a letter
  CHECK(trim_nbsp("\xC2") == "\xC2");
}

TEST_CASE("a whole number may have either sign, and one only") {
  CHECK(whole_number("+5") == 5);
  CHECK(whole_number("-5") == -5);
  CHECK(whole_number("5") == 5);
  for (const char* none : {"+", "-", "++5", "+-5", "", "+x", "5+"}) CHECK_FALSE(whole_number(none));
}

TEST_CASE("prompts of shells") {
  for (const char* prompt : {"#", "# mount", "#comment", "$ mount", "sn01 # mount", "(0) root @ cn017: / #", "> x",
                             "% x", "root@host:/# mount", "bash-5.0$", "host>", "a~# x", "[root@a]# x", "(x)$"}) {
    CAPTURE(prompt);
    CHECK(is_prompt(prompt));
  }
  for (const char* text : {"", " ", "a > b", "> /install -vers=4", "> no,-hopcount,0", "> dgd_ping_time = 5", "a % b",
                           "/dev/hd4 / jfs2", "-# x", "=>", "x=# y", "one two three four five six #", ".$"}) {
    CAPTURE(text);
    CHECK_FALSE(is_prompt(text));
  }
}

TEST_CASE("rulers are dashes and blanks, with a dash at least") {
  for (const char* ruler : {"-", "---- --", " -\t-"}) CHECK(is_ruler(ruler));
  for (const char* text : {"", " ", "-a", "a-", "--=--"}) CHECK_FALSE(is_ruler(text));
}

TEST_CASE("a problem shows its line, with 120 characters at most") {
  CHECK(problem({7, "a\tb"}, "x") == Problem{7, "a\\x09b", "x"});
  CHECK(problem({1, std::string(120, 'y')}, "").seen == std::string(120, 'y'));
  const std::string long_line(121, 'y');
  CHECK(problem({1, long_line}, "").seen == std::string(120, 'y') + "...");
}

}  // namespace hanfs::aix::parsing
