// SPDX-License-Identifier: Apache-2.0
#include "text/html.hpp"

#include <doctest/doctest.h>

namespace text = hanfs::text;

TEST_CASE("text on its way into a page") {
  CHECK(text::html_escaped("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  CHECK(text::html_escaped("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(text::html_escaped("a\x01"
                           "b\x7f") ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  for (const char* bad : {"\xff", "\xc3", "\xe2\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc2\x85"})
    CHECK(text::html_escaped(bad).substr(0, 3) == "\xEF\xBF\xBD");
  CHECK(text::clipped("abcdef", 4) == "abc\xE2\x80\xA6");
  CHECK(text::clipped("abcd", 4) == "abcd");
  CHECK(text::clipped("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9\xE2\x80\xA6");
}
