// SPDX-License-Identifier: Apache-2.0
#include "text/html.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("each character of UTF-8 goes into a page as it is, and what is none becomes one mark for each byte") {
  for (const char* good : {"\x20", "~", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xe1\x80\x80", "\xec\xbf\xbf",
                           "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf1\x80\x80\x80",
                           "\xf3\xbf\xbf\xbf", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(good);
    CHECK(text::html_escaped(good) == good);
    CHECK(text::clipped(std::string(good) + "ab", 2) == std::string(good) + "\xE2\x80\xA6");
  }
  const std::string mark = "\xEF\xBF\xBD";
  for (const std::string bad : {"\x80",
                                "\xbf",
                                "\xc1\xbf",
                                "\xc2\x7f",
                                "\xc2\xc0",
                                "\xdf",
                                "\xe0\x9f\xbf",
                                "\xe1\x7f\x80",
                                "\xe1\x80\x7f",
                                "\xe1\x80\xc0",
                                "\xe1\xc0\x80",
                                "\xed\xa0\x80",
                                "\xef\xbf",
                                "\xf0\x8f\xbf\xbf",
                                "\xf0\x90\x80",
                                "\xf1\x80\x7f\x80",
                                "\xf1\x80\x80\x7f",
                                "\xf4\x90\x80\x80",
                                "\xf5\x80\x80\x80",
                                "\xff"}) {
    CAPTURE(bad);
    const std::string page = text::html_escaped(bad);
    CHECK(page.substr(0, mark.size()) == mark);
    CHECK(text::html_escaped(bad + "a").back() == 'a');
  }
  CHECK(text::html_escaped("\xe1\x80"
                           "a") == mark + mark + "a");
  for (const char* control : {"\x1f", "\x7f", "\xc2\x80", "\xc2\x9f"}) CHECK(text::html_escaped(control) == mark);
  CHECK(text::clipped("", 0).empty());
  CHECK(text::clipped("a", 1) == "a");
  CHECK(text::clipped("\xff\xff\xff", 2) == "\xff\xE2\x80\xA6");
}
