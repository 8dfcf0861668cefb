// SPDX-License-Identifier: Apache-2.0
// Each look in a child of its own, as it is.
#include "checkhanfs/wire/ask.hpp"

#include <doctest/doctest.h>

#include "unit/checkhanfs/wire/loopback_server.hpp"

namespace hanfs::check {

using std::chrono::milliseconds;

TEST_CASE("asking all: in the order of the servers, and who did not answer is not asked again") {
  const std::string dead = LoopbackServer::address(4);
  const std::string alive = LoopbackServer::address(5);
  const LoopbackServer server(alive, [&](const NfsCall& call) {
    // Root's first port is refused, and it comes with one below 1024.
    if (::getuid() == 0 && call.peer_port >= 1024) return LoopbackServer::Reply{{nfs_denied(call)}};
    return LoopbackServer::Reply{{nfs_answered(call, nfs_attributes({alive}))}};
  });
  if (!can_be_asked(server)) return;
  AskOptions how;
  how.servers = {dead, alive};
  how.path = "/install";
  how.timeout = milliseconds(10000);
  how.again = milliseconds(10);
  int done = 0;
  how.one_more = [&] { ++done; };
  const std::vector<Answer> answers = ask(how);
  CHECK(done == 2);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].server == dead);
  REQUIRE(answers[0].looks.size() == 1);
  CHECK(answers[0].looks[0].reached == Reached::refused);
  CHECK(answers[1].server == alive);
  REQUIRE(answers[1].looks.size() == 2);
  for (const Look& look : answers[1].looks) {
    CHECK(look.reached == Reached::answered);
    CHECK(look.privileged_port == (::getuid() == 0));
    CHECK(look.attributes.lease_seconds == 90);
  }
  for (const NfsCall& call : server.calls()) CHECK(call.uid == ::getuid());
  how.again = milliseconds(0);
  how.servers = {alive};
  CHECK(ask(how).at(0).looks.size() == 1);
}

TEST_CASE("asking all: privileged ports that are refused too change nothing") {
  const std::string address = LoopbackServer::address(6);
  const LoopbackServer server(address, [](const NfsCall& call) {
    return LoopbackServer::Reply{
        {call.peer_port >= 1024 ? nfs_failed(call, nfs4::access, 2) : nfs_failed(call, nfs4::perm, 1)}};
  });
  if (!can_be_asked(server)) return;
  const Look look = ask({{address}, "/install", milliseconds(10000), milliseconds(0), {}}).at(0).looks.at(0);
  CHECK_FALSE(look.privileged_port);
  CHECK(look.status == nfs4::access);
  CHECK(look.ended_at == "/install");
  CHECK(server.calls().size() == (::getuid() == 0 ? 2 : 1));
}

TEST_CASE("asking all: a run that is stopped says so of each") {
  const auto answers = ask({{LoopbackServer::address(4)}, "/install", milliseconds(10000), {}, [] { return true; }});
  REQUIRE(answers.at(0).looks.size() == 1);
  CHECK(answers[0].looks[0].reached == Reached::not_asked);
  CHECK(answers[0].looks[0].detail == "the run was stopped");
}

TEST_CASE("asking for names: an address is its own, and what is no name is not asked for") {
  const NameAddresses known =
      addresses_of_names({"10.1.0.1", "0:0::1", "a b", "localhost", "localhost"}, milliseconds(10000), {});
  REQUIRE(known.size() == 4);
  CHECK(known.at("10.1.0.1") == std::vector<std::string>{"10.1.0.1"});
  CHECK(known.at("0:0::1") == std::vector<std::string>{"::1"});
  CHECK(known.at("a b").empty());
  REQUIRE_FALSE(known.at("localhost").empty());
  for (const std::string& address : known.at("localhost")) CHECK((address == "127.0.0.1" || address == "::1"));
}

}  // namespace hanfs::check
