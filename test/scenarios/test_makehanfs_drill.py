# SPDX-License-Identifier: Apache-2.0
"""makehanfs drill and failback on simulated clusters: NFS of one server is stopped for some seconds, nodes move and are
brought home. How long reads really stall is for test/watch: a simulated mount point is an ordinary folder."""
import fcntl
import json
import os
import re
import signal
import time

from scenario import Scenario
from simcluster import TOOLS, Cluster, engines_here, small_cluster

CHECK = ("--check-command", "/opt/hanfs/bin/checkhanfs")
DRILL = ("--outage", "2", "--nodes", "1")


class Drill(Scenario):
    waits = True  # for outages

    def cluster(self, text=None, tuned=True, engine="xdsh"):
        cluster = Cluster(text or small_cluster(4), by_processes=True)  # servers stop while others watch
        self.addCleanup(cluster.close)
        cluster.engine = engine
        self.domain = cluster.makehanfs("plan", "--json", *TOOLS).json["domains"][0]["name"]
        if tuned:
            run = cluster.apply("--engine", cluster.engine)
            self.assertEqual(run.rc, 0, str(run))
        return cluster

    def drill(self, cluster, *words, **more):
        return cluster.makehanfs("drill", self.domain, *words, *DRILL, *TOOLS, *CHECK, "--engine", cluster.engine, **more)

    def failback(self, cluster, *words, **more):
        return cluster.makehanfs("failback", *words, *TOOLS, "--engine", cluster.engine, **more)

    def stops(self, cluster, *servers):
        return [server for server in servers
                if ["stopsrc", "-g", "nfs"] in [[os.path.basename(call["argv"][0]), *call["argv"][1:]]
                                                for call in cluster.calls(server)]]

    def assert_nothing_stopped(self, cluster):
        self.assertEqual(self.stops(cluster, "asn01", "asn02"), [])
        self.assertEqual({now for now, _ in cluster.truth().values()}, {"asn01", "asn02"})

    def test_a_drill_and_the_way_home(self):
        cluster = self.cluster(engine=engines_here()[-1])
        page = cluster.root + "/drill.html"
        run = self.drill(cluster, "--i-take", "asn01", "--json", "--html", os.path.relpath(page))
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
        with open(page) as file:
            self.assertIn(f"<h1>Drill of {self.domain}: NFS of asn01 was stopped</h1>", file.read())
        self.assertEqual(self.stops(cluster, "asn01", "asn02"), ["asn01"])
        report = run.json
        self.assertEqual((report["server"], report["kind"], report["outage_seconds"]), ("asn01", "nfs-stopped", 2))
        self.assertEqual([(one["node"], one["state"]) for one in report["wire"]], [("cn001", "agree"), ("cn002", "agree")])
        watched = {node["node"]: {path["path"]: path["result"] for path in node["paths"]} for node in report["watched"]}
        self.assertEqual(watched, {"cn001": {"/usr": "moved", "/.statelite/persistent": "moved"},
                                   "cn002": {"/usr": "ok", "/.statelite/persistent": "ok"}})
        self.assertEqual(report["watched"][0]["expected_failover"], "0.3s")
        self.assertEqual({node: now for node, (now, _) in cluster.truth().items()},
                         dict.fromkeys(("cn001", "cn002", "cn003", "cn004"), "asn02"))
        with open(cluster.mn + "/var/hanfs/drills") as history:
            kept = [json.loads(line) for line in history]
        self.assertEqual([(one["domain"], one["server"], one["what"]) for one in kept],
                         [(self.domain, "asn01", what) for what in ("same content", "begun", "passed")])
        status = cluster.status("--engine", cluster.engine, "--json").json["drills"]
        self.assertEqual([(one["domain"], one["server"], one["result"]) for one in status],
                         [(self.domain, "asn01", "passed")])
        self.assertRegex(cluster.status("--engine", cluster.engine).stdout, rf"{re.escape(self.domain)} +today +asn01 +passed")
        # The way home: one node, then the others.
        dry = self.failback(cluster, "asn01", "--dry-run")
        self.assertEqual((dry.rc, dry.stdout.count("rnetboot")), (1, 2), str(dry))
        home = self.failback(cluster, "asn01", "--json")
        self.assertEqual([(batch["nodes"], batch["result"]) for batch in home.json["batches"]],
                         [(["cn001"], "home"), (["cn003"], "home")], str(home))
        self.assertEqual({node: now for node, (now, _) in cluster.truth().items()},
                         {"cn001": "asn01", "cn002": "asn02", "cn003": "asn01", "cn004": "asn02"})
        again = self.failback(cluster, "asn01")
        self.assertEqual((again.rc, again.verdict["status"]), (0, "ok"), str(again))

    test_a_drill_and_the_way_home.weight = 50

    def test_the_outage_ends_when_all_that_are_watched_have_moved(self):
        cluster = self.cluster()
        run = cluster.makehanfs("drill", self.domain, "--i-take", "asn01", "--outage", "40", "--lead", "4", "--nodes", "1",
                                "--json", *TOOLS, *CHECK, "--engine", cluster.engine)
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
        self.assertEqual(run.json["outage_ended_by"], "moved")
        times = {name: [call["time"] for call in cluster.calls("asn01") if os.path.basename(call["argv"][0]) == name]
                 for name in ("stopsrc", "startsrc")}
        self.assertEqual(len(times["stopsrc"]), 1)
        self.assertLess(times["startsrc"][-1] - times["stopsrc"][0], 30)
        self.assertEqual(self.stops(cluster, "asn01", "asn02"), ["asn01"])
        self.assertIn("nfsd", cluster.by_hand(f"{cluster.folder}/asn01/usr/bin/lssrc -g nfs"))

    test_the_outage_ends_when_all_that_are_watched_have_moved.weight = 50

    def test_consent_by_name(self):
        cluster = self.cluster(tuned=False)
        for words in ((), ("--i-take", "asn07"), ("--i-take", "asn01", "--dry-run"), ("--i-take", "asn01", "--check")):
            run = self.drill(cluster, *words)
            self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"), str(run))
        run = cluster.makehanfs("drill", "nowhere", "--i-take", "asn01", *TOOLS)
        self.assertIn("one of " + self.domain, run.stdout)
        self.assertEqual(run.rc, 2)
        self.assert_nothing_stopped(cluster)

    def test_a_rehearsal_stops_nothing(self):
        cluster = self.cluster()
        run = self.drill(cluster, "--rehearse")
        self.assertEqual((run.rc, run.verdict["status"]), (0, "ok"), str(run))
        self.assertIn("A rehearsal: nothing was stopped.", run.stdout)
        self.assert_nothing_stopped(cluster)
        run = self.drill(cluster, "--rehearse", "--html", "/nowhere/drill.html")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("/nowhere/drill.html", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_the_node_without_a_replica_is_named(self):
        cluster = self.cluster()
        cluster.sim("cn003", "add-mount", "--over", "/apps", "--server", "10.40.0.11", "--remote", "/install/apps")
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("cn003: some file system has no replica", run.stdout)
        self.assertNotIn("cn001:", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_a_refused_drill_has_the_fields_of_a_drill(self):
        cluster = self.cluster()
        well = self.drill(cluster, "--rehearse", "--json").json
        cluster.down("cn002")
        refused = self.drill(cluster, "--rehearse", "--json")
        self.assertEqual((refused.rc, set(refused.json)), (1, set(well)), str(refused))
        self.assertEqual((refused.json["server"], refused.json["watched"], refused.json["after"]),
                         (well["server"], [], None))

    def test_an_untuned_domain(self):
        cluster = self.cluster(tuned=False)
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("cn[001-004]: not tuned", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_a_partner_that_does_not_serve(self):
        cluster = self.cluster()
        cluster.down("asn02")
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("asn02 does not say that it is set up as wanted", run.stdout)
        self.assertEqual(self.stops(cluster, "asn01"), [])

    def test_servers_that_do_not_have_the_same(self):
        cluster = self.cluster()
        install = f"{cluster.folder}/asn02/install"
        times = os.stat(install)
        with open(install + "/lpp_source.txt", "w") as file:
            file.write("only here\n")
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("asn01 and asn02 do not have the same below /install", run.stdout)
        self.assert_nothing_stopped(cluster)
        self.assertRegex(cluster.status("--engine", cluster.engine).stdout,
                         rf"{re.escape(self.domain)} +never +- +- +today +different")
        # Put right: what was a manifest before is no reason to refuse.
        os.unlink(install + "/lpp_source.txt")
        os.utime(install, ns=(times.st_atime_ns, times.st_mtime_ns))
        run = self.drill(cluster, "--rehearse", "--json")
        self.assertEqual((run.rc, run.verdict["status"]), (0, "ok"), str(run))
        trees = run.json["trees"]
        self.assertEqual([tree["server"] for tree in trees], ["asn01", "asn02"])
        self.assertEqual(len({tree["entries_digest"] for tree in trees}), 1)
        again = self.drill(cluster, "--rehearse", "--json").json["trees"]
        self.assertEqual([tree["time"] for tree in again], [tree["time"] for tree in trees], "a young manifest is kept")
        self.assertRegex(cluster.status("--engine", cluster.engine).stdout,
                         rf"{re.escape(self.domain)} +never +- +- +today +same")

    def test_servers_that_do_not_agree_on_the_wire(self):
        cluster = self.cluster()
        for node in ("cn001", "cn002"):
            program = f"{cluster.folder}/{node}/tmp/check"
            os.makedirs(os.path.dirname(program), exist_ok=True)
            with open(program, "w") as file:
                file.write("#!/bin/sh\n[ $1 = servers ] && "
                           "echo '{\"tool\":\"checkhanfs\",\"result\":{\"state\":\"CRITICAL\",\"summary\":\"no list\"}}'\n")
            os.chmod(program, 0o755)
        run = cluster.makehanfs("drill", self.domain, "--i-take", "asn01", *DRILL, *TOOLS, "--check-command", "/tmp/check",
                                "--engine", cluster.engine)
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("cn001 sees: no list; cure: checkhanfs servers there", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_a_server_without_checkhanfs(self):
        cluster = self.cluster()
        os.unlink(f"{cluster.folder}/asn02/opt/hanfs/bin/checkhanfs")
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("asn02 does not say what it has below /install", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_a_silent_node(self):
        cluster = self.cluster()
        cluster.down("cn004")
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("cn004: no answer", run.stdout)
        self.assertEqual(self.stops(cluster, "asn01"), [])

    def test_one_drill_at_a_time(self):
        cluster = self.cluster()
        first = cluster.start("drill", self.domain, "--i-take", "asn01", *DRILL, *TOOLS, *CHECK, "--engine", cluster.engine)
        second = self.drill(cluster, "--i-take", "asn02")
        done = cluster.finish(first)
        self.assertEqual(sorted((second.rc, done.rc)), [0, 75], str(second) + str(done))
        self.assertEqual(len(self.stops(cluster, "asn01", "asn02")), 1)

    test_one_drill_at_a_time.weight = 40

    def test_a_server_that_refuses_its_outage_is_no_drill(self):
        cluster = self.cluster()
        lock = f"{cluster.folder}/asn01/etc/hanfs/lock"
        os.makedirs(os.path.dirname(lock), exist_ok=True)
        with open(lock, "a") as held:
            fcntl.lockf(held, fcntl.LOCK_EX)  # another setuphanfs is at work there
            run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"], run.verdict["changed"]), (1, "refused", "0"), str(run))
        self.assertIn("asn01: ", run.stdout)
        self.assertIn("another run is at work", run.stdout)
        self.assertNotIn("NFS of asn01 was stopped", run.stdout)
        self.assert_nothing_stopped(cluster)
        self.assertRegex(cluster.status("--engine", cluster.engine).stdout,
                         rf"{re.escape(self.domain)} +today +asn01 +refused")

    test_a_server_that_refuses_its_outage_is_no_drill.weight = 40

    def test_a_drill_has_the_time_that_it_may_take(self):
        cluster = self.cluster(tuned=False)
        run = self.drill(cluster, "--i-take", "asn01", "--deadline", 60)
        self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"), str(run))
        self.assertIn("a longer --deadline", run.stdout)
        self.assert_nothing_stopped(cluster)

    def test_a_signal_in_the_lead_calls_it_off(self):
        for engine, in_lead in ((engines_here()[0], True), (engines_here()[-1], False)):
            cluster = self.cluster(engine=engine)
            drill = cluster.start("drill", self.domain, "--i-take", "asn01", "--outage", "30", "--lead", "20", "--nodes", "1",
                                  *TOOLS, *CHECK, "--engine", engine)
            outage = f"{cluster.folder}/asn01/etc/hanfs/lock"
            limit = time.monotonic() + 60
            while time.monotonic() < limit:
                if not in_lead:  # setuphanfs does not listen yet
                    if self.has_begun(cluster):
                        break
                    time.sleep(0.01)
                    continue
                time.sleep(0.5)  # the outage holds the lock for longer than a question
                if self.is_locked(outage) and not time.sleep(2) and self.is_locked(outage):
                    break
            started = time.monotonic()
            drill.send_signal(signal.SIGINT)
            run = cluster.finish(drill)
            self.assertLess(time.monotonic() - started, 15)
            self.assertEqual((run.rc, run.verdict["status"], run.verdict["changed"]), (1, "refused", "0"), str(run))
            self.assertIn("a signal came: asn01: ", run.stdout)
            self.assertIn("called off", run.stdout)
            self.assert_nothing_stopped(cluster)

    @staticmethod
    def has_begun(cluster):
        history = cluster.mn + "/var/hanfs/drills"
        if not os.path.exists(history):
            return False
        with open(history) as file:
            return '"begun"' in file.read()

    @staticmethod
    def is_locked(path):
        if not os.path.exists(path):
            return False
        with open(path, "a") as lock:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def test_after_a_signal_nobody_is_called_dead(self):
        cluster = self.cluster()
        drill = cluster.start("drill", self.domain, "--i-take", "asn01", *DRILL, *TOOLS, *CHECK, "--engine", cluster.engine)
        limit = time.monotonic() + 60
        while not self.stops(cluster, "asn01") and time.monotonic() < limit:
            time.sleep(0.2)
        drill.send_signal(signal.SIGTERM)
        run = cluster.finish(drill)
        self.assertNotIn("no answer any more", run.stdout)
        self.assertIn("a signal ended the drill", run.stdout)
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("nfsd", cluster.by_hand(f"{cluster.folder}/asn01/usr/bin/lssrc -g nfs"))
        self.assertEqual(cluster.apply("--check", "--engine", cluster.engine).rc, 0)

    def test_a_node_that_cannot_tell_where_it_runs_is_no_pass(self):
        cluster = self.cluster()
        drill = cluster.start("drill", self.domain, "--i-take", "asn01", *DRILL, *TOOLS, *CHECK, "--engine", cluster.engine)
        limit = time.monotonic() + 60
        while not self.stops(cluster, "asn01") and time.monotonic() < limit:
            time.sleep(0.1)
        cluster.fault("cn003", "nfs4cl*", "exit")
        run = cluster.finish(drill)
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("cn003: cannot tell where it runs now", run.stdout)

    test_a_node_that_cannot_tell_where_it_runs_is_no_pass.weight = 40

    def test_failback_boots_nobody_onto_a_server_whose_nfs_is_stopped(self):
        cluster = self.cluster()
        cluster.down("asn01")
        cluster.up("asn01")
        cluster.by_hand(f"env AIXSIM_STATE={cluster.folder}/asn01 {cluster.folder}/asn01/usr/bin/stopsrc -g nfs")
        run = self.failback(cluster, "asn01")
        self.assertEqual(run.rc, 1, str(run))
        self.assertNotIn("rnetboot", cluster.commands("mn"))
        self.assertEqual({now for now, _ in cluster.truth().values()}, {"asn02"})

    def test_failback_needs_a_server_that_serves(self):
        cluster = self.cluster()
        cluster.down("asn01")
        run = self.failback(cluster, "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("asn01 does not say that it is set up as wanted", run.stdout)
        self.assertEqual({now for now, _ in cluster.truth().values()}, {"asn02"})
        cluster.up("asn01")
        self.assertEqual(self.failback(cluster, "asn01").rc, 0)

    def test_failback_stops_at_a_node_that_does_not_come_home(self):
        cluster = self.cluster()
        cluster.down("asn01")
        cluster.up("asn01")
        cluster.fault("mn", "rnetboot*", "exit")
        run = self.failback(cluster, "asn01")
        self.assertEqual((run.rc, run.verdict["failed"]), (1, "2"), str(run))
        self.assertEqual(run.stdout.count("not tried"), 1)

    def test_a_domain_that_errors_in_the_tables_close_is_left_alone(self):
        cluster = self.cluster()
        cluster.down("asn01")
        cluster.boot("asn01")
        cluster.by_hand("chtab key=useNFSv4onAIX site.value=no")
        codes = [word for finding in cluster.makehanfs("plan", "--json", *TOOLS).json["findings"]
                 if finding["level"] == "error" for word in ("--despite", finding["code"])]
        self.assertEqual(codes, ["--despite", "nfsv4-off"])
        for words in (("--dry-run",), ()):
            run = self.failback(cluster, "asn01", *words)
            self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
            self.assertIn("closed by errors in the tables: nfsv4-off", run.stdout)
        self.assertNotIn("rnetboot", cluster.commands("mn"))
        self.assertEqual(self.failback(cluster, "asn01", *codes).rc, 0)
        cluster.apply("--engine", cluster.engine, *codes)
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"], run.verdict["failed"]), (1, "refused", "1"), str(run))
        self.assertEqual(self.stops(cluster, "asn01", "asn02"), [])
        self.assertEqual(self.drill(cluster, "--rehearse", *codes).rc, 0)

    def test_a_watch_that_ended_before_the_stop_is_no_pass(self):
        cluster = self.cluster()
        program = cluster.folder + "/.skeleton/hanfs/bin/checkhanfs"
        os.rename(program, program + ".real")
        with open(program, "w", encoding="ascii") as file:
            file.write(f'#!/bin/sh\nexec {os.path.realpath(program + ".real")} "$1" "$2" watch --json --seconds=1\n')
        os.chmod(program, 0o755)
        run = self.drill(cluster, "--i-take", "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("cn001: /usr was not seen moving, so its stall is not known", run.stdout)
        self.assertIn("NFS of asn01 was started again when its time was over, 2 s.", run.stdout)
        self.assertNotIn("cn002:", run.stdout)

    def test_failback_does_not_know_where_silent_nodes_run(self):
        cluster = self.cluster(tuned=False)
        for node in ("cn001", "cn003"):
            cluster.down(node)
        for engine in engines_here():
            cluster.engine = engine
            run = self.failback(cluster, "asn01")
            self.assertIn(run.rc, (1, 3), str(run))
            self.assertEqual(run.verdict["status"], "fail")
            self.assertNotIn("No node of asn01 is away", run.stdout)
            self.assertIn("cure: ", run.stdout)

    def test_failback_does_not_know_where_nodes_run_that_cannot_tell(self):
        cluster = self.cluster(tuned=False)
        for node in ("cn001", "cn003"):
            cluster.fault(node, "nfs4cl*", "exit", status=1)
        run = self.failback(cluster, "asn01")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("where they run is not known", run.stdout)
        self.assertNotIn("No node of asn01 is away", run.stdout)

    def test_another_servers_address_is_no_other_address(self):
        cluster = self.cluster(tuned=False)
        cluster.by_hand("chtab node=cn003 noderes.xcatmaster=asn02-ml0")
        codes = {finding["code"] for finding in cluster.makehanfs("plan", "--json", *TOOLS).json["findings"]}
        self.assertIn("xcatmaster-mismatch", codes)
        self.assertNotIn("two-addresses", codes)
        cluster.down("asn01")
        run = cluster.makehanfs("status", "--json", *TOOLS)
        self.assertEqual({node["node"]: node.get("server") for node in run.json["nodes"]}["cn001"], "asn02", run.stdout)

    def test_failback_usage(self):
        cluster = self.cluster(tuned=False)
        for words in (("nobody",), (), ("asn01", "asn02"), ("asn01", "--batch", "0"), ("asn01", "--rehearse")):
            run = self.failback(cluster, *words)
            self.assertEqual(run.rc, 2, str(run))
