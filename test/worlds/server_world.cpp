// SPDX-License-Identifier: Apache-2.0
// What worlds of a service node are made of.
#include "dice.hpp"
#include "world.hpp"

namespace hanfs::worlds {
namespace {

constexpr const char* machine = "/sn1";
constexpr const char* partner = "/sn2";
constexpr const char* compute_node = "/cn";

Words boot(Dice& dice, const std::string& name, const std::string& address) {
  const std::string state = dice.word(
      {"none", "no-file", "v3-children", "plain", "plain", "right", "right", "third", "wrong-address", "foreign-v4"});
  Words words = {"boot", name, "--server", "--exports", state, "--address", address};
  if (dice.percent(25)) words.insert(words.end(), {"--access", "rw"});
  const std::vector<std::string> lines = {"/export -ro",
                                          "/home -vers=4,rw",
                                          "/home -vers=3,rw,access=cn018",
                                          "/opt -ro",
                                          "/install -vers=4,ro,access=cn017:cn018,root=cn017",
                                          "/install/postscripts -vers=3,ro",
                                          "/export/mksysb -ro"};
  for (long count = dice.percent(50) ? 0 : dice.between(1, 2); count > 0; --count)
    words.insert(words.end(), {"--export", dice.word(lines)});
  if (dice.percent(10))
    words.insert(words.end(),
                 {"--options", dice.word({"ro,root=*,sec=krb5", "ro,noauto,root=*,anon=0", "rw,scatter=full",
                                          "ro,noauto,access=cn017:cn018", "ro,noauto,root=cn017"})});
  if (dice.percent(20))
    words.insert(words.end(), {"--domain", dice.word({"cluster.example.com", "old.example.com", ""})});
  if (dice.percent(8)) words.insert(words.end(), {"--install-fs", dice.word({"mmfs", "none", "nfs"})});
  if (dice.percent(10)) {
    const std::string mode = dice.word({"on", "off"});
    // The kernel refuses replicas while the mode is off: no server gets there (lib/aix/README.md "Replication: rules").
    const bool replicated = state == "right" || state == "third" || state == "wrong-address";
    if (mode == "on" || !replicated) words.insert(words.end(), {"--mode", mode});
  }
  return words;
}

void add_variants(Dice& dice, std::vector<Deed>& before) {
  const Words choices = {"nested=same-version",
                         "replica-self=accepted",
                         "replica-names=refused",
                         "export-order=noauto-first",
                         "export-order=vers-first",
                         "xtab-order=vers-first",
                         "xtab-sec=added",
                         "exportfs-nothing=stdout",
                         "exportfs-nothing=stderr",
                         "exportfs-partial=0",
                         "unexport-absent=ok",
                         "mknfsexp-failed=line-removed",
                         "chnfsexp=resets",
                         "chnfsexp-live=withdraws",
                         "rmnfsexp-busy=line-removed",
                         "lsnfsexp-separator=:",
                         "lsnfsexp-header=names",
                         "lsnfsexp-header=moved",
                         "getreplicas=sentence",
                         "getreplicas=assignment",
                         "getreplicas=silent-off",
                         "getreplicas=unsupported",
                         "mode-again=error",
                         "mode-again=nothing",
                         "chnfs-restart=group",
                         "chnfs-restart=none",
                         "chnfs-settle=looks2",
                         "chnfs-settle=never",
                         "chnfsdom=bare",
                         "nfsrgyd-domain=free",
                         "gssd=runs",
                         "stop-delay=looks5",
                         "stop-delay=never",
                         "stopping-status=active",
                         "start-early=lost",
                         "start-early=works",
                         "start-delay=looks2",
                         "start-delay=dies",
                         "start-delay=never",
                         "startsrc-partial=1",
                         "stopsrc-inoperative=0",
                         "restart-exports=dropped",
                         "restart-state=lost",
                         "lssrc-blanks=yes"};
  for (long count = dice.percent(50) ? 0 : dice.between(1, 3); count > 0; --count)
    before.push_back(control({"variant", dice.word(choices)}));
}

void add_clients(Dice& dice, std::vector<Deed>& before) {
  for (long count = dice.percent(50) ? 0 : dice.between(1, 2); count > 0; --count) {
    Words words = {"client", "add", dice.word({"cn017", "cn018"}), dice.word({"/install", "/home", "/export"})};
    if (dice.percent(50)) {
      words.emplace_back("--state");
    } else if (dice.percent(50)) {
      words.insert(words.end(), {"--vers", "3"});
    }
    before.push_back(control(words));
  }
  if (dice.percent(20))
    before.push_back({Deed::Kind::append,
                      {"/etc/exports", dice.word({"# by NIM", "/var -ro", "/tmp -ro,\\", "/install/nim -ro"})},
                      ""});
  if (dice.percent(10)) before.push_back(command({"stopsrc", "-s", dice.word({"nfsd", "nfsrgyd", "rpc.mountd"})}));
}

Words settings(Dice& dice) {
  Words said = {"--replica",
                dice.percent(90) ? "203.0.113.14" : dice.word({"203.0.113.13", "203.0.113.15", "203.0.113.77"})};
  if (dice.percent(60)) said.emplace_back("disruptive=true");
  const std::vector<std::string> choices = {"access=rw",
                                            "access=ro",
                                            "root=none",
                                            "root=cn017",
                                            "client=cn017",
                                            "nfs_domain=new.example.com",
                                            "nfs_domain=cluster.example.com",
                                            "command_deadline=5",
                                            "deadline=60",
                                            "jobs=1",
                                            "directory=/export"};
  for (long count = dice.percent(50) ? 0 : dice.between(1, 2); count > 0; --count) said.push_back(dice.word(choices));
  return said;
}

std::vector<Deed> faults(Dice& dice) {
  const Words globs = {"exportfs*", "exportfs -u*", "mknfsexp*", "chnfsexp*", "rmnfsexp*", "chnfs *",
                       "chnfsdom*", "lssrc*",       "startsrc*", "stopsrc*",  "nfsd*",     "showmount*",
                       "mount",     "lsfs*",        "df*",       "ifconfig*", "lsnfsexp*", "rpcinfo*"};
  const std::vector<Words> kinds = {
      {"exit"},  {"exit"},      {"hang"},   {"slow", "ms=4000"},      {"slow", "ms=20000"},  {"garbage"},
      {"empty"}, {"truncated"}, {"killed"}, {"killed", "when=after"}, {"changed-but-exit1"}, {"unchanged-but-exit0"}};
  std::vector<Deed> all;
  for (long count = dice.percent(50) ? 0 : dice.between(1, 2); count > 0; --count) {
    all.push_back(random_fault(dice, globs, kinds, 3));
  }
  return all;
}

Event event(Dice& dice) {
  const std::vector<Deed> choices = {command({"mknfsexp", "-d", "/home", "-B", "-t", "ro", "-c", "cn018"}),
                                     {Deed::Kind::append, {"/etc/exports", "/var -ro"}, ""},
                                     {Deed::Kind::append, {"/etc/exports", "# written by somebody"}, ""},
                                     control({"client", "add", "cn019", "/install", "--state"}),
                                     control({"down", "--quiet"}, partner),
                                     control({"up"}, partner),
                                     {Deed::Kind::term, {}, ""},
                                     {Deed::Kind::kill, {}, ""},
                                     {Deed::Kind::kill, {}, ""},
                                     {Deed::Kind::disk_full, {}, ""}};
  Event one;
  if (dice.percent(75)) {
    one.after_call = dice.between(5, 40);
  } else {
    one.at_ms = dice.between(0, 5000);
  }
  one.deed = dice.one_of(choices);
  return one;
}

}  // namespace

World make_server_world(std::uint64_t seed) {
  Dice dice(seed ^ 0x5e12e12ULL);
  World world;
  world.seed = seed;
  world.program = Program::server;
  world.boots = {boot(dice, machine, "203.0.113.15")};
  if (dice.percent(75)) {
    world.boots.push_back(boot(dice, partner, "203.0.113.14"));
    world.boots.push_back({"boot", compute_node});
    world.boots.push_back({"link", compute_node, machine, partner});
    if (dice.percent(25)) world.before.push_back(control({"down", "--quiet"}, partner));
  } else if (dice.percent(50)) {
    world.boots.front().emplace_back("--partner-down");
  }
  add_variants(dice, world.before);
  add_clients(dice, world.before);
  world.settings = settings(dice);
  world.faults = faults(dice);
  for (long count = dice.percent(55) ? 0 : dice.between(1, 2); count > 0; --count) world.events.push_back(event(dice));
  world.reboots = dice.percent(10);
  return world;
}

}  // namespace hanfs::worlds
