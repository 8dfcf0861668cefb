// SPDX-License-Identifier: Apache-2.0
#include "text/escape.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace hanfs::text {

TEST_CASE("control characters cannot reach a terminal") {
  CHECK(escape_control("a\n\x1b[2J\x7f") == "a\\x0a\\x1b[2J\\x7f");
  CHECK(escape_control("\xff\xc3\xa4") == "\xff\xc3\xa4");
  CHECK(escape_control(std::string_view("\0", 1)) == "\\x00");
  CHECK(quoted("a\tb") == "\"a\\x09b\"");
}

TEST_CASE("escaped text that is too long is cut behind a character") {
  CHECK(escape_control("abcd", 4) == "abcd");
  CHECK(escape_control("abcde", 4) == "abcd...");
  CHECK(escape_control("abc\nde", 4) == "abc\\x0a...");
  CHECK(escape_unprintable("abc\xc3\xa4", 4) == "abc\xc3\xa4");
  CHECK(escape_unprintable("abc\xc3\xa4z", 4) == "abc\xc3\xa4...");
}

TEST_CASE("what is no printable UTF-8 is escaped byte by byte") {
  for (const char* printable :
       {"", "plain", "\xc2\xa0", "\xc3\xa4", "\xe2\x82\xac", "\xed\x9f\xbf", "\xf0\x9f\x98\x80"})
    CHECK(escape_unprintable(printable) == printable);
  CHECK(escape_unprintable("a\x1b\x7f") == "a\\x1B\\x7F");
  CHECK(escape_unprintable("\xc2\x85") == "\\xC2\\x85");                    // a C1 control
  CHECK(escape_unprintable("\xe2\x80\xa8") == "\\xE2\\x80\\xA8");           // U+2028 ends a line
  CHECK(escape_unprintable("\xc0\xaf") == "\\xC0\\xAF");                    // overlong
  CHECK(escape_unprintable("\xe0\x9f\xbf") == "\\xE0\\x9F\\xBF");           // overlong
  CHECK(escape_unprintable("\xed\xa0\x80") == "\\xED\\xA0\\x80");           // a surrogate
  CHECK(escape_unprintable("\xf4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");  // above U+10FFFF
  CHECK(escape_unprintable("\xc3") == "\\xC3");
  CHECK(escape_unprintable("\xe2\x82z") == "\\xE2\\x82z");
}

TEST_CASE("the edges of what UTF-8 holds") {
  for (const char* printable :
       {"\x20", "~", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x80\xa7", "\xe2\x80\xaa", "\xe2\x81\xa8", "\xe1\x80\xa8",
        "\xee\x80\x80", "\xef\xbf\xbd", "\xf0\x90\x80\x80", "\xf1\x80\x80\x80", "\xf4\x8f\xbf\xbf"})
    CHECK_MESSAGE(escape_unprintable(printable) == printable, printable);
  for (const auto& [bytes, escaped] : {std::pair{"\x1f", "\\x1F"},
                                       {"\x80", "\\x80"},
                                       {"\xc1\xbf", "\\xC1\\xBF"},
                                       {"\xc2\x9f", "\\xC2\\x9F"},
                                       {"\xe2\x80\xa9", "\\xE2\\x80\\xA9"},
                                       {"\xf0\x8f\xbf\xbf", "\\xF0\\x8F\\xBF\\xBF"},
                                       {"\xf5\x80\x80\x80", "\\xF5\\x80\\x80\\x80"},
                                       {"\xf1\x80\x80", "\\xF1\\x80\\x80"},
                                       {"\xe1\x80", "\\xE1\\x80"},
                                       {"\xf1\x80\x80z", "\\xF1\\x80\\x80z"},
                                       {"\xf1\x80zz", "\\xF1\\x80zz"},
                                       {"\xf1zzz", "\\xF1zzz"},
                                       {"\xe1zz", "\\xE1zz"},
                                       {"\xdfz", "\\xDFz"}})
    CHECK(escape_unprintable(bytes) == escaped);
}

}  // namespace hanfs::text
