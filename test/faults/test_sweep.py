# SPDX-License-Identifier: Apache-2.0
"""Commands that a clean run starts x every fault kind, the first call only and every call. What must hold after each: see
Sweep.one()."""
import re
import subprocess

from scenario import Scenario
from simnode import CLEAN_ENVIRONMENT, Node, defaults_over_time, is_changing, program
from sweep import KINDS, WHEN, add_test, assert_journalled, label, sample

DEADLINE = 8  # a command that hangs has a quarter of it, ending it takes up to 2 s, and 2.5 s belong to the report
# The watchdog ends a stuck run 5 s after its deadline; the rest is for a machine that is busy with other tests.
LATEST = DEADLINE + 5 + 4

NODES = {
    "diskless": ((), ("--dgd-ping-time", "3")),
    "standalone": (("--standalone",), ("--persist", "--dgd-ping-time", "3")),
}


class Wanted:
    """A clean run on a fresh node: where everything must end."""

    def __init__(self, boot, args):
        with Node(*boot) as node:
            self.before = node.state()
            self.gateways = [gateway for gateway, _, _ in node.defaults()]
            run = node.run(*args)
            assert run.rc == 0, str(run)
            self.after = node.state()
            self.commands = sorted(set(tuple(argv) for argv in node.commands()))


def section(state, title):
    found = re.search(rf"(?m)^{title}\n((?:  .*\n)*)", state)
    return found.group(1) if found else ""


def mounts_of(state):
    rows = {}
    for found in re.finditer(r"(?m)^  nfs4 +(\S+) from .*\n +now (.*)\n", section(state, "mounts")):
        rows[found[1]] = found[2]
    return rows


def tunables_of(state):
    return section(state, "tunables changed")


class Sweep(Scenario):
    """One test for each node, command, kind and when, made below."""

    def one(self, name, wanted, args, command, kind, keys, when):
        node = self.node(*NODES[name][0])
        node.fault(command, kind, **keys, **WHEN[when])
        run = node.run("--json", "--deadline", DEADLINE, *args, timeout=60)
        calls = node.calls()
        state = node.state()
        tool = command[0]
        where = f"{name}: {' '.join(command)} x {label(kind, keys)}, {when}\n{run}"

        # It ends in time, with one of the agreed statuses and a verdict.
        self.assertLess(run.seconds, LATEST, where)
        self.assertIn(run.rc, (0, 1, 3), where)
        self.assertIn(run.verdict.get("status"), ("ok", "changed") if run.rc == 0 else ("fail",), where)
        # 0 is a promise: the simulator itself must agree.
        if run.rc == 0:
            self.assertEqual(state, wanted.after, "a false ok: " + where)
        # An ODM without a route is a legal answer of lsattr: nobody can tell that it lost one.
        elif not (tool == "lsattr" and kind == "empty"):
            named = run.verdict.get("commands", "").split(",")
            self.assertTrue(tool in named or any(tool in text for text in run.json["errors"]), "not named: " + where)
        if run.rc == 3:
            self.assertEqual(state, wanted.before, "3 but changed: " + where)
            self.assertEqual([c["argv"] for c in calls if is_changing(c["argv"])], [], where)

        # At each moment one default route was live.
        self.assertGreaterEqual(min(defaults_over_time(wanted.gateways, calls, keys.get("when") == "after")), 1, where)
        self.assertIn("  default ", section(state, "routes"), where)

        # What this command is not about was done.
        if tool != "mount":
            for path, options in mounts_of(wanted.after).items():
                if path not in command:
                    self.assertEqual(mounts_of(state).get(path), options, f"{path} not done: {where}")
            # Without an answer to a ping no gateway is taken away that may be the last one alive.
            # With --persist live and stored routes have one set of costs, so they wait for lsattr.
            about_routes = ("route", "netstat", "ifconfig", "ping") + (("lsattr",) if "--persist" in args else ())
            if tool not in about_routes:
                self.assertEqual(section(state, "routes"), section(wanted.after, "routes"), "routes not done: " + where)
                if tool not in ("chdev", "lsattr"):
                    self.assertEqual(section(state, "odm"), section(wanted.after, "odm"), "ODM not done: " + where)
            if tool != "no":
                self.assertEqual(tunables_of(state), tunables_of(wanted.after), "tunables not done: " + where)

        assert_journalled(self, node, calls, where)

        # Healed: a run converges, the next one has nothing to do.
        node.clear_faults()
        again = node.run("--deadline", 30, *args)
        self.assertEqual(again.rc, 0, f"second run: {again}\nafter {where}")
        self.assertEqual(node.state(), wanted.after, f"second run: {again}\nafter {where}")
        node.forget_calls()
        third = node.run("--deadline", 30, *args)
        self.assertEqual((third.rc, third.verdict["status"]), (0, "ok"), f"third run: {third}\nafter {where}")
        self.assertEqual(node.commands(changing=True), [], f"third run after {where}")
        node.close()
        return f"{run.rc} {run.verdict['status']}"


def make(name, command, kind, keys, when, wanted, args):
    add_test(Sweep, name, " ".join(command), kind, keys, when,
             lambda self: self.one(name, wanted, args, command, kind, keys, when))


for _name, (_boot, _args) in NODES.items():
    _wanted = Wanted(_boot, _args)
    for _case in sample(_wanted.commands, _name == "diskless"):
        make(_name, *_case, _wanted, _args)


class Completeness(Scenario):
    def test_every_kind_of_the_simulator_is_swept(self):
        node = self.node()
        done = subprocess.run([program("aixsim"), "-C", node.root, "fault", "add"], capture_output=True, text=True,
                              env=CLEAN_ENVIRONMENT)
        kinds = {line.split()[0] for line in done.stderr.split("\n") if line.startswith("  ")}
        self.assertTrue(kinds)
        self.assertEqual(kinds - set(KINDS), set())


class Everything(Scenario):
    """All commands are struck at once."""

    def test_all_commands_at_once(self):
        for kind in KINDS:
            if kind in ("slow", "grandchild-pipe", "changed-but-exit1"):
                continue
            with self.subTest(kind=kind):
                node = self.node()
                before = node.state()
                node.fault("*", kind, **KINDS[kind][0])
                run = node.run("--json", "--deadline", DEADLINE, timeout=60)
                self.assertLess(run.seconds, LATEST)
                if kind in ("huge", "unchanged-but-exit0", "truncated"):
                    self.assertIn(run.rc, (1, 3), str(run))
                else:
                    self.assertEqual(run.rc, 3, str(run))
                    self.assertIn("mount", run.verdict["commands"])
                    self.assertEqual(node.state(), before)
                node.clear_faults()
                self.tune(node)
                self.assert_quiet(node)

    def test_all_set_commands_fail_in_another_way_each_time(self):
        node = self.node()
        for kind in ("exit", "killed", "unchanged-but-exit0"):
            for glob in ("nfs4cl set*", "route *", "no -o*=*"):
                node.fault(glob, kind)
            run = node.run("--deadline", 20, "--dgd-ping-time", 3)
            self.assertEqual(run.rc, 1, str(run))
            for name in ("nfs4cl", "route", "no"):
                self.assertIn(name, run.verdict["commands"].split(","))
            self.assertEqual(len(node.defaults()), 1)
            node.clear_faults()
        self.tune(node, "--dgd-ping-time", 3)
        self.assert_quiet(node, "--dgd-ping-time", 3)

    def test_default_size_of_huge(self):
        node = self.node()
        node.fault("no -x", "huge", nth=1)
        run = node.run("--deadline", 30)
        self.assertIn(run.rc, (0, 1), str(run))
        self.assertLess(run.seconds, 35)

    def test_a_list_of_routes_that_repeats_itself(self):
        # 64 KiB and more of the same rows: one default a thousand times. lib/aix/README.md "Unknown: routes", 7.
        node = self.node()
        node.fault("netstat -rn -f inet", "huge", bytes=1000000)
        run = node.run("--json", "--deadline", 20, timeout=60)
        self.assertIn(run.rc, (1, 3), str(run)[-3000:])
        self.assertGreaterEqual(len(node.defaults()), 1)
        self.assertLess(len(run.json["plan"]), 100, "a plan of thousands of steps")
        self.assertIn("netstat", run.verdict["commands"].split(","), "the command whose answer cannot be true")
