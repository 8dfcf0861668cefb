// SPDX-License-Identifier: Apache-2.0
#include "aix/level.hpp"

#include <doctest/doctest.h>

using hanfs::aix::Level;
using hanfs::aix::oldest_for_failover;
using hanfs::aix::parse_oslevel;

TEST_CASE("oslevel -s") {
  CHECK(*parse_oslevel("7100-05-04-1914\n") == Level{7100, 5, 4});
  CHECK(*parse_oslevel("# oslevel -s\n6100-00-00-0000\r\n") == Level{6100, 0, 0});
  CHECK(parse_oslevel("7100-05-04-1914\n")->text() == "7100-05-04");
  for (const char* wrong : {"", "7.1.0.0\n", "7100-05\n", "7100-05-04-191\n", "71x0-05-04-1914\n", "7100-05-04-1914-1"})
    CHECK_FALSE(parse_oslevel(wrong));
}

TEST_CASE("levels in their order") {
  CHECK(Level{7100, 1, 2} < oldest_for_failover);
  CHECK(Level{6100, 9, 12} < oldest_for_failover);
  CHECK_FALSE(Level{7100, 1, 3} < oldest_for_failover);
  CHECK_FALSE(Level{7200, 0, 0} < oldest_for_failover);
}
