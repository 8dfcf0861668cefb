# SPDX-License-Identifier: Apache-2.0
"""hanfs.conf, the environment and the command line."""
import os

from scenario import WANTED, Scenario
from simnode import REPLICA, SERVER, STATELITE, USR

CONF = "/etc/hanfs.conf"


class Refused(Scenario):
    def test_json_is_answered_by_json(self):
        node = self.node()
        for args in (["--timeo", "0"], ["--nonsense"], ["--reset", "--check"]):
            with self.subTest(args=args):
                run = self.assert_refused(node, *args, "--json")
                self.assertEqual((run.json["result"]["status"], run.json["result"]["exit_status"]), ("refused", 2))
                self.assertEqual((run.json["mounts"], run.json["plan"], len(run.json["errors"])), ([], [], 1))

    def test_a_slash_at_the_end_of_a_path_and_a_path_that_is_not_mounted(self):
        node = self.node()
        run = self.tune(node, "--exclude", USR + "/", "--exclude", "/nowhere", "--mount-timeo", STATELITE + "/=7")
        self.assertEqual([node.timing(p) for p in (USR, STATELITE)], [(100, 5), (7, 3)])
        self.assertIn("/nowhere is excluded, which is no NFSv4 mount here", run.stdout)
        self.assertNotIn(USR + " is excluded, which", run.stdout)


class SettingsFile(Scenario):
    def with_file(self, text, *boot, mode=0o644):
        node = self.node(*boot)
        node.write(CONF, text, mode)
        return node

    def test_every_key(self):
        node = self.with_file(f"""
# a comment
timeo = 4
retrans=2
mount-timeo = "{STATELITE}=6"
mount-retrans = {STATELITE}=8
exclude = /data/00001
gateways = {REPLICA} {SERVER}
dgd = both
dgd-packets-lost = 5
dgd-ping-time = 6
dgd-retry-time = 7
persist = false
hosts-first = true
deadline = 60
command-deadline = 10
jobs = 2
""", "--mounts", 3)
        node.write("/etc/netsvc.conf", "hosts = bind, local\n")
        self.tune(node)
        self.assertEqual([node.timing(p) for p in (USR, STATELITE, "/data/00001")], [(4, 2), (6, 8), (100, 5)])
        self.assertEqual(node.defaults(), [(REPLICA, 0, True), (SERVER, 1, True)])
        self.assertEqual([node.tunable(n) for n in ("passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time")],
                         ["1", "5", "6", "7"])
        self.assertIn("local", node.read("/etc/netsvc.conf").split("=")[1].split(",")[0])
        self.assert_quiet(node)

    def test_underscores_and_sections(self):
        node = self.with_file("dgd_ping_time = 3\n[makehanfs]\nanything = 1\n[setupnfsv4replication]\ntimeo = 2\n"
                              "[domain a]\nreplica = 192.0.2.1\n")
        self.tune(node)
        self.assertEqual(node.timing(USR), (2, 3))
        self.assertEqual(node.tunable("dgd_ping_time"), "3")

    def test_one_clear_line_with_file_and_line_number(self):
        for text, line, says in (("# x\n\nno-such-key = 1\n", 3, "no-such-key"),
                                 ("timeo = 1\nretrans = 0\n", 2, "retrans"),
                                 ("timeo = 6001\n", 1, "timeo"),
                                 ("timeo = one\n", 1, "timeo"),
                                 ("timeo = 1\nretrans = 2\ntimeo = 1\n", 3, "timeo"),
                                 ("dgd_ping_time = 3\ndgd-ping-time = 3\n", 2, "ping"),
                                 ("dgd = sometimes\n", 1, "dgd"),
                                 ("timeo\n", 1, "timeo"),
                                 ("timeo =\n", 1, "timeo"),
                                 ("[nonsense]\n", 1, "nonsense"),
                                 ("[setupnfsv4replication\n", 1, "]"),
                                 ("timeo = 1\n\x01\x02\x03\xff\n", 2, ""),
                                 ("deadline = 0\n", 1, "deadline"),
                                 ("jobs = 99999\n", 1, "jobs"),
                                 ("persist = maybe\n", 1, "persist"),
                                 ("timeo = 1 2\n", 1, "timeo"),
                                 ("gateways = 1.2.3\n", 1, "gateways"),
                                 ("mount-timeo = /usr\n", 1, "mount-timeo"),
                                 ("exclude = usr\n", 1, "exclude"),
                                 ("# x\ngateways = auto 10.0.0.1\n", 2, "stand alone"),
                                 ("gateways = 10.0.0.1 10.0.0.1\n", 1, "given twice"),
                                 ("timeo = 2\nmount_timeo = /usr=1 /usr/=2\n", 2, "given twice")):
            with self.subTest(text=text):
                node = self.with_file(text)
                run = self.assert_refused(node, says=says)
                lines = [l for l in run.stderr.split("\n") if l]
                self.assertEqual(len(lines), 1, run.stderr)
                self.assertIn(f"{node.root}{CONF}:{line}: ", lines[0])
                self.assertEqual(node.commands(), [])
                self.assertNotIn("\x01", run.stderr)

    def test_file_that_may_not_be_trusted(self):
        for mode in (0o664, 0o646, 0o666, 0o777):
            with self.subTest(mode=oct(mode)):
                node = self.with_file("timeo = 2\n", mode=mode)
                run = self.assert_refused(node, says="hanfs.conf")
                self.assertEqual(len(run.stderr.strip().split("\n")), 1)
        if os.geteuid() == 0:
            node = self.with_file("timeo = 2\n")
            os.chown(node.root + CONF, 12345, 0)
            self.assert_refused(node, says="hanfs.conf")

    def test_no_ordinary_file(self):
        node = self.node()
        os.mkdir(node.root + CONF)
        self.assert_refused(node, says="hanfs.conf")
        node = self.node()
        os.mkfifo(node.root + CONF)
        self.assert_refused(node, says="hanfs.conf", timeout=20)

    def test_rubbish_and_size(self):
        import random
        rubbish = random.Random(7).randbytes(20000)
        for text in (rubbish, b"\0" * 1000, b"x" * 2_000_000, b"timeo = 1\n" * 2):
            node = self.with_file(text)
            run = self.assert_refused(node, says="hanfs.conf")
            self.assertEqual(len(run.stderr.strip().split("\n")), 1, run.stderr[:500])
            self.assertLess(len(run.stderr), 1000)

    def test_empty_file_and_strange_line_ends(self):
        for text in ("", "\n\n", "# only\n; comments", "timeo = 1\r\nretrans = 3\r\n", "timeo = 1"):
            with self.subTest(text=text):
                node = self.with_file(text)
                self.tune(node)
                self.assertEqual(node.timing(USR), WANTED)

    def test_explicit_file(self):
        node = self.with_file("timeo = 9\n")
        other = node.write("/etc/other.conf", "timeo = 5\n")
        self.assert_refused(node, "--config", node.root + "/etc/missing.conf", says="missing.conf")
        self.tune(node, "--config", other)
        self.assertEqual(node.timing(USR)[0], 5)

    def test_shipped_file_changes_nothing_and_is_accepted(self):
        shipped = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../conf/hanfs.conf")
        self.assertTrue(os.path.exists(shipped), "conf/hanfs.conf is not there yet")
        with open(shipped) as file:
            node = self.with_file(file.read())
        self.tune(node)
        self.assertEqual(node.timing(USR), WANTED)


class Precedence(Scenario):
    def test_command_line_environment_file_default(self):
        node = self.node()
        self.tune(node)
        self.assertEqual(node.timing(USR), (1, 3))
        node.write(CONF, "timeo = 2\nretrans = 2\n")
        self.tune(node)
        self.assertEqual(node.timing(USR), (2, 2))
        self.tune(node, env={"HANFS_TIMEO": "5"})
        self.assertEqual(node.timing(USR), (5, 2))
        self.tune(node, "--timeo", 6, env={"HANFS_TIMEO": "5", "HANFS_RETRANS": "7"})
        self.assertEqual(node.timing(USR), (6, 7))

    def test_list_settings_replace_each_other(self):
        node = self.node("--mounts", 3)
        node.write(CONF, "exclude = /usr\n")
        self.tune(node, "--exclude", STATELITE)
        self.assertEqual([node.timing(USR), node.timing(STATELITE)], [WANTED, (100, 5)])

    def test_empty_means_not_set(self):
        node = self.node()
        node.write(CONF, "timeo = 2\n")
        self.tune(node, env={"HANFS_TIMEO": "", "HANFS_GATEWAYS": "", "HANFS_DGD": "", "HANFS_EXCLUDE": ""})
        self.assertEqual(node.timing(USR), (2, 3))

    def test_every_setting_has_a_variable(self):
        for name, value, bad in (("TIMEO", "2", "0"), ("RETRANS", "2", "x"), ("MOUNT_TIMEO", "/usr=2", "2"),
                                 ("MOUNT_RETRANS", "/usr=2", "/usr"), ("EXCLUDE", "/usr", "usr"),
                                 ("GATEWAYS", "none", "nobody"), ("DGD", "off", "on"), ("DGD_PACKETS_LOST", "2", "0"),
                                 ("DGD_PING_TIME", "2", "-"), ("DGD_RETRY_TIME", "2", "a"), ("HOSTS_FIRST", "true", "7x"),
                                 ("DEADLINE", "30", "0"), ("COMMAND_DEADLINE", "5", "0"), ("JOBS", "1", "0")):
            with self.subTest(name=name):
                node = self.node()
                run = self.assert_refused(node, env={"HANFS_" + name: bad})
                self.assertIn(name, run.stderr.upper().replace("-", "_"))
                self.tune(node, env={"HANFS_" + name: value})

    def test_no_variable_may_name_another_root(self):
        node, other = self.node(), self.node()
        before = other.state()
        self.tune(node, env={"HANFS_SYSROOT": other.root, "HANFS_FROM": other.root})
        self.assertEqual(other.state(), before)
        self.assertEqual(node.timing(USR), WANTED)

    def test_a_variable_that_would_have_no_effect(self):
        node = self.node()
        run = self.assert_refused(node, env={"HANFS_TIMOE": "5"})
        self.assertIn("environment HANFS_TIMOE: there is no such setting, HANFS_TIMEO may be meant; cure: unset it", run.stderr)
        self.assertIn("say --dry-run on the command line", self.assert_refused(node, env={"HANFS_DRY_RUN": "1"}).stderr)
        self.tune(node, env={"HANFS_HOME": "/opt/hanfs"})

    def test_words_as_xcat_passes_them(self):
        node = self.node()
        self.tune(node, "timeo=2", "retrans=4", "dgd=passive", "dgd_ping_time=3")
        self.assertEqual(node.timing(USR), (2, 4))
        self.assertEqual(node.tunable("dgd_ping_time"), "3")
        self.assert_refused(node, "timeout=2")
        self.assert_refused(node, "timeo=")
        self.assert_refused(node, "timeo=1", "timeo=2", "x")

    def test_leading_zeros_and_other_bases(self):
        # 010 is ten for an administrator; eight (octal) would be a silent surprise. Refusing it is as good.
        for word, number in (("010", 10), ("0x10", 16), ("007", 7)):
            with self.subTest(word=word):
                node = self.node()
                run = node.run("--timeo", word)
                self.assertIn(run.rc, (0, 2), str(run))
                if run.rc == 0:
                    self.assertEqual(node.timing(USR)[0], number)

    def test_usage_errors(self):
        node = self.node()
        for args in (["--timeo"], ["--timeo", "1", "--timeo", "2"], ["word"], ["--deadline", "0"], ["--jobs", "0"],
                     ["--mount-timeo", "/usr"], ["--mount-timeo", "/usr=0"], ["--mount-timeo", "usr=1"],
                     ["--mount-timeo", "/usr=1", "--mount-timeo", "/usr=2"], ["--exclude", ""], ["--dgd", ""],
                     ["--sysroot", "relative"], ["--timeo", "99999999999999999999"], ["--timeo", "1 "], 
                     ["--timeo", "-1"], [""], ["--save=", "--check"], ["--save", "--check"], ["--from", ""],
                     ["--config", ""], ["--sysroot", ""], ["--config", "--dry-run"]):
            with self.subTest(args=args):
                run = self.assert_refused(node, *args, by_processes=True)
                self.assertEqual(len(run.stderr.strip().split("\n")), 1, run.stderr)
