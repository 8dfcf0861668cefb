# SPDX-License-Identifier: Apache-2.0
"""A random cluster: who is in it, what is broken before a run, what is done, and what happens meanwhile. A seed always
makes the same one. New draws come last, so that old seeds keep their worlds."""
import random

from simcluster import cluster_file

DEFECTS = ("unresolvable", "two-networks", "asymmetric", "nfsv4-off", "statelite-v3", "no-postscript", "xcatmaster-gateway",
           "dead-nameserver", "sharedinstall", "no-servicenode", "no-xcatmaster", "blank-in-list", "gone-server",
           "bad-expression", "one-server")
FAULTS = (("exportfs /install", "exit"), ("exportfs -u *", "exit"), ("chnfs -R on", "exit"), ("chnfs -R on", "hang"),
          ("exportfs", "hang"), ("lssrc *", "garbage"), ("exportfs", "truncated"), ("mount", "hang"))
# What may go wrong around a stop of NFS. What hangs costs a minute of real time, so it is for worlds by hand.
OUTAGE_FAULTS = (("startsrc -g nfs", "exit", "nth=1"), ("startsrc -g nfs", "changed-but-exit1"), ("stopsrc -g nfs", "exit"),
                 ("stopsrc -g nfs", "changed-but-exit1"), ("lssrc -g nfs", "garbage", "nth=4"), ("exportfs", "truncated"))
GAMES = ("apply",) * 6 + ("drill", "drill", "failback", "failback", "outage")


class World:
    may_take_minutes = False  # whether also such worlds are made in which a minute passes

    def __init__(self, seed, game=None):
        dice = random.Random(seed)
        self.seed = seed
        self.domains = {name: [] for name in "AB"[:dice.choice((1, 1, 1, 2))]}
        self.nodes, self.home, exports = [], {}, {}
        for servers in self.domains.values():
            state = dice.choice(("right", "right", "none", "plain", "v3-children", "mixed"))
            for _ in range(dice.choice((2, 2, 2, 3))):
                servers.append(f"asn{sum(map(len, self.domains.values())) + 1:02}")
                exports[servers[-1]] = state if state != "mixed" else dice.choice(
                    ("right", "none", "plain", "no-file", "wrong-address"))
        for servers in self.domains.values():
            for i in range(dice.randint(len(servers), len(servers) + 1)):
                self.nodes.append(f"cn{len(self.nodes) + 1:03}")
                self.home[self.nodes[-1]] = servers[i % len(servers):] + servers[:i % len(servers)]
        self.servers = [name for servers in self.domains.values() for name in servers]
        self.defects = [dice.choice(DEFECTS)] if dice.random() < 0.25 else []
        self.down = [(name, dice.choice(((), ("--ssh", "refused"), ("--ssh", "hang"))))
                     for name in self.servers if dice.random() < 0.15]
        self.nodes_down = [name for name in self.nodes if dice.random() < 0.1]
        self.faults = [(dice.choice(self.servers), *dice.choice(FAULTS))] if dice.random() < 0.3 else []
        self.options = dice.choice(([], ["--disruptive"], ["--disruptive", "--boot-nodes"], ["--disruptive", "--boot-nodes"]))
        self.without = [dice.choice(self.down)[0]] if self.down and dice.random() < 0.5 else []
        self.options = self.options + [word for name in self.without for word in ("--without", name)]
        # (whose commands are waited for, who dies then)
        self.event = tuple(dice.sample(self.servers, 2)) if dice.random() < 0.25 else None
        self.game = game or dice.choice(GAMES)
        self.blow = None  # what happens to the run itself
        if self.game == "apply":
            self.blow = dice.choice(("term", "kill")) if dice.random() < 0.1 else None
        else:
            self.draw_outage(dice, exports)
        self.write(exports)

    def write(self, exports):
        """The cluster file. `exports`: of each server, or of all."""
        state = exports if isinstance(exports, dict) else dict.fromkeys(self.servers, exports)
        self.file = cluster_file([*(self.server_line(name, state[name]) for name in self.servers),
                                  *(self.node_line(i) for i in range(len(self.nodes)))])

    def draw_outage(self, dice, exports):
        """A game with a server that stops and comes back. Mostly in a domain that is as it should be, else nothing is
        played; what is wrong with the other domain is nobody's concern."""
        self.domain = dice.choice(sorted(self.domains))
        servers = self.domains[self.domain]
        self.taken = dice.choice(servers)
        self.options, self.without = [], []
        if dice.random() < 0.9:
            exports.update(dict.fromkeys(servers, "right"))
            self.defects = []
            self.down = [one for one in self.down if one[0] not in servers]
        if dice.random() < 0.7:
            self.nodes_down = []
        self.faults = [(self.taken, *dice.choice(OUTAGE_FAULTS))] if dice.random() < 0.25 else []
        self.tuned = dice.random() < 0.9
        self.rehearse = self.game == "drill" and dice.random() < 0.2
        self.outage = dice.choice((1, 2))
        self.lead = dice.choice((0, 1))
        self.event = None
        if dice.random() < 0.5:
            others = [name for name in servers if name != self.taken]
            members = [name for name in self.nodes if self.home[name][0] in servers]
            self.event = dice.choice((dice.choice(others), self.taken, dice.choice(members)))
        # After how many changes of hosts it happens; 0: as soon as the run has its lock.
        self.event_after = dice.choice((0, 1, 1, 2))
        if dice.random() < 0.3:
            self.blow = dice.choice(("term", "kill", "cut"))
        # Then the server keeps its promise a minute after the outage.
        if self.blow == "kill" and self.game == "outage" and not self.may_take_minutes:
            self.blow = "cut"
        self.batch = dice.choice((1, 10))

    def domain_of(self, server):
        return next(name for name, servers in self.domains.items() if server in servers)

    def server_line(self, name, exports):
        number = int(name[3:])
        return (f"server {name} address=10.20.0.{10 + number}/24 node-name={name}-ml0 "
                f"node-address=10.40.0.{10 + number}/16 domain={self.domain_of(name)} groups=service gateway=10.20.0.1 "
                f"exports={exports}")

    def node_line(self, i):
        first, *others = self.home[self.nodes[i]]
        return (f"node {self.nodes[i]} address=10.40.1.{i + 1}/16 groups=compute,aix primary={first} "
                f"backup={','.join(others)}")

    def __str__(self):
        what = {"apply": f"makehanfs apply {' '.join(self.options)}",
                "drill": "makehanfs drill {}", "failback": "makehanfs failback {}", "outage": "setuphanfs --outage on {}"}
        parts = [f"seed {self.seed}: " + what[self.game].format(getattr(self, "taken", ""))]
        if self.game != "apply":
            parts.append(f"  tuned {self.tuned}, rehearse {self.rehearse}, outage {self.outage}, lead {self.lead}")
        parts += [f"  --defect {name}" for name in self.defects]
        parts += [f"  cluster down {name} {' '.join(how)}" for name, how in self.down]
        parts += [f"  cluster down {name}" for name in self.nodes_down]
        parts += [f"  {server}: fault add '{glob}' {' '.join(kind)}" for server, glob, *kind in self.faults]
        if self.event and self.game == "apply":
            parts.append(f"  when {self.event[0]} is at work: cluster down {self.event[1]}")
        elif self.event:
            parts.append(f"  after {self.event_after} changes: cluster down {self.event}")
        if self.blow:
            parts.append(f"  the run: {self.blow}")
        return "\n".join(parts) + "\n" + "".join(f"  | {line}\n" for line in self.file.splitlines()
                                                 if line.startswith(("server", "node ")))

    @classmethod
    def quiet(cls, game, **more):
        """A small world in which nothing is broken and nothing happens."""
        world = cls(0, game)
        world.domains, world.servers, world.nodes = {"A": ["asn01", "asn02"]}, ["asn01", "asn02"], ["cn001", "cn002"]
        world.home = {"cn001": ["asn01", "asn02"], "cn002": ["asn02", "asn01"]}
        world.defects, world.down, world.nodes_down, world.faults, world.without = [], [], [], [], []
        world.event = world.blow = None
        world.options = ["--disruptive", "--boot-nodes"]
        world.domain, world.taken, world.tuned, world.rehearse = "A", "asn01", True, False
        world.outage, world.lead, world.batch, world.event_after = 1, 0, 10, 1
        vars(world).update(more)
        world.write("plain" if game == "apply" else "right")
        return world
