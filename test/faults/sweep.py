# SPDX-License-Identifier: Apache-2.0
"""What the sweeps share: fault kinds and when they strike, tests made from a call log, the table of results.

Every command x every fault is swept in simulated time (hanfs_worlds --sweep). Here real processes are struck, each fault
with a few commands: a run must be the same where the clock, the pipes and the signals are those of the kernel."""
import re
import threading

from simnode import Node, is_changing

Node.by_processes = True

# Kinds of the simulator with the values of one sweep. A kind of the simulator that is not here fails a test of
# test_sweep.py.
KINDS = {
    "exit": [{"status": 1, "text": "0821-000 broken"}, {"status": 127, "text": ""}],
    "hang": [{"seconds": 40}],
    "ignore-term": [{"seconds": 40}],
    "slow": [{"ms": 300}],
    "garbage": [{"bytes": 4096, "seed": 1}, {"bytes": 300, "seed": 2}],
    "empty": [{}],
    "truncated": [{}],
    "huge": [{"bytes": 20000000}],
    "killed": [{"signal": 9}, {"signal": 11, "when": "after"}],
    "changed-but-exit1": [{"status": 1, "text": "0821-000 broken"}],
    "unchanged-but-exit0": [{}],
    "grandchild-pipe": [{"seconds": 12}, {"seconds": 12, "setsid": 1}],
    "partial-then-hang": [{"seconds": 40}],
}
# For every call these add nothing to "the first call".
ONCE_ONLY = {"slow"}
# They make a run wait.
WAITING = {"hang", "ignore-term", "partial-then-hang", "grandchild-pipe"}

# Which calls of the command are struck.
WHEN = {"first call": {"nth": 1}, "every call": {}}

TABLE = {}
TABLE_LOCK = threading.Lock()


def label(kind, keys):
    return kind + "".join(f" {key}={value}" for key, value in keys.items() if key in ("when", "setsid", "seed", "status"))


def cases():
    for kind, values in KINDS.items():
        for keys in values:
            for when in WHEN:
                if when == "first call" or kind not in ONCE_ONLY:
                    yield kind, keys, when


def sample(commands, thorough):
    """Each case with one command in turn; thorough: with one that looks and one that changes."""
    parts = [[command for command in commands if is_changing(list(command)) == changes] for changes in (False, True)]
    for some in parts if thorough else [commands]:
        for number, case in enumerate(cases()):
            yield some[number % len(some)], *case


def add_test(case_class, name, words, kind, keys, when, body, waits=False):
    """`body(test case)` returns what the table shows: the exit status first. `waits`: also with other kinds."""
    row, column = (name, words), (label(kind, keys), when)

    def test(self):
        result = "FAILED"
        try:
            result = body(self)
        finally:
            with TABLE_LOCK:
                TABLE.setdefault(row, {})[column] = result
    number = sum(1 for attribute in vars(case_class) if attribute.startswith("test_")) + 1
    test.waits = waits or kind in WAITING
    text = re.sub(r"\W+", "_", f"{name} {words} {label(kind, keys)} {when}")
    setattr(case_class, f"test_{number:04}_{text}", test)


def assert_journalled(test, node, calls, where):
    """No change without an entry of the journal that was there before it."""
    known = []
    for entry in node.journal():
        known += [entry["argv"]] if entry.get("argv") else []
        known += entry.get("undo") or []
    known = [[argv[0].rsplit("/", 1)[1], *argv[1:]] for argv in known if argv]
    for call in calls:
        if is_changing(call["argv"]):
            test.assertIn(call["argv"], known, "not in the journal: " + where)


def print_summary():
    if not TABLE:
        return
    used = {column for row in TABLE.values() for column in row}
    columns = [(label(kind, keys), when) for kind, keys, when in cases() if (label(kind, keys), when) in used]
    print("\ncommand x fault -> exit status (F: a test failed, -: not swept)")
    for index, (name, when) in enumerate(columns):
        print(f"  {index + 1:2}  {name}, {when}")
    width = min(max(len(row[1]) for row in TABLE), 60)
    print(f"{'':12} {'':{width}} " + " ".join(f"{i + 1:2}" for i in range(len(columns))))
    for (name, words), row in sorted(TABLE.items()):
        letters = ["-" if c not in row else "F" if row[c] == "FAILED" else row[c][0] for c in columns]
        print(f"{name:12} {words[:width]:{width}} " + " ".join(f"{letter:>2}" for letter in letters))
