// SPDX-License-Identifier: Apache-2.0
// What a node is seen as, from what its commands print.
#include "node/observe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "lib/run/fake_runner.hpp"

namespace hanfs::node {
namespace {

using test::exited;
using test::FakeRunner;
using Paths = std::vector<std::string>;

// Real output (test/fixtures/aix/NAME.source says of what).
std::string fixture(const std::string& name) {
  std::ifstream file(std::string(HANFS_FIXTURES) + "/aix/" + name + ".out");
  REQUIRE_MESSAGE(file.good(), name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string mount_head =
    "  node       mounted        mounted over    vfs       date        options      \n"
    "-------- ---------------  ---------------  ------ ------------ --------------- \n";
const std::string showfs_head =
    "\nServer      Remote Path          fsid                 Local Path        \n"
    "--------    ---------------      ---------------      ---------------   \n";
const std::string netstat_head =
    "Routing tables\nDestination        Gateway           Flags   Refs     Use  If   Exp  Groups\n\n"
    "Route Tree for Protocol Family 2 (Internet):\n";

std::string mounted(const std::string& path, const std::string& vfs = "nfs4", const std::string& server = "asn01") {
  return server + " /install" + path + " " + path + " " + vfs + " Nov 07 19:11 vers=4\n";
}
std::string local(const std::string& path) { return "         /dev/lv  " + path + " jfs2 Nov 07 19:11 rw\n"; }
std::string row(const std::string& fsid, const std::string& path, const std::string& server = "203.0.113.15",
                const std::string& remote = "/install") {
  return server + " " + remote + "             " + fsid + "        " + path + "\n";
}
std::string options(const std::string& timeo, const std::string& server = "203.0.113.15") {
  return "        Current Server: " + server + ":/install\n        Replica Server: 203.0.113.14:/install\n" +
         "options : ro,intr,timeo=" + timeo + ",retrans=5\n";
}

// A node whose commands print this; a command without an entry is not installed.
struct Node {
  std::map<std::string, std::string> prints{
      {"mount", mount_head + mounted("/usr")},
      {"nfs4cl showfs", showfs_head + row("0:42", "/usr")},
      {"nfs4cl showfs /usr", showfs_head + row("0:42", "/usr") + options("100")},
      {"nfso -o nfs_v4_fail_over_timeout", "nfs_v4_fail_over_timeout = 0\n"},
      {"netstat -rn -f inet", netstat_head + "default 203.0.113.15 UG 0 0 en0 - -\n"},
      {"netstat -rnC -f inet", fixture("netstat-rnC-dead-gateway")},
      {"lsattr -El inet0 -a route -F value", "\n"},
      {"no -x",
       "passive_dgd,0,0,0,0,1,boolean,D\ndgd_packets_lost,3,3,3,1,32767,numeric,D\ndgd_ping_time,5,5,5,1,2147483647,"
       "second,D\ndgd_retry_time,5,5,5,1,2147483647,minute,D\n"},
      {"ifconfig -a",
       "en0: flags=e084863,480<UP,BROADCAST,RUNNING>\n"
       "        inet 203.0.113.117 netmask 0xffffff00 broadcast 203.0.113.255\n"}};
  std::map<std::string, std::string> files{{"/etc/hosts", "203.0.113.15 asn01\n"}};
  std::vector<std::string> hangs;
  bool is_capture = false;

  FakeRunner runner{[this](const std::string& words) {
    run::Outcome outcome;
    if (std::find(hangs.begin(), hangs.end(), words) != hangs.end()) {
      outcome.end = run::Outcome::End::timed_out;
      outcome.elapsed = std::chrono::seconds(10);
      return outcome;
    }
    const auto found = prints.find(words);
    if (found != prints.end()) return exited(0, found->second);
    outcome.end = run::Outcome::End::not_started;
    outcome.start_errno = 2;
    return outcome;
  }};

  Sources sources() {
    return {
        runner,
        [this](const std::string& path) {
          const auto found = files.find(path);
          return Result<std::optional<std::string>>(found == files.end() ? std::nullopt : std::optional(found->second));
        },
        [] { return std::chrono::milliseconds(10000); }, is_capture};
  }
  ObservedState seen() { return observe(sources(), "cn017"); }
  std::size_t asked(const std::string& words) const {
    return static_cast<std::size_t>(std::count(runner.calls.begin(), runner.calls.end(), words));
  }
};

std::string timeo_of(const ObservedState& observed, const std::string& path) {
  const aix::NfsFilesystem* found = observed.filesystem(path);
  return found == nullptr ? "not seen" : std::to_string(found->number("timeo").value_or(-1));
}

std::vector<std::string> not_seen(const ObservedState& observed) {
  std::vector<std::string> all;
  for (const Unobserved& item : observed.unobserved) all.push_back(item.words);
  return all;
}

// "203.0.113.15 0/0": gateway, configured and current cost; '?' where it is not known.
std::vector<std::string> defaults(const ObservedState& observed) {
  std::vector<std::string> all;
  const auto text = [](const auto& cost) { return cost ? std::to_string(*cost) : "?"; };
  REQUIRE(observed.routes);
  for (const aix::Route& route : observed.routes->routes)
    if (route.is_default())
      all.push_back(route.gateway + " " + text(route.configured_cost) + "/" + text(route.current_cost));
  return all;
}

}  // namespace

TEST_CASE("a plain node: all of it is seen, with one question for each file system") {
  Node node;
  const ObservedState observed = node.seen();
  CHECK(not_seen(observed).empty());
  CHECK(observed.node == "cn017");
  CHECK(timeo_of(observed, "/usr") == "100");
  CHECK(observed.filesystem("/usr")->current == "203.0.113.15");
  CHECK(observed.filesystem("/usr")->replicas == Paths{"203.0.113.14"});
  CHECK(observed.server_of("/usr", "asn01") == "203.0.113.15");
  CHECK(observed.server_of("/other", "asn01") == "asn01");
  CHECK(observed.fail_over_timeout.value_or(-1) == 0);
  CHECK(observed.tunables.at("dgd_packets_lost").current == "3");
  CHECK(observed.has_own_address("203.0.113.117"));
  CHECK_FALSE(observed.has_own_address("203.0.113.11"));
  CHECK(observed.odm_routes);
  CHECK(observed.hosts->addresses_of("asn01") == Paths{"203.0.113.15"});
  CHECK(node.runner.calls.size() == 9);
}

TEST_CASE(
    "paths of one fsid are asked for once, and share the answer; the same fsid of another server is another one") {
  Node node;
  node.prints["mount"] = mount_head + mounted("/usr") + mounted("/opt") + mounted("/nas", "nfs4", "asn02");
  node.prints["nfs4cl showfs"] =
      showfs_head + row("0:42", "/usr") + row("0:42", "/opt") + row("0:42", "/nas", "203.0.113.14");
  node.prints["nfs4cl showfs /nas"] = showfs_head + row("0:42", "/nas", "203.0.113.14") + options("7", "203.0.113.14");
  const ObservedState observed = node.seen();
  CHECK(node.asked("nfs4cl showfs /usr") == 1);
  CHECK(node.asked("nfs4cl showfs /opt") == 0);
  CHECK(timeo_of(observed, "/usr") == "100");
  CHECK(timeo_of(observed, "/opt") == "100");
  CHECK(timeo_of(observed, "/nas") == "7");
  CHECK(observed.filesystem("/usr") == observed.filesystem("/opt"));
  CHECK(observed.filesystems.size() == 2);
}

TEST_CASE("what lies below an nfs4 mount was entered there; below anything else it is only known") {
  Node node;
  node.prints["mount"] =
      mount_head + local("/") + mounted("/usr") + local("/usr/local") + mounted("/home", "nfs3") + mounted("/opt");
  node.prints["nfs4cl showfs"] = showfs_head + row("0:42", "/usr") + row("0:43", "/usr/share/man") +
                                 row("0:44", "/usr/local/bin") + row("0:45", "/home/anna") + row("0:46", "/usrlocal") +
                                 row("0:47", "/opt") + row("0:48", "/optional/x") + row("0:1", "", "203.0.113.15", "/");
  for (const auto& [fsid, path] : {std::pair{"0:43", "/usr/share/man"}, {"0:47", "/opt"}})
    node.prints[std::string("nfs4cl showfs ") + path] = showfs_head + row(fsid, path) + options("9");
  const ObservedState observed = node.seen();
  CHECK(not_seen(observed).empty());
  CHECK(observed.crossed_mounts == Paths{"/usr/share/man"});
  CHECK(timeo_of(observed, "/usr/share/man") == "9");
  CHECK(observed.unmounted == Paths{"/usr/local/bin (fsid 0:44)", "/home/anna (fsid 0:45)", "/usrlocal (fsid 0:46)",
                                    "/optional/x (fsid 0:48)"});
  CHECK(node.asked("nfs4cl showfs /usr/local/bin") == 0);
  CHECK(std::count(observed.info.begin(), observed.info.end(),
                   "nfs4cl showfs: fsid 0:1 is a pseudo file system, left alone") == 1);
}

TEST_CASE("what is mounted over an nfs4 file system hides it; the other way round it is reached") {
  Node node;
  node.prints["mount"] =
      mount_head + mounted("/usr") + mounted("/usr", "autofs", "-") + mounted("/opt", "autofs", "-") + mounted("/opt");
  node.prints["nfs4cl showfs"] = showfs_head + row("0:42", "/usr") + row("0:43", "/opt");
  node.prints["nfs4cl showfs /opt"] = showfs_head + row("0:43", "/opt") + options("9");
  const ObservedState observed = node.seen();
  CHECK(observed.overmounted == std::map<std::string, std::string>{{"/usr", "autofs"}});
  CHECK(node.asked("nfs4cl showfs /usr") == 0);
  CHECK(timeo_of(observed, "/usr") == "not seen");
  CHECK(timeo_of(observed, "/opt") == "9");
}

TEST_CASE("a list of showfs that has the options already spares the questions; one that fails costs them") {
  Node node;
  node.prints["mount"] = mount_head + mounted("/usr") + mounted("/opt");
  node.prints["nfs4cl showfs"] =
      showfs_head + row("0:42", "/usr") + options("100") + row("0:43", "/opt") + options("8");
  ObservedState observed = node.seen();
  CHECK(timeo_of(observed, "/opt") == "8");
  CHECK(node.asked("nfs4cl showfs /usr") + node.asked("nfs4cl showfs /opt") == 0);

  node.prints["nfs4cl showfs"] = "0042-001 nfs4cl: no list\n";
  node.prints["nfs4cl showfs /opt"] = showfs_head + row("0:43", "/opt") + options("8");
  observed = node.seen();
  CHECK(timeo_of(observed, "/usr") == "100");
  CHECK(timeo_of(observed, "/opt") == "8");
  CHECK(not_seen(observed) == Paths{"nfs4cl showfs"});
}

TEST_CASE("a file system whose answer is rubbish, empty or without options is not seen, the others are") {
  for (const std::string& answer :
       {std::string("0042-002 nfs4cl: cannot\n"), showfs_head, showfs_head + row("0:43", "/opt")}) {
    INFO(answer);
    Node node;
    node.prints["mount"] = mount_head + mounted("/opt") + mounted("/usr");
    node.prints["nfs4cl showfs"] = showfs_head + row("0:42", "/usr") + row("0:43", "/opt");
    node.prints["nfs4cl showfs /opt"] = answer;
    const ObservedState observed = node.seen();
    CHECK(not_seen(observed) == Paths{"nfs4cl showfs /opt"});
    CHECK(timeo_of(observed, "/opt") == "not seen");
    CHECK(timeo_of(observed, "/usr") == "100");
  }
}

TEST_CASE("a list of mounts that was cut, or holds an nfs row nobody can read, is not taken for all of them") {
  Node node;
  std::string& list = node.prints["mount"];
  list.pop_back();
  CHECK(not_seen(node.seen()) == Paths{"mount"});
  // Who made a capture by hand may have lost the last newline.
  node.is_capture = true;
  CHECK(not_seen(node.seen()).empty());
  node.is_capture = false;

  list = mount_head + mounted("/usr") + "asn01 /install nfs4\n";
  ObservedState observed = node.seen();
  CHECK(not_seen(observed).size() == 1);
  CHECK(observed.unobserved.front().command == "mount");
  CHECK(timeo_of(observed, "/usr") == "100");
  list = mount_head + mounted("/usr") + "what is this?\n";
  observed = node.seen();
  CHECK(not_seen(observed).empty());
  CHECK(observed.info.size() == 1);
}

TEST_CASE("real output of netstat, without costs and with them: the rows of one route are put together") {
  Node node;
  node.prints["netstat -rn -f inet"] = fixture("netstat-rn-two-defaults-dgd");
  ObservedState observed = node.seen();
  CHECK(observed.route_costs_known);
  // The lists have them in another order: DGD has turned them round meanwhile.
  CHECK(defaults(observed) == Paths{"10.0.1.1 0/2147483647", "10.0.2.1 1/1"});
  CHECK(std::all_of(observed.routes->routes.begin(), observed.routes->routes.end(), [](const aix::Route& route) {
    return route.is_default() || !route.current_cost || *route.current_cost == 0;
  }));

  node.prints.erase("netstat -rnC -f inet");
  observed = node.seen();
  CHECK_FALSE(observed.route_costs_known);
  CHECK(defaults(observed) == Paths{"10.0.1.1 ?/?", "10.0.2.1 ?/?"});
  CHECK(not_seen(observed).size() == 1);

  // A netstat that takes -C and prints no costs.
  node.prints["netstat -rnC -f inet"] = fixture("netstat-rn-two-defaults-dgd");
  observed = node.seen();
  CHECK_FALSE(observed.route_costs_known);
  CHECK(std::count(observed.info.begin(), observed.info.end(),
                   "netstat -rnC: its header is not understood, so costs are unknown") == 1);
}

TEST_CASE("two rows of one gateway get the costs of two rows, and a default by its number is a default") {
  Node node;
  node.prints["netstat -rn -f inet"] = netstat_head +
                                       "default 10.0.1.1 UG 0 0 en0 - -\n"
                                       "default 10.0.1.1 UG 0 0 en1 - -\n"
                                       "default 10.0.3.1 UG 0 0 en1 - -\n"
                                       "10.7/16 10.0.1.1 UG 0 0 en0 - -\n";
  node.prints["netstat -rnC -f inet"] =
      "Routing tables\nDestination        Gateway           Flags   Wt  Policy  If   Cost  Config_Cost\n\n"
      "Route Tree for Protocol Family 2 (Internet):\n"
      "10.7/16 10.0.1.1 UG 1 - en0 7 7\n"
      "0.0.0.0 10.0.1.1 UG 1 - en0 3 3\n"
      "0.0.0.0 10.0.1.1 UG 1 - en1 2147483647 4\n"
      "0.0.0.0 10.0.9.1 UG 1 - en1 5 5\n";
  const ObservedState observed = node.seen();
  CHECK(defaults(observed) == Paths{"10.0.1.1 3/3", "10.0.1.1 4/2147483647", "10.0.3.1 ?/?"});
  CHECK(observed.routes->routes.back().configured_cost.value_or(-1) == 7);
}

TEST_CASE("routes: without netstat -rn those of -C serve; -f is left out where netstat has none; a spoiled default") {
  Node node;
  node.prints.erase("netstat -rn -f inet");
  ObservedState observed = node.seen();
  CHECK(defaults(observed) == Paths{"10.0.2.1 1/1", "10.0.1.1 0/2147483647"});
  CHECK(observed.route_costs_known);

  node.prints["netstat -rn"] = fixture("netstat-rn-two-defaults-dgd");
  observed = node.seen();
  CHECK(not_seen(observed).empty());
  CHECK(observed.routes->routes.size() >= 5);

  node.prints.erase("netstat -rnC -f inet");
  node.prints["netstat -rn"] = netstat_head + "default 203.0.113.15\n10/8 203.0.113.15 UG 0 0 en0 - -\n";
  observed = node.seen();
  CHECK_FALSE(observed.routes);
  REQUIRE_FALSE(observed.unobserved.empty());
  CHECK(observed.unobserved.front().command == "netstat");
}

TEST_CASE(
    "tunables: one that no -x leaves out is asked by itself, in both ways; nfso tells all where it tells no one") {
  Node node;
  node.prints["no -x"] =
      "dgd_packets_lost,3,3,3,1,32767,numeric,D\ndgd_ping_time,5,5,5,1,2147483647,second,D\n"
      "dgd_retry_time,5,5,5,1,2147483647,minute,D\n";
  for (const char* name : {"dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"})
    node.prints[std::string("no -x ") + name] = std::string(name) + ",6,5,5,1,32767,numeric,D\n";
  node.prints["no -o passive_dgd"] = "passive_dgd = 1\n";
  node.prints.erase("nfso -o nfs_v4_fail_over_timeout");
  node.prints["nfso -a"] = "                   portcheck = 0\n    nfs_v4_fail_over_timeout = 12\n";
  ObservedState observed = node.seen();
  CHECK(not_seen(observed).empty());
  CHECK(observed.tunables.at("passive_dgd").current == "1");
  CHECK(observed.tunables.at("dgd_retry_time").current == "6");
  CHECK(observed.fail_over_timeout.value_or(-1) == 12);

  node.prints.erase("no -o passive_dgd");
  observed = node.seen();
  CHECK(not_seen(observed) == Paths{"no -x"});
  CHECK(observed.tunables.count("dgd_ping_time") == 1);

  node.prints["nfso -a"] = "portcheck = 0\n";
  CHECK_FALSE(node.seen().fail_over_timeout);
  // What hangs is not asked in pieces.
  node.hangs = {"no -x"};
  node.runner.calls.clear();
  observed = node.seen();
  CHECK(node.asked("no -x passive_dgd") == 0);
  CHECK(observed.tunables.empty());
}

TEST_CASE("observing again asks for what may have changed, forgets what was known of it, and leaves the rest") {
  Node node;
  node.prints["mount"] = mount_head + mounted("/usr") + mounted("/opt") + mounted("/srv");
  node.prints["nfs4cl showfs"] = showfs_head + row("0:42", "/usr") + row("0:42", "/opt") + row("0:43", "/srv");
  node.prints["nfs4cl showfs /srv"] = showfs_head + row("0:43", "/srv") + options("50");
  const ObservedState before = node.seen();
  node.runner.calls.clear();
  node.prints["nfs4cl showfs /usr"] = showfs_head + row("0:42", "/usr") + options("1");
  node.prints["nfs4cl showfs /srv"] = showfs_head + row("0:43", "/srv") + options("2");
  node.prints["ping -n -c 1 -w 2 203.0.113.15"] = "64 bytes from 203.0.113.15: icmp_seq=0 ttl=255 time=0 ms\n";
  RefreshScope scope;
  scope.filesystems = {"/usr"};
  scope.gateways = {"203.0.113.15", "203.0.113.14"};
  const ObservedState after = observe_again(node.sources(), before, scope);
  CHECK(timeo_of(after, "/usr") == "1");
  CHECK(timeo_of(after, "/opt") == "1");  // bound to the same fsid
  CHECK(timeo_of(after, "/srv") == "50");
  CHECK(after.answering == std::set<std::string>{"203.0.113.15"});
  CHECK(not_seen(after).empty());
  CHECK(node.asked("nfs4cl showfs /usr") == 1);
  CHECK(node.asked("netstat -rn -f inet") + node.asked("no -x") + node.asked("mount") == 0);
  CHECK(defaults(after) == defaults(before));

  // Not answered now: old options must not pass for new ones.
  node.prints.erase("nfs4cl showfs /usr");
  const ObservedState silent = observe_again(node.sources(), before, scope);
  CHECK(timeo_of(silent, "/usr") == "-1");
  CHECK_FALSE(silent.filesystem("/opt")->has_options);
  CHECK(silent.filesystem("/usr")->current == "203.0.113.15");

  scope = RefreshScope{};
  scope.routes = scope.tunables = scope.odm_routes = true;
  node.prints.erase("netstat -rnC -f inet");
  node.prints["netstat -rn -f inet"] = netstat_head + "default 203.0.113.14 UG 0 0 en0 - -\n";
  const ObservedState moved = observe_again(node.sources(), before, scope);
  CHECK(defaults(moved) == Paths{"203.0.113.14 ?/?"});
  CHECK_FALSE(moved.route_costs_known);
  CHECK(timeo_of(moved, "/usr") == "100");
}

TEST_CASE("the rest is observed later: what was mounted and gone meanwhile, and who did not answer before") {
  Node node;
  node.prints["mount"] = mount_head + mounted("/usr") + mounted("/opt");
  node.prints["nfs4cl showfs"] = showfs_head + row("0:42", "/usr") + row("0:43", "/opt");
  node.hangs = {"nfs4cl showfs /opt", "netstat -rn -f inet"};
  const ObservedState before = node.seen();
  CHECK(may_tell_more(before));
  CHECK(not_seen(before).size() == 2);
  node.hangs.clear();
  node.prints["nfs4cl showfs /opt"] = showfs_head + row("0:43", "/opt") + options("8");
  node.prints["nfs4cl showfs /new"] = showfs_head + row("0:44", "/new") + options("9");
  node.prints["mount"] = mount_head + mounted("/opt") + mounted("/new");
  Sources sources = node.sources();
  sources.time_once_more = [] { return std::chrono::milliseconds(2000); };
  const ObservedState after = observe_rest(sources, before);
  CHECK(after.gone == std::set<std::string>{"/usr"});
  CHECK(timeo_of(after, "/usr") == "not seen");
  CHECK(timeo_of(after, "/opt") == "8");
  CHECK(timeo_of(after, "/new") == "9");
  CHECK(after.routes);
  CHECK(not_seen(after).empty());
  CHECK_FALSE(may_tell_more(after));
}

TEST_CASE("files that say where names are looked up; one that cannot be read is named") {
  Node node;
  node.files["/etc/netsvc.conf"] = "hosts = local , bind4\n";
  node.files["/etc/resolv.conf"] = "nameserver 203.0.113.1\n";
  node.files["/etc/environment"] = "NSORDER=bind,local\n";
  ObservedState observed = node.seen();
  CHECK(observed.netsvc_text.value_or("") == "hosts = local , bind4\n");
  CHECK(observed.netsvc.services.size() == 2);
  CHECK(observed.resolv);
  CHECK(observed.nsorder.services.size() == 2);
  node.files = {};
  observed = node.seen();
  CHECK_FALSE(observed.netsvc_text);
  CHECK_FALSE(observed.resolv);
  CHECK_FALSE(observed.hosts);
  Sources sources = node.sources();
  sources.file = [](const std::string& path) {
    return Result<std::optional<std::string>>(Error{path + ": I/O error"});
  };
  observed = observe(sources, "cn017");
  CHECK(std::count(observed.info.begin(), observed.info.end(), "/etc/hosts: I/O error") == 1);
}

}  // namespace hanfs::node
