# SPDX-License-Identifier: Apache-2.0
"""A simulated cluster in a folder of its own, and runs of makehanfs on its management node."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.parse

from simnode import CLEAN_ENVIRONMENT, Run, all_it_said, program, served

HERE = os.path.dirname(os.path.realpath(__file__))
CLUSTERS = os.path.join(os.path.dirname(HERE), "aixsim", "clusters")
ENGINES = ("xdsh", "pdsh", "clush")
NODE_COMMAND, SERVER_COMMAND = "/opt/hanfs/bin/setupnfsv4replication", "/opt/hanfs/bin/setuphanfs"
TOOLS = ("--node-command", NODE_COMMAND, "--server-command", SERVER_COMMAND)


def cluster_file(machines, options=""):
    """Text of a cluster file around the lines of its servers and nodes."""
    return "\n".join([
        f"option mn=xcatmn mn-address=10.20.0.2/24 {options}".strip(),
        "site master=10.20.0.2 domain=cluster.example.com useNFSv4onAIX=yes sharedinstall=no installdir=/install",
        "network mgtnet net=10.20.0.0 mask=255.255.255.0 mgtifname=en0 gateway=10.20.0.1",
        "network ml0net net=10.40.0.0 mask=255.255.0.0 mgtifname=en1 gateway=10.40.0.1",
        *machines,
        "device hmc01 address=10.20.0.101 groups=hmc servicenode=asn01", "row ppc node=compute hcp=hmc01",
        "row postscripts node=compute postbootscripts=setupnfsv4replication",
        "row nodetype node=service os=AIX arch=ppc64 profile=71Bsn provmethod=71Bsn nodetype=osi",
        "row nodetype node=compute os=AIX arch=ppc64 profile=71Bdskl provmethod=71Bdskl nodetype=osi",
        "row nimimage imagename=71Bdskl nimtype=diskless spot=71Bdskl shared_root=71BShared_root",
        "row nimimage imagename=71Bsn nimtype=standalone spot=71Bsn"]) + "\n"


def small_cluster(nodes=4, servers=2):
    """Text of a cluster file: one domain of `servers`, their nodes spread over them."""
    lines = []
    names = [f"asn{i + 1:02}" for i in range(servers)]
    for i, name in enumerate(names):
        lines.append(f"server {name} address=10.20.0.{11 + i}/24 node-name={name}-ml0 node-address=10.40.0.{11 + i}/16 "
                     "domain=A groups=service gateway=10.20.0.1")
    for i in range(nodes):
        own = names[i % servers:] + names[:i % servers]
        lines.append(f"node cn{i + 1:03} address=10.40.1.{i + 1}/16 groups=compute,aix primary={own[0]} "
                     f"backup={','.join(own[1:])}")
    return cluster_file(lines, "exports=right")


class Cluster:
    def __init__(self, text, *options, by_processes=False):
        """`text`: a cluster file, or the name of one in test/aixsim/clusters. A run on a node or server is one process, in
        simulated time; where what happens meanwhile is the test, `by_processes`."""
        programs = os.path.dirname(program("aixsim")) + ("" if by_processes else "/in_process")
        shm = "/dev/shm" if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK) else None
        self.root = tempfile.mkdtemp(prefix="hanfs-cluster.", dir=shm)
        os.chmod(self.root, 0o755)
        self.folder = self.root + "/c"
        self.mn = self.folder + "/mn"
        path = os.path.join(CLUSTERS, text)
        if "\n" in text:
            path = self.root + "/cluster.txt"
            with open(path, "w") as file:
                file.write(text)
        self.aixsim("cluster", "create", self.folder, path, "--hanfs", programs, *options)

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    # -- the simulator

    @staticmethod
    def aixsim(*words):
        argv = [program("aixsim"), *map(str, words)]
        if words[:2] == ("cluster", "exec"):  # becomes the shell of the host
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=CLEAN_ENVIRONMENT, text=True,
                                  errors="surrogateescape")
        else:
            done = served(argv)
        if done.returncode != 0:
            raise RuntimeError(f"aixsim {words}: exit status {done.returncode}\n{done.stderr}")
        return done.stdout

    def sim(self, host, *words):
        return self.aixsim("-C", f"{self.folder}/{host}", *words)

    def down(self, host, *options):
        return self.aixsim("cluster", "down", self.folder, host, *options)

    def up(self, host):
        return self.aixsim("cluster", "up", self.folder, host)

    def boot(self, *hosts):
        return self.aixsim("cluster", "boot", self.folder, *hosts, "--no-postscripts")

    def by_hand(self, line):
        """The administrator types a command on the management node."""
        done = subprocess.run(line, shell=True, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**CLEAN_ENVIRONMENT, "AIXSIM_STATE": self.mn,
                                   "PATH": f"{self.mn}/bin:" + CLEAN_ENVIRONMENT["PATH"]})
        if done.returncode != 0:
            raise RuntimeError(f"{line}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def truth(self):
        """{node: (server now, state)} as the simulator has it."""
        shown = json.loads(self.aixsim("cluster", "show", self.folder, "--json"))
        return {node["name"]: (node["now"], node["state"]) for node in shown["nodes"]}

    def half_an_hour_later(self):
        """Nodes that an apply has begun to boot have had their time, by its journal."""
        path = self.mn + "/etc/hanfs/journal-apply"
        if os.path.exists(path):
            with open(path, "r+", encoding="utf-8") as file:
                text = re.sub(r"(booted at )[0-9T:-]+Z", r"\g<1>2026-01-01T00:00:00Z", file.read())
                file.seek(0)
                file.write(text)

    def harm(self, host):
        """What commands have made worse on a host, as the simulator judges it."""
        done = served([program("aixsim"), "-C", f"{self.folder}/{host}", "harm", "--json"])
        return json.loads(done.stdout)

    def cluster_harm(self, *words, text=None):
        """What was made worse in the cluster, since `begin`; with words of `aixsim cluster harm` other than options: []."""
        done = subprocess.run([program("aixsim"), "cluster", "harm", self.folder, *words], capture_output=True, text=True,
                              input=text, env=CLEAN_ENVIRONMENT)
        if done.returncode not in (0, 1) or done.stderr:
            raise RuntimeError(f"aixsim cluster harm {words}: exit status {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout or "[]")

    def fault(self, host, glob, kind, **keys):
        return self.sim(host, "fault", "add", glob, kind, *(f"{key}={value}" for key, value in keys.items())).strip()

    def calls(self, host):
        return sorted(json.loads(self.sim(host, "calls", "--json")), key=lambda call: call["time"])

    def commands(self, host):
        """Names of what was called on a host, oldest first."""
        return [os.path.basename(call["argv"][0]) for call in self.calls(host)]

    def log_of(self, host):
        return f"{self.folder}/{host}/.aixsim/calls"

    def started(self, host, ended=False):
        """The words of each command that was started, or has ended, on a host, from its log itself: for who asks often."""
        try:
            with open(self.log_of(host), encoding="ascii", errors="replace") as file:
                lines = [line.split() for line in file]
        except FileNotFoundError:
            return []
        ends = {line[1] for line in lines if line[0] == "E" and len(line) > 1}
        calls = [line for line in lines if line[0] == "S" and (not ended or line[1] in ends)]
        return [["" if word == "%" else urllib.parse.unquote(word) for word in call[7:]] for call in calls]

    def forget_calls(self, *hosts):
        for host in hosts:
            if os.path.exists(self.log_of(host)):
                os.truncate(self.log_of(host), 0)  # commands that run append to the same file

    # -- the program

    def start(self, *args, env=None, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([program("makehanfs"), "--sysroot", self.mn, *map(str, args)], stdout=subprocess.PIPE,
                                text=True, errors="surrogateescape", env={**CLEAN_ENVIRONMENT, **(env or {})}, **more)

    @staticmethod
    def finish(process, timeout=150):
        out, err = all_it_said(process, timeout)
        return Run(process.returncode, out, err or "", 0)

    def makehanfs(self, *args, **more):
        return self.finish(self.start(*args, **more))

    def apply(self, *args, **more):
        return self.makehanfs("apply", *TOOLS, *args, **more)

    def status(self, *args, **more):
        return self.makehanfs("status", "--node-command", NODE_COMMAND, *args, **more)


def states(run):
    """{state: set of nodes} of status --json."""
    found = {}
    for node in run.json["nodes"]:
        found.setdefault(node["state"], set()).add(node["node"])
    return found


def results(run):
    """{host: result} of apply --json."""
    return {host["host"]: host["result"] for one in run.json["rounds"] for host in one["hosts"]}


def nodes(*numbers):
    return {f"cn{number:03}" for number in numbers}


def engines_here():
    """The engines, and a printed line for one that is not installed."""
    there = [name for name in ENGINES if name == "xdsh" or os.access("/usr/bin/" + name, os.X_OK)]
    for name in ENGINES:
        if name not in there:
            print(f"NOT TESTED: {name} is not installed; cure: test/packages.sh names its package", flush=True)
    return there


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
