# SPDX-License-Identifier: Apache-2.0
"""checkhanfs node: what a monitor is told of a node, and that nothing is changed and nothing hidden."""
import os
import re

from scenario import Scenario
from simnode import REPLICA, SERVER, STATELITE, USR, Node, is_changing

OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
# "'label'=value[unit];[warning];[critical];[minimum];[maximum]": the guidelines of the monitoring plugins
VALUE = re.compile(r"'[^'=]+'=(U|-?[0-9.]+)(s|%|B|c|)((;(@?(~|-?[0-9.]*):?(-?[0-9.]*))?){0,2}(;[0-9.]*){0,2})$")


class CheckedNode(Node):
    tool = "checkhanfs"

    def check(self, *words, **more):
        return self.run("node", *words, **more)

    def tune(self):
        self.tool = "setupnfsv4replication"
        run = self.run()
        self.tool = "checkhanfs"
        assert run.rc == 0, str(run)


class NodeCheck(Scenario):
    def node(self, *boot, tuned=True):
        node = CheckedNode(*boot)
        self.addCleanup(node.close)
        node.write("/etc/netsvc.conf", "hosts = local, bind\n")
        if tuned:
            node.tune()
        return node

    def assert_state(self, run, state, *codes):
        self.assertEqual(run.rc, state, str(run))
        first, *rest = run.stdout.splitlines()
        self.assertTrue(first.startswith(f"HANFS {STATES[state]} - "), first)
        self.assertEqual(first.count("|"), 1, first)
        for value in re.findall(r"'[^']*'\S*", first.partition("|")[2]):
            self.assertRegex(value, VALUE)
        found = [line.split(": ")[1] for line in rest if re.match("(WARNING|CRITICAL|UNKNOWN): ", line)]
        self.assertEqual(sorted(found), sorted(codes), str(run))
        self.assertEqual(run.verdict["tool"], "checkhanfs")

    def test_what_is_left_alone_as_it_is_mounted_soft_is_not_ok(self):
        node = self.node("--option", "soft")
        run = node.check()
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("WARNING: soft: /usr", run.stdout)
        node.write("/etc/hanfs.conf", "[setupnfsv4replication]\nexclude = /usr, /.statelite/persistent\n")
        run = node.check()
        self.assertNotIn("soft", run.stdout)
        self.assertNotIn("settings", run.stdout)

    def test_a_node_that_has_lost_all_its_gateways(self):
        node = self.node()
        for gateway in (SERVER, REPLICA):
            node.by_hand("route", "-n", "delete", "0", gateway)
        run = node.check()
        self.assert_state(run, CRITICAL, "no-gateway")
        self.assertIn("'gateways_live'=0;;1:;0;2", run.stdout)
        cure = f"--gateways {SERVER} {REPLICA}"
        self.assertIn(f"hanfs had set {SERVER} and {REPLICA}; cure: setupnfsv4replication {cure}\n", run.stdout)
        node.write("/etc/hanfs.conf", f"[setupnfsv4replication]\ngateways = {SERVER}, {REPLICA}\n")
        self.assert_state(node.check(), CRITICAL, "no-gateway", "gateway-differs")
        node.write("/etc/hanfs.conf", "[setupnfsv4replication]\ngateways = none\n")
        self.assert_state(node.check(), OK)
        node.write("/etc/hanfs.conf", "")
        node.tool = "setupnfsv4replication"
        for args in ("--check",), ("--status",), ():
            self.expect(node.run(*args), 1, "drift")
        self.expect(node.run(*cure.split()), 0, "changed")
        self.expect(node.run("--check"), 0, "ok")

    def test_a_node_that_never_had_a_gateway_wants_none(self):
        node = self.node(tuned=False)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        node.tune()
        self.assert_state(node.check(), OK)

    def test_a_tuned_node_is_ok_and_nothing_is_changed(self):
        node = self.node()
        before = node.state()
        node.forget_calls()
        run = node.check()
        self.assert_state(run, OK)
        self.assertIn("'failover'=0.3s", run.stdout)
        self.assertEqual([argv for argv in node.commands() if is_changing(argv)], [])
        self.assertEqual(node.state(), before)

    def test_an_untuned_node(self):
        run = self.node(tuned=False).check()
        self.assert_state(run, WARNING, "untuned", "gateway-differs")
        self.assertIn("up to 50s", run.stdout)

    def test_it_judges_by_the_settings_of_the_node(self):
        node = self.node(tuned=False)
        node.write("/etc/hanfs.conf", "[setupnfsv4replication]\ntimeo = 100\nretrans = 5\ngateways = none\n")
        self.assert_state(node.check(), OK)

    def test_settings_that_cannot_be_met_are_not_ok(self):
        for setting in ("gateways = 203.0.113.1", "gateways = 10.9.9.9", "gateways = 203.0.113.117", "persist = true"):
            with self.subTest(setting=setting):
                node = self.node(tuned=False)
                node.write("/etc/hanfs.conf", f"[setupnfsv4replication]\n{setting}\n")
                node.tool = "setupnfsv4replication"
                self.assertEqual(node.run().rc, 1)
                self.assertEqual(node.run("--status").rc, 1)
                node.tool = "checkhanfs"
                self.assert_state(node.check(), WARNING, "settings")

    def test_after_a_failover(self):
        node = self.node()
        node.sim("fail", SERVER)
        node.sim("clock", "+60")  # dead gateway detection takes its time
        run = node.check()
        self.assertIn("away", [finding["code"] for finding in node.check("--json").json["findings"]])
        self.assert_state(run, WARNING, "away", "gateway-dead", "no-dump-device")
        self.assertIn(USR, run.stdout)

    def test_no_replica(self):
        self.assert_state(self.node("--replicas", "0").check(), CRITICAL, "no-replica")

    def test_no_gateway_lives(self):
        node = self.node()
        node.sim("fail", SERVER)
        node.sim("fail", REPLICA)
        node.sim("clock", "+60")
        run = node.check()
        self.assertEqual(run.rc, CRITICAL, str(run))
        self.assertIn("no-gateway", run.stdout)

    def test_dns_first(self):
        node = self.node()
        node.write("/etc/netsvc.conf", "hosts = bind, local\n")
        node.write("/etc/resolv.conf", "nameserver 203.0.113.53\n")
        self.assert_state(node.check(), WARNING, "dns-first")

    def test_the_level_of_aix(self):
        node = self.node()
        for level, states in {"7100-01-02-1150": (WARNING, "aix-level"), "6100-04-11-1140": (WARNING, "aix-level"),
                              "7100-01-03-1207": (OK,)}.items():
            node.variant(oslevel=level)
            self.assert_state(node.check(), *states)
        node.variant(oslevel="7100-01-03-1207")
        self.assertIn("IV14334", node.check().stdout)

    def test_one_bad_mount_hides_no_other(self):
        node = self.node()
        node.fault(["nfs4cl", "showfs", USR], "hang")
        run = node.check()
        self.assert_state(run, CRITICAL, "silent")
        self.assertIn("'tuned'=1;2:;;0;2 'silent'=1;;0;0;2", run.stdout)
        self.assertLess(run.seconds, 33)

    def test_whatever_hangs_it_ends_and_says_so(self):
        for command in ("mount", "nfs4cl", "netstat", "lsattr", "no", "nfso", "ifconfig", "oslevel", "sysdumpdev"):
            node = self.node()
            node.fault(f"{command}*", "hang")
            run = node.check()
            self.assertLess(run.seconds, 33, command)
            harmless = command in ("oslevel", "sysdumpdev")
            self.assertEqual(run.rc == OK, harmless, str(run))

    def test_without_mounts_it_is_unknown(self):
        node = self.node()
        node.fault("mount", "exit", status=7, text="boom")
        run = node.check()
        self.assert_state(run, UNKNOWN, "unobserved")
        self.assertIn("HANFS UNKNOWN - what is mounted could not be seen: mount: exit status 7", run.stdout)

    def test_each_failure_is_named_with_command_status_and_what_it_said(self):
        for command in ("mount", "nfs4cl showfs*", "nfso*", "netstat*", "lsattr*", "no *", "ifconfig*", "oslevel*",
                        "sysdumpdev*"):
            with self.subTest(command=command):
                node = self.node()
                node.fault(command, "exit", status=7, text="boom")
                for run in node.check(), node.check("--json"):
                    self.assertRegex(run.stdout, command.rstrip("* ") + "[^:]*: exit status 7 after [0-9.]+ s: boom", str(run))

    def test_not_aix(self):
        node = self.node()
        os.unlink(node.root + "/usr/sbin/nfs4cl")
        run = node.check()
        self.assertEqual(run.rc, UNKNOWN, str(run))
        self.assertIn("this is not AIX", run.stdout)
        run = node.check("--openmetrics", node.root + "/no/such/folder.prom")
        self.assertRegex(run.stdout, "^HANFS UNKNOWN - this is not AIX: .*; .*/no/such/folder.prom")

    def test_usage(self):
        node = self.node()
        for words in ((), ("nodes",), ("node", "more"), ("node", "--openmetrics", ""), ("node", "--deadline", "0")):
            run = node.run(*words)
            self.assertEqual(run.rc, UNKNOWN, str(run))
            self.assertTrue(run.stdout.startswith("HANFS UNKNOWN - "), run.stdout)
        run = node.run("--json", "nodes")
        self.assertEqual((run.rc, run.json["result"]["state"]), (UNKNOWN, "UNKNOWN"))

    def test_json(self):
        node = self.node()
        node.fault(["nfs4cl", "showfs", STATELITE], "hang")
        run = node.check("--json")
        report = run.json
        self.assertEqual((run.rc, report["result"]["exit_status"]), (CRITICAL, CRITICAL))
        self.assertEqual([finding["code"] for finding in report["findings"]], ["silent"])
        self.assertTrue(run.stderr.startswith("HANFS tool=checkhanfs "))

    def test_metrics(self):
        node = self.node("--mounts", "3")
        node.sim("add-mount", "--over", '/odd "path" \\ \n|', "--server", SERVER)
        file = node.root + "/hanfs.prom"
        run = node.check("--openmetrics", file)
        self.assertEqual(run.rc, CRITICAL, str(run))
        with open(file, encoding="ascii") as text:
            lines = text.read().splitlines()
        self.assertIn('hanfs_mount_failover_seconds{path="/usr"} 0.3', lines)
        self.assertIn('hanfs_mount_replicas{path="/odd \\"path\\" \\\\ \\\\x0a|"} 0', lines)
        for line in lines:
            self.assertRegex(line, r'^(# (HELP|TYPE) hanfs_[a-z_]+ .*|hanfs_[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"\})? \S+)$')
        self.assertEqual([name for name in os.listdir(node.root) if name.startswith("hanfs.prom")], ["hanfs.prom"])
        self.assertEqual(node.check("--openmetrics", node.root + "/no/such/folder.prom").rc, CRITICAL)
