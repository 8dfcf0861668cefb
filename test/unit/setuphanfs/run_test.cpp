// SPDX-License-Identifier: Apache-2.0
// Whole runs of setuphanfs in this process: what an administrator sees, and what the server is like afterwards.
#include "setuphanfs/run.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "setuphanfs/simulated_server.hpp"

namespace {

using hanfs::test::Server;
using Words = std::vector<std::string>;

const std::string wanted = "replicas=/install@203.0.113.15:/install@203.0.113.14,vers=4,ro,noauto,root=*";

int run(Server& server, std::vector<const char*> more = {}) {
  more.insert(more.begin(), {"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com"});
  return server.run(more);
}

// As xCAT leaves it: exports by NFSv3 inside of /install.
const char* const v3_children =
    "/install/postscripts -vers=3:4,ro\n"
    "/install/nim/spot/71Bdskl/usr -ro,root=cn017:cn018,access=cn017:cn018\n";

}  // namespace

TEST_CASE("a server that exports nothing gets replicas; a second run changes nothing; a reset gives it back") {
  Server server;
  server.down = {"nfsrgyd"};
  CHECK(run(server) == 0);
  CHECK(server.changes() ==
        Words{"chnfsdom cluster.example.com", "chnfs -R on", "startsrc -s nfsrgyd", "exportfs /install"});
  CHECK(server.exported.at("/install") == wanted);
  CHECK(server.file("/etc/exports") == "/install -" + wanted + "\n");
  CHECK(server.replication);
  CHECK(server.domain == "cluster.example.com");
  CHECK(server.verdict() == "status=changed changed=6 failed=0 warnings=1 state=replicated\n");
  CHECK(server.verdict().find(" state=replicated") != std::string::npos);
  CHECK(server.says("/install  203.0.113.15 203.0.113.14  vers=4,ro,noauto,root=*  now and at boot  ok"));
  CHECK(server.says("daemons: nfsd rpc.mountd nfsrgyd\n"));
  CHECK(server.system.watchdog_seconds > 0);
  CHECK_FALSE(server.system.simulated_files.locked);

  CHECK(run(server) == 0);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=ok changed=0 failed=0") == 0);
  CHECK(run(server, {"--check"}) == 0);
  CHECK(server.says("replicated"));

  CHECK(run(server, {"--reset", "--dry-run"}) == 1);
  CHECK(server.exported.count("/install") == 1);
  CHECK(server.verdict().find("status=drift changed=0") == 0);
  CHECK(run(server, {"--reset", "--disruptive"}) == 0);
  CHECK(server.exported.empty());
  CHECK_FALSE(server.replication);
  CHECK(server.file("/etc/exports").find("/install") == std::string::npos);
  CHECK(server.verdict().find(" state=reset") != std::string::npos);
  CHECK(run(server, {"--reset", "--disruptive"}) == 0);
  CHECK(server.changes().empty());
}

TEST_CASE("a dry run and a check change nothing and say the same steps") {
  Server server;
  server.exports(v3_children);
  for (const char* mode : {"--dry-run", "--check"}) {
    INFO(mode);
    CHECK(run(server, {mode}) == 1);
    CHECK(server.changes().empty());
    CHECK(server.file("/etc/exports") == v3_children);
    CHECK(server.verdict().find("status=drift changed=0 failed=0") == 0);
    CHECK(server.says("interrupts clients: withdraws /install/postscripts: for its clients it stays gone"));
    CHECK(server.says("chnfs -R on\n"));
  }
  CHECK(run(server, {"--status", "--json"}) == 1);
  const nlohmann::json report = nlohmann::json::parse(server.system.out);
  CHECK(report["plan"].size() >= 5);
  CHECK(report["result"]["status"] == "drift");
  CHECK(report["result"]["state"] == "as-before");
}

TEST_CASE("clients are interrupted only when that is allowed and another server answers") {
  Server server;
  server.exports(v3_children);
  CHECK(run(server) == 1);
  CHECK(server.changes().empty());
  CHECK(server.says("warning: nothing was changed, because it interrupts clients; cure: --disruptive"));

  server.exports("/install -vers=4,ro,root=*\n");
  server.unmounted = {"203.0.113.14"};
  CHECK(run(server, {"--disruptive"}) == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=refused") == 0);
  CHECK(server.says("no other server was seen serving: 203.0.113.14"));
  CHECK(run(server, {"--alone"}) == 1);  // allows nothing by itself
  CHECK(server.changes().empty());
  CHECK(run(server, {"--disruptive", "--alone"}) == 0);
  CHECK(server.exported.at("/install") == wanted);

  Server half_dead;
  half_dead.exports("/install -vers=4,ro,root=*\n");
  half_dead.without_nfsd = {"203.0.113.14"};
  CHECK(run(half_dead, {"--disruptive"}) == 1);
  CHECK(half_dead.changes().empty());
  CHECK(half_dead.says("partner 203.0.113.14 does not answer NFS, only showmount -e ("));

  Server other;
  other.exports(v3_children);
  CHECK(run(other, {"--disruptive"}) == 0);
  CHECK(other.exported.size() == 1);
  CHECK(other.exported.at("/install") == wanted);
  CHECK(other.says("warning: /install/postscripts was exported inside of /install and is withdrawn"));
}

TEST_CASE("a file that cannot be written: found out before anybody is interrupted") {
  Server server;
  server.exports(v3_children);
  server.system.simulated_files.unwritable = {"/etc/exports"};
  CHECK(run(server, {"--disruptive"}) == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=fail changed=0") == 0);
  CHECK(server.verdict().find("state=as-before\n") != std::string::npos);
  CHECK(server.says("error: /etc/exports: cannot write: No space left on device; cure: make room there"));
  server.system.simulated_files.unwritable.clear();
  CHECK(run(server, {"--disruptive"}) == 0);
  server.system.simulated_files.unwritable = {"/etc/exports"};
  CHECK(run(server, {"--reset", "--disruptive"}) == 1);
  CHECK(server.changes().empty());
}

TEST_CASE("what gives back and needs its time is not killed, and not begun a second time") {
  Server server;
  server.exports("/home -vers=4,rw\n/data -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.refuses = {"chnfs -R on"};
  server.slow = {{"exportfs /home", std::chrono::seconds(20)}};  // a quarter of the deadline is 15
  CHECK(run(server, {"--disruptive", "--deadline", "60"}) == 1);
  CHECK(server.exported == std::map<std::string, std::string>{{"/home", "vers=4,rw"}, {"/data", "vers=4,rw"}});
  const Words changes = server.changes();
  CHECK(std::count(changes.begin(), changes.end(), "exportfs /home") == 1);
  CHECK(server.verdict().find(" state=as-before") != std::string::npos);
  CHECK(server.says("taken back: exportfs /home: it was exported before; it took 20.00 s\n"));

  server.slow.clear();
  server.hangs = {"exportfs /home"};  // but not with its options
  CHECK(run(server, {"--disruptive", "--deadline", "60"}) == 1);
  CHECK(server.exported.count("/home") == 1);
  CHECK(server.verdict().find(" state=as-before") != std::string::npos);
  CHECK(server.says("taken back: exportfs -i -o vers=4,rw /home: it was exported before\n"));

  server.hangs = {"exportfs /home", "exportfs -i -o vers=4,rw /home"};
  CHECK(run(server, {"--disruptive", "--deadline", "60"}) == 1);
  CHECK(server.exported == std::map<std::string, std::string>{{"/data", "vers=4,rw"}});
  CHECK(server.verdict().find(" state=unsettled") != std::string::npos);
  CHECK(server.says("warning: not taken back: exportfs /home: no end within its time"));
  CHECK(server.system.simulated_clock.elapsed() < std::chrono::minutes(5));
}

TEST_CASE("what gives back, needs its time and cannot be seen is begun once") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.refuses = {"chnfs -R on"};
  server.slow = {{"startsrc", std::chrono::seconds(16)}};
  server.before_answer = [&](const std::string& words) {
    if (words == "chnfs -R on") server.refuses.insert("lssrc");
  };
  CHECK(run(server, {"--disruptive", "--deadline", "60"}) == 1);
  const Words changes = server.changes();
  for (const char* daemon : {"nfsd", "rpc.mountd", "nfsrgyd"})
    CHECK(std::count(changes.begin(), changes.end(), std::string("startsrc -s ") + daemon) == 1);
  CHECK(server.says("taken back: startsrc -s nfsd: "));
  CHECK(server.verdict().find(" state=unknown") != std::string::npos);
  CHECK(server.exported.count("/home") == 1);
}

TEST_CASE("what brings back exports of others and needs its time is no reason to take the rest back") {
  Server server;
  server.exports("/home -vers=4,rw\n/data -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.slow = {{"exportfs /data", std::chrono::seconds(20)}};
  CHECK(run(server, {"--disruptive", "--deadline", "60"}) == 0);
  CHECK(server.exported ==
        std::map<std::string, std::string>{{"/data", "vers=4,rw"}, {"/home", "vers=4,rw"}, {"/install", wanted}});
  CHECK(server.verdict().find(" state=replicated") != std::string::npos);
  CHECK(server.says("repaired: exportfs /data: it was exported before; it took 20.00 s\n"));

  Server never;
  never.exports("/home -vers=4,rw\n");
  never.domain = "cluster.example.com";
  never.refuses = {"exportfs /home", "exportfs -i"};
  CHECK(run(never, {"--disruptive"}) == 1);
  CHECK(never.exported == std::map<std::string, std::string>{{"/install", wanted}});
  CHECK(never.verdict().find(" state=unsettled") != std::string::npos);
  CHECK(never.says("warning: not repaired: exportfs /home: exit status 1"));
  never.refuses.clear();
  CHECK(run(never) == 0);  // what is owed comes back
  CHECK(never.exported.at("/home") == "vers=4,rw");
  CHECK(never.verdict().find(" state=replicated") != std::string::npos);
}

TEST_CASE("after a run that was killed the nodes are served as before also where nothing else may be changed") {
  Server server;
  server.exports(std::string("/home -vers=4,rw\n") + v3_children);
  server.domain = "cluster.example.com";
  server.hangs = {"chnfs -R on"};  // and the machine dies then: the journal says what has been done
  server.refuses = {"exportfs /", "exportfs -i"};
  CHECK(run(server, {"--disruptive"}) == 1);
  CHECK(server.exported.empty());
  server.hangs.clear();
  server.refuses.clear();
  CHECK(run(server) == 1);  // not --disruptive
  CHECK(server.exported.size() == 3);
  CHECK(server.says("brought back from the earlier run: exportfs /install/postscripts"));
  CHECK(server.says("  exportfs -u /install/postscripts\n"));  // what would be done is planned anew
  CHECK(server.verdict().find("status=drift") == 0);
  CHECK(server.verdict().find(" state=as-before") != std::string::npos);
}

TEST_CASE("half a line at the end of the journal does not take the way back away") {
  Server server;
  server.exports(v3_children);
  CHECK(run(server, {"--disruptive"}) == 0);
  std::string& journal = server.file("/etc/hanfs/journal");
  journal += "{\"event\":\"beg";
  CHECK(run(server, {"--disruptive"}) == 0);
  server.exported.erase("/install");  // so that the next run writes
  CHECK(run(server, {"--disruptive"}) == 0);
  CHECK(run(server, {"--reset", "--disruptive"}) == 0);
  CHECK(server.exported.size() == 2);
}

TEST_CASE("exports of others come back after the mode was switched; one in use stops the run before it") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  server.domain = "cluster.example.com";
  CHECK(run(server, {"--disruptive"}) == 0);
  CHECK(server.changes() == Words{"exportfs -u /home", "chnfs -R on", "exportfs /install", "exportfs /home"});
  CHECK(server.exported.at("/home") == "vers=4,rw");
  CHECK(server.file("/etc/exports") == "/home -vers=4,rw\n/install -" + wanted + "\n");
  CHECK(server.says("/home "));
  CHECK(server.says("left alone"));

  Server used;
  used.exports("/home -vers=4,rw\n");
  used.in_use = {"/home"};
  CHECK(run(used, {"--disruptive"}) == 1);
  CHECK(used.exported.size() == 1);
  CHECK_FALSE(used.replication);
  CHECK(used.file("/etc/exports") == "/home -vers=4,rw\n");
  CHECK(used.verdict().find("status=fail") == 0);
  CHECK(used.verdict().find(" state=as-before commands=exportfs") != std::string::npos);
  CHECK(used.says("cure: end what uses /home on its clients"));
}

TEST_CASE("what fails on the way is taken back, others' exports first of all") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.refuses = {"exportfs /install"};
  CHECK(run(server, {"--disruptive"}) == 1);
  CHECK(server.exported == std::map<std::string, std::string>{{"/home", "vers=4,rw"}});
  CHECK(server.file("/etc/exports") == "/home -vers=4,rw\n");
  CHECK_FALSE(server.replication);
  CHECK(server.verdict().find(" state=as-before") != std::string::npos);
  CHECK(server.says("error: exportfs /install: exit status 1"));
  CHECK(server.says("0821-000 refused"));

  // The cause is gone: now it works.
  server.refuses.clear();
  CHECK(run(server, {"--disruptive"}) == 0);
  CHECK(server.exported.size() == 2);

  Server mode;
  mode.refuses = {"chnfs -R on"};
  CHECK(run(mode) == 1);
  CHECK(mode.exported.empty());
  CHECK(mode.verdict().find("status=fail") == 0);
}

TEST_CASE("what could not be seen stops the run before anything is touched") {
  for (const char* command : {"lssrc -g nfs", "exportfs", "mount", "ifconfig -a"}) {
    INFO(command);
    Server server;
    server.exports("/home -vers=4,rw\n");
    server.refuses = {command};
    CHECK(run(server, {"--disruptive"}) == 3);
    CHECK(server.exported.size() == 1);
    CHECK_FALSE(server.replication);
    CHECK(server.verdict().find("status=fail changed=0") == 0);
    CHECK(server.says(std::string(command) + ": exit status 1"));
  }
  Server server;
  server.hangs = {"lssrc"};
  CHECK(run(server, {"--deadline", "60"}) == 3);
  CHECK(server.says("lssrc -g nfs: no end within its time"));
  CHECK(server.changes().empty());
}

TEST_CASE("settings that cannot be met here are refused with a cure, and nothing is touched") {
  Server server;
  CHECK(server.run({"--replica", "203.0.113.14"}) == 2);
  CHECK(server.says("no NFSv4 domain is set; cure: --nfs-domain"));
  CHECK(server.run({"--replica", "203.0.113.15", "--nfs-domain", "x.org"}) == 2);
  CHECK(server.run({"--replica", "198.51.100.1", "--nfs-domain", "x.org"}) == 2);
  CHECK(server.says("none of --replica is on an interface of this server"));
  server.mounts = "         /dev/hd4         /                jfs2   Nov 07 19:11 rw,log=/dev/hd8 \n";
  CHECK(run(server) == 2);
  CHECK(server.says("/install is not the root of a file system (it lies on /), so it cannot have replicas"));
  server.mounts += "asn09 /install /install nfs4 Nov 07 19:11 vers=4\n";
  CHECK(run(server) == 2);
  CHECK(server.says("/install comes from the server asn09 itself (nfs4) and cannot be exported"));
  CHECK(server.changes().empty());
}

TEST_CASE("domains of hanfs.conf: a member takes its replicas from there, another server is left alone") {
  Server server;
  server.domain = "cluster.example.com";
  server.file("/etc/hanfs.conf") = "[domain asn01+asn02]\nreplica = 203.0.113.14 203.0.113.15\n";
  CHECK(server.run({"--members-only"}) == 0);
  CHECK(server.exported.at("/install") == wanted);
  CHECK(server.says("note: replicas as in [domain asn01+asn02] of hanfs.conf"));

  Server other;
  other.file("/etc/hanfs.conf") = "[domain far]\nreplica = 198.51.100.1 198.51.100.2\n";
  CHECK(other.run({"--members-only"}) == 0);
  CHECK(other.says("holds an address of this server: nothing to do"));
  CHECK(other.changes().empty());
  CHECK(other.run({}) == 2);

  Server without;
  const std::string missing = "[domain asn01+asn02] (line 1) of hanfs.conf has no line replica = ADDRESS ADDRESS...";
  without.file("/etc/hanfs.conf") = "[domain asn01+asn02]\nservers = asn01 asn02\n";
  CHECK(without.run({}) == 2);
  CHECK(without.system.err.find(missing) != std::string::npos);
  without.file("/etc/hanfs.conf") += "[domain far]\nreplica = 198.51.100.1 198.51.100.2\n";
  CHECK(without.run({}) == 2);
  CHECK(without.says(missing));
  CHECK(without.run({"--members-only"}) == 0);
  CHECK(without.says(missing));
}

TEST_CASE("a run that was killed after it withdrew an export of others: the next one brings it back") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.hangs = {"chnfs -R on"};  // and the machine dies then: the journal says what has been done
  server.refuses = {"exportfs /home", "exportfs -i"};
  CHECK(run(server, {"--disruptive"}) == 1);
  CHECK(server.exported.count("/home") == 0);
  CHECK(server.verdict().find("state=unsettled") != std::string::npos);

  server.hangs.clear();
  server.refuses.clear();
  CHECK(run(server, {"--status"}) == 1);
  CHECK(server.exported.count("/home") == 0);
  CHECK(run(server) == 1);  // not --disruptive: no replicas yet
  CHECK(server.exported == std::map<std::string, std::string>{{"/home", "vers=4,rw"}});
}

TEST_CASE("a third replica in the export is named before it is dropped") {
  Server server;
  server.replication = true;
  server.domain = "cluster.example.com";
  server.exports(
      "/install -replicas=/install@203.0.113.15:/install@203.0.113.14:/install@203.0.113.16,vers=4,ro,noauto,root=*\n");
  CHECK(run(server, {"--check"}) == 1);
  CHECK(server.says("203.0.113.16 is a replica of /install now and not among the wanted"));
  CHECK(server.says("name it with --replica too"));
  CHECK(server.run({"--status"}) == 0);
  CHECK(server.says("without --replica nothing is judged"));
}

TEST_CASE("a reset says what it does not know, and leaves a line that somebody has edited since") {
  Server server;
  server.domain = "cluster.example.com";
  server.exports("/install -vers=4,ro,root=*\n");
  CHECK(run(server, {"--disruptive"}) == 0);
  const std::string journal = server.file("/etc/hanfs/journal");

  std::string& file = server.file("/etc/exports");
  file.replace(file.find(",ro,"), 4, ",rw,");  // not exported yet
  const std::string edited = file;
  CHECK(run(server, {"--reset", "--disruptive"}) == 1);
  CHECK(server.verdict().find("status=refused changed=0") == 0);
  CHECK(server.says("stands in /etc/exports, which is not how setuphanfs left it"));
  CHECK(server.file("/etc/exports") == edited);
  CHECK(server.changes().empty());

  file.replace(file.find(",rw,"), 4, ",ro,");
  for (std::size_t line = 0, next = 0; (next = journal.find('\n', line) + 1) < journal.size(); line = next) {
    INFO(line);  // each line but the last, which a run that was killed may have left torn
    server.file("/etc/hanfs/journal") = journal.substr(0, line) + "torn\n" + journal.substr(next);
    CHECK(run(server, {"--reset", "--disruptive"}) == 3);
    CHECK(server.changes().empty());
  }
  server.file("/etc/hanfs/journal") = journal + "torn\n";
  CHECK(run(server, {"--reset", "--dry-run"}) == 1);
  server.file("/etc/hanfs/journal") = "torn\n";
  CHECK(run(server, {"--reset", "--disruptive"}) == 3);
  CHECK(server.says("what the server was like before setuphanfs is not known: 1 lines of the journal"));
  CHECK(server.changes().empty());
  server.file("/etc/hanfs/journal") = journal;
  CHECK(run(server, {"--reset", "--disruptive"}) == 0);
  CHECK(server.file("/etc/exports") == "/install -vers=4,ro,root=*\n");
}

TEST_CASE("a last line that ends with a backslash takes no line of ours in, be it an entry or a comment") {
  const std::string ours = "/install -" + wanted + "\n";
  for (const std::string last : {"/home -vers=4,rw \\\n", "/home \\\n -rw\\", "# old: /home \\\n", "# a \\\n# b \\"}) {
    INFO(last);
    Server server;
    server.domain = "cluster.example.com";
    server.file("/etc/exports") = "/opt -vers=3,ro\n" + last;
    CHECK(run(server) == 0);
    CHECK(server.file("/etc/exports") == "/opt -vers=3,ro\n" + ours + last);
    CHECK(run(server, {"--reset", "--disruptive"}) == 0);
    CHECK(server.file("/etc/exports") == "/opt -vers=3,ro\n" + last);
  }
}

TEST_CASE("a reset that clients hold up says what they have to do") {
  Server server;
  server.domain = "cluster.example.com";
  CHECK(run(server) == 0);
  server.in_use = {"/install"};
  CHECK(run(server, {"--reset", "--disruptive"}) == 1);
  CHECK(server.says("cure: end what uses /install on its clients"));
  CHECK(server.exported.count("/install") == 1);
}

TEST_CASE("where nothing is judged, exports that no daemon serves are a warning") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  CHECK(server.run({"--status"}) == 0);
  CHECK(server.verdict().find("warnings=0") != std::string::npos);
  server.down = {"nfsd", "nfsrgyd"};
  for (const char* mode : {"--status", "--reset"}) {
    INFO(mode);
    CHECK(server.run({mode}) == 0);
    CHECK(server.says("warning: nfsd, nfsrgyd do not run, so clients of /home may hang; cure: startsrc -s nfsd, "));
    CHECK(server.verdict().find("warnings=1") != std::string::npos);
  }
  server.exported.clear();
  CHECK(server.run({"--status"}) == 0);
  CHECK(server.verdict().find("warnings=0") != std::string::npos);
}

TEST_CASE("a server that is no AIX is told so, and a capture needs no exportfs but takes no reset") {
  Server server;
  server.missing = {"exportfs"};
  CHECK(run(server, {"--disruptive"}) == 3);
  CHECK(server.says("this is not AIX: /usr/sbin/exportfs is missing; nothing was touched"));
  Server other;
  other.missing = {"lssrc"};
  CHECK(run(other, {"--disruptive"}) == 3);
  CHECK(other.says("without these nothing can be judged; nothing was touched"));
  CHECK_FALSE(other.says("this is not AIX"));
}

TEST_CASE("with --forget what an earlier run owes is left as it is, and the next run does not name it any more") {
  Server server;
  server.exports("/home -vers=4,rw\n");
  server.domain = "cluster.example.com";
  server.hangs = {"chnfs -R on"};
  server.refuses = {"exportfs /home", "exportfs -i"};
  CHECK(run(server, {"--disruptive"}) == 1);
  server.hangs.clear();
  server.refuses.clear();

  CHECK(run(server, {"--forget", "--dry-run"}) == 1);
  CHECK(server.says("forgotten, what an earlier run had still to do: exportfs /home"));
  CHECK(server.exported.count("/home") == 0);
  CHECK(run(server, {"--check"}) == 1);  // a dry run has forgotten nothing
  CHECK(server.says("exportfs /home"));

  CHECK(run(server, {"--forget", "--disruptive"}) == 0);
  CHECK(server.says("forgotten, what an earlier run had still to do: exportfs /home"));
  CHECK(server.exported.count("/home") == 0);
  CHECK(server.exported.at("/install") == wanted);
  CHECK(run(server) == 0);
  CHECK_FALSE(server.says("exportfs /home"));
  CHECK(server.changes().empty());
}

TEST_CASE("a daemon that is stopping is waited for, and judged when it is down") {
  Server server;
  server.domain = "cluster.example.com";
  server.stopping = {"nfsd"};
  int looks = 0;
  server.before_answer = [&](const std::string& words) {
    if (words == "lssrc -g nfs" && ++looks == 3) {
      server.stopping.clear();
      server.down = {"nfsd"};
    }
  };
  CHECK(run(server) == 0);
  CHECK(server.exported.at("/install") == wanted);
  const Words changes = server.changes();
  CHECK(std::count(changes.begin(), changes.end(), "startsrc -s nfsd") == 1);
}

TEST_CASE("a refusal of the command line is told in JSON too where that is asked for") {
  Server server;
  CHECK(server.run({"--replica", "sn1", "--json"}) == 2);
  const nlohmann::json report = nlohmann::json::parse(server.system.out);
  CHECK(report["result"]["status"] == "refused");
  CHECK(report["exports"].is_null());
  CHECK(report["daemons"]["nfsd"].is_null());
  CHECK(report["directory"].is_null());
  CHECK(server.calls.empty());
}

TEST_CASE("the report in JSON has what is exported, by whom it is served, and whether the partners answer") {
  Server server;
  server.replication = true;
  server.domain = "cluster.example.com";
  server.exports("/install -" + wanted + "\n/home -vers=3,ro\n");
  server.exported["/data"] = "vers=3,ro";
  server.exported.erase("/home");
  server.down = {"nfsrgyd"};
  CHECK(run(server, {"--check", "--json"}) == 1);
  nlohmann::json report = nlohmann::json::parse(server.system.out);
  CHECK(report["replication"] == "on");
  CHECK(report["nfs_domain"] == "cluster.example.com");
  CHECK(report["daemons"]["nfsd"] == true);
  CHECK(report["daemons"]["nfsrgyd"] == false);
  CHECK(report["partners"][0]["answers"] == true);
  REQUIRE(report["exports"].size() == 3);
  for (const auto& row : report["exports"]) {
    const std::string directory = row["directory"];
    CHECK(row["now"] == (directory != "/home"));
    CHECK(row["at_boot"] == (directory != "/data"));
    CHECK(row["state"] == (directory == "/install" ? "ok" : "left alone"));
    CHECK(row["replicas"].size() == (directory == "/install" ? 2U : 0U));
  }
  CHECK(run(server, {"--check"}) == 1);
  const std::string& shown = server.system.out;
  for (const auto& [directory, when] :
       {std::pair{"/install ", "now and at boot "}, {"/home ", "  at boot "}, {"/data ", "  now "}}) {
    const std::size_t row = shown.find("\n" + std::string(directory));
    REQUIRE(row != std::string::npos);
    CHECK(shown.substr(row, shown.find('\n', row + 1) - row).find(when) != std::string::npos);
  }
  CHECK(server.says("daemons: nfsd rpc.mountd nfsrgyd (down)"));
  server.replication = false;
  server.without_nfsd = {"203.0.113.14"};
  server.exported.clear();
  server.file("/etc/exports").clear();
  CHECK(server.run({"--status", "--json"}) == 0);
  report = nlohmann::json::parse(server.system.out);
  CHECK(report["replication"] == "off");
  CHECK(report["wanted"].is_null());
  CHECK(server.run({"--status"}) == 0);
  CHECK(server.says("Nothing is exported.\n"));
}

TEST_CASE("without a list of exports the report does not say that nothing is exported") {
  Server server;
  server.refuses = {"exportfs", "nfsd", "lssrc"};
  CHECK(run(server, {"--check"}) == 3);
  CHECK(server.says("What is exported now could not be seen.\n"));
  CHECK_FALSE(server.says("Nothing is exported."));
  CHECK(server.says("Replication: unknown"));
  CHECK(server.says("nfsd (unknown)"));
}
