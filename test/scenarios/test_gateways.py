# SPDX-License-Identifier: Apache-2.0
"""Default gateways, dead gateway detection, ODM."""
from scenario import Scenario
from simnode import REPLICA, SERVER, defaults_over_time

THIRD, ROUTER = "203.0.113.13", "203.0.113.1"


class Gateways(Scenario):
    def tune_watched(self, node, *args):
        """Tunes, and checks that at each moment a default route was live."""
        before = [gateway for gateway, _, _ in node.defaults()]
        node.forget_calls()
        run = self.tune(node, *args)
        self.assertGreaterEqual(min(defaults_over_time(before, node.calls())), min(1, len(before)), node.commands(True))
        for argv in node.commands():
            if argv[0] == "route":
                self.assertNotIn("change", argv)
                self.assertNotIn("flush", argv)
                self.assertFalse(any(w.startswith("-") and not w.startswith("--") and "f" in w and w != "-interface"
                                     and w in ("-f", "-nf", "-fn") for w in argv), argv)
        return run

    def states(self, run):
        return {row["address"]: row["state"] for row in run.json["gateways"]}


class Automatic(Gateways):
    def test_two_servers(self):
        node = self.node()
        run = self.tune_watched(node, "--json")
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        self.assertEqual(self.states(run), {SERVER: "ok", REPLICA: "ok"})
        self.assertEqual(node.stored_routes(), [])
        self.assert_quiet(node)

    def test_three_servers(self):
        node = self.node("--replicas", 2)
        self.tune_watched(node)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True), (THIRD, 2, True)])
        self.assert_quiet(node)

    def test_present_gateway_stays_the_preferred_one(self):
        node = self.node("--replicas", 2)
        node.by_hand("route", "-n", "add", "0", REPLICA)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        self.tune_watched(node)
        self.assertEqual(node.defaults()[0], (REPLICA, 0, True))
        self.assertEqual(len(node.defaults()), 3)
        self.assert_quiet(node)

    def test_gateway_that_is_no_server_is_left_alone(self):
        node = self.node()
        node.by_hand("route", "-n", "add", "0", ROUTER)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        run = self.tune_watched(node, "--json")
        self.assertEqual(node.defaults(), [(ROUTER, 0, False)])
        self.assertEqual(self.states(run)[ROUTER], "unmanaged")
        self.assertFalse([c for c in node.commands(changing=True) if c[0] in ("route", "no", "chdev")])

    def test_no_default_gateway(self):
        node = self.node()
        node.by_hand("route", "-n", "delete", "0", SERVER)
        self.tune(node)
        self.assertEqual(node.defaults(), [])

    def test_servers_that_are_not_neighbours_are_no_gateways(self):
        node = self.node()
        node.sim("add-mount", "--over", "/far", "--server", SERVER, "--replica", "198.51.100.7")
        run = self.tune_watched(node, "--json")
        self.assertEqual([g for g, _, _ in node.defaults()], [SERVER, REPLICA])
        self.assertTrue(any("198.51.100.7" in text for text in run.json["warnings"]))
        self.assert_quiet(node)

    def test_foreign_default_beside_ours_is_named_and_kept(self):
        node = self.node()
        node.by_hand("route", "-n", "add", "0", ROUTER, "-hopcount", "9")
        run = self.tune_watched(node, "--json")
        self.assertIn((ROUTER, 9, False), node.defaults())
        self.assertEqual(self.states(run)[ROUTER], "extra")
        self.assertTrue(any(ROUTER in text for text in run.json["warnings"]))
        self.assert_quiet(node)

    def test_nfs_by_host_name(self):
        node = self.node()
        node.sim("add-mount", "--over", "/named", "--server", "sn2", "--replica", "sn1")
        self.tune_watched(node)
        self.assertEqual([g for g, _, _ in node.defaults()], [SERVER, REPLICA])
        self.assert_quiet(node)

    def test_dead_gateway_is_down_and_not_drift(self):
        node = self.node()
        self.tune(node)
        node.sim("fail", SERVER, "--quiet")
        node.sim("clock", "+60")
        run = self.assert_quiet(node, "--json")
        self.assertEqual(self.states(run), {SERVER: "down", REPLICA: "ok"})
        self.expect(node.run("--check"), 1, "drift")

    def test_dead_replica_is_no_reason_to_delete_the_last_good_gateway(self):
        # .15 must be made anew for active DGD, but the other one does not answer: then it may not be deleted.
        node = self.node()
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "1", "-active_dgd")
        node.sim("fail", REPLICA, "--quiet")
        node.sim("clock", "+60")
        before = node.defaults()
        node.forget_calls()
        run = node.run("--json")
        self.assertEqual(run.rc, 1, str(run))
        self.assertEqual(node.defaults(), before)
        self.assertNotIn(["route", "-n", "delete", "0", SERVER], node.commands())


class Lists(Gateways):
    def test_list_in_its_order(self):
        node = self.node("--replicas", 2)
        args = ("--gateways", THIRD, SERVER, ROUTER)
        self.tune_watched(node, *args)
        self.assertEqual(node.defaults(), [(THIRD, 0, True), (SERVER, 1, True), (ROUTER, 2, True)])
        self.assert_quiet(node, *args)
        self.assert_quiet(node, f"gateways={THIRD}+{SERVER}+{ROUTER}")

    def test_order_of_the_list_changes(self):
        node = self.node()
        self.tune_watched(node, "--gateways", SERVER, REPLICA)
        self.tune_watched(node, "--gateways", REPLICA, SERVER)
        self.assertEqual(node.defaults(), [(REPLICA, 0, True), (SERVER, 1, True)])
        self.assert_quiet(node, "--gateways", REPLICA, SERVER)

    def test_list_of_one_that_is_there_is_never_cut_off(self):
        node = self.node()
        node.forget_calls()
        before = node.defaults()
        run = node.run("--gateways", SERVER, "--json")
        self.assertEqual(node.defaults(), before)
        self.assertNotIn("delete", [word for argv in node.commands() for word in argv])
        self.assertEqual(run.rc, 1, str(run))
        self.assertTrue(run.json["errors"])

    def test_none(self):
        node = self.node()
        self.tune_watched(node, "--gateways", "none")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])
        self.assert_quiet(node, "--gateways", "none")

    def test_refused_lists(self):
        node = self.node()
        for words in (["2001:db8::1"], ["auto", SERVER], ["sn1"], ["0.0.0.0"],
                      ["127.0.0.1"], ["255.255.255.255"], [SERVER, SERVER], ["203.0.113.300"], [""], ["224.0.0.1"]):
            with self.subTest(words=words):
                self.assert_refused(node, "--gateways", *words)


class Detection(Gateways):
    def test_modes(self):
        for mode, passive, active in (("active", "0", True), ("passive", "1", False), ("both", "1", True),
                                      ("off", "0", False)):
            with self.subTest(mode=mode):
                node = self.node()
                self.tune_watched(node, "--dgd", mode)
                self.assertEqual(node.tunable("passive_dgd"), passive)
                self.assertEqual(node.defaults(), [(SERVER, 0, active), (REPLICA, 1, active)])
                self.assert_quiet(node, "--dgd", mode)

    def test_from_every_mode_to_every_other(self):
        node = self.node()
        for mode in ("active", "passive", "both", "off", "both", "passive", "active", "off", "passive"):
            self.tune_watched(node, "--dgd", mode)
            active = mode in ("active", "both")
            self.assertEqual(node.defaults(), [(SERVER, 0, active), (REPLICA, 1, active)])
            self.assertEqual(node.tunable("passive_dgd"), "1" if mode in ("passive", "both") else "0")
            self.assert_quiet(node, "--dgd", mode)

    def test_tunables_live_only(self):
        node = self.node()
        args = ("--dgd-packets-lost", 4, "--dgd-ping-time", 2, "--dgd-retry-time", 9)
        run = self.tune(node, "--json", *args)
        self.assertEqual([node.tunable("dgd_" + n) for n in ("packets_lost", "ping_time", "retry_time")],
                         ["4", "2", "9"])
        self.assertFalse([c for c in node.commands() if c[0] == "no" and "-p" in c])
        self.assertEqual(run.json["result"]["gateway_detection_seconds"], 6)
        self.assert_quiet(node, *args)

    def test_out_of_range(self):
        node = self.node()
        for option in ("--dgd-packets-lost", "--dgd-ping-time", "--dgd-retry-time"):
            for value in (0, -1, 2147483648, "x", "", "1.5"):
                with self.subTest(option=option, value=value):
                    self.assert_refused(node, option, value)

    def test_range_that_no_x_prints(self):
        node = self.node()
        run = self.expect(node.run("--dgd-packets-lost", 32768), 1, "fail")
        self.assertIn("dgd_packets_lost=32768 is out of range", run.stdout)
        self.tune(node, "--dgd-packets-lost", 32767)

    def test_detection_time_is_reported(self):
        run = self.tune(self.node(), "--json")
        self.assertEqual(run.json["result"]["gateway_detection_seconds"], 8)


class Persistent(Gateways):
    def test_standalone_node(self):
        node = self.node("--standalone")
        args = ("--persist", "--dgd-ping-time", 3, "--dgd", "both")
        self.tune_watched(node, *args)
        stored = node.stored_routes()
        self.assertEqual(sorted(route.rsplit(",", 1)[1] for route in stored), [REPLICA, SERVER], stored)
        self.assertTrue(all("-active_dgd" in route for route in stored))
        nextboot = node.read("/etc/tunables/nextboot")
        self.assertIn('dgd_ping_time = "3"', nextboot)
        self.assertIn('passive_dgd = "1"', nextboot)
        self.assert_quiet(node, *args)
        node.sim_boot()
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        self.assertEqual(node.tunable("dgd_ping_time"), "3")

    def test_without_persist_the_odm_is_left_alone(self):
        node = self.node("--standalone")
        before = node.stored_routes()
        self.tune_watched(node)
        self.assertEqual(node.stored_routes(), before)
        self.assert_quiet(node)

    def test_value_right_now_but_not_at_the_next_boot(self):
        node = self.node("--standalone")
        self.tune(node, "--dgd-ping-time", 3)
        self.tune(node, "--dgd-ping-time", 3, "--persist")
        self.assertIn('dgd_ping_time = "3"', node.read("/etc/tunables/nextboot"))
        self.assert_quiet(node, "--dgd-ping-time", 3, "--persist")

    def test_nothing_is_kept_on_a_diskless_node(self):
        node = self.node()
        for mode in (("--status",), ()):
            run = self.expect(node.run("--persist", *mode), 1, "fail")
            self.assertIn("persist: / comes from a server", run.stdout)
        self.assertEqual(node.stored_routes(), [])
        self.assertFalse([c for c in node.commands() if c[0] == "chdev" or (c[0] == "no" and "-p" in c)])

    def test_every_generation_of_the_stored_string(self):
        for form in ("hopcount5", "fields11", "plain", "fields9"):
            with self.subTest(form=form):
                node = self.node("--standalone", "--variant", "odm-boot-string=" + form)
                self.tune_watched(node, "--persist")
                self.assertEqual(sorted(r.rsplit(",", 1)[1] for r in node.stored_routes()), [REPLICA, SERVER])
                self.assert_quiet(node, "--persist")
                node.sim_boot()
                self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])

    def test_every_generation_that_chdev_may_store(self):
        for form in ("as-given", "fields11", "hopcount5", "fields9"):
            with self.subTest(form=form):
                node = self.node("--standalone", "--variant", "odm-string=" + form)
                self.tune_watched(node, "--persist")
                self.assert_quiet(node, "--persist")

    def test_duplicates_in_the_odm(self):
        node = self.node("--standalone")
        for value in (f"net,-hopcount,1,,,,,,,0,{SERVER}", f"net,-hopcount,4,,0,{SERVER}", f"net,-hopcount,3,,0,{REPLICA}"):
            node.by_hand("chdev", "-P", "-l", "inet0", "-a", "route=" + value)
        self.assertEqual(len(node.stored_routes()), 4)
        self.tune_watched(node, "--persist")
        self.assertEqual(sorted(r.rsplit(",", 1)[1] for r in node.stored_routes()), [REPLICA, SERVER])
        self.assert_quiet(node, "--persist")

    def test_duplicates_live(self):
        node = self.node("--variant", "route-cost=second")
        node.by_hand("route", "-n", "add", "0", SERVER, "-hopcount", "5")
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "5")
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "6")
        self.tune_watched(node)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        self.assert_quiet(node)
