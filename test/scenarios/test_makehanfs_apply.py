# SPDX-License-Identifier: Apache-2.0
"""makehanfs apply: what is handed out when, and what becomes of it when a run is stopped."""
import os
import pty
import signal
import subprocess
import threading
import time

from scenario import Scenario
from simmanager import Manager
from simnode import program
from simcluster import Cluster, NODE_COMMAND, TOOLS, engines_here, plain, results, small_cluster


class Apply(Scenario):
    waits = True  # for nodes that boot

    def cluster(self, *size, options=(), by_processes=False):
        cluster = Cluster(small_cluster(*size), *options, by_processes=by_processes)
        self.addCleanup(cluster.close)
        return cluster

    def wait_for_call(self, cluster, host, name="", seconds=30):
        """Until a command was started on a host: any, or this one."""
        limit = time.monotonic() + seconds
        while not any(words[0].endswith(name) for words in cluster.started(host)):
            self.assertLess(time.monotonic(), limit, f"{name or 'a command'} was not called on {host}")
            time.sleep(0.02)

    def slow_start(self, cluster, *args):
        """An apply that is in the middle of asn01. For a cluster by processes."""
        cluster.fault("asn01", "exportfs*", "slow", ms=1500, nth=1)
        process = cluster.start("apply", *TOOLS, "--engine", "xdsh", "--json", *args)
        self.wait_for_call(cluster, "asn01")
        return process

    def test_dry_run_shows_what_a_run_does_and_runs_nothing(self):
        cluster = self.cluster(3)
        hosts = ("asn01", "asn02", "cn001", "cn002", "cn003")
        dry = self.expect(cluster.apply("--fanout", 2, "--dry-run", "--json"), 1, "drift")
        self.assertEqual(set(cluster.commands("mn")), {"tabdump", "lsxcatd"})
        self.assertEqual([cluster.commands(host) for host in hosts], [[]] * len(hosts))
        self.assertFalse(os.path.exists(cluster.mn + "/etc/hanfs/journal-apply"))
        text = cluster.apply("--fanout", 2, "--dry-run").stdout
        for step in dry.json["plan"]:
            self.assertIn("      by " + " ".join(step["argv"]) + "\n", text)
        cluster.forget_calls("mn")
        self.expect(cluster.apply("--fanout", 2), 0)
        run = [call["argv"] for call in cluster.calls("mn") if os.path.basename(call["argv"][0]) == "xdsh"]
        self.assertEqual(run, [step["argv"] for step in dry.json["plan"]])

    def test_servers_of_a_domain_one_after_the_other_then_the_nodes(self):
        cluster = self.cluster(3, 3, by_processes=True)
        for host in ("asn01", "asn02", "asn03"):
            cluster.fault(host, "exportfs*", "slow", ms=300)
        run = self.expect(cluster.apply("--engine", "xdsh", "--json"), 0, "changed")
        self.assertEqual([one["round"] for one in run.json["rounds"]],
                         [*(f"domain asn01+asn02+asn03, server {i} of 3" for i in (1, 2, 3)), "nodes"])
        order = [one["hosts"][0]["host"] for one in run.json["rounds"]][:3]
        for earlier, later in zip(order, order[1:] + ["cn001"]):
            self.assertLess(cluster.calls(earlier)[-1]["time"], cluster.calls(later)[0]["time"])

    def test_only_one_at_a_time_and_sigterm_ends_it_between_two_rounds(self):
        cluster = self.cluster(2, by_processes=True)
        process = self.slow_start(cluster)
        other = self.expect(cluster.apply("--engine", "xdsh"), 75, "refused")
        self.assertIn("another run is at work", other.stdout + other.stderr)
        process.send_signal(signal.SIGTERM)
        run = self.expect(cluster.finish(process, 60), 1, "fail")
        self.assertEqual(results(run), {"asn01": "ok", "asn02": "left-out", "cn001": "left-out", "cn002": "left-out"})
        self.assertTrue(any("stopped by a signal" in error for error in run.json["errors"]), str(run))
        self.assertEqual(cluster.commands("asn02") + cluster.commands("cn001"), [])
        rest = self.expect(cluster.apply("--engine", "xdsh", "--resume", "--json"), 0, "changed")
        # asn01 had its turn, but nobody checked it any more: it is asked again.
        self.assertEqual(results(rest), {"asn01": "ok", "asn02": "ok", "cn001": "changed", "cn002": "changed"})
        # Nothing is left: a resumed run does nothing, and is fine.
        cluster.forget_calls("mn")
        done = self.expect(cluster.apply("--engine", "xdsh", "--resume", "--json"), 0, "ok")
        self.assertEqual(set(results(done).values()), {"done-before"})
        self.assertNotIn("xdsh", cluster.commands("mn"))
        self.expect(cluster.apply("--engine", "xdsh", "--resume", "--dry-run"), 0, "ok")

    def test_a_run_that_was_killed_goes_on_where_it_was(self):
        cluster = self.cluster(2, by_processes=True)
        process = self.slow_start(cluster)
        process.kill()
        process.communicate()
        # asn01 had begun, and nobody knows how it ended: again. While it is still at it, it says so and nothing goes on.
        for _ in range(30):
            rest = cluster.apply("--engine", "xdsh", "--resume", "--json")
            if rest.rc == 0:
                break
            self.assertEqual(results(rest)["asn01"], "refused", str(rest))
            self.assertEqual(results(rest)["asn02"], "left-out", str(rest))
            time.sleep(0.3)
        self.expect(rest, 0, "changed")
        self.assertEqual(results(rest)["asn01"], "ok")

    def test_nothing_to_resume_is_said(self):
        run = self.expect(self.cluster(2).apply("--resume"), 2, "refused")
        self.assertIn("nothing to resume", run.stdout)

    def test_a_node_that_is_down_stops_no_other_and_resume_does_what_failed(self):
        cluster = self.cluster(5)
        cluster.down("cn002")
        run = self.expect(cluster.apply("--engine", "xdsh", "--fanout", 2, "--json"), 1, "fail")
        self.assertEqual(results(run), {"asn01": "ok", "asn02": "ok", "cn001": "changed", "cn002": "no-answer",
                                        "cn003": "changed", "cn004": "changed", "cn005": "changed"})
        self.assertEqual(run.verdict["failed"], "1")
        cluster.up("cn002")
        cluster.boot("cn002")
        last = self.expect(cluster.apply("--engine", "xdsh", "--resume", "--json"), 0, "changed")
        self.assertEqual([host for host, result in results(last).items() if result != "done-before"], ["cn002"])

    def test_a_server_that_fails_leaves_its_domain_alone(self):
        cluster = self.cluster(2)
        cluster.down("asn01")
        for engine in engines_here():
            cluster.forget_calls("asn02")
            run = self.expect(cluster.apply("--engine", engine, "--failure-limit", 9, "--json"), 1, "fail")
            self.assertEqual(results(run), {"asn01": "no-answer", "asn02": "left-out", "cn001": "left-out",
                                            "cn002": "left-out"})
            self.assertEqual(cluster.commands("asn02"), [])

    def test_nodes_outside_of_the_noderange_are_asked_too(self):
        for words in ((), ("--boot-nodes",)):
            cluster = self.cluster(4, options=("--exports", "plain"))
            before = cluster.truth()
            run = self.expect(cluster.apply("cn001", "--engine", "xdsh", "--disruptive", *words), 1, "fail")
            self.assertIn("up, with NFSv4 state on its servers: cn[0", run.stdout)
            self.assertEqual(cluster.truth(), before)
            self.assertEqual([words for host in ("asn01", "asn02") for words in cluster.started(host)
                              if words[:2] == ["exportfs", "-u"]], [])
            self.assertNotIn("shutdown", cluster.commands("cn001"))
            for node in ("cn002", "cn003", "cn004"):
                cluster.down(node)
            cluster.apply("cn001", "--engine", "xdsh", "--disruptive", "--boot-nodes")
            self.assertEqual(cluster.truth()["cn001"], ("asn01", "up"))
            with open(f"{cluster.folder}/asn01/etc/xtab") as file:
                self.assertIn("replicas=", file.read())

    def test_who_is_in_excludenodes_is_not_called_silent(self):
        cluster = self.cluster(4, options=("--exports", "plain"))
        with open(cluster.mn + "/etc/xcat/site.csv", "a") as file:
            file.write('"excludenodes","cn002",,\n')
        before, why = cluster.truth(), "in site.excludenodes, so xdsh, rpower and rnetboot leave it out"
        plan = cluster.makehanfs("plan", "--json", *TOOLS).json["findings"]
        self.assertEqual([one["subjects"] for one in plan if one["code"] == "excluded-nodes"], ["cn002"])
        engines = engines_here()
        for engine in engines:
            with self.subTest(engine):
                run = self.expect(cluster.apply("--engine", engine, "--disruptive", "--boot-nodes"), 1)
                self.assertIn(f"cn002: {why}", run.stdout)
                self.assertIn("cure: take it out there (chtab key=excludenodes", run.stdout)
                self.assertNotIn("does not answer", run.stdout)
                self.assertNotIn("rpower cn002 off", run.stdout)
                self.assertEqual(cluster.truth(), before)
        status = cluster.status("--engine", "xdsh")
        self.assertIn(f"cn002: {why}", status.stdout)
        self.assertNotIn("cn002: no answer", status.stdout)
        part = self.expect(cluster.apply("cn001,cn003,cn004", "--engine", "xdsh", "--disruptive", "--boot-nodes"), 1)
        self.assertIn(f"cn002: {why}", part.stdout)
        self.assertEqual(cluster.truth(), before)

    def test_failback_names_who_is_in_excludenodes_and_boots_the_others(self):
        cluster = self.cluster(4)
        self.expect(cluster.apply("--engine", "xdsh"), 0)
        cluster.sim("asn01", "down", "--quiet")
        cluster.boot("asn01")
        with open(cluster.mn + "/etc/xcat/site.csv", "a") as file:
            file.write('"excludenodes","cn001",,\n')
        home = self.expect(cluster.makehanfs("failback", "asn01", "--engine", "xdsh", *TOOLS), 1)
        self.assertIn("cn001: in site.excludenodes, so xdsh, rpower and rnetboot leave it out, left alone", str(home))
        self.assertNotIn("rcons", str(home))
        self.assertEqual([cluster.truth()[node][0] for node in ("cn001", "cn003")], ["asn02", "asn01"])

    def test_a_check_that_saw_nothing_blames_the_engine(self):
        cluster = self.cluster(2)
        for how in (("exit", "status=1", "text=Unable to open socket connection to xcatd daemon on localhost:3001."),
                    ("exit", "status=0", "text=Unable to open socket connection to xcatd daemon on localhost:3001."),
                    ("hang",)):
            cluster.sim("mn", "fault", "clear")
            cluster.sim("mn", "fault", "add", "xdsh*", *how)
            run = self.expect(cluster.apply("--engine", "xdsh", "--check", "--deadline", "4"), 3, "fail")
            self.assertIn("error: xdsh said nothing of any host, so nothing is known of them; cure: xdsh asn0", run.stdout)
            self.assertNotIn("bring ", run.stdout)

    def test_who_is_only_silent_may_be_up(self):
        cluster = self.cluster(2, options=("--exports", "plain"))
        before = cluster.truth()
        for engine in engines_here():
            for what, how in ((f"{engine} *hostname*", ("exit", "status=1", "text=cannot reach xcatd")),
                              (f"{engine} *hostname*", ("killed",)), (f"{engine} *hostname*", ("empty",))):
                cluster.sim("mn", "fault", "clear")
                if engine == "xdsh":
                    cluster.sim("mn", "fault", "add", what, *how)
                else:  # a real engine: the nodes are not reached by it
                    for node in ("cn001", "cn002"):
                        cluster.down(node, "--ssh", "denied")
                run = self.expect(cluster.apply("--engine", engine, "--disruptive"), 1, "fail")
                self.assertIn("nodes are not known to be down: cn001,cn002", run.stdout)
                for node in ("cn001", "cn002"):
                    cluster.up(node)
                if engine != "xdsh":
                    break
        self.assertEqual({node: server for node, (server, _) in before.items()},
                         {node: server for node, (server, _) in cluster.truth().items()})
        for host in ("asn01", "asn02"):
            self.assertEqual([words for words in cluster.started(host) if words[:2] == ["exportfs", "-u"]], [])

    def test_nodes_that_a_killed_run_has_shut_down_are_booted_by_the_next(self):
        cluster = self.cluster(2, options=("--exports", "plain"), by_processes=True)
        cluster.fault("mn", "rnetboot*", "hang", nth=1)
        words = ("--engine", "xdsh", "--disruptive", "--boot-nodes")
        process = cluster.start("apply", *TOOLS, *words)
        self.wait_for_call(cluster, "mn", "rnetboot", 60)
        process.kill()
        process.communicate()
        cluster.half_an_hour_later()
        self.assertEqual({state for _, state in cluster.truth().values()}, {"powered off"})
        run = cluster.apply(*words, "--json", "--resume")
        self.expect(run, 0, "changed")
        self.assertEqual(cluster.truth(), {"cn001": ("asn01", "up"), "cn002": ("asn02", "up")})

    def test_nodes_that_a_killed_run_left_down_wait_for_none_that_is_up_or_hangs(self):
        words = ("--engine", "xdsh", "--disruptive", "--boot-nodes", "--host-deadline", 4)
        for how in ("up", "hang", "refused"):
            cluster = self.cluster(3, options=("--exports", "plain"), by_processes=True)
            cluster.fault("mn", "rnetboot*", "hang", nth=1)
            process = cluster.start("apply", *TOOLS, *words)
            self.wait_for_call(cluster, "mn", "rnetboot", 60)
            process.kill()
            process.communicate()
            cluster.half_an_hour_later()
            if how == "up":
                cluster.boot("cn001")
            else:
                cluster.down("cn001", "--ssh", how)
                said = cluster.status("--host-deadline", 4).stdout
                self.assertEqual("startsrc -s sshd at the console" in said, how == "refused", said)
                self.assertIn("up again by one: cn002,cn003;" if how == "refused" else "up again by one: cn[001-003];", said)
            run = cluster.apply(*words)
            self.assertEqual({node: state for node, (_, state) in cluster.truth().items() if node != "cn001"},
                             {"cn002": "up", "cn003": "up"}, str(run))
            self.assertIn("booted, as an earlier apply had shut them down: cn002,cn003", run.stdout)
            if how == "hang":
                self.assertIn("by an earlier apply, and not seen up since: cn001; cure", run.stdout)
            if how == "refused":
                self.assertIn("up, but refusing the connection of the remote shell: cn001; cure: startsrc -s sshd", run.stdout)

    test_nodes_that_a_killed_run_left_down_wait_for_none_that_is_up_or_hangs.weight = 70

    def test_a_dead_server_whose_nodes_were_left_down_holds_nobody_up(self):
        words = ("--engine", "xdsh", "--disruptive", "--boot-nodes", "--host-deadline", 4)
        cluster = self.cluster(1, options=("--exports", "plain"), by_processes=True)
        cluster.fault("mn", "rnetboot*", "hang", nth=1)
        process = cluster.start("apply", *TOOLS, *words)
        self.wait_for_call(cluster, "mn", "rnetboot", 60)
        process.kill()
        process.communicate()
        cluster.half_an_hour_later()
        cluster.down("asn01")
        began = time.monotonic()
        run = self.expect(cluster.apply(*words), 1, "fail")
        self.assertLess(time.monotonic() - began, 60)
        self.assertIn("shut down and not booted, as asn01 does not serve (", run.stdout)

    def test_where_no_domain_is_open_the_verdict_counts_them_all(self):
        cluster = Manager("two-domains.txt", per_rack=1)
        self.addCleanup(cluster.close)
        cluster.shell("nodech cn001 noderes.servicenode=asn01,asn03")
        run = self.expect(cluster.apply("--json"), 1, "fail")
        self.assertEqual(run.json["result"]["failed"], len(run.json["errors"]) - 1, str(run))
        self.assertEqual(run.json["result"]["warnings"], len(run.json["warnings"]), str(run))
        self.assertIn("no domain is sound and open", run.json["errors"][-1])
        self.assertGreater(run.json["result"]["failed"], 0)

    def test_what_status_says_of_nodes_without_a_replica_cures_them(self):
        cluster = self.cluster(2, options=("--exports", "plain"))
        said = self.expect(cluster.status(), 1).stdout
        cure = said[said.index("Without some replica."):].splitlines()[1].split()
        self.assertEqual(cure, ["makehanfs", "apply", "--disruptive", "--boot-nodes", f"--node-command={NODE_COMMAND}"])
        self.expect(cluster.apply(*cure[2:4]), 0, "changed")
        self.expect(cluster.status(), 0, "ok")

    def test_nodes_of_a_healthy_domain_are_tuned_whichever_server_is_dead(self):
        for dead in ("asn01", "asn03"):
            for words in ((), ("--disruptive", "--boot-nodes")):
                cluster = Manager("two-domains.txt", per_rack=1)
                self.addCleanup(cluster.close)
                self.expect(cluster.apply("--disruptive", "--boot-nodes"), 0, "changed")
                nodes = [node for node, (server, _) in cluster.truth().items() if server not in ("asn01", "asn02")]
                if dead != "asn01":
                    nodes = [node for node in cluster.truth() if node not in nodes]
                cluster.boot(*nodes)  # without the postscript
                cluster.down(dead)
                run = self.expect(cluster.apply(*words, "--json"), 1, "fail")
                self.assertEqual({results(run)[node] for node in nodes}, {"changed"}, str(run)[:3000])

    def test_a_failed_rnetboot_is_tried_again_for_those_that_stay_down(self):
        cluster = self.cluster(2, options=("--exports", "plain"))
        cluster.fault("mn", "rnetboot*", "exit", status=1, text="busy", nth=1)
        run = self.expect(cluster.apply("--engine", "xdsh", "--disruptive", "--boot-nodes"), 0, "changed")
        self.assertIn("rnetboot cn001,cn002: exit status 1", run.stdout)
        self.assertIn("; after 2 boots its nodes are up", run.stdout)
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    def test_rnetboot_that_did_its_work_and_ends_badly_is_a_warning(self):
        cluster = self.cluster(2, options=("--exports", "plain"))
        cluster.fault("mn", "rnetboot*", "changed-but-exit1", status=1, text="odd", nth=1)
        run = self.expect(cluster.apply("--engine", "xdsh", "--disruptive", "--boot-nodes"), 0, "changed")
        self.assertIn("; all the same its nodes are up", run.stdout)

    def test_what_servers_lack_is_said_before_any_node_is_shut_down(self):
        cluster = Manager("two-domains.txt", per_rack=1)
        self.addCleanup(cluster.close)
        cluster.install_package()
        cluster.shell("makehanfs settings")
        before = cluster.truth()
        run = cluster.shell("makehanfs apply domA --disruptive --boot-nodes")
        self.expect(run, 1, "fail")
        errors = [line for line in run.stdout.splitlines() if " is not on asn[01-02]" in line]
        self.assertEqual(len(errors), 2, run)
        self.assertEqual(cluster.truth(), before)
        self.assertNotIn("shutdown", "".join(" ".join(words) for words in cluster.started("mn")))
        # One of the two cures: the other is still asked for, and nobody is shut down.
        cures = [line.split("prsync")[1].split(", then")[0] for line in errors]
        cluster.shell("prsync" + cures[0])
        run = self.expect(cluster.shell("makehanfs apply domA --disruptive --boot-nodes"), 1, "fail")
        self.assertEqual(run.stdout.count(" is not on asn[01-02]"), 1, run)
        self.assertEqual(cluster.truth(), before)
        cluster.shell("prsync" + cures[1])
        self.expect(cluster.shell("makehanfs apply domA --disruptive --boot-nodes"), 0, "changed")

    def test_the_script_of_xcat_in_the_place_of_ours_has_a_cure(self):
        cluster = Manager("two-domains.txt", per_rack=1)
        self.addCleanup(cluster.close)
        cluster.install_package()
        cluster.shell("makehanfs settings")
        cluster.shell("prsync /install/prescripts service:/install")
        for server in ("asn01", "asn02", "asn03", "asn04", "asn05"):
            cluster.write(server, "/install/postscripts/setupnfsv4replication", "#!/bin/sh\nexit 0\n")
            os.chmod(f"{cluster.folder}/{server}/install/postscripts/setupnfsv4replication", 0o755)
        cluster.shell("updatenode compute -P setupnfsv4replication")
        status = cluster.shell("makehanfs status domA")
        self.assertIn("it said nothing about its file systems, as xCAT's own script of this name does", status.stdout)
        look = cluster.shell("makehanfs apply domA --check")
        self.assertIn("ended well without a verdict, as xCAT's own script of this name does; cure: "
                      "/opt/hanfs/libexec/xcat-files install", look.stdout)
        for line in status.stdout.splitlines():
            if line.startswith(("  prsync ", "  updatenode ")):
                cluster.shell(line.strip())
        self.assertNotIn("said nothing", cluster.shell("makehanfs status domA").stdout)

    def test_a_signal_does_not_leave_nodes_down(self):
        cluster = self.cluster(2, options=("--exports", "plain"), by_processes=True)
        cluster.fault("asn02", "chnfs -R on", "slow", ms=1500)
        process = cluster.start("apply", *TOOLS, "--engine", "xdsh", "--disruptive", "--boot-nodes")
        self.wait_for_call(cluster, "asn02", "chnfs", 60)
        process.send_signal(signal.SIGTERM)
        run = self.expect(cluster.finish(process, 60), 1, "fail")
        self.assertIn("its nodes were shut down, so rnetboot cn001,cn002 was run all the same", run.stdout)
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    def test_who_was_booted_and_not_seen_up_is_named_and_has_its_time(self):
        cluster = self.cluster(2, options=("--exports", "plain"), by_processes=True)
        cluster.fault("mn", "rnetboot*", "exit", status=0, text="netboot has begun", nth=1)
        cluster.fault("asn02", "chnfs -R on", "slow", ms=1500)
        words = ("--engine", "xdsh", "--disruptive", "--boot-nodes")
        process = cluster.start("apply", *TOOLS, *words, "--json")
        self.wait_for_call(cluster, "asn02", "chnfs", 60)
        process.send_signal(signal.SIGTERM)
        run = self.expect(cluster.finish(process, 60), 1, "fail")
        self.assertEqual(run.json["nodes"]["booted"], [])
        self.assertEqual(run.json["nodes"]["not_up"], ["cn001", "cn002"])
        named = "not seen up again by one: cn001,cn002; they may be coming up; cure, for those that are silent half an hour later"
        for look in (cluster.status(), cluster.apply("--dry-run", *words)):
            self.assertIn(named, look.stdout)
        self.assertIn("not seen up again by one: cn001; they may", cluster.makehanfs("failback", "asn01", "--dry-run").stdout +
                      cluster.makehanfs("failback", "asn01", "--dry-run").stderr)
        boots = cluster.commands("mn").count("rnetboot")
        run = self.expect(cluster.apply(*words, "--resume", "--deadline", 20), 1, "fail")
        self.assertEqual(cluster.commands("mn").count("rnetboot"), boots, str(run))
        self.assertIn("not seen up again: cn001,cn002", run.stdout)
        cluster.half_an_hour_later()
        run = self.expect(cluster.apply(*words), 0, "changed")
        self.assertIn("booted: cn001,cn002", run.stdout)
        self.assertNotIn("not seen up", self.expect(cluster.status(), 0, "ok").stdout)

    test_who_was_booted_and_not_seen_up_is_named_and_has_its_time.weight = 30

    def test_no_other_domain_is_shut_down_while_nobody_comes_up(self):
        words = ("--engine", "xdsh", "--disruptive", "--boot-nodes", "--host-deadline", 5, "--deadline", 14)
        for status, text, why in ((1, "Error: the HMC cannot be reached", "1 domain failed, failure_limit is 1"),
                                  (0, "netboot has begun", "so no more were shut down")):
            cluster = Manager("two-domains.txt", per_rack=1)
            self.addCleanup(cluster.close)
            fault = cluster.fault("mn", "rnetboot*", "exit", status=status, text=text)
            down = []
            for _ in range(2):
                run = self.expect(cluster.apply(*words, "--json"), 1, "fail")
                down.append(sorted(node for node, (_, state) in cluster.truth().items() if state != "up"))
                cluster.half_an_hour_later()
            self.assertLess(len(down[0]), len(cluster.truth()))
            self.assertEqual(down[0], down[1], str(run))
            said = [error for error in run.json["errors"] if "which an earlier apply has left down, is up again" in error]
            self.assertEqual(len(said), 1, str(run))
            self.assertIn("their consoles (rcons); when one of them is up, the same again", said[0])
            self.assertTrue(any(why in error for error in run.json["errors"]), str(run))
            cluster.sim("mn", "fault", "clear", fault)
            self.expect(cluster.apply(*words[:-2]), 0, "changed")
            self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    test_no_other_domain_is_shut_down_while_nobody_comes_up.weight = 60

    def test_one_lost_answer_before_the_deadline_leaves_nobody_down(self):
        for asked in ("exportfs", "lssrc"):
            for how in ("exit", "killed"):
                cluster = self.cluster(2, options=("--exports", "plain"))
                keys = {"status": 1, "text": "boom"} if how == "exit" else {}
                # The first question is asked before the shutdown, the next ones before each server.
                cluster.fault("mn", f"xdsh*{asked}*", how, nth=4, **keys)
                run = self.expect(cluster.apply("--engine", "xdsh", "--disruptive", "--boot-nodes", "--deadline", 10), 1, "fail")
                self.assertIn("so rnetboot cn0", run.stdout)
                self.assertNotIn("does not serve", run.stdout)
                self.assertEqual({state for _, state in cluster.truth().values()}, {"up"}, str(run))

    test_one_lost_answer_before_the_deadline_leaves_nobody_down.weight = 50

    def test_a_check_names_who_was_left_down(self):
        cluster = self.cluster(3, options=("--exports", "plain"), by_processes=True)
        cluster.fault("mn", "rnetboot*", "hang", nth=1)
        process = cluster.start("apply", *TOOLS, "--engine", "xdsh", "--disruptive", "--boot-nodes")
        self.wait_for_call(cluster, "mn", "rnetboot", 60)
        process.kill()
        process.communicate()
        cluster.half_an_hour_later()
        cluster.boot("cn001")
        run = cluster.apply("--engine", "xdsh", "--check", "--json")
        self.assertEqual(run.rc, 1, str(run))
        self.assertTrue(any("an apply" in line and "up again by one: cn002,cn003;" in line for line in run.json["warnings"]), str(run))

    def test_a_bar_on_a_terminal_and_nowhere_else(self):
        cluster = self.cluster(10)
        dark = self.expect(cluster.apply("--engine", "xdsh"), 0)
        self.assertNotIn("[#", dark.stderr + dark.stdout)
        ours, theirs = pty.openpty()
        shown = []

        def read():
            try:
                while True:
                    shown.append(os.read(ours, 4096))
            except OSError:
                pass
        reader = threading.Thread(target=read)
        reader.start()
        process = cluster.start("apply", *TOOLS, "--engine", "xdsh", stderr=theirs)
        os.close(theirs)
        run = self.expect(cluster.finish(process), 0)
        reader.join()
        os.close(ours)
        bar = b"".join(shown).decode()
        self.assertIn("12/12", bar)
        self.assertEqual(plain(bar).rstrip("\r").rsplit("\r", 1)[-1].strip()[:9], "makehanfs")
        self.assertNotIn("[#", run.stdout)

    def test_who_is_not_root_reads_what_to_do(self):
        try:
            subprocess.run([program("aixsim"), "--help"], user=65534, capture_output=True, check=False)
        except PermissionError:
            self.skipTest("nobody else may run what lies in " + os.path.dirname(program("aixsim")))
        cluster = self.cluster(2)
        self.expect(cluster.apply("--engine", "xdsh"), 0)  # the lock and the journals are root's
        for words in (("apply", "--disruptive"), ("apply", "--check"), ("settings",)):
            run = cluster.makehanfs(*words, user=65534)
            self.assertNotEqual(run.rc, 0)
            errors = [line for line in run.stdout.splitlines() if "Permission denied" in line]
            self.assertTrue(errors, run)
            self.assertTrue(all("Permission denied; cure: run it as root" in line for line in errors), run)

    def test_nobody_to_hand_anything_to(self):
        cluster = self.cluster(2)
        cluster.by_hand("chdef cn001,cn002 servicenode=asn01")
        run = cluster.apply("--engine", "xdsh")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("no domain is sound", run.stdout)
        self.assertEqual(run.verdict["status"], "fail")
