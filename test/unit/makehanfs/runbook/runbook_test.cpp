// SPDX-License-Identifier: Apache-2.0
// The runbook of a server, from dumps in fixtures/makehanfs/runbook/tables and a cluster made by hand.
#include "makehanfs/runbook/runbook.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/sections.hpp"
#include "makehanfs/runbook/templates.hpp"
#include "xcat/table.hpp"

namespace hanfs::cluster {
namespace {

const char* const all_tables[] = {"site",        "nodelist", "noderes",   "nodehm",   "ppc",
                                  "servicenode", "networks", "statelite", "nodetype", "nimimage"};

std::string folder() { return std::string(HANFS_FIXTURES) + "/makehanfs/runbook/"; }

std::string read(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  INFO(path);
  REQUIRE(file.good());
  return text.str();
}

void add(xcat::Tables& tables, const std::string& name, std::string text) {
  Result<xcat::Table> table = xcat::Table::parse(name, name + ".csv", std::move(text));
  INFO((table ? std::string() : table.error().what));
  REQUIRE(static_cast<bool>(table));
  tables.add(std::move(*table));
}

xcat::Tables tables_without(const std::set<std::string>& missing = {}) {
  xcat::Tables tables;
  for (const char* name : all_tables)
    if (missing.count(name) == 0) add(tables, name, read(folder() + "tables/" + name + ".csv"));
  return tables;
}

std::string node_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "cn" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

// asn01 and asn02, thirty nodes each, as in the dumps.
Cluster pair() {
  Cluster cluster;
  cluster.servers = {{"asn01", "10.40.0.1", "asn01-ml0", 0}, {"asn02", "10.40.0.2", "asn02-ml0", 0}};
  Domain domain;
  domain.name = "asn01+asn02";
  domain.servers = {0, 1};
  domain.valid = true;
  for (std::size_t i = 0; i < 60; ++i) {
    domain.nodes.push_back(i);
    const std::size_t first = i < 30 ? 0 : 1;
    cluster.nodes.push_back({node_name(i + 1), 0, {first, 1 - first}});
  }
  cluster.domains = {domain};
  return cluster;
}

// Three servers; asn01 has two backups.
Cluster three() {
  Cluster cluster = pair();
  cluster.servers.push_back({"asn03", "10.40.0.3", "asn03-ml0", 0});
  cluster.domains[0].servers = {0, 1, 2};
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t first = i < 30 ? 0 : i < 45 ? 1 : 2;
    const std::size_t second = i < 15 ? 1 : i < 30 ? 2 : 0;
    cluster.nodes[i].servers = {first, second, 3 - first - second};
  }
  return cluster;
}

Runbook runbook_of(const Cluster& cluster, const xcat::Tables& tables, const std::string& server = "asn01",
                   const Settings& settings = {}) {
  Result<Runbook> made = make_runbook(cluster, tables, settings, server);
  INFO((made ? std::string() : made.error().what));
  REQUIRE(static_cast<bool>(made));
  return *made;
}

const RunbookStep* step(const Runbook& runbook, const std::string& id) {
  for (const RunbookSection& section : runbook.sections)
    for (const RunbookStep& one : section.steps)
      if (one.id == id) return &one;
  return nullptr;
}

std::vector<std::string> commands(const Runbook& runbook, const std::string& id) {
  const RunbookStep* found = step(runbook, id);
  INFO(id);
  REQUIRE(found != nullptr);
  return found->commands;
}

const RunbookSection& section(const Runbook& runbook, const std::string& id) {
  const auto found = std::find_if(runbook.sections.begin(), runbook.sections.end(),
                                  [&](const RunbookSection& one) { return one.id == id; });
  REQUIRE(found != runbook.sections.end());
  return *found;
}

bool says(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

using Lines = std::vector<std::string>;

// The whole text was read and approved by a person. HANFS_APPROVE=1 writes it anew; read the difference then.
void check_approved(const std::string& name, const std::string& text) {
  const std::string path = folder() + name;
  if (std::getenv("HANFS_APPROVE") != nullptr) std::ofstream(path) << text;
  CHECK(text == read(path));
}

TEST_CASE("runbook: the approved text of a pair") {
  check_approved("asn01.md", markdown_of(runbook_of(pair(), tables_without())));
}

TEST_CASE("runbook: the approved text of three servers on shared disks") {
  Settings settings;
  settings.access = "rw";
  check_approved("asn01-three.md", markdown_of(runbook_of(three(), tables_without(), "asn01", settings)));
}

void add_names(const nlohmann::ordered_json& values, std::set<std::string>& names) {
  for (const auto& [name, value] : values.items()) {
    if (values.is_object()) names.insert(name);
    if (value.is_structured()) add_names(value, names);
  }
}

// A misspelt name leaves a hole in the text, or a step out.
TEST_CASE("runbook: the templates name only values that there are") {
  std::set<std::string> known{"."};
  for (const auto& [name, text] : runbook_templates()) known.insert(name);
  const Settings settings;
  const xcat::Tables usual = tables_without();
  xcat::Tables routes = tables_without({"noderes"});
  add(routes, "routes", "#routename,net,mask,gateway\n\"tosite\",\"192.0.2.0\",\"255.255.255.0\",\"asn01-ml0\"\n");
  add(routes, "noderes", "#node,routenames\n\"rack01\",\"tosite\"\n");
  xcat::Tables cecs = tables_without({"ppc"});
  add(cecs, "ppc", "#node,hcp,nodetype\n\"rack01\",\"hmc1\",\n\"hmc1\",,\"cec\"\n");
  for (const xcat::Tables* tables : std::array<const xcat::Tables*, 3>{&usual, &routes, &cecs})
    for (const Cluster& cluster : {pair(), three()})
      add_names(outage::values_of(*outage::make_outage_impact(cluster, *tables, settings, "asn01")), known);
  for (const auto& entry : runbook_templates()) {
    const auto& name = entry.first;
    std::string rest = entry.second;
    for (std::size_t at = rest.find("{{"); at != std::string::npos; at = rest.find("{{")) {
      rest.erase(0, rest.find_first_not_of("{#^/>", at));
      const std::string tag = rest.substr(0, rest.find('}'));
      INFO(name << ": " << tag);
      CHECK(known.count(tag.substr(0, std::max<std::size_t>(1, tag.find('.')))) == 1);
    }
  }
}

TEST_CASE("runbook: who is concerned") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(runbook.server == "asn01");
  CHECK(runbook.servers == Lines{"asn01", "asn02"});
  REQUIRE(runbook.primary.size() == 1);
  CHECK(runbook.primary[0].server == "asn02");
  CHECK(runbook.primary[0].nodes.size() == 30);
  REQUIRE(runbook.secondary_nodes.size() == 1);
  CHECK(runbook.secondary_nodes[0].nodes.front() == "cn031");
  CHECK(runbook.nodes_without_backup.empty());
}

TEST_CASE("runbook: a server by its other names") {
  CHECK(runbook_of(pair(), tables_without(), "asn02-ml0").server == "asn02");
  CHECK(runbook_of(pair(), tables_without(), "10.40.0.2").server == "asn02");
}

TEST_CASE("runbook: consoles go to the backup, or to the primary where the server was only the spare") {
  // cn031 runs from asn02, but a row of its own has its console on asn01.
  CHECK(commands(runbook_of(pair(), tables_without()), "move.conserver:asn02") ==
        Lines{"nodech 'cn[001-031]' nodehm.conserver=asn02", "makeconservercf 'cn[001-031]'"});
  const Runbook other = runbook_of(pair(), tables_without(), "asn02");
  CHECK(commands(other, "move.conserver:asn01") ==
        Lines{"nodech 'cn[032-060]' nodehm.conserver=asn01", "makeconservercf 'cn[032-060]'"});
}

TEST_CASE("runbook: one group of commands for each backup") {
  Cluster cluster = three();
  for (std::size_t i = 0; i < 60; ++i) cluster.nodes[i].servers.resize(2);
  const Runbook runbook = runbook_of(cluster, tables_without());
  CHECK(commands(runbook, "move.snmove:asn02") ==
        Lines{"snmove 'cn[001-015]' -d asn02 -D asn02-ml0 -i",
              "updatenode 'cn[001-015]' -P syslog,setupntp,mkresolvconf,setupnfsv4replication"});
  CHECK(commands(runbook, "move.snmove:asn03").front() == "snmove 'cn[016-030]' -d asn03 -D asn03-ml0 -i");
  CHECK(commands(runbook, "home.snmove:asn03") ==
        Lines{"snmove 'cn[016-030]' -d asn01 -D asn01-ml0 -P setupnfsv4replication"});
}

TEST_CASE("runbook: snmove knows pairs only, so nodes with three servers are moved by their tables, in their order") {
  const Runbook runbook = runbook_of(three(), tables_without());
  const std::string scripts = " -P syslog,setupntp,mkresolvconf,setupnfsv4replication";
  CHECK(commands(runbook, "move.tables:asn02") ==
        Lines{"nodech 'cn[001-015]' noderes.servicenode=asn02,asn03,asn01 noderes.xcatmaster=asn02-ml0",
              "updatenode 'cn[001-015]'" + scripts});
  CHECK(commands(runbook, "move.tables:asn03").front() ==
        "nodech 'cn[016-030]' noderes.servicenode=asn03,asn02,asn01 noderes.xcatmaster=asn03-ml0");
  CHECK(commands(runbook, "home.tables:asn03").front() ==
        "nodech 'cn[016-030]' noderes.servicenode=asn01,asn03,asn02 noderes.xcatmaster=asn01-ml0");
  CHECK(step(runbook, "move.snmove:asn02") == nullptr);
  CHECK(step(runbook, "home.snmove:asn02") == nullptr);
}

TEST_CASE(
    "runbook: without a sound domain hung nodes are moved in the tables and booted, and nothing else is promised") {
  Cluster cluster = pair();
  cluster.domains[0].valid = false;
  Finding finding;
  finding.subjects = {"asn02"};
  finding.what = "asn02 is in another network";
  finding.remedy = "move it";
  cluster.findings.push_back(finding);
  const Runbook runbook = runbook_of(cluster, tables_without());
  CHECK_FALSE(runbook.fails_over);
  CHECK(runbook.notes.front() ==
        "asn01 is in no sound domain, so nothing can be expected to fail over: asn02: asn02 is in another network; "
        "cure: move it");
  CHECK(step(runbook, "automatic.nfs") == nullptr);
  CHECK(step(runbook, "lost.hang")->nodes.size() == 30);
  CHECK(commands(runbook, "move.snmove:asn02") == Lines{"snmove 'cn[001-030]' -d asn02 -D asn02-ml0 -i"});
  CHECK(commands(runbook, "move.reboot:1") == Lines{"rnetboot cn001"});
  CHECK(step(runbook, "recover.resync") == nullptr);

  // Nobody knows how nodes call the other server: no command with a name of another network, no reboot into nothing.
  cluster.servers[1].node_facing_name.clear();
  cluster.servers[1].address.clear();
  const Runbook unobserved = runbook_of(cluster, tables_without());
  CHECK(commands(unobserved, "move.snmove:asn02").empty());
  CHECK(step(unobserved, "move.reboot:1") == nullptr);
  CHECK(step(unobserved, "home.snmove:asn02") == nullptr);
}

TEST_CASE("runbook: nodes that have the server first but are not in its domain are not promised a failover") {
  Cluster cluster = pair();
  CHECK(step(runbook_of(cluster, tables_without()), "lost.outside") == nullptr);
  cluster.servers.push_back({"asn09", "10.40.0.9", "asn09-ml0", no_index});
  cluster.nodes[6].domain = no_index;
  cluster.nodes[6].servers = {0, 2};
  const Runbook runbook = runbook_of(cluster, tables_without());
  REQUIRE(step(runbook, "lost.outside") != nullptr);
  CHECK(step(runbook, "lost.outside")->nodes == Lines{"cn007"});
  CHECK(commands(runbook, "move.snmove:asn09").front().find("snmove cn007 -d asn09 -D asn09-ml0") == 0);
}

TEST_CASE("runbook: a server that is the only one of its nodes") {
  Cluster cluster = pair();
  cluster.servers.push_back({"asn05", "10.40.0.5", "asn05-ml0", no_index});
  cluster.nodes.push_back({"cn099", no_index, {2}});
  const Runbook runbook = runbook_of(cluster, tables_without(), "asn05");
  CHECK(runbook.domain.empty());
  CHECK(runbook.nodes_without_backup == Lines{"cn099"});
  CHECK(section(runbook, "move").steps.empty());
  CHECK(step(runbook, "home.stranded")->checks.size() == 1);
  CHECK(step(runbook, "home.reboot:1") == nullptr);
  CHECK(markdown_of(runbook).find("with no other server") != std::string::npos);
}

TEST_CASE("runbook: paths of the tools, the engine and its words are those of the settings") {
  Settings settings;
  settings.node_command = "/opt/x/node";
  settings.server_command = "/opt/x/server";
  settings.engine = "pdsh";
  settings.engine_option = {"-R", "ssh"};
  settings.engine_prefix = {"sudo"};
  const Runbook runbook = runbook_of(pair(), tables_without(), "asn01", settings);
  CHECK(step(runbook, "automatic.nfs")->checks ==
        Lines{"pdsh -R ssh -S -f 64 -u 60 -w 'cn[001-030]' sudo '/opt/x/node --status'"});
  CHECK(commands(runbook, "recover.exports").front().find("'/opt/x/server --replica") != std::string::npos);
  // What the remote shell has to join stays behind the prefix as a whole.
  CHECK(commands(runbook, "recover.same").front().find("sudo 'sh -c '\\''cd /install && find") != std::string::npos);
  CHECK(commands(runbook, "check.status") ==
        Lines{"makehanfs status --engine pdsh --engine-option=-R --engine-option=ssh --engine-prefix=sudo "
              "--node-command /opt/x/node 'cn[001-060]'"});
  for (const RunbookSection& one : runbook.sections)
    for (const RunbookStep& found : one.steps)
      for (const Lines* lines : {&found.commands, &found.checks})
        for (const std::string& line : *lines) {
          CHECK(line.rfind("xdsh", 0) != 0);
          CHECK(line.find("/xcatpost/") == std::string::npos);
          CHECK(line.find("/install/prescripts/hanfs/") == std::string::npos);
        }
}

TEST_CASE("runbook: the seconds are those of the postscript's arguments, the longest where nodes differ") {
  xcat::Tables tables = tables_without();
  add(tables, "postscripts",
      "#node,postscripts,postbootscripts,comments,disable\n"
      "\"xcatdefaults\",\"syslog\",,,\n"
      "\"rack01\",,\"hanfs/setupnfsv4replication timeo=2 retrans=4 dgd_ping_time=2 --dgd_packets_lost=1,other\",,\n"
      "\"cn003\",,\"setupnfsv4replication retrans=3 timeo=20\",,\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(step(runbook, "automatic.nfs")->expected_seconds == doctest::Approx(6));
  CHECK(step(runbook, "automatic.gateway")->expected_seconds == doctest::Approx(8));  // cn003 has AIX's defaults
  xcat::Tables same = tables_without();
  add(same, "postscripts",
      "#node,postscripts,postbootscripts,comments,disable\n"
      "\"rack01\",,\"setupnfsv4replication timeo=2 retrans=4 dgd_ping_time=2 --dgd_packets_lost=1\",,\n");
  const Runbook quick = runbook_of(pair(), same);
  CHECK(step(quick, "automatic.nfs")->expected_seconds == doctest::Approx(0.8));
  CHECK(step(quick, "automatic.gateway")->expected_seconds == doctest::Approx(3));
}

TEST_CASE("runbook: values that name the dead server become those of the one that takes over, by their kind") {
  const std::string head = "#node,servicenode,tftpserver,nfsserver,monserver,xcatmaster,nimserver,nameservers\n";
  const auto impact = [&](const Cluster& cluster, const std::string& row) {
    xcat::Tables tables = tables_without({"noderes"});
    add(tables, "noderes", head + row + "\n");
    const auto made = outage::make_outage_impact(cluster, tables, Settings{}, "asn01");
    REQUIRE(static_cast<bool>(made));
    return *made;
  };
  using Changes = std::vector<outage::AttributeChange>;
  const auto texts = [](const Changes& changes) {
    Lines lines;
    for (const outage::AttributeChange& one : changes)
      lines.push_back(one.column + " " + one.from + " -> " + one.to + " of " + std::to_string(one.nodes.size()));
    return lines;
  };
  const std::string row =
      "rack01,\"asn01,asn02\",asn01-ml0,10.40.0.1,\"asn01,asn01-ml0\",asn01-ml0,asn01,\"asn01,10.9.9.9\"";
  // snmove sees to tftpserver, nfsserver and xcatmaster of a pair's nodes.
  const auto of_pair = impact(pair(), row);
  CHECK(texts(of_pair.boot) == Lines{"noderes.nimserver asn01 -> asn02 of 30"});
  CHECK(texts(of_pair.monserver) == Lines{"noderes.monserver asn01,asn01-ml0 -> asn02,asn02-ml0 of 30"});
  CHECK(texts(of_pair.node_nameservers) == Lines{"noderes.nameservers asn01,10.9.9.9 -> asn02,10.9.9.9 of 30"});
  CHECK(of_pair.boot[0].server == 1);
  // Of three servers only the xcatmaster goes with the list of servers.
  CHECK(texts(impact(three(), row).boot) ==
        Lines{"noderes.nimserver asn01 -> asn02 of 15", "noderes.nimserver asn01 -> asn03 of 15",
              "noderes.tftpserver asn01-ml0 -> asn02-ml0 of 15", "noderes.tftpserver asn01-ml0 -> asn03-ml0 of 15",
              "noderes.nfsserver 10.40.0.1 -> 10.40.0.2 of 15", "noderes.nfsserver 10.40.0.1 -> 10.40.0.3 of 15"});
  // A list that had both does not name one twice, and one that names neither stays.
  CHECK(texts(impact(pair(), "rack01,\"asn01,asn02\",,,\"asn01,asn02\",asn01-ml0,elsewhere,10.9.9.9").monserver) ==
        Lines{"noderes.monserver asn01,asn02 -> asn02 of 30"});
  CHECK(impact(pair(), "rack01,\"asn01,asn02\",,,,asn01-ml0,elsewhere,10.9.9.9").boot.empty());
  CHECK(impact(pair(), "rack01,\"asn01,asn02\",,,,asn01-ml0,elsewhere,10.9.9.9").node_nameservers.empty());
  // Of a name of both kinds: the hosts that nodes talk to themselves are called as nodes call them.
  Cluster alike = pair();
  alike.servers[0].node_facing_name = "asn01.cluster";  // the same host in its short form
  const auto of_alike = impact(alike, "rack01,\"asn01,asn02\",,,asn01,asn01,asn01,asn01");
  CHECK(texts(of_alike.boot) == Lines{"noderes.nimserver asn01 -> asn02-ml0 of 30"});
  CHECK(texts(of_alike.node_nameservers) == Lines{"noderes.nameservers asn01 -> asn02-ml0 of 30"});
  CHECK(texts(of_alike.monserver) == Lines{"noderes.monserver asn01 -> asn02 of 30"});
  // Nodes that boot from it though their primary is another one are not moved by snmove.
  CHECK(texts(impact(alike, "rack02,\"asn02,asn01\",,,,asn01,,").boot) ==
        Lines{"noderes.xcatmaster asn01 -> asn02-ml0 of 30"});
  for (std::size_t i = 0; i < 3; ++i) {
    Cluster many = three();
    many.servers[0].node_facing_name = "asn01.cluster";
    const auto boot = texts(impact(many, "rack01,\"asn01,asn02\",asn01,asn01,,asn01,asn01,").boot);
    REQUIRE(boot.size() == 6);
    CHECK(boot[2 * i].find(" asn01 -> asn02-ml0 of 15") != std::string::npos);
  }
}

TEST_CASE("runbook: postscripts of the image come between xcatdefaults and the node's own") {
  xcat::Tables tables = tables_without({"nodetype"});
  add(tables, "nodetype", "#node,os,provmethod,nodetype,comments,disable\n\"rack01\",\"AIX\",\"71B\",\"osi\",,\n");
  add(tables, "osimage", "#imagename,postscripts,postbootscripts\n71B,,setupnfsv4replication timeo=3 retrans=2\n");
  CHECK(step(runbook_of(pair(), tables), "automatic.nfs")->expected_seconds == doctest::Approx(0.6));
  add(tables, "postscripts", "#node,postscripts,postbootscripts\nrack01,setupnfsv4replication timeo=5 retrans=2,\n");
  CHECK(step(runbook_of(pair(), tables), "automatic.nfs")->expected_seconds == doctest::Approx(1.0));
}

TEST_CASE("runbook: <xcatmaster> in site.nameservers and site.ntpservers is the dead server for its own nodes") {
  xcat::Tables tables = tables_without({"site"});
  add(tables, "site", "#key,value\nnameservers,<xcatmaster>\nntpservers,<xcatmaster>\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(step(runbook, "move.nameservers") != nullptr);
  CHECK(step(runbook, "move.ntp") != nullptr);
  add(tables, "site", "#key,value\nnameservers,10.20.0.2\nntpservers,10.20.0.2\n");
  CHECK(step(runbook_of(pair(), tables), "move.ntp") == nullptr);
}

TEST_CASE("runbook: name servers of nodes of their own, routes, and names in the management network") {
  xcat::Tables tables = tables_without({"noderes", "site"});
  add(tables, "hosts",
      "#node,ip,hostnames,otherinterfaces,comments,disable\n\"asn01\",\"10.1.0.11\",,,,\n"
      "\"asn02\",\"10.1.0.12\",,,,\n");
  add(tables, "site", "#key,value,comments,disable\n\"ntpservers\",\"10.1.0.11,10.1.0.1\",,\n");
  add(tables, "routes",
      "#routename,net,mask,gateway,ifname,comments,disable\n"
      "\"tosite\",\"192.0.2.0\",\"255.255.255.0\",\"asn01-ml0\",\"en0\",,\n");
  add(tables, "noderes",
      "#node,servicenode,xcatmaster,routenames,nameservers,comments,disable\n"
      "\"rack01\",\"asn01,asn02\",\"asn01-ml0\",\"tosite\",\"asn02-ml0,asn01-ml0\",,\n"
      "\"rack02\",\"asn02,asn01\",\"asn02-ml0\",,\"10.1.0.11\",,\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(commands(runbook, "move.node-nameservers:asn02") ==
        Lines{"nodech 'cn[031-060]' noderes.nameservers=10.1.0.12", "updatenode 'cn[031-060]' -P mkresolvconf"});
  // One that is in the list already is not named twice.
  CHECK(commands(runbook, "move.node-nameservers:asn02#2").front() ==
        "nodech 'cn[001-030]' noderes.nameservers=asn02-ml0");
  CHECK(commands(runbook, "home.node-nameservers:asn02#2").front() ==
        "nodech 'cn[001-030]' noderes.nameservers=asn02-ml0,asn01-ml0");
  CHECK(commands(runbook, "move.ntp").front() == "chtab key=ntpservers site.value=10.1.0.1");
  // Added before the dead one goes.
  CHECK(commands(runbook, "move.route:tosite") ==
        Lines{"xdsh 'cn[001-030]' -f 64 -t 60 'route -n add -net 192.0.2.0 -netmask 255.255.255.0 10.40.0.2'",
              "xdsh 'cn[001-030]' -f 64 -t 60 'route -n delete -net 192.0.2.0 -netmask 255.255.255.0 10.40.0.1'",
              "chtab routename=tosite routes.gateway=asn02-ml0"});
  CHECK(commands(runbook, "home.route:tosite").back() == "chtab routename=tosite routes.gateway=asn01-ml0");
}

TEST_CASE("runbook: rpower of the server only where the tables have a way to its power") {
  CHECK(commands(runbook_of(pair(), tables_without()), "recover.boot").empty());
  xcat::Tables tables = tables_without({"ppc"});
  add(tables, "ppc", "#node,hcp,comments,disable\n\"asn01\",\"hmc1\",,\n\"rack01\",\"hmc1\",,\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(commands(runbook, "recover.boot") == Lines{"rpower asn01 on"});
  CHECK(says(step(runbook, "recover.boot")->cautions, "which it looked after itself"));
}

TEST_CASE("runbook: a list in monserver keeps its form, and snmove's gap nimserver is filled") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(commands(runbook, "move.monserver:asn02").front() == "nodech 'cn[001-030]' noderes.monserver=asn02,asn02-ml0");
  CHECK(commands(runbook, "home.monserver:asn02") == Lines{"nodech 'cn[001-030]' noderes.monserver=asn01,asn01-ml0",
                                                           "moncfg rmcmon 'cn[001-030]' -r",
                                                           "monstart rmcmon 'cn[001-030]' -r"});
  CHECK(commands(runbook, "move.nimserver:asn02") == Lines{"nodech 'cn[001-030]' noderes.nimserver=asn02-ml0"});
  // snmove does xcatmaster for the nodes that it moves.
  CHECK(step(runbook, "move.xcatmaster:asn02") == nullptr);
}

TEST_CASE("runbook: a name of the backup that nobody knows is no command") {
  Cluster cluster = pair();
  cluster.servers[1].node_facing_name.clear();
  const Runbook runbook = runbook_of(cluster, tables_without());
  CHECK(commands(runbook, "move.monserver:asn02").empty());
  CHECK_FALSE(step(runbook, "move.monserver:asn02")->cautions.empty());
  CHECK(commands(runbook, "move.snmove:asn02").front() == "snmove 'cn[001-030]' -d asn02 -D 10.40.0.2 -i");
}

TEST_CASE("runbook: hardware control of a control point that the server looks after") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(commands(runbook, "move.control-point:asn02") == Lines{"chdef hmc1 servicenode=asn02"});
  CHECK(commands(runbook, "planned.control-point:asn02") == Lines{"chdef hmc1 servicenode=asn02"});
  CHECK(commands(runbook, "home.control-point:asn02") == Lines{"chdef hmc1 servicenode=asn01"});
  CHECK(step(runbook, "recover.control-point") == nullptr);
  CHECK(says(step(runbook, "move.control-point:asn02")->cautions, "`mkhwconn NODERANGE -t`"));
  // A list is turned.
  CHECK(commands(runbook_of(pair(), tables_without(), "asn02"), "move.control-point:asn01").front() ==
        "chdef hmc2 servicenode=asn01,asn02");
}

// mkhwconn.1, rmhwconn.1: "connections for FSP and BPA nodes"; one of -t, -p and -s is needed.
TEST_CASE("runbook: a CEC or a frame is connected to, an HMC is not, and where nobody says which the book asks") {
  struct Known {
    const char* table;
    const char* text;
    bool connected;
    bool asks;
  };
  for (const Known& known :
       {Known{"ppc", "#node,hcp,nodetype\n\"rack01\",\"hmc1\",\n\"hmc1\",,\"cec\"\n", true, false},
        Known{"ppc", "#node,hcp,nodetype\n\"rack01\",\"hmc1\",\n\"hmc1\",,\"hmc\"\n", false, false},
        Known{"nodetype", "#node,nodetype\n\"hmc1\",\"frame\"\n", true, false},
        Known{"nodehm", "#node,mgt\n\"hmc1\",\"fsp\"\n", true, false},
        Known{"nodehm", "#node,mgt\n\"hmc1\",\"hmc\"\n", false, false},
        Known{"nodehm", "#node,mgt\n\"hmc1\",\"ivm\"\n", false, true}}) {
    INFO(known.text);
    xcat::Tables tables = tables_without({known.table});
    add(tables, known.table, known.text);
    const Runbook runbook = runbook_of(pair(), tables);
    CHECK((commands(runbook, "move.control-point:asn02") ==
           (known.connected ? Lines{"chdef hmc1 servicenode=asn02", "mkhwconn hmc1 -t"}
                            : Lines{"chdef hmc1 servicenode=asn02"})));
    CHECK((commands(runbook, "home.control-point:asn02") ==
           (known.connected ? Lines{"rmhwconn hmc1", "chdef hmc1 servicenode=asn01", "mkhwconn hmc1 -t"}
                            : Lines{"chdef hmc1 servicenode=asn01"})));
    CHECK((step(runbook, "recover.control-point") != nullptr) == known.connected);
    CHECK(says(step(runbook, "move.control-point:asn02")->cautions, "mkhwconn") == known.asks);
  }
}

TEST_CASE("runbook: it begins with about ten lines for the night, and its parts are named") {
  const auto all = [](const Runbook& runbook) {
    std::string text;
    for (const std::string& line : runbook.in_short) text += line + "\n";
    return text;
  };
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(runbook.in_short.size() >= 8);
  CHECK(runbook.in_short.size() <= 11);
  for (const char* words : {"Is it dead? `ping", "NFS: nothing to do. 30 nodes", "5 minutes", "`makehanfs status ",
                            "consoles of", "rnetboot", "Boot no node of asn01 tonight", "NFS does not serve before"})
    CHECK_MESSAGE(all(runbook).find(words) != std::string::npos, words);
  const std::string text = markdown_of(runbook);
  CHECK(text.find("## In short") < text.find("## Contents"));
  CHECK(text.find("## Contents") < text.find("# Tonight"));
  CHECK(text.find("# Tonight") < text.find("# The next day"));
  // snmove is nothing for the night, and does not look like what is.
  CHECK(section(runbook, "stay").part == "The next day");
  CHECK(says({section(runbook, "stay").steps.front().id}, "move.snmove"));
  CHECK(section(runbook, "move").part == "Tonight");

  // Nothing fails over: nobody is told that there is nothing to do, and the move of hung nodes is work of the night.
  Cluster unsound = pair();
  unsound.domains[0].valid = false;
  const Runbook hung = runbook_of(unsound, tables_without());
  CHECK(all(hung).find("nothing to do") == std::string::npos);
  CHECK(all(hung).find("nothing fails over by itself") != std::string::npos);
  const std::vector<RunbookStep>& steps = section(hung, "move").steps;
  CHECK(std::any_of(steps.begin(), steps.end(), [](const RunbookStep& one) { return one.id == "move.snmove:asn02"; }));

  // Shared disks are not copied, so nothing is stale.
  Settings settings;
  settings.access = "rw";
  const Runbook shared = runbook_of(pair(), tables_without(), "asn01", settings);
  CHECK(all(shared).find("GPFS first") != std::string::npos);
  CHECK(all(shared).find("its files are of before") == std::string::npos);
}

TEST_CASE("runbook: the expected seconds follow the settings") {
  Settings settings;
  settings.timeo = 50;
  settings.retrans = 3;
  CHECK(step(runbook_of(pair(), tables_without(), "asn01", settings), "automatic.nfs")->expected_seconds ==
        doctest::Approx(15));
  settings.retrans = 1;
  CHECK(step(runbook_of(pair(), tables_without(), "asn01", settings), "automatic.nfs")->expected_seconds ==
        doctest::Approx(10));
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(step(runbook, "automatic.nfs")->expected_seconds == doctest::Approx(0.3));
  CHECK(step(runbook, "automatic.stnfs")->expected_seconds == doctest::Approx(20));
  CHECK(step(runbook, "automatic.gateway")->expected_seconds == doctest::Approx(8));
}

TEST_CASE("runbook: what does not fail over, from the tables") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  REQUIRE(step(runbook, "lost.statelite") != nullptr);
  CHECK(step(runbook, "lost.statelite")->nodes == Lines{"cn007"});
  CHECK(step(runbook, "lost.paging")->nodes.size() == 30);
  CHECK(step(runbook, "lost.writes")->why.find("fails") != std::string::npos);
  CHECK(step(runbook, "lost.services")->why.find("ldapserver") != std::string::npos);
  CHECK(step(runbook, "lost.one-server") == nullptr);

  Cluster cluster = pair();
  cluster.nodes[4].servers = {0};
  CHECK(step(runbook_of(cluster, tables_without()), "lost.one-server")->nodes == Lines{"cn005"});
}

TEST_CASE("runbook: a section that does not apply is one line, a table that is missing is no answer") {
  const Runbook other = runbook_of(pair(), tables_without(), "asn02");
  CHECK(step(other, "move.monserver:asn01") == nullptr);
  CHECK(says(section(other, "move").not_needed, "Monitoring: no node has noderes.monserver=asn02"));

  const Runbook unobserved = runbook_of(pair(), tables_without({"nodehm", "ppc", "networks", "statelite", "nimimage"}));
  CHECK(says(section(unobserved, "move").not_needed, "Consoles: not known, the table nodehm was not given"));
  CHECK(says(section(unobserved, "move").not_needed, "Hardware control: not known, the table ppc"));
  CHECK(says(section(unobserved, "automatic").not_needed, "Default gateway: not known"));
  CHECK(says(section(unobserved, "lost").not_needed, "Persistent directories: not known"));
  CHECK(says(section(unobserved, "lost").not_needed, "Paging space over NFS: not known"));
}

TEST_CASE("runbook: lists of name servers and NTP servers lose the dead one and get it back") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  CHECK(says(commands(runbook, "move.nameservers"), "chtab netname=ml0net networks.nameservers=10.40.0.2"));
  CHECK(commands(runbook, "move.ntp").front() == "chtab key=ntpservers site.value=10.1.0.1");
  CHECK(commands(runbook, "home.lists") == Lines{"chtab netname=ml0net networks.nameservers=10.40.0.1,10.40.0.2",
                                                 "chtab key=ntpservers site.value=10.40.0.1,10.1.0.1"});
}

TEST_CASE("runbook: a network without a name, and lists that name the dead server only") {
  xcat::Tables tables = tables_without({"networks", "site"});
  add(tables, "hosts", "#node,ip,otherinterfaces\nasn01,10.1.0.11,\nasn02,10.1.0.12,\n");
  add(tables, "networks",
      "#netname,net,mask,gateway,nameservers,ntpservers\n,10.40.0.0,255.255.0.0,10.40.0.254,asn01-ml0,10.40.0.1\n");
  add(tables, "site", "#key,value\nnameservers,10.1.0.11\nntpservers,asn01\n");
  const Runbook runbook = runbook_of(pair(), tables);
  const Lines names = commands(runbook, "move.nameservers");
  CHECK(says(names, "chtab net=10.40.0.0 networks.nameservers=asn02-ml0"));
  CHECK(says(names, "chtab key=nameservers site.value=10.1.0.12"));
  CHECK(says(commands(runbook, "move.ntp"), "chtab net=10.40.0.0 networks.ntpservers=10.40.0.2"));
  CHECK(says(commands(runbook, "move.ntp"), "chtab key=ntpservers site.value=asn02"));
  CHECK(says({step(runbook, "move.nameservers")->why}, "networks.nameservers of 10.40.0.0 is `asn01-ml0`"));
}

TEST_CASE("runbook: nodes in another network are not moved to a name that they cannot reach") {
  Cluster cluster = pair();
  cluster.nodes[0].other_network = true;
  cluster.nodes[29].other_network = true;
  const Runbook runbook = runbook_of(cluster, tables_without());
  CHECK(step(runbook, "move.other-network:asn02")->nodes == Lines{"cn001", "cn030"});
  CHECK(commands(runbook, "move.other-network:asn02").empty());
  CHECK(commands(runbook, "move.snmove:asn02").front().find("snmove 'cn[002-029]' ") == 0);
  CHECK_FALSE(says(step(runbook, "move.snmove:asn02")->cautions, "Short form"));
  CHECK(commands(runbook, "home.snmove:asn02").front().find("snmove 'cn[002-029]' ") == 0);
  cluster.domains[0].valid = false;  // nobody boots by tables that were not changed
  const Runbook hung = runbook_of(cluster, tables_without());
  CHECK(commands(hung, "move.reboot:1") == Lines{"rnetboot cn002"});
}

TEST_CASE("runbook: nodes of other servers whose only gateway it is") {
  Cluster cluster = pair();
  cluster.servers.push_back({"asn03", "10.40.0.3", "asn03-ml0", 1});
  cluster.servers.push_back({"asn04", "10.40.0.4", "asn04-ml0", 1});
  cluster.domains.push_back({"B", Domain::Source::servicenode, {2, 3}, {60, 61}, {}, "", true});
  cluster.nodes.push_back({"dn1", 1, {2, 3}});
  cluster.nodes.push_back({"dn2", 1, {3, 2}});
  xcat::Tables tables = tables_without({"networks"});
  add(tables, "networks", "#netname,net,mask,gateway\nml0net,10.40.0.0,255.255.0.0,asn01-ml0\n");
  const Runbook runbook = runbook_of(cluster, tables);
  CHECK(step(runbook, "lost.gateway")->nodes == Lines{"dn1", "dn2"});
  CHECK(commands(runbook, "lost.gateway") ==
        Lines{"xdsh dn1,dn2 -f 64 -t 60 '/xcatpost/setupnfsv4replication gateways=10.40.0.2'"});
  CHECK(step(runbook_of(cluster, tables, "asn02"), "lost.gateway") == nullptr);
  cluster.domains[1].gateways = {"10.40.0.1", "10.40.0.2"};
  CHECK(step(runbook_of(cluster, tables), "lost.gateway") == nullptr);
}

TEST_CASE("runbook: own disks are copied with their times, shared ones are not copied") {
  const Runbook own = runbook_of(pair(), tables_without());
  const Lines copies = commands(own, "recover.resync");
  CHECK(copies.front() == "ssh asn02 'rsync -aH /install/nim/spot/ asn01:/install/nim/spot/'");
  // Never the whole, and never what belongs to one node.
  for (const std::string& line : copies) {
    CHECK(line.find("rsync -a") != std::string::npos);
    CHECK(line.find(" /install/ ") == std::string::npos);
    for (const char* owned : {"paging", "dump", "nim/root", "statelite"})
      CHECK_MESSAGE(line.find(owned) == std::string::npos, line);
  }
  CHECK(step(own, "recover.hung") != nullptr);
  // A node that hangs goes on the moment NFS is there, which is at the boot already.
  CHECK(section(own, "recover").steps.front().id == "recover.hung");
  CHECK(step(own, "recover.order") == nullptr);
  Settings settings;
  settings.access = "rw";
  const Runbook shared = runbook_of(pair(), tables_without(), "asn01", settings);
  CHECK(step(shared, "recover.resync") == nullptr);
  REQUIRE(step(shared, "recover.order") != nullptr);
  // NFS goes before its disks, and comes after them.
  CHECK(commands(shared, "recover.restart") == Lines{"xdsh asn01 -f 64 -t 300 'exportfs -ua'",
                                                     "xdsh asn01 -f 64 -t 300 'stopsrc -g nfs'",
                                                     "xdsh asn01 -f 64 -t 300 /usr/lpp/mmfs/bin/mmstartup"});
  CHECK(commands(shared, "recover.start") ==
        Lines{"xdsh asn01 -f 64 -t 300 'startsrc -g nfs'", "xdsh asn01 -f 64 -t 300 'exportfs -a'"});
  CHECK(commands(shared, "planned.stop").back() == "xdsh asn01 -f 64 -t 300 'stopsrc -g nfs'");
  CHECK(commands(shared, "planned.disks") == Lines{"xdsh asn01 -f 64 -t 300 /usr/lpp/mmfs/bin/mmshutdown"});
}

TEST_CASE("runbook: nodes go home few at a time, each once") {
  Cluster cluster = pair();
  for (std::size_t i = 60; i < 1000; ++i) cluster.nodes.push_back({node_name(i + 1), 0, {0, 1}});
  const Runbook runbook = runbook_of(cluster, tables_without());
  std::vector<std::string> rebooted;
  std::size_t batches = 0;
  for (const RunbookStep& one : section(runbook, "home").steps) {
    if (one.id.rfind("home.reboot:", 0) != 0) continue;
    CHECK((batches++ == 0 ? one.nodes.size() == 1 : one.nodes.size() <= 52));
    rebooted.insert(rebooted.end(), one.nodes.begin(), one.nodes.end());
  }
  CHECK(batches <= 21);
  CHECK(rebooted == runbook.primary[0].nodes);
}

TEST_CASE("runbook: names that no command can hold are left out and named") {
  Cluster cluster = pair();
  cluster.nodes[2].name = "cn003;reboot";
  cluster.nodes[3].name = "-f";
  cluster.nodes[4].name = "cn005\n```\nrm";
  const Runbook runbook = runbook_of(cluster, tables_without());
  CHECK(runbook.primary[0].nodes.size() == 27);
  CHECK(says(runbook.notes, "3 nodes have names"));
  const std::string text = markdown_of(runbook);
  CHECK(text.find("xdsh 'cn001,cn002,cn006") == std::string::npos);
  for (const RunbookSection& one : runbook.sections)
    for (const RunbookStep& found : one.steps)
      for (const std::string& command : found.commands) {
        CHECK(command.find("reboot'") == std::string::npos);
        CHECK(command.find('\n') == std::string::npos);
      }
}

TEST_CASE("runbook: words of tables stay words in a shell") {
  xcat::Tables tables = tables_without({"nodehm", "site"});
  add(tables, "nodehm", "#node,conserver,disable\n\"rack01\",\"asn01,x';reboot;'\",\n");
  add(tables, "site", "#key,value,comments,disable\n\"ntpservers\",\"asn01 $(reboot)\",,\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(commands(runbook, "move.conserver:asn02").front() ==
        "nodech 'cn[001-030]' 'nodehm.conserver=asn02,x'\\'';reboot;'\\'''");
  CHECK(commands(runbook, "move.ntp").front() == "chtab key=ntpservers 'site.value=$(reboot)'");
}

TEST_CASE("runbook: two old values are two steps, with ids of their own") {
  xcat::Tables tables = tables_without({"nodehm"});
  add(tables, "nodehm", "#node,conserver,disable\n\"rack01\",\"asn01\",\n\"cn002\",\"10.40.0.1\",\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(commands(runbook, "move.conserver:asn02").front() == "nodech cn002 nodehm.conserver=10.40.0.2");
  CHECK(commands(runbook, "move.conserver:asn02#2").front() == "nodech 'cn001,cn[003-030]' nodehm.conserver=asn02");
}

TEST_CASE("runbook: a long noderange becomes several lines") {
  std::vector<std::string> nodes;
  for (std::size_t i = 0; i < 2000; ++i) nodes.push_back(node_name(i * 2 + 1) + (i % 2 == 0 ? "a" : "b"));
  const std::vector<std::string> ranges = outage::ranges_of(nodes);
  CHECK(ranges.size() > 1);
  for (const std::string& range : ranges) CHECK(range.size() <= 1000);
  CHECK(outage::ranges_of({}).empty());
}

TEST_CASE("runbook: an expression that cannot be evaluated hides one column, not the runbook") {
  xcat::Tables tables = tables_without({"nodehm"});
  add(tables, "nodehm", "#node,conserver,disable\n\"rack01\",\"|\\D+(\\d+)|(skip($1,2))|\",\n");
  const Runbook runbook = runbook_of(pair(), tables);
  CHECK(says(runbook.notes, "nodehm.conserver could not be evaluated for 30 nodes"));
  CHECK(step(runbook, "move.snmove:asn02") != nullptr);
}

TEST_CASE("runbook: an expression is evaluated for each node") {
  xcat::Tables tables = tables_without({"nodehm"});
  add(tables, "nodehm", "#node,conserver,disable\n\"compute\",\"|\\D+(\\d+)|asn0(($1-1)/30+1)|\",\n");
  CHECK(commands(runbook_of(pair(), tables), "move.conserver:asn02").front() ==
        "nodech 'cn[001-030]' nodehm.conserver=asn02");
}

TEST_CASE("runbook: a server that has none") {
  const xcat::Tables tables = tables_without();
  const auto error = [&](const Cluster& cluster, const std::string& server) {
    const Result<Runbook> made = make_runbook(cluster, tables, {}, server);
    REQUIRE_FALSE(static_cast<bool>(made));
    CHECK(made.error().what.find('\n') == std::string::npos);
    return made.error().what;
  };
  CHECK(error(pair(), "asn09") == "\"asn09\" is no service node of these tables; cure: give one of asn01 asn02");
  CHECK(error(pair(), "") == "\"\" is no service node of these tables; cure: give one of asn01 asn02");
  CHECK(error(pair(), "a\nb").find("\"a\\x0ab\"") == 0);

  Cluster cluster = pair();
  cluster.servers.push_back({"asn05", "", "", no_index});
  Finding finding;
  finding.subjects = {"asn05"};
  finding.what = "asn05 does not resolve";
  finding.remedy = "put it into /etc/hosts";
  cluster.findings.push_back(finding);
  CHECK(error(cluster, "asn05") ==
        "asn05 is a service node, but no diskless node has it in noderes.servicenode: nothing runs from it, so there "
        "is nothing to move; cure: give one of asn01 asn02");
  cluster.nodes.clear();
  CHECK(error(cluster, "asn09").find("no node names a server") != std::string::npos);
  CHECK(error(Cluster{}, "asn01").find("is no service node") != std::string::npos);
}

TEST_CASE("runbook: findings about the server and its nodes come first") {
  Cluster cluster = pair();
  Finding finding;
  finding.level = Finding::Level::warning;
  finding.subjects = {"cn004"};
  finding.what = "noderes.csv:4: <odd>";
  cluster.findings = {finding};
  finding.subjects = {"other"};
  finding.what = "elsewhere";
  cluster.findings.push_back(finding);
  const Runbook runbook = runbook_of(cluster, tables_without());
  REQUIRE_FALSE(runbook.notes.empty());
  CHECK(runbook.notes.front() == "noderes.csv:4: <odd>");
  CHECK_FALSE(says(runbook.notes, "elsewhere"));
  CHECK(markdown_of(runbook).find("noderes.csv:4: &lt;odd>") != std::string::npos);
}

TEST_CASE("runbook: JSON holds all of it") {
  const Runbook runbook = runbook_of(pair(), tables_without());
  const nlohmann::ordered_json object = runbook_json({}, runbook);
  CHECK(object["server"]["facing"] == "asn01-ml0");
  CHECK(object["primary"][0]["server"] == "asn02");
  CHECK(object["primary"][0]["nodes"].size() == 30);
  std::set<std::string> ids;
  for (const auto& one : object["sections"])
    for (const auto& found : one["steps"]) {
      CHECK(ids.insert(found["id"].get<std::string>()).second);
      CHECK((found["expected_seconds"].is_null() == found["basis"].get<std::string>().empty()));
      CHECK_FALSE(found["title"].get<std::string>().empty());
      CHECK_FALSE(found["why"].get<std::string>().empty());
      if (!found["commands"].empty()) CHECK_FALSE(found["expect"].get<std::string>().empty());
    }
  CHECK(ids.count("automatic.nfs") == 1);
  CHECK(object["sections"].size() == 8);
  CHECK(object["sections"][0]["part"] == "Tonight");
  CHECK(object["in_short"].size() == runbook.in_short.size());
}

}  // namespace
}  // namespace hanfs::cluster
