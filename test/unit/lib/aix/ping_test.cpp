// SPDX-License-Identifier: Apache-2.0
#include "aix/ping.hpp"

#include <doctest/doctest.h>

namespace aix = hanfs::aix;

TEST_CASE("a ping is answered by the address itself only") {
  const char* const answered =
      "PING 10.0.0.1: (10.0.0.1): 56 data bytes\n64 bytes from 10.0.0.1: icmp_seq=0 ttl=255 time=2 ms\n\n"
      "----10.0.0.1 PING Statistics----\n1 packets transmitted, 1 packets received, 0% packet loss\n";
  CHECK(aix::answered_ping(answered, "10.0.0.1"));
  CHECK_FALSE(aix::answered_ping(answered, "10.0.0.11"));
  CHECK_FALSE(aix::answered_ping(answered, "0.0.0.1"));
  CHECK_FALSE(aix::answered_ping("", "10.0.0.1"));
  CHECK_FALSE(
      aix::answered_ping("PING 10.0.0.1: (10.0.0.1): 56 data bytes\n----10.0.0.1 PING Statistics----\n"
                         "1 packets transmitted, 0 packets received, 100% packet loss\n",
                         "10.0.0.1"));
  CHECK_FALSE(aix::answered_ping("36 bytes from 10.0.0.9: Destination Host Unreachable\n", "10.0.0.1"));
}
