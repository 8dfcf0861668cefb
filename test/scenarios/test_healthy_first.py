# SPDX-License-Identifier: Apache-2.0
"""Who answers is done before anybody waits for who does not; and no reader, terminal or disk keeps a run from its end."""
import fcntl
import os
import pty
import resource
import select
import signal
import subprocess
import time

from scenario import WANTED, Scenario
from simnode import CLEAN_ENVIRONMENT, REPLICA, SERVER, STATELITE, USR

NAS = "10.9.9.50"


class DeadServer(Scenario):
    def node_with_dead_nas(self, count, *more):
        node = self.node(*more)
        for i in range(count):
            node.sim("add-mount", "--over", f"/nas/{i}", "--server", NAS, "--remote", f"/vol/{i}")
        node.variant(dead_server="blocks")
        node.sim("fail", NAS, "--quiet")
        return node

    def test_all_others_are_tuned_and_the_dead_one_costs_one_deadline(self):
        node = self.node_with_dead_nas(60)
        run = self.expect(node.run("--command-deadline", 12), 1, "fail")
        self.assertEqual([node.timing(USR), node.timing(STATELITE)], [WANTED, WANTED], str(run))
        self.assertEqual(len(node.defaults()), 2, str(run))
        asked = [argv for argv in node.commands() if argv[:2] == ["nfs4cl", "showfs"] and "/nas/" in argv[-1]]
        self.assertLessEqual(len(asked), 8, "the dead server is asked by too many")
        self.assertLess(run.seconds, 12 + 2 + 20, str(run))

    def test_what_hung_when_it_was_read_back_is_asked_once_more(self):
        for argv, asked in ((["nfs4cl", "showfs", USR], 3), (["mount"], 3)):
            with self.subTest(argv=argv):
                node = self.node()
                node.fault(argv, "hang", nth=2)
                run = self.expect(node.run(), 0, "changed")
                self.assertEqual([call["argv"] for call in node.calls()].count(argv), asked, str(run))
                self.assertLess(run.seconds, 15 + 2 + 1)

    def test_a_command_that_hangs_until_the_deadline_takes_nothing_away_that_was_seen(self):
        node = self.node("--standalone")
        node.fault("chdev*", "hang")
        run = self.expect(node.run("--persist", "--deadline", 30, "--json"), 1, "fail")
        rows = {row["path"]: (row["timeo"], row["retrans"], row["state"]) for row in run.json["mounts"]}
        self.assertEqual(rows["/data/00001"], (1, 3, "changed"), str(run))
        self.assertEqual([row["live"] for row in run.json["gateways"]], [True, True])
        # Nothing takes back what is still at work.
        self.assertEqual([argv[0] for argv in node.commands()].count("chdev"), 1)

    def test_a_look_says_who_does_not_answer(self):
        node = self.node_with_dead_nas(10)
        run = self.expect(node.run("--status", "--json", "--command-deadline", 5), 3, "fail")
        states = {row["path"]: row["state"] for row in run.json["mounts"]}
        self.assertEqual(states[USR], "drift", str(run))
        self.assertEqual({state for path, state in states.items() if path.startswith("/nas/")}, {"unknown"})


class Blocked(Scenario):
    waits = True

    def big_node(self):
        node = self.node("--mounts", 400)
        self.tune(node)
        return node

    def started(self, node, stdout, *args, **more):
        process = subprocess.Popen(node.command(*args), stdin=subprocess.DEVNULL, stdout=stdout,
                                   stderr=more.pop("stderr", subprocess.DEVNULL), env=CLEAN_ENVIRONMENT, **more)
        self.addCleanup(process.kill)
        return process

    def test_a_reader_that_does_not_read_keeps_neither_lock_nor_signal(self):
        node = self.big_node()
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        first = self.started(node, writer)
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not select.select([reader], [], [], 0)[0]:
            time.sleep(0.05)
        time.sleep(0.5)
        self.assertIsNone(first.poll(), "its report fits into the pipe")
        self.expect(node.run(), 0, "ok")  # the lock is free
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(10), 1)
        os.close(reader)
        os.close(writer)

    def test_a_reader_that_does_not_read_is_not_waited_for_beyond_the_deadline(self):
        node = self.big_node()
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        run = self.started(node, writer, "--deadline", 20)
        self.assertNotEqual(run.wait(60), 0)
        os.close(writer)
        text = b""
        while block := os.read(reader, 65536):
            text += block
        os.close(reader)
        self.assertLessEqual(text.count(b"HANFS tool="), 1, "two verdicts")

    def test_a_full_disk_is_no_success(self):
        node = self.node()
        self.tune(node)
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.started(node, full).wait(60), 1)

    def test_a_terminal_that_nobody_reads_does_not_keep_a_run_from_its_steps(self):
        node = self.node("--mounts", 400)
        master, slave = pty.openpty()
        run = self.started(node, subprocess.DEVNULL, stderr=slave)
        self.assertEqual(run.wait(120), 0)
        self.assertEqual(node.timing(USR), WANTED)
        os.close(master)
        os.close(slave)

    def test_a_limit_of_file_size_is_a_warning(self):
        size = 4 << 20  # bytes; the simulator needs some of it
        node = self.node()
        node.write("/etc/hanfs/journal", "\n" * size)
        run = node.run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        self.expect(run, 0, "changed")
        self.assertIn("warning: journal: ", run.stdout)

    def test_few_descriptors_mean_fewer_jobs(self):
        node = self.node("--mounts", 100)
        run = node.run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
        self.expect(run, 0, "changed")


class Lanes(Scenario):
    def test_a_gateway_that_cannot_be_one_does_not_keep_mounts_from_being_tuned(self):
        node = self.node()
        run = self.expect(node.run("gateways=203.0.113.15+10.9.9.9"), 1, "fail")
        self.assertEqual(node.timing(USR), WANTED, str(run))
        self.assertIn("10.9.9.9 is no host of a network", run.stdout)

    def test_persist_on_a_diskless_node_and_two_values_for_one_fsid(self):
        node = self.node("--variant", "shared-fsid=yes")
        run = self.expect(node.run("--persist", "--mount-timeo", USR + "=5", STATELITE + "=10"), 1, "fail")
        self.assertIn("persist: / comes from a server", run.stdout)
        self.assertIn("two values of timeo for one fsid", run.stdout)
        self.assertEqual(len(node.defaults()), 2, str(run))

    def test_soft_mounts_are_left_alone_and_named(self):
        node = self.node("--option", "soft")
        run = node.run("--dry-run")
        self.assertIn("is mounted soft and left alone", run.stdout)

    def test_a_soft_mount_that_shares_the_fsid_of_usr_is_no_success(self):
        node = self.node("--variant", "shared-fsid=yes")
        node.sim("add-mount", "--over", "/mnt/tools", "--server", SERVER, "--remote", "/install/tools", "--replica", REPLICA,
                 "--fsid", "0:42949672973", "--mount-options", "vers=4,soft,intr,ro")
        run = self.expect(node.run(), 1, "fail")
        self.assertIn("/mnt/tools is mounted soft and left alone", run.stdout)
        self.assertIn(f"and so is {USR}, {STATELITE}, which has the same fsid", run.stdout)
        self.assertEqual(node.timing(USR), (100, 5))
        # Who names the values has decided.
        self.expect(node.run("--mount-timeo", "/mnt/tools=1", "--mount-retrans", "/mnt/tools=3"), 0, "changed")
        self.assertEqual(node.timing(USR), WANTED)


class Trust(Scenario):
    def test_a_settings_file_in_a_folder_of_everybody(self):
        node = self.node()
        path = node.write("/ww/hanfs.conf", "timeo = 2\n")
        os.chmod(node.root + "/ww", 0o777)
        self.assert_refused(node, "--config", path, says="its folder is writable")

    def test_an_invisible_mark_of_an_editor(self):
        node = self.node()
        path = node.write("/etc/hanfs.conf", b"\xef\xbb\xbftimeo = 2\n")
        self.tune(node, "--config", path)
        self.assertEqual(node.timing(USR), (2, 3))
