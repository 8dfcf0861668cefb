# SPDX-License-Identifier: Apache-2.0
"""Runs checkhanfs servers and reads what it says."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("HANFS_BIN", ROOT / "build/release/bin"))
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
# 'label'=value[unit];[warning];[critical];[minimum];[maximum]
VALUE = re.compile(r"'[^'=|]+'=(U|-?[0-9.]+)(s|%|B|c)?(;[^;\s]*){0,4}$")
RUBBISH = re.compile(r"[^\x20-\x7e\n]")


class Run:
    def __init__(self, process, out, err, seconds):
        self.rc, self.out, self.err, self.seconds = process.returncode, out, err, seconds
        self.first = out.splitlines()[0] if out else ""
        self.codes = re.findall(r"^(?:CRITICAL|WARNING|UNKNOWN|NOTE): ([a-z0-9-]+): ", out, re.M)

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"status {self.rc} after {self.seconds:.2f} s\n{self.out}{self.err}"


class WireTest(unittest.TestCase):
    maxDiff = None

    def keep(self, server):
        self.addCleanup(server.close)
        return server

    def start(self, *words, **more):
        return subprocess.Popen([str(BIN / "checkhanfs"), "servers", *map(str, words)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def check(self, *words, **more):
        start = time.monotonic()
        process = self.start(*words, **more)
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise AssertionError(f"{words}: did not end within 30 s")
        return Run(process, out.decode(), err.decode(), time.monotonic() - start)

    def once(self, *words, **more):
        """One look, with a short time-out."""
        return self.check(*words, "--again", 0, "--timeout", 1, **more)

    def assert_state(self, run, state, *codes):
        self.assertEqual(run.rc, STATES.index(state), str(run))
        self.assertTrue(run.first.startswith(f"HANFS {state} - "), str(run))
        self.assertEqual(run.first.count("|"), 1, str(run))
        for value in re.findall(r"'[^']*'\S*", run.first.partition("|")[2]):
            self.assertRegex(value, VALUE)
        self.assertEqual(sorted(run.codes), sorted(codes), str(run))
        self.assertIsNone(RUBBISH.search(run.out), str(run))
        self.assertTrue(run.out.splitlines()[-1].startswith("HANFS tool=checkhanfs "), str(run))

    def line(self, run, code):
        return next(line for line in run.out.splitlines() if f": {code}: " in line)


def end(process, number=signal.SIGTERM):
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    return process.returncode, out.decode(), err.decode()


def say_skipped(what, why):
    print(f"SKIPPED: {what}: {why}", file=sys.stderr, flush=True)
