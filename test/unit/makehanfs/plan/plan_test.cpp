// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/plan/plan.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "app/system.hpp"
#include "makehanfs/commands/options.hpp"
#include "makehanfs/model/example_cluster.hpp"
#include "makehanfs/plan/settings_files.hpp"
#include "makehanfs/tables/valid_tables.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {

using hanfs::test::cluster_of;
using hanfs::test::Dumps;
using hanfs::test::valid_tables;

namespace {

ClusterPlan plan_of(const Cluster& cluster, const Settings& settings = {}) {
  return make_plan(cluster, settings, engine_of(settings));
}

// All actions in the order in which they run.
std::vector<Action> actions(const ClusterPlan& plan) {
  std::vector<Action> all;
  for (const Stage& stage : plan.stages)
    for (const std::vector<Action>& turn : turns_of(stage, plan.engine.fanout))
      all.insert(all.end(), turn.begin(), turn.end());
  return all;
}

std::optional<Action> action(const ClusterPlan& plan, const std::string& id) {
  for (Action& one : actions(plan))
    if (one.id == id) return std::move(one);
  return std::nullopt;
}

std::string words(const ClusterPlan& plan, const std::string& id) {
  const std::optional<Action> found = action(plan, id);
  return found ? report::joined(command_line(plan.engine, *found), " ") : "";
}

std::string ids(const ClusterPlan& plan) {
  std::string text;
  for (const Action& one : actions(plan)) text += (text.empty() ? "" : " ") + one.id;
  return text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("no node is shut down before the server it boots from was seen serving, be it one of another domain") {
  Dumps tables = valid_tables();
  tables["nodelist"] += "asn03,\"service,all\"\nasn04,\"service,all\"\ncn5,\"compute,all\"\n";
  tables["servicenode"] += "asn03,1,1\nasn04,1,1\n";
  tables["hosts"] += "asn03,10.20.0.13,,\nasn03-ml0,10.40.0.13,,\nasn04,10.20.0.14,,\nasn04-ml0,10.40.0.14,,\n";
  tables["noderes"] =
      "#node,servicenode,xcatmaster,nameservers\nhmc1,asn01,,\ncn1,\"asn01,asn02\",asn01-ml0,\n"
      "cn2,\"asn01,asn02\",asn03-ml0,\ncn5,\"asn03,asn04\",asn03-ml0,\n";
  Settings settings;
  settings.boot_nodes = settings.disruptive = true;
  std::set<std::string> asked;
  for (const Action& one : actions(plan_of(cluster_of(tables), settings))) {
    const bool of_pair = std::find(one.hosts.begin(), one.hosts.end(), "asn01") != one.hosts.end();
    if (one.id.find("exports-stop-") == 0 && of_pair) asked.insert(one.hosts.begin(), one.hosts.end());
  }
  CHECK(asked == std::set<std::string>{"asn01", "asn03"});
}

TEST_CASE("plan of a balanced pair: the order, the commands, each server checked before the next") {
  const Cluster cluster = cluster_of(valid_tables());
  const ClusterPlan plan = plan_of(cluster);
  CHECK(ids(plan) ==
        "settings copy-postscripts copy-prescripts copy-images export-asn01 verify-asn01 export-asn02 verify-asn02 "
        "boot-asn01+asn02 tune-asn01+asn02 check-asn01+asn02 status rmc-sensor rmc-condition rmc-response rmc-link "
        "rmc-start");
  CHECK(words(plan, "export-asn02") ==
        "xdsh asn02 -f 64 -t 60 /install/prescripts/hanfs/setuphanfs --replica 10.40.0.12 10.40.0.11 --nfs-domain "
        "cluster.example.com");
  CHECK(words(plan, "verify-asn02") == words(plan, "export-asn02") + " --check");
  CHECK(words(plan, "boot-asn01+asn02") == "rnetboot cn[1-4]");
  CHECK(words(plan, "tune-asn01+asn02") == "xdsh cn[1-4] -f 64 -t 60 /xcatpost/setupnfsv4replication");
  CHECK(words(plan, "check-asn01+asn02") == words(plan, "tune-asn01+asn02") + " --check");
  CHECK(words(plan, "copy-postscripts") == "prsync -o rltHpEAogDz /install/postscripts asn[01-02]:/install");
  CHECK(*plan.servers[0].round == 0);
  CHECK(*plan.servers[1].round == 1);  // never two of one domain at a time
}

TEST_CASE("who runs what: apply what is on hosts, the script what is not for a person to decide") {
  Settings settings;
  const auto by = [&](const char* id) { return action(plan_of(cluster_of(valid_tables()), settings), id)->by; };
  CHECK(by("settings") == Action::By::script);
  CHECK(by("copy-prescripts") == Action::By::script);
  CHECK(by("copy-images") == Action::By::person);
  CHECK(by("verify-asn01") == Action::By::apply);
  CHECK(by("boot-asn01+asn02") == Action::By::person);
  CHECK_FALSE(action(plan_of(cluster_of(valid_tables())), "export-asn01")->interrupts);
  settings.disruptive = true;
  CHECK(by("boot-asn01+asn02") == Action::By::script);
  const ClusterPlan plan = plan_of(cluster_of(valid_tables()), settings);
  CHECK(action(plan, "export-asn01")->interrupts);
  CHECK_FALSE(action(plan, "verify-asn01")->interrupts);
}

TEST_CASE("RMC on the nodes is optional: shown with the quotes that a remote shell needs, run by nobody but a person") {
  const Cluster cluster = cluster_of(valid_tables());
  Settings settings;
  settings.check_command = "/x/checkhanfs";
  const ClusterPlan plan = plan_of(cluster, settings);
  for (const char* id : {"rmc-sensor", "rmc-condition", "rmc-response", "rmc-link", "rmc-start"})
    CHECK(action(plan, id)->by == Action::By::person);
  CHECK(words(plan, "rmc-sensor") == "xdsh cn[1-4] -f 64 -t 60 mksensor -i 300 -e 0 hanfs \"/x/checkhanfs node\"");
  CHECK(has(plan_script(cluster, plan, settings),
            "# By hand: xdsh 'cn[1-4]' -f 64 -t 60 'mksensor -i 300 -e 0 hanfs \"/x/checkhanfs node\"'\n"));
  CHECK(has(plan_text(cluster, plan, false),
            "optional: RMC watches the nodes:\n  xdsh 'cn[1-4]' -f 64 -t 60 'mksensor -i 300 -e 0 hanfs "
            "\"/x/checkhanfs node\"'\n      by hand, why: "));
}

TEST_CASE("one domain after the other; nodes in parts of at most the fan-out") {
  Cluster cluster = hanfs::test::small_cluster();
  Settings settings;
  settings.fanout = 2;
  const ClusterPlan plan = plan_of(cluster, settings);
  std::string titles;
  for (const Stage& stage : plan.stages) titles += stage.title + "; ";
  CHECK(titles ==
        "settings; copies to the servers; domain A, server 1 of 2; domain A, server 2 of 2; domain B, server 1 of "
        "2; domain B, server 2 of 2; boot of the nodes; nodes; "
        "status; optional: RMC watches the nodes; ");
  CHECK(has(ids(plan),
            "export-asn01 verify-asn01 export-asn02 verify-asn02 export-asn04 verify-asn04 export-asn03 verify-asn03 "
            "boot-A boot-A-2 boot-B tune-A check-A tune-A-2 check-A-2 tune-B check-B status"));
  CHECK(words(plan, "check-A-2") == "xdsh cn03,cn04 -f 2 -t 60 /xcatpost/setupnfsv4replication --check");
  // A domain whose name is that of a part of another.
  cluster.domains[1].name = "A-2";
  CHECK(has(ids(plan_of(cluster, settings)), "boot-A boot-A-2 boot-A-2-2 "));
}

TEST_CASE(
    "a domain's nodes are shut down only where nobody else runs from its servers, and booted only where they are "
    "down") {
  Settings settings;
  settings.disruptive = settings.boot_nodes = true;
  settings.fanout = 6;
  const Cluster cluster = hanfs::test::small_cluster();
  const ClusterPlan plan = plan_of(cluster, settings);
  CHECK(has(ids(plan), "nfsd-stop-A exports-stop-A guests-A known-A power-A stop-A "));
  CHECK(has(ids(plan), "nfsd-boot-A exports-boot-A running-A boot-A up-A "));
  CHECK(words(plan, "guests-A") == "xdsh cn05,cn06,lost -f 6 -t 60 /usr/sbin/nfs4cl showfs");
  CHECK(has(plan_script(cluster, plan, settings),
            R"(guests 3 '^[^: ]+: +(Current Server: *)?(asn01(\.[a-z0-9.-]+)?|asn01-ml0(\.[a-z0-9.-]+)?|10\.40\.0\.11|)"
            R"(asn02(\.[a-z0-9.-]+)?|asn02-ml0(\.[a-z0-9.-]+)?|10\.40\.0\.12)(:| +/)' )"
            "guests-A xdsh cn05,cn06,lost -f 6 -t 60 /usr/sbin/nfs4cl showfs\n"));
  CHECK(has(plan_script(cluster, plan, settings),
            "\nask_nodes() {  # RANGE\n  xdsh \"$1\" -f 6 -t 60 /usr/bin/hostname\n}\n"));
  const std::string script = plan_script(cluster, plan, settings);
  CHECK(has(script, "running 4 running-A xdsh 'cn[01-04]' -f 6 -t 60 /usr/bin/hostname\n"));
  // Only its nodes' own answers say that a domain is up again, part by part.
  CHECK(has(script, "stop 4 'cn[01-04]' stop-A xdsh "));
  CHECK(has(script, "awake 4 up-A xdsh 'cn[01-04]' "));
  CHECK_FALSE(has(script, "nodels"));
  // A guest may have mounted from any interface of a server.
  Cluster two_networks = cluster;
  two_networks.servers[0].interfaces = {"10.20.0.11", "10.40.0.11"};
  CHECK(names_of_servers(two_networks, two_networks.domains[0])[0].known_as ==
        std::vector<std::string>{"asn01", "asn01-ml0", "10.40.0.11", "10.20.0.11"});
  // Where others have shut the nodes down, once before the first server.
  settings.boot_nodes = false;
  CHECK(has(ids(plan_of(cluster, settings)),
            "guests-A nfsd-before-asn01 exports-before-asn01 down-before-asn01 export-asn01 "
            "verify-asn01 nfsd-before-asn02 "));
}

TEST_CASE("the server with the fewest nodes goes first") {
  Dumps dumps = valid_tables();
  dumps["noderes"] = "#node,servicenode,xcatmaster,nameservers\ncompute,\"asn01,asn02\",asn01-ml0,\n";
  CHECK(has(ids(plan_of(cluster_of(dumps))), "export-asn02 verify-asn02 export-asn01 verify-asn01"));
}

TEST_CASE("what is shared is copied once or not at all") {
  Dumps dumps = valid_tables();
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall,sns\n";
  CHECK(words(plan_of(cluster_of(dumps)), "copy-images") == "prsync -o rltHpEAogDz /install/nim asn01:/install");
  dumps["site"] = "#key,value\nuseNFSv4onAIX,yes\ndomain,c.example\nsharedinstall,all\n";
  CHECK_FALSE(action(plan_of(cluster_of(dumps)), "copy-images"));
}

TEST_CASE("engines, another directory, and settings of the export") {
  Settings settings;
  settings.engine = "clush";
  settings.directory = "/export/hanfs";
  settings.access = "rw";
  settings.disruptive = true;
  CHECK(words(plan_of(cluster_of(valid_tables()), settings), "export-asn01") ==
        "clush --nostdin --color=never -S -f 64 -t 10 -u 60 -w asn01 /install/prescripts/hanfs/setuphanfs --replica "
        "10.40.0.11 10.40.0.12 --directory /export/hanfs --access rw --nfs-domain cluster.example.com --disruptive");
  settings.engine_option = {"-l", "admin"};
  settings.engine_prefix = {"sudo"};
  settings.timeo = 5;
  settings.node_command = "/opt/x";
  const ClusterPlan plan = plan_of(cluster_of(valid_tables()), settings);
  CHECK(words(plan, "check-asn01+asn02") ==
        "clush --nostdin --color=never -l admin -S -f 64 -t 10 -u 60 -w cn[1-4] sudo /opt/x --check");
  CHECK(words(plan, "settings") == "makehanfs settings --directory /export/hanfs --access rw --timeo 5");
  CHECK(words(plan, "status") ==
        "makehanfs status --engine clush --engine-option=-l --engine-option=admin --engine-prefix=sudo --node-command "
        "/opt/x");
  settings.engine = "";
  CHECK(has(words(plan_of(cluster_of(valid_tables()), settings), "verify-asn02"),
            "xdsh asn02 -l admin -f 64 -t 60 sudo /install/"));
}

TEST_CASE("--alone is passed to a server whose partners are all left out") {
  Settings settings;
  settings.disruptive = true;
  CHECK_FALSE(has(words(plan_of(cluster_of(valid_tables()), settings), "export-asn01"), "--alone"));
  settings.without = {"asn02"};
  const ClusterPlan plan = plan_of(cluster_of(valid_tables()), settings);
  CHECK(has(words(plan, "export-asn01"), " --disruptive --alone"));
  CHECK_FALSE(action(plan, "export-asn02"));
}

TEST_CASE("a folder without a name is refused, not taken for /") {
  hanfs::app::RealSystem system;
  for (const auto& [verb, option] :
       {std::pair{"settings", "--output"}, std::pair{"plan", "--tables"}, std::pair{"status", "--html"}}) {
    const std::array<const char*, 4> argv{"makehanfs", verb, option, ""};
    const Result<CommandLine> read = read_options(system, static_cast<int>(argv.size()), argv.data());
    INFO(argv[2]);
    REQUIRE_FALSE(read);
    CHECK(has(read.error().what, "empty"));
  }
}

TEST_CASE("changes of tables come first, and a domain that is not sound is left out") {
  Dumps dumps = valid_tables();
  dumps["site"] = "#key,value\nuseNFSv4onAIX,no\ndomain,c.example\n";
  Settings settings;
  // What apply would not touch is in no step; the tables are cured.
  CHECK(ids(plan_of(cluster_of(dumps), settings)) == "table-nfsv4 mkdsklsnode");
  settings.despite = {"nfsv4-off"};
  const ClusterPlan plan = plan_of(cluster_of(dumps), settings);
  CHECK(ids(plan).rfind("table-nfsv4 mkdsklsnode settings", 0) == 0);
  CHECK(action(plan, "mkdsklsnode")->by == Action::By::person);
  dumps = valid_tables();
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01-ml0,10.40.0.11,,\n";
  const Cluster broken = cluster_of(dumps);
  CHECK(ids(plan_of(broken)) == "");
  CHECK(has(plan_text(broken, plan_of(broken), false), "Nothing to do."));
  CHECK(why_left_out(broken, plan_of(broken)) ==
        std::vector<std::string>{
            "domain asn01+asn02: left alone, because of unresolved above; cure: what is said there"});
}

TEST_CASE("text: findings with their cure, and no more rows than a screen holds") {
  Dumps dumps = valid_tables();
  dumps["noderes"] += "cn5,asn01,asn01-ml0,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  const Cluster cluster = cluster_of(dumps);
  Settings settings;
  settings.despite = {"one-server"};
  const std::string text = plan_text(cluster, plan_of(cluster, settings), false);
  CHECK(has(text, "  open, despite errors\n"));
  CHECK(has(text,
            "error one-server: cn5: only one server, asn01, in noderes.servicenode (noderes row cn5 (line 7))\n"
            "    cure: nodech cn5 noderes.servicenode=asn01,asn02, then mkdsklsnode -b cn5\n"));
  CHECK(has(text, "  xdsh 'cn[1-4]' -f 64 -t 60 /xcatpost/setupnfsv4replication --check\n"));
}

TEST_CASE("JSON: everything, nodes as noderanges") {
  Dumps dumps = valid_tables();
  dumps["noderes"] += "cn5,asn01,asn01-ml0,\n";
  dumps["nodelist"] += "cn5,\"compute,all\"\n";
  const Cluster cluster = cluster_of(dumps);
  Settings settings;
  settings.despite = {"one-server"};
  const auto json = plan_json(cluster, plan_of(cluster, settings));
  CHECK(json["domains"][0]["sound"] == false);
  CHECK(json["domains"][0]["closed_by"].empty());
  CHECK(json["counts"]["nodes"] == 5);
  CHECK(json["domains"][0]["nodes"] == "cn[1-4]");
  CHECK(json["domains"][0]["count"] == 4);
  CHECK(json["domains"][0]["hanfs_conf"].get<std::string>().rfind("[domain asn01+asn02]\n", 0) == 0);
  CHECK(json["servers"][1]["argv"][2] == "10.40.0.12");
  CHECK(json["servers"][0]["round"] == 1);  // it has a node more
  CHECK(json["nodes_without_domain"] == "cn5");
  CHECK(json["findings"][0]["code"] == "one-server");
  CHECK(json["findings"][0]["cure"] == "nodech cn5 noderes.servicenode=asn01,asn02, then mkdsklsnode -b cn5");
  CHECK(json["plan"][0]["id"] == "settings");
  CHECK(json["plan"][3]["by_hand"] == true);
  CHECK(json["plan"][3]["stage"] == "copies to the servers");
  CHECK(json["plan"][3]["domain"].is_null());
  CHECK(json["plan"][4]["by_hand"] == false);
  for (const auto& step : json["plan"]) {
    INFO(step.dump());
    for (const char* const field : {"by_hand", "interrupts", "asks"}) CHECK(step[field].is_boolean());
  }
}

TEST_CASE("a domain that an error closes has no step in any form of the plan, and the reason and the cure are said") {
  Dumps dumps = valid_tables();
  dumps["statelite"] += "compute,,$noderes.xcatmaster:/install/data,vers=4\n";
  const Cluster cluster = cluster_of(dumps);
  Settings settings;
  settings.disruptive = settings.boot_nodes = true;
  const ClusterPlan plan = plan_of(cluster, settings);
  CHECK(ids(plan) == "");
  const std::string why =
      "domain asn01+asn02: left alone, because of statelite-needs-rw above; cure: what is said there, or --despite "
      "CODE "
      "for each of these, when you know better";
  CHECK(why_left_out(cluster, plan) == std::vector<std::string>{why});
  CHECK(has(plan_text(cluster, plan, false), "  closed\n"));
  CHECK(has(plan_script(cluster, plan, settings), "# " + why + "\n"));
  const auto json = plan_json(cluster, plan);
  CHECK(json["domains"][0]["sound"] == false);
  CHECK(json["domains"][0]["closed_by"] == std::vector<std::string>{"statelite-needs-rw"});
  CHECK(json["plan"].empty());
  CHECK(has(plan.sections[0], "[domain asn01+asn02]"));  // settings writes it all the same
  settings.despite = {"statelite-needs-rw"};
  CHECK(has(ids(plan_of(cluster, settings)), " stop-asn01+asn02 "));
  CHECK(why_left_out(cluster, plan_of(cluster, settings)).empty());
  settings.despite = {"one-server"};
  CHECK(ids(plan_of(cluster, with_all_open(settings, cluster))) != "");
}

TEST_CASE("the plan says which stages interrupt clients, and what they need for it") {
  const Cluster cluster = cluster_of(valid_tables());
  Settings settings;
  const std::string needed = consent_needed(plan_of(cluster), settings);
  CHECK(needed.rfind("domain asn01+asn02, server 1 of 2, domain asn01+asn02, server 2 of 2, boot of the nodes: these "
                     "stages interrupt clients; without --disruptive ",
                     0) == 0);
  CHECK(has(needed, "--disruptive --boot-nodes"));
  CHECK(has(plan_script(cluster, plan_of(cluster), settings), "# " + needed + "\n"));
  settings.disruptive = true;
  CHECK(has(consent_needed(plan_of(cluster, settings), settings), "without --boot-nodes"));
  settings.boot_nodes = true;
  CHECK(consent_needed(plan_of(cluster, settings), settings) == "");
}

TEST_CASE("nodes that may run from servers that are not their domain's are asked by themselves: silence is no answer") {
  Cluster cluster = hanfs::test::small_cluster();
  cluster.domains[0].other_users = {"lost"};
  cluster.nodes.push_back({"cn;rm", no_index, {}});  // nobody can ask it
  Settings settings;
  settings.disruptive = settings.boot_nodes = true;
  const ClusterPlan plan = plan_of(cluster, settings);
  CHECK(action(plan, "users-A")->hosts == std::vector<std::string>{"lost"});
  CHECK(action(plan, "users-A")->all_known);
  CHECK(action(plan, "guests-A")->hosts == std::vector<std::string>{"cn05", "cn06"});
  CHECK_FALSE(action(plan, "guests-A")->all_known);
  CHECK_FALSE(action(plan, "users-B"));
  CHECK(has(plan_script(cluster, plan, settings), "\nusers 1 "));
}

TEST_CASE("script: shows by default, quotes, says what it does not cure, has no line of others' making") {
  Cluster cluster = cluster_of(valid_tables());
  cluster.findings.push_back({Finding::Level::error, "bad-name", {"x\nrm -rf /"}, "x", "two\nlines $(reboot)", ""});
  cluster.table_changes.push_back(
      {"table-a", "why\n`reboot`", {"chtab", "node=a'b $(reboot);", "noderes.comments=x\ny"}});
  const std::string script = plan_script(cluster, plan_of(cluster), {});
  CHECK(script.rfind("#!/bin/sh\n", 0) == 0);
  CHECK(has(script, "mode=${1:-show}\n"));
  CHECK(has(script, "  [ \"$mode\" = run ] || return 0\n  output=$(\"$@\" 2>&1 </dev/null)\n"));
  CHECK(has(script, "run table-a chtab 'node=a'\\''b $(reboot);' 'noderes.comments=x\ny'\n"));
  CHECK(has(script, "on_nodes 4 tune-asn01+asn02 xdsh 'cn[1-4]' -f 64 -t 60 /xcatpost/setupnfsv4replication\n"));
  CHECK(has(script, "# By hand: prsync -o rltHpEAogDz /install/nim 'asn[01-02]:/install'\n"));
  CHECK(has(script, "copy copy-prescripts prsync -o rltHpEAogDz /install/prescripts 'asn[01-02]:/install'\n"));
  CHECK(has(script, "# By hand: rnetboot 'cn[1-4]'\n"));
  Settings disruptive;
  disruptive.disruptive = true;
  CHECK(has(plan_script(cluster, plan_of(cluster, disruptive), disruptive),
            "boot boot-asn01+asn02 rnetboot 'cn[1-4]'\n"));
  CHECK_FALSE(has(script, "\nrm -rf"));
  CHECK_FALSE(has(script, "\nlines"));
  CHECK_FALSE(has(script, "\n`reboot`"));
}

std::string text_of_settings(const Cluster& cluster, const Settings& settings, std::string_view there = {}) {
  return settings_file(cluster, settings, there).text;
}

TEST_CASE("settings: what is there stays, domains are made anew") {
  const Cluster cluster = cluster_of(valid_tables());
  const std::string fresh = text_of_settings(cluster, {});
  CHECK(has(fresh, "[setuphanfs]\ndirectory = /install\naccess = ro\nnfs_domain = cluster.example.com\n"));
  CHECK(has(fresh, "[domain asn01+asn02]\n"));
  CHECK(has(fresh, "replica = 10.40.0.11"));
  CHECK(text_of_settings(cluster, {}, fresh) == fresh);  // planning again changes nothing
  const std::string own = "# mine\n[setupnfsv4replication]\ntimeo = 2\n\n[domain old]\nreplica = 10.9.9.9\n";
  const std::string kept = text_of_settings(cluster, {}, own);
  CHECK(has(kept, "# mine\n[setupnfsv4replication]\ntimeo = 2\n"));
  CHECK(settings_file(cluster, {}, own).problems.empty());  // servers of others are the business of others
  const auto read = config::read_domains(kept, "hanfs.conf");
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].replicas == std::vector<std::string>{"10.40.0.11", "10.40.0.12"});
  CHECK((*read)[1].name == "old");
  CHECK((*read)[1].replicas == std::vector<std::string>{"10.9.9.9"});
}

TEST_CASE("settings: comments above and in sections stay with them") {
  const Cluster cluster = cluster_of(valid_tables());
  const std::string own =
      "# mine\n\n# of old\n[domain old]\n# in old\nreplica = 10.9.9.9\n"
      "# above asn\n# too\n[domain asn01+asn02]\n; in asn\nreplica = 10.40.0.11 10.40.0.12\n\n  # after a blank "
      "line\n\n"
      "# above setuphanfs\n[setuphanfs]\naccess = ro\n# at its end\n\n[ domain  third ]\nreplica = 10.9.9.8\n# at the "
      "end";
  const std::string kept = text_of_settings(cluster, {}, own);
  CHECK(has(kept, "# mine\n\n# above setuphanfs\n[setuphanfs]\naccess = ro\n# at its end\n\n# ----"));
  CHECK(has(kept,
            "\n\n# above asn\n# too\n[domain asn01+asn02]\n; in asn\n  # after a blank line\n# as makehanfs made it: "
            "replica = 10.40.0.11 10.40.0.12\nreplica = 10.40.0.11"));
  CHECK(has(kept, "\n\n# of old\n[domain old]\n# in old\nreplica = 10.9.9.9\n"));
  CHECK(has(kept, "\n\n[ domain  third ]\nreplica = 10.9.9.8\n# at the end\n"));
  CHECK(text_of_settings(cluster, {}, kept) == kept);
}

TEST_CASE("settings: nothing that works is dropped for a slip in the tables") {
  Dumps dumps = valid_tables();
  const Cluster sound = cluster_of(dumps);
  const std::string there = text_of_settings(sound, {}) + "gateways = 10.40.0.1\n";
  CHECK(has(text_of_settings(sound, {}, there), "gateways = 10.40.0.1\n"));
  const Domain& domain = sound.domains.front();

  Cluster unsound = sound;  // the same domain, of which an address is not known any more
  unsound.domains.front().valid = false;
  const SettingsFile kept = settings_file(unsound, {}, there);
  CHECK(kept.text == there);
  REQUIRE(kept.problems.size() == 1);
  CHECK(has(kept.problems[0], "[domain " + domain.name + "] stays as it is"));

  Cluster renamed = sound;  // another name for the same servers: both sections would hold their addresses
  renamed.domains.front().name = "asn01+asn03";
  const SettingsFile left = settings_file(renamed, {}, there, "/x/hanfs.conf");
  CHECK(left.text == there);  // for somebody has put gateways into the old one
  REQUIRE(left.problems.size() == 1);
  CHECK(left.problems[0].rfind("/x/hanfs.conf:16: [domain asn01+asn02] holds 10.40.0.1", 0) == 0);
  CHECK(has(left.problems[0],
            "cure: take that section out of the file (gateways of your own go to [domain asn01+asn03]"));

  Cluster lost = sound;  // the tables have the servers, but not the domain
  lost.domains.clear();
  const SettingsFile unknown = settings_file(lost, {}, there);
  CHECK(has(unknown.text, "[domain " + domain.name +
                              "]\n# as makehanfs made it: replica = 10.40.0.11 10.40.0.12\n"
                              "replica = 10.40.0.11 10.40.0.12\ngateways = 10.40.0.1\n"));
  REQUIRE(unknown.problems.size() == 1);
  CHECK(has(unknown.problems[0], "the tables have no such domain"));

  const SettingsFile broken = settings_file(sound, {}, "[domain x]\nreplica = nonsense\n");
  CHECK(broken.text == "[domain x]\nreplica = nonsense\n");
  CHECK(broken.problems.size() == 1);
}

TEST_CASE("settings: a section that makehanfs made goes when another has its servers, and no other section does") {
  const Cluster before = cluster_of(valid_tables());
  Cluster after = before;
  after.domains.front().name = "rack01";
  const std::string made = text_of_settings(before, {});
  const SettingsFile replaced = settings_file(after, {}, made, "/x/hanfs.conf");
  CHECK(replaced.problems.empty());
  CHECK(replaced.text == text_of_settings(after, {}));
  REQUIRE(replaced.notes.size() == 1);
  CHECK(has(replaced.notes[0],
            "/x/hanfs.conf:16: [domain asn01+asn02] goes, as makehanfs made it and its servers are in "
            "[domain rack01] now"));
  CHECK(settings_file(after, {}, replaced.text).notes.empty());

  // The servers of a section of /etc/hanfs.conf are ours as well.
  Settings named;
  named.domains.push_back({"rack01", {"asn01", "asn02"}, {}, {"10.40.0.1"}, 0});
  const std::string with_names = text_of_settings(cluster_of(valid_tables(), named), named);
  CHECK(has(with_names,
            "# as makehanfs made it: servers = asn01 asn02; replica = 10.40.0.11 10.40.0.12; gateways = "
            "10.40.0.1\n"));
  CHECK(settings_file(before, {}, with_names).text == made);

  // Somebody has written there: a value, a comment, a section.
  const std::string section = made.substr(made.find("[domain "));
  const std::string without = made.substr(0, made.find("[domain "));
  const auto edited = [&](const std::string& what, const std::string& by) {
    std::string text = section;
    return without + text.replace(text.find(what), what.size(), by);
  };
  for (const std::string& there :
       {edited("\nreplica = 10.40.0.11 10.40.0.12", "\nreplica = 10.40.0.12 10.40.0.11"),
        made + "gateways = 10.40.0.1\n", edited("[domain", "# mine\n[domain"), made + "# mine\n",
        edited("# as makehanfs made it: replica = 10.40.0.11 10.40.0.12\n", "")}) {
    const SettingsFile kept = settings_file(after, {}, there);
    CHECK(kept.text == there);
    CHECK(kept.notes.empty());
    REQUIRE(kept.problems.size() == 1);
    CHECK(has(kept.problems[0], "[domain asn01+asn02] holds 10.40.0.1"));
  }

  // Nothing that works goes for a section that has no replicas.
  Cluster slip = cluster_of(valid_tables(), named);
  slip.domains.front().valid = false;
  Settings renamed = named;
  slip.domains.front().name = renamed.domains.front().name = "rack02";
  const SettingsFile left = settings_file(slip, renamed, with_names);
  CHECK(left.text == with_names);
  REQUIRE(left.problems.size() == 1);
  CHECK(has(left.problems[0],
            "[domain rack01] holds asn01, which belongs to [domain rack02] now, and that is not sound"));

  // A domain that is not sound keeps its section, so no other one can have its servers.
  Cluster unsound = before;
  unsound.domains.front().valid = false;
  unsound.domains.push_back(before.domains.front());
  unsound.domains.back().name = "rack01";
  const SettingsFile kept = settings_file(unsound, {}, made);
  CHECK(kept.text == made);
  REQUIRE(kept.problems.size() == 1);
  CHECK(has(kept.problems[0], "cure: makehanfs plan says why"));
}

TEST_CASE("settings: what the file says else than makehanfs is told") {
  Settings settings;
  settings.access = "rw";
  settings.timeo = 2;
  const std::string there =
      "# timeo = 9\nretrans = 3\n[setupnfsv4replication]\ntimeo = 1\n[setuphanfs]\naccess = \"ro\"\ndirectory = "
      "/install\n"
      "[makehanfs]\naccess = rw\ntimeo = 7\n";
  CHECK(other_settings(settings, there) ==
        std::vector<std::string>{"[setupnfsv4replication] timeo = 1, not 2", "[setuphanfs] access = ro, not rw"});
  CHECK(other_settings({}, there).empty());
  CHECK(other_settings(settings, "").empty());
}

TEST_CASE("settings: a section's own words stay, and a domain that is not sound has no replicas") {
  Settings settings;
  config::Domain section;
  section.name = "north";
  section.servers = {"asn01", "asn02"};
  section.gateways = {"10.40.0.1"};
  settings.domains.push_back(section);
  Dumps dumps = valid_tables();
  const std::string valid = text_of_settings(cluster_of(dumps, settings), settings);
  CHECK(has(valid, "[domain north]"));
  CHECK(has(valid, "gateways = 10.40.0.1"));
  CHECK(has(valid, "replica = 10.40.0.11"));
  dumps["hosts"] = "#node,ip,hostnames,otherinterfaces\nasn01-ml0,10.40.0.11,,\n";
  const std::string broken = text_of_settings(cluster_of(dumps, settings), settings);
  CHECK(has(broken, "servers = asn01"));
  CHECK_FALSE(has(broken, "replica ="));
}

}  // namespace hanfs::cluster
