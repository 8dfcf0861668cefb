# SPDX-License-Identifier: Apache-2.0
"""The guide for administrators, typed word by word in its order on a simulated management node: from a site without failover
to a drill, a dead server and the way home. "status=WORD" in the comment of a command is what its verdicts must say."""
import os
import re
import unittest

from simmanager import POSTSCRIPTS, Manager
from simnode import program

GUIDE = os.path.join(os.path.dirname(POSTSCRIPTS), "packaging/doc/guide.md")
SERVERS = ("asn01", "asn02", "asn03", "asn04", "asn05")
# What the guide's site does not have at its beginning.
LACKING = ("useNFSv4onAIX=yes ", 'row postscripts node=compute postbootscripts="setupnfsv4replication"\n',
           "row prescripts node=compute end=diskless:hanfs_export\n")
# A drill waits 10 s, stops NFS for 30 s and watches for 70 s, a rehearsal for 5 s; here less time passes in each.
SHORTER = {"prescripts/hanfs/setuphanfs": "--lead=*) word=--lead=2 ;; --outage=*) word=--outage=2",
           "postscripts/hanfs/checkhanfs": "--seconds=5) word=--seconds=1 ;; --seconds=*) word=--seconds=7"}


def commands():
    """[(title of the section, command, its comment)]"""
    found = []
    with open(GUIDE) as file:
        text = file.read().partition("\n## Messages and what to do\n")[0]
    for section in text.split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        for line in re.findall(r"^(?: {4}| {7})(\S.*)$", rest, re.M):
            command, _, comment = line.partition(" # ")
            found.append((title, command.rstrip(), comment))
    return found


class Site(Manager):
    def __init__(self):
        super().__init__("two-domains.txt", per_rack=1, lacking=LACKING)  # exported, but without replicas
        os.makedirs(self.mn + "/root")

    def install_package(self):
        super().install_package()
        for name, shorter in SHORTER.items():
            path = f"{self.mn}/install/{name}"
            os.unlink(path)
            with open(path, "w") as file:
                file.write(f"#!/bin/sh\nfor word; do\n  shift\n  case $word in {shorter} ;; esac\n"
                           f'  set -- "$@" "$word"\ndone\nexec {program(os.path.basename(name))} "$@"\n')
            os.chmod(path, 0o755)

    def type(self, line):
        if line.startswith("rpm -U hanfs-"):
            return self.install_package()
        said = self.on_manager(re.sub(r"^(?:[\d*]+ ){5}", "", line))  # of a crontab: the command
        if line.startswith("prsync"):  # on real servers a copy ends at another moment on each
            for second, server in enumerate(SERVERS):
                os.utime(f"{self.folder}/{server}/install", (second, second))
        return said


class Guide(unittest.TestCase):
    waits = True
    maxDiff = 3000

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)
        self.typed = []

    def before(self, title):
        """What happens between the sections, and not by the administrator."""
        if title == "When a server dies":
            self.site.sim("asn01", "down", "--quiet")
        if title == "Going home":
            self.assertEqual({state for _, state in self.site.truth().values()}, {"up"}, "a node hangs")
            self.assertNotIn("asn01", {now for now, _ in self.site.truth().values()})
            self.site.up("asn01")
            self.type_runbook("asn01", 5)

    def type_runbook(self, server, section):
        """Section 5 is what the guide has done first; test_runbook looks closer at what it does."""
        text = self.site.read("mn", f"/root/runbook-{server}.md").partition(f"\n## {section}. ")[2].partition("\n## ")[0]
        lines = [line for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S) for line in block.splitlines()]
        self.assertGreater(len(lines), 5)
        said = ""
        for line in lines:
            if line.startswith("mkdsklsnode"):  # not simulated, and only for a server that was installed anew
                continue
            for _ in range(3 if "lssrc" in line else 1):  # "stopsrc comes back before the stop is done: look again"
                said += f"$ {line}\n{self.site.type(line)}"
        self.assertIn("state=replicated", said)

    def judge(self, line, comment, said):
        wanted = set(re.findall(r"status=\w+", comment))
        found = set(re.findall(r"HANFS tool=.* (status=\w+)", said))
        context = f"{line}   # {comment}\n{said}\n\nbefore:\n" + "\n".join(self.typed[-3:])
        if wanted:
            self.assertEqual(found, wanted, context)
        if comment.startswith("OK"):
            self.assertIn("OK", said, context)
        if "no line with error" in comment:
            self.assertNotIn("error ", said, context)
        if line.startswith("ping"):
            self.assertIn("100% packet loss", said, context)
        if line.startswith("prsync"):
            self.assertEqual((said.count(": done"), "error" in said), (5, False), context)

    def test_every_command(self):
        home, section = {}, ""
        lines = commands()
        self.assertGreater(len(lines), 45)
        for title, line, comment in lines:
            if re.search(r"^nim |\"nim |^mkdsklsnode ", line):  # not simulated
                continue
            if title != section:
                section = title
                home = home or (self.site.truth() if title == "A maintenance window" else {})
                self.before(title)
            said = self.site.type(line) or ""
            self.judge(line, comment, said)
            self.typed.append(f"$ {line}\n{said[-1500:]}")
        self.assertEqual(self.site.truth(), home, "not all is as after the ten steps")
        for server in SERVERS:
            self.assertIn(f"# Runbook: {server} is down", self.site.read("mn", f"/root/runbook-{server}.md"))
        self.assertIn("status=ok", self.site.read("mn", "/root/status.txt"))
        # The drill took place, and the last line of its section does not say so.
        self.assertIn('"passed"', self.site.read("mn", "/var/hanfs/drills"))

    test_every_command.weight = 30
