// SPDX-License-Identifier: Apache-2.0
#include "plan/step_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hanfs::plan {
namespace {

Step read(const std::string& id) {
  Step step;
  read_id(id, step);
  return step;
}

TEST_CASE("ids in journals of any version: what they say, and the same text again") {
  struct Case {
    const char* id;
    Purpose purpose;
    Kind kind;
    const char* name;
    Action action;
    const char* detail;
  };
  for (const Case& known : std::vector<Case>{
           {"fs:/usr:timeo", Purpose::change, Kind::filesystem, "/usr", Action::set, "timeo"},
           {"fs:/a:b:retrans", Purpose::change, Kind::filesystem, "/a:b", Action::set, "retrans"},
           {"fs:/usr:repair0", Purpose::change, Kind::filesystem, "/usr", Action::repair, "0"},
           {"fs:/a:repair:timeo", Purpose::change, Kind::filesystem, "/a:repair", Action::set, "timeo"},
           {"fs:/usr:reset", Purpose::change, Kind::filesystem, "/usr", Action::reset, ""},
           {"route:10.0.0.1:add", Purpose::change, Kind::route, "10.0.0.1", Action::add, ""},
           {"route:10.0.0.1:delete2", Purpose::change, Kind::route, "10.0.0.1", Action::remove, "2"},
           {"odm:10.0.0.1:add", Purpose::change, Kind::stored_route, "10.0.0.1", Action::add, ""},
           {"no:dgd_ping_time", Purpose::change, Kind::tunable, "dgd_ping_time", Action::set, ""},
           {"resolver:hosts-first", Purpose::change, Kind::resolver, "hosts-first", Action::set, ""},
           {"reset:route:10.0.0.1:delete", Purpose::reset, Kind::route, "10.0.0.1", Action::remove, ""},
           {"reset:odm:10.0.0.1:restore2", Purpose::reset, Kind::stored_route, "10.0.0.1", Action::restore, "2"},
           {"reset:no:passive_dgd:restore", Purpose::reset, Kind::tunable, "passive_dgd", Action::restore, ""},
           {"withdraw:/install/x", Purpose::change, Kind::exported, "/install/x", Action::withdraw, ""},
           {"leave:/home", Purpose::change, Kind::exported, "/home", Action::withdraw_for_a_moment, ""},
           {"undo:/install", Purpose::undo, Kind::exported, "/install", Action::withdraw, ""},
           {"back:/home", Purpose::change, Kind::exported, "/home", Action::bring_back, ""},
           {"back:/home:0", Purpose::change, Kind::exported, "/home", Action::bring_back, "0"},
           {"owed:back:/home:1", Purpose::repay, Kind::exported, "/home", Action::bring_back, "1"},
           {"owed:start:nfsd", Purpose::repay, Kind::daemon, "nfsd", Action::start, ""},
           {"undo:stop:nfsrgyd", Purpose::undo, Kind::daemon, "nfsrgyd", Action::stop, ""},
           {"mode", Purpose::change, Kind::mode, "", Action::set, ""},
           {"undo:mode", Purpose::undo, Kind::mode, "", Action::set, ""},
           {"undo:domain", Purpose::undo, Kind::domain, "", Action::set, ""},
           {"undo:file", Purpose::undo, Kind::file, "", Action::set, ""},
           {"backup", Purpose::change, Kind::file, "", Action::back_up, ""},
           {"export", Purpose::change, Kind::exported, "", Action::set, ""},
           {"write:/etc/hanfs.conf", Purpose::change, Kind::file, "/etc/hanfs.conf", Action::write, ""}}) {
    INFO(known.id);
    const Step step = read(known.id);
    CHECK(step.purpose == known.purpose);
    CHECK(step.resource.kind == known.kind);
    CHECK(step.resource.name == known.name);
    CHECK(step.action == known.action);
    CHECK(step.detail == known.detail);
    CHECK(id_of(step) == known.id);
  }
  CHECK(read("setuphanfs:run").resource.kind == Kind::server);
}

TEST_CASE("an id that is not known stays what it is") {
  for (const char* id :
       {"", ":", "fs", "copy/sn1", "withdraw", "reset:", "undo:", "route::", "back::1", "mode:on", "fs::x"})
    CHECK(id_of(read(id)) == id);
  CHECK(read("copy/sn1").resource == Resource{Kind::other, "copy/sn1"});
}

TEST_CASE("expectations in journals of any version") {
  for (const ExpectationWords& words :
       std::vector<ExpectationWords>{{"fs", "/usr", "timeo=1"},
                                     {"default_route", "10.0.0.1", "cost=1 active_dgd=0"},
                                     {"default_rows", "10.0.0.1", "0"},
                                     {"odm_route", "10.0.0.1", "cost=0 active_dgd=1"},
                                     {"odm_rows", "10.0.0.1", "12"},
                                     {"other_default", "10.0.0.1", ""},
                                     {"other_default", "10.0.0.1", "10.0.0.2,10.0.0.3"},
                                     {"other_default", "10.0.0.1", "10.0.0.2 itself=1"},
                                     {"live_default", "10.0.0.1", ""},
                                     {"default_route", "10.0.0.1", "cost=1 active_dgd=0 static=1 if=en1"},
                                     {"odm_text", "10.0.0.1", "net,-hopcount,0,,0,10.0.0.1"},
                                     {"tunable", "dgd_ping_time", "5"},
                                     {"file", "/etc/netsvc.conf", ""},
                                     {"exported", "/home", "/home -vers=4,rw\n"},
                                     {"exports", "/home", "/home -vers=4,rw\n"},
                                     {"serves", "/install", "/install -ro\n"},
                                     {"serves-now", "/install", "/install -ro\n"},
                                     {"daemon", "nfsd", "active"},
                                     {"mode", "on", "nfsd,nfsrgyd"},
                                     {"mode", "off", ""},
                                     {"domain", "example.com", ""},
                                     {"server", "mode=off domain=example.com daemons=nfsd,nfsrgyd", "/home -rw\n"},
                                     {"server", "mode=unknown daemons=", ""},
                                     {"host", "sn1", "a"}}) {
    INFO(words[0], " ", words[1], " ", words[2]);
    const auto expectation = read_expectation(words);
    REQUIRE(expectation.has_value());
    CHECK(words_of(*expectation) == words);
  }
  CHECK_FALSE(read_expectation({"", "", ""}).has_value());
}

}  // namespace
}  // namespace hanfs::plan
