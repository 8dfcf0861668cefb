# SPDX-License-Identifier: Apache-2.0
"""The main job, seen from outside: tunes once, then has nothing to do; looking never changes anything."""
import json
import re

from scenario import WANTED, Scenario
from simnode import REPLICA, SERVER, STATELITE, USR

VERDICT = re.compile(r"HANFS tool=setupnfsv4replication node=\S+ version=\S+ status=(ok|changed|drift|fail|refused) "
                     r"changed=\d+ failed=\d+ warnings=\d+ failover=\S+( commands=\S+)?")


class FirstRun(Scenario):
    def test_tunes_everything_then_nothing_is_left_to_do(self):
        node = self.node()
        self.tune(node)
        for path in (USR, STATELITE):
            self.assertEqual(node.timing(path), WANTED)
        self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
        first = node.commands(changing=True)
        self.assertEqual(sorted(c[2:] for c in first if c[0] == "nfs4cl"),
                         sorted([path, option] for path in (USR, STATELITE) for option in ("timeo=1", "retrans=3")))
        for again in range(2):
            self.assert_quiet(node)
            observing = node.commands(changing=False)
            self.assertLessEqual(len(observing), 12, observing)
            self.assertEqual(len(observing), len(set(map(tuple, observing))), "the same question twice")

    def test_second_run_asks_no_more_than_once_per_fsid(self):
        counts = []
        for mounts in (2, 12):
            node = self.node("--mounts", mounts)
            self.tune(node)
            self.assert_quiet(node)
            counts.append(len(node.commands()))
        self.assertEqual(counts[1] - counts[0], 10)

    def test_existing_options_survive(self):
        node = self.node()
        before = node.options(USR)
        self.tune(node)
        self.assertEqual(node.options(USR), {**before, "timeo": "1", "retrans": "3"})

    def test_commands_are_started_as_the_house_rules_say(self):
        node = self.node()
        self.tune(node, by_processes=True, env={"ROOTPW": "secret", "LANG": "de_DE", "ODMDIR": "/elsewhere"})
        for call in node.calls():
            self.assertTrue(call["program"].startswith(node.root + "/"), call)
            self.assertTrue(call["own_group"], call)
            self.assertEqual(call["stdin"], "null", call)
            for word in ("LC_ALL=C", "NSORDER=local", "PATH=/usr/bin:/usr/sbin:/etc", "ODMDIR=/etc/objrepos"):
                self.assertIn(word, call["env"])
            self.assertNotIn("ROOTPW", call["env"])


class Looking(Scenario):
    def test_looking_changes_nothing_and_says_whether_all_is_as_wanted(self):
        node = self.node()
        before = node.state()
        for args in (["--dry-run"], ["--check"], ["--status"], ["--dry-run", "--json"], ["--check", "--json"],
                     ["--status", "--json"]):
            with self.subTest(args=args):
                run = node.run(*args)
                self.expect(run, 1, "drift")
                self.assert_untouched(node, before)
                self.assertEqual(node.journal(), [])
        self.expect(node.run("--reset", "--dry-run"), 0, "ok")  # hanfs has done nothing here
        self.tune(node)
        before = node.state()
        node.forget_calls()
        for mode in ("--dry-run", "--check", "--status"):
            with self.subTest(mode=mode, tuned=True):
                self.expect(node.run(mode), 0, "ok")
        self.assert_untouched(node, before)

    def test_dry_run_shows_the_commands_that_the_run_then_starts(self):
        node = self.node()
        plan = [step["argv"] for step in node.run("--dry-run", "--json").json["plan"]]
        node.forget_calls()
        self.tune(node)
        self.assertEqual(sorted([argv[0].rsplit("/", 1)[1], *argv[1:]] for argv in plan),
                         sorted(node.commands(changing=True)))


class Output(Scenario):
    def test_last_line_of_stdout_is_the_verdict(self):
        node = self.node()
        for args in (["--status"], ["--dry-run"], ["--check"], [], ["--reset", "--dry-run"], ["--reset"],
                     ["--timeo", "0"], ["--no-such-option"]):
            with self.subTest(args=args):
                run = node.run(*args)
                self.assertTrue(run.stdout.endswith("\n"))
                self.assertRegex(run.stdout.split("\n")[-2], "^" + VERDICT.pattern + "$")
                self.assertEqual(run.stdout.count("HANFS tool="), 1)

    def test_json_is_exactly_one_object_with_all_fields_of_the_design(self):
        node = self.node()
        for args in (["--status"], [], ["--check"], ["--reset"]):
            with self.subTest(args=args):
                run = node.run("--json", *args)
                found, end = json.JSONDecoder().raw_decode(run.stdout)
                self.assertEqual(run.stdout[end:].strip(), "")
                self.assertEqual(run.stdout.count("\n"), 1, "xdsh puts a name in front of every line")
                for key in ("tool", "version", "node", "mounts", "gateways", "tunables", "resolver", "plan",
                            "warnings", "errors", "result"):
                    self.assertIn(key, found)
                self.assertEqual([m["path"] for m in found["mounts"]], ["/", USR, STATELITE, "/mnt/mksysb"])
                for row in found["mounts"]:
                    self.assertLessEqual({"path", "vfs", "server", "remote", "fsid", "current", "replicas", "timeo",
                                          "retrans", "failover_seconds", "state"}, set(row))
                for row in found["gateways"]:
                    self.assertLessEqual({"address", "cost", "current_cost", "active_dgd", "live", "persistent",
                                          "state"}, set(row))
                for step in found["plan"]:
                    self.assertLessEqual({"id", "why", "argv"}, set(step))

    def test_json_has_an_object_also_when_refused_or_blind(self):
        node = self.node()
        run = node.run("--json", "--timeo", "x")
        self.expect(run, 2)
        self.assertTrue(run.json["errors"])
        node.fault("mount", "exit", status=1, text="broken")
        run = node.run("--json")
        self.expect(run, 3)
        self.assertTrue(run.json["errors"])

    def test_usage_error_with_json_is_one_object(self):
        run = self.node().run("--json", "--timeo", "0")
        self.expect(run, 2, "refused")
        self.assertIn("--timeo", run.json["errors"][0])
        self.assertEqual((run.json["mounts"], run.json["result"]["exit_status"]), ([], 2))

    def test_secrets_of_the_environment_are_never_printed(self):
        run = self.node().run("--verbose", env={"ROOTPW": "S3cretWord"})
        self.assertNotIn("S3cretWord", run.stdout + run.stderr)

    def test_version_help_and_self_test(self):
        node = self.node()
        for word in ("--version", "--help", "--self-test"):
            run = node.run(word, by_processes=True)
            self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.commands(), [])
