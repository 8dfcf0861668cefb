// SPDX-License-Identifier: Apache-2.0
// Whole runs of makehanfs in this process: tables of test/fixtures, an xdsh that answers for the hosts, no child.
#include "makehanfs/run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "makehanfs/engine/node_set.hpp"
#include "makehanfs/management_node.hpp"

namespace hanfs::cluster {
namespace {

namespace fs = boost::filesystem;
using test::Answer;
using test::content_of;
using test::exited;
using test::ManagementNode;
using test::replaced;

nlohmann::json without_names(const std::string& text) {
  nlohmann::json object = nlohmann::json::parse(text);
  object["node"] = "NAME";
  object["version"] = "VERSION";
  return object;
}

TEST_CASE("makehanfs prints for the tables of the fixtures what the goldens say, word for word") {
  ManagementNode node;
  const std::string noderes = node.table.at("noderes");
  const std::size_t quote = noderes.find("\"asn01,asn02\"") + std::string("\"asn01,asn02").size();
  for (const auto& [name, text] : node.table) node.write("broken/" + name + ".csv", text);
  node.write("broken/noderes.csv", noderes.substr(0, quote) + noderes.substr(quote + 1));
  const fs::path goldens = fs::path(HANFS_FIXTURES).parent_path() / "golden" / "makehanfs";
  std::size_t compared = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(goldens)) {
    const std::string golden = content_of(entry.path().string());
    INFO(entry.path().stem().string());
    std::istringstream command(golden.substr(0, golden.find('\n')));
    std::vector<std::string> words;
    for (std::string word; command >> word;)
      words.push_back(word == "tables" || word == "broken" ? (node.folder / word).string() : word);
    const int status = node.run({words.begin() + 2, words.end()}, false);
    const std::string out = node.masked(node.system.out);
    const std::string rest =
        "--- stderr\n" + node.masked(node.system.err) + "--- exit status " + std::to_string(status) + "\n";
    const std::string wanted = golden.substr(golden.find('\n') + 1);
    if (out.front() == '{') {
      CHECK(without_names(out) == nlohmann::json::parse(wanted.substr(0, wanted.find("--- stderr\n"))));
      CHECK(rest == wanted.substr(wanted.find("--- stderr\n")));
    } else {
      CHECK(out + rest == wanted);
    }
    ++compared;
  }
  CHECK(compared >= 12);
}

TEST_CASE("live tables give the same plan as their dumps; what xCAT does not have is said") {
  ManagementNode node;
  CHECK(node.run({"plan"}) == 1);
  const std::string of_dumps = node.system.out;
  CHECK(node.run({"plan"}, false) == 1);
  CHECK(node.calls.size() == 20);
  // The fixtures have no table "switch", which nobody misses.
  CHECK(node.system.out == of_dumps);

  node.table.erase("routes");
  CHECK(node.run({"plan"}, false) == 1);
  CHECK(node.says_that(
      "tabdump routes: exit status 1 after 0.10 s: No such table: routes: named routes cannot be checked"));

  node.hangs = {"noderes"};
  CHECK(node.run({"plan"}, false) == 3);
  CHECK(node.says_that("tabdump noderes: no end within its time"));
  CHECK(node.says_that("without these tables nothing can be judged; nothing was touched"));
  CHECK(node.verdict().find("status=fail changed=0") == 0);

  node.hangs.clear();
  node.cut = {"nodelist"};
  CHECK(node.run({"plan"}, false) == 3);
  CHECK(node.says_that("tabdump nodelist: its output ends in the middle of a line"));

  node.cut.clear();
  node.table.clear();
  CHECK(node.run({"plan"}, false) == 3);
  CHECK(node.says_that("; and so for all other tables"));
  CHECK_FALSE(node.says_that("tabdump noderes"));
}

TEST_CASE("which xCAT this is: what was said, what lsxcatd says, the last one for AIX") {
  ManagementNode node;
  // Later than the AIX line: what updatenode does there is a finding.
  const auto is_later = [&] { return node.says_that("updatenode-broken"); };
  node.run({"plan"}, false);
  CHECK_FALSE(is_later());
  const auto is_asked = [&] {
    return std::count_if(node.calls.begin(), node.calls.end(),
                         [](const std::string& call) { return call.find("lsxcatd -v") != std::string::npos; });
  };
  CHECK(is_asked() == 1);
  node.lsxcatd = {exited(0, "Version 2.16.5 (git commit 1, built Mon Jan  7 03:30:02 EST 2019)\n")};
  node.run({"plan"}, false);
  CHECK(is_later());
  CHECK_FALSE(node.says_that("which xCAT this is"));
  node.run({"plan", "--xcat-version", "2.9.3"}, false);  // not asked then
  CHECK_FALSE(is_later());
  CHECK(is_asked() == 0);
  node.run({"plan"});  // with --tables neither
  CHECK_FALSE(is_later());
  CHECK(node.calls.empty());
  for (const auto& [answer, reason] :
       {std::pair{Answer{exited(0, "Version \n")}, "lsxcatd -v: it names no version"},
        std::pair{Answer{exited(1, "", "Unable to open socket connection to xcatd daemon on localhost:3001.\n")},
                  "Unable to open socket connection"},
        std::pair{Answer{{}, test::never}, "lsxcatd -v: "}}) {
    node.lsxcatd = answer;
    CHECK(node.run({"plan"}, false) == 1);
    CHECK(node.says_that("note: which xCAT this is is not known ("));
    CHECK(node.says_that(reason));
    CHECK(node.says_that("its tables are read as those of 2.9.2; cure: --xcat-version"));
    CHECK_FALSE(is_later());
  }
}

TEST_CASE("a noderange limits the plan to its nodes; one that names nobody is refused") {
  ManagementNode node;
  CHECK(node.run({"plan", "rack01", "--json"}) == 1);
  nlohmann::json plan = nlohmann::json::parse(node.system.out);
  CHECK(plan["counts"]["nodes"] == 3);
  CHECK(plan["domains"][0]["nodes"] == "cn[001-003]");
  CHECK(node.run({"plan", "rack01,-cn002", "--json"}) == 1);
  plan = nlohmann::json::parse(node.system.out);
  CHECK(plan["domains"][0]["nodes"] == "cn001,cn003");

  CHECK(node.run({"plan", "rack77"}) == 2);
  CHECK(node.verdict().find("status=refused") == 0);
  CHECK(node.run({"plan", "hmc01"}) == 2);
  CHECK(node.says_that("hmc01: no diskless AIX node is among these"));
  CHECK(node.run({"plan", "rack01,-rack01"}) == 2);
  CHECK(node.says_that("no node is in this range"));
}

TEST_CASE("status: who runs where, who is silent, who says rubbish") {
  ManagementNode node;
  node.says["cn004"] = ManagementNode::node_report("10.40.0.12", "10.40.0.11");
  node.says["cn005"] = node.says["cn006"] = node.says["cn004"];
  node.says["cn007"] = ManagementNode::node_report("10.40.0.13", "10.40.0.13");
  CHECK(node.run({"status", "rack01", "rack02"}) == 0);
  CHECK(node.verdict().find("status=ok changed=0 failed=0") == 0);
  for (const std::string& call : node.calls)
    CHECK(call.find(" /xcatpost/setupnfsv4replication --status --json") != std::string::npos);

  node.says["cn002"] = node.says["cn004"];
  node.silent = {"cn003"};
  node.says["cn005"] = "ksh: /xcatpost/setupnfsv4replication:  not found.\n";
  CHECK(node.run({"status", "rack01", "rack02", "--json"}) == 1);
  const nlohmann::json status = nlohmann::json::parse(node.system.out);
  std::map<std::string, std::string> state_of;
  for (const auto& one : status.at("nodes")) state_of[one.at("node")] = one.at("state");
  CHECK(state_of.at("cn001") == "primary");
  CHECK(state_of.at("cn002") == "backup");
  CHECK(state_of.at("cn003") == "silent");
  CHECK(state_of.at("cn004") == "primary");
  CHECK(state_of.at("cn005") == "error");
  CHECK(node.run({"status", "--verbose"}) == 1);
  CHECK(node.calls.size() == 1);
  CHECK(node.system.out.find("SERVER  DOMAIN       ADDRESS     PRIMARY OF  RUN HERE NOW  OF OTHERS  AWAY\n"
                             "asn01   asn01+asn02  10.40.0.11  3           1             0          1\n"
                             "asn02   asn01+asn02  10.40.0.12  3           3             1          0\n"
                             "asn03                10.40.0.13  1           1             0          0\n"
                             "\n"
                             "NODES  COUNT  STATE           DOMAIN       RUNS ON  PRIMARY  FAILOVER\n"
                             "cn003  1      no answer       asn01+asn02  ?        asn01    ?\n"
                             "cn002  1      on a backup     asn01+asn02  asn02    asn01    0.3s\n"
                             "cn005  1      error           asn01+asn02  ?        asn02    ?\n") == 0);
  CHECK(node.says_that(
      "\ncn003: Error: cn003 remote shell had error code: 255\n"
      "cn005: ksh: /xcatpost/setupnfsv4replication:  not found.\n"
      "\n"
      "1 node to bring home to asn01, which serves nodes now; one boots first, then 10 at a time, and nobody while "
      "asn01 does not serve\n"
      "  makehanfs failback asn01\n"));
  CHECK(status["result"]["status"] == "fail");
  CHECK(status["result"]["failed"] == 3);
}

TEST_CASE("status of a noderange knows the servers of the others") {
  ManagementNode site;
  site.says["cn007"] = ManagementNode::node_report("10.40.0.11", "10.40.0.12");
  CHECK(site.run({"status", "cn007"}) == 1);
  CHECK(site.says_that("cn007  1      on a backup          asn01    asn03    0.3s"));
  CHECK(site.says_that("asn01           10.40.0.11  0           1             1          0\n"));
  CHECK_FALSE(site.says_that("asn02 "));
  CHECK(site.run({"status", "cn004"}) == 1);
  CHECK_FALSE(site.says_that("asn03 "));
}

TEST_CASE("the runbook names nodes that only noderes.xcatmaster boots from its server") {
  ManagementNode site;
  site.write("tables/noderes.csv",
             site.table.at("noderes") +
                 "\"cn002\",\"asn01,asn02\",,\"asn01-ml0\",,\"asn01-ml0\",\"asn01\",,,,,,\"asn03-ml0\",,,,,,,,,\n");
  site.run({"runbook", "asn03"});
  CHECK(
      site.says_that("cn002: noderes.xcatmaster boots them from asn03, which is none of their servers in "
                     "noderes.servicenode: they hang when it dies, and no command here is about them; cure: makehanfs "
                     "plan, before that night"));
}

TEST_CASE("status: half a line in the list of drills is named") {
  ManagementNode site;
  site.system.simulated_files.content[(site.folder / "mn").string() + "/var/hanfs/drills"] = "{\"when\":\"20";
  site.run({"status"});
  CHECK(
      site.says_that("/var/hanfs/drills: 1 line is no record of a drill, so the last one of a domain may be missing; "
                     "cure: delete what is broken there"));
}

TEST_CASE("status: nodes on their backup alone are a drift, and the page is written where --html says") {
  ManagementNode node;
  node.says["cn001"] = ManagementNode::node_report("10.40.0.12", "10.40.0.11");
  CHECK(node.run({"status", "rack01", "--html", "/var/www/ha.html"}) == 1);
  CHECK(node.verdict().find("status=drift changed=0 failed=1") == 0);
  const auto& files = node.system.simulated_files.content;
  const auto page = files.find((node.folder / "mn").string() + "/var/www/ha.html");
  REQUIRE(page != files.end());
  for (const char* part : {"cn001", "cn003", "asn01", "asn02", "HA NFS, seen from cn017", "2026-11-28"})
    CHECK(page->second.find(part) != std::string::npos);
  CHECK(page->second.find("cn004") == std::string::npos);
  CHECK(page->second.find(">1 node runs on a backup. 2 of 3 as wanted.<") != std::string::npos);
  CHECK(page->second.find("<b>0</b> no answer</a>") != std::string::npos);
  CHECK(page->second.find("<b>1</b> on a backup</a>") != std::string::npos);
  CHECK(page->second.find("<b>2</b> on its primary</a>") != std::string::npos);
  CHECK(page->second.find("<code>makehanfs failback asn01</code>") != std::string::npos);
}

TEST_CASE("settings are written once; what the site wrote into its file stays") {
  ManagementNode node;
  auto& files = node.system.simulated_files.content;
  const std::string place = (node.folder / "mn").string() + "/install/postscripts/hanfs/hanfs.conf";
  CHECK(node.run({"settings"}) == 0);
  CHECK(node.verdict().find("status=changed changed=2 failed=0") == 0);
  REQUIRE(files.count(place) == 1);
  CHECK(files.at(place).find("[domain asn01+asn02]\n# as makehanfs made it: replica = 10.40.0.11 10.40.0.12\nreplica = "
                             "10.40.0.11 10.40.0.12\n") != std::string::npos);
  CHECK(node.run({"settings"}) == 0);
  CHECK(node.verdict().find("status=ok changed=0") == 0);

  files[place] =
      "# ours\n[setupnfsv4replication]\ntimeo = 7\n\n# of building 2\n[domain far]\nreplica = 10.9.0.1 10.9.0.2\n";
  CHECK(node.run({"settings"}) == 0);
  CHECK(files.at(place).find("# ours\n[setupnfsv4replication]\ntimeo = 7\n") == 0);
  CHECK(files.at(place).find("\n# of building 2\n[domain far]\nreplica = 10.9.0.1 10.9.0.2\n") != std::string::npos);
  CHECK(files.at(place).find("[domain asn01+asn02]\n") != std::string::npos);
  CHECK(node.says_that("says [setupnfsv4replication] timeo = 7, not 1"));
}

TEST_CASE("settings: a file is good where its own program would take it, words together too") {
  const auto refused = [](const std::string& where, const std::string& section, const std::string& line,
                          const std::string& why) {
    ManagementNode node;
    auto& files = node.system.simulated_files.content;
    const std::string place = (node.folder / "mn").string() + "/install/" + where + "/hanfs/hanfs.conf";
    const std::string text = "[" + section + "]\n" + line + "\n";
    files[place] = text;
    CHECK(node.run({"settings"}) == 1);
    CAPTURE(node.system.out);
    CHECK(node.says_that("/install/" + where + "/hanfs/hanfs.conf" + why + "; " + section +
                         " would refuse the whole file; cure: put that right there"));
    CHECK(files.at(place) == text);
  };
  const char* const of_node = "setupnfsv4replication";
  refused("postscripts", of_node, "exclude = usr", ":2: --exclude: \"usr\" is not an absolute path");
  refused("postscripts", of_node, "gateways = 10.0.0.1 10.0.0.1", ":2: --gateways: 10.0.0.1 is given twice");
  refused("postscripts", of_node, "gateways = auto 10.0.0.1", ":2: --gateways: auto and none stand alone");
  refused("postscripts", of_node, "mount_timeo = /usr=3 /usr/=4", ":2: --mount-timeo: /usr is given twice");
  refused("prescripts", "setuphanfs", "replica = 10.0.0.1 10.0.0.1", ":2: --replica: 10.0.0.1 is given twice");
  refused("prescripts", "setuphanfs", "root = all none", ":2: --root: all and none stand alone");
}

TEST_CASE("apply hands the plan out, servers one after the other, then the nodes") {
  ManagementNode node;
  const std::vector<std::string> apply{"apply", "--despite", "statelite-needs-rw", "--despite", "statelite-v3"};
  CHECK(node.run(apply) == 1);  // the tables have errors
  std::vector<std::string> asked;
  for (const std::string& call : node.calls)
    if (call.find(" --check") == std::string::npos) asked.push_back(call.substr(call.find("xdsh")));
  REQUIRE(asked.size() >= 3);
  CHECK(asked[0].find("xdsh asn01 ") == 0);
  CHECK(asked[0].find("setuphanfs") != std::string::npos);
  CHECK(asked[1].find("xdsh asn02 ") == 0);
  CHECK(asked.back().find("setupnfsv4replication") != std::string::npos);
  CHECK(node.verdict().find("changed=") != std::string::npos);
}

TEST_CASE("apply: a server that fails keeps its partner and its nodes as they are") {
  ManagementNode node;
  node.says["asn01"] =
      "error: exportfs: exit status 1\nHANFS tool=setuphanfs node=asn01 version=1 status=fail changed=0 failed=1\n";
  CHECK(node.run({"apply", "--despite", "statelite-needs-rw", "--despite", "statelite-v3"}) == 1);
  CHECK(node.verdict().find("status=fail changed=0") == 0);
  for (const std::string& call : node.calls) {
    CHECK(call.find("xdsh asn02 ") == std::string::npos);
    CHECK(call.find("setupnfsv4replication") == std::string::npos);
  }
  CHECK(node.says_that("asn01"));
}

// One row of fixtures/xcat/oracle/xdsh.tsv: what a real xdsh printed and how it ended.
struct Recorded {
  std::string id;
  std::vector<std::string> hosts;
  std::string out, err;
  int status = 0;
};

std::vector<Recorded> recorded_rows() {
  std::vector<Recorded> rows;
  std::istringstream lines(content_of(std::string(HANFS_FIXTURES) + "/xcat/oracle/xdsh.tsv"));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back().push_back(c);
      }
    }
    const nlohmann::json input = nlohmann::json::parse(cells.at(1));
    const nlohmann::json said = nlohmann::json::parse(cells.at(2));
    const std::string range = input["argv"].at(0);
    Recorded row;
    row.id = cells.at(0) + " " + cells.back();
    row.hosts = range[0] == '-' ? std::vector<std::string>{"cn001"} : expand_nodeset(range, 100);
    row.out = said["stdout"];
    row.err = said["stderr"];
    row.status = said["rc"];
    rows.push_back(std::move(row));
  }
  return rows;
}

// Of the lines those that are about one of the hosts that are asked now, or about none.
std::string about(const std::string& text, const std::vector<std::string>& asked) {
  std::string kept;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    const std::string label = colon == std::string::npos ? "" : line.substr(0, colon);
    const bool is_host = label.rfind("cn", 0) == 0 && label.size() == 5;
    if (!is_host || std::find(asked.begin(), asked.end(), label) != asked.end()) kept += line + "\n";
  }
  return kept;
}

// What is to be seen in the report where nobody is well, by the row's id; empty: the row says nothing that tells.
const std::map<std::string, std::string> telling{{"s02", "bad"},
                                                 {"s09", "err"},
                                                 {"s11", "crlf"},
                                                 {"s12", "latin1"},
                                                 {"s17", "Killed"},
                                                 {"s18", "not well-formed (invalid token) at line 2"},
                                                 {"s19", "bold"},
                                                 {"s21", "slow"},
                                                 {"s22", "three"},
                                                 {"s23", "gone"},
                                                 {"s24", "DSH_TARGET_RC=5"},
                                                 {"s25", "not xdsh either"},
                                                 {"s28", "??"},
                                                 {"s31", "No route to host"},
                                                 {"s32", "Connection timed out"},
                                                 {"s33", "Permission denied"},
                                                 {"s34", "Host key verification failed"},
                                                 {"s41", "Caught SIGINT"},
                                                 {"s42", "Caught SIGINT"},
                                                 {"s45", "Caught SIGINT"},
                                                 {"s46", "Caught SIGINT"},
                                                 {"s48", "slow"},
                                                 {"s50", "Killed"},
                                                 {"s51", "Connection refused"},
                                                 {"s52", "Caught SIGINT"},
                                                 {"s54", ""},
                                                 {"s55", "Could not resolve hostname"},
                                                 {"s56", "Connection refused"},
                                                 {"s57", "Invalid nodes and/or groups in noderange: cn999"},
                                                 {"s62", "invalid for option f"},
                                                 {"s68", ""},
                                                 {"s69", "Connection refused"},
                                                 {"s70", "No parameters were supplied"},
                                                 {"s71", "No command argument provided"},
                                                 {"s72", "Node range not specified"}};

bool is_well(const Recorded& row, const std::string& host) {
  return row.out.find(host + ": hello from " + host + ":") != std::string::npos;
}

// The recorded row as the answer to calls about nodes; servers answer as those that are well.
struct RecordedNode : ManagementNode {
  explicit RecordedNode(Recorded recorded) : row(std::move(recorded)) {
    std::string nodes = "#node,groups\nasn01,service\nasn02,service\n";
    for (int i = 1; i <= 10; ++i) nodes += std::string(i < 10 ? "cn00" : "cn0") + std::to_string(i) + ",compute\n";
    write("tables/nodelist.csv", nodes);
    write("tables/noderes.csv", "#node,servicenode,xcatmaster\ncompute,\"asn01,asn02\",asn01-ml0\n");
    for (const char* name : {"statelite", "litetree", "networks", "routes"})
      fs::remove(folder / "tables" / (std::string(name) + ".csv"));
  }

  std::vector<std::string> operands() const {
    std::vector<std::string> known = row.hosts;
    known.erase(std::remove(known.begin(), known.end(), "cn999"), known.end());
    return known;
  }

  Answer answer(const std::vector<std::string>& argv) override {
    const std::vector<std::string> asked = argv.size() > 1 ? expand_nodeset(argv[1], 100) : std::vector<std::string>{};
    if (asked.empty() || asked.front().rfind("cn", 0) != 0) return ManagementNode::answer(argv);
    calls.push_back(run::command_text(argv));
    const bool looks = calls.back().find("--status") != std::string::npos;
    std::string out = about(row.out, asked);
    for (const std::string& host : asked)
      out = replaced(out, "hello from " + host + ": --status --json\n",
                     looks ? node_report("10.40.0.11", "10.40.0.12")
                           : "HANFS tool=setupnfsv4replication node=" + host + " version=1 status=changed changed=2\n");
    return {exited(row.status, out, about(row.err, asked))};
  }

  Recorded row;
};

TEST_CASE("status says of recorded output of xdsh whom it concerns and why, and never that all is well") {
  for (const Recorded& row : recorded_rows()) {
    CAPTURE(row.id);
    RecordedNode node(row);
    const std::vector<std::string> operands = node.operands();
    const bool all_well =
        std::all_of(row.hosts.begin(), row.hosts.end(), [&](const auto& h) { return is_well(row, h); });
    std::vector<std::string> words{"status", "--json"};
    words.insert(words.end(), operands.begin(), operands.end());
    const int status = node.run(words);
    INFO(node.system.out);
    CHECK((status == 0) == all_well);  // 1, or 3 where xdsh did nothing at all
    CHECK((status == 0 || status == 1 || status == 3));
    const nlohmann::json seen = nlohmann::json::parse(node.system.out);
    CHECK((seen["result"]["status"] == "ok") == all_well);
    for (const auto& one : seen.at("nodes")) {
      CAPTURE(one.dump());
      CHECK((one["state"] == "primary") == is_well(row, one["node"]));
      if (!is_well(row, one["node"])) CHECK(one["problem"].is_string());
    }
    const auto tells = telling.find(row.id.substr(0, 3));
    CHECK_MESSAGE((tells != telling.end()) != all_well, "a row without its telling line");
    if (tells == telling.end()) continue;
    // What xdsh says when it gives up is about nodes that are silent, unless nothing is known of any.
    const bool some_silent = status != 3 && seen["summary"]["silent"] != 0;
    const std::string wanted = some_silent && tells->second == "Caught SIGINT" ? "no answer" : tells->second;
    CHECK_MESSAGE(node.says_that(wanted), wanted);
  }
}

TEST_CASE("apply calls no node of recorded output of xdsh done that did not say so, and shows why") {
  for (const Recorded& row : recorded_rows()) {
    CAPTURE(row.id);
    RecordedNode node(row);
    std::vector<std::string> words{"apply", "--json", "--failure-limit", "100"};
    for (const std::string& operand : node.operands()) words.push_back(operand);
    node.run(words);
    INFO(node.system.out);
    INFO(node.system.err);
    const nlohmann::json seen = nlohmann::json::parse(node.system.out);
    const bool all_well =
        std::all_of(row.hosts.begin(), row.hosts.end(), [&](const auto& h) { return is_well(row, h); });
    std::size_t hosts = 0;
    for (const auto& round : seen.at("rounds"))
      for (const auto& one : round.at("hosts")) {
        const std::string name = one["host"];
        if (name.rfind("cn", 0) != 0 || one["result"] == "left_out") continue;
        CAPTURE(one.dump());
        ++hosts;
        const bool done = one["result"] == "ok" || one["result"] == "changed" || one["result"] == "done";
        if (!is_well(row, name)) CHECK_FALSE(done);
        if (!is_well(row, name)) CHECK(one["problem"].is_string());
      }
    CHECK(hosts > 0);
    if (!all_well) CHECK(seen["result"]["status"] == "fail");
    const auto tells = telling.find(row.id.substr(0, 3));
    if (tells != telling.end()) CHECK_MESSAGE(node.says_that(tells->second), tells->second);
  }
}

}  // namespace
}  // namespace hanfs::cluster
