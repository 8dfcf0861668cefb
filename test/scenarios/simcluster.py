# SPDX-License-Identifier: Apache-2.0
"""A simulated cluster in a folder of its own: management node, servers, nodes; and runs of makehanfs there."""
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from simnode import CLEAN_ENVIRONMENT, Run, program

HERE = os.path.dirname(os.path.realpath(__file__))
CLUSTERS = os.path.join(os.path.dirname(HERE), "aixsim", "clusters")
POSTSCRIPTS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "postscripts")


def thinned(path, per_rack):
    """The cluster file with so many nodes of each rack: what a test shows with 3 nodes needs no 12."""
    seen = {}
    kept = []
    with open(path) as file:
        for line in file:
            rack = re.match(r"node \S+ .*groups=(\w+)", line)
            if rack:
                seen[rack[1]] = seen.get(rack[1], 0) + 1
                if seen[rack[1]] > per_rack:
                    continue
            kept.append(line)
    return "".join(kept)


class Cluster:
    def __init__(self, name="two-domains.txt", *create, per_rack=3):
        self.folder = tempfile.mkdtemp(prefix="hanfs-cluster.", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.dir = os.path.join(self.folder, "c")
        self.mn = os.path.join(self.dir, "mn")
        path = os.path.join(self.folder, "cluster.txt")
        with open(path, "w") as file:
            file.write(thinned(os.path.join(CLUSTERS, name), per_rack))
        # Programs are found by their links, which have to lead to those under test.
        self.sim("cluster", "create", self.dir, path, "--hanfs", os.path.dirname(program("makehanfs")), *create)

    def install(self):
        """The tools on the management node and the servers, as README.md says."""
        for place, name, tool in (("/install/postscripts", "setupnfsv4replication", "setupnfsv4replication"),
                                  ("/install/prescripts", "hanfs_export", "setuphanfs")):
            os.makedirs(self.mn + place + "/hanfs", exist_ok=True)
            shutil.copy(os.path.join(POSTSCRIPTS, name), self.mn + place)
            shutil.copy(program(tool), self.mn + place + "/hanfs")
            run = self.shell(f"prsync {place} service:/install")
            if run.rc != 0:
                raise AssertionError(str(run))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def sim(self, *args, check=True):
        done = subprocess.run([program("aixsim"), *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=CLEAN_ENVIRONMENT)
        if check and done.returncode != 0:
            raise AssertionError(f"aixsim {' '.join(args)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def makehanfs(self, *args):
        done = subprocess.run([program("makehanfs"), *args, "--sysroot", self.mn], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=CLEAN_ENVIRONMENT)
        return Run(done.returncode, done.stdout, done.stderr, 0)

    def shell(self, line):
        """A line as root types it on the management node."""
        folders = [self.mn + "/bin", self.mn + "/opt/freeware/bin", "/usr/bin", "/bin"]
        environment = dict(CLEAN_ENVIRONMENT, PATH=":".join(folders), AIXSIM_STATE=self.mn)
        if line.startswith("makehanfs "):
            line = f"{shlex.quote(program('makehanfs'))} {line.split(' ', 1)[1]} --sysroot {shlex.quote(self.mn)}"
        done = subprocess.run(["/bin/sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=environment, cwd=self.mn)
        return Run(done.returncode, done.stdout, done.stderr, 0)

    def show(self):
        return json.loads(self.sim("cluster", "show", self.dir, "--json"))

    def nodes(self):
        """{node: (server that it runs from, state)}"""
        return {node["name"]: (node["now"], node["state"]) for node in self.show()["nodes"]}

    def table(self, *columns, nodes="compute"):
        """{(node, column): value} as nodels resolves it."""
        found = {}
        for line in self.shell(f"nodels {nodes} {' '.join(columns)}").stdout.splitlines():
            node, column, value = line.split(":", 2)
            found[node, column.strip()] = value.strip()
        return found

    def lines_of(self, host, name):
        try:
            with open(os.path.join(self.dir, host, ".aixsim", name)) as file:
                return set(file.read().split())
        except FileNotFoundError:
            return set()
