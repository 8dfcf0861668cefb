# SPDX-License-Identifier: Apache-2.0
"""--reset takes back what the journal says, and only that."""
import os

from scenario import WANTED, Scenario
from simnode import OWN, REPLICA, SERVER, STATELITE, USR

BIND_FIRST = "hosts = bind, local\n"
DATA = "/data/00001"  # of a node that does not boot from the network
ALL = ("--hosts-first", "--dgd", "both", "--dgd-ping-time", 2, "--dgd-packets-lost", 7)


class Reset(Scenario):
    def there_and_back(self, node, *args):
        before = node.state()
        self.tune(node, *args)
        self.assertNotEqual(node.state(), before)
        tuned = node.state()
        run = self.expect(node.run("--reset", "--dry-run"), 1, "drift")
        self.assertEqual(node.state(), tuned)
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.state(), before, str(run))
        self.assert_quiet(node, "--reset")
        # And forth again: a reset is no end.
        self.tune(node, *args)
        self.assertEqual(node.state(), tuned)
        self.assertEqual(node.run("--reset").rc, 0)
        self.assertEqual(node.state(), before)

    def test_diskless(self):
        self.there_and_back(self.node())

    def test_diskless_with_everything(self):
        node = self.node("--replicas", 2)
        node.write("/etc/netsvc.conf", BIND_FIRST)
        self.there_and_back(node, *ALL)

    def test_standalone_with_everything(self):
        node = self.node("--standalone")
        node.write("/etc/netsvc.conf", BIND_FIRST)
        # A stanza without a value and no stanza at all mean the same to `no`.
        before = node.state()
        self.tune(node, "--persist", *ALL)
        self.assertEqual(node.run("--reset").rc, 0)
        after = node.state()
        self.assertEqual(after.split("nextboot:")[0].split("netsvc.conf:")[0],
                         before.split("nextboot:")[0].split("netsvc.conf:")[0])
        self.assertEqual(node.read("/etc/netsvc.conf"), BIND_FIRST)
        self.assert_quiet(node, "--reset")

    def test_settings_that_cannot_be_met_are_none_of_its_business(self):
        node = self.node()
        before = node.state()
        self.tune(node)
        cannot = ("--gateways", "10.99.0.1", "--persist")
        self.expect(node.run("--check", *cannot), 1, "fail")
        run = self.expect(node.run("--reset", *cannot), 0, "changed")
        self.assertEqual(node.state(), before, str(run))
        self.expect(node.run("--reset", *cannot), 0, "ok")

    def test_under_another_name_of_the_same_node(self):
        """xCAT's postscripts go by the name in the tables, a run by hand by that of the host."""
        for name in ("cn017", "cn017.cluster.example.com", "cn017-ml0"):
            with self.subTest(name=name):
                node = self.node()
                node.write("/etc/hosts", node.read("/etc/hosts") + OWN + " cn017-ml0\n")
                before = node.state()
                self.tune(node, env={"NODE": name})
                self.expect(node.run("--reset"), 0, "changed")
                self.assertEqual(node.state(), before)
                self.expect(node.run("--reset", env={"NODE": name}), 0, "ok")

    def test_a_file_that_others_changed_and_that_holds_our_line(self):
        node = self.node()
        node.write("/etc/netsvc.conf", BIND_FIRST)
        self.tune(node, "--hosts-first")
        node.write("/etc/netsvc.conf", node.read("/etc/netsvc.conf") + "# of the administrator\n")
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertIn("/etc/netsvc.conf was changed since hanfs put the hosts file first in it", run.stdout)
        node.write("/etc/netsvc.conf", "hosts = bind\n")
        self.expect(node.run("--reset"), 0, "ok")

    def test_every_stored_string(self):
        for form in ("hopcount5", "fields11", "plain", "fields9"):
            with self.subTest(form=form):
                node = self.node("--standalone", "--variant", "odm-boot-string=" + form)
                before = node.stored_routes()
                self.tune(node, "--persist")
                self.assertEqual(node.run("--reset").rc, 0)
                self.assertEqual(sorted(node.stored_routes()), sorted(before))
                self.assertEqual(node.defaults(), [(SERVER, 0, False)])

    def test_after_several_runs_back_to_the_first_state(self):
        node = self.node()
        before = node.state()
        for args in (["--dgd", "passive"], ["--dgd", "both", "--timeo", 5], ["--dgd", "off"],
                     ["--gateways", REPLICA, SERVER], ["--dgd-ping-time", 9], ["--dgd-ping-time", 4]):
            self.tune(node, *args)
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.state(), before, str(run))

    def test_after_a_run_of_which_one_command_failed(self):
        for boot, first, fault, second in (
                ((), ("--dgd", "off"), ("route -n add*", "exit", 2), ()),
                ((), ("--dgd-ping-time", 3), ("route -n add*", "exit", 1), ("--dgd", "passive")),
                ((), ("--dgd", "passive"), ("no -*", "exit", 2), ("--dgd", "off")),
                (("--standalone",), ("--mount-retrans", f"{DATA}=9"),
                 ("nfs4cl setfsoptions*", "unchanged-but-exit0", 1), ("--exclude", USR))):
            with self.subTest(first=first, fault=fault):
                node = self.node(*boot)
                before = node.state()
                self.tune(node, *first)
                glob, kind, nth = fault
                node.fault(glob, kind, nth=nth)
                self.assertEqual(node.run(*second).rc, 1)
                node.clear_faults()
                self.tune(node)
                run = node.run("--reset")
                self.assertEqual(run.rc, 0, str(run))
                self.assertEqual(node.state(), before, str(run))
                self.assert_quiet(node, "--reset")

    def test_value_of_the_next_boot_was_another_one(self):
        for no_x in ("both", "unsupported"):
            with self.subTest(no_x=no_x):
                node = self.node("--standalone")
                node.variant(no_x=no_x)
                node.by_hand("no", "-o", "dgd_ping_time=11")
                stored = node.by_hand("no", "-r", "-o", "dgd_ping_time")
                args = ("--persist", "--dgd-ping-time", 3)
                self.tune(node, *args)
                self.assertIn('dgd_ping_time = "3"', node.read("/etc/tunables/nextboot"))
                self.assert_quiet(node, *args)
                run = node.run("--reset", *args)
                self.assertEqual(run.rc, 0, str(run))
                self.assertEqual(node.tunable("dgd_ping_time"), "11")
                self.assertEqual(node.by_hand("no", "-r", "-o", "dgd_ping_time"), stored)

    def test_of_an_untouched_node(self):
        node = self.node()
        before = node.state()
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.state(), before)

    def test_foreign_changes_are_left_alone(self):
        node = self.node()
        node.write("/etc/netsvc.conf", BIND_FIRST)
        self.tune(node, *ALL)
        node.by_hand("route", "-n", "add", "0", "203.0.113.1", "-hopcount", "8")
        node.by_hand("route", "-n", "delete", "0", REPLICA)
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "6")
        node.by_hand("no", "-o", "dgd_ping_time=11")
        node.write("/etc/netsvc.conf", "hosts = nis, bind\n")
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertIn((REPLICA, 6, False), node.defaults())
        self.assertIn(("203.0.113.1", 8, False), node.defaults())
        self.assertIn((SERVER, 0, False), node.defaults())
        self.assertEqual(node.tunable("dgd_ping_time"), "11")
        self.assertEqual(node.tunable("dgd_packets_lost"), "3")
        self.assertEqual(node.tunable("passive_dgd"), "0")
        self.assertEqual(node.read("/etc/netsvc.conf"), "hosts = nis, bind\n")
        self.assert_quiet(node, "--reset")

    def test_excluded_file_systems_stay(self):
        node = self.node()
        self.tune(node)
        run = self.expect(node.run("--reset", "--exclude", USR), 0, "changed")
        self.assertIn(f"reset: {USR} is excluded, so it stays as hanfs set it", run.stdout)
        self.assertEqual(node.timing(USR), WANTED)
        self.assertEqual(node.timing(STATELITE), (100, 5))

    def test_never_without_a_live_default(self):
        node = self.node()
        self.tune(node)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        run = node.run("--reset")
        self.assertGreaterEqual(len(node.defaults()), 1, str(run))

    def test_torn_and_foreign_lines_of_the_journal(self):
        node = self.node()
        before = node.state()
        self.tune(node)
        with open(node.root + "/etc/hanfs/journal", "ab") as file:
            file.write(b"\xff\xfe rubbish\n{\"event\":\"begin\",\"step\":\"route:9.9")
        run = node.run("--reset")
        self.assertEqual(node.state(), before, str(run))

    def test_journal_is_for_root_only(self):
        node = self.node()
        self.tune(node)
        for name in ("journal", "lock"):
            self.assertEqual(os.stat(f"{node.root}/etc/hanfs/{name}").st_mode & 0o777, 0o600)

    def test_refused_together_with_looking(self):
        self.assert_refused(self.node(), "--reset", "--check")
        self.assert_refused(self.node(), "--reset", "--status")

    def test_reboot_makes_the_journal_stale(self):
        # The routes of the last boot are gone; what the journal says of them must not be put back or taken away.
        node = self.node()
        self.tune(node)
        node.sim_boot()
        before = node.state()
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.state(), before, str(run))

    def persisted_and_booted(self):
        node = self.node("--standalone")
        self.before = node.defaults(), sorted(node.stored_routes())
        self.tune(node, "--persist", "--dgd", "both")
        node.sim("clock", "+3600")
        node.sim_boot()
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        return node

    def test_what_a_boot_made_of_what_hanfs_had_stored(self):
        node = self.persisted_and_booted()
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual((node.defaults(), sorted(node.stored_routes())), self.before)
        self.expect(node.run("--reset"), 0, "ok")

    def test_what_a_boot_made_and_a_run_after_it_changed(self):
        node = self.persisted_and_booted()
        self.tune(node, "--persist", "--dgd", "off")
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])
        self.assertEqual(node.stored_routes(), [f"net,-hopcount,0,,0,{SERVER}"])

    def test_what_a_boot_made_while_a_gateway_is_dead(self):
        node = self.persisted_and_booted()
        node.sim("fail", REPLICA)
        node.sim("clock", "+3600")
        run = self.expect(node.run("--reset"), 1, "fail")
        self.assertIn("cure: run this again when the other one answers", run.stdout)
        self.assertIn((SERVER, 0, True), node.defaults())
        node.sim("heal", REPLICA)
        node.sim("clock", "+3600")
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])
        self.assertEqual(node.stored_routes(), [f"net,-hopcount,0,,0,{SERVER}"])

    def test_what_a_boot_made_and_a_killed_reset_took_away(self):
        node = self.persisted_and_booted()
        node.run_killed_at(["route", "-n", "delete", "0", SERVER], "--reset")
        self.assertEqual(node.defaults(), [(REPLICA, 1, True)])
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False)])

    def test_a_dead_gateway_in_front_of_live_ones_goes_back_to_its_place_first(self):
        # The world of seed 23545: active DGD looks so seldom that nobody holds the dead gateway for dead.
        node = self.node("--replicas", 3)
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "3")
        before = node.defaults()
        node.sim("fail", REPLICA, "--quiet")
        self.expect(node.run("dgd_ping_time=99999999"), 0, "changed")
        self.assertEqual(node.defaults()[1], (REPLICA, 1, True))
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), before)

    def test_a_gateway_that_is_the_last_one_stays_with_a_cure_that_leads_out(self):
        node = self.node()
        self.tune(node)
        node.by_hand("route", "-n", "delete", "0", SERVER)
        self.tune(node)  # hanfs makes the one that others took away
        for _ in range(2):
            run = self.expect(node.run("--reset"), 1, "fail")
            self.assertEqual(node.defaults(), [(SERVER, 0, True)])
            self.assertIn("cure: it is the only one, so first another one", run.stdout)
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "1")
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(REPLICA, 1, False)])

    def test_what_a_boot_did_not_make_is_left_alone(self):
        node = self.persisted_and_booted()
        node.by_hand("route", "-n", "delete", "0", REPLICA)
        node.by_hand("route", "-n", "add", "0", REPLICA, "-hopcount", "6")
        self.expect(node.run("--reset"), 0, "changed")
        self.assertEqual(node.defaults(), [(SERVER, 0, False), (REPLICA, 6, False)])


class HostsFirst(Scenario):
    def test_writes_and_keeps_the_rest(self):
        for before, rest in ((BIND_FIRST, []), ("# mine\nhosts = bind4, local4 # tail\naliases = files\n", ["# mine", "aliases = files"]),
                             ("", []), (None, []), ("hosts=nis,bind,local", [])):
            with self.subTest(before=before):
                node = self.node()
                if before is None:
                    os.unlink(node.root + "/etc/netsvc.conf")
                else:
                    node.write("/etc/netsvc.conf", before)
                self.expect(node.run("--check", "--hosts-first"), 1, "drift")
                self.tune(node, "--hosts-first")
                after = node.read("/etc/netsvc.conf")
                self.assertRegex(after, r"(?m)^hosts *= *local")
                for line in rest:
                    self.assertIn(line, after)
                self.assert_quiet(node, "--hosts-first")
                self.assertEqual(node.run("--reset").rc, 0)
                if before is None:
                    self.assertFalse(os.path.exists(node.root + "/etc/netsvc.conf"))
                else:
                    self.assertEqual(node.read("/etc/netsvc.conf"), before)

    def test_without_the_option_it_is_only_a_warning(self):
        node = self.node()
        node.write("/etc/netsvc.conf", BIND_FIRST)
        run = self.tune(node, "--json")
        self.assertEqual(node.read("/etc/netsvc.conf"), BIND_FIRST)
        self.assertEqual(run.json["resolver"]["state"], "at_risk")
        self.assertTrue(any("DNS" in text for text in run.json["warnings"]))

    def test_already_right_is_not_written(self):
        node = self.node()
        before = os.stat(node.root + "/etc/netsvc.conf")
        self.tune(node, "--hosts-first")
        after = os.stat(node.root + "/etc/netsvc.conf")
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))
