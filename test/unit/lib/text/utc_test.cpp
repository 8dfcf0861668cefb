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

TEST_CASE("each part of a time has its range, and leap years are those of the calendar") {
  struct Case {
    const char* utc;
    long long seconds;
  };
  for (const Case& c : {Case{"1970-01-02T00:00:01Z", 86401},
                        {"1970-12-31T23:59:59Z", 31535999},
                        {"1971-01-01T00:00:00Z", 31536000},
                        {"1972-02-29T00:00:00Z", 68169600},
                        {"1972-03-01T00:00:00Z", 68256000},
                        {"2100-02-28T00:00:00Z", 4107456000},
                        {"2100-03-01T00:00:00Z", 4107542400},
                        {"1969-12-31T23:59:59Z", -1},
                        {"2026-10-01T12:34:56Z", 1790858096},
                        {"2016-12-31T23:59:60Z", 1483228800}})
    CHECK_MESSAGE(seconds_of_utc(c.utc) == c.seconds, c.utc);
  for (const char* good : {"2026-01-01T00:00:00Z", "2026-12-31T23:59:59Z"}) CHECK(seconds_of_utc(good));
  for (const char* wrong :
       {"2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00z", "2026-01-01t00:00:00Z", "2026/01-01T00:00:00Z", "2026-01-01T00:00:00Z "})
    CHECK_FALSE_MESSAGE(seconds_of_utc(wrong), wrong);
}
