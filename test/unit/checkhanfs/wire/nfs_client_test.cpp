// SPDX-License-Identifier: Apache-2.0
// look_at() in this process, which takes the place of the child that it has elsewhere. Root becomes nobody for so long,
// and comes back: how the client itself gives root's rights away is seen in ask_test.cpp.
#include "checkhanfs/wire/nfs_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "unit/checkhanfs/wire/loopback_server.hpp"

namespace hanfs::check {
namespace {

using std::chrono::milliseconds;
using Reply = LoopbackServer::Reply;

constexpr milliseconds long_enough{10000};
constexpr milliseconds short_time{60};  // for what never comes
constexpr uid_t nobody_here = 65534;

class AsNobody {
 public:
  AsNobody() { REQUIRE((user_ != 0 || ::seteuid(nobody_here) == 0)); }
  ~AsNobody() { (void)::seteuid(user_); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  uid_t user_ = ::geteuid();
};

// `reported`: what it would have been on the way, "unresolved:name servers ...; ".
Look look(const std::string& server, const std::string& path, milliseconds time, std::string* reported = nullptr) {
  const AsNobody nobody;
  return look_at({server, path, time}, sys::RealClock(), [&](const Look& now) {
    if (reported != nullptr)
      *reported += std::string(name_of(now.reached)) + (now.detail.empty() ? "" : ":" + now.detail) + "; ";
  });
}

struct Looked {
  Look look;
  std::vector<NfsCall> calls;
};

// nullopt: there is no port to serve on, or nothing to ask with.
std::optional<Looked> looked(const std::string& path, const LoopbackServer::Answer& answer,
                             milliseconds time = long_enough) {
  const std::string address = LoopbackServer::address(1);
  const LoopbackServer server(address, answer);
  if (!can_look() || !server.listens()) {
    MESSAGE("not tested: no libnfs, or another NFS server on this machine");
    return std::nullopt;
  }
  Look seen = look(address, path, time);
  CHECK(seen.address == address);
  CHECK(seen.addresses == std::vector<std::string>{address});
  CHECK_FALSE(seen.privileged_port);
  return Looked{seen, server.calls()};
}

}  // namespace

TEST_CASE("one look: what is asked, what is answered, and how far it came meanwhile") {
  const std::string address = LoopbackServer::address(1);
  const LoopbackServer server(
      address, [&](const NfsCall& call) { return Reply{{nfs_answered(call, nfs_attributes({address, "asn02"}))}}; });
  if (!can_look() || !server.listens()) return;
  std::string reported;
  const Look seen = look(address, "//install/images/", long_enough, &reported);
  CHECK(seen.reached == Reached::answered);
  CHECK(seen.detail.empty());
  CHECK(seen.status == nfs4::ok);
  CHECK(seen.ended_at == "/install/images");
  CHECK(seen.attributes.type == 2);
  CHECK(seen.attributes.fsid == Fsid{7, 9});
  CHECK(seen.attributes.lease_seconds == 90);
  CHECK(seen.attributes.fs_locations == FsLocations{"/install", {{address, "/install"}, {"asn02", "/install"}}});
  for (const double seconds : {seen.connect_seconds, seen.round_trip_seconds}) {
    CHECK(seconds > 0);
    CHECK(seconds < 10);
  }
  CHECK(reported ==
        "unresolved:name servers do not answer in time; no_connection; silent; silent:bytes came, but no answer; ");
  REQUIRE(server.calls().size() == 1);
  CHECK(server.calls()[0].head == "direction 0 rpc 2 program 100003 version 4 procedure 1 credentials 1 minor 0");
  CHECK(server.calls()[0].operations == "PUTROOTFH LOOKUP(install) LOOKUP(images) GETATTR(1000d06)");
  CHECK(server.calls()[0].uid == (::geteuid() == 0 ? nobody_here : ::geteuid()));
}

TEST_CASE("one look: a question that fails names its status and where it ended") {
  struct Case {
    std::uint32_t status;
    std::uint32_t failed;  // the operation, counted from 1
    const char* ended_at;
  };
  for (const Case& c : {Case{nfs4::resource, 0, "/"}, Case{nfs4::perm, 1, "/"}, Case{nfs4::noent, 2, "/install"},
                        Case{nfs4::notdir, 3, "/install/images"}, Case{nfs4::access, 4, "/install/images"}}) {
    CAPTURE(c.status);
    const auto seen =
        looked("/install/images", [&](const NfsCall& call) { return Reply{{nfs_failed(call, c.status, c.failed)}}; });
    if (!seen) return;
    CHECK(seen->look.reached == Reached::answered);
    CHECK(seen->look.status == c.status);
    CHECK(seen->look.ended_at == c.ended_at);
    CHECK(seen->look.attributes == Attributes{});
    CHECK(seen->calls.size() == 1);
  }
}

TEST_CASE("one look: a referral on the way says where it leads") {
  struct Case {
    std::uint32_t failed;
    const char* ended_at;
    const char* second_question;
  };
  for (const Case& c : {Case{2, "/install", "PUTROOTFH GETATTR(1000d06)"},
                        Case{3, "/install/images", "PUTROOTFH LOOKUP(install) GETATTR(1000d06)"},
                        Case{4, "/install/images", "PUTROOTFH LOOKUP(install) LOOKUP(images) GETATTR(1000d06)"}}) {
    CAPTURE(c.ended_at);
    const auto seen = looked("/install/images", [&](const NfsCall& call) {
      return Reply{{call.number == 0 ? nfs_failed(call, nfs4::moved, c.failed)
                                     : nfs_answered(call, nfs_attributes({"asn03"}, nfs4::moved))}};
    });
    if (!seen) return;
    REQUIRE(seen->calls.size() == 2);
    CHECK(seen->calls[1].operations == c.second_question);
    CHECK(seen->look.reached == Reached::answered);
    CHECK(seen->look.status == nfs4::moved);
    CHECK(seen->look.ended_at == c.ended_at);
    CHECK(seen->look.attributes.rdattr_error == nfs4::moved);
    REQUIRE(seen->look.attributes.fs_locations);
    CHECK(seen->look.attributes.fs_locations->locations == std::vector<Location>{{"asn03", "/install"}});
  }
  // The root itself is elsewhere: there is nothing above it to be asked.
  const auto root = looked("/install", [](const NfsCall& call) { return Reply{{nfs_failed(call, nfs4::moved, 1)}}; });
  if (!root) return;
  CHECK(root->calls.size() == 1);
  CHECK(root->look.status == nfs4::moved);
  // Nobody says where it leads: it is a referral all the same.
  const auto closed = looked("/install", [](const NfsCall& call) {
    return call.number == 0 ? Reply{{nfs_failed(call, nfs4::moved, 2)}} : Reply{{}, true};
  });
  CHECK(closed->calls.size() == 2);
  CHECK(closed->look.reached == Reached::answered);
  CHECK(closed->look.status == nfs4::moved);
  CHECK_FALSE(closed->look.attributes.fs_locations);
}

TEST_CASE("one look: what is no answer to the question") {
  struct Case {
    std::string what;
    std::function<Reply(const NfsCall&)> answer;
    Reached reached;
    std::string detail;
    bool comes;
  };
  const std::string sound = nfs_attributes({"asn02"});
  const std::string one_mib = xdr({0x80000000U | 1U << 20U}) + "12345678";
  const std::string more_than_one_mib = xdr({0x80000000U | ((1U << 20U) + 1)}) + "12345678";
  const Case cases[] = {
      {"minor version", [](const NfsCall& call) { return Reply{{nfs_failed(call, nfs4::minor_vers_mismatch, 0)}}; },
       Reached::not_nfs4, "it does not speak version 4.0", true},
      {"PROG_UNAVAIL", [](const NfsCall& call) { return Reply{{nfs_accepted(call, "", 1)}}; }, Reached::not_nfs4, "*",
       true},
      {"PROG_MISMATCH", [](const NfsCall& call) { return Reply{{nfs_accepted(call, xdr({2, 3}), 2)}}; },
       Reached::not_nfs4, "*", true},
      {"MSG_DENIED", [](const NfsCall& call) { return Reply{{nfs_denied(call)}}; }, Reached::rejected, "*", true},
      {"status OK without the last result", [](const NfsCall& call) { return Reply{{nfs_failed(call, nfs4::ok, 2)}}; },
       Reached::garbage, "results are missing in its answer", true},
      {"another operation at the end",
       [](const NfsCall& call) { return Reply{{nfs_accepted(call, xdr({0, 0, 3, 24, 0, 15, 0, 15, 0}))}}; },
       Reached::garbage, "results are missing in its answer", true},
      {"too many results",
       [](const NfsCall& call) { return Reply{{nfs_accepted(call, xdr({2, 0, 4, 24, 0, 15, 0, 15, 0, 15, 2}))}}; },
       Reached::garbage, "more results than questions", true},
      {"cut attributes",
       [&](const NfsCall& call) { return Reply{{nfs_answered(call, sound.substr(0, sound.size() - 4))}}; },
       Reached::garbage, "its attributes are cut, or hold a length that cannot be", true},
      {"a reply that is cut", [](const NfsCall& call) { return Reply{{nfs_accepted(call, xdr({0, 0}))}}; },
       Reached::garbage, "*", true},
      {"ssh", [](const NfsCall&) { return Reply{{"SSH-2.0-OpenSSH_9.2p1\r\n"}}; }, Reached::garbage,
       "its first bytes begin no record of RPC", true},
      {"a record of more than a MiB", [&](const NfsCall&) { return Reply{{more_than_one_mib}}; }, Reached::garbage,
       "its first bytes begin no record of RPC", true},
      {"a record of a MiB that does not end", [&](const NfsCall&) { return Reply{{one_mib}}; }, Reached::silent,
       "bytes came, but no answer", false},
      {"nothing", [](const NfsCall&) { return Reply{}; }, Reached::silent, "", false},
      {"an answer to somebody else",
       [&](const NfsCall& call) {
         NfsCall other = call;
         ++other.xid;
         return Reply{{nfs_answered(other, sound)}};
       },
       Reached::silent, "bytes came, but no answer", false},
      {"hung up", [](const NfsCall&) { return Reply{{}, true}; }, Reached::closed, "", true},
      {"hung up in the middle", [](const NfsCall&) { return Reply{{xdr({0x80000064U, 1})}, true}; }, Reached::closed,
       "", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    const auto start = std::chrono::steady_clock::now();
    const auto seen = looked("/install", c.answer, c.comes ? long_enough : short_time);
    if (!seen) return;
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(std::string(name_of(seen->look.reached)) == name_of(c.reached));
    if (c.detail == "*") {
      CHECK_FALSE(seen->look.detail.empty());
    } else {
      CHECK(seen->look.detail == c.detail);
    }
    CHECK(seen->look.attributes == Attributes{});
    CHECK(took < long_enough / 2);
    if (!c.comes) CHECK(took >= short_time);
  }
}

TEST_CASE("one look: an answer may come in pieces") {
  const auto seen = looked("/install", [](const NfsCall& call) {
    const std::string whole = nfs_answered(call, nfs_attributes({"asn02"}));
    return Reply{{whole.substr(0, 2), whole.substr(2, 1), whole.substr(3, 30), whole.substr(33)}};
  });
  if (!seen) return;
  CHECK(seen->look.reached == Reached::answered);
  CHECK(seen->look.attributes.fs_locations->locations.size() == 1);
}

TEST_CASE("one look: nobody there") {
  if (!can_look()) return;
  const Look refused = look(LoopbackServer::address(2), "/install", long_enough);
  if (refused.reached != Reached::answered && refused.reached != Reached::closed) {  // an NFS server of this machine
    CHECK(refused.reached == Reached::refused);
    CHECK(refused.detail == std::strerror(ECONNREFUSED));
    CHECK(refused.connect_seconds > 0);
    CHECK(refused.round_trip_seconds == 0);
  }
  // The kernel sends nothing to it.
  const Look unreachable = look("255.255.255.255", "/install", long_enough);
  CHECK(unreachable.reached == Reached::unreachable);
  CHECK_FALSE(unreachable.detail.empty());
  // Too long for a name server to be asked.
  std::string reported;
  const Look nameless = look(std::string(300, 'x'), "/install", long_enough, &reported);
  CHECK(nameless.reached == Reached::unresolved);
  CHECK_FALSE(nameless.detail.empty());
  CHECK(nameless.detail != "name servers do not answer in time");
  CHECK(nameless.addresses.empty());
  CHECK(reported == "unresolved:name servers do not answer in time; ");
}

TEST_CASE("one look: nothing comes back, and the time is kept") {
  // Its queue is full, so the kernel drops what begins a connection.
  const std::string address = LoopbackServer::address(3);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(nfs_port);
  REQUIRE(::inet_pton(AF_INET, address.c_str(), &here.sin_addr) == 1);
  auto* const where = reinterpret_cast<sockaddr*>(&here);
  std::vector<int> fds{::socket(AF_INET, SOCK_STREAM, 0)};
  if (can_look() && ::bind(fds[0], where, sizeof here) == 0 && ::listen(fds[0], 0) == 0) {
    for (bool full = false; !full && fds.size() < 10;) {
      fds.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      (void)::connect(fds.back(), where, sizeof here);
      pollfd waiting{fds.back(), POLLOUT, 0};
      full = ::poll(&waiting, 1, 20) == 0;
    }
    const auto start = std::chrono::steady_clock::now();
    const Look seen = look(address, "/install", short_time);
    CHECK(seen.reached == Reached::no_connection);
    CHECK(seen.detail.empty());
    CHECK(seen.connect_seconds == 0);
    CHECK(std::chrono::steady_clock::now() - start >= short_time);
  }
  for (const int fd : fds) ::close(fd);
}

}  // namespace hanfs::check
