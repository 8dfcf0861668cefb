# SPDX-License-Identifier: Apache-2.0
"""--save and --from: a capture is a folder that a person can make by hand."""
import os
import shutil

from scenario import Scenario
from simnode import REPLICA, SERVER, STATELITE, USR


class Captures(Scenario):
    def folder(self, node, name="capture"):
        path = node.root + "/tmp/" + name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def from_capture(self, node, folder, *args):
        """A run that sees the capture only; the node is there to show that nothing was started."""
        node.forget_calls()
        listing = sorted(os.walk(folder))
        run = node.finish(self.process(folder, *args))
        self.assertEqual(node.commands(), [])
        self.assertEqual(sorted(os.walk(folder)), listing)
        return run

    def process(self, folder, *args):
        import subprocess

        from simnode import CLEAN_ENVIRONMENT, TOOL, program
        return subprocess.Popen([program(TOOL), "--from", folder, *args], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN_ENVIRONMENT)

    def same_status(self, node, *args):
        folder = self.folder(node)
        live = node.run("--status", "--json", *args)
        saved = node.run("--status", "--json", "--save", folder, *args)
        replayed = self.from_capture(node, folder, "--status", "--json", *args)
        for run in (saved, replayed):
            self.assertEqual(run.rc, live.rc, str(run))
            self.assertEqual(run.json, live.json)

    def test_replay_gives_the_same_answer(self):
        node = self.node("--mounts", 4)
        self.same_status(node)
        self.tune(node)
        self.same_status(node)
        node.sim("fail", SERVER, "--quiet")
        node.sim("clock", "+60")
        self.same_status(node)

    def test_of_a_standalone_node(self):
        node = self.node("--standalone")
        self.same_status(node, "--persist")
        self.tune(node, "--persist")
        self.same_status(node, "--persist")

    def test_a_file_that_is_no_more_goes_from_a_folder_that_is_saved_to_again(self):
        node = self.node()
        node.write("/etc/netsvc.conf", "hosts = bind\n")
        folder = self.folder(node)
        node.run("--status", "--save", folder)
        os.unlink(node.root + "/etc/netsvc.conf")
        live = node.run("--status", "--json", "--save", folder)
        self.assertEqual(self.from_capture(node, folder, "--status", "--json").json, live.json)

    def test_replay_of_failing_commands(self):
        node = self.node()
        node.fault("no -x*", "exit", status=5, text="broken")
        node.fault(["nfs4cl", "showfs", USR], "exit", status=7, text="stale")
        folder = self.folder(node)
        saved = node.run("--status", "--json", "--save", folder)
        replayed = self.from_capture(node, folder, "--status", "--json")
        self.assertEqual(saved.rc, 3, str(saved))
        self.assertEqual(replayed.rc, 3, str(replayed))
        self.assertEqual(saved.json["mounts"], replayed.json["mounts"])
        self.assertEqual(saved.verdict["commands"], replayed.verdict["commands"])

    def test_nothing_is_ever_changed(self):
        node = self.node()
        folder = self.folder(node)
        node.run("--status", "--save", folder)
        before = node.state()
        for args in ([], ["--check"], ["--dry-run"], ["--status"], ["--reset"], ["--hosts-first"]):
            with self.subTest(args=args):
                run = self.from_capture(node, folder, *args)
                self.assertIn(run.rc, (0, 1), str(run))
        self.assertEqual(node.state(), before)
        self.assertEqual(node.journal(), [])

    def test_hand_made_folder(self):
        node = self.node()
        for name in ("nfs4cl_showfs.out", None):
            with self.subTest(all=name):
                folder = self.folder(node, "hand")
                texts = {"mount.out": node.by_hand("mount"), "netstat_-rn.out": node.by_hand("netstat", "-rn"),
                         "nfs4cl_showfs_%2Fusr.out": node.by_hand("nfs4cl", "showfs", USR),
                         "nfs4cl_showfs_%2F.statelite%2Fpersistent.out": node.by_hand("nfs4cl", "showfs", STATELITE)}
                if name:
                    texts[name] = node.by_hand("nfs4cl", "showfs")
                for file, text in texts.items():
                    node.write("/tmp/hand/" + file, text)
                run = self.from_capture(node, folder, "--status", "--json")
                self.assertEqual(run.rc, 3, str(run))
                rows = {m["path"]: m for m in run.json["mounts"]}
                self.assertEqual(list(rows), ["/", USR, STATELITE, "/mnt/mksysb"])
                self.assertEqual((rows[USR]["timeo"], rows[USR]["retrans"], rows[USR]["failover_seconds"]), (100, 5, 50))
                self.assertEqual((rows[USR]["current"], rows[USR]["replicas"]), (SERVER, [REPLICA]))
                self.assertEqual([g["address"] for g in run.json["gateways"]], [SERVER, REPLICA])
                self.assertTrue(run.json["errors"])

    def test_a_line_that_cannot_be_read_is_told_and_never_guessed(self):
        node = self.node()
        self.tune(node)
        folder = self.folder(node)
        self.expect(node.run("--check", "--save", folder), 0, "ok")
        usr = "nfs4cl_showfs_%2Fusr.out"
        mount = node.read("/tmp/capture/mount.out")
        row = f"{SERVER} /export/{'x' * 130} /mnt/{'x' * 130} nfs4 Foo 07 19:11 rw\n"
        for file, old, new, rc, says in (
                ("netstat_-rn_-f_inet.out", f"default            {SERVER}      UGA", f"default            {SERVER}      U?GA", 3,
                 "default gateway that cannot be read: line 5"),
                (usr, f"Replica Server: {REPLICA}:/install", f"Replica Server: {REPLICA}:/install 203.0.113.13:/install", 0,
                 "showfs /usr: line 6"),
                (usr, "timeo=1,", "timeo=1,timeo=100,", 1, "one value of timeo"),
                ("mount.out", mount, mount + row, 3, "mount: line")):
            with self.subTest(file=file, new=new[-40:]):
                text = node.read("/tmp/capture/" + file)
                self.assertIn(old, text)
                node.write("/tmp/capture/" + file, text.replace(old, new))
                run = self.from_capture(node, folder, "--check")
                self.assertEqual(run.rc, rc, str(run))
                self.assertIn(says, run.stdout)
                node.write("/tmp/capture/" + file, text)
        os.unlink(node.root + "/tmp/capture/mount.out")
        run = self.from_capture(node, folder, "--check")
        self.assertIn("What is mounted could not be seen.", run.stdout)
        self.assertEqual(run.verdict["failover"], "unknown")

    def test_the_real_transcripts(self):
        transcripts = os.environ.get("HANFS_TRANSCRIPTS")
        if not transcripts:
            self.skipTest("HANFS_TRANSCRIPTS is not set")
        node = self.node()
        folder = self.folder(node, "real")

        def put(name, transcript):
            with open(os.path.join(transcripts, transcript), "rb") as file:
                node.write("/tmp/real/" + name, file.read())

        # No transcript shows the mounts of the node whose showfs we have: its row of mount is ours.
        row = next(line for line in node.by_hand("mount").split("\n") if f" {USR} " in line)
        node.write("/tmp/real/mount.out", "\n".join(node.by_hand("mount").split("\n")[:2] + [row]) + "\n")
        put("nfs4cl_showfs_%2Fusr.out", "nfs/nfs4cl-showfs-usr-primary.txt")
        run = self.from_capture(node, folder, "--status", "--json")
        self.assertEqual(run.rc, 3, str(run))
        usr = self.mount(run, USR)
        self.assertEqual((usr["timeo"], usr["retrans"], usr["failover_seconds"]), (1, 3, 0.3))
        self.assertEqual((usr["current"], usr["replicas"], usr["fsid"]), (SERVER, [REPLICA], "0:42949672973"))

        # And a real list of mounts: every NFS row is there, in its order, unknown where showfs was not recorded.
        folder = self.folder(node, "real")
        put("mount.out", "nfs/mount-hanfs-nfs4.txt")
        run = self.from_capture(node, folder, "--status", "--json")
        self.assertEqual(run.rc, 3, str(run))
        with open(os.path.join(transcripts, "nfs/mount-hanfs-nfs4.txt"), errors="replace") as file:
            shown = [line.split()[2] for line in file if " nfs4 " in line or " nfs3 " in line]
        self.assertTrue(shown)
        self.assertEqual([m["path"] for m in run.json["mounts"]], shown)
        self.assertEqual({m["state"] for m in run.json["mounts"] if m["vfs"] == "nfs4"}, {"unknown"})

    def test_folder_that_does_not_exist_or_is_empty(self):
        node = self.node()
        os.makedirs(self.folder(node, "empty"))
        for name in ("nowhere", "empty"):
            run = node.finish(self.process(node.root + "/tmp/" + name, "--status", "--json"))
            self.assertEqual(run.rc, 3, str(run))
            self.assertTrue(run.json["errors"])

    def test_settings_of_this_machine_do_not_judge_a_capture(self):
        node = self.node()
        folder = self.folder(node)
        node.run("--status", "--save", folder)
        self.assert_refused(node, "--from", folder, says="--from")  # with --sysroot

    def test_save_into_a_place_that_cannot_be_written(self):
        node = self.node()
        node.write("/tmp/file", "")
        run = node.run("--status", "--json", "--save", node.root + "/tmp/file/below")
        self.assertTrue(any("--save" in text or "below" in text for text in run.json["errors"]), str(run))
        self.assertNotEqual(run.rc, 0)

    def test_mount_points_with_odd_names(self):
        node = self.node()
        for path in ("/a b", "/per%cent", "/x" * 300, "/dot.dash-comma,equal=", "/\u00fcml\u00e4ut"):
            node.sim("add-mount", "--over", path, "--replica", REPLICA)
        self.same_status(node)

