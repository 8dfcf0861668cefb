// SPDX-License-Identifier: Apache-2.0
#include "aix/dump_device.hpp"

#include <doctest/doctest.h>

using hanfs::aix::parse_sysdumpdev;

TEST_CASE("sysdumpdev -l") {
  const auto devices = parse_sysdumpdev(
      "primary              /dev/lg_dumplv\nsecondary            /dev/sysdumpnull\ncopy directory       /var/adm/ras\n"
      "forced copy flag     FALSE\nalways allow dump    TRUE\ndump compression     ON\ntype of dump         "
      "traditional\n");
  REQUIRE(devices);
  CHECK(devices->primary == "/dev/lg_dumplv");
  CHECK(devices->secondary == "/dev/sysdumpnull");
  CHECK(devices->any());
}

TEST_CASE("no dump device") {
  CHECK_FALSE(parse_sysdumpdev("primary /dev/sysdumpnull\nsecondary /dev/sysdumpnull\n")->any());
  CHECK_FALSE(parse_sysdumpdev("primary\nsecondary\n")->any());
  CHECK_FALSE(parse_sysdumpdev("primary              -\nsecondary            /dev/sysdumpnull\n")->any());
  CHECK(parse_sysdumpdev("primary /dev/sysdumpnull\nsecondary /dev/hd7\n")->any());
  CHECK_FALSE(parse_sysdumpdev("copy directory primary\n"));
  CHECK_FALSE(parse_sysdumpdev(""));
}
