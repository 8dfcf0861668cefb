// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/cluster.hpp"

#include <doctest/doctest.h>

TEST_CASE("a command that is offered is for the noderange that was given, in words that a shell takes") {
  using hanfs::cluster::command_for;
  hanfs::cluster::Cluster cluster;
  CHECK(command_for(cluster, "", "status") == "makehanfs status");
  CHECK(command_for(cluster, "compute,-cn003", "apply", {"--check"}) == "makehanfs apply compute,-cn003 --check");
  cluster.words_again["apply"] = {"--engine=pdsh", "--without=sn2"};
  CHECK(command_for(cluster, "cn001", "apply", {"--check"}) ==
        "makehanfs apply cn001 --check --engine=pdsh --without=sn2");
  CHECK(command_for(cluster, "cn[001-003]", "status", {"--html", "/tmp/a b"}) ==
        "makehanfs status 'cn[001-003]' --html '/tmp/a b'");
}
