// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/resolver.hpp"

#include <doctest/doctest.h>

#include "lib/node/example_state.hpp"

namespace aix = hanfs::aix;
namespace node = hanfs::node;

namespace {

struct Files {
  const char* environment;
  const char* netsvc;
  const char* irs;
};

node::ObservedState with(const Files& files) {
  node::ObservedState observed = hanfs::test::diskless_node();
  observed.nsorder = *aix::parse_nsorder(files.environment);
  observed.netsvc_text = files.netsvc;
  observed.netsvc = *aix::parse_netsvc_conf(files.netsvc);
  observed.irs = *aix::parse_irs_conf(files.irs);
  observed.resolv.emplace();
  return observed;
}

}  // namespace

TEST_CASE("what is written to netsvc.conf of a node whose / comes from a server is lost at the next boot") {
  node::ObservedState observed = with({"", "hosts = local, bind\n", ""});
  const std::vector<std::string> warnings = node::describe_resolver(observed, true).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("/etc/netsvc.conf goes with the next boot") == 0);
  CHECK(warnings[0].find("inst_root") != std::string::npos);
  CHECK(node::describe_resolver(observed, false).warnings.empty());
  observed.mounts = hanfs::test::diskful_node().mounts;
  CHECK(node::describe_resolver(observed, true).warnings.empty());
}

TEST_CASE("a dead name server costs less with RES_TIMEOUT and RES_RETRY") {
  const node::ResolverState state = node::describe_resolver(with({"", "hosts = bind\n", ""}), false);
  REQUIRE_FALSE(state.warnings.empty());
  CHECK(state.warnings[0].find("RES_TIMEOUT=2 and RES_RETRY=1 in /etc/environment") != std::string::npos);
}

TEST_CASE("who is asked before /etc/hosts is named") {
  const auto asked = [](const char* netsvc, const char* who) {
    const node::ResolverState state = node::describe_resolver(with({"", netsvc, ""}), false);
    REQUIRE(state.warnings.size() == 1);
    CHECK(state.warnings[0].find(std::string("names are asked of ") + who + " before /etc/hosts") == 0);
  };
  asked("", "DNS");
  asked("hosts = bind4, local\n", "DNS");
  asked("hosts = nis_ldap, local, bind\n", "nis_ldap");
}

TEST_CASE("who is asked for names: NSORDER, then netsvc.conf, then irs.conf, then AIX itself") {
  struct Case {
    Files files;
    const char* from;
    const char* state;
    const char* written;  // with hosts_first; empty: nothing
    bool is_out_of_reach;
  };
  const Case cases[] = {
      {{"NSORDER=bind,local\n", "hosts = local, bind\n", ""}, "NSORDER in /etc/environment", "at_risk", "", true},
      {{"NSORDER=bind\n", "hosts = bind\n", ""}, "NSORDER in /etc/environment", "at_risk", "", true},
      {{"NSORDER=local,bind\n", "hosts = bind\n", "hosts dns\n"}, "NSORDER in /etc/environment", "ok", "", false},
      {{"NSORDER=\nPATH=/usr/bin\n", "hosts = local\n", "hosts dns\n"}, "/etc/netsvc.conf", "ok", "", false},
      {{"", "hosts = bind4, nis\n", "hosts local\n"},
       "/etc/netsvc.conf",
       "at_risk",
       "hosts = local4, bind4, nis\n",
       false},
      {{"", "alias = files\n", "hosts local continue\nhosts dns\n"}, "/etc/irs.conf", "ok", "", false},
      {{"", "alias = files\n", "hosts nis_ldap continue\nhosts dns continue\nhosts local\n"},
       "/etc/irs.conf",
       "at_risk",
       "alias = files\nhosts = local, nis_ldap, bind\n",
       false},
      {{"", "", "networks local\n"}, "built-in order", "at_risk", "hosts = local, bind\n", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.files.environment);
    CAPTURE(c.files.netsvc);
    const node::ObservedState observed = with(c.files);
    const node::ResolverState now = node::describe_resolver(observed, false);
    CHECK(now.order_from == c.from);
    CHECK(now.state == c.state);
    CHECK_FALSE(now.is_out_of_reach);
    CHECK(now.warnings.empty() == now.hosts_first);
    if (!now.hosts_first) CHECK(now.warnings.front().find(c.from) != std::string::npos);
    const auto step = node::plan_resolver(observed, true);
    const node::ResolverState wanted = node::describe_resolver(observed, true);
    CHECK(wanted.is_out_of_reach == c.is_out_of_reach);
    CHECK(wanted.state == (now.hosts_first ? "ok" : "drift"));
    // Where NSORDER is in the way netsvc.conf is still made right, for what starts without it.
    const bool writes = *c.written != '\0' || (c.is_out_of_reach && !aix::hosts_come_first(observed.netsvc.services));
    REQUIRE(step.has_value() == writes);
    if (*c.written != '\0') CHECK(step->file->content == c.written);
    CHECK_FALSE(node::plan_resolver(observed, false));
  }
}
