// SPDX-License-Identifier: Apache-2.0
#include "text/utc.hpp"

#include <doctest/doctest.h>

#include <ctime>

#include "sys/clock.hpp"

using hanfs::text::seconds_of_utc;

TEST_CASE("the time of day in words is read back") {
  CHECK(seconds_of_utc("1970-01-01T00:00:00Z") == 0);
  CHECK(seconds_of_utc("2000-02-29T23:59:59Z") == 951868799);
  CHECK(seconds_of_utc("2026-11-28T12:00:00Z") == 1795867200);
  const std::time_t before = std::time(nullptr);
  const auto now = seconds_of_utc(hanfs::sys::RealClock().utc());
  REQUIRE(now);
  CHECK(*now >= before);
  CHECK(*now <= std::time(nullptr));
  for (const char* wrong :
       {"", "2026-11-28", "2026-11-28T12:00:00", "2026-13-28T12:00:00Z", "2026-00-28T12:00:00Z", "2026-11-28 12:00:00Z",
        "2026-11-28T24:00:00Z", "-026-11-28T12:00:00Z", "2026-11-28T12:00:0xZ"})
    CHECK_FALSE(seconds_of_utc(wrong));
}
