# SPDX-License-Identifier: Apache-2.0
"""setuphanfs: commands that a clean run starts x every fault kind. What must hold after each: see Sweep.one()."""
import errno
import os
import re

from scenario import Scenario
from simnode import is_changing, program
from simserver import DOMAIN, RIGHT, Server
from sweep import WAITING, WHEN, add_test, assert_journalled, label, sample

DEADLINE, COMMAND_DEADLINE = 5, 1
# Taking back has a limit of its own, 60 s; the rest is for the watchdog and for a machine that is busy with other tests.
AFTERWARDS = 60 + 15
# Where these fail, a run waits for the state that they should have brought about.
DAEMONS = ("startsrc", "stopsrc", "lssrc", "chnfs")
# A machine that is too busy for these deadlines proves nothing: then once more with longer ones.
LONGER = 6

FOREIGN_V3, FOREIGN_V4 = "/export/mksysb", "/home"
FOREIGN = ("--export", FOREIGN_V3 + " -rw,access=cn017", "--export", FOREIGN_V4 + " -vers=4,rw")
# Another domain than the wanted one: nfsrgyd runs and is stopped and started.
OTHER_DOMAIN = ("--domain", "old.example.com")

SERVERS = {
    # v3 children and /install without replicas, nothing else.
    "children": (("plain", "--variant", "nested=same-version", *OTHER_DOMAIN,
                  "--export", "/install/postscripts -vers=3,ro",
                  "--export", "/install/nim/spot/71Bdskl/usr -ro,root=cn017:cn018"), ("--disruptive",)),
    # Replication is off, and others use this server by v4 and v3.
    "foreign": (("none", *FOREIGN, *OTHER_DOMAIN), ("--disruptive",)),
    # Nothing has to be interrupted, so nothing may be.
    "undisturbed": (("none", *FOREIGN, "--domain", DOMAIN, "--mode", "on"), ()),
}
EVERY = "every call"


def parts(server):
    """What the simulator itself says: {title: its lines}."""
    shown = server.sim("show")
    shown = shown[shown.index("\nserver\n"):]
    return {found[1]: [line[2:] for line in found[2].splitlines()]
            for found in re.finditer(r"(?m)^(\S.*)\n((?:  .*\n)*)", shown)}


class Snapshot:
    """All that a run could change."""

    def __init__(self, server):
        found = parts(server)
        self.exports, self.file = server.exports(), server.file()
        self.settings = found["server"]  # mode and domain
        self.running = {line.split()[0] for line in found["daemons"] if line.split()[1] == "active"}

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return "\n".join(f"{name}: {value}" for name, value in vars(self).items())


def settled(server):
    """Daemons that are on their way arrive: looking at them lets simulated time pass."""
    for _ in range(3):
        server.daemons()
    return Snapshot(server)


class Wanted:
    """A clean run on a fresh server: what it starts, where it ends."""

    def __init__(self, boot, args):
        with Server(*boot) as server:
            self.before = Snapshot(server)
            run = server.setup(*args)
            assert run.rc == 0, str(run)
            self.after = settled(server)
            commands = server.commands()
        self.commands = sorted(set(map(tuple, commands)))
        self.repeated = {command for command in self.commands if commands.count(list(command)) > 1}
        self.foreign = {d: rows for d, rows in self.before.exports.items() if not (d + "/").startswith("/install/")}


class Starved(Exception):
    pass


class Sweep(Scenario):
    """One test for each server, command, kind and when, made below."""

    def one(self, name, wanted, command, kind, keys, when):
        try:
            return self.attempt(name, wanted, command, kind, keys, when, 1)
        except Starved as starved:
            print(f"too busy, once more with longer deadlines: {starved}", flush=True)
        return self.attempt(name, wanted, command, kind, keys, when, LONGER)

    @staticmethod
    def is_starved(run, calls, command, kind, wanted):
        """Was a sound command ended for its time, or did the run's time pass though nothing was there to wait for?"""
        sound = any(call["outcome"] == "unfinished" and tuple(call["argv"]) != command for call in calls)
        looks = not is_changing(list(command))
        nothing = looks and (kind == "grandchild-pipe" or (kind not in WAITING and command not in wanted.repeated))
        return sound or (nothing and "the deadline of the whole run has come" in run.stdout)

    def attempt(self, name, wanted, command, kind, keys, when, times):
        boot, args = SERVERS[name]
        server = Server(*boot)
        self.addCleanup(server.close)
        server.fault(command, kind, **keys, **WHEN[when])
        latest = DEADLINE * times + AFTERWARDS
        run = server.setup("--json", "--deadline", DEADLINE * times, "--command-deadline", COMMAND_DEADLINE * times, *args,
                           timeout=latest + 15)
        calls = server.calls()
        server.clear_faults()
        now = settled(server)
        tool = command[0]
        where = f"{name}: {' '.join(command)} x {label(kind, keys)}, {when}\n{run}\nis now:\n{now}"

        # It ends in time, with one of the agreed statuses and a verdict.
        self.assertLess(run.seconds, latest, where)
        self.assertIn(run.rc, (0, 1, 2, 3), where)
        status, state = run.verdict.get("status"), run.verdict.get("state")
        may_hold_back = ("drift",) if not args else ()
        may_refuse = ("refused",) if args and tool in ("showmount", "rpcinfo") else ()  # no partner was seen
        allowed = {0: ("ok", "changed"), 1: ("fail", *may_hold_back, *may_refuse), 2: ("refused",), 3: ("fail",)}
        self.assertIn(status, allowed[run.rc], where)

        # 0 is a promise: the simulator itself must agree. 2 and 3 promise that nothing was touched.
        changing = [call["argv"] for call in calls if is_changing(call["argv"])]
        if run.rc == 0:
            self.assert_as_wanted(now, wanted, "a false ok: " + where)
            self.assertEqual(state, "replicated", where)
        if run.rc in (2, 3) or status in ("drift", "refused"):
            self.assertEqual(changing, [], where)
            self.assertEqual(now, wanted.before, where)
        if state == "as-before":
            self.assertEqual(now.exports, wanted.before.exports, "not as before: " + where)
            self.assertEqual(now.file, wanted.before.file, "not as before: " + where)
        if state == "replicated":
            self.assertEqual(now.exports.get("/install"), [RIGHT], where)
        self.assert_foreign_are_up(server, wanted, now, calls, bool(args), where)
        # /etc/exports: as before or as wanted, never half.
        lines = {line for line in (now.file or "").splitlines() if line}
        self.assertIn(lines, [{line for line in (one.file or "").splitlines() if line}
                              for one in (wanted.before, wanted.after)], "half a file: " + where)
        # So far whatever the machine was busy with.
        if times == 1 and run.rc and self.is_starved(run, calls, command, kind, wanted):
            raise Starved(self.id())

        # mount and ifconfig that answer less than there is look like a server where it cannot be done.
        if run.rc in (1, 3):
            named = run.verdict.get("commands", "").split(",")
            said = run.json["errors"] + run.json["warnings"] + run.json["notes"]
            said += [step.get("problem", "") + " ".join(step["argv"]) for step in run.json["plan"] if step.get("problem")]
            self.assertTrue(tool in named or any(tool in text for text in said), "not named: " + where)

        down = wanted.before.running - now.running
        if not (down and self.cannot_start(down, command, when)):
            self.assertEqual(down, set(), "daemons: " + where)
        else:  # nothing can be done about it here: said, with the cure
            self.assertEqual(state, "unsettled", where)
            self.assertIn("not as before: nfsrgyd ran before; cure: startsrc -s nfsrgyd", run.json["errors"], where)
        assert_journalled(self, server, calls, where)

        # Healed: a run converges, the next one has nothing to do.
        if now == wanted.before and not changing:
            pass  # that is the clean run
        elif run.rc == 0:
            self.assert_quiet_again(server, args, where)
        else:
            again = server.setup(*args, "--deadline", 60)
            if again.verdict["status"] == "drift":  # what is left cannot be done without interruptions
                again = server.setup(*args, "--deadline", 60, "--disruptive")
            self.assertEqual(again.rc, 0, f"second run: {again}\nafter {where}")
            self.assert_as_wanted(settled(server), wanted, f"second run: {again}\nafter {where}")
            self.assert_quiet_again(server, args, where)
        server.close()
        return f"{run.rc} {status} {state}"

    @staticmethod
    def cannot_start(down, command, when):
        """A daemon that was stopped to take its new domain, where the one command that starts it never works."""
        return when == EVERY and down == {"nfsrgyd"} and command == ("startsrc", "-s", "nfsrgyd")

    def assert_quiet_again(self, server, args, where):
        server.forget_calls()
        run = server.setup(*args, "--deadline", 60)
        self.assertEqual((run.rc, run.verdict["status"]), (0, "ok"), f"last run: {run}\nafter {where}")
        self.assertEqual(server.commands(changing=True), [], f"last run after {where}")

    def assert_as_wanted(self, now, wanted, where):
        self.assertEqual(now.exports, wanted.after.exports, where)
        self.assertEqual(now.settings, wanted.after.settings, where)
        self.assertEqual(set((now.file or "").splitlines()), set((wanted.after.file or "").splitlines()), where)
        self.assertLessEqual(wanted.after.running, now.running, where)

    def assert_foreign_are_up(self, server, wanted, now, calls, disruptive, where):
        for directory, rows in wanted.foreign.items():
            self.assertEqual(now.exports.get(directory), rows, f"{directory} is not as it was: {where}")
        # Never all at once, never by force.
        for call in calls:
            if call["argv"][0] == "exportfs":
                self.assertFalse({"-ua", "-au", "-a", "-F"} & set(call["argv"]), where)
        if not wanted.foreign:
            return
        all_of_them = server.interruptions(*wanted.foreign)
        if not disruptive:
            self.assertEqual(all_of_them, [], "interrupted without --disruptive: " + where)
        withdrawn = [one["what"] for one in all_of_them if one["kind"] == "withdrawn"]
        self.assertNotIn(FOREIGN_V3, withdrawn, where)
        self.assertLessEqual(withdrawn.count(FOREIGN_V4), 1, where)


class Files(Scenario):
    """A file of the run cannot be written: disk full, read-only, broken. It is tried before anything else is done, and
    taken back when it was written."""
    FILES = ("/etc/exports.before-hanfs", "/etc/exports")
    CALLS = {"create": errno.EROFS, "write": errno.ENOSPC, "sync": errno.EIO, "rename": errno.EACCES}

    def failing(self, file, call, **keys):
        """The environment in which a program's writes of a file fail."""
        return {"LD_PRELOAD": program("failing_files.so"), "FAIL_FILE": file, "FAIL_CALL": call,
                "FAIL_ERRNO": str(self.CALLS[call]), "ASAN_OPTIONS": "verify_asan_link_order=0",
                **{f"FAIL_{name.upper()}": str(value) for name, value in keys.items()}}

    def nth(self, call, number):
        """The number of that write of a file; the trial before it renames nothing."""
        return number if call == "rename" else number + 1

    def write_fails(self, file, call, failing=None, **keys):
        # One line stays: an empty file would need no write.
        server = Server(*SERVERS["children"][0], "--export", FOREIGN_V3 + " -rw")
        self.addCleanup(server.close)
        before = Snapshot(server)
        if failing:
            server.fault(failing, "exit")
        env = self.failing(file, call, **keys)
        run = server.setup("--disruptive", "--json", "--deadline", DEADLINE, env=env)
        server.clear_faults()
        now = settled(server)
        where = f"{file} x {call} {keys}\n{run}\nis now:\n{now}"
        self.expect(run, 1, "fail")
        # The file and the error are named, whatever became of it.
        said = [step.get("problem", "") for step in run.json["plan"]] + run.json["notes"] + run.json["warnings"] + \
            run.json["errors"]
        self.assertTrue(any((f"{file}: cannot " in text or f"{file}.hanfs." in text) and
                            os.strerror(self.CALLS[call]) in text for text in said), where)
        self.assertLessEqual(before.running, now.running, where)
        self.assertEqual([name for name in os.listdir(server.root + "/etc") if ".hanfs." in name], [], where)
        return server, run, before, now, where

    def test_no_room_for_the_journal(self):
        for call in ("create", "write"):
            with self.subTest(call):
                server = Server(*SERVERS["children"][0])
                self.addCleanup(server.close)
                before = server.state()
                env = self.failing("/etc/hanfs/journal", call)
                run = self.expect(server.setup("--disruptive", "--deadline", DEADLINE, env=env), 3, "fail")
                self.assertIn("the journal cannot be written", str(run))
                self.assertIn(os.strerror(self.CALLS[call]), str(run))
                self.assertEqual((server.commands(changing=True), server.state()), ([], before), str(run))

    def test_each_write_in_the_first_place(self):
        for file in self.FILES:
            for call in self.CALLS:
                only = self.nth(call, 1)
                for keys in ({"until": 1}, {}, {"from": only, "until": only}):
                    with self.subTest(f"{file} {call} {keys}"):
                        server, run, before, now, where = self.write_fails(file, call, **keys)
                        self.assertEqual(run.verdict["state"], "as-before", where)
                        self.assertEqual((now.exports, now.file), (before.exports, before.file), where)
                        self.expect(server.setup("--disruptive"), 0)

    def test_taking_back_needs_a_second_try(self):
        for call in self.CALLS:
            with self.subTest(call):
                _, run, before, now, where = self.write_fails("/etc/exports", call, "exportfs /install",
                                                             **{"from": self.nth(call, 2), "until": self.nth(call, 2)})
                self.assertEqual(run.verdict["state"], "as-before", where)
                self.assertEqual(now.exports, before.exports, where)
                self.assertEqual(now.file, before.file, where)

    def test_taking_back_never_works(self):
        """What was exported is exported all the same, and how to go on by hand is said."""
        for call in self.CALLS:
            with self.subTest(call):
                server, run, before, now, where = self.write_fails("/etc/exports", call, "exportfs /install",
                                                                  **{"from": self.nth(call, 2)})
                self.assertEqual(run.verdict["state"], "unsettled", where)
                self.assertEqual(now.exports, before.exports, where)
                self.assertTrue(any("cure: in /etc/exports take out '/install " in text for text in run.json["errors"]),
                                where)
                self.assertEqual(server.read("/etc/exports.before-hanfs"), before.file, where)


def make(name, command, kind, keys, when, wanted):
    add_test(Sweep, name, " ".join(command), kind, keys, when,
             lambda self: self.one(name, wanted, command, kind, keys, when), command[0] in DAEMONS)


WANTED = {name: Wanted(*values) for name, values in SERVERS.items()}
for _name, _wanted in WANTED.items():
    for _case in sample(_wanted.commands, _name == "children"):
        make(_name, *_case, _wanted)
