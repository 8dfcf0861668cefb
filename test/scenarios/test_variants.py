# SPDX-License-Identifier: Apache-2.0
"""Where the facts are only a guess the simulator can answer both ways: no answer may end in a false "ok"."""
import json
import unittest

from scenario import WANTED, Scenario
from simserver import hangs
from simnode import REPLICA, SERVER, STATELITE, USR, Node, defaults_over_time


class Variants(Scenario):
    """One test for each value of each variant, made below."""

    def judge(self, setting, *boot, args=()):
        node = self.node(*boot, "--variant", setting)
        paths = [path for path in (USR, STATELITE, "/data/00001", "/data/00002") if f"  nfs4   {path} from" in node.sim("show")]
        before = [gateway for gateway, _, _ in node.defaults()]
        run = node.run("--deadline", 20, "--json", *args)
        self.assertGreaterEqual(min(defaults_over_time(before, node.calls())), min(1, len(before)))
        right = all(node.timing(path) == WANTED for path in paths)
        routes = node.defaults() == [(SERVER, 0, True), (REPLICA, 1, True)]
        stored = "--persist" not in args or (
            sorted(r.rsplit(",", 1)[1] for r in node.stored_routes()) == [REPLICA, SERVER]
            and all("-active_dgd" in r for r in node.stored_routes()))
        state = f"mounts {[node.timing(p) for p in paths]} routes {node.defaults()} odm {node.stored_routes()}\n{run}"
        if run.rc == 0:
            self.assertTrue(right and routes and stored, "a false ok: " + state)
            self.assert_quiet(node, *args)
        else:
            self.assertIn(run.rc, (1, 3), state)
            self.assertEqual(run.verdict["status"], "fail", state)
            self.assertTrue(run.json["errors"], state)
            # Trying again does not wear the node down.
            before = node.state()
            again = node.run("--deadline", 20, *args)
            # 3: what could be done is done, what cannot be observed still cannot.
            self.assertIn(again.rc, (run.rc, 3), str(again))
            self.assertEqual(node.state(), before)
        return run, right, routes, stored

    def test_failover_variants(self):
        for setting in ("dead-server=answers", "dead-server=blocks", "failover=immediate", "failover=clock",
                        "showfs-server=mounted", "showfs-server=current", "failback=never", "failback=heal"):
            with self.subTest(setting=setting):
                node = self.node("--variant", setting)
                self.tune(node)
                node.sim("fail", SERVER, "--quiet")
                run = node.run("--deadline", 8)
                # Where nfs4cl blocks the run must end in time and say so; else all is still as wanted.
                self.assertIn(run.rc, (0, 1, 3), str(run))
                self.assertLess(run.seconds, 20)  # a blocked nfs4cl never ends by itself
                if run.rc != 0:
                    self.assertEqual(setting, "dead-server=blocks", str(run))
                    self.assertIn("nfs4cl", run.verdict.get("commands", ""))
                node.sim("clock", "+100")
                self.expect(node.run("--deadline", 8), 0, "ok")
                node.sim("heal", SERVER)
                node.sim("clock", "+100")
                self.assert_quiet(node)


def each_variant():
    with Node() as node:
        for line in node.sim("variant").split("\n"):
            words = line.split()
            if words:
                for value in words[1].split("|"):
                    yield words[0].split("=")[0], value


# Must end well: the program has an answer to these, so "1, said clearly" would be a step back.
MUST_WORK = {"setfsoptions=merge", "comma-list=accepted", "showfs-all=yes", "showfs-rows=mount", "showfs-pseudo=yes",
             "shared-fsid=yes", "overmount=nfs4", "nfso-x=no", "no-x=list-only", "no-x=name-only", "no-x=unsupported",
             "no-x-range=empty", "no-x-range=na", "dgd-flag=UGA", "dgd-flag=UGSA", "dgd-flag=UAG", "dgd-flag=AUG",
             "costs-header=std", "costs-header=swapped", "costs-header=lower", "max-cost=number", "max-cost=hex",
             "max-cost=MAX", "max-cost=-", "route-exists=ok", "route-cost=second", "route-cost=update",
             "route-delete-absent=ok", "route-delete-nogw=all", "route-static=always", "lsattr-empty=none",
             "lsattr-rows=continuation", "netstat-tree=tree", "netstat-blanks=no", "odm-string=hopcount5",
             "odm-string=fields11", "odm-string=fields9", "odm-boot-string=fields11", "odm-boot-string=plain",
             "odm-boot-string=fields9", "chdev-partial=odm", "delroute=meaning", "zero=refused", "nonv4=silent"}


def make(name, value):
    setting = f"{name}={value}"

    def diskless(self):
        run, _, _, _ = self.judge(setting)
        if setting in MUST_WORK:
            self.assertEqual(run.rc, 0, str(run))

    def standalone(self):
        run, _, _, _ = self.judge(setting, "--standalone", args=("--persist",))
        # Without -x nobody can see the value of the next boot.
        if setting in MUST_WORK and setting != "no-x=unsupported":
            self.assertEqual(run.rc, 0, str(run))

    label = setting.replace("-", "_").replace("=", "_is_")
    setattr(Variants, f"test_{label}_diskless", diskless)
    setattr(Variants, f"test_{label}_standalone", standalone)


for _name, _value in each_variant():
    make(_name, _value)


class Replace(Scenario):
    def test_replacing_set_calls_end_tuned_where_lists_are_accepted(self):
        node = self.node("--variant", "setfsoptions=replace", "--variant", "comma-list=accepted")
        before = node.options(USR)
        self.tune(node)
        self.assertEqual(node.options(USR), {**before, "timeo": "1", "retrans": "3"})
        self.assert_quiet(node)

    def test_replacing_without_lists_cannot_have_both_values_and_says_so(self):
        node = self.node("--variant", "setfsoptions=replace", "--variant", "comma-list=refused")
        run = self.expect(node.run(), 1, "fail")
        self.assertIn("nfs4cl", run.verdict["commands"])
        self.assertEqual(node.timing(USR)[0], 1, "timeo matters more than retrans")

    def test_costs_cannot_be_seen(self):
        for header in ("words", "absent", "unsupported"):
            with self.subTest(header=header):
                node = self.node("--variant", "costs-header=" + header)
                run = node.run("--json")
                self.assertEqual([g for g, _, _ in node.defaults()], [SERVER, REPLICA], str(run))
                # Who did not see the costs says null, never a made-up number.
                for row, (_, cost, _) in zip(run.json["gateways"], node.defaults()):
                    self.assertIn(row["cost"], (None, cost))


class OneSided(Scenario):
    """Guesses that no run can look at: cases/facts.md part 3."""

    def test_resetfsoptions_by_hand(self):
        """Whatever it goes back to, the next check sees it and the next run mends it."""
        for back, timeo in (("mounted", "50"), ("defaults", "100")):
            with self.subTest(back):
                node = self.node("--variant", "resetfsoptions=" + back, "--option", "timeo=50")
                self.tune(node)
                node.by_hand("nfs4cl", "resetfsoptions", USR)
                self.assertEqual(node.options(USR)["timeo"], timeo)
                self.assertEqual(node.run("--check").rc, 1)
                self.tune(node)
                self.assert_quiet(node)

    def test_the_unit_of_timeo(self):
        """The default values stay far below what a diskless node survives in either unit."""
        for unit, stall in (("tenths", 0.3), ("seconds", 3.0)):
            with self.subTest(unit):
                node = self.node("--variant", "nfs4cl-timeo=" + unit)
                self.tune(node)
                rows = json.loads(node.sim("fail", SERVER, "--json"))
                self.assertEqual([row["new_files_seconds"] for row in rows if row["path"] == USR], [stall])

    def test_a_server_that_returns(self):
        """A node without a replica goes on by itself, or its handles are lost until it boots; nobody calls it tuned."""
        for returns in ("frees", "stale"):
            with self.subTest(returns):
                node = self.node("--replicas", "0", "--variant", "server-returns=" + returns, "--variant", "dead-server=blocks")
                node.run()
                node.sim("fail", SERVER, "--quiet")
                node.sim("heal", SERVER)
                self.assertEqual(hangs(node), returns == "stale")
                run = node.run("--deadline", 20)
                self.assertEqual(run.rc == 0, returns == "frees", str(run))
                self.assertEqual("nfs4cl" in run.verdict.get("commands", ""), returns == "stale", str(run))
                node.sim("boot")
                self.assertFalse(hangs(node))
                self.expect(node.run(), 0)


if __name__ == "__main__":
    unittest.main()
