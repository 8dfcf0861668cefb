// SPDX-License-Identifier: Apache-2.0
// Boost.Asio names the group of a multicast socket, which is not of POSIX, so musl hides it. It is not used by our code.
#pragma once
#include_next <netinet/in.h>

struct ip_mreq {
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
};
