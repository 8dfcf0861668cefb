// SPDX-License-Identifier: Apache-2.0
// What settings ask of a server that it can, and what is said before anything is touched.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "setuphanfs/example_server.hpp"
#include "setuphanfs/planner.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using Lines = std::vector<std::string>;

const char* const all_right = "/install -replicas=/install@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto,root=*\n";

ObservedState server_with(const std::string& exports) {
  ObservedState observed =
      test::with_address(test::example_server({"/", "/home", "/install"}, exports, ReplicationMode::on), "10.0.0.1");
  observed.hosts.emplace();
  for (const char* one : {"10.0.0.1", "10.0.0.2"}) observed.hosts->entries.push_back({one, {one}});
  return observed;
}

Settings two_replicas() {
  Settings settings;
  settings.replicas = {"10.0.0.1", "10.0.0.2"};
  return settings;
}

DesiredState desired_of(const ObservedState& observed, const Settings& settings = two_replicas()) {
  const Result<DesiredState> made = desired_state(observed, settings);
  INFO((made ? std::string() : made.error().what));
  REQUIRE(static_cast<bool>(made));
  return *made;
}

std::string why_refused(const ObservedState& observed, const Settings& settings) {
  const Result<DesiredState> made = desired_state(observed, settings);
  return made ? "" : made.error().what;
}

bool holds(const Lines& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

Lines consequences_of(const DesiredState& desired) {
  Lines all;
  for (const Consequence& one : desired.consequences) all.push_back(one.before);
  return all;
}

// What the present export, with these options, becomes for those who use it.
Lines access_changes(const std::string& options, const Settings& settings = two_replicas()) {
  return consequences_of(desired_of(server_with("/install -" + options + "\n"), settings));
}

}  // namespace

TEST_CASE("which of its addresses the nodes use is found in the network of the partners, or has to be named") {
  Settings settings;
  settings.replicas = {"10.0.0.2"};
  ObservedState observed = test::with_address(server_with(""), "10.0.0.7");
  CHECK(why_refused(observed, settings) ==
        "this server has 10.0.0.1 10.0.0.7 in the network of 10.0.0.2; cure: name the one that the nodes use with "
        "--replica");
  settings.replicas = {"10.0.0.2", "10.0.0.7"};
  CHECK(desired_of(observed, settings).addresses == Lines{"10.0.0.7", "10.0.0.2"});
  settings.replicas = {"10.0.0.1", "10.0.0.2", "10.0.0.7"};
  CHECK(why_refused(observed, settings) ==
        "--replica: 10.0.0.1 10.0.0.7 are all this server; cure: one address for each server");
  // Of another network, and one of IPv6: none of these counts.
  observed = test::with_address(server_with(""), "10.0.1.1");
  observed.interfaces.interfaces[0].addresses.push_back({"fe80::1", 64, true});
  settings.replicas = {"10.0.0.2"};
  CHECK(desired_of(observed, settings).addresses == Lines{"10.0.0.1", "10.0.0.2"});
}

TEST_CASE("eight servers are the most, this one among them") {
  Settings settings;
  for (int i = 2; i <= 8; ++i) settings.replicas.push_back("10.0.0." + std::to_string(i));
  CHECK(desired_of(server_with(""), settings).addresses.size() == 8);
  settings.replicas.emplace_back("10.0.0.9");
  CHECK(why_refused(server_with(""), settings) == "--replica: 9 servers with this one, AIX takes at most 8");
}

TEST_CASE("a directory is exported from where its disks are, and from what can be exported") {
  for (const auto& [vfs, node, part] : {std::tuple{"jfs2", "", ""},
                                        {"jfs", "", ""},
                                        {"jfs2", "sn9", "comes from the server sn9 itself (jfs2)"},
                                        {"nfs4", "", "itself (nfs4)"},
                                        {"stnfs", "", "itself (stnfs)"},
                                        {"autofs", "", "itself (autofs)"},
                                        {"cdrfs", "", "is of type cdrfs; cure: jfs2 or GPFS"}}) {
    ObservedState observed = server_with("");
    observed.mounts[2].vfs = vfs;
    observed.mounts[2].node = node;
    const std::string why = why_refused(observed, two_replicas());
    CHECK(why.empty() == (*part == '\0'));
    CHECK(why.find(part) != std::string::npos);
    observed.mounts.push_back({"", "/dev/lv", "/install", "jfs2", "", ""});  // the last one covers the others
    CHECK(why_refused(observed, two_replicas()).empty());
  }
}

TEST_CASE("a domain says who the replicas are, where --replica does not") {
  config::Domain domain;
  domain.name = "a";
  domain.replicas = {"10.0.0.2", "10.0.0.1"};
  config::Domain other = domain;
  other.name = "b";
  Settings settings;
  settings.domains = {domain};
  const DesiredState desired = desired_of(server_with(""), settings);
  CHECK(desired.addresses == Lines{"10.0.0.1", "10.0.0.2"});
  CHECK(holds(desired.notes, "replicas as in [domain a] of hanfs.conf"));
  CHECK_FALSE(has_no_domain(server_with(""), settings));
  settings.domains.push_back(other);
  CHECK(why_refused(server_with(""), settings) ==
        "[domain a] and [domain b] both hold these addresses (10.0.0.1); cure: one domain for each server");
  CHECK_FALSE(has_no_domain(server_with(""), settings));  // it is not known which
  settings.replicas = {"10.0.0.3"};
  CHECK(desired_of(server_with(""), settings).addresses == Lines{"10.0.0.1", "10.0.0.3"});
  settings.domains = {other};
  settings.domains[0].replicas = {"10.7.0.1", "10.7.0.2"};
  CHECK_FALSE(has_no_domain(server_with(""), settings));  // --replica is there
  settings.replicas.clear();
  CHECK(has_no_domain(server_with(""), settings));
  CHECK(why_refused(server_with(""), settings) ==
        "no [domain NAME] of hanfs.conf holds an address of this server (10.0.0.1); cure: --replica, or what makehanfs "
        "settings writes on the management node");
  settings.domains.clear();
  CHECK_FALSE(has_no_domain(server_with(""), settings));
}

TEST_CASE("options of the present export that no setting rules are kept, and no others") {
  const auto row_of = [](const std::string& options) {
    const DesiredState desired = desired_of(server_with("/install -" + options + "\n"));
    return aix::render_export(desired.export_row);
  };
  const std::string wanted = "/install -replicas=/install@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto";
  CHECK(row_of("vers=4,rw=cn1,ro=cn2,root=cn1,access=cn1,refer=/x@y,anon=-1") == wanted + ",root=*,anon=-1");
  CHECK(row_of("vers=4,ro,sec=sys:dh") == wanted + ",root=*,sec=sys:dh");
  CHECK(row_of("vers=4,ro,sec=krb5") == wanted + ",root=*");
  CHECK(row_of("vers=4,sec=sys,rw,sec=krb5,ro") == wanted + ",root=*");
  CHECK(holds(desired_of(server_with("/install -vers=4,ro,anon=-1\n")).notes,
              "anon=-1 of the present export of /install is kept; it has to be the same on every server"));
  CHECK_FALSE(holds(desired_of(server_with("/install -vers=4,ro,sec=sys\n")).notes, "is kept"));
  // By preference those of NFSv4, and as /etc/exports has them.
  ObservedState both = server_with("/install -vers=3,ro,anon=3\n/install -vers=4,ro,anon=4\n");
  CHECK(aix::render_export(desired_of(both).export_row) == wanted + ",root=*,anon=4");
  both.exported.clear();
  CHECK(aix::render_export(desired_of(both).export_row) == wanted + ",root=*,anon=4");
  both.listed.pop_back();
  CHECK(aix::render_export(desired_of(both).export_row) == wanted + ",root=*,anon=3");
  both.listed.clear();
  CHECK(aix::render_export(desired_of(both).export_row) == wanted + ",root=*");
  // exportfs prints a sec= that nobody gave.
  ObservedState printed = server_with("/install -vers=4,ro,root=*\n");
  printed.exported = aix::parse_exports("/install -vers=4,ro,root=*,sec=sys:krb5\n").rows;
  CHECK(aix::render_export(desired_of(printed).export_row) == wanted + ",root=*");
}

TEST_CASE("who may do with an export what he could not, or cannot what he could, is said") {
  CHECK(access_changes("vers=4,ro,root=*").empty());
  CHECK(
      holds(access_changes("vers=4,root=*"), "/install was rw: its clients cannot write any more; cure: --access rw"));
  CHECK(holds(access_changes("vers=4,rw=cn1,ro=cn2,root=*"),
              "/install was rw for cn1, ro for cn2: its clients cannot write any more"));
  CHECK(access_changes("vers=4,ro,root=*,anon=-1").empty());
  Settings written = two_replicas();
  written.access = "rw";
  CHECK(holds(access_changes("vers=4,ro,root=*", written),
              "/install was ro: its clients may write now; cure: --access ro"));
  CHECK(access_changes("vers=4,rw,root=*", written).empty());
  CHECK(holds(desired_of(server_with(""), written).warnings, "rw: servers do not copy what clients write"));

  Settings limited = two_replicas();
  limited.clients = {"cn1", "cn2"};
  CHECK(holds(access_changes("vers=4,ro,root=*", limited),
              "/install was open to every host; now it is limited to cn1 cn2, all others are shut out; cure: --client "
              "all"));
  CHECK(holds(access_changes("vers=4,ro,root=*,access=cn3:cn1"),
              "/install was limited to cn1 cn3 (access=); now every host may mount it; cure: --client cn1"));
  CHECK(holds(access_changes("vers=4,ro,root=*,access=cn3", limited),
              "/install was limited to cn3 (access=); now to cn1 cn2; cure: --client cn3"));
  CHECK(access_changes("vers=4,ro,root=*,access=cn2:cn1", limited).empty());

  CHECK(access_changes("vers=4,ro") ==
        Lines{"/install was open to root for no host (root=); now for every host; cure: --root none"});
  CHECK(access_changes("vers=4,ro,root=cn2") ==
        Lines{"/install was open to root for cn2 only (root=); now for every host; cure: --root cn2"});
  Settings few = two_replicas();
  few.root = {"cn1"};
  CHECK(access_changes("vers=4,ro,root=*", few) ==
        Lines{"/install was open to root for every host (root=); now for cn1 only; cure: --root all"});

  CHECK(holds(access_changes("vers=4,ro,root=*,refer=/x@sn9"),
              "/install was a referral (refer=/x@sn9), which has no place beside replicas"));
  CHECK(
      holds(access_changes("vers=4,sec=sys,rw,sec=krb5,ro"), "/install had several sec= sections, which are given up"));
  CHECK(access_changes("vers=4,ro,root=*,sec=krb5").size() == 1);
  CHECK(holds(access_changes("vers=4,ro,root=*,sec=krb5"),
              "/install is exported with sec=krb5, without sys; /install with its replicas is open to AUTH_SYS"));
  for (const char* version : {"vers=3", "vers=2", "vers=3:4"})
    CHECK(holds(access_changes(std::string(version) + ",ro,root=*"),
                "/install is exported for NFSv3, which has no replicas"));
}

TEST_CASE("what is exported inside of the directory is said with what its users are to do") {
  for (const auto& [below, cure] : {std::pair{"postscripts", "cure: chdef -t site useNFSv4onAIX=yes"},
                                    {"nim/scripts/x", "cure: keep the scripts of NIM"},
                                    {"nim/lpp", "cure: give its NIM resource nfs_vers=4"},
                                    {"my/statelite", "cure: mount option vers=4 in the statelite table"},
                                    {"persistent", "cure: mount option vers=4 in the statelite table"},
                                    {"data", "cure: its clients mount it by NFSv4 below /install"},
                                    {"data/postscripts", "cure: its clients mount it by NFSv4 below /install"}}) {
    ObservedState observed = server_with("/install/" + std::string(below) + " -ro\n");
    const Lines now = consequences_of(desired_of(observed));
    REQUIRE(now.size() == 1);
    CHECK(now[0].find("/install/" + std::string(below) +
                      " is exported inside of /install, which AIX refuses beside it; " + cure) == 0);
    observed.exported.clear();
    CHECK(consequences_of(desired_of(observed))
              .at(0)
              .find("/install/" + std::string(below) + " stands in /etc/exports inside") == 0);
    CHECK(desired_of(observed).consequences[0].after.find(
              " stood in /etc/exports inside of /install and is withdrawn") != std::string::npos);
  }
  // One that is listed twice is said once; one that is outside not at all.
  CHECK(consequences_of(desired_of(server_with("/install/a -ro\n/install/a -rw\n/home -ro\n"))).size() == 1);
}

TEST_CASE("what running nodes write to is not taken from them") {
  for (const auto& [below, is_obstacle] : {std::pair{"nim/paging/cn1", true},
                                           {"nim/dump", true},
                                           {"root", true},
                                           {"nim/root/cn1", true},
                                           {"nim/rooted", false},
                                           {"nim/spot", false}}) {
    ObservedState observed = server_with("/install/" + std::string(below) + " -root=cn1,access=cn2:cn1\n");
    const Lines obstacles = desired_of(observed).obstacles;
    REQUIRE(obstacles.size() == (is_obstacle ? 1U : 0U));
    if (is_obstacle)
      CHECK(obstacles[0].find("/install/" + std::string(below) +
                              " is exported, to be written by running nodes (cn1 cn2) as paging, dump or root: to "
                              "withdraw it would take it from them, and below /install as ro it does not come back") ==
            0);
    Settings written = two_replicas();
    written.access = "rw";
    for (const std::string& obstacle : desired_of(observed, written).obstacles)
      CHECK(obstacle.find("below /install as NFSv4 it does not") != std::string::npos);
    observed.exported.clear();  // nobody has it now
    CHECK(desired_of(observed).obstacles.empty());
  }
  CHECK(holds(desired_of(server_with("/install/root -ro\n")).obstacles, "running nodes as paging"));
}

TEST_CASE("a line in front of the directory that collides with it is warned of: a boot takes lines in their order") {
  const std::string in_front = "/install/a stands in front of /install in /etc/exports";
  const auto warnings = [](const std::string& exports) { return desired_of(server_with(exports)).warnings; };
  CHECK(holds(warnings(std::string("/install/a -ro\n") + all_right), in_front));
  CHECK_FALSE(holds(warnings(std::string(all_right) + "/install/a -ro\n"), "stands in front"));
  CHECK_FALSE(holds(warnings(std::string("/home -ro\n") + all_right), "stands in front"));
  CHECK_FALSE(holds(warnings("/install/a -ro\n"), "stands in front"));
  CHECK(holds(warnings(std::string("/home -ro\n/install/a -ro\n") + all_right), in_front));
}

TEST_CASE("who holds the replicas now is known by address, each once, from the kernel and from the file") {
  ObservedState observed = server_with("/install -replicas=/install@10.0.0.1:/install@sn2,vers=4\n");
  observed.listed = aix::parse_exports(
                        "/install -replicas=/install@10.0.0.3:/install@10.0.0.1,vers=4\n"
                        "/home -replicas=/home@10.0.0.9,vers=4\n")
                        .rows;
  CHECK(present_servers(observed, "/install") == Lines{"10.0.0.1", "10.0.0.3"});
  CHECK(present_servers(observed, "/data").empty());
}

TEST_CASE("what is not as it seems is warned of: lines, lsnfsexp, the mode, the hosts file, the order of replicas") {
  ObservedState observed = server_with(all_right);
  CHECK(desired_of(observed).warnings.empty());
  CHECK_FALSE(holds(desired_of(observed).notes, "not the first of its own list"));
  observed.unread_lines = {{"line 7: ???", "???"}};
  observed.lsnfsexp = aix::parse_exports("/home -ro\n").rows;
  observed.mode = ReplicationMode::unknown;
  observed.hosts->entries.pop_back();
  const Lines warnings = desired_of(observed).warnings;
  CHECK(holds(warnings, "/etc/exports, line 7: ???; what AIX exports for it at the next boot is not known"));
  CHECK(desired_of(observed).obstacles.empty());
  for (const char* directory : {"/install", "/install/nim"}) {
    observed.unread_lines = {{"line 7: ???", directory}};
    CHECK(holds(desired_of(observed).obstacles, "/etc/exports, line 7: ???: what AIX exports for it would stand in"));
  }
  CHECK(holds(warnings, "lsnfsexp reads something else in /etc/exports than this program"));
  CHECK(holds(warnings, "nfsd -getreplicas does not tell whether replication is on"));
  CHECK(holds(warnings, "10.0.0.2 is not in /etc/hosts"));
  CHECK(warnings.size() == 4);
  observed.lsnfsexp = observed.listed;
  observed.hosts.reset();
  CHECK_FALSE(holds(desired_of(observed).warnings, "lsnfsexp"));
  CHECK(holds(desired_of(observed).warnings, "10.0.0.1 is not in /etc/hosts"));

  observed = server_with("/install -replicas=/install@10.0.0.2:/install@10.0.0.1,vers=4,ro,noauto,root=*\n");
  CHECK(holds(desired_of(observed).notes, "this server is not the first of its own list of replicas"));
}

TEST_CASE("what can be seen of the partners, and what cannot") {
  ObservedState observed = server_with(all_right);
  CHECK(holds(desired_of(observed).notes, "showmount could not be asked"));
  observed.partners = {{"10.0.0.2", "", false, {"/install/"}}, {"10.0.0.3", "silent", true, {}}};
  const DesiredState desired = desired_of(observed);
  CHECK_FALSE(holds(desired.notes, "showmount could not be asked"));
  CHECK(holds(desired.notes, "cannot be seen from here"));
  CHECK(holds(desired.warnings, "partner 10.0.0.2 exports /install/ for NFSv3"));
  CHECK(holds(desired.warnings, "partner 10.0.0.3 does not answer NFS, only showmount -e (silent)"));
}

TEST_CASE("no domain of NFSv4 is no obstacle where one is given") {
  ObservedState observed = server_with("");
  observed.domain.reset();
  Settings settings = two_replicas();
  CHECK(why_refused(observed, settings).find("no NFSv4 domain is set; cure: --nfs-domain") == 0);
  settings.nfs_domain = "example.com";
  CHECK(why_refused(observed, settings).empty());
}

TEST_CASE("two partners with one name are warned of as one server, this server with its own names is not") {
  ObservedState observed = server_with("");
  Settings settings = two_replicas();
  settings.replicas.emplace_back("10.0.0.3");
  observed.hosts->entries.push_back({"10.0.0.3", {"sn3"}});
  observed.hosts->entries.push_back({"10.0.0.1", {"sn3"}});
  CHECK_FALSE(holds(desired_of(observed, settings).warnings, "are both"));
  observed.hosts->entries.push_back({"10.0.0.2", {"alias", "SN3"}});
  observed.hosts->entries.push_back({"10.0.0.3", {"alias"}});
  const Lines warnings = desired_of(observed, settings).warnings;
  CHECK(std::count_if(warnings.begin(), warnings.end(),
                      [](const std::string& one) { return one.find("are both") != std::string::npos; }) == 1);
  CHECK(holds(warnings, "10.0.0.2 and 10.0.0.3 are both alias in /etc/hosts"));
}

}  // namespace hanfs::server
