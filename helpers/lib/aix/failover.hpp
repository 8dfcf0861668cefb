// SPDX-License-Identifier: Apache-2.0
// How long it takes until a client has noticed that a server is dead: models from documents, not measurements.
#pragma once

namespace hanfs::aix {

// Seconds until an NFSv4 client goes to a replica: IBM's model, lib/aix/README.md "Failover: the model". timeo in
// tenths of a second, fail_over_timeout (nfso nfs_v4_fail_over_timeout) in seconds, 0: not active.
double failover_seconds(long timeo, long retrans, long long fail_over_timeout);

// STNFS has its own, which cannot be tuned (lib/aix/README.md "STNFS"): timeout and replication timeout in seconds.
constexpr int stnfs_timeout = 10;
constexpr int stnfs_replication_timeout = 20;

// AIX's defaults (lib/aix/README.md "DGD: tunables"): seconds between pings of active DGD, packets lost until a gateway
// is dead.
constexpr long default_dgd_ping_time = 5;
constexpr long default_dgd_packets_lost = 3;

// Seconds until active DGD has noticed a dead gateway: one interval, then the fast pings, about one a second
// (lib/aix/README.md "DGD: how fast": an estimate, their spacing is unpublished).
double detection_seconds(long long ping_time, long long packets_lost);

}  // namespace hanfs::aix
