// SPDX-License-Identifier: Apache-2.0
// What worlds of a compute node are made of.
#include "dice.hpp"
#include "world.hpp"

namespace hanfs::worlds {
namespace {

constexpr const char* machine = "/n";
const Words addresses = {"203.0.113.15", "203.0.113.14", "203.0.113.13", "203.0.113.1", "203.0.113.50"};

Words boot(Dice& dice, bool& standalone) {
  Words words = {"boot", machine, "--mounts",
                 std::to_string(dice.percent(70) ? dice.between(0, 4) : dice.between(5, 12))};
  if (dice.percent(30)) words.insert(words.end(), {"--share", std::to_string(dice.between(2, 3))});
  if (dice.percent(40)) words.insert(words.end(), {"--replicas", std::to_string(dice.between(0, 3))});
  standalone = dice.percent(25);
  if (standalone) words.emplace_back("--standalone");
  if (dice.percent(10))
    words.insert(words.end(), {"--option", dice.word({"soft", "timeo=50", "retrans=2", "acregmax=7", "timeo=1"})});
  if (dice.percent(10)) words.insert(words.end(), {"--gateway", "203.0.113.1"});
  return words;
}

void add_variants(Dice& dice, std::vector<Deed>& before) {
  const std::vector<Words> choices = {{"dead-server=blocks"},
                                      {"dead-server=blocks"},
                                      {"dead-server=blocks"},
                                      {"setfsoptions=replace"},
                                      {"comma-list=accepted"},
                                      {"zero=refused"},
                                      {"nonv4=silent"},
                                      {"showfs-all=yes"},
                                      {"showfs-rows=mount"},
                                      {"showfs-pseudo=yes"},
                                      {"showfs-server=mounted"},
                                      {"overmount=nfs4"},
                                      {"failover=clock"},
                                      {"failback=heal"},
                                      {"nfso=unknown"},
                                      {"nfso-x=no"},
                                      {"no-x=list-only"},
                                      {"no-x=name-only"},
                                      {"no-x=unsupported"},
                                      {"no-x-range=empty"},
                                      {"no-x-range=na"},
                                      {"dgd-flag=UGSA"},
                                      {"dgd-flag=UAG"},
                                      {"costs-header=swapped"},
                                      {"costs-header=lower"},
                                      {"costs-header=absent"},
                                      {"costs-header=unsupported"},
                                      {"max-cost=hex"},
                                      {"max-cost=MAX"},
                                      {"max-cost=-"},
                                      {"route-exists=ok"},
                                      {"route-cost=second"},
                                      {"route-cost=update"},
                                      {"route-delete-absent=ok"},
                                      {"route-delete-nogw=all"},
                                      {"route-static=always"},
                                      {"traffic=tcp"},
                                      {"traffic=none"},
                                      {"odm-string=fields11"},
                                      {"odm-string=plain"},
                                      {"chdev-input=short"},
                                      {"chdev-partial=odm"},
                                      {"chdev-diskless=fails"},
                                      {"delroute=meaning"},
                                      {"lsattr-empty=none"},
                                      {"lsattr-rows=continuation"},
                                      {"netstat-tree=tree"},
                                      {"netstat-blanks=no"}};
  for (long count = dice.percent(50) ? 0 : dice.between(1, 3); count > 0; --count) {
    Words words = dice.one_of(choices);
    words.insert(words.begin(), "variant");
    before.push_back(control(words));
  }
}

void add_mounts(Dice& dice, std::vector<Deed>& before) {
  for (long i = 0, count = dice.percent(50) ? 0 : dice.between(1, 3); i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::vector<Words> choices = {
        {"add-mount", "--over", "/nas/" + number, "--server", "203.0.113.50", "--remote", "/v/" + number},
        {"add-mount", "--over", "/nas/" + number, "--server", "203.0.113.50", "--remote", "/v/" + number, "--replica",
         "203.0.113.51"},
        {"add-mount", "--over", "/apps/" + number, "--server", "203.0.113.15", "--remote", "/install/apps", "--replica",
         "203.0.113.14"},
        {"add-mount", "--over", "/apps/" + number, "--server", "sn1", "--remote", "/install/apps", "--replica", "sn2"},
        {"add-mount", "--over", "/apps/" + number, "--server", "unknown-host", "--remote", "/install/apps"},
        {"add-mount", "--over", "/old/" + number, "--vfs", "nfs3", "--server", "203.0.113.50", "--remote", "/old"},
        {"add-mount", "--over", "/soft/" + number, "--server", "203.0.113.15", "--remote", "/install/s", "--replica",
         "203.0.113.14", "--option", "soft"},
        {"add-mount", "--over", "/net/" + number, "--vfs", "autofs", "--source", "/etc/auto.net"},
        {"add-mount", "--over", "/far/" + number, "--server", "198.51.100.7", "--remote", "/far"},
        {"add-mount", "--over", "/usr/local/" + number, "--server", "203.0.113.14", "--remote", "/install/local",
         "--replica", "203.0.113.15", "--option", "acregmax=7"}};
    before.push_back(control(dice.one_of(choices)));
  }
}

void add_routes(Dice& dice, std::vector<Deed>& before) {
  const std::string cost = std::to_string(dice.between(0, 3));
  const std::vector<Words> choices = {
      {"route", "-n", "add", "0", "203.0.113.14", "-hopcount", cost, "-active_dgd"},
      {"route", "-n", "add", "0", "203.0.113.14", "-hopcount", cost},
      {"route", "-n", "add", "0", "203.0.113.1", "-hopcount", cost},
      {"route", "-n", "add", "0", "203.0.113.1", "-hopcount", cost, "-active_dgd"},
      {"route", "-n", "add", "0", "203.0.113.1", "-hopcount", cost, "-weight", "3", "-policy", "2"},
      {"route", "-n", "add", "-net", "10.6.0.0/16", "203.0.113.1"},
      {"route", "-n", "delete", "0", "203.0.113.15"},
      {"no", "-o", "passive_dgd=1"},
      {"no", "-o", "dgd_ping_time=10"},
      {"no", "-o", "dgd_packets_lost=2"},
      {"nfs4cl", "setfsoptions", "/usr", "acregmax=7"},
      {"nfs4cl", "setfsoptions", "/usr", "timeo=50"},
      {"nfso", "-o", "nfs_v4_fail_over_timeout=2"}};
  for (long count = dice.percent(50) ? 0 : dice.between(1, 3); count > 0; --count)
    before.push_back(command(dice.one_of(choices)));
  if (dice.percent(8)) {
    before.push_back(command({"route", "-n", "delete", "0", "203.0.113.15"}));
    before.push_back(command({"route", "-n", "add", "0", "203.0.113.15", "-hopcount", "0", "-if", "en0", "-policy", "2",
                              "-weight", "3", "-static"}));
  }
}

void add_deaths(Dice& dice, std::vector<Deed>& before) {
  for (long count = dice.percent(45) ? 0 : dice.between(1, 2); count > 0; --count)
    before.push_back(control({"fail", dice.word(addresses), "--quiet"}));
  if (dice.percent(15)) {
    before.push_back(control({"variant", "dead-server=blocks"}));
    before.push_back(control({"fail", "203.0.113.50", "--quiet"}));
  }
  if (dice.percent(50)) before.push_back(control({"clock", "+" + dice.word({"3", "20", "60", "900"})}));
}

Words settings(Dice& dice) {
  const Words choices = {"timeo=5",
                         "timeo=200",
                         "retrans=2",
                         "retrans=5",
                         "exclude=/usr",
                         "exclude=/nas/0",
                         "gateways=none",
                         "gateways=auto",
                         "gateways=203.0.113.15+203.0.113.14",
                         "gateways=203.0.113.14+203.0.113.15",
                         "gateways=203.0.113.1",
                         "gateways=203.0.113.15+10.9.9.9",
                         "gateways=203.0.113.15+203.0.113.15",
                         "gateways=203.0.113.15+203.0.113.13",
                         "dgd=active",
                         "dgd=passive",
                         "dgd=both",
                         "dgd=off",
                         "dgd_ping_time=3",
                         "dgd_packets_lost=5",
                         "dgd_retry_time=2",
                         "dgd_ping_time=99999999",
                         "persist=true",
                         "hosts_first=true",
                         "deadline=20",
                         "deadline=60",
                         "command_deadline=5",
                         "jobs=1",
                         "jobs=4",
                         "mount_timeo=/usr=5",
                         "mount_timeo=/data/00001=7",
                         "mount_retrans=/usr=4",
                         "timo=3"};
  Words said;
  for (long count = dice.percent(45) ? 0 : dice.between(1, 3); count > 0; --count) said.push_back(dice.word(choices));
  return said;
}

std::vector<Deed> faults(Dice& dice) {
  const Words globs = {"nfs4cl showfs",
                       "nfs4cl showfs /*",
                       "nfs4cl setfsoptions*",
                       "nfs4cl*",
                       "netstat*",
                       "netstat -rnC*",
                       "route*add*",
                       "route*delete*",
                       "route*",
                       "mount",
                       "no *",
                       "nfso*",
                       "lsattr*",
                       "chdev*",
                       "ifconfig*",
                       "*"};
  const std::vector<Words> kinds = {{"exit"},
                                    {"exit", "status=2"},
                                    {"hang"},
                                    {"hang"},
                                    {"ignore-term"},
                                    {"slow", "ms=700"},
                                    {"slow", "ms=4000"},
                                    {"slow", "ms=20000"},
                                    {"garbage"},
                                    {"empty"},
                                    {"truncated"},
                                    {"killed"},
                                    {"killed", "when=after"},
                                    {"changed-but-exit1"},
                                    {"unchanged-but-exit0"},
                                    {"partial-then-hang"}};
  std::vector<Deed> all;
  for (long count = dice.percent(55) ? 0 : dice.between(1, 2); count > 0; --count) {
    all.push_back(random_fault(dice, globs, kinds, 4));
  }
  if (dice.percent(15)) all.push_back(control({"fault", "add", "nfs4cl * /nas*", "hang"}));
  if (dice.percent(8)) all.push_back(control({"delay", dice.word({"50", "400", "2000"})}));
  return all;
}

Event event(Dice& dice) {
  const std::string address = dice.word(addresses);
  const std::vector<Deed> choices = {control({"fail", address, "--quiet"}),
                                     control({"fail", address, "--quiet"}),
                                     control({"heal", address}),
                                     control({"add-mount", "--over", "/late", "--server", "203.0.113.15", "--remote",
                                              "/install/late", "--replica", "203.0.113.14"}),
                                     control({"umount", dice.word({"/data/00001", "/usr", "/nas/0", "/apps/0"})}),
                                     command({"route", "-n", "add", "0", "203.0.113.1", "-hopcount", "5"}),
                                     command({"nfs4cl", "setfsoptions", "/usr", "acregmax=9"}),
                                     {Deed::Kind::term, {}, ""},
                                     {Deed::Kind::kill, {}, ""},
                                     {Deed::Kind::kill, {}, ""},
                                     {Deed::Kind::disk_full, {}, ""}};
  Event one;
  if (dice.percent(60)) {
    one.after_call = dice.between(1, 30);
  } else {
    one.at_ms = dice.percent(60) ? dice.between(0, 200) : dice.between(0, 20000);
  }
  one.deed = dice.one_of(choices);
  return one;
}

}  // namespace

World make_node_world(std::uint64_t seed) {
  Dice dice(seed);
  World world;
  world.seed = seed;
  bool standalone = false;
  world.boots = {boot(dice, standalone)};
  add_variants(dice, world.before);
  add_mounts(dice, world.before);
  add_routes(dice, world.before);
  add_deaths(dice, world.before);
  world.settings = settings(dice);
  world.faults = faults(dice);
  for (long count = dice.percent(55) ? 0 : dice.between(1, 3); count > 0; --count) world.events.push_back(event(dice));
  world.reboots = dice.percent(8);
  world.is_logged = dice.percent(20);
  if (world.is_logged && dice.percent(60)) {
    Event block;
    block.after_call = dice.between(1, 25);
    block.deed.kind = dice.percent(70) ? Deed::Kind::block_log : Deed::Kind::block_print;
    world.events.push_back(block);
  }
  if (dice.percent(6)) {  // nothing but a mount that comes or goes
    world.settings.clear();
    world.faults.clear();
    world.before = {control({"add-mount", "--over", "/apps/0", "--server", "203.0.113.15", "--remote", "/install/apps",
                             "--replica", "203.0.113.14"})};
    Event moves;
    moves.after_call = dice.between(1, 12);
    moves.deed = dice.percent(50) ? control({"umount", dice.word({"/apps/0", "/usr"})})
                                  : control({"add-mount", "--over", "/late", "--server", "203.0.113.15", "--remote",
                                             "/install/late", "--replica", "203.0.113.14"});
    world.events = {moves};
  }
  return world;
}

}  // namespace hanfs::worlds
