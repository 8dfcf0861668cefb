# SPDX-License-Identifier: Apache-2.0
"""What an administrator does on the management node of a simulated cluster: puts the tools there, types commands, reads
tables and looks at who serves what."""
import os
import re
import shlex
import shutil
import subprocess

from simcluster import CLUSTERS, HERE, Cluster
from simnode import CLEAN_ENVIRONMENT, Run, program

POSTSCRIPTS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "postscripts")


def thinned(name, per_rack):
    """The cluster file with so many nodes of each rack: what a test shows with 3 nodes needs no 12."""
    seen = {}
    kept = []
    with open(os.path.join(CLUSTERS, name)) as file:
        for line in file:
            rack = re.match(r"node \S+ .*groups=(\w+)", line)
            if rack:
                seen[rack[1]] = seen.get(rack[1], 0) + 1
                if seen[rack[1]] > per_rack:
                    continue
            kept.append(line)
    return "".join(kept)


class Manager(Cluster):
    def __init__(self, name="two-domains.txt", *create, per_rack=3, lacking=()):
        """`lacking`: words of the cluster file that are left out of it."""
        text = thinned(name, per_rack)
        for words in lacking:
            assert words in text, words
            text = text.replace(words, "", 1)
        super().__init__(text, *create)

    def install_package(self):
        """What a package does; test/packages does it with real ones. Programs of this machine stand for those of AIX."""
        programs = os.path.realpath(os.path.dirname(program("makehanfs")))
        for words in (["cmake", "--install", os.path.dirname(programs), "--prefix", self.mn],
                      [self.mn + "/opt/hanfs/libexec/xcat-files", "install", self.mn + "/install"]):
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "HANFS_NODE_PROGRAMS": programs})

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

    def shell(self, line):
        """A line as root types it; whatever its status is."""
        folders = [self.mn + "/bin", self.mn + "/opt/freeware/bin", "/usr/bin", "/bin"]
        if line.startswith("makehanfs "):
            line = f"{shlex.quote(program('makehanfs'))} {line.split(' ', 1)[1]} --sysroot {shlex.quote(self.mn)}"
        done = subprocess.run(["/bin/sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self.mn,
                              env=dict(CLEAN_ENVIRONMENT, PATH=":".join(folders), AIXSIM_STATE=self.mn))
        return Run(done.returncode, done.stdout, done.stderr, 0)

    def on_manager(self, line):
        """The same where every absolute path of the line is the management node's."""
        done = subprocess.run([program("aixsim"), "cluster", "exec", self.folder, "xcatmn", line],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, env=CLEAN_ENVIRONMENT)
        return done.stdout

    def table(self, *columns, nodes="compute"):
        """{(node, column): value} as nodels resolves it."""
        found = {}
        for line in self.shell(f"nodels {nodes} {' '.join(columns)}").stdout.splitlines():
            node, *column, value = line.split(": ", 2 if len(columns) > 1 else 1)
            found[node, (column or columns)[0]] = value.strip()
        return found

    def lines_of(self, host, name):
        """Of a file that the simulator keeps: consoles, hwconn, monitored."""
        try:
            with open(os.path.join(self.folder, host, ".aixsim", name)) as file:
                return set(file.read().split())
        except FileNotFoundError:
            return set()

    def read(self, host, path):
        with open(self.folder + "/" + host + path) as file:
            return file.read()

    def write(self, host, path, text):
        os.makedirs(os.path.dirname(self.folder + "/" + host + path), exist_ok=True)
        with open(self.folder + "/" + host + path, "w") as file:
            file.write(text)
