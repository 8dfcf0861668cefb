# SPDX-License-Identifier: Apache-2.0
"""makehanfs: every command that it starts on the management node x every fault kind: tabdump of each table, lsxcatd, and the
engine of status and apply. The commands come from the call log of clean runs. What must hold: see check()."""
import os
import re
import time

from scenario import Scenario
from simcluster import Cluster, TOOLS, small_cluster
from sweep import KINDS, TABLE, TABLE_LOCK, WAITING, WHEN, label

DEADLINE, HOST_DEADLINE = 12, 1
# The watchdog ends a stuck run 30 s and a host's deadline after its own; the rest is for a busy machine.
LATEST = DEADLINE + 15
LIMITS = ("--deadline", DEADLINE, "--command-deadline", 3, "--host-deadline", HOST_DEADLINE)
# The real pdsh and clush take the place of the simulated command: what spoils its output later cannot strike them.
BEFORE = ("exit", "hang", "ignore-term", "killed")


def glob_of(argv):
    """Without what differs from cluster to cluster."""
    name = os.path.basename(argv[0])
    return f"tabdump {argv[1]}" if name == "tabdump" else f"{name} *"


def clean_runs():
    """{engine: commands} of a clean status and apply, and the plan."""
    found = {}
    cluster = Cluster(small_cluster(2))
    try:
        plan = cluster.makehanfs("plan", "--json", *TOOLS, *LIMITS)  # a command of the plan names the host deadline
        assert plan.rc == 0, str(plan)
        for engine in ("xdsh", "pdsh", "clush"):
            if engine != "xdsh" and not os.access("/usr/bin/" + engine, os.X_OK):
                print(f"NOT TESTED: {engine} is not installed; cure: test/packages.sh names its package", flush=True)
                continue
            cluster.forget_calls("mn")
            run = cluster.apply("--engine", engine)
            assert run.rc == 0, str(run)
            run = cluster.status("--engine", engine)
            assert run.rc == 0, str(run)
            found[engine] = sorted({glob_of(call["argv"]) for call in cluster.calls("mn")
                                    if not call["argv"][0].endswith("ssh")})
        return plan.json, found
    finally:
        cluster.close()


PLAN, COMMANDS = clean_runs()


class Sweep(Scenario):
    """One test for each command, verb, kind and when, made below."""

    def struck(self, glob, kind, keys, when):
        cluster = Cluster(small_cluster(2))
        self.addCleanup(cluster.close)
        cluster.fault("mn", glob, kind, **keys, **WHEN[when])
        return cluster

    def check(self, run, seconds, command, where):
        """In time, an agreed status with its verdict, and the cause named in a line that a person can read."""
        self.assertLess(seconds, LATEST, where)
        self.assertIn(run.rc, (0, 1, 3), where)
        agreed = {0: ("ok", "changed"), 1: ("fail", "drift"), 3: ("fail",)}[run.rc]
        self.assertIn(run.verdict.get("status"), agreed, where)
        if run.rc != 0:
            said = run.json["errors"] + run.json["warnings"]
            said += [host["problem"] or "" for one in run.json.get("rounds", []) for host in one["hosts"]]
            said += [node["problem"] or "" for node in run.json.get("nodes", []) if "problem" in node]
            self.assertTrue(any(said), "no reason: " + where)
            if command.startswith("tabdump"):
                self.assertTrue(any(command in line for line in run.json["errors"] + run.json["warnings"]), where)
            for line in said:
                self.assertNotIn("\n", line, where)
                self.assertLess(len(line), 3000, where)

    def plan(self, command, kind, keys, when):
        cluster = self.struck(command, kind, keys, when)
        started = time.monotonic()
        run = cluster.makehanfs("plan", "--json", *TOOLS, *LIMITS)
        where = f"plan: {command} x {label(kind, keys)}, {when}\n{str(run)[:3000]}"
        self.check(run, time.monotonic() - started, command, where)
        if run.rc == 0 and not any(command in line for line in run.json["warnings"]):
            self.assertEqual(run.json["plan"], PLAN["plan"], "a false ok: " + where)
        cluster.close()
        return f"{run.rc} {run.verdict['status']}"

    def status(self, engine, kind, keys, when):
        cluster = self.struck(f"{engine} *", kind, keys, when)
        started = time.monotonic()
        run = cluster.status("--engine", engine, "--json", *LIMITS)
        where = f"status: {engine} x {label(kind, keys)}, {when}\n{str(run)[:3000]}"
        self.check(run, time.monotonic() - started, engine, where)
        # These nodes are not tuned: there is no way to be fine.
        self.assertNotEqual(run.rc, 0, "a false ok: " + where)
        self.assertEqual(run.json["summary"]["primary"], 0, where)
        cluster.close()
        return f"{run.rc} {run.verdict['status']}"

    def apply(self, engine, kind, keys, when):
        cluster = self.struck(f"{engine} *", kind, keys, when)
        started = time.monotonic()
        run = cluster.apply("--engine", engine, "--json", *LIMITS)
        where = f"apply: {engine} x {label(kind, keys)}, {when}\n{str(run)[:3000]}"
        self.check(run, time.monotonic() - started, engine, where)
        tuned = re.findall(r"(?m)^cn\d+ .* 1/3 ", cluster.aixsim("cluster", "show", cluster.folder))
        if run.rc == 0:
            self.assertEqual(len(tuned), 2, "a false ok: " + where)
        if run.rc == 3:
            self.assertEqual(cluster.commands("asn01") + cluster.commands("asn02"), [], "3, but something was done: " + where)
        cluster.sim("mn", "fault", "clear")
        again = cluster.apply("--engine", engine, "--resume", "--json")
        self.assertEqual(again.rc, 0, f"second run: {again}\nafter {where}")
        cluster.close()
        return f"{run.rc} {run.verdict['status']}"


def make(verb, command, kind, keys, when):
    row, column = ("mn " + verb, command), (label(kind, keys), when)

    def test(self):
        result = "FAILED"
        try:
            result = getattr(self, verb)(command, kind, keys, when)
        finally:
            with TABLE_LOCK:
                TABLE.setdefault(row, {})[column] = result
    test.waits = kind in WAITING
    setattr(Sweep, "test_" + re.sub(r"\W+", "_", f"{verb} {command} {label(kind, keys)} {when}"), test)


# The tables are read by one function: each kind strikes one table, each table is struck by two kinds.
_tables = sorted({c for commands in COMMANDS.values() for c in commands if c.startswith("tabdump ")})
for _number in range(max(2 * len(_tables), len(KINDS))):
    _kind = list(KINDS)[_number % len(KINDS)]
    make("plan", _tables[_number % len(_tables)], _kind, KINDS[_kind][0], "first call")
# Without an answer of lsxcatd the tables mean what they mean in 2.9.2, as they do here.
for _kind, _values in KINDS.items():
    make("plan", "lsxcatd *", _kind, _values[0], "first call")
# So are the engines run by one: xdsh is struck in every way, the real ones in each of their own ways once.
for _engine in COMMANDS:
    for _kind, _values in KINDS.items():
        for _keys in _values if _engine == "xdsh" else _values[:1] if _kind in BEFORE else ():
            make("status", _engine, _kind, _keys, "every call")
            make("apply", _engine, _kind, _keys, "first call")
            if _engine == "xdsh":
                make("apply", _engine, _kind, _keys, "every call")


class Completeness(Scenario):
    def test_every_command_is_swept(self):
        for engine, commands in COMMANDS.items():
            others = [c for c in commands if not c.startswith("tabdump ")]
            self.assertEqual(sorted(others), sorted(["lsxcatd *", f"{engine} *"]))
        self.assertGreaterEqual(len([c for c in COMMANDS["xdsh"] if c.startswith("tabdump ")]), 15)
