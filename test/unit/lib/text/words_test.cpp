// SPDX-License-Identifier: Apache-2.0
#include "text/words.hpp"

#include <doctest/doctest.h>

#include <cstdint>

namespace hanfs::text {
namespace {

std::string shown(const std::vector<std::string_view>& words) {
  std::string all;
  for (const auto word : words) all.append("[").append(word).append("]");
  return all;
}

}  // namespace

TEST_CASE("blanks at the ends") {
  CHECK(trimmed(" \t\r\n\v\fa b\n ") == "a b");
  CHECK(trimmed_left(" a ") == "a ");
  CHECK(trimmed_right(" a ") == " a");
  CHECK(trimmed(" \n").empty());
  CHECK(trimmed("\xc2\xa0").size() == 2);
}

TEST_CASE("lists, pieces and fields") {
  CHECK(shown(split_list(std::string_view(" sn1, sn2,,"))) == "[sn1][sn2]");
  CHECK(shown(split_list(std::string_view("a;b c"), "; ")) == "[a][b][c]");
  CHECK(shown(split_list(std::string_view(""))).empty());
  CHECK(shown(split(std::string_view("a,,b ,"), ',')) == "[a][][b ][]");
  CHECK(shown(split(std::string_view(""), ',')) == "[]");
  CHECK(shown(fields(std::string_view("  a\tb  c "))) == "[a][b][c]");
  CHECK(shown(fields(std::string_view(" "))).empty());
  CHECK(shown(first_fields(std::string_view("a b c"), 2)) == "[a][b]");
  CHECK(joined({"a", "b"}) == "a b");
  CHECK(joined({"a", "b"}, ", ") == "a, b");
  CHECK(shortened({"a", "b"}, 2) == "a, b");
  CHECK(shortened({"a", "b", "c"}, 2) == "a, b and 1 more");
  CHECK(shortened({"a"}, 1, 4) == "a and 3 more");
  CHECK(shortened({}, 2).empty());
}

TEST_CASE("letters of either case") {
  CHECK(lower("AbZ\xc4") == "abz\xc4");
  CHECK(equal_ignoring_case("AIX", "aix"));
  CHECK_FALSE(equal_ignoring_case("aix", "aix7"));
  CHECK_FALSE(equal_ignoring_case("@", "`"));
  CHECK(starts_with_ignoring_case("AIX7", "aix"));
  CHECK_FALSE(starts_with_ignoring_case("ai", "aix"));
  CHECK(starts_with("aix7", "aix"));
}

TEST_CASE("whole numbers") {
  CHECK(whole_number<int>("-12") == -12);
  CHECK(whole_number<unsigned>("007") == 7);
  for (const char* none : {"", "+1", " 1", "1 ", "1x", "0x1", "-1", "4294967296"})
    CHECK_FALSE_MESSAGE(whole_number<std::uint32_t>(none), none);
}

TEST_CASE("numbers as text") {
  CHECK(fixed(12.345, 1) == "12.3");
  CHECK(fixed(2, 0) == "2");
  CHECK(fixed(-0.06, 1) == "-0.1");
  CHECK(fixed(1e300, 2).size() == 304);
  CHECK(shortest(0.3) == "0.3");
  CHECK(shortest(100) == "100");
  CHECK(shortest(12345678901.0) == "1.23456789e+10");
}

TEST_CASE("things that are counted") {
  CHECK(text::counted(1, "node") == "1 node");
  CHECK(text::counted(0, "node") == "0 nodes");
  CHECK(text::counted(2, "node") == "2 nodes");
  CHECK(text::counted(1, "entry", "entries") == "1 entry");
  CHECK(text::counted(2, "entry", "entries") == "2 entries");
}

TEST_CASE("plain names") {
  for (const char* plain : {"a", "_a", "7", "sn-1.x_y+z"}) CHECK_MESSAGE(is_plain_name(plain), plain);
  for (const char* other : {"", "-a", ".a", "+a", "a b", "a/b", "a\xc3"})
    CHECK_FALSE_MESSAGE(is_plain_name(other), other);
  CHECK(is_plain_name("a-b", ".-"));
  CHECK_FALSE(is_plain_name("a+b", ".-"));
}

TEST_CASE("a path at or below a folder") {
  CHECK(is_at_or_below("/install", "/install"));
  CHECK(is_at_or_below("/install/nim/spot", "/install"));
  CHECK_FALSE(is_at_or_below("/installed", "/install"));
  CHECK_FALSE(is_at_or_below("/inst", "/install"));
  CHECK_FALSE(is_at_or_below("/home", "/install"));
}

TEST_CASE("a host's own name in its message") {
  CHECK(without_name("cn1: no route to cn1", "cn1") == "HOST: no route to HOST");
  CHECK(without_name("cn12 cn1-ml0 acn1 cn1", "cn1") == "cn12 cn1-ml0 acn1 HOST");
  CHECK(without_name("cn1", "") == "cn1");
}

}  // namespace hanfs::text
