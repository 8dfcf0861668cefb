// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/postscripts.hpp"

#include <doctest/doctest.h>

using hanfs::cluster::below_postscripts;

TEST_CASE("postscripts: what lies below /xcatpost on a node") {
  CHECK(below_postscripts("/xcatpost/hanfs/checkhanfs") == "hanfs/checkhanfs");
  CHECK(below_postscripts("/xcatpost/setupnfsv4replication") == "setupnfsv4replication");
  CHECK(below_postscripts("/opt/hanfs/bin/checkhanfs").empty());
  CHECK(below_postscripts("/xcatposts/x").empty());
  CHECK(below_postscripts("/xcatpost").empty());
}
