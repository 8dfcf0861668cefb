# SPDX-License-Identifier: Apache-2.0
"""The service node in a world that is broken before or during the run: it never makes it worse."""
import concurrent.futures
import json
import os
import subprocess

from simnode import CLEAN_ENVIRONMENT, program
from simserver import DOMAIN, ONE, THREE, TWO, hangs, link
from simnode import Node
from test_setuphanfs import DISRUPTIVE, V3, V4, ServerScenario

OLD_DOMAIN = "old.example.com"
RO_LINE = f"/install -replicas=/install@{ONE}:/install@{TWO},vers=4,ro,noauto,root=*"


class Partner(ServerScenario):
    """No live /install is withdrawn unless another server was just seen serving."""

    def assert_refused(self, server, *args):
        before = server.state()
        server.forget_calls()
        run = self.expect(server.setup(DISRUPTIVE, *args), 1, "refused")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertIn("no other server was seen serving", run.stdout)
        self.assertIn("--alone", run.stdout)
        self.assertIn("Would do:", run.stdout)
        self.assertEqual(server.commands(changing=True), [], str(run))
        self.assertEqual((server.state(), server.interruptions("/install")), (before, []))
        return run

    def test_down(self):
        for exports, args in (("right", ("--access", "rw")), ("plain", ()), ("v3-children", ()), ("third", ())):
            with self.subTest(exports):
                server = self.server(exports, "--partner-down")
                self.assert_refused(server, *args)
                run = self.expect(server.setup(DISRUPTIVE, "--alone", *args), 0, "changed")
                self.assertEqual(run.verdict["state"], "replicated", str(run))

    def test_that_does_not_answer_in_time_or_cannot_be_asked(self):
        server = self.server("plain")
        server.fault("showmount *", "exit", text="showmount: RPC: 1832-019 Program not registered")
        self.assert_refused(server)
        server.clear_faults()
        os.unlink(server.root + "/usr/sbin/showmount")
        self.assert_refused(server)

    def test_one_daemon_dead_and_server_up(self):
        for daemon, said in (("rpc.mountd", "does not answer showmount -e"), ("nfsd", "does not answer NFS, only showmount -e")):
            with self.subTest(daemon):
                one, two = self.server("right"), self.server("right", "--address", TWO)
                node = Node("--variant", "client-state=none")
                self.addCleanup(node.close)
                link(node, one, two)
                two.by_hand("stopsrc", "-s", daemon)
                two.daemons()
                two.daemons()
                run = self.assert_refused(one, "--access", "rw")
                self.assertIn(f"partner {TWO} {said}", run.stdout)
                two.by_hand("startsrc", "-s", daemon)
                two.daemons()
                self.expect(one.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")

    def test_what_may_hang_comes_before_anything_is_withdrawn(self):
        server = self.server("v3-children")
        server.fault("chnfsdom c*", "hang")
        run = server.setup(DISRUPTIVE, "--deadline", 60)
        self.assertEqual(run.verdict["status"], "fail", str(run))
        self.assertEqual([argv for argv in server.commands() if argv[:2] == ["exportfs", "-u"]], [], str(run))

    def test_an_aix_without_rpcinfo_goes_by_mountd(self):
        server = self.server("plain")
        os.unlink(server.root + "/usr/bin/rpcinfo")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")

    def test_one_down_and_another_up(self):
        server = self.server("plain", "--partner", TWO, "--partner", THREE)
        server.fault(f"showmount -e {TWO}", "exit", text="no route")
        run = self.expect(server.run("--replica", ONE, TWO, THREE, "--nfs-domain", DOMAIN, DISRUPTIVE), 0, "changed")
        self.assertIn(f"partner {TWO} does not answer", run.stdout)

    def test_nothing_live_needs_no_partner(self):
        self.expect(self.server("none", *V4, "--partner-down").setup(DISRUPTIVE), 0, "changed")
        self.expect(self.server("right", "--partner-down").setup(DISRUPTIVE), 0, "ok")

    def test_a_look_says_it_too(self):
        server = self.server("plain", "--partner-down")
        for args in (("--check",), ("--dry-run", DISRUPTIVE), ()):
            run = self.expect(server.setup(*args), 1, "drift")
            self.assertIn("no other server was seen serving", run.stdout)
        self.assertNotIn("no other server", self.expect(server.setup("--check", "--alone"), 1, "drift").stdout)

    def test_the_next_domain_of_nfs(self):
        server = self.server("right", "--partner-down", "--domain", OLD_DOMAIN)
        self.assert_refused(server)


class Options(ServerScenario):
    """What the present export allows is kept, or named."""

    def setup_of(self, line, *args):
        server = self.server("none", "--mode", "on", "--domain", DOMAIN, "--export", line)
        run = self.expect(server.setup(DISRUPTIVE, *args), 0, "changed")
        self.assert_nothing_to_do(server, DISRUPTIVE, *args)
        return server, run

    def test_rw_to_ro(self):
        for line in ("/install -vers=4,rw,root=*", "/install -vers=4,root=*", "/install -vers=4,rw=cn017,root=*",
                     f"/install -replicas=/install@{ONE}:/install@{TWO},vers=4,rw,noauto,root=*"):
            with self.subTest(line):
                _, run = self.setup_of(line)
                self.assertIn("/install was rw", run.stdout)
        self.assertNotIn("was rw", self.setup_of("/install -vers=4,ro,root=*")[1].stdout)

    def test_access_and_root(self):
        _, run = self.setup_of("/install -vers=4,ro,access=cn017:cn018,root=cn017")
        self.assertIn("was limited to cn017 cn018 (access=); now every host may mount it; cure: --client cn017 cn018",
                      run.stdout)
        self.assertIn("was open to root for cn017 only", run.stdout)
        _, run = self.setup_of("/install -vers=4,ro,access=cn018:cn017,root=cn017", "--client", "cn017", "cn018", "--root",
                               "cn017")
        self.assertNotIn(" was ", run.stdout)
        _, run = self.setup_of("/install -vers=4,ro,root=*", "--client", "cn017")
        self.assertIn("was open to every host; now it is limited to cn017", run.stdout)

    def test_what_no_setting_rules_is_kept(self):
        for option in ("scatter=full", "anon=-1", "exname=/exports/install", "sec=sys:krb5"):
            with self.subTest(option):
                server, run = self.setup_of(f"/install -vers=4,ro,root=*,{option}")
                self.assertIn(option, server.exports()["/install"][0])
                self.assertIn(option, server.file())
                if not option.startswith("sec"):
                    self.assertIn(option + " of the present export of /install is kept", run.stdout)
                server = self.server("none", "--mode", "on", "--domain", DOMAIN, "--export", f"{RO_LINE},{option}")
                self.assert_nothing_to_do(server, DISRUPTIVE)

    def test_what_has_no_place_is_named(self):
        _, run = self.setup_of("/install -vers=4,ro,root=*,refer=/x@203.0.113.20")
        self.assertIn("was a referral (refer=/x@203.0.113.20)", run.stdout)
        _, run = self.setup_of("/install -vers=4,sec=sys,ro,root=*,sec=krb5,rw")
        self.assertIn("had several sec= sections", run.stdout)

    def test_what_running_nodes_write_is_never_taken_away(self):
        for path in ("/install/nim/paging/71B/cn017", "/install/nim/dump/71B/cn017", "/install/nim/root/cn017"):
            with self.subTest(path):
                server = self.server("none", "--mode", "on", "--domain", DOMAIN, "--export",
                                     path + " -root=cn017,access=cn017")
                before = server.state()
                server.forget_calls()
                for args in ((DISRUPTIVE,), (DISRUPTIVE, "--alone"), ("--check",)):
                    run = self.expect(server.setup(*args), 1, "refused")
                    self.assertIn(f"error: {path} is exported, to be written by running nodes (cn017)", run.stdout)
                self.assertEqual((server.commands(changing=True), server.state()), ([], before))
                server.by_hand("exportfs", "-u", path)  # its node is down
                self.expect(server.setup(), 0, "changed")
                self.assert_right(server)

    def test_tenses(self):
        server = self.server("v3-children")
        held = self.expect(server.setup(), 1, "drift")
        self.assertIn("/install/postscripts is exported inside", held.stdout)
        self.assertIn("interrupts clients: withdraws /install/postscripts: for its clients it stays gone", held.stdout)
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertIn("/install/postscripts was exported inside of /install and is withdrawn", run.stdout)
        self.assertNotIn(" is exported inside", run.stdout)
        self.assertIn("interrupts clients: withdraws /install for a moment",
                      self.expect(self.server("plain").setup(), 1, "drift").stdout)

    def test_the_cause_is_said_once(self):
        server = self.server("plain", *V4)
        server.sim("client", "add", "cn017", "/install", "--state")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(run.stdout.count("\nerror: "), 2, str(run))
        self.assertIn("snmove", run.stdout)
        self.assertEqual(server.interruptions("/install", "/home"), [])


class Domain(ServerScenario):
    def test_of_a_live_server_is_an_interruption(self):
        server = self.server("right", "--domain", OLD_DOMAIN)
        server.sim("client", "add", "cn017", "/install", "--state")
        server.by_hand("stopsrc", "-s", "nfsrgyd")
        server.daemons()
        held = self.assert_held_back(server)
        self.assertIn(f"changes the NFSv4 domain from {OLD_DOMAIN} to {DOMAIN}", held.stdout)
        self.assertIn("belongs to nobody", held.stdout)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertEqual(server.read("/etc/nfs/local_domain").strip(), DOMAIN)

    def test_whether_nfsd_takes_it_is_a_guess_so_the_cure_is_said(self):
        for restart, serves in (("enough", True), ("group", False)):
            with self.subTest(restart):
                one = self.server("right", "--variant", f"nfsrgyd-restart={restart}", "--domain", OLD_DOMAIN)
                two = self.server("right", "--address", TWO, "--domain", DOMAIN)
                node = Node("--variant", "client-state=none")
                self.addCleanup(node.close)
                node.sim("umount", "/mnt/mksysb")  # NFSv3, which hangs whatever we do
                link(node, one, two)
                run = self.expect(one.setup(DISRUPTIVE), 0, "changed")
                cure = "stopsrc -g nfs, then startsrc -g nfs"
                self.assertIn(f"cure, where files still belong to nobody: {cure}", run.stdout)
                one.sim("down", "--quiet")
                self.assertEqual(hangs(node), restart == "group")
                one.sim("up")
                for command in cure.split(", then "):
                    one.by_hand(*command.split(), check=False)
                    one.wait_until(lambda: one.daemons()["nfsd"] == ("active" if "start" in command else "inoperative"))
                one.sim("down", "--quiet")
                self.assertFalse(hangs(node))

    def test_where_nothing_is_exported_for_v4(self):
        server = self.server("none", *V3, "--mode", "on", "--domain", OLD_DOMAIN)
        self.expect(server.setup(), 0, "changed")
        self.assert_nothing_to_do(self.server("right", "--domain", DOMAIN.upper()))


class Order(ServerScenario):
    def test_a_child_in_front_of_its_parent(self):
        """A boot exports the child and refuses /install: found, said, and mended for the boots to come."""
        server = self.server("right")
        server.write("/etc/exports", "/install/postscripts -vers=3:4,ro\n" + server.file())
        self.assertIn("stands in front of /install", self.expect(server.setup("--check"), 1, "drift").stdout)
        server.sim_boot()
        self.assertNotIn("/install", server.exports())
        run = self.expect(server.setup("--check"), 1, "drift")
        self.assertIn("stands in front of /install", run.stdout)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.sim_boot()
        self.assert_right(server)

    def test_our_line_takes_the_place_of_the_first_of_ours(self):
        server = self.server("none", "--export", "/install/postscripts -vers=3,ro", *V3)
        server.write("/etc/exports", "# a\n" + server.file() + "/install -vers=3,ro\n")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        lines = server.file().splitlines()
        self.assertEqual((lines[0], lines[1].split()[0], len(lines)), ("# a", "/install", 3), lines)


class OtherWriters(ServerScenario):
    """NIM and administrators write /etc/exports while a run is at work: their lines stay, whatever becomes of it."""
    waits = True
    BOOT = ("v3-children", *V3, *V4)

    def steps(self):
        server = self.server(*self.BOOT)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        return server.commands(changing=True)

    def write_during(self, step, failing):
        server = self.server(*self.BOOT)
        before = server.exports(), server.file()
        server.fault(step, "slow", nth=1, ms=1500)
        if failing:
            server.fault("exportfs /install", "exit")
        run = server.setup(DISRUPTIVE, during=[
            (step, ["mknfsexp", "-d", "/opt", "-B", "-t", "ro", "-c", "cn018"])])
        line = [line for line in server.file().splitlines() if line.startswith("/opt ")]
        self.assertEqual(len(line), 1, str(run))
        self.assertIn("/opt", server.exports(), str(run))
        if failing:
            self.assertEqual((run.rc, run.verdict["state"]), (1, "as-before"), str(run))
            self.assertEqual(sorted(server.file().splitlines()), sorted(before[1].splitlines() + line), str(run))
            self.assertEqual({d: rows for d, rows in server.exports().items() if d != "/opt"}, before[0], str(run))
        else:
            self.expect(run, 0, "changed")
            self.assert_right(server, ("/install", "/home", "/export/mksysb", "/opt"))
        server.close()

    def test_at_every_step(self):
        def one(place):
            try:
                self.write_during(*place)
            except AssertionError as error:
                return f"{place}: {error}"
            return None
        steps = self.steps()
        places = [(step, False) for step in steps]
        places += [(step, True) for step in steps if step != ["exportfs", "/install"] and step != ["exportfs", "/home"]]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            problems = [text for text in pool.map(one, places) if text]
        self.assertFalse(problems, "\n\n".join(problems))
    test_at_every_step.weight = 15

    def test_a_line_of_ours_that_somebody_changes_meanwhile(self):
        """Then nobody knows what is wanted: all is taken back, the change of the other one stays."""
        server = self.server("plain", *V3)
        server.fault("chnfs -R on", "slow", nth=1, ms=1500)
        process = server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE)
        server.wait_for_call(["chnfs", "-R", "on"], "unfinished")
        changed = server.file().replace("/install -vers=4,ro", "/install -vers=4,ro,access=cn017")
        self.assertNotEqual(changed, server.file())
        server.write("/etc/exports", changed)
        run = self.expect(server.finish(process), 1, "fail")
        self.assertIn("somebody has changed /etc/exports meanwhile", run.stdout)
        self.assertEqual(server.file(), changed)
        self.assertIn("/install", server.exports())


class PowerCut(ServerScenario):
    """Killed at every step, and then the machine boots: /install is served in its old form or in its new one."""

    def boots_after(self, exports, step, kind, old, *args):
        server = self.server(exports, *V3, *V4)
        if args:
            self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.fault(step, kind, nth=1, seconds=3)
        server.run_killed_at(step, *(args or ("--replica", ONE, TWO, "--nfs-domain", DOMAIN)), DISRUPTIVE)
        server.clear_faults()
        server.sim_boot()
        new = "replicas=" in server.file()
        exported = server.exports()
        served = {d for d in exported if (d + "/").startswith("/install/")}
        where = f"{step} {kind}: {exported}\n{server.file()}"
        self.assertEqual(served, {"/install"} if new else old, where)
        self.assertLessEqual({"/home", "/export/mksysb"}, set(exported), where)
        # The next run goes on from there.
        run = server.setup(*args, DISRUPTIVE) if not args else server.run(*args, DISRUPTIVE)
        self.assertEqual(run.rc, 0, f"{where}\n{run}")
        self.assertEqual(run.verdict["state"], "reset" if args else "replicated", f"{where}\n{run}")
        if args:
            self.assertEqual({d for d in server.exports() if (d + "/").startswith("/install/")}, old, f"{where}\n{run}")
        server.close()

    def at_every_step(self, exports, *args):
        server = self.server(exports, *V3, *V4)
        old = {d for d in server.exports() if (d + "/").startswith("/install/")}
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        if args:
            server.forget_calls()
            self.expect(server.run(*args, DISRUPTIVE), 0, "changed")
        steps = server.commands(changing=True)

        def one(place):
            try:
                self.boots_after(exports, *place, old, *args)
            except AssertionError as error:
                return f"{place}: {error}"
            return None
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            places = [(step, kind) for step in steps for kind in ("hang", "partial-then-hang")]
            problems = [text for text in pool.map(one, places) if text]
        self.assertFalse(problems, "\n\n".join(problems))

    def test_without_replicas(self):
        self.at_every_step("plain")

    def test_children(self):
        self.at_every_step("v3-children")

    def test_on_the_way_back(self):
        self.at_every_step("plain", "--reset")

    for _test in (test_without_replicas, test_children, test_on_the_way_back):
        _test.weight = 10


class Reset(ServerScenario):
    def reset(self, server, *args):
        return server.run("--reset", *args)

    def there_and_back(self, exports, *boot):
        server = self.server(exports, *boot)
        before = server.exports(), server.file(), server.mode()
        if server.setup(DISRUPTIVE).rc != 0:
            raise AssertionError("setup")
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
        held = self.expect(self.reset(server), 1, "drift")
        self.assertIn("interrupts clients: withdraws /install", held.stdout)
        run = self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertEqual(run.verdict["state"], "reset", str(run))
        self.assertEqual((server.exports(), server.file() or None, server.mode()), (before[0], before[1] or None, before[2]))
        server.forget_calls()
        self.assertIn("nothing to take back", self.expect(self.reset(server, DISRUPTIVE), 0, "ok").stdout)
        self.assertEqual(server.commands(changing=True), [])
        # There again.
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        return server

    def test_there_and_back(self):
        for exports in ("none", "plain", "v3-children", "third"):
            with self.subTest(exports):
                self.there_and_back(exports, *V3)

    def test_what_aix_would_refuse_again_is_known_beforehand(self):
        server = self.server("wrong-address")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        before, calls = server.state(), len(server.interruptions("/install"))
        for args in (("--dry-run",), (DISRUPTIVE,)):
            run = self.expect(self.reset(server, *args), 1, "refused")
            self.assertIn("AIX would refuse to export it again: its replicas do not name this server", run.stdout)
        self.assertEqual((server.state(), len(server.interruptions("/install"))), (before, calls))

    def test_neither_a_file_nor_daemons(self):
        server = self.server("no-file")
        self.assertIsNone(server.file())
        self.expect(server.setup(), 0, "changed")
        run = self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertEqual(run.verdict["state"], "reset", str(run))
        self.assertIsNone(server.file())
        self.assertIn("and there was no such file", run.stdout)
        self.assertIn("note: nfsd, rpc.mountd, nfsrgyd did not run before setuphanfs, and still run", run.stdout)
        self.assertIn(f"note: the NFSv4 domain stays {DOMAIN}", run.stdout)
        self.expect(server.setup(), 0, "changed")
        # What somebody has written since is not ours to remove.
        server.write("/etc/exports", server.file() + "# mine\n")
        self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertEqual(server.file(), "# mine\n")

    def test_what_others_have_written_since_stays(self):
        server = self.server("v3-children", *V3)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.by_hand("mknfsexp", "-d", "/opt", "-B", "-t", "ro")
        server.write("/etc/exports", "# mine\n" + server.file())
        self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertTrue(server.file().startswith("# mine\n"))
        self.assertIn("/opt ", server.file())
        self.assertLessEqual({"/opt", "/install/postscripts", "/export/mksysb"}, set(server.exports()))
        self.assertNotIn("/install", server.exports())

    def test_the_mode_stays_where_others_need_it(self):
        server = self.server("plain", *V4)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.sim("interruptions", "--clear")
        run = self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertIn("replication stays on", run.stdout)
        self.assertEqual((server.mode(), server.interruptions("/home")), ("on", []))

    def test_no_partner(self):
        server = self.server("plain", "--partner-down")
        self.expect(server.setup(DISRUPTIVE, "--alone"), 0, "changed")
        before = server.state()
        self.assertIn("no other server", self.expect(self.reset(server, DISRUPTIVE), 1, "refused").stdout)
        self.assertEqual(server.state(), before)
        self.expect(self.reset(server, DISRUPTIVE, "--alone"), 0, "changed")

    def test_what_somebody_has_changed_since_is_left_alone(self):
        server = self.server("plain")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.by_hand("exportfs", "-u", "/install")
        server.write("/etc/exports", server.file().replace(",ro,", ",rw,"))
        server.by_hand("exportfs", "/install")
        before = server.state()
        run = self.expect(self.reset(server, DISRUPTIVE), 1, "refused")
        self.assertIn("somebody has changed it since", run.stdout)
        self.assertEqual(server.state(), before)

    def test_fails_and_is_taken_back(self):
        for step in ("exportfs /install", "chnfs -R off", "exportfs -u /install"):
            with self.subTest(step):
                server = self.server("plain", *V3)
                self.expect(server.setup(DISRUPTIVE), 0, "changed")
                before = server.exports(), server.file(), server.mode()
                server.fault(step, "exit", nth=1)
                run = self.expect(self.reset(server, DISRUPTIVE), 1, "fail")
                self.assertEqual(run.verdict["state"], "as-before", str(run))
                self.assertEqual((server.exports(), server.file(), server.mode()), before, str(run))
                self.expect(self.reset(server, DISRUPTIVE), 0, "changed")

    def test_of_another_directory_takes_nothing_away(self):
        server = self.server("plain")
        old = server.exports(), server.file(), server.mode()
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        before = server.state()
        run = self.expect(self.reset(server, "--directory", "/opt"), 0, "ok")
        self.assertIn("nothing that setuphanfs has changed at /opt, but at /install: nothing to take back", run.stdout)
        self.assertEqual(server.state(), before)
        self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertEqual((server.exports(), server.file(), server.mode()), old)

    def test_of_one_of_two_directories_leaves_the_way_back_of_the_other(self):
        for first, second in (("/install", "/opt"), ("/opt", "/install")):
            with self.subTest(first):
                server = self.server("plain")
                old = server.exports(), server.file()
                for directory in ("/install", "/opt"):
                    self.expect(server.setup(DISRUPTIVE, "--directory", directory), 0, "changed")
                self.expect(self.reset(server, DISRUPTIVE, "--directory", first), 0, "changed")
                self.assertIn(second, server.exports())
                self.expect(self.reset(server, DISRUPTIVE, "--directory", second), 0, "changed")
                self.assertEqual((server.exports(), server.file()), old)

    def test_a_line_that_was_there_before_stays(self):
        for take_down in ((), ("exportfs", "-u", "/install"), ("exportfs", "-i", "-o", "vers=4,ro,root=*", "/install")):
            server = self.server("right", *V3)
            if take_down:
                server.by_hand("exportfs", "-u", "/install")
            if "-i" in take_down:
                server.by_hand(*take_down)
            before = server.exports(), server.file()
            args = (DISRUPTIVE, "--access", "rw") if not take_down else (DISRUPTIVE,)
            self.expect(server.setup(*args), 0, "changed")
            for status in ("changed", "ok", "ok"):
                run = self.expect(self.reset(server, DISRUPTIVE), 0, status)
                self.assertEqual((server.exports(), server.file()), before, str(run))
            server.close()

    def test_replication_that_was_on_before_is_not_taken_for_ours(self):
        server = self.server("right", *V3)
        before = server.exports(), server.file(), server.mode()
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
        server.by_hand("exportfs", "-u", "/install")
        server.by_hand("chnfs", "-R", "off")
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
        run = self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertEqual((server.exports(), server.file(), server.mode()), before, str(run))

    def test_what_a_killed_run_owes_stays_owed(self):
        server = self.server("plain", *V4)
        server.fault("chnfs -R on", "hang")
        server.setup(DISRUPTIVE, during=[(["chnfs", "-R", "on"], "kill")])
        self.assertNotIn("/home", server.exports())
        server.clear_faults()
        server.fault("exportfs*/home", "exit")
        run = self.expect(self.reset(server, DISRUPTIVE), 1, "fail")
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertIn("still down since the earlier run", run.stdout)
        server.clear_faults()
        look = self.expect(self.reset(server, "--dry-run"), 1, "drift")
        self.assertIn("exportfs /home", look.stdout)
        self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertIn("/home", server.exports())

    def test_the_journal_is_nobody_elses(self):
        server = self.server("plain")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        path, before = server.root + "/etc/hanfs/journal", server.state()
        os.chmod(path, 0o666)
        self.assertIn("writable by group or others", self.expect(self.reset(server, DISRUPTIVE), 3, "fail").stdout)
        os.chmod(path, 0o600)
        text = server.read("/etc/hanfs/journal")
        record = json.loads(text.strip().splitlines()[0])
        self.assertIn("addresses=" + ONE, record["expect"][1])
        # The disk of another machine.
        server.write("/etc/hanfs/journal", text.replace("addresses=" + ONE, "addresses=198.51.100.9").replace(
            "node=", "node=other"), 0o600)
        self.assertIn("nothing to take back", self.expect(self.reset(server, DISRUPTIVE), 0, "ok").stdout)
        self.assertEqual(server.state(), before)
        for content in (b"\x00\xff\xfe\n" * 9, '{"event":1}\n[]\n{"event":"begin","run":"1","step":"setuphanfs:run"}\n'):
            server.write("/etc/hanfs/journal", content, 0o600)
            self.assertIn("cannot be read; nothing was touched", self.expect(self.reset(server, DISRUPTIVE), 3, "fail").stdout)
            self.assertEqual(server.state(), before)

    def test_commands_come_from_values_not_from_stored_words(self):
        server = self.server("plain")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        path = server.root + "/etc/hanfs/journal"
        entries = [json.loads(line) for line in server.read("/etc/hanfs/journal").split("\n") if line]
        for entry in entries:
            for name in ("argv", "undo"):
                if name in entry:
                    entry[name] = ["/usr/bin/rm", "-rf", "/install"] if name == "argv" else [["/usr/bin/rm", "/x"]]
        server.write("/etc/hanfs/journal", "".join(json.dumps(entry) + "\n" for entry in entries), 0o600)
        server.forget_calls()
        self.expect(self.reset(server, DISRUPTIVE), 0, "changed")
        self.assertTrue(os.path.exists(path))
        self.assertNotIn("rm", [argv[0] for argv in server.commands()])


class Progress(ServerScenario):
    waits = True

    def test_a_line_every_few_seconds(self):
        for args in ((), ("--json",)):
            server = self.server("plain")
            server.fault("chnfs -R on", "slow", ms=12000)
            run = self.expect(server.setup(DISRUPTIVE, *args, by_processes=True), 0, "changed")
            text = run.stderr if args else run.stdout
            self.assertGreaterEqual(text.count("hanfs: at work for "), 2, str(run))
            if args:
                self.assertEqual(run.json["result"]["status"], "changed")

    def test_a_reader_that_reads_nothing_stops_nobody(self):
        server = self.server("plain")
        server.fault("chnfs -R on", "slow", ms=7000)
        read, write = os.pipe()
        os.set_blocking(write, False)
        try:
            while True:
                os.write(write, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(write, True)
        process = subprocess.Popen([program("setuphanfs"), "--sysroot", server.root, "--replica", ONE, TWO, "--nfs-domain",
                                    DOMAIN, DISRUPTIVE], stdout=write, stdin=subprocess.DEVNULL, env=CLEAN_ENVIRONMENT)
        server.wait_until(lambda: "/install" in server.exports() and "replicas=" in str(server.exports()["/install"]), 60)
        os.close(write)
        while os.read(read, 65536):
            pass
        process.wait()
        os.close(read)


class Members(ServerScenario):
    def test_a_server_of_no_domain(self):
        server = self.server("right", "--address", "203.0.113.12")
        server.write("/etc/site.conf", f"[domain east]\nreplica = {ONE} {TWO}\n")
        config = ("--config", server.root + "/etc/site.conf")
        run = self.expect(server.run(*config, "--members-only"), 0, "ok")
        self.assertEqual(len(run.stdout.splitlines()), 2, str(run))
        self.assertIn("nothing to do", run.stdout)
        self.expect(server.run(*config), 2, "refused")
        self.expect(server.run("--members-only"), 2, "refused")  # nobody has said what is wanted
