# SPDX-License-Identifier: Apache-2.0
"""makehanfs status: answers as they should not come, nodes that give none, engines that are not there."""
import json
import os
import signal
import subprocess
import time

from scenario import Scenario
from simcluster import Cluster, NODE_COMMAND, engines_here, small_cluster, states
from simnode import program

HANGS = 4  # seconds for a host; a busy machine needs some to answer at all


class Status(Scenario):
    def cluster(self, *size):
        cluster = Cluster(small_cluster(*size))
        self.addCleanup(cluster.close)
        return cluster

    def odd(self, cluster, host, text):
        """What this node has as its postscript: $TOOL is the real one with its sysroot."""
        root = f"{cluster.folder}/{host}"
        with open(root + "/tmp/odd", "w") as file:
            file.write(f"#!/bin/sh\nTOOL='{program('setupnfsv4replication')} --sysroot {root}'\n{text}\n")
        os.chmod(root + "/tmp/odd", 0o755)

    def problems(self, run):
        return {node["node"]: node["problem"] for node in run.json["nodes"]}

    def test_what_save_keeps_is_replayed_where_no_engine_is(self):
        cluster = self.cluster(4)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        cluster.down("cn002")
        for engine in engines_here():
            folder = f"{cluster.root}/{engine}"
            words = ("status", "--node-command", NODE_COMMAND, "--json")
            live = self.expect(cluster.makehanfs(*words, "--engine", engine, "--save", folder), 1, "fail")
            again = subprocess.run([program("makehanfs"), *words, "--from", folder], capture_output=True, text=True)
            self.assertEqual(again.returncode, 1, str(again))
            self.assertEqual(json.loads(again.stdout)["nodes"], live.json["nodes"])
        for name in os.listdir(folder):
            if name.startswith(engine):
                os.remove(f"{folder}/{name}")
        again = subprocess.run([program("makehanfs"), *words, "--from", folder], capture_output=True, text=True)
        self.assertEqual(again.returncode, 3, str(again))
        self.assertIn("has no answers of hosts; cure: makehanfs status --save DIR keeps them", again.stdout)

    def test_odd_answers_over_every_engine(self):
        cluster = self.cluster(12)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        answers = {
            "cn001": 'exec $TOOL "$@"',
            "cn002": 'echo "Welcome to AIX"; echo; echo "motd: {x}"; exec $TOOL "$@"',
            "cn003": '$TOOL "$@" 2>&1 | sed "s/$/\\r/"',
            "cn004": '$TOOL "$@" | head -c 700; echo',
            "cn005": "printf '\\000\\n%.0s' 1 2 3; head -c 3000 /dev/urandom; printf '\\000\\n'",
            "cn006": '$TOOL "$@"; $TOOL "$@"',
            "cn007": '$TOOL "$@"; $TOOL "$@" | sed s/10.40.0.11/10.40.0.12/g',
            "cn008": '$TOOL "$@"; exit 9',
            "cn009": "exit 0",
            "cn010": 'printf \'{"tool":"setupnfsv4replication","errors":["\'; head -c 200000 /dev/zero | tr "\\0" x; echo \'"]}\'',
            "cn011": "echo '0403-006 Execute permission denied.' >&2; exit 126",
            "cn012": '$TOOL "$@" | sed s/10.40.0.12/10.99.9.9/g',
        }
        for host, text in answers.items():
            self.odd(cluster, host, text)
        for engine in sorted(engines_here(), key="xdsh".__eq__):
            with self.subTest(engine=engine):
                if engine == "xdsh":  # one control character ends its client; test_a_control_character shows that
                    self.odd(cluster, "cn005", "printf '\\344\\366\\001\\303\\n'")
                run = self.expect(cluster.makehanfs("status", "--node-command", "/tmp/odd", "--engine", engine, "--json"), 1, "fail")
                found = states(run)
                # xdsh does not tell which host has which status.
                fine = {"cn001", "cn002", "cn003", "cn006"} | ({"cn008"} if engine == "xdsh" else set())
                self.assertEqual(found.pop("primary"), fine, str(run)[:3000])
                self.assertLess(len(run.stdout), 20000)
                said = self.problems(run)
                self.assertIn("could not be read", said["cn004"])
                self.assertIn("answered twice", said["cn007"])
                self.assertIn("no answer" if engine == "xdsh" else "it said nothing about its file systems", said["cn009"])
                self.assertIn("could not be read" if engine == "pdsh" else "xxx...", said["cn010"])
                self.assertIn("0403-006 Execute permission denied.", said["cn011"])
                self.assertIn("10.99.9.9", said["cn012"])
                text = cluster.makehanfs("status", "--node-command", "/tmp/odd", "--engine", engine).stdout
                self.assertTrue(text.isprintable() or all(c.isprintable() or c in "\n\ufffd" or ord(c) > 127 for c in text))

    def test_a_control_character(self):
        """The client of xdsh dies of it, with what all others said in the same second. A look is taken again, in smaller
        groups, so only the node that says it stays unknown."""
        cluster = self.cluster(4)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        for host in ("cn001", "cn002", "cn003", "cn004"):
            self.odd(cluster, host, 'exec $TOOL "$@"')
        self.odd(cluster, "cn002", "printf '\\014\\n'")
        run = self.expect(cluster.makehanfs("status", "--node-command", "/tmp/odd", "--engine", "xdsh", "--json"), 1, "fail")
        self.assertEqual(states(run), {"silent": {"cn002"}, "primary": {"cn001", "cn003", "cn004"}}, str(run))
        self.assertIn("xdsh: exit status 255", self.problems(run)["cn002"])

    def test_who_does_not_answer_costs_his_time_only(self):
        cluster = self.cluster(4)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        cluster.down("cn002", "--ssh", "hang")
        cluster.down("cn003", "--ssh", "refused")
        for engine in engines_here():
            with self.subTest(engine=engine):
                started = time.monotonic()
                run = self.expect(cluster.status("--engine", engine, "--host-deadline", HANGS, "--json"), 1, "fail")
                self.assertLess(time.monotonic() - started, 60)
                self.assertEqual(states(run), {"primary": {"cn001", "cn004"}, "silent": {"cn002", "cn003"}}, str(run))
                self.assertIn("no answer" if engine == "xdsh" else f"no answer within {HANGS} s", self.problems(run)["cn002"])
                # xdsh's own words when it gives up are about cn002, of which that is said.
                self.assertNotIn("Caught SIGINT", run.stdout)
                self.assertIn("Connection refused", self.problems(run)["cn003"])

    test_who_does_not_answer_costs_his_time_only.waits = True

    def errors(self, run):
        return [line for line in run.stdout.splitlines() if line.startswith("error: ")]

    def test_a_spare_server_that_is_dead_is_drift(self):
        for engine in engines_here():
            cluster = self.cluster(1)  # cn001 runs from asn01; asn02 is there for the night when that dies
            self.expect(cluster.apply("--engine", engine), 0, "changed")
            self.expect(cluster.status("--engine", engine), 0, "ok")
            cluster.by_hand("xdsh asn02 stopsrc -g nfs")
            time.sleep(0.1)
            said = self.errors(self.expect(cluster.status("--engine", engine), 1, "drift"))
            self.assertEqual(said, ["error: asn02 of domain asn01+asn02 has no active nfsd, so no node can fail over to it; "
                                    "cure: its console (rcons), then section 0 of makehanfs runbook asn02 "
                                    f"--engine={engine} --node-command={NODE_COMMAND}"])
            for how in ((), ("--ssh", "hang")):
                cluster.up("asn02")
                cluster.down("asn02", *how)
                run = self.expect(cluster.status("--engine", engine, "--host-deadline", HANGS), 1, "drift")
                self.assertEqual([line.split(", so")[0].split(": ")[1] for line in self.errors(run)],
                                 ["asn02 of domain asn01+asn02 does not answer"], run)
                self.assertEqual(run.verdict["failed"], "1")
            # Whom we may not ask may be well.
            cluster.up("asn02")
            cluster.down("asn02", "--ssh", "denied")
            run = self.expect(cluster.status("--engine", engine), 0, "ok")
            self.assertIn("warning: asn02 of domain asn01+asn02 could not be asked", run.stdout)

    test_a_spare_server_that_is_dead_is_drift.waits = True

    def test_servers_that_nodes_run_on_are_not_asked(self):
        cluster = self.cluster(2)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        cluster.forget_calls("mn", "asn01", "asn02")
        self.expect(cluster.status("--engine", "xdsh"), 0, "ok")
        self.assertEqual([cluster.commands(server) for server in ("asn01", "asn02")], [[], []])
        self.assertEqual(cluster.commands("mn").count("xdsh"), 1)

    def test_different_content_is_drift_until_it_was_compared_again(self):
        cluster = self.cluster(2)
        self.expect(cluster.apply("--engine", "xdsh"), 0, "changed")
        os.makedirs(cluster.mn + "/var/hanfs", exist_ok=True)
        for what, rc, status in (("different content", 1, "drift"), ("same content", 0, "ok")):
            with open(cluster.mn + "/var/hanfs/drills", "a") as file:
                file.write(f'{{"when":"2026-11-28T12:00:00Z","who":"root","domain":"asn01+asn02","server":"asn01","what":"{what}",'
                           '"outage_seconds":0}\n')
            run = self.expect(cluster.status("--engine", "xdsh", "--html", "/tmp/page.html"), rc, status)
            self.assertEqual([line.partition("cure, once they are equal: ")[2] for line in self.errors(run)],
                             ["makehanfs drill asn01+asn02 --rehearse, which compares them again and names the servers that differ"]
                             if rc else [])
            with open(cluster.mn + "/tmp/page.html") as file:
                self.assertEqual("did not have the same content" in file.read(), bool(rc))

    def test_commands_that_are_offered_are_for_the_noderange_that_was_given(self):
        cluster = Cluster(small_cluster(4), "--exports", "plain")
        self.addCleanup(cluster.close)
        os.makedirs(cluster.mn + "/root")
        status = self.expect(cluster.status("cn001,cn002", "cn003", "--html", "/root/page.html"), 1).stdout
        again = f"--node-command={NODE_COMMAND}"
        self.assertIn(f"\n  makehanfs apply cn001,cn002,cn003 --disruptive --boot-nodes {again}\n", status)
        look = self.expect(cluster.apply("cn001-cn003", "--check"), 1).stdout
        held = self.expect(cluster.apply("cn001-cn003"), 1).stdout
        with open(cluster.mn + "/root/page.html") as file:
            page = file.read()
        for text in (status, look, held, page):
            self.assertNotRegex(text, r"makehanfs apply -|makehanfs status -")
        self.assertIn(f"cure: makehanfs apply cn001-cn003 --disruptive --boot-nodes {again} ", held)

    def test_a_number_that_reaches_no_node_is_not_taken_without_a_word(self):
        """Nodes and servers go by their hanfs.conf, whatever this command line says."""
        cluster = self.cluster(1)
        path = "/install/postscripts/hanfs/hanfs.conf"
        os.makedirs(os.path.dirname(cluster.mn + path), exist_ok=True)
        with open(cluster.mn + path, "w") as file:
            file.write("[setupnfsv4replication]\ntimeo = 2\n")
        for run in (cluster.status("--timeo", 7), cluster.apply("--timeo", 7, "--dry-run"), cluster.makehanfs("plan", "--timeo", 7)):
            self.assertIn(path + " says [setupnfsv4replication] timeo = 2, not 7 as makehanfs goes by; it stays; cure: ",
                          run.stdout)
        self.assertNotIn("as makehanfs goes by", cluster.status("--timeo", 2).stdout)

    def test_nothing_is_run_twice(self):
        """The client of xdsh dies when the hosts have done their work: what they said is lost."""
        cluster = self.cluster(3)
        cluster.fault("mn", "xdsh *", "killed", when="after")
        cluster.forget_calls("mn")
        run = self.expect(cluster.apply("--engine", "xdsh", "--json"), 1, "fail")
        calls = [" ".join(call["argv"]) for call in cluster.calls("mn") if call["argv"][0].endswith("xdsh")]
        self.assertEqual(len(calls), len(set(calls)), calls)
        self.assertTrue(any("killed by signal 9" in error for error in run.json["errors"]), str(run))

    def test_sigterm_shows_what_is_known(self):
        cluster = self.cluster(2)
        cluster.down("cn002", "--ssh", "hang")
        process = cluster.start("status", "--node-command", NODE_COMMAND, "--engine", "xdsh", "--json")
        limit = time.monotonic() + 30
        while "xdsh" not in cluster.commands("mn"):
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        run = cluster.finish(process, 30)
        self.assertIn("cn002", states(run)["silent"])
        # Nothing is known where the signal was quicker than the first answer.
        self.expect(run, 3 if len(states(run)["silent"]) == 2 else 1, "fail")
        self.assertTrue(any(error.startswith("xdsh: interrupted after") for error in run.json["errors"]), str(run))
        self.assertFalse(any("HANFS" in error for error in run.json["errors"]), str(run))

    def test_no_engine_no_node_no_tables(self):
        cluster = self.cluster(2)
        os.remove(cluster.mn + "/opt/xcat/bin/xdsh")
        run = self.expect(cluster.status("--engine", "xdsh"), 3, "fail")
        self.assertIn("/opt/xcat/bin/xdsh is not installed", run.stdout)
        self.expect(cluster.status("nosuchnode"), 2, "refused")
        cluster.by_hand("nodech cn001,cn002 nodetype.os=Linux || chtab node=compute nodetype.os=Linux")
        cluster.by_hand("chtab node=compute nodetype.os=Linux")
        run = self.expect(cluster.status(), 3, "fail")
        self.assertIn("nobody to ask", run.stdout)
        # No table can be read: one reason, told once.
        cluster.fault("mn", "tabdump*", "exit", status=1, text="xcatd")
        down = self.expect(cluster.status(), 3, "fail")
        self.assertEqual((down.stdout.count("xcatd"), down.stdout.count("warning: ")), (1, 0), down)
        os.remove(cluster.mn + "/opt/xcat/sbin/tabdump")
        self.expect(cluster.status(), 3, "fail")
