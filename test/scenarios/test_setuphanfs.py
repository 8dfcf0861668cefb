# SPDX-License-Identifier: Apache-2.0
"""The service node: every state in which an administrator may find it."""
import concurrent.futures
import os
import signal

from scenario import Scenario
from simnode import Node
from simserver import DOMAIN, ONE, RIGHT, TWO, Server, hangs, link

V3 = ("--export", "/export/mksysb -rw,access=cn017")
V4 = ("--export", "/home -vers=4,rw")
DISRUPTIVE = "--disruptive"


class ServerScenario(Scenario):
    def server(self, exports="none", *boot):
        server = Server(exports, *boot)
        self.addCleanup(server.close)
        return server

    def assert_right(self, server, directories=("/install",)):
        exports = server.exports()
        self.assertEqual(exports["/install"], [RIGHT])
        self.assertEqual(set(exports), set(directories))
        ours = [line for line in server.file().splitlines() if line.startswith("/install")]
        self.assertEqual(len(ours), 1, server.file())
        self.assertEqual(set(ours[0].split(" -")[1].split(",")), RIGHT)
        self.assertEqual(server.mode(), "on")
        for name in ("nfsd", "rpc.mountd", "nfsrgyd"):
            self.assertEqual(server.daemons()[name], "active")

    def assert_nothing_to_do(self, server, *args):
        before = server.state()
        server.forget_calls()
        run = self.expect(server.setup(*args), 0, "ok")
        self.assertEqual(run.verdict["changed"], "0", str(run))
        self.assertEqual(run.verdict["state"], "replicated", str(run))
        self.assertEqual(server.commands(changing=True), [], str(run))
        self.assertEqual(server.state(), before)

    def assert_held_back(self, server, *args):
        """Without --disruptive: the plan, status 1, nothing changed."""
        before = server.state()
        server.forget_calls()
        run = self.expect(server.setup(*args), 1, "drift")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertIn("--disruptive", run.stdout)
        self.assertIn("Would do:", run.stdout)
        self.assertEqual(server.commands(changing=True), [], str(run))
        self.assertEqual(server.state(), before)
        self.assertEqual(server.interruptions("/install", "/home", "/export/mksysb"), [])
        return run


class States(ServerScenario):
    def quiet(self, exports):
        """States where no client is there to be interrupted."""
        server = self.server(exports)
        run = self.expect(server.setup(), 0, "changed")
        self.assertEqual(run.verdict["state"], "replicated", str(run))
        self.assert_right(server)
        self.assert_nothing_to_do(server)
        return server

    def disruptive(self, exports, *boot, directories=("/install",)):
        server = self.server(exports, *boot)
        held = self.assert_held_back(server)
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertEqual(run.verdict["state"], "replicated", str(run))
        self.assert_right(server, directories)
        self.assert_nothing_to_do(server, DISRUPTIVE)
        return server, held

    def test_nothing_exported(self):
        self.quiet("none")

    def test_no_file(self):
        self.quiet("no-file")

    def test_partner_down(self):
        self.quiet("partner-down")

    def test_right(self):
        self.assert_nothing_to_do(self.server("right"))

    def test_right_and_replicas_in_any_order(self):
        server = self.server("right")
        self.expect(server.run("--replica", TWO, ONE), 0, "ok")
        self.expect(server.run("--replica", TWO), 0, "ok")

    def test_v3_children(self):
        server, held = self.disruptive("v3-children")
        for words in ("useNFSv4onAIX=yes", "nfs_vers=4"):
            self.assertIn(words, held.stdout)
        self.assertIn("/install/postscripts -vers=3:4,ro", server.read("/etc/exports.before-hanfs"))

    def test_plain(self):
        self.disruptive("plain")

    def test_third(self):
        self.disruptive("third")

    def test_wrong_address(self):
        self.disruptive("wrong-address")

    def test_foreign_v4_in_use_is_never_forced(self):
        server = self.server("foreign-v4")
        self.assert_held_back(server)
        before = server.state()
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertEqual(server.state(), before)
        self.assertFalse([argv for argv in server.commands() if "-F" in argv or "-ua" in argv or "-a" in argv[1:2]
                          and argv[0] == "exportfs"])
        server.sim("client", "remove", "cn020", "/home")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_right(server, ("/install", "/home"))
        self.assertEqual(server.exports()["/home"], [{"vers=4", "rw"}])
        self.assert_nothing_to_do(server)

    def test_foreign_v3_stays_up_but_nfsd_restarts(self):
        server, held = self.disruptive("none", *V3, directories=("/install", "/export/mksysb"))
        self.assertIn("nfsd", held.stdout)
        self.assertFalse([argv for argv in server.commands() if argv[:2] == ["exportfs", "-u"]])

    def test_foreign_exports_are_not_touched_where_the_mode_is_on(self):
        server = self.server("none", *V3, *V4, "--mode", "on", "--domain", DOMAIN)
        self.expect(server.setup(), 0, "changed")
        self.assert_right(server, ("/install", "/home", "/export/mksysb"))
        self.assertEqual(server.interruptions("/home", "/export/mksysb"), [])

    def test_child_in_a_file_system_of_its_own_stays(self):
        server = self.server("none", "--fs", "/install/data", "--export", "/install/data -rw", "--mode", "on",
                             "--domain", DOMAIN)
        self.expect(server.setup(), 0, "changed")
        self.assertIn("/install/data", server.exports())
        self.assertEqual(server.interruptions("/install/data"), [])

    def test_comments_and_other_lines_of_the_file_stay(self):
        server = self.server("v3-children", *V3)
        server.write("/etc/exports", "# ours\n" + server.file() + "# end\n")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        lines = server.file().splitlines()
        self.assertEqual(lines[:1] + lines[2:], ["# ours", "/export/mksysb -rw,access=cn017", "# end"])

    def test_rw_only_when_asked_and_with_a_warning(self):
        server = self.server()
        run = self.expect(server.setup("--access", "rw", "--root", "cn017", "cn018", "--client", "cn017"), 0, "changed")
        self.assertIn("GPFS", run.stdout)
        options = server.exports()["/install"][0]
        self.assertLessEqual({"rw", "root=cn017:cn018", "access=cn017"}, options)
        self.expect(server.setup("--access", "rw", "--root", "cn018", "cn017", "--client", "cn017"), 0, "ok")


class Refused(ServerScenario):
    def assert_server_refused(self, server, *args, says=()):
        before = server.state()
        server.forget_calls()
        run = self.expect(server.run(*args), 2, "refused")
        for word in (says,) if isinstance(says, str) else says:
            self.assertIn(word, run.stdout + run.stderr)
        self.assertEqual(server.commands(changing=True), [])
        self.assertEqual(server.state(), before)

    def test_settings(self):
        server = self.server()
        nine = [f"203.0.113.{i}" for i in range(1, 10)]
        for args, says in (([], "--replica"), (["--replica", "sn2"], "IPv4"), (["--replica", ONE, ONE], "twice"),
                           (["--replica", *nine], "at most 8"), (["--replica", ONE], "partners"),
                           (["--replica", "2001:db8::1", ONE], "IPv4"), (["--replica", ONE, TWO], "--nfs-domain"),
                           (["--replica", *nine[:8]], "with this one"),
                           (["--replica", ONE, TWO, "--directory", "install"], "absolute")):
            self.assert_server_refused(server, *args, says=says)

    def test_directory(self):
        for kind, says in (("none", "not the root of a file system"), ("nfs", "203.0.113.20")):
            server = self.server("none", "--install-fs", kind)
            self.assert_server_refused(server, "--replica", ONE, TWO, "--nfs-domain", DOMAIN, says=says)

    def test_gpfs_is_local(self):
        self.expect(self.server("none", "--install-fs", "mmfs").setup(), 0, "changed")

    def test_two_addresses_of_this_server(self):
        server = self.server("none", "--address", ONE, "--address", "203.0.113.16", "--partner", TWO)
        self.assert_server_refused(server, "--replica", ONE, "203.0.113.16", TWO, says="all this server")
        self.assert_server_refused(server, "--replica", TWO, says="203.0.113.16")

    def test_address_missing_in_hosts_is_a_warning(self):
        run = self.server().run("--replica", ONE, TWO, "203.0.113.77", "--nfs-domain", DOMAIN)
        self.expect(run, 0, "changed")
        self.assertIn("203.0.113.77 is not in /etc/hosts", run.stdout)


class Guesses(ServerScenario):
    """Where the facts are a guess, both answers."""

    def variants(self, server, **names):
        for name, value in names.items():
            server.variant(**{name: value})
        return server

    def test_what_getreplicas_prints(self):
        for form in ("word", "sentence", "assignment", "silent-off", "colons", "unsupported"):
            with self.subTest(form):
                server = self.server("none", "--variant", f"getreplicas={form}")
                self.expect(server.setup(), 0, "changed")
                self.assert_nothing_to_do(server)
                server = self.server("right", "--variant", f"getreplicas={form}")
                self.assert_nothing_to_do(server)

    def test_others(self):
        for variant in ("exportfs-nothing=stdout", "exportfs-nothing=stderr", "xtab-sec=added", "xtab-order=vers-first",
                        "export-order=noauto-first", "chnfs-restart=group", "chnfs-restart=none", "chnfs-settle=looks2",
                        "chnfs-settle=ms500", "start-delay=looks2", "start-delay=ms500", "restart-exports=dropped",
                        "mode-again=error", "chnfsdom=bare", "nested=same-version", "stopping-status=active",
                        "lssrc-blanks=yes", "start-early=works", "stop-delay=looks5"):
            with self.subTest(variant):
                server = self.server("v3-children", *V3, "--variant", variant)
                run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
                self.assertEqual(run.verdict["state"], "replicated", str(run))
                self.assertIn("/export/mksysb", server.exports())
                self.assert_nothing_to_do(server)


    def test_an_export_of_the_kernel_alone_comes_back_or_is_named(self):
        """exportfs -i -o may take every option, or only some."""
        for variant, rc in (("exportfs-options=any", 0), ("exportfs-options=few", 1)):
            with self.subTest(variant):
                server = self.server("none", "--export", "/home -vers=4,rw,anon=-1", "--variant", variant)
                os.unlink(server.root + "/etc/exports")
                run = server.setup(DISRUPTIVE)
                self.assertEqual(run.rc, rc, str(run))
                self.assertEqual("/home" in server.exports(), rc == 0, str(run))
                if rc:
                    self.assertIn("/home", "".join(line for line in run.stdout.splitlines() if line.startswith("error")))


class Partners(ServerScenario):
    """Read only, and never a reason to refuse."""

    def test_up(self):
        run = self.expect(self.server().setup(), 0, "changed")
        self.assertNotIn("does not answer", run.stdout)
        self.assertIn("setuphanfs --check", run.stdout)

    def test_down(self):
        server = self.server("partner-down")
        run = self.expect(server.setup("--json"), 0, "changed")
        self.assertEqual(run.json["partners"], [{"address": TWO, "answers": False}])
        self.assertTrue(any(TWO + " does not answer" in line for line in run.json["warnings"]), run.json["warnings"])
        self.expect(server.setup("--check"), 0, "ok")

    def test_of_a_domain_of_the_settings_file(self):
        server = self.server("right")
        server.write("/etc/hanfs.conf", f"[domain east]\nreplica = 198.51.100.1 198.51.100.2\n"
                                        f"[domain west]\nreplica = {ONE} {TWO}\n")
        server.fault(f"showmount -e {TWO}", "exit", text="no route")
        run = self.expect(server.run("--config", server.root + "/etc/hanfs.conf", "--json"), 0, "ok")
        self.assertEqual(run.json["partners"], [{"address": TWO, "answers": False}])
        self.assertEqual([argv for argv in server.commands() if argv[0] == "showmount"], [["showmount", "-e", TWO]])

    def test_that_hangs_is_a_warning(self):  # how long it may take: test/unit/setuphanfs_observe_test.cpp
        server = self.server("right")
        server.fault(f"showmount -e {TWO}", "hang")
        run = self.expect(server.setup("--command-deadline", "2"), 0, "ok")
        self.assertIn(TWO + " does not answer", run.stdout)

    def test_with_exports_in_the_way(self):
        one, two = self.server("right"), self.server("v3-children", "--address", TWO)
        node = Node()
        self.addCleanup(node.close)
        link(node, one, two)
        run = self.expect(one.setup(), 0, "ok")
        self.assertIn(f"partner {TWO} exports /install/postscripts for NFSv3", run.stdout)
        two.sim("down", "--quiet")
        self.assertIn(f"partner {TWO} does not answer", self.expect(one.setup(), 0, "ok").stdout)

    def test_garbage_and_a_missing_command(self):
        server = self.server("right")
        server.fault("showmount *", "garbage")
        self.assertIn("is no list of exports", self.expect(server.setup(), 0, "ok").stdout)
        server.clear_faults()
        os.rename(server.root + "/usr/sbin/showmount", server.root + "/usr/bin/showmount")
        self.assertEqual(self.expect(server.setup("--json"), 0, "ok").json["partners"],
                         [{"address": TWO, "answers": True}])
        os.unlink(server.root + "/usr/bin/showmount")
        self.assertIn("whether the partners answer is not known", self.expect(server.setup(), 0, "ok").stdout)


class Security(ServerScenario):
    def test_sec_that_keeps_diskless_nodes_out_is_not_right(self):
        for variant in ("as-given", "added"):
            for sec, right in (("sys", True), ("krb5:sys", True), ("krb5", False)):
                with self.subTest(variant=variant, sec=sec):
                    line = f"/install -replicas=/install@{ONE}:/install@{TWO},vers=4,ro,noauto,root=*,sec={sec}"
                    server = self.server("none", "--mode", "on", "--domain", DOMAIN, "--export", line,
                                         "--variant", f"xtab-sec={variant}")
                    if right:
                        self.assert_nothing_to_do(server)
                        continue
                    self.assert_held_back(server)
                    self.expect(server.setup(DISRUPTIVE), 0, "changed")
                    self.assertNotIn("krb5,", server.file() + ",")
                    self.assert_nothing_to_do(server)

    def test_exports_of_others_come_back_with_their_sec(self):
        for variant in ("as-given", "added"):
            server = self.server("none", "--export", "/home -vers=4,rw,sec=krb5", "--variant", f"xtab-sec={variant}")
            before = server.exports()["/home"]
            self.expect(server.setup(DISRUPTIVE), 0, "changed")
            self.assertEqual(server.exports()["/home"], before)

    def test_open_to_everybody_is_said_when_it_is_made(self):
        server = self.server()
        run = self.expect(server.setup(), 0, "changed")
        self.assertEqual(run.stdout.count("every host may mount /install"), 1)
        self.assertNotIn("every host", self.expect(server.setup(), 0, "ok").stdout)
        for limit in (("--client", "cn017"), ("--root", "cn017"), ("--root", "none")):
            self.assertNotIn("every host", self.expect(self.server().setup(*limit), 0, "changed").stdout)


class Captures(ServerScenario):
    def test_a_capture_gives_the_same_plan(self):
        server = self.server("v3-children", *V4)
        folder = server.root + "/capture"
        live = server.setup("--dry-run", "--json", "--save", folder).json
        for file in ("exportfs.out", "nfsd_-getreplicas.out", "files/etc/exports"):
            self.assertTrue(os.path.exists(os.path.join(folder, file)), file)
        replayed = server.run("--from", folder, "--replica", ONE, TWO, "--nfs-domain", DOMAIN, "--json")
        self.assertEqual(replayed.rc, 2, str(replayed))  # --sysroot and --from exclude each other
        again = server.finish(server.start_bare("--from", folder, "--replica", ONE, TWO, "--nfs-domain", DOMAIN, "--json"))
        self.assertEqual(again.rc, 1, str(again))
        self.assertEqual(again.json["plan"], live["plan"])
        self.assertEqual(again.json["exports"], live["exports"])


class Failover(ServerScenario):
    def test_before_it_hangs_afterwards_it_fails_over(self):
        for prepared in (False, True):
            with self.subTest(prepared):
                one = self.server("plain")
                two = self.server("plain", "--address", TWO)
                if prepared:
                    for server in (one, two):
                        self.expect(server.setup(DISRUPTIVE), 0, "changed")
                node = Node()
                self.addCleanup(node.close)
                node.sim("umount", "/mnt/mksysb")  # NFSv3, which hangs whatever we do
                link(node, one, two)
                self.assertFalse(hangs(node))
                one.sim("down", "--quiet")
                self.assertEqual(hangs(node), not prepared)


class Faults(ServerScenario):
    """Every step fails in every way: what was up before is up again."""
    STEPS = ("exportfs -u /install/postscripts", "exportfs -u /home", "chnfs -R on", "startsrc -s nfsrgyd",
             "exportfs /install", "exportfs /home", "chnfsdom *")
    KINDS = (("exit", {}), ("unchanged-but-exit0", {}), ("changed-but-exit1", {}), ("killed", {"when": "before"}),
             ("killed", {"when": "after"}), ("hang", {}), ("ignore-term", {}))

    def boot(self):
        return self.server("v3-children", *V3, *V4)

    def test_what_hangs_is_not_taken_for_done_because_nobody_could_look(self):
        server = self.boot()
        server.fault("chnfs -R on", "ignore-term", nth=1)
        server.fault("nfsd -getreplicas", "exit", nth=2)  # the look after it; the daemons are seen to run
        run = self.expect(server.setup(DISRUPTIVE, "--command-deadline", "1", "--deadline", "12"), 1, "fail")
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertIn("still at work, and what it changes comes after this run: chnfs -R on", str(run))

    def check(self, glob, kind, keys, **when):
        server = self.boot()
        before = server.exports(), server.file()
        server.fault(glob, kind, **keys, **when)
        run = server.setup(DISRUPTIVE, "--command-deadline", "1", "--deadline", "30")
        server.clear_faults()
        self.assertIn(run.rc, (0, 1), str(run))
        if run.rc == 0:
            self.assertEqual(run.verdict["state"], "replicated", str(run))
            self.assert_right(server, ("/install", "/home", "/export/mksysb"))
        else:
            # What is never killed may come later: nobody can say that it is as before.
            never_ends = glob.startswith("chnfs") and kind in ("hang", "ignore-term")
            self.assertEqual(run.verdict["state"], "unsettled" if never_ends else "as-before", str(run))
            self.assertEqual((server.exports(), server.file()), before, str(run))
        self.assertEqual(server.daemons()["nfsd"], "active", str(run))
        # The next run finds its way.
        self.expect(server.setup(DISRUPTIVE), 0)
        self.assert_right(server, ("/install", "/home", "/export/mksysb"))

    def test_observing_commands(self):
        for name in ("mount", "ifconfig -a", "exportfs", "lssrc -g nfs"):
            for kind in ("exit", "garbage", "hang", "truncated"):
                with self.subTest(f"{name} {kind}"):
                    server = self.boot()
                    before = server.state()
                    server.fault(name, kind)
                    run = server.setup(DISRUPTIVE, "--command-deadline", "1")
                    server.clear_faults()
                    self.assertIn(run.rc, (2, 3), str(run))
                    self.assertEqual(server.state(), before, str(run))

    def test_commands_that_never_work_again(self):
        """Not only once: what is not ours is up again all the same. Side by side: nearly all of it waits for deadlines."""
        def one(place):
            server = self.boot()
            before = server.exports()
            server.fault(*place)
            run = server.setup(DISRUPTIVE, "--command-deadline", "1", "--deadline", "20")
            server.clear_faults()
            try:
                self.assertIn(run.rc, (0, 1), str(run))
                for directory in ("/home", "/export/mksysb"):
                    self.assertEqual(server.exports().get(directory), before[directory], str(run))
                if run.verdict["state"] == "as-before":
                    self.assertEqual(server.exports(), before, str(run))
            except AssertionError as error:
                return f"{' '.join(place)}: {error}"

        places = [(glob, kind)
                  for glob in ("exportfs -u /home", "chnfs *", "exportfs /install", "exportfs /home", "startsrc *", "chnfsdom ?*")
                  for kind in ("exit", "hang", "unchanged-but-exit0")]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            problems = [text for text in pool.map(one, places) if text]
        self.assertFalse(problems, "\n\n".join(problems))

    test_commands_that_never_work_again.weight = 15

    def test_a_file_that_cannot_be_written(self):
        server = self.boot()
        before = server.exports(), server.file()
        os.mkdir(server.root + "/etc/exports.before-hanfs")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertEqual((server.exports(), server.file()), before)
        self.assertFalse([argv for argv in server.commands(changing=True)])

    def test_a_restart_that_takes_all_exports_along_and_then_fails(self):
        for glob in ("exportfs /install", "startsrc -s nfsrgyd"):
            with self.subTest(glob):
                server = self.server("v3-children", *V3, *V4, "--variant", "restart-exports=dropped")
                before = server.exports(), server.file()
                server.fault(glob, "exit", until=3)
                run = self.expect(server.setup(DISRUPTIVE, "--deadline", "60"), 1, "fail")
                self.assertEqual(run.verdict["state"], "as-before", str(run))
                self.assertEqual((server.exports(), server.file()), before, str(run))

    def test_sigterm(self):
        server = self.boot()
        before = server.exports(), server.file()
        server.fault("exportfs -u /home", "hang")
        process = server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE)
        server.wait_for_call(["exportfs", "-u", "/home"])
        server.clear_faults()
        os.kill(process.pid, signal.SIGTERM)
        run = self.expect(server.finish(process), 1, "fail")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertEqual((server.exports(), server.file()), before, str(run))


class Unsettled(ServerScenario):
    """Runs that end badly, and what the next one makes of it."""
    waits = True

    def test_a_command_that_outlives_the_run_is_said_and_waited_for(self):
        """chnfs is never killed: when it ends after the run, the server is not as before."""
        server = self.server("plain")
        server.fault("chnfs *", "slow", ms=12000)
        run = self.expect(server.setup(DISRUPTIVE, "--json", "--deadline", "6", "--command-deadline", "2"), 1, "fail")
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertTrue(any("still at work" in text and "chnfs -R on" in text for text in run.json["errors"]), str(run))
        server.clear_faults()
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_right(server)
        self.assert_nothing_to_do(server)

    def test_sigterm_while_chnfs_hangs(self):
        """It is waited for as long as for a command, not for the whole run, and then told as what it is."""
        server = self.server("v3-children")
        before = server.exports(), server.file()
        server.fault("chnfs -R on", "slow", nth=1, ms=12000)
        process = server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE, "--command-deadline", "4")
        server.wait_for_call(["chnfs", "-R", "on"], "unfinished")
        os.kill(process.pid, signal.SIGTERM)
        run = self.expect(server.finish(process), 1, "fail")
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertEqual((server.exports(), server.file()), before, str(run))
        self.assertIn("error: still at work, and what it changes comes after this run: chnfs -R on; cure: ", run.stdout)
        self.assertIn("failed: no end within its time, left alone as process", run.stdout)
        self.assertIn("skipped: not started: stopped by a signal", run.stdout)
        self.assertNotIn("skipped: \n", run.stdout)
        # The next run begins when it has ended.
        self.expect(server.setup(DISRUPTIVE, by_processes=True), 0, "changed")
        self.assert_right(server)
        self.assertFalse([c for c in server.calls() if c["outcome"] == "unfinished"])

    def test_nfsd_that_never_comes_back_ends_in_a_verdict(self):
        server = self.server("v3-children", *V4, "--variant", "chnfs-settle=never")
        before = server.exports(), server.file()
        run = self.expect(server.setup(DISRUPTIVE, "--deadline", "5"), 1, "fail")
        self.assertNotIn("stuck for longer than the deadline", run.stdout)  # the watchdog's words
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertEqual((server.exports(), server.file()), before, str(run))
        for words in ("cure: startsrc -s nfsd", "not taken back: startsrc -s nfsd", "taken back: exportfs /home"):
            self.assertIn(words, run.stdout)
        # What was taken back is not called lost.
        self.assertNotIn("error: exportfs -u /home: not taken back", run.stdout)
        self.assertIn("error: exportfs -u /home: taken back", run.stdout)
    test_nfsd_that_never_comes_back_ends_in_a_verdict.weight = 20

    def test_an_exportfs_that_stops_answering_keeps_nobody_down(self):
        for kind in ("hang", "garbage", "truncated", "exit"):
            with self.subTest(kind):
                server = self.server("v3-children", *V3, *V4)
                before = server.exports(), server.file()
                server.fault("chnfs -R on", "slow", ms=3000)
                run = server.setup(DISRUPTIVE, "--command-deadline", "2", during=[
                    (["exportfs", "-u", "/home"], ["aixsim", "fault", "add", "exportfs", kind])])
                self.expect(run, 1, "fail")
                self.assertEqual(run.verdict["state"], "as-before", str(run))
                self.assertIn("/etc/xtab", run.stdout)
                self.assertEqual((server.exports(), server.file()), before, str(run))

    def broken(self, *boot):
        """A run has failed and could not be taken back: its exports are gone."""
        server = self.server("v3-children", *V3, *V4, *boot)
        path = server.root + "/etc/exports"
        os.chmod(path, 0o640)
        os.chown(path, 0, 3)
        original = server.file(), os.stat(path)
        server.fault("exportfs /*", "exit")
        server.fault("exportfs -i *", "exit")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assertIn("cure: exportfs /home", run.stdout)
        server.clear_faults()
        return server, original

    def assert_original(self, server, path, original):
        text, was = original
        now = os.stat(server.root + path)
        self.assertEqual(server.read(path), text)
        self.assertEqual((now.st_mode, now.st_uid, now.st_gid), (was.st_mode, was.st_uid, was.st_gid))

    def test_the_original_file_outlives_a_second_run(self):
        server, original = self.broken()
        self.assert_original(server, "/etc/exports", original)
        self.assert_original(server, "/etc/exports.before-hanfs", original)
        for glob in ("exportfs /*", "exportfs -i *"):
            server.fault(glob, "exit")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertIn("failed half-way", run.stdout)
        self.assertEqual(run.verdict["state"], "unsettled", str(run))
        self.assert_original(server, "/etc/exports.before-hanfs", original)
        server.clear_faults()
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_original(server, "/etc/exports.before-hanfs", original)
        # All is well: now the next change keeps its own.
        before = server.file()
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
        self.assertEqual(server.read("/etc/exports.before-hanfs"), before)

    def test_what_a_failed_run_left_down_comes_back(self):
        server, _ = self.broken()
        self.assertNotIn("/home", server.exports())
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_right(server, ("/install", "/home", "/export/mksysb"))
        self.assertNotIn("earlier run", self.expect(server.setup(), 0, "ok").stdout)

    def test_the_second_failure_goes_back_to_before_the_first(self):
        server, original = self.broken()
        before = {"/home": [{"vers=4", "rw"}], "/export/mksysb": [{"rw", "access=cn017"}]}
        server.fault("exportfs /install", "exit")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertLessEqual(before.items(), server.exports().items())
        self.assertIn("/install/postscripts", server.exports())
        self.assert_original(server, "/etc/exports", original)
        server.clear_faults()
        self.assertNotIn("earlier run", server.setup("--dry-run").stdout)

    def test_mode_and_owner_of_the_file_are_kept(self):
        server = self.server("v3-children")
        path = server.root + "/etc/exports"
        os.chmod(path, 0o640)
        os.chown(path, 0, 3)
        was = os.stat(path)
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        now = os.stat(server.root + "/etc/exports.before-hanfs")
        self.assertEqual((now.st_mode, now.st_gid), (was.st_mode, was.st_gid))

    def test_no_journal_no_change(self):
        server = self.server("v3-children", *V4)
        before = server.state()
        os.makedirs(server.root + "/etc/hanfs/journal")
        server.forget_calls()
        run = self.expect(server.setup(DISRUPTIVE), 3, "fail")
        self.assertIn("journal", run.stdout)
        self.assertEqual(server.commands(changing=True), [])
        self.assertEqual(server.state(), before)

    def test_looks_leave_no_journal(self):
        server = self.server("v3-children")
        for mode in ("--dry-run", "--check", "--status"):
            server.setup(mode)
        server.setup()  # held back
        self.assertFalse(os.path.exists(server.root + "/etc/hanfs/journal"))

    def test_mode_stays_on_where_others_are_up_for_v4(self):
        """It does them no harm, and to switch it off would interrupt them once more: said, and as-before all the same."""
        server = self.server("none")
        server.fault("exportfs /install", "exit")
        somebody = (["exportfs", "/install"], ["exportfs", "-i", "-o", "vers=4,ro", "/opt"])
        run = self.expect(server.setup(DISRUPTIVE, during=[somebody]), 1, "fail")
        self.assertEqual(run.verdict["state"], "as-before", str(run))
        self.assertIn("replication stays on", run.stdout)
        self.assertEqual((server.mode(), list(server.exports())), ("on", ["/opt"]))
        # What fails when it is brought back only needs another try.
        server = self.server("none", *V4, "--export", "/opt -vers=4,ro")
        server.fault("exportfs /opt", "exit", nth=1)
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertEqual((run.verdict["state"], sorted(server.exports())), ("replicated", ["/home", "/install", "/opt"]))
        # Nobody there: off again, also where nfsd prints nothing for off.
        for form in ("word", "silent-off"):
            server = self.server("none", "--variant", f"getreplicas={form}")
            server.fault("exportfs /install", "exit")
            run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
            self.assertEqual(run.verdict["state"], "as-before", str(run))
            self.assertNotIn("replication stays on", run.stdout)
            self.assertEqual(server.mode(), "off", str(run))


class Killed(ServerScenario):
    """SIGKILL at every step, before and after its command has done its work."""
    waits = True
    BEFORE = {"/home": [{"vers=4", "rw"}], "/data": [{"vers=4", "ro"}], "/export/mksysb": [{"rw", "access=cn017"}]}
    ALL = ("/install", "/home", "/data", "/export/mksysb")

    def boot(self):
        """/data is exported by hand: /etc/exports does not know it."""
        server = self.server("v3-children", "--fs", "/data", *V3, *V4)
        os.makedirs(server.root + "/data", exist_ok=True)
        server.by_hand("exportfs", "-i", "-o", "vers=4,ro", "/data")
        return server

    def kill_at(self, step, kind):
        server = self.boot()
        server.fault(step, kind, nth=1, seconds=3)
        server.run_killed_at(step, "--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE)
        server.clear_faults()
        return server

    def steps(self):
        server = self.boot()
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        steps = server.commands(changing=True)
        self.assertGreater(len(steps), 8)
        return steps

    def each(self, then):
        def one(place):
            step, kind = place
            try:
                then(self.kill_at(step, kind), step)
            except AssertionError as error:
                return f"killed at {' '.join(step)} ({kind}): {error}"
            return None

        places = [(step, kind) for step in self.steps() for kind in ("hang", "partial-then-hang")]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            problems = [text for text in pool.map(one, places) if text]
        self.assertFalse(problems, "\n\n".join(problems))

    def test_the_next_run_goes_on(self):
        def then(server, step):
            look = server.setup("--dry-run")
            self.assertIn("did not end", look.stdout)
            self.assertIn(step[0] + " " + step[1], look.stdout)
            run = self.expect(server.setup(DISRUPTIVE), 0)
            self.assertIn("did not end", run.stdout)
            self.assert_right(server, self.ALL)
            self.assertLessEqual(self.BEFORE.items(), server.exports().items(), str(run))
            self.assert_nothing_to_do(server)
            self.assertNotIn("earlier run", server.setup().stdout)
        self.each(then)

    def test_the_next_run_brings_back_what_is_not_ours_also_without_disruptive(self):
        def then(server, _):
            run = server.setup()
            self.assertIn(run.rc, (0, 1), str(run))
            self.assertLessEqual(self.BEFORE.items(), server.exports().items(), str(run))
        self.each(then)

    def test_the_next_run_fails_and_goes_back_to_before_the_killed_one(self):
        before = self.boot().exports()

        def then(server, _):
            server.fault("exportfs /install", "exit")
            run = server.setup(DISRUPTIVE)
            server.clear_faults()
            if run.rc == 0:  # exportfs had done its work before the kill
                return self.assert_right(server, self.ALL)
            self.assertEqual(run.verdict["state"], "as-before", str(run))
            self.assertLessEqual(self.BEFORE.items(), server.exports().items(), str(run))
            if "/install" not in server.exports():
                self.assertEqual(server.exports(), before, str(run))
            return None
        self.each(then)

    for _test in (test_the_next_run_goes_on, test_the_next_run_brings_back_what_is_not_ours_also_without_disruptive,
                  test_the_next_run_fails_and_goes_back_to_before_the_killed_one):
        _test.weight = 15

    def test_what_a_killed_run_left_at_work_does_not_come_after_the_next_run(self):
        """An `exportfs -u` that works on would take down what the next run has seen up."""
        server = self.boot()
        step = ["exportfs", "-u", "/home"]
        server.fault(step, "slow", nth=1, ms=1000)
        process = server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE)
        server.wait_for_call(step, "unfinished")
        process.kill()
        process.communicate()
        server.clear_faults()
        self.expect(server.setup(DISRUPTIVE, by_processes=True), 0, "changed")
        server.wait_for_call(step, "exit 0 fault=slow")
        self.assert_right(server, self.ALL)
        self.assert_nothing_to_do(server)

    def test_what_somebody_has_taken_out_since_stays_out(self):
        server = self.kill_at(["chnfs", "-R", "on"], "hang")
        self.assertNotIn("/home", server.exports())
        server.write("/etc/exports", "".join(line for line in server.file().splitlines(True) if "/home" not in line))
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_right(server, ("/install", "/data", "/export/mksysb"))

    def test_the_original_file_outlives_a_second_run(self):
        original = self.boot().file()
        server = self.kill_at(["exportfs", "/home"], "hang")
        self.assertNotEqual(server.file(), original)
        self.assertEqual(server.read("/etc/exports.before-hanfs"), original)
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
        self.assertEqual(server.read("/etc/exports.before-hanfs"), original)

    def test_check_says_what_is_down(self):
        server = self.kill_at(["chnfs", "-R", "on"], "hang")
        run = self.expect(server.setup("--check", "--json"), 1, "drift")
        self.assertEqual([step["argv"][1:] for step in run.json["plan"][:2]],
                         [["/home"], ["-i", "-o", "vers=4,ro", "/data"]])


def add_fault_tests():
    def test(glob, kind, keys):
        return lambda self: self.check(glob, kind, keys, nth=1)
    for glob in Faults.STEPS:
        for kind, keys in Faults.KINDS:
            name = "_".join(["test", *glob.replace("/", "").replace("*", "").split(), kind, *keys.values()])
            setattr(Faults, name.replace("-", "_"), test(glob, kind, keys))


add_fault_tests()
