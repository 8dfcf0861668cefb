# SPDX-License-Identifier: Apache-2.0
"""Trees in a folder of their own, and runs of checkhanfs tree."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None
OK, WARNING, CRITICAL, UNKNOWN = range(4)
MARKS = "=-+*!"


class Run:
    def __init__(self, process):
        self.rc = process.returncode
        self.stdout = process.stdout.decode("utf-8", "surrogateescape")
        self.stderr = process.stderr.decode("utf-8", "surrogateescape")
        self.lines = self.stdout.splitlines()

    @property
    def found(self):
        """Lines of differences, without their values: '* content usr/ls'."""
        return [line.partition("\t")[0] for line in self.lines if line[:1] in MARKS and line[1:2] == " "]

    def __str__(self):
        return f"status {self.rc}\n{self.stdout[-3000:]}{self.stderr[-1000:]}"


class TreeCase(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="hanfs-tree.")
        self.addCleanup(self.clean)

    def clean(self):
        subprocess.run(["chmod", "-R", "u+rwx", self.work], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.work, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def write(self, name, content=b"content\n"):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def tree(self, *words, env=None, **more):
        environment = dict(os.environ, TMPDIR=self.work, **(env or {}))
        return Run(subprocess.run([PROGRAM, "tree", *words], cwd=self.work, env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False, timeout=more.pop("timeout", 120), **more))

    def manifest(self, directory, name, *words):
        run = self.tree("manifest", directory, "--output", self.path(name), *words)
        self.assertIn(run.rc, (OK, WARNING), str(run))
        return run

    def replica(self, directory="a", copy="b"):
        subprocess.run(["cp", "-a", self.path(directory), self.path(copy)], check=True)

    def entries(self, name):
        """{path as written: columns} of a manifest."""
        with open(self.path(name), encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
        return {columns[7]: columns for columns in lines}

    def assert_found(self, run, *expected):
        self.assertEqual(run.found, list(expected), str(run))
        only_unread = expected and all(line.startswith("!") for line in expected)
        self.assertEqual(run.rc, UNKNOWN if only_unread else CRITICAL if expected else OK, str(run))

    def mount(self, *places):
        """A file system of its own at each of these folders, which are made."""
        for place in places:
            os.makedirs(self.path(place), exist_ok=True)
            mounted = subprocess.run(["mount", "-t", "tmpfs", "none", self.path(place)], check=False,
                                     capture_output=True)
            if mounted.returncode != 0:
                self.skipTest("mount needs root: " + mounted.stderr.decode().strip())
            self.addCleanup(subprocess.run, ["umount", self.path(place)], check=True)

    def as_json(self, *words):
        run = self.tree(*words, "--json")
        return json.loads(run.stdout), run

    def peak_of(self, *words):
        """Status and peak memory in bytes. Started by a small process: the peak of the one that forks is inherited."""
        script = ("import os, sys; out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)\n"
                  "pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])\n"
                  "_, status, usage = os.wait4(pid, 0); print(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024)")
        said = subprocess.run([sys.executable, "-S", "-E", "-c", script, self.path("out"), PROGRAM, "tree", *words],
                              check=True, capture_output=True, env=dict(os.environ, TMPDIR=self.work), cwd=self.work)
        return map(int, said.stdout.split())

    @staticmethod
    def let_ctimes_age():
        """A file is known again only when its ctime is older than two seconds."""
        time.sleep(3.1)
