// SPDX-License-Identifier: Apache-2.0
// Whole runs of makehanfs drill, in simulated time: servers and nodes answer as theirs do.
#include <nlohmann/json.hpp>

#include "makehanfs/management_node.hpp"

namespace hanfs::cluster {
namespace {

using Words = std::vector<std::string>;
using test::ManagementNode;

// Domain asn01+asn02; cn001 to cn003 run from asn01 until its NFS stops, cn004 to cn006 from asn02.
struct Rehearsed : ManagementNode {
  std::map<std::string, std::string> wire_state;      // by node, OK
  std::map<std::string, std::string> digest;          // by server, "d"
  std::map<std::string, std::string> moves_to;        // by node, 10.40.0.12
  std::map<std::string, std::string> server_verdict;  // by server, what --check says: ok
  std::string outage = "changed";
  std::string outage_says;
  bool stops = true;  // asn01, for real
  bool signal_in_outage = false;
  std::string booted_beside;  // a node that somebody boots while the trees are read; it is not tuned yet

  // The tables without what closes the domain.
  Rehearsed() { table["statelite"] = "#node,image,statemnt,mntopts,comments,disable\n"; }

  static std::string or_else(const std::map<std::string, std::string>& map, const std::string& key,
                             const std::string& usual) {
    const auto found = map.find(key);
    return found == map.end() ? usual : found->second;
  }
  static std::string home_of(const std::string& node) { return node < "cn004" ? "10.40.0.11" : "10.40.0.12"; }
  std::string server_of(const std::string& node, bool after) const {
    const std::string home = home_of(node);
    return after && home == "10.40.0.11" ? or_else(moves_to, node, "10.40.0.12") : home;
  }
  std::string watched(const std::string& node) const {
    const std::string after = server_of(node, stops);
    return R"({"tool":"checkhanfs","event":"end","seconds":70,"paths":[{"path":"/usr","reads":70,"errors":0,)"
           R"("longest_stall_seconds":)" +
           std::string(after == home_of(node) ? "0" : "0.4") + R"(,"stalled_now":false,"failing_now":false,)" +
           R"("server_before":")" + home_of(node) + R"(","server_after":")" + after + R"(","segments":[]}]})" + "\n";
  }
  static std::string verdict_line(const std::string& host, const std::string& status) {
    return "HANFS tool=setuphanfs node=" + host + " version=1 status=" + status + " changed=0\n";
  }
  static Words nodes() { return {"cn001", "cn002", "cn003", "cn004", "cn005", "cn006"}; }

  test::Answer answer(const Words& argv) override {
    const std::string words = run::command_text(argv);
    const auto has = [&](const char* text) { return words.find(text) != std::string::npos; };
    if (argv.front().find("xdsh") == std::string::npos) return ManagementNode::answer(argv);
    for (const std::string& node : nodes()) {
      if (has(" servers "))
        says[node] = R"({"tool":"checkhanfs","result":{"state":")" + or_else(wire_state, node, "OK") +
                     R"(","summary":"2 of 2 servers answer"}})" + "\n";
      if (has(" watch ")) says[node] = watched(node);
      if (has("--status")) {
        const std::string now = server_of(node, drilled_);
        says[node] = node_report(now, now == "10.40.0.11" ? "10.40.0.12" : "10.40.0.11");
        if (node == booted_beside && trees_were_read_) says[node] = test::replaced(says[node], "\"ok\"", "\"drift\"");
      }
    }
    for (const std::string server : {"asn01", "asn02"}) {
      if (has("--check")) says[server] = verdict_line(server, or_else(server_verdict, server, "ok"));
      trees_were_read_ = trees_were_read_ || has(" tree manifest ");
      if (has(" tree manifest "))
        says[server] = R"({"tool":"checkhanfs","manifest":"/var/hanfs/m","time":"2026-11-27T00:00:00Z","kept":true,)"
                       R"("entries":8,"doubtful_entries":0,"entries_digest":")" +
                       or_else(digest, server, "d") + "\"}\n";
      if (has("--outage=") && signal_in_outage) system.signal_came = true;
      if (has("--outage=")) says[server] = outage_says + verdict_line(server, outage);
      if (has("--end-outage")) says[server] = verdict_line(server, "changed");
    }
    drilled_ = drilled_ || (stops && has("--outage=") && !has("--dry-run"));
    return ManagementNode::answer(argv);
  }
  int drill(Words more = {"--i-take", "asn01"}) {
    Words words{"drill", "asn01+asn02"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, false);
  }
  bool was_drilled() const { return drilled_; }
  std::string history() const {
    for (const auto& [path, text] : system.simulated_files.content)
      if (path.find("drill") != std::string::npos) return text;
    return "";
  }

 private:
  bool drilled_ = false;
  bool trees_were_read_ = false;
};

}  // namespace

TEST_CASE("drill: nodes move, and that is measured; the history has its beginning and its end") {
  Rehearsed site;
  site.system.variables["LOGNAME"] = "root";
  CHECK(site.drill() == 0);
  CHECK(site.was_drilled());
  CHECK(site.verdict() == "status=changed changed=1 failed=0 warnings=0\n");
  const auto record = [](const std::string& what) {
    return R"({"when":"2026-11-28T00:00:00Z","who":"root","domain":"asn01+asn02","server":"asn01","what":")" + what +
           R"(","outage_seconds":30})" + "\n";
  };
  CHECK(site.history() == record("same content") + record("begun") + record("passed"));
  CHECK(
      site.system.out.find(
          "NODE   PATH  STALL  EXPECTED  FROM   TO     RESULT\n"
          "cn001  /usr  0.4s   0.3s      asn01  asn02  moved\n"
          "cn002  /usr  0.4s   0.3s      asn01  asn02  moved\n"
          "cn004  /usr  0.0s   0.3s      asn02  asn02  ok\n"
          "cn005  /usr  0.0s   0.3s      asn02  asn02  ok\n"
          "\n"
          "6 nodes in the domain, 3 of asn01 moved.\n"
          "The same 8 entries below /install on asn01, asn02, by manifests of 2026-11-27T00:00:00Z and later.\n"
          "The servers answer and name the same replicas, seen by cn001,cn002,cn004,cn005.\n"
          "NFS of asn01 was stopped, which refuses at once; a dead server is silent, and then a failover takes what is "
          "expected.\n"
          "Every watched path had moved, so NFS of asn01 was started again.\n"
          "\n"
          "note: nodes that moved go home by: makehanfs failback asn01\n") == 0);
}

TEST_CASE("drill --rehearse stops nothing") {
  Rehearsed site;
  site.stops = false;
  site.outage = "drift";
  CHECK(site.drill({"--rehearse"}) == 0);
  CHECK_FALSE(site.was_drilled());
  CHECK(site.verdict() == "status=ok changed=0 failed=0 warnings=0\n");
  CHECK(site.history().find("begun") == std::string::npos);
  CHECK_FALSE(site.says_that("go home by"));
}

TEST_CASE("what keeps a drill from beginning") {
  const auto refused = [](const std::function<void(Rehearsed&)>& break_it, const std::string& why) {
    Rehearsed site;
    break_it(site);
    CHECK(site.drill() == 1);
    CHECK_FALSE(site.was_drilled());
    CHECK(site.verdict() == "status=refused changed=0 failed=1 warnings=0\n");
    CHECK(site.system.out.find("No drill.\n\nerror: " + why + "\nerror: so there is no drill; nothing was touched\n") ==
          0);
    return site.history();
  };
  CHECK(refused([](Rehearsed& site) { site.silent = {"cn004"}; },
                "cn004: no answer, so nobody would know how it fared; cure: look at its console (rcons)")
            .empty());
  refused([](Rehearsed& site) { site.wire_state["cn001"] = "CRITICAL"; },
          "cn001 sees: 2 of 2 servers answer; cure: checkhanfs servers there names each finding and what to do");
  CHECK(refused([](Rehearsed& site) { site.digest["asn02"] = "e"; },
                "asn01 and asn02 do not have the same below /install, so files would be dead after a failover; cure: "
                "bring their manifests to one host, checkhanfs tree compare shows each difference, tree sync-plan the "
                "rsync lines")
            .find("different content") != std::string::npos);
  refused([](Rehearsed& site) { site.server_verdict["asn02"] = "drift"; },
          "asn02 is not set up as wanted; cure: makehanfs apply 'cn[001-006]' --check shows what, makehanfs apply "
          "'cn[001-006]'");
  // cn007 is in no domain; by the row alone, and by the line of the server in use.
  for (const char* of : {"", "        Current Server: 10.40.0.12:/install\n"})
    refused(
        [&](Rehearsed& site) {
          site.says["cn007"] =
              "Server      Remote Path          fsid                 Local Path        \n"
              "--------    ---------------      ---------------      ---------------   \n" +
              std::string(*of == 0 ? "asn02-ml0   " : "asn03-ml0   ") +
              "/install/nim         0:42                 /usr              \n" + of;
        },
        "cn007 runs from asn02, and is not of its domain, so nobody looked how a failover is to it; cure: those "
        "that noderes.xcatmaster boots from a server of their own domain go home by rnetboot cn007; others are shut "
        "down for the time; makehanfs plan says what the tables have wrong");
  const std::string history = refused(
      [](Rehearsed& site) {
        site.outage = "refused";
        site.outage_says = "error: nobody else serves\n";
        site.stops = false;
      },
      "asn01: error: nobody else serves");
  CHECK(history.find("begun") < history.find("refused"));
}

TEST_CASE("drill: all are asked once more when the trees have been read, which may have taken long") {
  Rehearsed site;
  site.booted_beside = "cn003";
  CHECK(site.drill() == 1);
  CHECK_FALSE(site.was_drilled());
  CHECK(site.verdict().find("status=refused changed=0") == 0);
  CHECK(site.says_that("error: cn003: "));
  CHECK(site.says_that("so there is no drill; nothing was touched"));
}

TEST_CASE("drill: a node that does not move has failed it") {
  Rehearsed site;
  site.moves_to["cn001"] = "10.40.0.11";
  CHECK(site.drill({"--i-take", "asn01", "--nodes", "3"}) == 1);
  CHECK(site.verdict() == "status=fail changed=1 failed=2 warnings=0\n");
  CHECK(site.says_that("cn001  /usr  0.0s   0.3s      asn01  asn01  stayed\n"));
  CHECK(site.says_that("6 nodes in the domain, 2 of asn01 moved.\n"));
  CHECK(site.says_that("NFS of asn01 was started again when its time was over, 30 s.\n"));
  CHECK(site.says_that("error: cn001: still on asn01, as if nothing had happened; cure: "));
  CHECK(site.history().find("failed") != std::string::npos);
}

TEST_CASE("drill: nobody says that NFS was stopped where that is not known, or not so") {
  Rehearsed lost;
  lost.stops = false;
  lost.outage = "fail";
  CHECK(lost.drill() == 1);
  CHECK(lost.says_that("Whether NFS of asn01 was stopped, and serves again, is not known; cure: "));
  CHECK_FALSE(lost.says_that("refuses at once"));

  Rehearsed narrow;
  CHECK(narrow.drill({"--i-take", "asn01", "--jobs", "2"}) == 2);
  CHECK_FALSE(narrow.was_drilled());
  CHECK(
      narrow.says_that("a drill has 3 commands at work at the same time; nothing was touched; cure: a larger --jobs"));
}

TEST_CASE("drill: a signal calls it off, or ends it without a word against nodes") {
  Rehearsed off;
  off.signal_in_outage = true;
  off.stops = false;
  off.outage = "refused";
  off.outage_says = "error: called off\n";
  CHECK(off.drill() == 1);
  CHECK(off.verdict() == "status=refused changed=0 failed=1 warnings=0\n");
  CHECK(off.says_that("error: a signal came: asn01: error: called off\n"));

  Rehearsed ended;
  ended.signal_in_outage = true;
  ended.stops = false;
  CHECK(ended.drill() == 1);
  CHECK(ended.verdict() == "status=fail changed=1 failed=1 warnings=1\n");
  CHECK(
      ended.says_that("error: a signal ended the drill, so nothing was measured to its end; cure: the drill again\n"));
  CHECK(
      ended.says_that(": still on asn01, and a signal ended the drill, so it is not known whether they would move; "));
  CHECK(ended.says_that("A signal ended the drill, and NFS of asn01 was started again.\n"));
}

}  // namespace hanfs::cluster
