# SPDX-License-Identifier: Apache-2.0
"""One planted fault for each kind of finding, at least: what is done in secret when a run has ended, or a lie in what it
says. It has to be found. Each harm of a server or node has a plant in plants.cpp."""
import fcntl
import json
import os

from cluster_play import KINDS
from cluster_world import World


def on(host, command):
    """A command on a host, which nobody asked for."""
    def deed(played):
        try:
            played.cluster.aixsim("cluster", "exec", played.cluster.folder, host, command)
        except RuntimeError:  # refused by the kernel: it was tried all the same
            pass
    return deed


def edit(host, path, change):
    def deed(played):
        name = f"{played.cluster.folder}/{host}/{path}"
        with open(name, encoding="ascii") as file:
            text = file.read()
        with open(name, "w", encoding="ascii") as file:
            file.write(change(text))
    return deed


def hold_lock(played):
    played.held = open(played.cluster.mn + "/etc/hanfs/lock", "a", encoding="ascii")  # noqa: SIM115 - as long as the world
    fcntl.lockf(played.held, fcntl.LOCK_EX)


def cannot_be_played(_):
    raise RuntimeError("planted")


def say(change):
    """Another object than the run gave."""
    def lie(run):
        said = run.json
        change(said)
        run.stdout = json.dumps(said)
        return run
    return lie


def words(old, new):
    def lie(run):
        run.stdout, run.stderr = run.stdout.replace(old, new), run.stderr.replace(old, new)
        return run
    return lie


def ended(status, verdict=None):
    def lie(run):
        run.rc = status
        if verdict:
            run.stderr = "HANFS tool=makehanfs status=" + verdict
            say(lambda said: said["result"].update(status=verdict, exit_status=status))(run)
        return run
    return lie


def no_reason(run):
    ended(1, "fail")(run)
    return say(lambda said: said.update(errors=[], warnings=[]))(run)


def nothing_said(run):
    run.stdout = "{"
    return run


def on_another_server(said):
    for node in said["nodes"]:
        node["server"] = "asn02" if node["server"] == "asn01" else "asn01"


class Plant:
    def __init__(self, kind, game, run, deed=lambda played: None, lie=lambda run: run, limit=None, **world):
        self.kind, self.game, self.run, self.deed, self.lie, self.limit = kind, game, run, deed, lie, limit
        self.more = world

    def world(self):
        return World.quiet(self.game, **self.more)

    def __str__(self):
        return f"{self.kind} in {self.run}" + (f" {self.more}" if self.more else "")


STOP = on("asn01", "/usr/bin/stopsrc -g nfs")
PLANTS = [
    Plant("verdict", "apply", "plan", lie=ended(7)),
    Plant("json", "apply", "apply", lie=nothing_said),
    Plant("no-reason", "apply", "apply", lie=no_reason),
    Plant("too-long", "apply", "apply", limit=0.1),
    Plant("harm", "apply", "status", deed=STOP),
    Plant("touched", "apply", "plan", deed=STOP),
    Plant("touched", "apply", "apply", deed=STOP, defects=["nfsv4-off"]),
    Plant("touched", "drill", "drill --rehearse", deed=STOP, rehearse=True),
    Plant("touched", "failback", "failback", deed=STOP),
    Plant("node-lost", "apply", "apply", deed=on("cn001", "/usr/sbin/shutdown -F")),
    Plant("nfs-stopped", "drill", "drill", deed=STOP),
    Plant("nfs-stopped", "outage", "outage", deed=STOP),
    Plant("replicas-differ", "apply", "the last apply", deed=edit("asn01", ".aixsim/xtab", lambda text: text.replace(
        "10.40.0.12", "10.40.0.77"))),
    Plant("not-in-plan", "apply", "apply", deed=lambda played: played.cluster.by_hand("xdsh asn01 /usr/bin/lssrc -a")),
    Plant("result-untrue", "apply", "apply", lie=words('"result":"changed"', '"result":"ok"')),
    Plant("status-untrue", "apply", "status", lie=say(on_another_server)),
    Plant("does-not-converge", "apply", "the last apply", lie=ended(1, "fail")),
    Plant("drill-untrue", "drill", "drill", lie=ended(1, "refused")),
    Plant("server-changed", "drill", "drill", deed=edit("asn02", "etc/exports", lambda text: text + "/more -ro\n")),
    Plant("history-untrue", "drill", "drill", deed=lambda played: os.truncate(played.cluster.mn + "/var/hanfs/drills", 0)),
    Plant("failback-untrue", "failback", "failback", lie=words('"home"', '"not tried"')),
    Plant("outage-untrue", "outage", "outage", lie=words("state=replicated", "state=as-before")),
    Plant("lock-left", "drill", "drill", deed=hold_lock),
    Plant("not-played", "outage", "outage", deed=cannot_be_played),
]


def unplanted():
    return sorted(set(KINDS) - {plant.kind for plant in PLANTS})
