# SPDX-License-Identifier: Apache-2.0
"""Completion as a real bash does it, with the file of the package: verbs, options and values are those of --help."""
import os
import pty
import re
import select
import subprocess
import tempfile
import time
import unittest

import built

PROGRAMS = ("setupnfsv4replication", "setuphanfs", "makehanfs", "checkhanfs")


def completion(name):
    return f"{built.staged()}/usr/share/bash-completion/completions/{name}"


def completed(*words, cwd="/"):
    """What bash offers for the last word, as readline cuts the line: --name=value is three words."""
    script = (f'hanfs_programs={built.programs()}; . {completion(os.path.basename(words[0]))}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              '_hanfs "$1"; printf "%s\\n" "${COMPREPLY[@]}"')
    said = built.run("bash", "--norc", "--noprofile", "-c", script, "bash", *words, cwd=cwd)
    return [line for line in said.split("\n") if line]


class Completion(unittest.TestCase):
    def test_all_options_of_help(self):
        for name in PROGRAMS:
            said = subprocess.run([f"{built.programs()}/{name}", "--help"], capture_output=True, text=True).stdout
            options = re.findall(r"^ {2}(?:-\w,)?(--[a-z-]+)", said, re.M)
            self.assertGreater(len(options), 10)
            self.assertEqual(completed(name, "--"), options)
            self.assertTrue(os.path.islink(completion(name)), name)  # as bash-completion looks for it

    def test_verbs_options_and_values(self):
        for words, offered in (
                (("makehanfs", ""), ["plan", "settings", "apply", "status", "runbook", "drill", "failback"]),
                (("makehanfs", "--json", "s"), ["settings", "status"]),
                (("makehanfs", "plan", ""), []),
                (("makehanfs", "apply", "--disr"), ["--disruptive"]),
                (("makehanfs", "apply", "--engine", ""), ["xdsh", "pdsh", "clush"]),
                (("makehanfs", "apply", "--engine", "=", "c"), ["clush"]),
                (("makehanfs", "apply", "--engine", "="), ["xdsh", "pdsh", "clush"]),
                (("makehanfs", "apply", "--fanout", ""), []),
                (("checkhanfs", "w"), ["watch"]),
                (("checkhanfs", "tree", "--hash", "s"), ["sha256"]),
                (("setuphanfs", "--access", "r"), ["ro", "rw"]),
                (("setuphanfs", "--no-such"), []),
                (("setupnfsv4replication", "--gateways", ""), ["auto", "none"]),
                (("setupnfsv4replication", "--dgd", "a"), ["active"]),
                (("/opt/hanfs/bin/setupnfsv4replication", "--hosts"), ["--hosts-first"])):
            self.assertEqual(completed(*words), offered, words)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a manifest", "another"):
                open(f"{folder}/{name}", "w").close()
            self.assertEqual(sorted(completed("checkhanfs", "tree", "compare", "a", cwd=folder)), ["a manifest", "another"])
            self.assertEqual(completed("makehanfs", "status", "--html", "ano", cwd=folder), ["another"])

    def test_what_is_typed_is_never_started(self):
        """xCAT's own postscript of our name would begin its work at a tab."""
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/setupnfsv4replication", "w") as file:
                file.write(f"#!/bin/sh\n: >{folder}/started\n")
            os.chmod(folder + "/setupnfsv4replication", 0o755)
            script = (f'. {completion("setupnfsv4replication")}; hanfs_programs=/nowhere; PATH={folder}:$PATH; COMP_WORDS=("$1" --); '
                      'COMP_CWORD=1; _hanfs "$1"; echo "offered ${#COMPREPLY[@]}"')
            for typed in ("setupnfsv4replication", folder + "/setupnfsv4replication"):
                self.assertEqual(built.run("bash", "--norc", "--noprofile", "-c", script, "bash", typed), "offered 0\n")
            self.assertFalse(os.path.exists(folder + "/started"))

    def test_at_a_terminal(self):
        """Somebody types, and presses Tab."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], {"PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": "/"})
        try:
            os.write(terminal, f"hanfs_programs={built.programs()}; . {completion('makehanfs')}; echo re''ady\n".encode())
            self.wait_for(terminal, "\nready")
            os.write(terminal, b"makehanfs apply --failu\t")
            self.wait_for(terminal, "apply --failure-limit ")
            os.write(terminal, b"1 --engine=cl\t")
            self.wait_for(terminal, "--engine=clush ")
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(terminal)

    def wait_for(self, terminal, text, seconds=20):
        said, limit = "", time.monotonic() + seconds
        while text not in said.replace("\r", ""):
            if not select.select([terminal], [], [], limit - time.monotonic() if limit > time.monotonic() else 0)[0]:
                self.fail(f"{text!r} does not appear: {said!r}")
            said += os.read(terminal, 4096).decode(errors="replace")
