// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/wire.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace hanfs::cluster {
namespace {

using WireState = WireAnswer::State;

WireAnswer answer_of(const char* json) { return parse_wire("cn1", nlohmann::ordered_json::parse(json)); }

}  // namespace

TEST_CASE("nodes ask the addresses by which they know the servers of their domain") {
  Cluster cluster;
  cluster.servers = {{"asn01", "10.0.0.1", "", 0}, {"asn02", "10.0.0.2", "", 0}};
  Domain domain;
  domain.servers = {0, 1};
  CHECK(wire_argv(cluster, domain, {}) == std::vector<std::string>{"/xcatpost/hanfs/checkhanfs", "servers", "10.0.0.1",
                                                                   "10.0.0.2", "--path=/install", "--json"});
}

TEST_CASE("what a node saw on the wire") {
  CHECK(answer_of(R"({"result":{"state":"OK","summary":"2 of 2 answer"}})") ==
        WireAnswer{"cn1", WireState::agree, "2 of 2 answer"});
  const WireAnswer wrong = answer_of(R"({"result":{"state":"CRITICAL","summary":"no list"}})");
  const WireAnswer unknown = answer_of(R"({"result":{"state":"UNKNOWN","summary":"without libnfs"}})");
  CHECK(wrong.state == WireState::wrong);
  CHECK(answer_of(R"({"result":{"state":"WARNING","summary":""}})").state == WireState::wrong);
  CHECK(unknown.state == WireState::unknown);
  CHECK(answer_of("{}").state == WireState::unknown);

  const std::vector<WireAnswer> all{answer_of(R"({"result":{"state":"OK","summary":""}})"), wrong, unknown};
  REQUIRE(objections_to(all).size() == 1);
  CHECK(objections_to(all).front().find("cn1 sees: no list; cure: ") == 0);
  CHECK(warning_of(all) == "whether the servers agree on the wire was not looked at by cn1: without libnfs");
  CHECK(warning_of({wrong}).empty());
  CHECK(text_of({unknown}).empty());
  CHECK(text_of(all) == "The servers answer and name the same replicas, seen by cn1.\n");
}

}  // namespace hanfs::cluster
