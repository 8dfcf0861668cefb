// SPDX-License-Identifier: Apache-2.0
#include "xcat/version.hpp"

#include <doctest/doctest.h>

#include <string>

using hanfs::xcat::parse_version;

TEST_CASE("lsxcatd -v of real systems") {
  // Issues 373 (AIX 6.1), 2159, 1523, 3286, 655 (AIX 7.2) of xcat2/xcat-core, 463 of xcat2/xcat2-task-management;
  // lsxcatd.1 of xCAT.
  struct Case {
    const char* printed;
    const char* version;
  };
  const Case cases[] = {
      {"Version 2.9.2 (git commit 03d9972bf285ba805dfacb15986260c96a634822, built Tue Oct 27 04:04:28 CDT 2015)\n",
       "2.9.2"},
      {"Version 2.13 (git commit 390b30f155ed355789d6af7cb3670491bcfcf51d, built Tue Nov 15 06:15:56 EST 2016)\n",
       "2.13"},
      {"Version 2.12.1 (git commit 86e7530395f4cf7a0ad9a261e203d1fd57b04516, built Thu Jun 30 09:30:56 EDT 2016)\n",
       "2.12.1"},
      {"Version 2.14.6 (git commit cae2cdf4aedb60f5e15a4e7a20fbe5fafde70b1a, built Mon Jan  7 03:30:02 EST 2019)\n"
       "This is a Management Node\ndbengine=SQLite\n",
       "2.14.6"},
      {"Version 2.8.5 (git commit 0d4888af5a7a96ed521cb0e32e2c918a9d13d7cc, built Tue Jul 29 02:22:47 EDT 2014)\n"
       "This is a Management Node\n",
       "2.8.5"},
      {"Version \n", nullptr},
  };
  for (const Case& one : cases) {
    CAPTURE(one.printed);
    const auto version = parse_version(one.printed);
    REQUIRE(version.has_value() == (one.version != nullptr));
    if (version) CHECK(*version == one.version);
  }
}

TEST_CASE("what names no version") {
  for (const char* text : {"", "\n\n", "Version", "Version 2..9", "Version .", "Version 2.x", "Version 2.9.2;reboot",
                           "version 2.9.2", "Versions 2.9.2", "2.9.2", "\xC2\xA0Version 2.9.2",
                           "Version 2.9.2\xC2\xA0(git commit x)", "Error: Version 2.9.2"})
    CHECK_MESSAGE(!parse_version(text), text);
  CHECK(parse_version("Version " + std::string(32, '1')));
  CHECK_FALSE(parse_version("Version " + std::string(33, '1')));
  CHECK_FALSE(parse_version(std::string("Version 2\0.9", 12)));
}

TEST_CASE("lines around it, CR LF and a cut end do no harm") {
  CHECK(parse_version("Use of bare << is deprecated at x.pm line 5115.\r\nVersion 2.9.3 (git commit 1)\r\n") ==
        "2.9.3");
  CHECK(parse_version("Version 2.9.4") == "2.9.4");
  CHECK(parse_version("Version 2.9.4\r\n") == "2.9.4");
  CHECK(parse_version(std::string(100000, '\n') + "Version 2.9.4\n") == "2.9.4");
}
