# SPDX-License-Identifier: Apache-2.0
"""Worlds in which a gateway is dead before the run begins: what lives is never taken away, what is dead stays dead."""
import json
import os

from scenario import WANTED, Scenario
from simnode import REPLICA, SERVER, USR

ROUTER, NAS = "203.0.113.1", "203.0.113.50"
MAXIMUM = 2147483647


class DeadGateways(Scenario):
    def current(self, node):
        """{gateway: current cost} of the live default routes, as AIX prints them."""
        rows = [line.split() for line in node.by_hand("netstat", "-rnC", "-f", "inet").split("\n")
                if line.startswith("default")]
        return {row[1]: int(row[6]) for row in rows}

    def die(self, node, *addresses):
        for address in addresses:
            node.sim("fail", address, "--quiet")
        node.sim("clock", "+60")

    def assert_dead_one_is_last(self, node, dead):
        costs = self.current(node)
        self.assertTrue(costs, "no default gateway is left")
        live = [cost for gateway, cost in costs.items() if gateway != dead]
        self.assertTrue(live, f"only the dead one is left: {costs}")
        if dead in costs:
            self.assertLess(min(live), costs[dead], costs)


class BeforeTheRun(DeadGateways):
    def test_one_of_three_new_gateways(self):
        node = self.node("--replicas", 3)
        self.die(node, REPLICA)
        run = node.run()
        self.assertIn(f"route -n add 0 {REPLICA} -hopcount 1 -active_dgd: skipped: not safe now", run.stdout)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), ("203.0.113.13", 2, True), ("203.0.113.12", 3, True)])
        self.die(node, SERVER)
        self.assert_dead_one_is_last(node, SERVER)
        node.sim("heal", REPLICA)
        node.sim("heal", SERVER)
        node.sim("clock", "+600")
        self.assertEqual(node.run().rc, 0)
        self.assertEqual(len(node.defaults()), 4)

    def test_a_stored_gateway_by_its_name(self):
        node = self.node("--standalone")
        for word in (f"delroute=net,-hopcount,0,,0,{SERVER}", "route=net,-hopcount,0,,0,sn1"):
            node.by_hand("chdev", "-l", "inet0", "-P", "-a", word)
        run = node.run("--persist")
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
        self.assertNotIn("sn1 is", run.stdout)
        self.assertEqual(sorted(route.split(",")[-1] for route in node.stored_routes()), [REPLICA, SERVER])
        self.assertEqual(node.run("--persist", "--check").rc, 0)

    def test_a_list_turns_the_order_while_the_first_is_dead(self):
        node = self.node()
        self.tune(node)
        self.die(node, SERVER)
        before = node.defaults()
        node.forget_calls()
        run = self.expect(node.run("--gateways", REPLICA, SERVER), 1, "fail")
        self.assertEqual(node.defaults(), before, str(run))
        self.assertNotIn("route", [argv[0] for argv in node.commands(changing=True)])
        self.assertEqual(self.current(node)[SERVER], MAXIMUM)
        self.assertIn("held for dead", run.stdout)
        # It answers again: now the order is turned.
        node.sim("heal", SERVER)
        node.sim("clock", "+60")
        self.tune(node, "--gateways", REPLICA, SERVER)
        self.assertEqual(node.defaults(), [(REPLICA, 0, True), (SERVER, 1, True)])

    def test_the_replica_is_dead_at_boot(self):
        node = self.node()
        self.die(node, REPLICA)
        node.forget_calls()
        run = self.expect(node.run(), 1, "fail")
        self.assertNotIn(["route", "-n", "delete", "0", SERVER], node.commands())
        self.assertEqual(node.timing(USR), WANTED)
        self.assertEqual(node.defaults(), [(SERVER, 0, False), (REPLICA, 1, True)], str(run))
        node.sim("clock", "+60")
        self.assert_dead_one_is_last(node, REPLICA)

    def test_a_dead_one_is_not_put_before_a_live_one(self):
        node = self.node()
        self.die(node, REPLICA)
        self.expect(node.run("--gateways", REPLICA, SERVER), 1, "fail")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])

    def test_the_present_gateway_is_dead_and_nobody_has_noticed(self):
        # Without detection the kernel does not know it; the live one is added, then the dead one gets its detection.
        node = self.node()
        self.die(node, SERVER)
        run = node.run()
        self.assertEqual(run.rc, 0, str(run))
        self.assertIn(f"gateway {SERVER} did not answer a ping", run.stdout)
        node.sim("clock", "+60")
        self.assert_dead_one_is_last(node, SERVER)

    def test_one_that_could_not_be_made_anew_comes_back_in_front_only_if_it_answers(self):
        others = [(REPLICA, 1, True), ("203.0.113.13", 2, True)]
        for kind in ("exit", "hang"):
            for is_dead in (True, False):
                with self.subTest(kind=kind, is_dead=is_dead):
                    node = self.node("--replicas", 2)
                    if is_dead:
                        node.sim("fail", SERVER, "--quiet")
                    node.sim("harm", "begin")
                    node.fault(["route", "-n", "add", "0", SERVER, "-hopcount", "0", "-active_dgd"], kind)
                    run = self.expect(node.run(), 1, "fail")
                    node.sim("harm")  # status 1 where there is any
                    self.assertEqual(node.defaults(), others if is_dead else [(SERVER, 0, False), *others], str(run))
                    self.assertEqual(f"{SERVER} gave no answer to a ping, and it would come back before {REPLICA}"
                                     in run.stdout, is_dead, str(run))
                    node.clear_faults()
                    if is_dead:
                        node.sim("heal", SERVER)
                    self.assertEqual(node.run().rc, 0)
                    self.assertEqual(node.defaults(), [(SERVER, 0, True), *others])

    def test_nobody_answers_a_ping(self):
        node = self.node("--variant", "ping=filtered")
        run = self.expect(node.run(), 1, "fail")
        self.assertIn(f"{REPLICA}, which would carry the traffic meanwhile, gave no answer to a ping", run.stdout)
        self.assertIn((SERVER, 0, False), node.defaults())

    def test_gateways_that_drop_icmp_go_over_to_passive_dgd_and_back(self):
        for seconds in ("+1", "+60"):
            with self.subTest(seconds=seconds):
                node = self.node("--variant", "ping=filtered")
                self.assertIn("--dgd passive", self.expect(node.run(), 1, "fail").stdout)
                node.sim("clock", seconds)
                self.expect(node.run("dgd=passive"), 0, "changed")
                self.assertEqual(node.defaults(), [(SERVER, 0, False), (REPLICA, 1, False)])
                self.expect(node.run("dgd=passive"), 0, "ok")
                self.expect(node.run("--reset"), 0, "changed")
                self.assertEqual(node.defaults(), [(SERVER, 0, False)])

    def test_where_icmp_is_dropped_a_reset_keeps_the_gateway_of_who_serves_the_node(self):
        for dgd in ("off", "passive"):
            with self.subTest(dgd=dgd):
                node = self.node("--variant", "ping=filtered")
                self.expect(node.run(f"dgd={dgd}"), 0, "changed")
                node.sim("fail", SERVER)
                self.assertIn("reboot the node", self.expect(node.run("--reset"), 1, "fail").stdout)
                self.assertIn(REPLICA, [address for address, *_ in node.defaults()])

    def test_where_icmp_is_dropped_a_reset_keeps_the_gateway_that_active_dgd_holds_for_living(self):
        router = "203.0.113.1"
        node = self.node("--variant", "ping=filtered")
        node.run()
        node.run("--gateways", f"{SERVER}+{router}")
        for server in (REPLICA, SERVER):  # so that NFSv4 has not left it
            node.sim("fail", server, "--quiet")
        node.sim("clock", "+60")
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertIn(router, [address for address, *_ in node.defaults()], str(run))

    def test_a_reset_while_the_other_gateway_is_dead_can_be_repeated_when_it_answers(self):
        for seconds in ("+0", "+60"):  # nobody has noticed yet; it is held for dead
            with self.subTest(seconds=seconds):
                node = self.node()
                before = node.state()
                self.tune(node)
                node.sim("fail", REPLICA, "--quiet")
                node.sim("clock", seconds)
                run = self.expect(node.run("--reset"), 1, "fail")
                self.assertIn("cure: run this again when", run.stdout)
                self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)], str(run))
                node.sim("heal", REPLICA)
                node.sim("clock", "+600")
                self.expect(node.run("--reset"), 0, "changed")
                self.assertEqual(node.state(), before)

    def test_all_held_for_dead_go_over_to_passive_dgd(self):
        node = self.node()
        self.expect(node.run(), 0, "changed")
        node.sim("fail", SERVER)
        node.sim("fail", REPLICA)
        node.sim("clock", "+60")
        self.assertIn("cure for the latter: dgd=passive", node.run("--status").stdout)
        self.expect(node.run("dgd=passive"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False), (REPLICA, 1, False)])

    def test_a_dead_one_is_not_put_in_front_where_nobody_would_find_it(self):
        router = "203.0.113.1"
        for dgd in ("off", "passive"):
            with self.subTest(dgd=dgd):
                node = self.node()
                node.by_hand("route", "-n", "add", "0", router, "-hopcount", "2")
                self.die(node, SERVER)
                run = self.expect(node.run(f"gateways={router}+{SERVER}", f"dgd={dgd}"), 1, "fail")
                self.assertEqual(node.defaults(), [(SERVER, 0, False), (router, 2, False)])
                # What it says is typed, and the next run has its way.
                self.assertIn(f"take it away: route -n delete 0 {SERVER}", run.stdout)
                node.by_hand("route", "-n", "delete", "0", SERVER)
                node.run(f"gateways={router}+{SERVER}", f"dgd={dgd}")
                self.assertEqual([address for address, *_ in node.defaults()], [router])

    def test_every_form_of_the_maximum(self):
        for form in ("number", "hex", "MAX", "-"):
            with self.subTest(form=form):
                node = self.node("--variant", "max-cost=" + form)
                self.tune(node)
                self.die(node, SERVER)
                before = node.defaults()
                self.assertEqual(node.run("--gateways", REPLICA, SERVER).rc, 1)
                self.assertEqual(node.defaults(), before)

    def test_persistent(self):
        node = self.node("--standalone")
        self.tune(node, "--persist")
        self.die(node, SERVER)
        before = node.defaults()
        self.assertEqual(node.run("--persist", "--dgd", "passive").rc, 1)
        self.assertEqual([row for row in node.defaults() if row[0] == SERVER], [row for row in before if row[0] == SERVER])
        self.assert_dead_one_is_last(node, SERVER)
        self.assertEqual(len(node.stored_routes()), 2)

    def test_the_next_boot_does_not_prefer_one_that_gives_no_answer(self):
        dead = "203.0.113.13"
        node = self.node("--standalone")
        self.die(node, dead)
        run = node.run("persist=true", f"gateways={dead}+{SERVER}+{REPLICA}", "dgd=off")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("skipped: not safe now: needs an answer of " + dead, run.stdout)
        self.assertFalse([row for row in node.stored_routes() if row.endswith(dead)], str(run))

    def test_check_tells_a_monitor(self):
        node = self.node()
        self.tune(node)
        self.expect(node.run("--check"), 0, "ok")
        self.die(node, REPLICA)
        self.expect(node.run("--check"), 1, "drift")
        self.expect(node.run("--status"), 1, "drift")
        self.assert_quiet(node)


class BeforeTheReset(DeadGateways):
    def test_the_first_gateway_is_dead(self):
        node = self.node()
        self.tune(node)
        self.die(node, SERVER)
        before = node.defaults()
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertEqual(node.defaults(), before, str(run))
        self.assertEqual(self.current(node)[SERVER], MAXIMUM)
        self.assertIn(f"{REPLICA}, which hanfs set, stays", run.stdout)
        self.assertEqual(node.timing(USR), (100, 5))
        # It is back: the rest is taken back too.
        node.sim("heal", SERVER)
        node.sim("clock", "+60")
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])

    def test_the_one_that_hanfs_added_is_dead(self):
        node = self.node()
        self.tune(node)
        self.die(node, REPLICA)
        node.run("--reset")
        self.assertIn(SERVER, [gateway for gateway, _, _ in node.defaults()])
        self.assert_dead_one_is_last(node, REPLICA)

    def test_of_several_that_hanfs_added_the_nearest_stays(self):
        node = self.node("--replicas", 3)
        self.tune(node)
        self.die(node, SERVER)
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertIn(f"{REPLICA}, which hanfs set, stays", run.stdout)
        self.assertEqual([gateway for gateway, _, _ in node.defaults()], [SERVER, REPLICA])
        self.assertEqual(self.current(node)[SERVER], MAXIMUM)

    def test_one_that_was_not_noticed_dead(self):
        node = self.node()
        self.tune(node, "--dgd", "off")
        self.die(node, SERVER)
        node.run("--reset")
        self.assertIn(REPLICA, [gateway for gateway, _, _ in node.defaults()])

    def test_persistent(self):
        node = self.node("--standalone")
        self.tune(node, "--persist")
        self.die(node, SERVER)
        before = node.defaults()
        node.run("--reset")
        self.assertEqual(node.defaults(), before)


class Candidates(DeadGateways):
    def test_a_file_server_that_is_no_partner_of_the_gateway(self):
        node = self.node()
        node.sim("add-mount", "--over", "/home", "--server", NAS, "--remote", "/vol/home")
        node.sim("add-mount", "--over", "/work", "--server", NAS, "--remote", "/vol/work", "--replica", "203.0.113.51")
        self.tune(node)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        self.assert_quiet(node)

    def test_foreign_defaults_keep_their_cost_for_themselves(self):
        node = self.node()
        node.by_hand("route", "-n", "add", "0", ROUTER, "-hopcount", "1")
        self.tune(node)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (ROUTER, 1, False), (REPLICA, 2, True)])
        self.assert_quiet(node)

    def test_a_list_beside_the_router_of_the_network(self):
        node = self.node()
        node.by_hand("route", "-n", "add", "0", ROUTER)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        run = self.expect(node.run("--gateways", SERVER, REPLICA), 1, "fail")
        self.assertEqual(node.defaults(), [(ROUTER, 0, False), (SERVER, 1, True), (REPLICA, 2, True)])
        self.assertIn(f"default gateway {ROUTER}, which is not in the list of gateways, comes before them", run.stdout)
        self.assertEqual(node.timing(USR), WANTED)

    def test_a_router_that_shares_the_traffic(self):
        node = self.node()
        node.by_hand("route", "-n", "add", "0", ROUTER)
        before = node.defaults()
        for args in ((), ("--check",)):  # when one dies, half of the traffic is lost
            run = self.expect(node.run(*args), 1, "fail")
            self.assertEqual(node.defaults(), before)
            self.assertIn("error: default gateway 203.0.113.1, which is no file server, shares the traffic", run.stdout)
        self.assertEqual(node.timing(USR), WANTED)

    def test_servers_by_names_that_hosts_does_not_know(self):
        node = self.node()
        for path in ("/usr", "/.statelite/persistent", "/"):
            node.sim("umount", path)
        node.sim("add-mount", "--over", "/usr", "--server", "filer1", "--replica", "filer2")
        run = node.run("--json")
        self.assertTrue(any("cannot be told" in text for text in run.json["warnings"]), str(run))


class OnlyTheLane(DeadGateways):
    def test_nfs_is_tuned_all_the_same(self):
        for args, says in ((("gateways=203.0.113.15+10.9.9.9",), "10.9.9.9"), (("--gateways", "203.0.113.117"), "itself"),
                           (("--dgd-packets-lost", 32768), "dgd_packets_lost"), (("--persist",), "persist")):
            with self.subTest(args=args):
                node = self.node()
                run = self.expect(node.run(*args), 1, "fail")
                self.assertEqual(node.timing(USR), WANTED)
                self.assertIn(says, run.stdout)
                self.assertEqual(node.stored_routes(), [])
                self.expect(node.run("--check", *args), 1)

    def test_passive_detection_is_the_administrators(self):
        node = self.node()
        node.by_hand("no", "-o", "passive_dgd=1")
        self.tune(node)
        self.assertEqual(node.tunable("passive_dgd"), "1")
        node.by_hand("route", "-n", "add", "0", ROUTER)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        node.by_hand("route", "-n", "delete", "0", REPLICA)
        node.run("--dgd", "active")
        self.assertEqual(node.tunable("passive_dgd"), "1")

    def test_attributes_of_others(self):
        for words, stays in ((("-weight", "3"), True), (("-policy", "2"), False), (("-static",), False)):
            with self.subTest(words=words):
                node = self.node()
                node.by_hand("route", "-n", "delete", "0", SERVER)
                node.by_hand("route", "-n", "add", "0", SERVER, "-hopcount", "0", *words)
                before = node.state()
                run = node.run()
                if stays:
                    self.assertEqual(run.rc, 1, str(run))
                    self.assertIn("would lose the weight 3", run.stdout)
                    self.assertIn((SERVER, 0, False), node.defaults())
                node.run("--reset")
                if words != ("-policy", "2"):
                    self.assertEqual(node.state(), before)


class Journals(DeadGateways):
    def journal(self, node, *entries):
        return node.write("/etc/hanfs/journal", "".join(json.dumps(entry) + "\n" for entry in entries), 0o600)

    def test_a_node_that_hanfs_never_touched(self):
        node = self.node()
        node.by_hand("nfs4cl", "setfsoptions", USR, "acregmax=7")
        before = node.state()
        self.assert_quiet(node, "--reset")
        self.assertEqual(node.state(), before)

    def test_values_of_before(self):
        node = self.node()
        for option in ("timeo=50", "acregmax=7"):
            node.by_hand("nfs4cl", "setfsoptions", USR, option)
        before = node.state()
        self.tune(node)
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.state(), before)

    def test_values_of_before_where_a_set_call_replaces_the_rest(self):
        node = self.node("--variant", "setfsoptions=replace", "--variant", "comma-list=accepted")
        before = node.options(USR)
        self.tune(node)
        node.run("--reset")
        self.assertEqual(node.options(USR), before)

    def test_missing_fields_and_stored_words(self):
        node = self.node()
        self.journal(node, {"event": "begin", "run": "r1", "step": "route:203.0.113.15:add", "argv": ["/usr/sbin/route"],
                            "expect": ["default_route", SERVER, "cost=0 active_dgd=0"]},
                     {"event": "done", "run": "r1", "step": "route:203.0.113.15:add"})
        before = node.state()
        run = self.expect(node.run("--reset"), 0, "ok")
        self.assertEqual(node.state(), before)
        self.assertIn("passed by", run.stdout)
        self.tune(node)
        good = node.journal()
        for entry in good:
            entry.update({"argv": ["/tmp/evil"], "undo": [["/tmp/evil"], []]} if entry["event"] == "begin" else {})
        self.journal(node, *good)
        node.forget_calls()
        self.expect(node.run("--reset"), 0, "changed")
        self.assertNotIn("evil", json.dumps(node.commands()))
        self.assertEqual(node.state(), before)

    def test_every_field_away_alone(self):
        node = self.node()
        self.tune(node)
        tuned = node.journal()
        names = {name for entry in tuned for name in entry}
        for name in sorted(names):
            for value in (None, 5, [], {}, "x"):
                node.sim("variant", "default")
                spoilt = [{key: (value if key == name else old) for key, old in entry.items()
                           if value is not None or key != name} for entry in tuned]
                self.journal(node, *spoilt)
                run = node.run("--reset", "--dry-run")
                self.assertIn(run.rc, (0, 1), f"{name}={value!r}: {run}")
                self.assertTrue(run.verdict, str(run))

    def test_of_another_node(self):
        node = self.node()
        self.tune(node)
        cloned = [dict(entry, node="cn016") if entry["event"] == "begin" else entry for entry in node.journal()]
        self.journal(node, *cloned)
        before = node.state()
        run = self.expect(node.run("--reset"), 0, "ok")
        self.assertEqual(node.state(), before)
        self.assertIn("of another node (cn016)", run.stdout)

    def test_of_an_earlier_boot(self):
        node = self.node()
        self.tune(node)
        self.journal(node, *[dict(entry, boot="Jan 01 00:00") if entry["event"] == "begin" else entry
                             for entry in node.journal()])
        before = node.state()
        self.expect(node.run("--reset"), 0, "ok")
        self.assertEqual(node.state(), before)

    def test_that_others_may_write(self):
        node = self.node()
        self.tune(node)
        before = node.state()
        os.chmod(node.root + "/etc/hanfs/journal", 0o666)
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertIn("chmod go-w", run.stdout)
        self.assertEqual(node.state(), before)

    def test_larger_than_it_should_be(self):
        node = self.node()
        before = node.state()
        self.tune(node)
        with open(node.root + "/etc/hanfs/journal", "a") as file:
            for number in range(18):
                file.write(json.dumps({"event": "begin", "run": f"old{number}", "step": "no:dgd_ping_time",
                                       "node": "cn017", "boot": "Jan 01 00:00", "why": "x" * 1000000}) + "\n")
        self.tune(node, "--timeo", 2)
        self.assertLess(os.path.getsize(node.root + "/etc/hanfs/journal"), 1000000)
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.state(), before)
