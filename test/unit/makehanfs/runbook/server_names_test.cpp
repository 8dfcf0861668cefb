// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/server_names.hpp"

#include <doctest/doctest.h>

namespace hanfs::cluster::outage {

TEST_CASE("runbook: names of a server are the same in any case, with and without a domain") {
  const ServerNames server{"asn01", "asn01-ml0", "10.40.0.1", "10.20.0.1"};
  for (const char* value : {"asn01", "ASN01", "Asn01.Example.com"}) CHECK(kind_of(value, server, false) == Kind::name);
  for (const char* value : {"asn01-ml0", "ASN01-ML0", "asn01-ML0.example.com"})
    CHECK(kind_of(value, server, false) == Kind::node_facing_name);
  for (const char* value : {"", "asn1", "asn011", "asn01-ml0x", "asn01-ml1"})
    CHECK(kind_of(value, server, false) == Kind::none);
}

}  // namespace hanfs::cluster::outage
