# SPDX-License-Identifier: Apache-2.0
"""makehanfs apply on a broken cluster; then all is mended, and it has to get where it should."""
from cluster_play import Played
from simcluster import TOOLS

LEAVE = ("interrupted", "foreign-export-down", "domain-changed")  # what --disruptive is for
EVERYTHING = ("--disruptive", "--boot-nodes")


class PlayedApply(Played):
    def play(self):
        world, cluster = self.world, self.cluster
        self.break_hosts()
        self.plans = {}
        self.begin(untouchable=self.hosts)
        plan = self.look("plan", cluster.start("plan", "--json", "--engine", "xdsh", *TOOLS, *world.options))
        self.look("apply --dry-run", cluster.start("apply", "--dry-run", "--json", *TOOLS, *world.options))
        self.check_harm("plan", plan)
        if plan.rc not in (0, 1):
            return
        self.plans[tuple(world.options)] = plan.json
        # Nodes of a server that died do not boot, and are waited for half an hour: the deadline of the run ends that.
        limited = ["--deadline", "45"] if world.event and "--boot-nodes" in world.options else []
        self.were_up = self.nodes_up()
        self.apply("apply", *world.options, *limited, events=True)
        self.struck_first = self.struck
        self.begin(untouchable=self.hosts)
        status = self.run("status", cluster.start("status", "--json", *TOOLS))
        if self.check_said("status", status):
            self.check_status("status", status.json, cluster.truth())
        self.check_harm("status", status)

        # All is mended: from here it has to get where it should, or to say what keeps it. Nodes that a killed run has left
        # down are its own debt.
        owed = self.struck_first == "kill" and "--boot-nodes" in world.options
        self.mend(*(world.event[1:] if world.event else ()), with_nodes=not owed)
        cluster.half_an_hour_later()
        run = self.apply("apply --resume", *world.options, "--resume")
        if owed:
            self.check_debt(run)
        # Where nothing is exported yet, what interrupts nobody comes first; the last one finds nothing left to do.
        for name, options in (("apply again", ()), *(("the last apply", EVERYTHING),) * 3):
            if name == "apply again" and run.rc == 0:
                continue
            self.boot_the_rest()
            run = self.apply(name, *options)
            if name == "the last apply" and (run.rc, run.verdict.get("status")) == (0, "ok"):
                return
        if not world.defects:
            self.find("does-not-converge", self.summary_of(run))

    def look(self, name, process):
        run = self.run(name, process)
        self.check_said(name, run)
        return run

    def plan_of(self, options):
        """What plan says to these options; it says the same as long as the tables do."""
        key = tuple(word for word in options if word not in ("--resume", "--deadline", "45"))
        if key not in self.plans:
            self.plans[key] = self.cluster.makehanfs("plan", "--json", "--engine", "xdsh", *TOOLS, *key).json
        return self.plans[key]

    def apply(self, name, *options, events=False):
        world, cluster = self.world, self.cluster
        plan = self.plan_of(options)
        allowed = [*(LEAVE if "--disruptive" in options else ()), *(["withdrawn-alone"] if "--without" in options else [])]
        closed = self.closed_servers(plan)
        self.begin(allowed, closed, plan)
        happens = self.happens() if events else None
        run = self.run(name, cluster.start("apply", "--json", "--engine", "xdsh", *TOOLS, *options), happens)
        well = run.rc == 0 and not world.defects
        # Nodes that were shut down and not booted: only by a run that was killed.
        broken_off = self.struck == "kill" and "--boot-nodes" in options
        self.check_harm(name, run, *(["--well"] if well else []), *without(options),
                        passed_by=("node-lost",) if broken_off else ())
        if self.check_said(name, run) and not self.struck:
            self.check_results(name, run)
        return run

    def nodes_up(self):
        return {name for name, (_, state) in self.cluster.truth().items() if state == "up"}

    def check_debt(self, run):
        """What a killed run has shut down the next one boots, or names."""
        lost = sorted(self.were_up - self.nodes_up())
        if lost and "not seen up since" not in run.stdout and not self.world.defects:
            self.find("node-lost", f"apply --resume after a killed run: {lost} are down, and it does not say so\n"
                                   f"{self.summary_of(run)}")

    def happens(self):
        event, blow = self.world.event, self.world.blow
        if blow:
            return lambda: any(self.changed(host) for host in self.hosts), self.blow
        if event:
            return lambda: self.changed(event[0]), lambda _: self.kill_host(event[1])
        return None

    def check_results(self, name, run):
        for one in run.json.get("rounds", []):
            for host in one["hosts"]:
                if host["host"] not in self.world.servers:
                    continue
                changed = self.changed(host["host"])
                untrue = changed if host["result"] in ("ok", "drift", "left-out", "done-before") else not changed
                if untrue and host["result"] in ("ok", "drift", "left-out", "done-before", "changed"):
                    self.find("result-untrue", f"{name}: {host['host']}: {host['result']}, but it ran {changed}")


def without(options):
    """--without SERVER of the options, for the oracle."""
    return [word for i, word in enumerate(options) if word == "--without" or (i and options[i - 1] == "--without")]
