# SPDX-License-Identifier: Apache-2.0
"""What all games have in common: the cluster of a world, one run after the other with what happens meanwhile, and the
judgement of each. Every finding has its kind in KINDS, and every kind a planted fault in cluster_plants.py."""
import os
import re
import signal
import threading
import time

from simcluster import Cluster
from simnode import Run, all_it_said, is_changing

KINDS = {
    "verdict": "the verdict is missing, or does not fit the exit status",
    "json": "--json is none, or says something else than the verdict",
    "no-reason": "something is not as wanted, and nothing says what",
    "too-long": "a run does not end in its time",
    "harm": "the simulator saw that something was made worse (aixsim harm kinds)",
    "touched": "a run that only looks, or a closed domain: a command changed something",
    "node-lost": "a node ran from a server that is up, and has none now",
    "nfs-stopped": "NFS ran on a server that is up, and runs no more",
    "replicas-differ": "all was called well, and the replicas of a domain differ",
    "not-in-plan": "apply ran a command that plan does not show",
    "result-untrue": "a server is said to be unchanged and was changed, or the other way round",
    "status-untrue": "a node is said to run from another server than it does",
    "does-not-converge": "all is mended, and still it does not get where it should",
    "drill-untrue": "the report of a drill is not so",
    "server-changed": "a drill or a failback left exports, mode or domain of a server otherwise than they were",
    "history-untrue": "the drill that is kept is not the one that was",
    "failback-untrue": "the report of a failback is not so",
    "outage-untrue": "setuphanfs --outage says what is not so",
    "lock-left": "after a run that was broken off no other can begin",
    "not-played": "the world cannot be played",
}
HARMS = ("touched", "node-lost", "nfs-stopped", "replicas-differ", "not-in-plan")  # of the cluster, kinds of their own
# Whoever hangs is waited for that long by each call of the engine; all others answer within a second.
SETTINGS = "[makehanfs]\nhost_deadline = 10\n"
EXIT = {"ok": 0, "changed": 0, "drift": 1, "fail": 1, "refused": 2}


def statuses_of(name, status):
    """The exit statuses that may come with a verdict: README.md of helpers, "Exit statuses"."""
    if status == "fail":
        return (1, 3)
    if status == "refused":
        return (1, 2, 75) if name.startswith(("drill", "failback", "outage")) else (2, 75)
    return (EXIT.get(status),)


def names_in(folded):
    """cn[001-003,007],asn01 as a set of names."""
    names = set()
    for head, ranges, plain in re.findall(r"([A-Za-z]+)\[([^\]]*)\]|([^,\[\]]+)", folded):
        if plain:
            names.add(plain)
        for one in filter(None, ranges.split(",")):
            first, _, last = one.partition("-")
            names |= {f"{head}{number:0{len(first)}}" for number in range(int(first), int(last or first) + 1)}
    return names


class PlantFound(Exception):
    """Nothing more has to be played."""


class Played:
    def __init__(self, world, plant=None):
        self.world, self.plant, self.findings = world, plant, []
        self.struck = None  # what happened during the last run
        try:
            self.cluster = Cluster(world.file, *(word for name in world.defects for word in ("--defect", name)))
        except RuntimeError as error:  # a defect that needs another cluster
            if "--defect" not in str(error):
                raise
            world.defects = []
            self.cluster = Cluster(world.file)
        with open(self.cluster.mn + "/etc/hanfs.conf", "w", encoding="ascii") as file:
            file.write(SETTINGS)
        # A node without a server in the tables was never booted.
        world.nodes = [name for name in world.nodes if os.path.exists(self.cluster.log_of(name))]
        self.hosts = [*world.servers, *world.nodes]
        try:
            self.play()
        except PlantFound:
            pass
        finally:
            self.cluster.close()

    def play(self):
        raise NotImplementedError

    def find(self, kind, what):
        assert kind in KINDS, kind
        self.findings.append((kind, what))
        if self.plant and self.plant.kind == kind:
            raise PlantFound

    # -- what is there before

    def break_hosts(self):
        for name, how in [*self.world.down, *((name, ()) for name in self.world.nodes_down)]:
            self.cluster.down(name, *how)
        for server, glob, *kind in self.world.faults:
            self.cluster.sim(server, "fault", "add", glob, *kind)

    def mend(self, *dead, with_nodes=True):
        for server in {server for server, *_ in self.world.faults}:
            self.cluster.sim(server, "fault", "clear")
        dead = [*dict.fromkeys([*(name for name, _ in self.world.down), *dead])]
        servers = [name for name in dead if name in self.world.servers]
        if servers:
            self.cluster.boot(*servers)
        if with_nodes:
            self.boot_the_rest()

    def boot_the_rest(self):
        asleep = [name for name, (_, state) in self.cluster.truth().items() if state != "up"]
        for name in asleep:
            try:
                self.cluster.boot(name)
            except RuntimeError:  # nobody serves it: the administrator does what the cure says of such nodes
                self.cluster.by_hand(f"rpower {name} off")

    def changed(self, host, ended=False):
        return [argv for argv in self.cluster.started(host, ended) if is_changing(argv)]

    # -- a run

    def begin(self, allowed=(), untouchable=(), plan=None):
        """From now on nothing may get worse. `plan`: what the management node may do."""
        self.cluster.forget_calls(*self.hosts)
        self.cluster.cluster_harm("begin", *allowed)
        if untouchable:
            self.cluster.cluster_harm("untouchable", *untouchable)
        if plan is not None:
            self.cluster.cluster_harm("plan", text="".join(" ".join(step["argv"]) + "\n" for step in plan["plan"]
                                                           if not step.get("by_hand")))

    def run(self, name, process, happens=None, limit=150):
        """A run that was started. `happens`: (what has to be so, what then happens to the world)."""
        over = threading.Event()
        self.struck = None
        planted = self.plant if self.plant and self.plant.run == name else None
        limit = planted.limit or limit if planted else limit
        watcher = threading.Thread(target=self.watch, args=(over, process, *happens)) if happens else None
        if watcher:
            watcher.start()
        try:
            out, err = all_it_said(process, limit)
            run = Run(process.returncode, out, err or "", 0)
        except AssertionError as error:
            self.find("too-long", f"{name}: {error}")
            run = Run(-9, "", "", limit)
        over.set()
        if watcher:
            watcher.join()
        if planted:
            planted.deed(self)
            run = planted.lie(run)
        return run

    def watch(self, over, process, is_time, deed):
        limit = time.monotonic() + 60
        while not over.is_set() and time.monotonic() < limit:
            if is_time():
                self.struck = deed(process)
                return
            time.sleep(0.02)

    def kill_host(self, name):
        self.cluster.down(name)
        return "down"

    def blow(self, process):
        """What becomes of the run itself: a signal, or the connection to the hosts is broken."""
        how = self.world.blow
        if how != "cut":
            process.send_signal(signal.SIGTERM if how == "term" else signal.SIGKILL)
        else:
            for child in children_of(process.pid):
                os.kill(child, signal.SIGKILL)
        return how

    def closed_servers(self, plan):
        """Of domains that errors of the tables close: the error names one of its hosts, or nothing that is a host, or a host
        in no domain whose row names one of its servers ("sound")."""
        world = self.world
        members = {domain["name"]: {domain["name"], *domain["servers"], *names_in(domain["nodes"])}
                   for domain in plan["domains"]}
        subjects = {name for finding in plan["findings"] if finding["level"] == "error"
                    for name in names_in(finding["subjects"])}
        of_the_site = {name for name in subjects if name not in members and not re.fullmatch(r"(asn|cn|hmc)\d+", name)}
        return [server for domain in plan["domains"] for server in domain["servers"] if server in world.servers and
                (not domain["sound"] or subjects & members[domain["name"]] or of_the_site)]

    # -- judgement

    def summary_of(self, run):
        """What matters of a run: how each host ended, and what is said about it."""
        try:
            said = run.json
        except ValueError:
            return str(run)
        hosts = "; ".join(f"{host['host']} {host['result']} {host['problem']}".strip()
                          for one in said.get("rounds", []) for host in one["hosts"])
        return f"{run.verdict}\n      {hosts}\n" + "".join(f"      error: {line}\n" for line in said["errors"])

    def check_said(self, name, run):
        """False: it says nothing that could be looked at."""
        if run.rc == -signal.SIGKILL:
            return False
        status = run.verdict.get("status")
        if run.rc not in statuses_of(name, status):
            self.find("verdict", f"{name}: {self.summary_of(run)}")
        try:
            said = run.json
        except ValueError:
            self.find("json", f"{name}: {self.summary_of(run)}")
            return False
        result = said["result"]
        if result["status"] != status or result["exit_status"] != run.rc:
            self.find("json", f"{name}: {result} {run.verdict} {run.rc}")
        if run.rc != 0 and not said["errors"] and not said["warnings"] and status != "drift" and name != "status":
            self.find("no-reason", f"{name}: {self.summary_of(run)}")
        return True

    def check_harm(self, name, run, *words, passed_by=()):
        for harm in self.cluster.cluster_harm("--json", *words):
            if harm["kind"] not in passed_by:
                kind = harm["kind"] if harm["kind"] in HARMS else "harm"
                self.find(kind, f"{name}: {harm}\n{self.summary_of(run)}")

    def check_status(self, name, said, truth):
        """Where nodes are said to run, against where they do."""
        for node in said["nodes"]:
            now, state = truth.get(node["node"], ("", "unknown"))
            wrong = node["server"] is not None and state == "up" and node["server"] != now
            if wrong or (node["state"] not in ("silent", "error") and state != "up"):
                self.find("status-untrue", f"{name}: {node}, in truth on {now}, {state}")


def children_of(pid):
    children = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            children.append(int(entry))
    return children
