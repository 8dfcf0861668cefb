# SPDX-License-Identifier: Apache-2.0
"""File systems: per-mount values, exclusions, shared fsids, and every kind of mount that is not ours."""
from scenario import WANTED, Scenario
from simnode import REPLICA, SERVER, STATELITE, USR


class Wishes(Scenario):
    def test_mounted_twice_by_nfs4(self):
        node = self.node()
        for server, replica, remote in ((SERVER, REPLICA, "/x"), (REPLICA, SERVER, "/y")):
            node.sim("add-mount", "--over", "/st", "--server", server, "--remote", remote, "--replica", replica)
        run = node.run("--json")
        rows = [mount for mount in run.json["mounts"] if mount["path"] == "/st"]
        self.assertEqual([row["state"] for row in rows], ["not_tunable", "changed"], str(run))
        self.assertEqual(node.timing("/st"), (1, 3))
        self.assertIn("/st is mounted twice", run.stdout)
        self.assertNotIn("in no row of mount", run.stdout)
        self.assertNotIn("/st runs on the replica", run.stdout)

    def test_mounted_twice_and_the_list_shows_both(self):
        """The row of the hidden file system says nothing of the one that commands reach."""
        node = self.node("--variant", "showfs-all=yes")
        node.sim("add-mount", "--over", USR, "--vfs", "nfs4", "--server", "203.0.113.50", "--remote", "/v/0")
        self.tune(node)
        self.assert_quiet(node)
        self.expect(node.run("--check"), 0, "ok")

    def test_what_gave_no_answer_may_have_the_fsid_of_what_is_left_alone(self):
        """A command that failed once tells nothing of the fsid: by such a path nothing is set before that is known."""
        def soft(node):
            for path, *more in (("/a", "--mount-options", "rw,soft,vers=4", "--option", "soft"), ("/b",)):
                node.sim("add-mount", "--over", path, "--server", SERVER, "--remote", "/install" + path, "--replica",
                         REPLICA, "--fsid", "0:777", *more)

        one, two = "/data/00001", "/data/00002"
        for boot, prepare, args, silent, timing in (
                ((), soft, (), "/b", (100, 5)),
                (("--mounts", 4, "--share", 2), None, ("--exclude", one), two, (100, 5)),
                (("--mounts", 4, "--share", 2), None, ("--exclude", two), two, (100, 5)),
                (("--mounts", 4, "--share", 2), None, ("--exclude", one), one, (100, 5)),
                (("--mounts", 4, "--share", 2), None, ("--mount-timeo", one + "=9"), two, (9, 3))):
            for kind in ("exit", "empty", "truncated", "garbage"):
                for times in (1, 99):
                    with self.subTest(args=args, silent=silent, kind=kind, times=times):
                        node = self.node(*boot)
                        if prepare:
                            prepare(node)
                        node.sim("harm", "begin")
                        node.fault("nfs4cl showfs " + silent, kind, until=times)
                        run = node.run(*args)
                        node.sim("harm")  # status 1 where there is any
                        node.clear_faults()
                        shared = "/a" if prepare else one
                        self.assertEqual(node.timing(shared), timing, str(run))
                        self.assertEqual(node.timing("/b" if prepare else two), timing, str(run))
                        self.assertEqual(node.timing(STATELITE), (100, 5) if args[-1:] == (two,) and times > 1 else WANTED)
                        if times > 1:
                            self.expect(run, 1, "fail")
                            self.assertIn(f"nfs4cl showfs {silent}: ", run.stdout)
                        elif not prepare:  # one fsid that is soft and hard is an error of its own
                            self.expect(run, 0, "changed")
                            self.assert_quiet(node, *args)

    def test_where_nothing_is_left_alone_what_gave_no_answer_is_set(self):
        node = self.node("--mounts", 3)
        node.fault("nfs4cl showfs /data/00001", "exit", until=1)
        self.tune(node)
        self.assertEqual(node.timing("/data/00001"), WANTED)
        self.assert_quiet(node)

    def test_who_only_looks_asks_again_what_failed(self):
        node = self.node()
        self.tune(node)
        for args in (("--check",), ("--status",)):
            node.fault("nfs4cl showfs /usr", "exit", until=1)
            self.expect(node.run(*args), 0, "ok")
            node.clear_faults()

    def test_values_of_one_mount(self):
        node = self.node("--mounts", 3)
        args = ("--mount-timeo", "/usr=7", "--mount-retrans", STATELITE + "=9")
        self.tune(node, *args)
        self.assertEqual(node.timing(USR), (7, 3))
        self.assertEqual(node.timing(STATELITE), (1, 9))
        self.assertEqual(node.timing("/data/00001"), WANTED)
        self.assert_quiet(node, *args)

    def test_excluded_mount_is_left_alone(self):
        node = self.node()
        run = self.tune(node, "--exclude", USR, "--json")
        self.assertEqual(node.timing(USR), (100, 5))
        self.assertEqual(node.timing(STATELITE), WANTED)
        self.assertEqual(self.mount(run, USR)["state"], "excluded")
        self.assertNotIn(USR, [word for argv in node.commands(changing=True) for word in argv])
        self.assert_quiet(node, "--exclude", USR)

    def test_several_excluded(self):
        node = self.node("--mounts", 4)
        self.tune(node, "--exclude", USR, "--exclude", "/data/00002")
        self.assertEqual([node.timing(p) for p in (USR, STATELITE, "/data/00001", "/data/00002")],
                         [(100, 5), WANTED, WANTED, (100, 5)])

    def test_two_mounts_of_one_fsid_get_one_setting(self):
        node = self.node("--variant", "shared-fsid=yes")
        run = self.tune(node, "--json")
        self.assertEqual(len([c for c in node.commands(changing=True) if c[0] == "nfs4cl"]), 2)
        self.assertEqual([self.mount(run, p)["timeo"] for p in (USR, STATELITE)], [1, 1])
        self.assert_quiet(node)

    def test_value_of_one_path_counts_for_its_fsid(self):
        node = self.node("--variant", "shared-fsid=yes")
        self.tune(node, "--mount-timeo", STATELITE + "=4")
        self.assertEqual(node.timing(USR), (4, 3))
        self.assert_quiet(node, "--mount-timeo", STATELITE + "=4")

    def test_conflicting_wishes_for_one_fsid_leave_it_alone(self):
        node = self.node("--variant", "shared-fsid=yes")
        before = node.timing(USR)
        self.assert_left_out(node, "--mount-timeo", "/usr=2", "--mount-timeo", STATELITE + "=3", says=[USR, STATELITE])
        self.assert_left_out(node, "--mount-timeo", "/usr=2", "--exclude", STATELITE, says=USR)
        self.assertEqual(node.timing(USR), before)
        self.assertEqual(len(node.defaults()), 2)

    def test_showfs_rows_per_mount_of_one_fsid(self):
        for rows in ("fsid", "mount"):
            with self.subTest(rows=rows):
                node = self.node("--mounts", 12, "--share", 5, "--variant", "showfs-rows=" + rows)
                self.tune(node)
                for i in range(1, 11):
                    self.assertEqual(node.timing(f"/data/{i:05}"), WANTED)
                self.assert_quiet(node)

    def test_retuning_by_hand(self):
        node = self.node()
        self.tune(node)
        self.tune(node, "--timeo", "50", "--retrans", "2")
        self.assertEqual(node.timing(USR), (50, 2))
        self.assert_quiet(node, "timeo=50", "retrans=2")
        node.by_hand("nfs4cl", "setfsoptions", USR, "retrans=4")
        node.forget_calls()
        self.tune(node, "--timeo", "50", "--retrans", "2")
        self.assertEqual(node.commands(changing=True), [["nfs4cl", "setfsoptions", USR, "retrans=2"]])

    def test_unknown_path_in_the_settings_is_a_warning(self):
        node = self.node()
        run = self.tune(node, "--mount-timeo", "/nowhere=5", "--json")
        self.assertTrue(any("/nowhere" in text for text in run.json["warnings"]))


class Failover(Scenario):
    def expected(self, run, path=USR):
        return self.mount(run, path)["failover_seconds"]

    def test_model(self):
        node = self.node()
        for timeo, retrans, seconds in ((1, 3, 0.3), (10, 1, 2), (1, 1, 0.2), (100, 5, 50), (1, 2, 0.2)):
            self.tune(node, "--timeo", timeo, "--retrans", retrans)
            run = node.run("--status", "--json", "--timeo", timeo, "--retrans", retrans)
            self.assertAlmostEqual(self.expected(run), seconds)
            stall = node.sim("stall", "--json")
            self.assertIn("/usr", stall)

    def test_nfs_v4_fail_over_timeout(self):
        node = self.node()
        node.by_hand("nfso", "-o", "nfs_v4_fail_over_timeout=30")
        run = self.tune(node, "--json")
        self.assertEqual(self.expected(run), 30)
        self.assertEqual(run.json["tunables"]["nfs_v4_fail_over_timeout"], 30)
        self.assertTrue(any("nfs_v4_fail_over_timeout" in text for text in run.json["warnings"]))
        self.assertEqual(run.verdict["failover"], "30s")
        run = node.run("--json", "--timeo", 200, "--retrans", 5)
        self.assertEqual(self.expected(run), 100)

    def test_no_replica_means_never(self):
        node = self.node("--replicas", 0)
        run = self.tune(node, "--json")
        for path in (USR, STATELITE):
            self.assertIsNone(self.expected(run, path))
            self.assertEqual(self.mount(run, path)["replicas"], [])
            self.assertTrue(any(path in text and "replica" in text for text in run.json["warnings"]))
        self.assertEqual(run.verdict["failover"], "never")
        self.assertEqual(node.timing(USR), WANTED)

    def test_every_number_of_replicas(self):
        for count in range(8):
            with self.subTest(replicas=count):
                node = self.node("--replicas", count)
                run = self.tune(node, "--json")
                self.assertEqual(self.mount(run, USR)["replicas"], [f"203.0.113.{14 - i}" for i in range(count)])
                self.assertEqual(len(node.defaults()), 1 + count)
                self.assertEqual(self.expected(run) is None, count == 0)
                self.assert_quiet(node)

    def test_after_a_failover_nothing_is_left_to_do(self):
        node = self.node()
        self.tune(node)
        node.sim("fail", "203.0.113.15", "--quiet")
        node.sim("clock", "+60")
        run = self.assert_quiet(node, "--json")
        self.assertEqual(self.mount(run, USR)["current"], "203.0.113.14")
        self.assertTrue(any("replica" in text and USR in text for text in run.json["warnings"]))
        self.assertEqual([g["state"] for g in run.json["gateways"] if g["address"] == "203.0.113.15"], ["down"])
        node.sim("heal", "203.0.113.15")
        node.sim("clock", "+60")
        self.assert_quiet(node)

    def test_replica_that_is_not_in_the_hosts_file(self):
        node = self.node()
        hosts = "\n".join(line for line in node.read("/etc/hosts").split("\n") if "203.0.113.14" not in line)
        node.write("/etc/hosts", hosts)
        run = self.tune(node, "--json")
        self.assertTrue(any("203.0.113.14" in t and "hosts" in t for t in run.json["warnings"]), run.json["warnings"])


class Kinds(Scenario):
    def test_mounts_that_cannot_be_tuned_are_named(self):
        node = self.node()
        node.sim("add-mount", "--over", "/old", "--vfs", "nfs3", "--server", "203.0.113.20")
        node.sim("add-mount", "--over", "/auto", "--vfs", "autofs", "--server", "203.0.113.21", "--remote", "/exp")
        node.sim("add-mount", "--over", "/cacheofs", "--vfs", "cachefs")
        run = self.tune(node, "--json")
        for path in ("/", "/old", "/auto", "/mnt/mksysb"):
            self.assertEqual(self.mount(run, path)["state"], "not_tunable")
            self.assertTrue(any(path in text.split(" ") for text in run.json["warnings"]), path)
        self.assertEqual(self.mount(run, "/")["failover_seconds"], 20)
        self.assertIsNone(self.mount(run, "/old")["failover_seconds"])
        self.assertNotIn("/cacheofs", [m["path"] for m in run.json["mounts"]])
        touched = {argv[2] for argv in node.commands(changing=True) if argv[0] == "nfs4cl"}
        self.assertEqual(touched, {USR, STATELITE})
        self.assert_quiet(node)

    def test_mount_over_a_directory_that_shows_as_nfs4(self):
        node = self.node("--variant", "overmount=nfs4")
        run = self.tune(node, "--json")
        self.assertEqual(node.timing(STATELITE), WANTED)
        self.assertEqual(self.mount(run, "/var/adm/ras")["timeo"], 1)
        self.assertEqual(self.mount(run, "/var/adm/ras")["server"], "")
        self.assert_quiet(node)

    def test_over_mount_of_a_local_directory(self):
        node = self.node()
        node.sim("add-mount", "--over", "/etc/basecust", "--vfs", "nfs4", "--source", STATELITE + "/cn017/etc/basecust")
        self.tune(node)
        self.assert_quiet(node)

    def test_mounts_at_one_path(self):
        node = self.node()
        # A direct map of autofs has a row of its own below the file system that it mounts.
        node.sim("add-mount", "--over", "/data", "--vfs", "autofs", "--source", "/etc/auto.direct")
        node.sim("add-mount", "--over", "/data", "--replica", "203.0.113.14")
        node.sim("add-mount", "--over", "/hidden", "--replica", "203.0.113.14")
        node.sim("add-mount", "--over", "/hidden", "--vfs", "jfs2", "--source", "/dev/lv")
        run = self.tune(node, "--json")
        self.assertEqual(node.timing("/data"), WANTED)
        rows = [m for m in run.json["mounts"] if m["path"] in ("/data", "/hidden")]
        self.assertEqual([(m["path"], m["state"]) for m in rows], [("/data", "changed"), ("/hidden", "not_tunable")])
        self.assertTrue(any("/hidden" in text and "jfs2" in text for text in run.json["warnings"]), run.json["warnings"])
        self.assertFalse(any("in no row of mount" in text for text in run.json["warnings"]), run.json["warnings"])
        self.assert_quiet(node)

    def test_ipv6_servers(self):
        node = self.node()
        node.sim("add-mount", "--over", "/six", "--server", "2001:db8::15", "--replica", "2001:db8::14")
        run = self.tune(node, "--json")
        row = self.mount(run, "/six")
        self.assertEqual((row["current"], row["replicas"]), ("2001:db8::15", ["2001:db8::14"]))
        self.assertEqual(node.timing("/six"), WANTED)
        self.assertNotIn("2001:db8::15", [g["address"] for g in run.json["gateways"]])
        self.assert_quiet(node)

    def test_crossed_file_system_that_mount_does_not_list(self):
        node = self.node()
        # `mount` prints the rows of a node where the file system below /data/00001 was entered, not mounted.
        node.sim("add-mount", "--over", "/data", "--replica", "203.0.113.14")
        node.sim("add-mount", "--over", "/data/below", "--replica", "203.0.113.14")
        rows = [line for line in node.by_hand("mount").split("\n") if "/data/below" not in line]
        mount = node.root + "/usr/sbin/mount"
        import os
        if not os.path.lexists(mount):
            mount = node.root + "/etc/mount"
        places = [p for p in ("/usr/sbin/mount", "/usr/bin/mount", "/etc/mount") if os.path.lexists(node.root + p)]
        for place in places:
            os.unlink(node.root + place)
            node.write(place, "#!/bin/sh\ncat <<'EOF'\n" + "\n".join(rows) + "\nEOF\n", 0o755)
        run = self.tune(node, "--json", by_processes=True)
        self.assertEqual(node.timing("/data/below"), WANTED)
        self.assertEqual([c["path"] for c in run.json["crossed"]], ["/data/below"])
        self.assert_quiet(node, by_processes=True)

    def test_something_else_is_mounted_at_a_path_meanwhile(self):
        node = self.node()
        node.sim("add-mount", "--over", "/net/x", "--server", "203.0.113.15", "--remote", "/install/x", "--replica", "203.0.113.14")
        node.fault(["nfs4cl", "setfsoptions", "/usr", "timeo=1"], "slow", ms=1500)
        process = node.start()
        node.wait_for_call(["nfs4cl", "setfsoptions", "/usr", "timeo=1"], "unfinished")
        node.wait_for_call(["nfs4cl", "setfsoptions", "/net/x", "retrans=3"], "exit")
        node.sim("umount", "/net/x")
        node.sim("add-mount", "--over", "/net/x", "--server", "203.0.113.15", "--remote", "/install/y", "--replica", "203.0.113.14")
        self.expect(node.finish(process), 0, "changed")
        self.assertEqual(node.timing("/net/x"), WANTED)

    def test_no_nfs4_at_all(self):
        node = self.node("--mounts", 0)
        run = self.expect(node.run(), 0)
        self.assertEqual(run.verdict["failover"], "none")

    def test_pseudo_file_system_rows_are_not_tuned(self):
        node = self.node("--variant", "showfs-pseudo=yes")
        self.tune(node)
        self.assertNotIn("/", [c[2] for c in node.commands(changing=True) if c[0] == "nfs4cl"])
        self.assert_quiet(node)
