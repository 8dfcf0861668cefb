# SPDX-License-Identifier: Apache-2.0
"""The weaknesses of mkdsklsnode -S (lib/xcat/README.md "mkdsklsnode -S: weaknesses", W1 to W27): each one that can concern setuphanfs has
a test that fails when the program has it. Those without a test here:

W1   a pair that cannot be determined is no error: tables, makehanfs. Here a wrong list of replicas is refused (W16, W27).
W4   one xcatmaster for the whole node range: tables, makehanfs.
W18  -b for a node without a backup: choice of servers, makehanfs. setuphanfs knows no primary and no backup.
W19  image changes are not copied to the other servers: contents, checkhanfs tree.
W20  who copies the data is told in two ways: texts only; setuphanfs copies nothing and warns where that matters (W11).
W21  sharedinstall=all takes the copy branch: copies nothing, knows no sharedinstall.
W22  a typo in the copy-back of client data: copies nothing.
"""
import os

from simnode import program
from simserver import DOMAIN, ONE, RIGHT, THREE, TWO
from test_setuphanfs import DISRUPTIVE, V3, V4, ServerScenario


def hosts_of(rows):
    """Addresses of the list of replicas, in its order."""
    lists = [word for word in rows[0] if word.startswith("replicas=")]
    return [place.split("@")[1] for place in lists[0][len("replicas="):].split(":")] if lists else []


class Weaknesses(ServerScenario):
    def changed(self, server, *args):
        run = self.expect(server.run("--nfs-domain", DOMAIN, *args), 0, "changed")
        self.assertEqual(run.verdict["state"], "replicated", str(run))
        return run

    def refused(self, server, *args, says):
        before = server.state()
        server.forget_calls()
        run = self.expect(server.run("--nfs-domain", DOMAIN, *args), 2, "refused")
        self.assertIn(says, run.stdout + run.stderr)
        self.assertEqual(server.commands(changing=True), [])
        self.assertEqual(server.state(), before)

    def drift(self, server, *args):
        run = self.expect(server.setup("--check", *args), 1, "drift")
        self.assertEqual(server.commands(changing=True), [], str(run))
        return run

    def from_capture(self, server, edit, *args):
        """A run on what was observed there, after `edit(text)` of what ifconfig printed."""
        folder = server.root + "/capture"
        server.setup("--dry-run", "--save", folder)
        path = os.path.join(folder, "ifconfig_-a.out")
        with open(path) as file:
            text = edit(file.read())
        with open(path, "w") as file:
            file.write(text)
        return server.finish(server.start_bare("--from", folder, "--nfs-domain", DOMAIN, "--json", *args))

    def test_w02_more_than_two_servers(self):
        for server, own in ((self.server("none", "--partner", TWO, "--partner", THREE), ONE),
                            (self.server("none", "--address", THREE, "--partner", ONE, "--partner", TWO), THREE)):
            self.changed(server, "--replica", ONE, TWO, THREE)
            hosts = hosts_of(server.exports()["/install"])
            self.assertEqual((hosts[0], sorted(hosts)), (own, sorted((ONE, TWO, THREE))))

    def test_w03_lists_with_commas_and_blanks(self):
        for value in (f"{ONE}, {TWO}", f" {ONE} ,{TWO} ", f"{ONE},{TWO}"):
            with self.subTest(value):
                server = self.server()
                conf = server.write("/site.conf", f"[setuphanfs]\nreplica = {value}\nnfs_domain = {DOMAIN}\n")
                self.expect(server.run("--config", conf), 0, "changed")
                self.assert_right(server)

    def test_w05_a_line_that_cannot_be_read_does_not_get_the_values_of_the_one_before(self):
        flags = "flags=1e084863,480<UP,BROADCAST,NOTRAILERS,RUNNING,SIMPLEX,MULTICAST,GROUPRT,64BIT>\n"
        for rest in ("", "\tinet\n", "\tinet not.an.address netmask 0xffffff00\n"):
            with self.subTest(rest):
                run = self.from_capture(self.server(), lambda text, rest=rest: text + f"en1: {flags}{rest}",
                                        "--replica", TWO)
                self.assertEqual(run.json["replicas"], [ONE, TWO], str(run))

    def test_w06_an_alias_is_not_guessed(self):
        alias = "203.0.113.16"
        server = self.server("none", "--address", ONE, "--address", alias, "--partner", TWO)
        self.refused(server, "--replica", TWO, says=f"{ONE} {alias}")
        self.changed(server, "--replica", alias, TWO)
        self.assertEqual(hosts_of(server.exports()["/install"]), [alias, TWO])

    def test_w06_no_silent_fallback_to_an_address_of_another_network(self):
        server = self.server("none", "--address", "198.51.100.7", "--partner", TWO)
        self.refused(server, "--replica", TWO, says="none of its addresses is in the network of " + TWO)

    def test_w07_other_exports_stay_up(self):
        server = self.server("v3-children", *V3, *V4)
        server.sim("client", "add", "cn017", "/export/mksysb", "--vers", "3")
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assert_right(server, ("/install", "/home", "/export/mksysb"))
        withdrawn = [one["what"] for one in server.interruptions("/home", "/export/mksysb") if one["kind"] == "withdrawn"]
        self.assertEqual(withdrawn, ["/home"])  # only while the mode changed
        server = self.server("v3-children", *V3, *V4, "--mode", "on", "--domain", DOMAIN)
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assertEqual(server.interruptions("/home", "/export/mksysb"), [])

    def test_w08_a_daemon_is_started_when_the_old_one_is_gone(self):
        """The domain changes, so nfsrgyd is stopped and started; and chnfs restarts nfsd."""
        for variants in (("stop-delay=looks5",), ("stop-delay=ms1500",), ("stopping-status=active",),
                         ("start-early=lost", "stop-delay=looks5"), ("start-delay=ms500", "chnfs-settle=ms500"),
                         ("chnfs-restart=none",)):
            with self.subTest(variants):
                server = self.server("none", "--domain", "old.example.com", *V3,
                                     *(word for one in variants for word in ("--variant", one)))
                self.changed(server, "--replica", TWO, DISRUPTIVE)
                self.assert_right(server, ("/install", "/export/mksysb"))
                self.assertEqual(server.commands().count(["startsrc", "-s", "nfsrgyd"]), 1)

    test_w08_a_daemon_is_started_when_the_old_one_is_gone.waits = True

    def test_w08_daemons_are_waited_for_by_their_state_not_by_sleeping(self):
        for variant, looks in (("stop-delay=at-once", 1), ("stop-delay=looks5", 5)):
            with self.subTest(variant):
                server = self.server("none", "--domain", "old.example.com", "--variant", variant)
                sleeps = server.root + "/sleeps"
                self.expect(server.setup(DISRUPTIVE, by_processes=True, env={
                    "LD_PRELOAD": program("counted_sleeps.so"), "SLEEPS_FILE": sleeps,
                    "ASAN_OPTIONS": "verify_asan_link_order=0"}), 0, "changed")
                calls = [" ".join(argv) for argv in server.commands()]
                stop, start = calls.index("stopsrc -s nfsrgyd"), calls.index("startsrc -s nfsrgyd")
                self.assertEqual(calls[stop + 1:start], looks * ["lssrc -g nfs"])
                # Only between two looks.
                slept = os.path.getsize(sleeps) if os.path.exists(sleeps) else 0
                self.assertEqual(slept, looks - 1)

    def test_w09_children_do_not_come_back_from_the_file(self):
        for exported in (True, False):
            with self.subTest(exported=exported):
                server = self.server("v3-children")
                if not exported:  # they stand in the file only
                    for directory in list(server.exports()):
                        server.by_hand("exportfs", "-u", directory)
                self.changed(server, "--replica", TWO, DISRUPTIVE)
                server.sim_boot()  # rc.nfs: exportfs -a
                self.assert_right(server)
                self.assert_nothing_to_do(server)

    def test_w10_a_failure_ends_it_and_is_taken_back(self):
        server = self.server("foreign-v4")  # cn020 holds NFSv4 state in /home
        before = server.state()
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual((run.verdict["state"], server.state()), ("as-before", before), str(run))
        started = [argv[0] for argv in server.commands(changing=True)]
        self.assertFalse({"chnfs"} & set(started), str(run))
        server = self.server("plain")
        before = server.state()
        server.fault("chnfs -R on", "exit")
        run = self.expect(server.setup(DISRUPTIVE, "--deadline", "6"), 1, "fail")
        server.clear_faults()
        self.assertEqual(server.commands().count(["exportfs", "/install"]), 1)  # taken back
        self.assertEqual((run.verdict["state"], server.state()), ("as-before", before), str(run))

    def test_w11_read_only_unless_asked(self):
        server = self.server()
        run = self.changed(server, "--replica", TWO)
        self.assertEqual(server.exports()["/install"], [RIGHT])
        self.assertNotIn("rw:", run.stdout)
        server = self.server()
        run = self.changed(server, "--replica", TWO, "--access", "rw", "--root", "none", "--client", "cn017", "cn018")
        self.assertIn("warning: rw: servers do not copy what clients write", run.stdout)
        options = server.exports()["/install"][0]
        self.assertLessEqual({"rw", "access=cn017:cn018"}, options)
        self.assertFalse([word for word in options if word.startswith("root=")])

    def test_w12_the_right_replicas_with_other_options_are_not_right(self):
        for options in ("rw,noauto,root=*", "ro,noauto", "ro,noauto,root=cn017", "ro,noauto,root=*,access=cn017",
                        "ro,noauto,root=*,sec=krb5"):
            with self.subTest(options):
                server = self.server("right", "--options", options)
                run = self.drift(server)
                self.assertEqual(run.verdict["state"], "as-before", str(run))
                self.changed(server, "--replica", TWO, DISRUPTIVE)
                self.assert_right(server)
        for options in ("ro,noauto,root=*,sec=sys", "ro,noauto,root=*,sec=sys:krb5p:krb5i:krb5:dh"):
            with self.subTest(options):  # as AIX adds it by itself
                server = self.server("right", "--options", options)
                self.expect(server.setup("--check"), 0, "ok")

    def test_w13_a_list_with_this_server_alone(self):
        server = self.server("none", "--mode", "on", "--domain", DOMAIN, "--export",
                             f"/install -replicas=/install@{ONE},vers=4,ro,noauto,root=*")
        self.drift(server)
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assert_right(server)

    def test_w14_the_same_list_on_every_server(self):
        one = self.server("third")
        two = self.server("none", "--address", TWO)
        for server, own in ((one, ONE), (two, TWO)):
            self.changed(server, "--replica", ONE, TWO, DISRUPTIVE)
            hosts = hosts_of(server.exports()["/install"])
            self.assertEqual((hosts[0], set(hosts), len(hosts)), (own, {ONE, TWO}, 2))
        terms = [{word for word in server.exports()["/install"][0] if not word.startswith("replicas=")}
                 for server in (one, two)]
        self.assertEqual(terms[0], terms[1])

    def test_w15_plan_first_and_a_backup(self):
        server = self.server("v3-children")
        before, file = server.state(), server.file()
        run = self.expect(server.setup("--dry-run"), 1, "drift")
        for words in ("exportfs -u /install/postscripts", "chnfs -R on", "exportfs /install"):
            self.assertIn(words, run.stdout)
        self.assertEqual(server.state(), before)
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assertEqual(server.read("/etc/exports.before-hanfs"), file)

    def test_w16_what_must_hold_is_checked_before_anything_is_touched(self):
        self.refused(self.server("none", "--install-fs", "none"), "--replica", TWO, says="not the root of a file system")
        self.refused(self.server(), "--replica", "sn2", says="IPv4")  # addresses, not names
        server = self.server("none", "--variant", "nfsrgyd-boot=inoperative", "--domain", DOMAIN)
        self.changed(server, "--replica", TWO)
        self.assertEqual(server.daemons()["nfsrgyd"], "active")
        # Another domain than the partners have: seen, and set.
        server = self.server("right", "--domain", "old.example.com")
        self.assertIn("old.example.com", self.drift(server).stdout)
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assertEqual(server.read("/etc/nfs/local_domain").strip(), DOMAIN)
        # This server belongs to the list even when it is left out.
        self.assertEqual(hosts_of(server.exports()["/install"]), [ONE, TWO])

    def test_w17_the_usage_names_every_option(self):
        text = self.server().run("--help").stdout
        for option in ("--replica", "--directory", "--access", "--root", "--client", "--nfs-domain", "--disruptive",
                       "--dry-run", "--check", "--status", "--json", "--config", "--deadline", "--save", "--from"):
            self.assertIn(option, text)

    def test_w23_what_is_there_does_not_override_what_is_wanted(self):
        server = self.server("none", "--export", "/install -vers=3,rw", "--mode", "on", "--domain", DOMAIN)
        self.changed(server, "--replica", TWO, DISRUPTIVE)
        self.assert_right(server)

    def test_w24_no_domain_is_invented(self):
        server = self.server()
        before = server.state()
        run = self.expect(server.run("--replica", ONE, TWO), 2, "refused")
        self.assertIn("--nfs-domain", run.stdout)
        self.assertEqual((server.state(), server.commands(changing=True)), (before, []))
        server = self.server("none", "--domain", "site.example.com")  # the one that is set stays
        self.expect(server.run("--replica", ONE, TWO), 0, "changed")
        self.assertEqual(server.read("/etc/nfs/local_domain").strip(), "site.example.com")

    def test_w25_both_servers_at_once(self):
        servers = self.server("v3-children"), self.server("plain", "--address", TWO)
        runs = [server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE) for server in servers]
        for server, process in zip(servers, runs):
            self.expect(server.finish(process), 0, "changed")
            self.assertEqual(set(hosts_of(server.exports()["/install"])), {ONE, TWO})

    def test_w26_lists_of_replicas_are_read_whole(self):
        for variants in (("lsnfsexp-separator=,",), ("lsnfsexp-separator=:",), ("lsnfsexp-header=moved",)):
            with self.subTest(variants):
                server = self.server("right", "--variant", *variants)
                self.assert_nothing_to_do(server)
                self.assertFalse([argv for argv in server.commands() if argv[0] == "lsnfsexp" and "-c" in argv])
        self.refused(self.server(), "--replica", ONE, "2001:db8::2", says="IPv4")

    def test_w27_own_address_is_the_whole_address(self):
        for partner in ("203.0.113.1", "203.0.113.150"):  # a part of the own one, and the other way round
            server = self.server("none", "--partner", partner)
            self.changed(server, "--replica", partner)
            self.assertEqual(hosts_of(server.exports()["/install"]), [ONE, partner])
        server = self.server("none", "--address", ONE, "--address", "203.0.113.16", "--partner", TWO)
        self.refused(server, "--replica", ONE, "203.0.113.16", says="all this server")
        self.refused(server, "--replica", "unknown-server", says="IPv4")
