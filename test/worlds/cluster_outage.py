# SPDX-License-Identifier: Apache-2.0
"""makehanfs drill and failback, and setuphanfs --outage: NFS of one server stops and comes back, whatever happens."""
import json
import os
import signal
import subprocess
import time

from cluster_play import Played
from simcluster import SERVER_COMMAND, TOOLS
from simnode import CLEAN_ENVIRONMENT, program

CHECK = ("--check-command", "/opt/hanfs/bin/checkhanfs")
STOP = ["stopsrc", "-g", "nfs"]
# Seconds that pass in the place of what a drill waits: the lead before the stop, and the watch beside and after it.
SHORT = {"setuphanfs": "--lead=10) word=--lead=1", "checkhanfs": "--seconds=*) word=--seconds=5"}


def hurried(name):
    """A program whose waits are shorter than its options say; all else is as it is."""
    return (f"#!/bin/sh\nfor word; do\n  shift\n  case $word in {SHORT[name]} ;; esac\n"
            f'  set -- "$@" "$word"\ndone\nexec {program(name)} "$@"\n')


class PlayedOutage(Played):
    """One run against a server that is taken, and the judgement of what is there afterwards."""

    def prepare(self):
        for server in self.world.servers:
            self.hurry(f"{self.cluster.folder}/{server}/opt/hanfs/bin/setuphanfs")
        self.hurry(self.cluster.folder + "/.skeleton/hanfs/bin/checkhanfs")
        self.plan = self.cluster.makehanfs("plan", "--json", *TOOLS).json
        self.closed = self.closed_servers(self.plan)
        if self.world.tuned:  # also where the tables were spoiled since
            codes = {finding["code"] for finding in self.plan["findings"] if finding["level"] == "error"}
            self.cluster.apply("--json", "--engine", "xdsh", *(word for code in codes for word in ("--despite", code)))
        self.break_hosts()

    @staticmethod
    def hurry(path):
        os.unlink(path)
        with open(path, "w", encoding="ascii") as file:
            file.write(hurried(os.path.basename(path)))
        os.chmod(path, 0o755)

    def happens(self):
        world = self.world
        if not world.event and not world.blow:
            return None
        # A partner that dies while NFS is being stopped was seen serving: that is nobody's fault.
        first = self.first_sign if world.event_after == 0 else lambda: (
            sum(len(self.changed(host, ended=not world.blow)) for host in self.hosts) >= world.event_after)
        return first, self.blow if world.blow else lambda _: self.kill_host(world.event)

    def first_sign(self):
        """Something was asked on a host that matters."""
        return self.cluster.started(self.world.taken)

    def state_of(self, server):
        """What a stop of NFS must not change."""
        folder = f"{self.cluster.folder}/{server}"
        texts = [read(f"{folder}/etc/{name}") for name in ("xtab", "exports", "nfs/local_domain")]
        return [sorted(text.splitlines()) for text in texts] + [read(f"{folder}/.aixsim/nfs-mode")]

    def states(self):
        return {server: self.state_of(server) for server in self.world.servers}

    def stopped(self):
        return STOP in self.cluster.started(self.world.taken)

    def wait_for_nfs(self):
        """A run that was broken off leaves the server alone with its promise: until it has kept it."""
        if self.struck in (None, "down"):
            return
        limit = time.monotonic() + (80 if self.world.may_take_minutes else 40)
        while time.monotonic() < limit and any(harm["kind"] == "nfs-stopped" for harm in self.cluster.cluster_harm("--json")):
            time.sleep(0.3)

    def check_states(self, name, run, before):
        for server, state in self.states().items():
            if state != before[server]:
                self.find("server-changed", f"{name}: {server}: was {before[server]}, is {state}\n{self.summary_of(run)}")

    def begin_outage(self, allowed_on=None, untouchable=()):
        self.begin(untouchable=untouchable)
        if allowed_on:
            self.cluster.sim(allowed_on, "harm", "allow", "interrupted")  # that is what it is for

    def check_lock(self, name, process):
        run = self.run(name, process)
        if self.world.event != self.world.taken:  # else nobody may be there to answer
            self.check_said(name, run)
        if run.rc == 75:
            self.find("lock-left", f"{name}: {run}")


class PlayedDrill(PlayedOutage):
    def start_drill(self, *words):
        return self.cluster.start("drill", self.domain, *words, "--json", "--outage", self.world.outage, "--nodes", 1,
                                  *TOOLS, *CHECK, "--engine", "xdsh")

    def play(self):
        world = self.world
        self.prepare()
        own = [one["name"] for one in self.plan["domains"] if world.taken in one["servers"]]
        self.domain = own[0] if own else "none"
        self.begin_outage(None if world.rehearse else world.taken, self.hosts if world.rehearse else self.closed)
        before, truth = self.states(), self.cluster.truth()
        name = "drill --rehearse" if world.rehearse else "drill"
        run = self.run(name, self.start_drill("--rehearse" if world.rehearse else "--i-take",
                                              *([] if world.rehearse else [world.taken])), self.happens())
        self.wait_for_nfs()
        self.check_harm(name, run)
        self.check_states(name, run, before)
        if self.check_said(name, run):
            self.check_report(name, run, truth)
        self.check_history(name, run)
        self.begin(untouchable=self.hosts)
        self.check_lock("drill, once more", self.start_drill("--rehearse"))

        # Nodes that moved come home, and are tuned again.
        self.mend(*([world.event] if world.event else []))
        for server in world.domains[world.domain]:
            self.cluster.makehanfs("failback", server, "--deadline", 60, *TOOLS, "--engine", "xdsh")
        self.begin(("interrupted", "foreign-export-down", "domain-changed"))
        last = self.run("the last apply", self.cluster.start("apply", "--json", "--engine", "xdsh", "--disruptive",
                                                             "--boot-nodes", *TOOLS))
        self.check_harm("the last apply", last)
        self.begin(untouchable=self.hosts)
        last = self.run("the last rehearsal", self.start_drill("--rehearse"))
        self.check_harm("the last rehearsal", last)
        if not world.defects and last.rc != 0:
            self.find("does-not-converge", self.summary_of(last))

    def check_report(self, name, run, before):
        world, said = self.world, run.json
        if not world.rehearse and self.stopped() == (run.verdict["status"] == "refused"):
            self.find("drill-untrue", f"{name}: {run.verdict}, and its NFS was {'' if self.stopped() else 'not '}stopped")
        if said.get("after") is None:  # a refused drill
            return
        truth = self.cluster.truth()
        if not self.struck:
            self.check_status(name, said["after"], truth)
        if run.rc != 0 or world.rehearse or self.struck == "down":
            return
        left = [node for node, (now, state) in truth.items()
                if before[node] == (world.taken, "up") and (now == world.taken or state != "up")]
        unmoved = [node["node"] for node in said["watched"] if before[node["node"]][0] == world.taken and
                   any(path["result"] != "moved" for path in node["paths"])]
        if left or unmoved or said["server"] != world.taken:
            self.find("drill-untrue", f"{name}: passed, and did not move: {left} {unmoved}\n{self.summary_of(run)}")

    def check_history(self, name, run):
        """What is kept of drills: begun before NFS stops, and how it ended; beside it, when trees were compared."""
        kept = [json.loads(line) for line in read(self.cluster.mn + "/var/hanfs/drills").splitlines()]
        what = [one["what"] for one in kept if one["server"] == self.world.taken and not one["what"].endswith(" content")]
        killed = self.struck == "kill"
        wanted = (["begun", "passed" if run.rc == 0 else "failed"], *([["begun"]] if killed or run.rc == 3 else []),
                  *([["begun", "refused"]] if not self.stopped() else []))
        if (what and (self.world.rehearse or what not in wanted)) or (self.stopped() and not what):
            self.find("history-untrue", f"{name}: {kept}, exit status {run.rc}")


class PlayedFailback(PlayedOutage):
    def start_failback(self, *words):
        return self.cluster.start("failback", self.world.taken, "--json", "--batch", self.world.batch, "--deadline", 40,
                                  *TOOLS, "--engine", "xdsh", *words)

    def booted(self):
        return any(call[0] == "rnetboot" for call in self.cluster.started("mn"))

    first_sign = booted

    def play(self):
        world = self.world
        self.prepare()
        if world.taken not in dict(world.down):  # its nodes are away
            self.cluster.down(world.taken)
            self.cluster.boot(world.taken)
        self.cluster.forget_calls("mn")
        self.begin_outage(untouchable=world.servers)
        before, truth = self.states(), self.cluster.truth()
        run = self.run("failback", self.start_failback(), self.happens())
        self.check_harm("failback", run)
        self.check_states("failback", run, before)
        if self.check_said("failback", run):
            self.check_report(run, truth)
        if world.taken in self.closed and self.booted():
            self.find("touched", f"failback: nodes of a closed domain were booted\n{self.summary_of(run)}")
        self.begin(untouchable=self.hosts)
        self.check_lock("failback, once more", self.start_failback("--dry-run"))
        self.check_harm("failback --dry-run", run)

        self.mend(*([world.event] if world.event else []))
        self.begin(untouchable=world.servers)
        last = self.run("the last failback", self.start_failback())
        self.check_harm("the last failback", last)
        if not world.defects and last.rc != 0 and self.is_right():
            self.find("does-not-converge", self.summary_of(last))

    def is_right(self):
        """It cannot come home to a server that was never set up."""
        return "replicas=" in read(f"{self.cluster.folder}/{self.world.taken}/etc/xtab")

    def check_report(self, run, before):
        world, truth = self.world, self.cluster.truth()
        batches = run.json.get("batches", [])
        named = {node: batch["result"] for batch in batches for node in batch["nodes"]}
        booted = self.booted()
        wrong = [node for node, result in named.items() if result == "home" and not self.struck and
                 truth[node] != (world.taken, "up")]
        left = [node for node in world.nodes if run.rc == 0 and not self.struck and world.home[node][0] == world.taken and
                before[node][1] == "up" and truth[node] != (world.taken, "up")]
        untrue = booted != any(result in ("home", "not home") for result in named.values())
        if wrong or left or untrue:
            self.find("failback-untrue", f"{named}, in truth {truth}, booted {booted}\n{self.summary_of(run)}")


class PlayedBareOutage(PlayedOutage):
    """setuphanfs --outage, as a person at the server's prompt gives it."""

    def start_outage(self, *words):
        world = self.world
        addresses = [f"10.40.0.{10 + int(name[3:])}" for name in world.domains[world.domain]]
        # Signals are for the program, not for a shell that waits for it.
        line = ["exec", SERVER_COMMAND, "--replica", *addresses, "--nfs-domain", "cluster.example.com", "--json", *words]
        return subprocess.Popen([program("aixsim"), "cluster", "exec", self.cluster.folder, world.taken, *map(str, line)],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=CLEAN_ENVIRONMENT, start_new_session=True)

    def blow(self, process):
        if self.world.blow != "cut":
            return super().blow(process)
        process.send_signal(signal.SIGHUP)  # what sshd sends
        return "cut"

    def play(self):
        world = self.world
        if world.taken in dict(world.down):  # nobody sits at its prompt
            return
        self.prepare()
        self.begin_outage(world.taken)
        before = self.states()
        words = ("--outage", world.outage, "--lead", world.lead, "--disruptive")
        run = self.run("outage", self.start_outage(*words), self.happens())
        self.wait_for_nfs()
        self.check_harm("outage", run)
        self.check_states("outage", run, before)
        if run.rc == 255 and self.struck == "down":  # it died before it was reached
            return
        if self.check_said("outage", run):
            self.check_report(run)
        self.begin(untouchable=self.hosts)
        self.check_lock("outage, once more", self.start_outage("--check"))
        self.check_harm("outage --check", run)

    def check_report(self, run):
        said = run.verdict["status"]
        if (said == "changed" or (said == "fail" and run.rc == 1)) != self.stopped() and said != "fail":
            self.find("outage-untrue", f"{run.verdict}, and its NFS was {'' if self.stopped() else 'not '}stopped")
        if said == "changed" and run.verdict.get("state") != "replicated":
            self.find("outage-untrue", f"{run.verdict}")


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""
