# SPDX-License-Identifier: Apache-2.0
"""setuphanfs on servers that are odd but sound: what an administrator may have written, typed or left behind."""
import os
import re

from simserver import DOMAIN, ONE, RIGHT, THREE, TWO
from test_setuphanfs import DISRUPTIVE, V3, V4, ServerScenario
from test_setuphanfs_broken_worlds import RO_LINE


class Shown(ServerScenario):
    """--status says what is there; what is wanted need not be known."""

    def test_without_replica(self):
        for state, says in (("none", "Nothing is exported."), ("no-file", "Nothing is exported."),
                            ("right", f"{ONE} {TWO}"), ("third", f"{ONE} {TWO} {THREE}"),
                            ("v3-children", "/install/postscripts")):
            with self.subTest(state):
                server = self.server(state)
                before = server.state()
                run = self.expect(server.run("--status"), 0, "ok")
                for words in (says, "Replication: " + server.mode(), "NFSv4 domain:", "daemons: nfsd", "--replica"):
                    self.assertIn(words, run.stdout)
                for words in ("Would do:", "Nothing to change", "State:"):
                    self.assertNotIn(words, run.stdout)
                self.assertEqual((server.commands(changing=True), server.state()), ([], before))
                shown = server.run("--status", "--json").json
                self.assertEqual((shown["wanted"], shown["plan"]), (None, []))
                for mode in ("--check", "--dry-run", "--disruptive"):
                    self.expect(server.run(mode), 2, "refused")

    def test_a_line_of_exports_that_cannot_be_read(self):
        server = self.server("right")
        server.write("/etc/exports", server.read("/etc/exports") + "/home -sec=sys,ro=host1, access=host1\n")
        run = self.expect(server.run("--status"), 0, "ok")
        self.assertIn("warning: /etc/exports, line ", run.stdout)
        self.assertIn("cure: mend that line", run.stdout)

    def test_that_cannot_look_says_so(self):
        server = self.server("right")
        server.fault("exportfs", "exit")
        run = self.expect(server.run("--status"), 3, "fail")
        self.assertIn("What is exported now could not be seen.", run.stdout)

    def test_a_replica_that_is_dropped_is_named(self):
        server = self.server("third")
        run = self.expect(server.setup("--status"), 1, "drift")
        self.assertIn(f"warning: {THREE} is a replica of /install now", run.stdout)
        self.assertIn(f"drops the replica {THREE}", run.stdout)
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertIn(f"warning: {THREE} is a replica of /install now", run.stdout)
        self.assertNotIn(THREE, self.expect(server.setup("--status"), 0, "ok").stdout)
        # Kept as the warning says.
        server = self.server("third")
        self.expect(server.run("--replica", ONE, TWO, THREE, "--nfs-domain", DOMAIN), 0, "ok")


    def test_a_line_of_the_exports_file_that_cannot_be_read_is_told(self):
        server = self.server("right")
        server.write("/etc/exports", server.read("/etc/exports") + "/install/postscripts ro\n")
        run = server.setup("--status")
        self.assertIn("warning: /etc/exports, line 2: seen", run.stdout)
        self.assertIn("/install/postscripts ro", run.stdout)


class Stopping(ServerScenario):
    def test_a_daemon_that_is_still_stopping_is_waited_for(self):
        server = self.server("right")
        server.by_hand("stopsrc", "-s", "nfsrgyd")
        self.expect(server.setup(), 0, "changed")
        self.expect(server.setup(), 0, "ok")


class Said(ServerScenario):
    """What a person reads when it does not go well."""

    def test_what_nobody_has_looked_at_is_not_told(self):
        server = self.server("plain")
        server.fault("chnfs *", "slow", ms=4000)
        process = server.start("--replica", ONE, TWO, "--nfs-domain", DOMAIN, DISRUPTIVE)
        server.wait_for_call(["chnfs", "-R", "on"], "unfinished")
        run = self.expect(server.setup(DISRUPTIVE), 75, "refused")
        for words in ("Nothing is exported", "(down)", "not everything could be seen"):
            self.assertNotIn(words, run.stdout)
        self.assertIn("another run is at work", run.stdout)
        shown = server.setup(DISRUPTIVE, "--json").json
        self.assertEqual((shown["exports"], shown["daemons"]["nfsd"]), (None, None))
        self.assertIn("still at work", server.setup("--status").stdout)
        server.finish(process)

    def test_an_export_in_use_comes_with_a_cure(self):
        run = self.expect(self.server("foreign-v4").setup(DISRUPTIVE), 1, "fail")
        self.assertIn("cure: end what uses /home on its clients", run.stdout)
        self.assertIn("skipped: because exportfs -u /home failed", run.stdout)
        self.assertNotIn("leave:", run.stdout)

    def test_kerberos_that_is_given_up_is_said(self):
        server = self.server("plain", "--options", "ro,root=*,sec=krb5")
        self.assertIn("/install is exported with sec=krb5, without sys", self.expect(server.setup(), 1, "drift").stdout)
        self.assertNotIn("without sys", self.expect(self.server("plain").setup(), 1, "drift").stdout)

    def test_each_warning_once(self):
        server = self.server("none", "--mode", "on", "--domain", DOMAIN)
        server.write("/etc/exports", "/install -vers=4,ro\n/install -vers=3,ro\n/install -vers=2,ro\n")
        server.sim_boot()
        self.assertEqual(self.expect(server.setup(), 1, "drift").stdout.count("is exported for NFSv3"), 1)


class Files(ServerScenario):
    """Odd but sound lines in /etc/exports. Exports of others are up all the time and their lines stay byte for byte."""
    def check(self, text, kept=None, exported=True):
        """`kept`: what is left of the text. `exported`: the text is also what is exported."""
        server = self.server("none", "--mode", "on", "--domain", DOMAIN)
        if text is None:
            os.unlink(server.root + "/etc/exports")
        else:
            server.write("/etc/exports", text)
        if exported:
            server.sim_boot()
        others = {d: rows for d, rows in server.exports().items() if not (d + "/").lstrip("/").startswith("install/")}
        server.sim("interruptions", "--clear")
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        where = f"{text!r}\n{run}\n{server.file()!r}"
        self.assertEqual(run.verdict["state"], "replicated", where)
        self.assertEqual(server.exports(), {**others, "/install": [RIGHT]}, where)
        if others:
            self.assertEqual(server.interruptions(*others), [], where)
        with open(server.root + "/etc/exports", "rb") as file:
            now = file.read()
        wanted = (text or "" if kept is None else kept).encode()
        if wanted != now:  # our line, and nothing else
            lines = now.splitlines(keepends=True)
            ours = [line for line in lines if line.startswith(b"/install -replicas=/install@" + ONE.encode())]
            self.assertEqual(len(ours), 1, where)
            rest = b"".join(line for line in lines if line != ours[0])
            self.assertIn(rest, (wanted, wanted + b"\n"), where)
        self.assert_nothing_to_do(server)
        server.sim_boot()
        self.assert_nothing_to_do(server)
        return run

    def test_missing_empty_or_without_any_entry(self):
        for text in (None, "", "\n", "\n\n  \n", "# nothing\n", "#", "\r\n"):
            with self.subTest(text):
                self.check(text)

    def test_no_newline_at_the_end(self):
        self.check("/export/mksysb -rw,access=cn017")
        self.check("/export/mksysb -rw\n# end")
        self.check("/home -vers=4,rw\n/install/postscripts -vers=3,ro", "/home -vers=4,rw\n")

    def test_continued_lines(self):
        self.check("/export/mksysb -rw,\\\naccess=cn017\n/install/postscripts -vers=3:4,\\\nro\n/home \\\n-vers=4,rw\n",
                   "/export/mksysb -rw,\\\naccess=cn017\n/home \\\n-vers=4,rw\n")

    def test_comments(self):
        self.check("# /install -vers=4 \\\n/home -vers=4,rw # ours\n/install/postscripts -vers=3,ro # xCAT\n#/install -ro\n",
                   "# /install -vers=4 \\\n/home -vers=4,rw # ours\n#/install -ro\n")

    def test_lines_of_another_system(self):
        self.check("/export/mksysb -rw\r\n/install/postscripts -vers=3:4,ro\r\n/home -vers=4,rw\r\n",
                   "/export/mksysb -rw\r\n/home -vers=4,rw\r\n")
        self.check("/export/mksysb\t-rw\n\t/home   -vers=4,rw  \n  /install/postscripts\t-ro\n",
                   "/export/mksysb\t-rw\n\t/home   -vers=4,rw  \n")

    def test_quoted_and_blanks(self):
        text = '"/data/my files" -ro\n/home -vers=4,rw\n'
        self.check(text, exported=False)

    def test_the_directory_more_than_once(self):
        right = f"/install -replicas=/install@{ONE}:/install@{TWO},vers=4,ro,noauto,root=*\n"
        self.check("/install -vers=3:4,ro\n/home -vers=4,rw\n", "/home -vers=4,rw\n")
        self.check("/install -vers=3,ro\n/home -vers=4,rw\n/install -vers=4,ro\n", "/home -vers=4,rw\n")
        self.check("/install/ -vers=4,ro\n//install -vers=3,ro\n/home -vers=4,rw\n", "/home -vers=4,rw\n")
        self.check(right + "/home -vers=4,rw\n" + right, right + "/home -vers=4,rw\n", exported=False)

    def test_a_symbolic_link_stays_one(self):
        text = "/install -vers=4,ro\n/home -vers=4,rw\n"

        def linked():
            server = self.server("none", "--mode", "on", "--domain", DOMAIN)
            os.mkdir(server.root + "/etc/local")
            os.unlink(server.root + "/etc/exports")
            os.symlink("local/exports", server.root + "/etc/exports")
            server.write("/etc/local/exports", text)
            server.sim_boot()
            return server
        server = linked()
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertEqual(os.readlink(server.root + "/etc/exports"), "local/exports")
        self.assertRegex(server.read("/etc/local/exports"), r"^/install -replicas=\S+\n/home -vers=4,rw\n$")
        self.assertEqual(server.read("/etc/exports.before-hanfs"), text)
        self.assertFalse(os.path.islink(server.root + "/etc/exports.before-hanfs"))
        server = linked()
        server.fault("exportfs /install", "exit")
        self.assertEqual(self.expect(server.setup(DISRUPTIVE), 1, "fail").verdict["state"], "as-before")
        self.assertEqual(os.readlink(server.root + "/etc/exports"), "local/exports")
        self.assertEqual(server.read("/etc/local/exports"), text)

    def test_replicas_that_cannot_be_ours(self):
        for line in ("/install -replicas=/install@2001:db8::1:/install@2001:db8::2,vers=4,ro\n",
                     f"/install -replicas=/install@{ONE}+{TWO},vers=4,rw\n",
                     f"/install -replicas=/install@sn1:/install@{TWO},vers=4,ro,noauto,root=*\n",
                     f"/install -replicas=/other@{ONE}:/install@{TWO},vers=4,ro,noauto,root=*\n"):
            with self.subTest(line):
                self.check(line + "/home -vers=4,rw\n", "/home -vers=4,rw\n", exported=False)


class Words(ServerScenario):
    """What may be typed."""

    def test_directory(self):
        server = self.server("right")
        self.expect(server.setup("--directory", "/install/"), 0, "ok")
        for directory in ("//install", "/install//x", "/install/../home", ".", "", "/", "/install x", "/install:x", "/a\nb"):
            with self.subTest(directory):
                self.expect(server.setup("--directory", directory), 2, "refused")
        self.expect(server.setup("--directory", "/nowhere"), 2, "refused")
        self.assertEqual(server.commands(changing=True), [])

    def test_replicas(self):
        server = self.server("right")
        for words, says in (((ONE, ONE, TWO), "twice"), ((f"{ONE},{ONE}", TWO), "twice"),
                            (("198.51.100.1", "198.51.100.2"), "none of --replica"), (("0.0.0.0", ONE), "IPv4"),
                            (("255.255.255.255", ONE), "IPv4"), (("224.0.0.1", ONE), "IPv4"), (("203.0.113", ONE), "IPv4"),
                            (("0203.0.113.15", TWO), "IPv4"), ((ONE + "/24", TWO), "IPv4"), (("sn1", "sn2"), "IPv4"),
                            (("127.0.0.1", TWO), "IPv4")):
            with self.subTest(words):
                run = self.expect(server.run("--replica", *words, "--nfs-domain", DOMAIN), 2, "refused")
                self.assertIn(says, run.stdout + run.stderr)
        self.assertEqual(server.commands(changing=True), [])

    def test_lists_of_hosts(self):
        for args, options in ((("--root", "cn017,cn018"), {"root=cn017:cn018"}),
                              (("--root", "none"), set()),
                              (("--client", "cn017", "cn018", "cn017"), {"root=*", "access=cn017:cn018"}),
                              (("--client", "@203.0.113.0/24"), {"root=*", "access=@203.0.113.0/24"})):
            with self.subTest(args):
                server = self.server()
                self.expect(server.setup(*args), 0, "changed")
                terms = {word for word in server.exports()["/install"][0] if word.split("=")[0] in ("root", "access")}
                self.assertEqual(terms, options)
                self.assert_nothing_to_do(server, *args)
        server = self.server()
        for args in (("--root", "all", "cn017"), ("--client", "none"), ("--client", "a b;c"), ("--root", "-x"),
                     ("--root", ""), ("--access", "wr"), ("--nfs-domain", "a b"), ("--nfs-domain", "")):
            with self.subTest(args):
                self.expect(server.run("--replica", ONE, TWO, *args), 2, "refused")

    def test_eight_and_nine(self):
        eight = [ONE] + [f"203.0.113.{i}" for i in range(30, 37)]
        server = self.server()
        self.expect(server.run("--replica", *eight, "--nfs-domain", DOMAIN), 0, "changed")
        self.expect(server.run("--replica", *eight, "203.0.113.99", "--nfs-domain", DOMAIN), 2, "refused")
        self.expect(server.run("--replica", *eight[1:], "203.0.113.99", "--nfs-domain", DOMAIN), 2, "refused")


class Mishaps(ServerScenario):
    def boot(self):
        return self.server("v3-children", *V3, *V4)

    def test_a_deadline_that_is_too_short(self):
        server = self.boot()
        server.sim("delay", 150)
        before = server.exports(), server.file()
        run = server.setup(DISRUPTIVE, "--deadline", "1")
        server.sim("delay", 0)
        self.assertIn(run.rc, (1, 3), str(run))
        self.assertEqual(run.verdict["state"], "as-before" if run.rc == 1 else "unknown", str(run))
        if run.rc == 1:
            self.assertIn("the deadline of the whole run has come (1 s; longest: ", run.stdout)
        self.assertEqual((server.exports(), server.file()), before, str(run))
        self.expect(server.setup(DISRUPTIVE), 0, "changed")

    def test_sigterm_at_every_step(self):
        server = self.boot()
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        for step in server.commands(changing=True):
            with self.subTest(" ".join(step)):
                server = self.boot()
                before = server.exports(), server.file()
                server.fault(step, "slow", nth=1, ms=300)
                run = server.setup(DISRUPTIVE, during=[(step, "term")])
                if run.rc == 0:  # it was the last step
                    continue
                self.expect(run, 1, "fail")
                self.assertEqual(run.verdict["state"], "as-before", str(run))
                self.assertEqual((server.exports(), server.file()), before, str(run))

    def test_a_journal_that_cannot_be_read(self):
        torn = '{"event":"begin","run":"1","step":"setuphanfs:run","expect":["server","mode=off dae'
        for text in (b"\x00\xff\xfe garbage\n" * 50, torn, "{}\n[]\nnull\n", '{"event":1,"run":[],"step":{}}\n',
                     '{"event":"begin","run":"1","step":"setuphanfs:run","expect":["server","=",""],'
                     '"undo_file":{"path":"/etc/exports"}}\n{"event":"begin","run":"1","step":"mode","argv":["/x"]}\n'):
            with self.subTest(text[:40]):
                server = self.boot()
                server.write("/etc/hanfs/journal", text)
                run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
                self.assert_right(server, ("/install", "/home", "/export/mksysb"))
                self.assertIn("journal" if b"earlier" not in run.stdout.encode() else "earlier", run.stdout)
                self.assert_nothing_to_do(server)

    def test_no_file_in_the_place_of_the_journal(self):
        server = self.boot()
        before = server.state()
        os.makedirs(server.root + "/etc/hanfs")
        os.symlink("/dev/full", server.root + "/etc/hanfs/journal")
        run = self.expect(server.setup(DISRUPTIVE), 3, "fail")
        self.assertIn("the journal cannot be written", run.stdout)
        self.assertIn("not a regular file", run.stdout)
        self.assertEqual((server.commands(changing=True), server.state()), ([], before))

    def test_a_folder_in_the_place_of_the_backup(self):
        server = self.server("plain")
        os.mkdir(server.root + "/etc/exports.before-hanfs")
        before = server.state()
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertIn("exports.before-hanfs: not a regular file, so it is not replaced; cure: move it away", run.stdout)
        self.assertNotIn("make room", run.stdout)
        self.assertEqual(server.state(), before)
        os.rmdir(server.root + "/etc/exports.before-hanfs")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")

    def test_a_backup_of_somebody_stands_there(self):
        for there in ("text", "link"):
            with self.subTest(there):
                server = self.boot()
                path, before = server.root + "/etc/exports.before-hanfs", server.file()
                if there == "text":
                    server.write("/etc/exports.before-hanfs", "old\n")
                else:
                    server.write("/etc/precious", "precious\n")
                    os.symlink(server.root + "/etc/precious", path)
                self.expect(server.setup(DISRUPTIVE), 0, "changed")
                self.assertEqual(server.read("/etc/exports.before-hanfs"), before)
                if there == "link":
                    self.assertEqual(server.read("/etc/precious"), "precious\n")


class OwnFileSystem(ServerScenario):
    """An export below /install in a file system of its own is none of our business, mounted or not."""

    PATHS = ("/install/nim", "/install/nim/paging")

    def server_with(self, exports, path, options="vers=4,rw,root=cn018", *more):
        server = self.server(exports, "--fs", path, "--export", f"{path} -{options}", *more)
        self.before = server.exports()[path]
        return server

    def unmount(self, server, path):
        server.by_hand("exportfs", "-u", path, check=False)
        server.sim("umount", path)

    def test_its_line_stays(self):
        for path in self.PATHS:
            server = self.server_with("right", path)
            self.unmount(server, path)
            server.forget_calls()
            run = self.expect(server.setup("--access", "ro"), 0, "ok")
            self.assertIn("which is not mounted", run.stdout)
            self.assertIn(f"cure: mount it, then exportfs {path}", run.stdout)
            self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 0, "changed")
            self.expect(server.run("--reset", DISRUPTIVE), 0, "changed")
            server.sim_boot()
            self.assertEqual(server.exports()[path], self.before)
            self.assertNotIn("which is not mounted", server.setup().stdout)
            server.close()

    def test_taken_by_a_killed_run_it_comes_back_when_it_is_mounted(self):
        for args in ((DISRUPTIVE,), ()):
            server = self.server_with("plain", "/install/nim", "vers=4,rw,root=cn018", *V3)
            server.fault("chnfs -R on", "hang")
            server.setup(DISRUPTIVE, during=[(["chnfs", "-R", "on"], "kill")])
            server.clear_faults()
            server.sim("umount", "/install/nim")
            run = server.setup(*args)
            self.assertEqual(run.rc, 1, str(run))
            self.assertIn("/install", server.exports(), str(run))
            server.sim_boot()  # mounts it
            run = self.expect(server.setup(DISRUPTIVE), 0)
            self.assertEqual(server.exports()["/install/nim"], self.before, str(run))
            server.close()

    def test_the_nodes_come_first_where_both_cannot_be_had(self):
        for first in ("right", "plain"):
            server = self.server_with(first, "/install/nim", "vers=3,rw,root=cn018", "--mode", "on")
            before = server.exports()["/install"]
            server.sim("umount", "/install/nim")
            server.fault("exportfs /install", "exit", nth=1)
            run = server.setup(DISRUPTIVE, "--access", "rw")
            self.assertEqual(run.rc, 1, str(run))
            self.assertEqual(server.exports()["/install"], before, str(run))
            server.close()

    def test_what_is_exported_of_it_is_never_taken(self):
        server = self.server("none", "--fs", "/install/nim", "--export", "/install/nim -vers=3,rw,root=cn018", "--mode", "on")
        server.sim("umount", "/install/nim")
        for args in ((), (DISRUPTIVE,)):
            run = self.expect(server.setup(*args), 1, "refused")
            self.assertIn("cure: mount it, or exportfs -u /install/nim", run.stdout)
        self.assertIn("/install/nim", server.exports())
        server.by_hand("exportfs", "-u", "/install/nim")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")

    def test_its_own_way_back_stays(self):
        for exports in ("plain", "right"):
            server = self.server_with(exports, "/install/nim")
            server.setup(DISRUPTIVE)
            self.expect(server.setup(DISRUPTIVE, "--directory", "/install/nim"), 0, "changed")
            server.run("--reset", DISRUPTIVE)
            self.assertIn("replicas=", str(server.exports()["/install/nim"]))
            self.expect(server.run("--reset", DISRUPTIVE, "--directory", "/install/nim"), 0, "changed")
            self.assertEqual(server.exports()["/install/nim"], self.before)
            server.close()


class Owed(ServerScenario):
    """An export that an earlier run took down and that can never come back."""

    def test_says_how_to_let_it_go(self):
        server = self.server("v3-children", "--fs", "/data", *V4, "--export", "/data -vers=4,ro")
        for glob in ("exportfs /*", "exportfs -i *"):
            server.fault(glob, "exit")
        self.expect(server.setup(DISRUPTIVE), 1, "fail")
        server.clear_faults()
        server.sim("umount", "/data")
        os.rmdir(server.root + "/data")
        for args in ((DISRUPTIVE,), ()):
            run = self.expect(server.setup(*args), 1, "fail")
            self.assertIn("still down since the earlier run; cure: exportfs /data, or --forget", run.stdout)
            self.assertIn("/home", server.exports())
        look = server.setup("--forget", "--check", DISRUPTIVE)
        self.assertIn("forgotten, what an earlier run had still to do: exportfs /data", look.stdout)
        self.expect(server.setup(DISRUPTIVE), 1, "fail")  # a look forgets nothing
        run = self.expect(server.setup("--forget", DISRUPTIVE), 0)
        self.assertIn("forgotten, what an earlier run had still to do: exportfs /data", run.stdout)
        self.assert_right(server, ("/install", "/home"))
        self.assert_nothing_to_do(server)
        self.assertNotIn("earlier run", server.setup().stdout)

    def killed(self, step, *exports):
        """A server that a run has left when it was killed at `step`."""
        server = self.server("plain", *(exports or ("--export", "/home -vers=4,rw", "--export", "/opt -vers=4,ro")))
        server.fault(step, "hang")
        server.setup(DISRUPTIVE, during=[(step, "kill")])
        self.assertNotIn("/install", server.exports())
        server.clear_faults()
        server.forget_calls()
        return server

    def without_backup(self, server):
        """Nothing can be written: a folder stands in the place of the backup."""
        backup = server.root + "/etc/exports.before-hanfs"
        if os.path.exists(backup):
            os.unlink(backup)
        os.mkdir(backup)

    def test_a_run_that_cannot_write_brings_all_back(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        self.without_backup(server)
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))
        self.assertIn("State: as before this run, but for what was brought back from an earlier one.", run.stdout)
        self.assertEqual((run.verdict["changed"], run.verdict["state"]), ("2", "as-before"), str(run))
        self.assertNotIn("earlier run", server.setup().stdout)

    def test_what_does_not_come_back_is_named_and_stays_owed(self):
        for args in ((DISRUPTIVE,), ("--reset", DISRUPTIVE), ("--reset",), ("--outage", 5, DISRUPTIVE)):
            with self.subTest(args):
                server = self.killed(["exportfs", "-u", "/opt"])
                if args == (DISRUPTIVE,):
                    self.without_backup(server)
                elif "--reset" in args:
                    server.write("/etc/exports", server.file() + "/install/x -vers=3,ro\n")
                for glob in ("exportfs /install", "exportfs -i * /install"):
                    server.fault(glob, "exit")
                run = server.setup(*args) if args[0] != "--reset" else server.run(*args)
                self.assertEqual(run.rc, 1, str(run))
                self.assertEqual(run.verdict["state"], "unsettled", str(run))
                self.assertIn("/home", server.exports())
                self.assertIn("error: still down since the earlier run; cure: exportfs /install, or --forget", run.stdout)
                server.clear_faults()
                run = server.setup()
                self.assertIn("earlier run", run.stdout)
                self.assertIn("/install", server.exports(), str(run))
                server.close()

    def test_a_reset_that_is_refused_brings_all_back(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        server.write("/etc/exports", server.file() + "/install/x -vers=3,ro\n")
        run = self.expect(server.run("--reset"), 1, "refused")
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))
        self.assertNotIn("State: as before this run.", run.stdout)
        # The nodes come first.
        self.assertEqual(server.commands(changing=True), [["exportfs", "/install"], ["exportfs", "/home"]])
        self.assertNotIn("earlier run", server.setup().stdout)

    def test_a_reset_that_is_held_back_brings_all_back(self):
        server = self.killed(["exportfs", "/install"], "--export", "/var -rw,root=cn017")
        self.expect(server.run("--reset"), 1, "drift")
        # As it was, though /etc/exports says something else by now.
        self.assertEqual(server.exports()["/install"], [{"vers=4", "ro", "root=*"}])
        self.expect(server.run("--reset", DISRUPTIVE), 0, "changed")

    def test_a_reset_that_is_carried_out_brings_all_back(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        run = self.expect(server.run("--reset", DISRUPTIVE), 0, "changed")
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))

    def test_an_outage_that_is_refused_brings_all_back(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        run = self.expect(server.setup("--outage", 5, DISRUPTIVE), 1, "refused")
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))

    def test_settings_that_cannot_be_met_name_what_is_down(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        run = self.expect(server.run("--replica", "198.51.100.7", TWO, "--nfs-domain", DOMAIN), 2, "refused")
        self.assertIn("error: still down since the earlier run; cure: exportfs /install, or --forget", run.stdout)
        self.assertEqual(server.commands(changing=True), [])

    def test_exports_that_take_their_time_come_back(self):
        for args in ((), ("--reset",)):
            server = self.killed(["exportfs", "-u", "/opt"])
            server.write("/etc/exports", server.file() + "/install/x -vers=3,ro\n")
            for glob in ("exportfs /*", "exportfs -i*"):
                server.fault(glob, "slow", ms=20000)
            run = server.run(*args) if args else server.setup()
            self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))
            self.assertEqual(server.commands(changing=True)[0], ["exportfs", "/install"])
            self.assertIn("/install: it was exported before; it took 20", run.stdout)

    def test_others_that_take_their_time_come_back_after_the_nodes(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        for glob in ("exportfs /home", "exportfs -i * /home"):
            server.fault(glob, "slow", ms=20000)
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assert_right(server, ("/install", "/home", "/opt"))
        self.assertIn("/home: it was exported before; it took 20", run.stdout)

    def test_one_that_hangs_leaves_time_for_the_rest(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        for glob in ("exportfs /home", "exportfs -i * /home"):
            server.fault(glob, "hang")
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertIn("replicas=", str(server.exports()["/install"]), str(run))
        at = {" ".join(call["argv"]): call["time"] for call in server.calls() if call["argv"][0] == "exportfs"}
        begin = server.calls()[0]["time"]
        self.assertLess(at["exportfs /install"] - begin, 60, "the nodes do not wait for others")
        self.assertIn("still down since the earlier run; cure: exportfs /home, or --forget", run.stdout)

    def reset_killed(self, step):
        """A server whose --reset was killed at `step`, with clients of NFSv3 that nobody may interrupt."""
        server = self.server("plain", "--export", "/var -rw,root=cn017")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        server.fault(step, "hang")
        server.run("--reset", DISRUPTIVE, during=[(step, "kill")])
        self.assertNotIn("/install", server.exports())
        server.clear_faults()
        server.forget_calls()
        return server

    def test_while_replication_is_off_nodes_are_served_without_replicas(self):
        for step, mode in ((["exportfs", "/install"], "off"), (["chnfs", "-R", "off"], "on")):
            for args in ((), ("--outage", 5, DISRUPTIVE), ("--reset",)):
                with self.subTest(step=step, args=args):
                    server = self.reset_killed(step)
                    self.assertEqual(server.mode(), mode)
                    run = server.run(*args) if args == ("--reset",) else server.setup(*args)
                    self.assertIn("/install", server.exports(), str(run))
                    self.expect(server.run("--reset", DISRUPTIVE), 0)
                    self.assertEqual((server.exports()["/install"], server.mode()), ([{"vers=4", "ro", "root=*"}], "off"))
                    server.close()

    def test_what_is_served_meanwhile_is_known_as_ours(self):
        server = self.reset_killed(["exportfs", "/install"])
        server.write("/etc/exports", server.file().replace("/install -vers=4,ro,root=*\n", RO_LINE + "\n"))
        run = server.setup()
        self.assertEqual(server.exports()["/install"], [{"vers=4", "ro", "root=*"}], str(run))
        self.assertNotIn("somebody has changed it", self.expect(server.run("--reset", DISRUPTIVE), 0, "changed").stdout)

    def test_edits_that_take_back_each_other_are_left_alone(self):
        server = self.reset_killed(["exportfs", "/install"])
        old = server.file()
        for glob in ("exportfs /install", "exportfs -i * /install"):
            server.fault(glob, "exit", **{"from": 1})
        server.forget_calls()
        run = self.expect(server.setup(DISRUPTIVE), 1, "fail")
        self.assertEqual(server.file(), old.replace("/install -vers=4,ro,root=*\n", RO_LINE + "\n"))
        self.assertNotIn("taken back: write /etc/exports", run.stdout)

    def test_a_server_of_no_domain_brings_all_back_too(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        config = ("--config", server.root + "/etc/hanfs/hanfs.conf")
        server.write("/etc/hanfs/hanfs.conf", "[domain other]\nreplica = 198.51.100.7 198.51.100.8\n")
        look = server.run(*config, "--members-only", "--check")
        self.assertEqual(server.commands(changing=True), [], str(look))
        run = self.expect(server.run(*config, "--members-only"), 0, "changed")
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))
        self.assertIn("holds an address of this server", run.stdout)
        run = self.expect(server.run(*config, "--members-only"), 0, "ok")
        self.assertNotIn("earlier run", run.stdout)

    def test_a_run_for_another_directory_brings_all_back_too(self):
        for run_of in (lambda server: server.setup(DISRUPTIVE, "--directory", "/opt"),
                       lambda server: server.run("--reset", DISRUPTIVE, "--directory", "/opt")):
            server = self.server("v3-children", *V3)
            before = server.exports()
            self.run_killed(server, ["exportfs", "/install"])
            self.assertNotIn("/install/postscripts", server.exports())
            run = self.expect(run_of(server), 0, "changed")
            self.assertEqual({**before, **server.exports()}, server.exports(), str(run))
            server.close()

    def run_killed(self, server, step, *args):
        server.fault(step, "hang")
        server.setup(DISRUPTIVE, *args, during=[(step, "kill")])
        server.clear_faults()
        server.forget_calls()

    def test_what_replaces_an_export_is_nothing_that_is_down(self):
        server = self.server("v3-children", *V3, *V4)
        self.run_killed(server, ["exportfs", "/home"])
        self.assertIn("/install", server.exports())
        run = self.expect(server.setup(DISRUPTIVE, "--directory", "/opt"), 0, "changed")
        self.assertNotIn("still down", run.stdout)
        self.assert_right(server, ("/install", "/home", "/export/mksysb", "/opt"))

    def test_exports_come_back_as_the_file_has_them_by_now(self):
        server = self.killed(["exportfs", "-u", "/opt"])
        server.write("/etc/exports", "/install -vers=4,ro,root=cn017,access=cn017\n/home -vers=4,ro,access=cn018\n/opt -vers=4,ro\n")
        run = server.setup()
        self.assertEqual(server.commands(changing=True), [["exportfs", "/install"], ["exportfs", "/home"]], str(run))
        self.assertEqual(server.exports()["/home"], [{"vers=4", "ro", "access=cn018"}])
        self.assertEqual(server.exports()["/install"], [{"vers=4", "ro", "root=cn017", "access=cn017"}])

    def test_a_restart_for_the_domain_stays_owed(self):
        stop, start = ["stopsrc", "-s", "nfsrgyd"], ["startsrc", "-s", "nfsrgyd"]
        server = self.server("right", "--domain", "old.example.com")
        self.run_killed(server, stop)
        look = self.expect(server.setup("--check"), 1, "drift")
        self.assertIn("restarts nfsrgyd", look.stdout)
        self.expect(server.setup(), 1, "drift")
        self.assertEqual(server.commands(changing=True), [])
        run = self.expect(server.setup(DISRUPTIVE), 0, "changed")
        self.assertEqual(server.commands(changing=True), [stop, start])
        self.assertIn("where files still belong to nobody", run.stdout)
        self.assertNotIn("earlier run", server.setup().stdout)
        for other in (("--reset", DISRUPTIVE), ("--members-only", "--config", server.root + "/etc/none.conf")):
            server.write("/etc/none.conf", "[domain other]\nreplica = 198.51.100.7 198.51.100.8\n")
            server.by_hand("chnfsdom", "old.example.com")
            self.run_killed(server, stop)
            server.run(*other)
            self.expect(server.setup(DISRUPTIVE), 0)
            self.assertEqual(server.commands(changing=True)[-2:], [stop, start])
        server.by_hand("chnfsdom", "old.example.com")
        self.run_killed(server, stop)
        self.assertIn("had still to do: startsrc -s nfsrgyd", server.setup("--forget", DISRUPTIVE).stdout)

    def test_no_restart_is_owed_after_a_boot(self):
        stop = ["stopsrc", "-s", "nfsrgyd"]
        server = self.server("right", "--domain", "old.example.com")
        self.run_killed(server, stop)
        # The time since the boot, at the end of a run's name, was more than it is now.
        journal = re.sub(r'("run":"[^"]*\.)\d+"', r'\g<1>999999999999999999"', server.read("/etc/hanfs/journal"))
        server.write("/etc/hanfs/journal", journal, 0o600)
        run = self.expect(server.setup(), 0)
        self.assertEqual(server.commands(changing=True), [], str(run))
        self.assertNotIn("earlier run", server.setup().stdout)

    def test_a_domain_is_set_before_nfsrgyd_starts(self):
        for argv in (["stopsrc", "-s", "nfsrgyd"], ["stopsrc", "-g", "nfs"]):
            server = self.server("right", *V4, "--variant", "stop-delay=at-once")
            server.by_hand(*argv)
            server.forget_calls()
            self.expect(server.run("--replica", ONE, TWO, "--nfs-domain", "new.example.com", DISRUPTIVE, "--alone"), 0, "changed")
            commands = server.commands(changing=True)
            self.assertLess(commands.index(["chnfsdom", "new.example.com"]), commands.index(["startsrc", "-s", "nfsrgyd"]))
            server.close()

    def test_a_failed_run_goes_back_to_what_a_killed_one_had_finished(self):
        for args in (("--access", "rw"), ("--client", "cn017")):
            server = self.server("plain", *V3)
            server.setup(DISRUPTIVE, during=[(["exportfs", "/install"], "kill")])
            self.assertIn("replicas=", str(server.exports()["/install"]))
            before = server.exports(), server.file(), server.mode()
            server.fault("exportfs /install", "exit", nth=1)
            run = self.expect(server.setup(DISRUPTIVE, *args), 1, "fail")
            self.assertEqual((server.exports(), server.file(), server.mode()), before, str(run))
            self.assertEqual(run.verdict["state"], "as-before")
            server.close()

    def test_a_failed_run_leaves_what_a_killed_one_did_elsewhere(self):
        server = self.server("right", *V3)
        server.setup(DISRUPTIVE, "--directory", "/opt", during=[(["exportfs", "/opt"], "kill")])
        server.fault("exportfs /install", "exit", nth=1)
        self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 1, "fail")
        self.assertIn("/opt -replicas=", server.file())
        server.sim_boot()
        self.assertIn("/opt", server.exports())

    def test_a_run_for_another_directory_opens_nothing_wider(self):
        for args in (("--access", "rw"), ("--client", "cn001")):
            server = self.server("plain", *V3, "--export", "/opt -vers=4,ro,access=cn017")
            before = server.exports()["/install"]
            self.run_killed(server, ["exportfs", "/install"], *args)
            run = self.expect(server.setup(DISRUPTIVE, "--directory", "/opt"), 0, "changed")
            self.assertEqual(server.exports()["/install"], before, str(run))
            self.assertIn("/install is exported as it was, but not at the next boot", run.stdout)
            server.close()

    def test_a_failing_run_after_a_killed_reset_keeps_the_line_too(self):
        server = self.server("none")
        self.expect(server.setup(DISRUPTIVE), 0, "changed")
        before = server.exports(), server.file()
        server.fault("chnfs -R off", "hang")
        server.run("--reset", DISRUPTIVE, during=[(["chnfs", "-R", "off"], "kill")])
        server.clear_faults()
        self.assertNotIn("/install", server.file() or "")
        server.fault("exportfs /install", "exit")
        run = self.expect(server.setup(DISRUPTIVE, "--access", "rw"), 1, "fail")
        self.assertEqual((server.exports(), server.file()), before, str(run))

    def test_where_replication_cannot_be_switched_on_nodes_are_served_without_it(self):
        for args in ((), ("--access", "rw"), ("--client", "cn001")):
            server = self.server("none")
            self.expect(server.setup(DISRUPTIVE), 0, "changed")
            server.run("--reset", DISRUPTIVE, during=[(["chnfs", "-R", "off"], "kill")])
            server.fault("chnfs -R on", "exit")
            run = self.expect(server.setup(DISRUPTIVE, *args), 1)
            self.assertEqual(server.exports()["/install"], [{"vers=4", "ro", "root=*"}], str(run))
            server.close()

    def test_what_somebody_narrows_during_the_run_comes_back_narrow(self):
        for by_hand, there in ((["chnfsexp", "-d", "/home", "-B", "-t", "ro", "-c", "cn001", "-v", "4"], True),
                               (["rmnfsexp", "-d", "/home", "-B"], False)):
            for fails in (None, "exportfs /install"):
                server = self.server("plain", *V4)
                if fails:
                    server.fault(fails, "exit", nth=1)
                run = server.setup(DISRUPTIVE, during=[(["chnfs", "-R", "on"], by_hand)])
                home = [{"vers=4", "ro", "access=cn001"}] if there else None
                self.assertEqual(server.exports().get("/home"), home, str(run))
                server.close()

    def test_an_outage_waits_for_a_run_that_finds_all_well(self):
        server = self.server("right", "--export", "/home -vers=4,rw", "--variant", "restart-exports=dropped")
        server.setup("--outage", 30, DISRUPTIVE, during=[(["stopsrc", "-g", "nfs"], "kill")])
        server.run("--end-outage")
        run = self.expect(server.setup("--outage", 5, DISRUPTIVE), 1, "refused")
        self.assertIn("has come back just now; cure: the same again", run.stdout)
        self.assertNotIn("has not ended well", run.stdout)
        self.expect(server.setup("--outage", 5, DISRUPTIVE), 0, "changed")

    def test_what_cannot_be_read_is_not_settled(self):
        for args in ((DISRUPTIVE,), ()):
            server = self.killed(["exportfs", "-u", "/opt"])
            server.fault("exportfs /home", "exit")
            server.fault("exportfs -i * /home", "exit")
            os.chmod(server.root + "/etc/hanfs/journal", 0o666)
            run = server.setup(*args)
            self.assertIn("whether an earlier run ended well is not known", run.stdout)
            os.chmod(server.root + "/etc/hanfs/journal", 0o600)
            server.clear_faults()
            self.expect(server.setup(DISRUPTIVE), 0)
            self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"})
            self.assertNotIn("earlier run", server.setup().stdout)

    def test_an_exportfs_that_does_not_answer_keeps_nothing_down(self):
        server = self.killed(["exportfs", "-u", "/opt"], "--export", "/home -vers=4,rw", "--export", "/opt -vers=4,ro",
                             "--variant", "getreplicas=word")
        server.fault("exportfs", "exit", **{"from": 2})
        run = server.setup()
        self.assertEqual(set(server.exports()), {"/install", "/home", "/opt"}, str(run))
        self.assertIn("what is exported was read in /etc/xtab", run.stdout)
        self.assertEqual((run.rc, run.verdict["state"]), (1, "unknown"), str(run))

    def test_nothing_to_forget(self):
        self.expect(self.server("right").setup("--forget"), 0, "ok")
