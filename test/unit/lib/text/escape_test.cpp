// SPDX-License-Identifier: Apache-2.0
#include "text/escape.hpp"

#include <doctest/doctest.h>

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

}  // namespace hanfs::text
