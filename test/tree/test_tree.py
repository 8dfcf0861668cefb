# SPDX-License-Identifier: Apache-2.0
"""What checkhanfs tree finds, and what it survives."""
import fnmatch
import hashlib
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import time
import unittest

import world
from world import CRITICAL, OK, UNKNOWN, WARNING, TreeCase

NANOSECOND = 1


def touch(path, ns, **more):
    os.utime(path, ns=(ns, ns), **more)


class Manifest(TreeCase):
    def test_every_line_can_be_checked_by_hand(self):
        self.write("a/usr/ls", b"x" * 1000000)
        self.write("a/empty", b"")
        os.symlink("usr/ls", self.path("a/link"))
        os.chmod(self.path("a/usr/ls"), 0o4755)
        touch(self.path("a/usr/ls"), 1700000000123456789)
        self.manifest("a", "m")
        entries = self.entries("m")
        self.assertEqual(list(entries), [".", "empty", "link", "usr", "usr/ls"])
        uid, gid = str(os.getuid()), str(os.getgid())
        self.assertEqual(entries["usr/ls"][:6], ["f", "4755", uid, gid, "1000000", "1700000000.123456789"])
        self.assertEqual(entries["link"][0], "l")
        self.assertEqual(entries["link"][8], "target=usr/ls")
        if not shutil.which("xxh128sum"):
            self.skipTest("xxh128sum is not installed")
        for path in ("usr/ls", "empty"):
            said = subprocess.run(["xxh128sum", self.path("a", path)], check=True, capture_output=True, text=True).stdout
            self.assertEqual(entries[path][6], said.split()[0])
        with open(self.path("m"), "rb") as file:
            body, _, last = file.read().rpartition(b"#end ")
        said = subprocess.run(["xxh128sum"], input=body, check=True, capture_output=True).stdout.decode()
        self.assertEqual(last.decode().strip().rpartition("checksum=")[2], said.split()[0])
        self.assertIn("entries=5 bytes=1000000 ", last.decode())

    def test_sha256(self):
        self.write("a/f", b"x" * 300000)
        self.manifest("a", "m", "--hash", "sha256")
        self.assertEqual(self.entries("m")["f"][6], hashlib.sha256(b"x" * 300000).hexdigest())

    def test_a_digest_is_equal_where_compare_finds_nothing(self):
        self.write("a/usr/ls", b"x" * 1000)
        self.write("a/lib/libc.a", b"y")
        self.replica()

        def digest(tree, output, *words):
            answer, run = self.as_json("manifest", tree, "--output", self.path(output), "--max-age", "0", *words)
            self.assertIn(run.rc, (OK, WARNING), str(run))
            return answer["entries_digest"]
        first = digest("a", "m1")
        self.assertEqual(digest("b", "m2"), first)
        stamp = os.stat(self.path("b/usr/ls")).st_mtime_ns
        touch(self.path("b/usr/ls"), stamp + NANOSECOND)
        self.assertNotEqual(digest("b", "m2"), first)
        touch(self.path("b/usr/ls"), stamp)
        self.assertEqual(digest("b", "m2"), first)
        os.chmod(self.path("b/lib/libc.a"), 0o600)
        self.assertNotEqual(digest("b", "m2"), first)

    def test_the_time_of_the_tree_itself_is_none_of_its_content(self):
        """prsync of a folder that is new there changes it; of a folder in it every nanosecond counts."""
        self.write("a/postscripts/f")
        self.replica()
        touch(self.path("b"), 1700000000000000000)
        self.manifest("a", "ma")
        self.manifest("b", "mb")
        self.assertEqual(self.entries("mb")["."][5], "0.000000000")
        self.assertEqual(self.tree("compare", "ma", "mb").found, [])
        os.chmod(self.path("b"), 0o700)
        touch(self.path("b/postscripts"), 1700000000000000000)
        self.assert_found(self.tree("compare", "ma", "b"), "* mode .", "* mtime postscripts")

    def test_a_manifest_that_is_young_enough_is_kept(self):
        self.write("a/f")
        self.write("a/secret/g")
        young = ("manifest", "a", "--output", self.path("m"), "--max-age", "24")
        made, _ = self.as_json(*young)
        self.assertFalse(made["kept"])
        self.write("a/new")  # nobody looks
        kept, run = self.as_json(*young)
        self.assertEqual((run.rc, kept["kept"], kept["time"], kept["entries_digest"]),
                         (OK, True, made["time"], made["entries_digest"]))

        def anew(*words, before=None):
            if before:
                with open(self.path("m"), "rb") as file:
                    content = file.read()
                os.unlink(self.path("m"))
                self.write("m", before(content))
            answer, run = self.as_json(*young, *words)
            self.assertEqual((run.rc, answer["kept"]), (OK, False), str(run))
            return answer
        self.assertEqual(anew("--exclude", "secret")["entries"], 3, "other rules, another manifest")
        self.assertEqual(anew("--hash", "sha256")["hash"], "sha256")
        anew()
        anew(before=lambda content: content[:-20])  # it is cut
        os.chmod(self.path("m"), 0o666)
        anew()

        # An old one, by the checksum that its writer would have given it.
        def a_year_older(content):
            body = content.rpartition(b"#end ")[0]
            year = int(made["time"][:4])
            old = body.replace(b"#time %d" % year, b"#time %d" % (year - 1))
            checksum = subprocess.run(["xxh128sum"], input=old, check=True, capture_output=True).stdout.split()[0]
            return old + b"#end entries=5 bytes=24 checksum=" + checksum + b"\n"
        if shutil.which("xxh128sum"):
            anew(before=a_year_older)

    def test_what_could_not_be_read_is_counted_in_a_kept_manifest(self):
        self.write("a/f")
        with open(self.path("a/note=x\tnote=y"), "w", encoding="utf-8"):
            pass
        answer, _ = self.as_json("manifest", "a", "--output", self.path("m"), "--max-age", "24")
        self.assertEqual(answer["doubtful_entries"], 0)
        with open(self.path("m"), "rb") as file:
            body = file.read().rpartition(b"#end ")[0].replace(b"\tf\n", b"\tf\tnote=changed while it was read\n")
        if not shutil.which("xxh128sum"):
            self.skipTest("xxh128sum is not installed")
        checksum = subprocess.run(["xxh128sum"], input=body, check=True, capture_output=True).stdout.split()[0]
        self.write("m", body + b"#end entries=3 bytes=8 checksum=" + checksum + b"\n")
        answer, run = self.as_json("manifest", "a", "--output", self.path("m"), "--max-age", "24")
        self.assertEqual((run.rc, answer["kept"], answer["doubtful_entries"]), (WARNING, True, 1), str(run))

    def test_nothing_else_than_a_manifest_is_replaced(self):
        self.write("t/f")
        self.write("letter", b"dear all\n")
        os.mkfifo(self.path("pipe"))
        for name in ("letter", "pipe", "t"):
            run = self.tree("manifest", "t", "--output", self.path(name), timeout=30)
            self.assertEqual(run.rc, UNKNOWN, str(run))
        with open(self.path("letter"), "rb") as file:
            self.assertEqual(file.read(), b"dear all\n")
        self.write("empty", b"")
        self.manifest("t", "empty")
        self.manifest("t", "empty")  # now it is one

    def test_the_order_is_that_of_the_bytes_of_the_path(self):
        names = ["a/b", "a.x", "a-", "a0", "a/c-/c", "b/a", "!", "\x01", "Z", "z z", "\u00e9"]
        for name in names:
            self.write("t/" + name)
        self.manifest("t", "m", "--jobs", "4")
        paths = [path.encode() for path in self.entries("m")][1:]
        raw = [path.replace(b"\\x01", b"\x01") for path in paths]
        self.assertEqual(raw, sorted(raw))
        self.assertEqual(len(raw), len(names) + 3)

    def test_names_are_bytes(self):
        os.makedirs(self.path("a"))
        root = os.fsencode(self.path("a"))
        names = [b"new\nline", b"tab\t", b"back\\slash", b"latin\xe9", b"e\xcc\x81", b" blank ", b"\xe2\x80\xa8", b"x" * 255,
                 b"-rf", b"#end entries=0", b"'\"$(x)`;|"]
        for name in names:
            with open(os.path.join(root, name), "wb") as file:
                file.write(name)
        self.manifest("a", "m")
        self.assertEqual(len(self.entries("m")), len(names) + 1)
        self.replica()
        self.assert_found(self.tree("compare", "m", "b"))
        os.unlink(os.path.join(os.fsencode(self.path("b")), b"new\nline"))
        os.unlink(os.path.join(root, b"'\"$(x)`;|"))
        self.assert_found(self.tree("compare", "a", "b"), "+ only-first new\\x0Aline", "- only-second '\"$(x)`;|")

    def test_nothing_but_files_and_folders_is_opened(self):
        self.write("a/f")
        os.mkfifo(self.path("a/fifo"))
        with socket.socket(socket.AF_UNIX) as endpoint:
            os.chdir(self.path("a"))
            self.addCleanup(os.chdir, "/")
            endpoint.bind("socket")
            os.symlink("..", self.path("a/loop"))
            os.symlink("self", self.path("a/self"))
            os.symlink("/nowhere", self.path("a/dangling"))
            run = self.tree("manifest", self.path("a"), "--output", self.path("m"), timeout=20)
        self.assertEqual(run.rc, OK, str(run))
        entries = self.entries("m")
        self.assertEqual({path: columns[0] for path, columns in entries.items()},
                         {".": "d", "f": "f", "fifo": "p", "socket": "s", "loop": "l", "self": "l", "dangling": "l"})
        self.assertEqual(entries["loop"][8], "target=..")

    def test_devices_have_their_numbers(self):
        os.makedirs(self.path("a"))
        try:
            os.mknod(self.path("a/null"), 0o20666, os.makedev(1, 300))
        except PermissionError:
            self.skipTest("mknod needs root")
        self.manifest("a", "m")
        self.assertEqual(self.entries("m")["null"][8], "device=1:300")
        self.replica()
        os.unlink(self.path("b/null"))
        os.mknod(self.path("b/null"), 0o20666, os.makedev(1, 301))
        shutil.copystat(self.path("a/null"), self.path("b/null"))
        shutil.copystat(self.path("a"), self.path("b"))
        self.assert_found(self.tree("compare", "a", "b"), "* device null")

    def test_another_file_system_is_not_entered(self):
        self.mount("a/mnt")
        self.write("a/mnt/secret")
        self.write("a/f")
        self.manifest("a", "m")
        self.assertEqual(list(self.entries("m")), [".", "f", "mnt"])
        self.assertEqual(self.entries("m")["mnt"][8], "note=mount point")

    def test_what_was_not_entered_is_said_by_every_answer(self):
        for tree in "ab":
            for folder in ("nim/spot", "nim/x=y"):
                self.mount(f"{tree}/{folder}")
                touch(self.path(tree, folder), 1700000000000000000)
            self.write(f"{tree}/note=mount point", b"")
            for name in ("note=mount point", "nim", "."):
                touch(self.path(tree, name), 1700000000000000000)
        self.write("a/nim/spot/only here")
        touch(self.path("a/nim/spot"), 1700000000000000000)
        first = self.manifest("a", "m", "--max-age", "0")
        for words in (("manifest", "a", "--output", "m"), ("manifest", "a", "--output", "m", "--max-age", "4"),
                      ("check", "a", "--manifest", "m"), ("compare", "a", "b"), ("compare", "m", "b"),
                      ("sync-plan", "a", "b")):
            with self.subTest(words):
                run = self.tree(*words)
                self.assertEqual(run.rc, WARNING, str(run))
                self.assertIn("2 mount points were not entered", run.lines[0])
                self.assertIn("nothing is known of what they hold: nim/spot, nim/x=y; cure: ", run.stdout)
                self.assertIn("status=drift", run.lines[-1])
                said, _ = self.as_json(*words)
                self.assertEqual((said["mount_point_entries"], said["mount_points"]), (2, ["nim/spot", "nim/x=y"]))
        self.assertEqual(first.rc, WARNING, str(first))
        # What is no part of the replica is left out, and said by that.
        run = self.tree("compare", "a", "b", "--exclude", "/nim/spot", "--exclude", "/nim/x=y")
        self.assertEqual(run.rc, OK, str(run))
        # What is worse stays so.
        self.write("b/more")
        self.assertEqual(self.tree("compare", "a", "b").rc, CRITICAL)

    def test_a_thousand_levels_and_longer_than_path_max(self):
        os.makedirs(self.path("a"))
        folder = os.open(self.path("a"), os.O_RDONLY)
        for _ in range(1000):
            os.mkdir("d" * 50, dir_fd=folder)
            below = os.open("d" * 50, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = below
        file = os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
        os.write(file, b"x")
        os.close(file)
        os.close(folder)
        run = self.manifest("a", "m")
        self.assertIn("1002 entries, 1 file", run.stdout)
        self.assertTrue(list(self.entries("m"))[-1].endswith("/deep"))
        self.assert_found(self.tree("compare", "m", "a"))
        subprocess.run(["rm", "-rf", self.path("a")], check=True)

    def test_hard_links_are_named_by_the_first_path_of_their_group(self):
        self.write("a/z/one", b"1")
        os.makedirs(self.path("a/b"))
        os.link(self.path("a/z/one"), self.path("a/b/two"))
        os.link(self.path("a/z/one"), self.path("a/c"))
        os.link(self.path("a/z/one"), self.path("outside"))
        self.manifest("a", "m", "--jobs", "3")
        entries = self.entries("m")
        self.assertEqual([entries[path][8:] for path in ("b/two", "c", "z/one")],
                         [[], ["hardlink=b/two"], ["hardlink=b/two"]])
        self.replica()  # other inodes, the same groups
        self.assert_found(self.tree("compare", "m", "b"))
        os.unlink(self.path("b/c"))
        shutil.copy2(self.path("b/b/two"), self.path("b/c"))
        shutil.copystat(self.path("a"), self.path("b"))
        self.assert_found(self.tree("compare", "m", "b"), "* hardlink c")

    def test_large_files_of_one_folder_are_shared_among_threads_in_order(self):
        size = 1 << 20  # of which four are read before another thread goes on
        for i in range(24):
            self.write(f"a/large/f{i:02}", os.urandom(size))
        os.makedirs(self.path("a/later"))
        for i in (1, 9, 17):
            os.link(self.path(f"a/large/f{i:02}"), self.path(f"a/later/l{i:02}"))
            os.link(self.path(f"a/large/f{i:02}"), self.path(f"a/large/g{i:02}"))
        os.utime(self.path("a/large/f00"), (1, 1))
        time.sleep(3)  # an identity that is younger is not trusted
        self.manifest("a", "m", "--jobs", "4")
        entries = self.entries("m")
        self.assertEqual(list(entries), sorted(entries))
        for i in range(24):
            with open(self.path(f"a/large/f{i:02}"), "rb") as file:
                expected = subprocess.run(["xxh128sum"], input=file.read(), check=True, capture_output=True).stdout.split()[0]
            self.assertEqual(entries[f"large/f{i:02}"][6], expected.decode())
        for i in (1, 9, 17):
            self.assertEqual(entries[f"large/f{i:02}"][8:], [])
            for name in (f"large/g{i:02}", f"later/l{i:02}"):
                self.assertEqual(entries[name][8:], [f"hardlink=large/f{i:02}"])
        # Every other one is read again, also by a thread that goes on where another one stopped.
        for i in range(0, 24, 2):
            with open(self.path(f"a/large/f{i:02}"), "r+b") as file:
                file.write(b"other")
        run = self.tree("check", "a", "--manifest", "m", "--jobs", "4")
        self.assertEqual([found for found in run.found if "content" in found],
                         [f"* content,mtime large/f{i:02}" for i in range(0, 24, 2)], str(run))
        self.assertIn("12.6 MB of ", run.stdout)  # 12 files

    def test_sparse_files_are_read_as_zeros(self):
        self.write("a/sparse", b"")
        os.truncate(self.path("a/sparse"), 50000000)
        self.write("a/full", bytes(50000000))
        self.manifest("a", "m")
        entries = self.entries("m")
        self.assertEqual(entries["sparse"][6], entries["full"][6])

    def test_what_cannot_be_read_is_a_finding(self):
        if os.getuid() == 0 and not shutil.which("setpriv"):
            self.skipTest("root reads everything, and setpriv is missing")
        self.write("a/closed/inside")
        self.write("a/secret")
        self.write("a/open")
        os.chmod(self.path("a/secret"), 0)
        os.chmod(self.path("a/closed"), 0)
        os.chmod(self.work, 0o777)
        command = [world.PROGRAM, "tree", "manifest", self.path("a"), "--output", self.path("m")]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        run = world.Run(subprocess.run(command, capture_output=True, check=False, timeout=60))
        self.assertEqual(run.rc, WARNING, str(run))
        self.assertEqual(run.found, ["! closed: cannot read the folder: Permission denied",
                                     "! secret: cannot open: Permission denied"])
        self.assertIn("2 not readable", run.lines[0])
        self.assertEqual(len(self.entries("m")["open"][6]), 32)
        self.assertEqual(self.entries("m")["secret"][6], "-")
        # Two replicas that nobody could read are not the same: nobody knows.
        shutil.copy(self.path("m"), self.path("m2"))
        self.assert_found(self.tree("compare", "m", "m2"), "! unread closed", "! unread secret")

    def test_a_tree_that_changes_and_disappears_meanwhile(self):
        for i in range(3000):
            self.write(f"a/d{i % 30}/f{i}", b"x" * 4000)
        process = subprocess.Popen([world.PROGRAM, "tree", "manifest", self.path("a"), "--output", self.path("m")],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        shutil.rmtree(self.path("a"), ignore_errors=True)
        out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (OK, WARNING, UNKNOWN), (out, err))
        self.assertTrue(out.startswith(b"HANFS "), out)

    def test_a_file_that_grows_while_it_is_read_is_said(self):
        path = self.write("a/log", bytes(100000000))
        with open(path, "ab", buffering=0) as file:
            process = subprocess.Popen([world.PROGRAM, "tree", "manifest", self.path("a"), "--output", self.path("m")],
                                       stdout=subprocess.PIPE)
            while process.poll() is None:
                file.write(b"x")
        self.assertEqual(process.returncode, WARNING)
        self.assertIn(b"! log: changed while it was read", process.stdout.read())
        process.stdout.close()

    def test_excluded_things_are_not_looked_at_and_named(self):
        self.write("install/nim/paging/node1")
        self.write("install/nim/spot/ls")
        self.write("install/x.lock")
        run = self.manifest("install", "m", "--exclude", "*.lock")
        self.assertEqual(list(self.entries("m")), [".", "nim", "nim/spot", "nim/spot/ls"])
        self.assertIn("left out: /nim/paging ", run.stdout)
        with open(self.path("m"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn("#exclude /nim/paging\n", text)
        self.assertIn("#exclude *.lock\n", text)
        self.manifest("install", "all", "--no-default-excludes")
        self.assertIn("nim/paging/node1", self.entries("all"))
        compared = self.tree("compare", "m", "all")
        self.assertEqual(compared.rc, CRITICAL)
        self.assertIn("# the two leave out different things", compared.stdout)
        # A directory is looked at as the manifest was made.
        self.assert_found(self.tree("compare", "m", "install"))


class Output(TreeCase):
    def test_the_default_place_is_var_hanfs_of_the_sysroot(self):
        self.write("root/install/f")
        run = self.tree("manifest", "/install", "--sysroot", self.path("root"))
        self.assertEqual(run.rc, OK, str(run))
        with open(self.path("root/var/hanfs/tree_install.manifest"), encoding="utf-8") as file:
            self.assertIn("#root /install\n", file.read())
        self.assertEqual(self.tree("check", "/install", "--sysroot", self.path("root")).rc, OK)

    def test_an_output_in_a_folder_that_is_not_there(self):
        os.makedirs(self.path("a"))
        run = self.tree("manifest", "a", "--output", "nodir/x")
        self.assertEqual(run.rc, UNKNOWN, str(run))
        self.assertEqual(run.lines[0], "HANFS UNKNOWN - nodir/x.lock: No such file or directory; cure: a folder that is "
                         "there and in which root may write, or another --output")

    def test_an_output_within_the_tree_is_refused(self):
        self.write("a/f")
        run = self.tree("manifest", "a", "--output", self.path("a/m"))
        self.assertEqual(run.rc, UNKNOWN)
        self.assertIn("cure", run.stdout)
        self.assertEqual(os.listdir(self.path("a")), ["f"])

    def test_a_full_disk_leaves_the_old_manifest(self):
        for i in range(5000):
            self.write(f"a/file-with-a-rather-long-name-{i}", b"")
        os.makedirs(self.path("small"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", self.path("small")], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mount needs root: " + mounted.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", self.path("small")], check=True)
        self.write("b/f")
        self.manifest("b", "small/m")
        with open(self.path("small/m"), "rb") as file:
            before = file.read()
        run = self.tree("manifest", "a", "--output", self.path("small/m"))
        self.assertEqual(run.rc, UNKNOWN, str(run))
        self.assertIn("No space left on device", run.stdout)
        with open(self.path("small/m"), "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(sorted(os.listdir(self.path("small"))), ["m", "m.local", "m.lock"])

    def test_killed_and_run_again_it_goes_on(self):
        for i in range(40):
            self.write(f"a/d{i:02}/f", bytes([i]) * 20000000)
        self.let_ctimes_age()
        self.manifest("a", "whole", "--hash", "sha256")
        process = subprocess.Popen([world.PROGRAM, "tree", "manifest", self.path("a"), "--output", self.path("m"),
                                    "--hash", "sha256", "--jobs", "1"], stdout=subprocess.PIPE)
        deadline = time.monotonic() + 30
        partial = self.path("m.local.partial")
        while time.monotonic() < deadline and process.poll() is None:
            if os.path.exists(partial) and os.path.getsize(partial) > 60:
                break
            time.sleep(0.001)
        process.kill()
        process.communicate()
        if process.returncode == 0:
            self.skipTest("it was done before it could be killed")
        self.assertFalse(os.path.exists(self.path("m")))
        done, run = self.as_json("manifest", "a", "--output", self.path("m"), "--hash", "sha256")
        self.assertEqual(run.rc, OK, str(run))
        self.assertTrue(done["resumed"])
        self.assertLess(done["read_bytes"], done["content_bytes"])
        self.assertEqual(self.entries("m"), self.entries("whole"))
        self.assertEqual([name for name in os.listdir(self.work) if "partial" in name or "resume" in name], [])

    def wait_for_a_begun_manifest(self):
        """Before that the program may not have begun at all, on a busy machine."""
        for _ in range(1000):
            if any("partial" in name for name in os.listdir(self.work)):
                return
            time.sleep(0.02)

    def test_a_signal_ends_it_and_it_can_go_on(self):
        for i in range(20):
            self.write(f"a/d{i:02}/f", bytes([i]) * 30000000)
        process = subprocess.Popen([world.PROGRAM, "tree", "manifest", self.path("a"), "--output", self.path("m"),
                                    "--hash", "sha256", "--jobs", "1"], stdout=subprocess.PIPE)
        self.wait_for_a_begun_manifest()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
        if process.returncode == OK:
            self.skipTest("it was done before the signal came")
        self.assertEqual(process.returncode, UNKNOWN, out)
        self.assertIn(b"run it again", out)
        self.assertFalse(os.path.exists(self.path("m")))

    def test_two_runs_do_not_write_one_file(self):
        self.write("a/f", bytes(1000))
        os.mkfifo(self.path("never"))
        import fcntl
        with open(self.path("m.lock"), "w", encoding="utf-8") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            run = self.tree("manifest", "a", "--output", self.path("m"))
        self.assertEqual(run.rc, UNKNOWN)
        self.assertIn("another run", run.stdout)


class Compare(TreeCase):
    def test_each_kind_the_most_dangerous_first(self):
        for name in ("content", "mode", "mtime", "subsecond", "gone", "sub/type", "same"):
            touch(self.write("a/" + name), 1700000000123456789)
        os.symlink("x", self.path("a/target"))
        self.replica()
        self.write("b/content", b"CONTENT\n")
        touch(self.path("b/content"), 1700000000123456789)
        os.chmod(self.path("b/mode"), 0o600)
        touch(self.path("b/mtime"), 1700000300000000000)
        touch(self.path("b/subsecond"), 1700000000000000000)
        os.unlink(self.path("b/gone"))
        self.write("b/new")
        os.unlink(self.path("b/sub/type"))
        os.makedirs(self.path("b/sub/type"))
        os.unlink(self.path("b/target"))
        os.symlink("y", self.path("b/target"))
        for name in ("target", "sub"):
            info = os.lstat(self.path("a", name))
            touch(self.path("b", name), info.st_mtime_ns, follow_symlinks=False)
        self.manifest("a", "ma")
        self.manifest("b", "mb")
        expected = ["* content content", "* type sub/type", "+ only-first gone", "- only-second new", "* mode mode",
                    "* target target", "* mtime mtime", "* mtime-subsecond subsecond"]
        for first, second in (("ma", "mb"), ("a", "mb"), ("ma", "b"), ("a", "b")):
            run = self.tree("compare", first, second)
            self.assert_found(run, *expected)
            self.assertIn("# mtime: the file goes dead after a failover\n", run.stdout)
            self.assertIn("# sub: type 1\n", run.stdout)
        verbose = self.tree("compare", "ma", "mb", "--verbose")
        self.assertEqual(verbose.found, [*expected, "= same .", "= same same", "= same sub"])
        answer, run = self.as_json("compare", "ma", "mb")
        self.assertEqual(run.rc, CRITICAL)
        self.assertEqual([f"{d['mark']} {d['kinds']} {d['path']}" for d in answer["differences"]], expected)
        self.assertEqual(answer["identical_entries"], 3)
        self.assertEqual(answer["kinds"]["mtime-subsecond"], 1)
        self.assertEqual(answer["result"]["exit_status"], CRITICAL)

    def test_one_of_100000_files_and_one_nanosecond(self):
        for folder in range(100):
            os.makedirs(self.path(f"a/d{folder}"))
            for i in range(1000):
                with open(self.path(f"a/d{folder}/f{i}"), "wb") as file:
                    file.write(b"%d" % i)
        self.replica()
        self.manifest("a", "ma")
        self.assert_found(self.tree("compare", "ma", "b"))
        planted = self.path("b/d73/f512")
        info = os.stat(planted)
        with open(planted, "r+b") as file:
            file.write(b"5x2")  # the same size, and the same time
        touch(planted, info.st_mtime_ns)
        info = os.stat(self.path("b/d9/f9"))
        touch(self.path("b/d9/f9"), info.st_mtime_ns + NANOSECOND)
        self.manifest("b", "mb")
        run = self.tree("compare", "ma", "mb")
        self.assert_found(run, "* content d73/f512", "* mtime-subsecond d9/f9")
        self.assertIn("2 of 100101 entries differ: content 1, mtime-subsecond 1", run.lines[0])

    def test_a_manifest_that_is_cut_or_changed_shows_no_differences(self):
        for i in range(100):
            self.write(f"a/f{i}")
        self.manifest("a", "m")
        with open(self.path("m"), "rb") as file:
            text = file.read()
        for what, spoiled in (("cut", text[:len(text) // 2]), ("edited", text.replace(b"f17\n", b"g17\n")),
                              ("empty", b""), ("binary", os.urandom(10000)),
                              ("newer", text.replace(b"manifest 1\n", b"manifest 2\n"))):
            self.write("spoiled", spoiled)
            for words in (("spoiled", "m"), ("m", "spoiled"), ("spoiled", "a")):
                run = self.tree("compare", *words)
                self.assertEqual(run.rc, UNKNOWN, f"{what}: {run}")
                self.assertEqual(run.found, [], what)
                self.assertIn("spoiled: ", run.lines[0])
            self.assertEqual(self.tree("compare", "spoiled", "m", "--json").rc, UNKNOWN)

    def test_hashes_of_two_kinds(self):
        self.write("a/f")
        self.manifest("a", "x")
        self.manifest("a", "s", "--hash", "sha256")
        run = self.tree("compare", "x", "s")
        self.assertEqual(run.rc, UNKNOWN)
        self.assertIn("cure", run.lines[0])
        self.assert_found(self.tree("compare", "s", "a"))  # a directory is hashed as the other side

    def test_what_is_missing_or_said_wrongly(self):
        self.write("a/f")
        for words in (("compare", "a", "nowhere"), ("compare", "a"), ("manifest", "a", "b"), ("manifest", "a/f"),
                      ("check", "a", "--manifest", "nowhere"), ("frobnicate", "a"), ("manifest", "a", "--hash", "md5"),
                      ("manifest", "a", "--jobs", "0"), ("manifest",), ("sync-plan", "a")):
            run = self.tree(*words)
            self.assertEqual(run.rc, UNKNOWN, f"{words}: {run}")
            self.assertIn("HANFS UNKNOWN - ", run.stdout)
        self.assertEqual(sorted(os.listdir(self.work)), ["a"])

    def test_a_million_differences_need_no_memory(self):
        def manifest(path, size):
            lines = [b"#hanfs-tree-manifest 1\n#hash xxh3\n#root /x\n#host h\n#time t\n"
                     b"#columns kind mode uid gid size mtime hash path\n"]
            lines += [b"f\t0644\t0\t0\t%d\t1700000000.000000000\t99aa06d3014798d86001c324468d497f\tdir/name-%07d\n"
                      % (size, i) for i in range(200000)]
            body = b"".join(lines)
            said = subprocess.run(["xxh128sum"], input=body, check=True, capture_output=True).stdout.split()[0]
            self.write(path, body + b"#end entries=200000 bytes=0 checksum=" + said + b"\n")

        if not shutil.which("xxh128sum"):
            self.skipTest("xxh128sum is not installed")
        manifest("m1", 1)
        manifest("m2", 2)
        status, peak = self.peak_of("compare", "m1", "m2")
        self.assertEqual(status, CRITICAL)
        self.assertLess(peak, 32 << 20)
        with open(self.path("out"), "rb") as out:
            self.assertEqual(sum(line.startswith(b"* content dir/name-") for line in out), 200000)


class Check(TreeCase):
    def test_only_what_changed_is_read_again(self):
        for i in range(50):
            self.write(f"a/f{i}", b"x" * 10000)
        self.let_ctimes_age()
        self.manifest("a", "m")
        run = self.tree("check", "a", "--manifest", "m")
        self.assert_found(run)
        self.assertIn("# 0 B of 500.0 kB read anew", run.stdout)
        info = os.stat(self.path("a/f7"))
        with open(self.path("a/f7"), "r+b") as file:
            file.write(b"y")
        touch(self.path("a/f7"), info.st_mtime_ns)  # neither size nor mtime show it; ctime does
        os.rename(self.path("a/f8"), self.path("a/g8"))
        touch(self.path("a"), os.stat(self.path("a")).st_mtime_ns)
        run = self.tree("check", "a", "--manifest", "m")
        self.assertEqual(run.found[:3], ["* content f7", "+ only-first f8", "- only-second g8"])
        self.assertIn("# 20.0 kB of 500.0 kB read anew", run.stdout)
        self.assertEqual(run.rc, CRITICAL)

    def test_without_the_local_file_everything_is_read(self):
        self.write("a/f", b"x" * 10000)
        self.let_ctimes_age()
        self.manifest("a", "m")
        os.rename(self.path("m.local"), self.path("elsewhere"))
        run = self.tree("check", "a", "--manifest", "m")
        self.assert_found(run)
        self.assertIn("# every file is read: ", run.stdout)
        self.assertIn("# 10.0 kB of 10.0 kB read anew", run.stdout)
        # One of another manifest is not believed.
        self.write("a/g")
        self.manifest("a", "m2")
        shutil.copy(self.path("elsewhere"), self.path("m2.local"))
        self.assertIn("it is not that of", self.tree("check", "a", "--manifest", "m2").stdout)

    def test_a_file_that_is_too_young_is_read_again(self):
        self.write("a/f", b"x" * 10000)
        self.manifest("a", "m")
        self.assertIn("# 10.0 kB of 10.0 kB read anew", self.tree("check", "a", "--manifest", "m").stdout)


class SyncPlan(TreeCase):
    def spoil(self):
        for i in range(20):
            touch(self.write(f"install/nim/spot/{i % 4}/usr/f{i}"), 1700000000123456789 + i)
        self.write("install/nim/paging/swap", b"first")
        self.write("install/postscripts/x")
        self.write("install/readme")
        self.write("install/only/here/now")
        shutil.copytree(self.path("install"), self.path("other/install"), symlinks=True)  # cp without nanoseconds
        subprocess.run(["cp", "-a", self.path("install/."), self.path("other/install")], check=True)
        self.write("other/install/nim/spot/1/usr/f1", b"CONTENT\n")
        touch(self.path("other/install/nim/spot/1/usr/f1"), 1700000000123456789 + 1)
        touch(self.path("other/install/nim/spot/2/usr/f2"), 1700000000000000000)
        self.write("other/install/nim/spot/3/usr/too much")
        self.write("other/install/nim/paging/swap", b"second")
        self.write("other/install/postscripts/y")
        shutil.rmtree(self.path("other/install/only"))
        self.write("other/install/bad")

    def test_the_lines_make_them_equal_and_leave_nodes_alone(self):
        self.spoil()
        before = self.tree("compare", "install", "other/install")
        self.assertEqual(before.rc, CRITICAL)
        plan, run = self.as_json("sync-plan", "install", "other/install")
        self.assertEqual(run.rc, CRITICAL)
        text = self.tree("sync-plan", "install", "other/install")
        self.assertEqual(len([line for line in text.lines if line.startswith("rsync ")]), len(plan["commands"]))
        self.assertEqual(self.tree("compare", "install", "other/install").stdout, before.stdout, "it ran something")
        if not shutil.which("rsync"):
            self.skipTest("rsync is not installed")
        for command in plan["commands"]:
            subprocess.run(command, check=True)
        self.assert_found(self.tree("compare", "install", "other/install"))
        with open(self.path("other/install/nim/paging/swap"), "rb") as file:
            self.assertEqual(file.read(), b"second")
        self.assertEqual(self.tree("sync-plan", "install", "other/install").rc, OK)

    def run_lines(self, a, b):
        """What an administrator does: the printed lines, one after the other, until one fails."""
        if not shutil.which("rsync"):
            self.skipTest("rsync is not installed")
        lines = [line for line in self.tree("sync-plan", a, b).lines if line.startswith("rsync ")]
        done = subprocess.run(["sh", "-e"], input="\n".join(lines) + "\n", cwd=self.work, text=True, check=False,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), "\n".join(lines))
        return lines

    def grow(self, rng, folder, depth=0):
        """Entries of all kinds with few names, so that two trees have the same names for different kinds."""
        os.makedirs(folder, exist_ok=True)
        for name in rng.sample(["a", "b", "c [x]", "d*"], rng.randint(0, 4)):
            path = os.path.join(folder, name)
            kind = rng.random()
            if kind < 0.5 and depth < 4:
                self.grow(rng, path, depth + 1)
            elif kind < 0.8:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(rng.choice("xyz"))
                os.utime(path, ns=(0, 1700000000000000000 + rng.randint(0, 2)))
            elif kind < 0.95:
                os.symlink(rng.choice(["a", "..", "nowhere"]), path)
            else:
                os.mkfifo(path)

    def test_the_lines_make_any_trees_equal(self):
        for seed in range(40):
            with self.subTest(seed):
                rng = random.Random(seed)
                first, second = f"first{seed}", f"second{seed}"
                self.grow(rng, self.path(first))
                if seed % 2:
                    self.replica(first, second)
                    for folder, _, _ in list(os.walk(self.path(second))):
                        whole = not os.path.islink(folder) and os.path.isdir(folder) and folder != self.path(second)
                        if whole and rng.random() < 0.3:
                            shutil.rmtree(folder)
                            if rng.random() < 0.6:
                                self.grow(rng, folder, 2)
                else:
                    self.grow(rng, self.path(second))
                self.run_lines(first, second)
                self.assert_found(self.tree("compare", first, second))

    def test_what_one_of_the_two_leaves_out_stays_as_it_is(self):
        """xCAT's per-node folders, found in the tree that leaves them out, and any patterns in any trees."""
        self.write("new/nim/root/tmpl/t")
        self.write("install/nim/root/cn013/passwd")
        lines = self.run_lines("new", "install")
        self.assertNotIn("nim/root", "".join(line for line in lines if "--exclude=/nim/root" not in line))
        self.assertEqual(set(self.files("install/nim/root")), {"cn013", "cn013/passwd"})
        said = self.tree("sync-plan", "new", "install")
        self.assertIn("# the two leave out different things: the first nothing; the second ", said.stdout)
        self.assertIn(" different entries are left out in one of the two alone, so without a command", said.stdout)
        patterns = ["a", "b/a", "/a/b", "c*", "/b", "*/d*", "/a/*/a"]
        equal = 0
        for seed in range(40):
            with self.subTest(seed):
                rng = random.Random(1000 + seed)
                first, second, excludes = f"p{seed}", f"q{seed}", []
                for tree in (first, second):
                    self.grow(rng, self.path(tree))
                    own = rng.sample(patterns, rng.randint(0, 2))
                    excludes += own
                    self.manifest(tree, tree + ".m", *(word for one in own for word in ("--exclude", one)))
                before = self.excluded(second, excludes)
                script = "\n".join(line for line in self.tree("sync-plan", f"{first}.m", f"{second}.m").lines
                                   if line.startswith("rsync "))
                # It fails where a folder that holds what is left out is in the way.
                done = subprocess.run(["sh", "-e"], input=script, cwd=self.work, text=True, check=False,
                                      capture_output=True)
                self.assertEqual(self.excluded(second, excludes), before, script)
                if done.returncode == 0 and not done.stdout + done.stderr:
                    both = [word for one in excludes for word in ("--exclude", one)]
                    self.assert_found(self.tree("compare", first, second, *both))
                    equal += 1
        self.assertGreater(equal, 20)

    def files(self, folder):
        return {os.path.relpath(os.path.join(at, name), self.path(folder)): os.lstat(os.path.join(at, name)).st_mtime_ns
                for at, folders, names in os.walk(self.path(folder)) for name in names + folders}

    def excluded(self, tree, patterns):
        def matches(parts):
            for pattern in patterns:
                wanted = pattern.strip("/").split("/") if "/" in pattern else [pattern]
                found = parts if "/" in pattern else parts[-1:]
                if len(wanted) == len(found) and all(map(fnmatch.fnmatchcase, found, wanted)):
                    return True
            return False

        def covered(path):
            parts = path.split("/")
            return any(matches(parts[:end]) for end in range(1, len(parts) + 1))
        return {path: time for path, time in self.files(tree).items() if covered(path)}

    def test_lines_with_names_that_no_terminal_shows(self):
        for name in (b"M\xe4rz", b"dir\nnl", b"a%d'q\x01"):
            folder = os.fsencode(self.path("a/nim")) + b"/" + name
            os.makedirs(folder + b"/x")
            with open(folder + b"/x/f", "wb") as file:
                file.write(b"new")
            shutil.copytree(folder, os.fsencode(self.path("b/nim")) + b"/" + name)
            with open(folder + b"/x/f", "wb") as file:
                file.write(b"newer")
        self.run_lines("a", "b")
        self.assert_found(self.tree("compare", "a", "b"))

    def test_a_folder_of_one_tree_belongs_to_the_line_of_the_folder_above(self):
        self.write("a/nim/spot/71B/usr")
        self.replica()
        self.write("b/nim/lpp/bff")
        os.makedirs(self.path("a/link/to"))
        self.write("b/real/x/y")
        os.symlink(self.path("a/link"), self.path("a/real"))  # nothing may be copied through it
        lines = self.run_lines("a", "b")
        self.assertNotIn("lpp", "".join(lines))
        self.assert_found(self.tree("compare", "a", "b"))

    def test_another_file_system_is_neither_copied_nor_deleted(self):
        for tree in "ab":
            self.write(f"{tree}/nim/f", tree)
        self.mount("a/nim/both", "b/nim/both", "a/nim/a [x]", "b/nim/b*", "b/only b/x", "a/only a/x")
        self.write("b/nim/a [x]/data")
        self.write("a/nim/b*/data")
        for place in ("a/nim/both", "b/nim/both", "a/nim/a [x]", "b/nim/b*", "b/only b/x", "a/only a/x"):
            self.write(f"{place}/mounted/{place[0]}")
        self.write("b/nim/gone/x")
        said, _ = self.as_json("sync-plan", "a", "b")
        self.assertEqual(said["left_alone"], ["nim/a [x]", "nim/b*", "only a/x", "only b/x"])
        self.assertIn("# left alone, as another file system is mounted there in one of them alone: nim/b*; cure: ",
                      self.tree("sync-plan", "a", "b").stdout)
        if not shutil.which("rsync"):
            self.skipTest("rsync is not installed")
        for command in said["commands"]:
            subprocess.run(command, check=True, capture_output=True)
        there = {os.path.relpath(os.path.join(folder, name), self.path("b"))
                 for folder, _, names in os.walk(self.path("b")) for name in names}
        self.assertEqual(there, {"nim/f", "nim/both/mounted/b", "nim/a [x]/data", "nim/b*/mounted/b",
                                 "only b/x/mounted/b"})
        for place in ("a/nim/both", "a/nim/a [x]", "a/only a/x"):
            self.assertEqual(os.listdir(self.path(place, "mounted")), ["a"])

    def test_hard_links_are_made_again(self):
        self.write("a/x/y/one")
        os.makedirs(self.path("a/z/w"))
        os.link(self.path("a/x/y/one"), self.path("a/z/w/two"))
        shutil.copytree(self.path("a"), self.path("b"))
        subprocess.run(["touch", "-r", self.path("a/x/y/one"), self.path("b/x/y/one")], check=True)
        plan, _ = self.as_json("sync-plan", "a", "b")
        if not shutil.which("rsync"):
            self.skipTest("rsync is not installed")
        for command in plan["commands"]:
            subprocess.run(command, check=True)
        self.assert_found(self.tree("compare", "a", "b"))


    def test_an_empty_tree_is_named(self):
        os.makedirs(self.path("empty"))
        self.write("full/f")
        self.assertIn("# the first is empty; cure: see whether the file system is mounted there",
                      self.tree("sync-plan", "empty", "full").stdout)
        self.assertIn("# the second is empty", self.tree("compare", "full", "empty").stdout)
        self.assertNotIn("empty", self.tree("compare", "full", "full").stdout)


class Memory(TreeCase):
    def test_it_stays_below_its_bound(self):
        count = 100000
        os.makedirs(self.path("a/large"))
        os.makedirs(self.path("a/many"))
        for i in range(count):
            os.close(os.open(self.path(f"a/large/entry{i:06}"), os.O_CREAT | os.O_WRONLY))
        for i in range(2000):
            os.makedirs(self.path(f"a/many/{i}/x"))
        status, peak = self.peak_of("manifest", "a", "--output", self.path("m"))
        self.assertEqual(status, OK)
        self.assertLess(peak, (64 << 20) + 100 * count)
        self.assertEqual(len(self.entries("m")), count + 4003)

    def test_few_descriptors_are_enough(self):
        for i in range(600):
            self.write(f"a/{i}/x/f")

        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))

        run = self.tree("manifest", "a", "--output", self.path("m"), preexec_fn=limit)
        self.assertEqual(run.rc, OK, str(run))
        self.assertIn("600 files", run.stdout)


if __name__ == "__main__":
    unittest.main()
