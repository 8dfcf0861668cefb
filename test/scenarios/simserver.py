# SPDX-License-Identifier: Apache-2.0
"""A simulated service node in a folder of its own, and runs of setuphanfs on it."""
import json
import subprocess
import time

from simnode import CLEAN_ENVIRONMENT, Node, program, served

ONE, TWO, THREE = "203.0.113.15", "203.0.113.14", "203.0.113.13"
DOMAIN = "cluster.example.com"
RIGHT = {"replicas=/install@203.0.113.15:/install@203.0.113.14", "vers=4", "ro", "noauto", "root=*"}


def exports_in(xtab):
    """{directory: [set of options]} of the text of /etc/xtab."""
    found = {}
    for line in xtab.splitlines():
        directory, _, options = line.partition(" -")
        found.setdefault(directory, []).append(set(options.split(",")))
    return found


class Server(Node):
    tool = "setuphanfs"

    def __init__(self, exports="none", *boot):
        super().__init__("--server", "--exports", exports, *boot)

    def setup(self, *args, **more):
        return self.run("--replica", ONE, TWO, "--nfs-domain", DOMAIN, *args, **more)

    def start_bare(self, *args):
        """Without --sysroot."""
        return subprocess.Popen(self.command(*args, sysroot=False), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True, env=CLEAN_ENVIRONMENT)

    def exports(self):
        """{directory: [set of options]} as the kernel has them."""
        return exports_in(self.read("/etc/xtab"))

    def wait_until(self, condition, seconds=30):
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                raise AssertionError(f"not within {seconds} s")
            time.sleep(0.02)

    def file(self):
        try:
            return self.read("/etc/exports")
        except FileNotFoundError:
            return None

    def mode(self):
        self.variant(getreplicas="word")
        return self.by_hand("nfsd", "-getreplicas").strip()

    def state(self):
        """What a run could change, but for the daemons (looking at them lets simulated time pass)."""
        try:
            domain = self.read("/etc/nfs/local_domain")
        except FileNotFoundError:
            domain = None
        return self.exports(), self.file(), domain, self.by_hand("nfsd", "-getreplicas", check=False)

    def daemons(self):
        rows = [line.split() for line in self.by_hand("lssrc", "-g", "nfs").splitlines()[1:]]
        return {row[0]: row[-1] for row in rows}

    def interruptions(self, *directories):
        done = served([program("aixsim"), "-C", self.root, "interruptions", "--json", *directories])
        return json.loads(done.stdout)


def link(node, *servers):
    done = served([program("aixsim"), "link", node.root, *(server.root for server in servers)])
    if done.returncode != 0:
        raise RuntimeError(f"aixsim link: {done.stderr}")


def hangs(node):
    """Do applications on the node hang?"""
    return served([program("aixsim"), "-C", node.root, "use", "--quiet"]).returncode != 0
