// SPDX-License-Identifier: Apache-2.0
// Whole runs of makehanfs failback, in simulated time.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/apply/work_journal.hpp"
#include "makehanfs/management_node.hpp"

namespace hanfs::cluster {
namespace {

using Words = std::vector<std::string>;
using test::exited;
using test::ManagementNode;

// rack01 (cn001 to cn003) has asn01 as its primary; nodes come home when they boot.
struct Recovered : ManagementNode {
  std::set<std::string> stay;  // nodes that do not come home
  int boot_status = 0;
  std::string boot_error;  // of an rnetboot that ends with 0
  std::chrono::milliseconds boot_time{1000};
  std::string server = "ok";  // what setuphanfs --check says on asn01
  std::function<void()> at_boot = [] {};
  std::function<void()> at_check = [] {};
  static constexpr const char* home = "10.40.0.11";
  static constexpr const char* backup = "10.40.0.12";

  void all_away() {
    for (const char* node : {"cn001", "cn002", "cn003"}) says[node] = node_report(backup, home);
  }
  test::Answer answer(const Words& argv) override {
    const std::string words = run::command_text(argv);
    if (words.find("rnetboot") != std::string::npos) {
      calls.push_back(words);
      at_boot();
      for (const std::string& node : expand_nodeset(argv[1], 100))
        if (stay.count(node) == 0 && boot_status == 0) says[node] = node_report(home, backup);
      return {exited(boot_status, "", boot_status == 0 ? boot_error : "no HMC answers\n"), boot_time};
    }
    if (words.find("--check") != std::string::npos) at_check();
    if (words.find("--check") != std::string::npos)
      says["asn01"] = "HANFS tool=setuphanfs node=asn01 version=1 status=" + server + " changed=0\n";
    return ManagementNode::answer(argv);
  }
  int failback(Words more = {}) {
    Words words{"failback", "asn01", "--despite", "statelite-needs-rw", "--despite", "statelite-v3"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  Words boots() const {
    Words found;
    for (const std::string& call : calls)
      if (call.find("rnetboot") != std::string::npos) found.push_back(call.substr(call.find("rnetboot")));
    return found;
  }
  // Without the notes of the tables, which are about something else.
  std::string batches() const { return system.out.substr(0, system.out.find("\n\n")); }
};

}  // namespace

TEST_CASE("failback: who is at home stays there") {
  Recovered site;
  CHECK(site.failback() == 0);
  CHECK(site.says_that("No node of asn01 is away.\n"));
  CHECK(site.verdict().find("status=ok changed=0 failed=0") == 0);
  CHECK(site.boots().empty());
}

TEST_CASE("failback: one node first, then batches, each of them seen at home before the next one") {
  Recovered site;
  site.all_away();
  CHECK(site.failback({"--batch", "2"}) == 0);
  CHECK(site.boots() == Words{"rnetboot cn001", "rnetboot cn002,cn003"});
  CHECK(site.says_that("rnetboot cn001   # home\nrnetboot cn002,cn003   # home\n"));
  CHECK(site.verdict().find("status=changed changed=3 failed=0") == 0);

  site.all_away();
  CHECK(site.failback({"--batch", "1", "--json"}) == 0);
  const auto answer = nlohmann::json::parse(site.system.out);
  CHECK(answer["server"] == "asn01");
  REQUIRE(answer["batches"].size() == 3);
  CHECK(answer["batches"][2] ==
        nlohmann::json{{"nodes", {"cn003"}}, {"argv", {"rnetboot", "cn003"}}, {"result", "home"}});
}

TEST_CASE("failback: who came home meanwhile is not booted") {
  Recovered site;
  site.all_away();
  site.at_boot = [&] { site.says["cn002"] = ManagementNode::node_report(Recovered::home, Recovered::backup); };
  CHECK(site.failback() == 0);
  CHECK(site.boots() == Words{"rnetboot cn001", "rnetboot cn003"});
  // All of a batch, and a node that is booting just now.
  site.all_away();
  site.at_boot = [&] {
    site.says["cn002"] = ManagementNode::node_report(Recovered::home, Recovered::backup);
    site.silent = {"cn003"};
  };
  CHECK(site.failback() == 1);
  CHECK(site.boots() == Words{"rnetboot cn001"});
  CHECK(site.says_that("rnetboot cn001   # home\n\n"));
  CHECK(site.says_that("cn003: no answer, left alone; "));
}

TEST_CASE("failback: who comes home untuned is reported, also where others of the batch come later") {
  Recovered site;
  site.all_away();
  site.at_boot = [&] {
    if (site.boots().size() != 2) return;
    std::string report = ManagementNode::node_report(Recovered::home, Recovered::backup);
    report = test::replaced(report, R"("state":"ok")", R"("state":"drift")");
    site.says["cn002"] = test::replaced(report, R"("status":"ok")", R"("status":"drift")");
    site.stay = {"cn002"};
    site.silent = {"cn003"};
    test::SimulatedClock& clock = site.system.simulated_clock;
    clock.at(clock.now() + std::chrono::minutes(2), [&] { site.silent.clear(); });
  };
  CHECK(site.failback({"--batch", "2"}) == 0);
  CHECK(site.verdict().find("status=changed changed=3 failed=0") == 0);
  CHECK(site.says_that("nodes are home and not tuned"));
}

TEST_CASE("failback: once a node was booted nobody says that nothing was touched") {
  Recovered site;
  site.all_away();
  site.at_check = [&] {
    if (site.boots().empty()) site.says["cn001"] = ManagementNode::node_report(Recovered::home, Recovered::backup);
  };
  site.at_boot = [&] { site.server = "fail"; };
  CHECK(site.failback({"--batch", "2"}) == 1);
  CHECK(site.boots() == Words{"rnetboot cn002"});  // alone, as the first that is booted
  CHECK(site.says_that("would hang; nothing more is booted; "));
  CHECK(site.says_that("rnetboot cn002   # home\nrnetboot cn003   # not tried\n"));
}

TEST_CASE("a node of its own is no address of a server, though nodes have it as their xcatmaster") {
  Recovered site;
  site.all_away();
  site.write("tables/hosts.csv", site.table.at("hosts") + "\"oldsn\",\"10.40.0.99\",\"oldsn-ml0\",,,\n");
  site.write("tables/nodelist.csv", site.table.at("nodelist") + "\"oldsn\",\"all\",,,,,,,,,,,\n");
  site.write("tables/noderes.csv",
             site.table.at("noderes") +
                 "\"cn002\",\"asn01,asn02\",,\"asn01-ml0\",,\"asn01-ml0\",\"asn01\",,,,,,\"oldsn-ml0\",,,,,,,,,\n");
  site.says["cn002"] = ManagementNode::node_report("10.40.0.99", Recovered::home);
  CHECK(site.run({"plan", "rack01"}) == 1);
  CHECK(site.says_that("xcatmaster-mismatch: cn002: noderes.xcatmaster \"oldsn-ml0\""));
  CHECK(site.says_that(" is oldsn, which is no server, but noderes.servicenode has asn01 as their primary"));
  CHECK(site.run({"status", "rack01"}) == 1);
  CHECK(site.says_that("runs from 10.40.0.99, which is no server of the tables"));
}

TEST_CASE("failback --dry-run shows the batches and boots nobody") {
  for (const char* how : {"--dry-run", "--check", "--status"}) {
    Recovered site;
    site.all_away();
    CHECK(site.failback({how}) == 1);
    CHECK(site.boots().empty());
    CHECK(site.says_that("rnetboot cn001   # not tried\nrnetboot cn002,cn003   # not tried\n"));
    CHECK(site.verdict().find("status=drift changed=0 failed=3") == 0);
  }
}

TEST_CASE("failback: nothing is booted from a server that is not set up, or is not any more") {
  Recovered site;
  site.all_away();
  site.server = "drift";
  CHECK(site.failback() == 1);
  CHECK(site.boots().empty());
  CHECK(
      site.says_that("asn01 does not say that it is set up as wanted, and nodes that boot from it would hang; nothing "
                     "was touched; cure: lssrc -g nfs and exportfs there, then makehanfs apply"));
  CHECK(site.verdict().find("status=fail changed=0 failed=3") == 0);

  site.server = "ok";
  site.at_boot = [&] { site.server = "fail"; };
  CHECK(site.failback() == 1);
  CHECK(site.boots().size() == 1);
  CHECK(site.says_that("would hang; nothing more is booted; "));
  CHECK(site.verdict().find("status=fail changed=1 failed=2") == 0);
}

TEST_CASE("failback: a node that does not come home within 30 minutes stops it") {
  Recovered site;
  site.all_away();
  site.stay = {"cn001"};
  CHECK(site.failback() == 1);
  CHECK(site.boots().size() == 1);
  CHECK(
      site.says_that("cn001: booted, and not seen on asn01; nothing more is booted; cure: look at the console "
                     "(rcons), then the same again"));
  CHECK(site.says_that("rnetboot cn001   # not home\nrnetboot cn002,cn003   # not tried\n"));
  CHECK(site.system.simulated_clock.elapsed() >= std::chrono::minutes(30));
  CHECK(site.system.simulated_clock.elapsed() < std::chrono::minutes(31));
  CHECK(site.verdict().find("status=fail changed=0 failed=3") == 0);
  // The time of the run is over before.
  Recovered short_run;
  short_run.all_away();
  short_run.stay = {"cn001"};
  CHECK(short_run.failback({"--deadline", "120"}) == 1);
  CHECK(short_run.says_that("cn001: booted, and not seen on asn01 yet, as "));
  CHECK(short_run.says_that("nothing more is booted; cure: makehanfs status cn001, then the same again"));
}

TEST_CASE("failback: a boot command that fails stops it") {
  Recovered site;
  site.all_away();
  site.boot_status = 2;
  CHECK(site.failback() == 1);
  CHECK(site.boots().size() == 1);
  CHECK(site.says_that(
      "rnetboot cn001: exit status 2 after 1.00 s: no HMC answers; not seen on asn01: cn001; nothing more "
      "is booted; cure: what it says, then the same again"));
  // It answers from its backup, so it was not booted, and nobody waits for it.
  CHECK(site.system.simulated_clock.elapsed() < std::chrono::minutes(1));
}

TEST_CASE("failback: a boot command that ends with 0 and says an error of a node has not booted it") {
  Recovered site;
  site.all_away();
  site.stay = {"cn001"};
  site.boot_error = "cn001: Error: LPAR is in use by another session\n";
  CHECK(site.failback() == 1);
  CHECK(site.says_that("rnetboot cn001: cn001: Error: LPAR is in use by another session; not seen on asn01: cn001; "));
  CHECK(site.system.simulated_clock.elapsed() < std::chrono::minutes(1));
}

TEST_CASE("failback: a boot command that fails for one node: the others are waited for and counted") {
  Recovered site;
  site.all_away();
  site.stay = {"cn003"};
  site.at_boot = [&] {
    if (site.boots().size() != 2) return;
    site.boot_status = 1;
    site.says["cn002"] = ManagementNode::node_report(Recovered::home, Recovered::backup);
    site.silent = {"cn002"};
    test::SimulatedClock& clock = site.system.simulated_clock;
    clock.at(clock.now() + std::chrono::minutes(5), [&] { site.silent.clear(); });
  };
  CHECK(site.failback({"--batch", "2"}) == 1);
  CHECK(site.says_that("rnetboot cn002,cn003: exit status 1 after 1.00 s: no HMC answers; not seen on asn01: cn003; "));
  CHECK(site.verdict().find("status=fail changed=2 failed=1") == 0);

  Recovered all;
  all.all_away();
  all.at_boot = [&] {
    all.boot_status = 1;
    for (const char* node : {"cn001", "cn002", "cn003"})
      all.says[node] = ManagementNode::node_report(Recovered::home, Recovered::backup);
  };
  CHECK(all.failback() == 0);
  CHECK(all.says_that("rnetboot cn001: exit status 1 after 1.00 s: no HMC answers; its nodes are home all the same"));
}

TEST_CASE("failback: who does not answer, or cannot tell, is left alone and counted") {
  Recovered site;
  site.says["cn001"] = ManagementNode::node_report(Recovered::backup, Recovered::home);
  site.silent = {"cn002"};
  site.says["cn003"] = "ksh: /xcatpost/setupnfsv4replication:  not found.\n";
  CHECK(site.failback() == 1);
  CHECK(site.boots() == Words{"rnetboot cn001"});
  CHECK(site.says_that("cn002: no answer, left alone; cure: look at the console (rcons)"));
  CHECK(site.says_that("cn003: where they run is not known, left alone; cure: makehanfs status"));
  CHECK(site.verdict().find("status=fail changed=1 failed=2") == 0);

  site.silent = {"cn001", "cn002", "cn003"};
  CHECK(site.failback() == 1);
  CHECK(site.boots().empty());
  CHECK(site.says_that("No node of asn01 is known to be away.\n"));
  CHECK(site.verdict().find("status=fail changed=0 failed=3") == 0);
}

TEST_CASE("failback: nodes that come home untuned are told") {
  Recovered site;
  site.all_away();
  site.stay = {"cn001", "cn002", "cn003"};
  site.at_boot = [&] {
    std::string report = ManagementNode::node_report(Recovered::home, Recovered::backup);
    report = test::replaced(report, R"("state":"ok")", R"("state":"drift")");
    report = test::replaced(report, R"("plan":[])", R"("plan":[{"why":"timeo is 100"}])");
    report = test::replaced(report, R"("status":"ok")", R"("status":"drift")");
    for (const char* node : {"cn001", "cn002", "cn003"}) site.says[node] = report;
  };
  CHECK(site.failback() == 0);
  CHECK(
      site.says_that("nodes are home and not tuned: a failover would take minutes; cure: makehanfs status "
                     "'cn[001-003]' names them"));
}

TEST_CASE("a node that noderes.xcatmaster boots from another server is not booted for failback, nor told to be") {
  Recovered site;
  site.all_away();
  site.write("tables/noderes.csv",
             site.table.at("noderes") +
                 "\"cn002\",\"asn01,asn02\",,\"asn01-ml0\",,\"asn01-ml0\",\"asn01\",,,,,,\"asn02-ml0\",,,,,,,,,\n");
  CHECK(site.failback() == 1);
  CHECK(site.boots() == Words{"rnetboot cn001", "rnetboot cn003"});
  CHECK(site.says_that("cn002: noderes.xcatmaster boots them from another server, left alone; cure: makehanfs plan"));
  CHECK(site.verdict().find("status=fail changed=2 failed=1") == 0);
  site.all_away();
  CHECK(site.run({"status", "rack01"}) == 1);
  CHECK(site.says_that("  makehanfs failback asn01\n"));
  CHECK(site.says_that("cn002: noderes.xcatmaster boots it from asn02, so no boot brings it to asn01; cure: "));
  CHECK(site.run({"plan", "rack01"}) == 1);
  // Both servers stay in the list.
  CHECK(site.says_that(
      "cure: nodech cn002 noderes.xcatmaster=asn01-ml0, or nodech cn002 noderes.servicenode=asn02,asn01"));
}

TEST_CASE("another server's name is no address of this one, however many nodes have it as their xcatmaster") {
  Recovered site;
  std::string rows = site.table.at("noderes");
  for (const char* node : {"cn001", "cn002", "cn003"})
    rows += std::string("\"") + node +
            "\",\"asn01,asn02\",,\"asn01-ml0\",,\"asn01-ml0\",\"asn01\",,,,,,\"asn02-ml0\",,,,,,,,,\n";
  site.write("tables/noderes.csv", rows);
  CHECK(site.run({"plan", "rack01"}) == 1);
  CHECK(site.says_that("asn01   10.40.0.11  "));
  CHECK(site.says_that("xcatmaster-mismatch: cn001, cn002, cn003: noderes.xcatmaster \"asn02-ml0\""));
  CHECK_FALSE(site.says_that("same-address"));
}

TEST_CASE("nodes that an apply has shut down and nobody saw up again are named where they do not answer") {
  Recovered site;
  const std::string path = (site.folder / "mn").string() + "/etc/hanfs/journal-apply";
  {
    plan::Journal journal(site.system.files(), site.system.clock(), path, "an apply");
    Stage stage;
    Action shut_down;
    shut_down.argv = shutdown_command();
    for (const char* node : {"cn001", "cn002", "cn003"}) journal.begin(entry_of(stage, shut_down, node));
    journal.end(entry_of(stage, shut_down, "cn001"), plan::JournalEntry::State::done);
    journal.begin(entry_of({entry_of(stage, shut_down, "cn003"), "2026-11-28T00:00:00Z", "2026-11-28T00:01:00Z"}));
  }
  site.silent = {"cn002"};
  const Words despite{"--despite", "statelite-needs-rw", "--despite", "statelite-v3"};
  for (Words words :
       {Words{"status"}, Words{"failback", "asn01", "--dry-run"}, Words{"drill", "asn01+asn02", "--rehearse"}}) {
    INFO(words.front());
    if (words.front() != "status") words.insert(words.end(), despite.begin(), despite.end());
    CHECK(site.run(words, words.front() != "drill") != 0);
    CHECK(site.says_that(
        std::string(", and not seen up again by one: cn002; cure, when no apply is at work: makehanfs apply") +
        (words.front() == "status" ? "" : " --despite=statelite-needs-rw --despite=statelite-v3") +
        ", so that their servers export again where it was broken off, then rnetboot cn002\n"));
  }
  CHECK(site.run({"apply", "--dry-run", "--despite", "statelite-needs-rw", "--despite", "statelite-v3"}) == 1);
  CHECK(site.says_that(", and not seen up again by one: cn002; cure"));
  CHECK(site.says_that(
      "booted by an apply, at 2026-11-28T00:01:00Z the last, and not seen up again by one: cn003; they may "
      "be coming up; cure, for those that are silent half an hour later: rnetboot cn003\n"));
  site.silent.clear();
  CHECK(site.run({"status", "rack01"}) == 0);
  CHECK_FALSE(site.says_that("not seen up again"));
  site.system.simulated_files.content[path] = "\x01\xff\n";
  CHECK(site.run({"status", "rack01"}) == 0);
  CHECK(site.says_that("1 line cannot be read, so nodes that an apply has left down may not be known"));
}

TEST_CASE("failback: a name that is no server, and a domain whose tables are wrong") {
  Recovered site;
  CHECK(site.run({"failback", "asn77"}) == 2);
  CHECK(site.says_that("is no server of a domain; cure: makehanfs plan shows the servers"));
  CHECK(site.run({"failback", "asn01"}) == 1);
  CHECK(site.verdict().find("status=refused") == 0);
  CHECK(site.says_that("nothing was touched"));
}

}  // namespace hanfs::cluster
