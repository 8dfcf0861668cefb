# SPDX-License-Identifier: Apache-2.0
"""Killed at every step, stopped by a signal, two at once."""
import concurrent.futures
import signal
import threading
import time

from scenario import WANTED, Scenario
from simnode import STATELITE, USR, defaults_over_time

DISKLESS = ((), ("--dgd-ping-time", "3", "--hosts-first"))
STANDALONE = (("--standalone",), ("--persist", "--dgd", "both"))


class Killed(Scenario):
    """SIGKILL while a changing command runs, before it has (hang) or after it has (partial-then-hang) done its work."""
    waits = True

    def prepared(self, boot):
        node = self.node(*boot)
        node.write("/etc/netsvc.conf", "hosts = bind, local\n")
        return node

    def steps(self, boot, args):
        node = self.prepared(boot)
        before = node.state()
        self.tune(node, *args)
        return before, node.state(), node.commands(changing=True)

    def kill_at(self, boot, args, step, kind, then):
        node = self.prepared(boot)
        gateways = [g for g, _, _ in node.defaults()]
        node.fault(step, kind, nth=1, seconds=3)
        node.run_killed_at(step, *args)
        self.assertGreaterEqual(min(defaults_over_time(gateways, node.calls())), 1)
        begun = [entry["argv"][1:] for entry in node.journal() if entry.get("event") == "begin" and entry.get("argv")]
        self.assertIn(list(step[1:]), begun, "a command ran that the journal does not know")
        node.clear_faults()
        return then(node)

    def each(self, boot, args, then):
        before, wanted, steps = self.steps(boot, args)
        self.assertTrue(steps)
        def one(place):
            step, kind = place
            try:
                self.kill_at(boot, args, step, kind, lambda node: then(node, args, before, wanted))
            except AssertionError as error:
                return f"killed at {' '.join(step)} ({kind}): {error}"

        places = [(step, kind) for step in steps for kind in ("hang", "partial-then-hang")]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            problems = [text for text in pool.map(one, places) if text]
        self.assertFalse(problems, "\n\n".join(problems))

    def converges(self, node, args, before, wanted):
        self.tune(node, *args)
        self.assertEqual(node.state(), wanted)
        self.assert_quiet(node, *args)

    def resets(self, node, args, before, wanted):
        run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        if "--persist" in args:  # an empty nextboot stanza is as good as none
            self.assertEqual(node.state().split("nextboot:")[0].split("netsvc.conf:")[0],
                             before.split("nextboot:")[0].split("netsvc.conf:")[0])
        else:
            self.assertEqual(node.state(), before, str(run))
        self.assert_quiet(node, "--reset")

    def test_then_a_run_converges_diskless(self):
        self.each(*DISKLESS, self.converges)

    def test_then_a_run_converges_standalone(self):
        self.each(*STANDALONE, self.converges)

    def test_then_reset_goes_back_diskless(self):
        self.each(*DISKLESS, self.resets)

    def each_second_run(self, then):
        """Killed at each of its steps, after a run with other settings that went well."""
        for first, second in (((), ("--timeo", 5)), ((), ("--dgd", "off")),
                              (("--timeo", 5), ("--dgd", "passive", "--dgd-ping-time", 3)),
                              (("--dgd", "passive"), ("--dgd", "both"))):
            node = self.node()
            before = node.state()
            self.tune(node, *first)
            node.forget_calls()
            self.tune(node, *second)
            for step in node.commands(changing=True):
                for kind in ("hang", "partial-then-hang"):
                    with self.subTest(first=first, second=second, step=step, kind=kind):
                        killed = self.node()
                        self.tune(killed, *first)
                        killed.fault(step, kind, nth=1, seconds=3)
                        killed.run_killed_at(step, *second)
                        killed.clear_faults()
                        then(killed, second, before, node.state())

    def test_a_second_run_then_a_run_converges(self):
        self.each_second_run(self.converges)

    def test_a_second_run_then_reset_goes_back_to_before_the_first(self):
        self.each_second_run(self.goes_back)

    def goes_back(self, node, args, before, wanted):
        run = node.run("--reset")
        if run.rc == 1:  # one of two gateways is away, so the other cannot be made anew; and how to go on is said
            self.assertIn("cure: it is the only one, so first another one (run this without --reset, where the settings want one", run.stdout)
            node.run()
            run = node.run("--reset")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.state(), before, str(run))
        self.assert_quiet(node, "--reset")

    def test_then_reset_goes_back_standalone(self):
        self.each(*STANDALONE, self.resets)

    for _test in (test_then_a_run_converges_diskless, test_then_a_run_converges_standalone,
                  test_then_reset_goes_back_diskless, test_then_reset_goes_back_standalone):
        _test.weight = 9

    def left_at_work(self, kind, **keys):
        """A run is killed while a command of it works on."""
        node = self.prepared(())
        before = node.state()
        step = ["no", "-o", "dgd_ping_time=3"]
        node.fault(step, kind, nth=1, **keys)
        process = node.start(*DISKLESS[1])
        node.wait_for_call(step, "" if kind == "hang" else "unfinished")
        process.kill()
        process.communicate()
        node.clear_faults()
        return node, before, step

    def test_what_a_killed_run_left_at_work_is_waited_for(self):
        """Else it would change the node after the next run has looked."""
        node, before, step = self.left_at_work("slow", ms=1500)
        self.tune(node, "--reset", by_processes=True)
        node.wait_for_call(step, "exit 0 fault=slow")  # also where the run did not wait for it
        self.assertEqual(node.state(), before)
        self.assert_quiet(node, "--reset")

    def test_what_never_ends_is_not_waited_for_for_ever(self):
        node, _, _ = self.left_at_work("hang", seconds=20)
        run = self.tune(node, *DISKLESS[1], "--command-deadline", "4", by_processes=True)
        self.assertIn("a command of an earlier run that was killed is still at work", run.stdout)
        # This one ended.
        self.assertNotIn("still at work", self.tune(node, *DISKLESS[1], by_processes=True).stdout)

    def test_killed_at_any_moment(self):
        """Between the steps too: after a random time, several times, then a run."""
        _, wanted, _ = self.steps(*DISKLESS)
        node = self.prepared(DISKLESS[0])
        node.sim("delay", 4)
        for i in range(12):
            process = node.start(*DISKLESS[1])
            time.sleep(0.012 * (i + 1))
            process.kill()
            process.communicate()
            self.assertGreaterEqual(len(node.defaults()), 1)
            time.sleep(0.05)  # a command that was under way ends
        self.tune(node, *DISKLESS[1])
        self.assertEqual(node.state(), wanted)
        self.assert_quiet(node, *DISKLESS[1])

    def test_reset_killed_at_every_step(self):
        before, wanted, _ = self.steps(*DISKLESS)
        node = self.prepared(DISKLESS[0])
        self.tune(node, *DISKLESS[1])
        node.forget_calls()
        self.assertEqual(node.run("--reset").rc, 0)
        for step in node.commands(changing=True):
            for kind in ("hang", "partial-then-hang"):
                with self.subTest(step=" ".join(step), kind=kind):
                    node = self.prepared(DISKLESS[0])
                    self.tune(node, *DISKLESS[1])
                    node.forget_calls()
                    node.fault(step, kind, nth=1, seconds=3)
                    node.run_killed_at(step, "--reset")
                    self.assertGreaterEqual(len(node.defaults()), 1)
                    node.clear_faults()
                    run = node.run("--reset")
                    self.assertEqual(run.rc, 0, str(run))
                    self.assertEqual(node.state(), before, str(run))


class Signalled(Scenario):
    waits = True

    def test_sigterm_ends_cleanly(self):
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            with self.subTest(signal=name):
                node = self.node()
                step = ["nfs4cl", "setfsoptions", USR, "timeo=1"]
                node.fault(step, "hang", nth=1, seconds=60)
                process = node.start("--deadline", 60)
                node.wait_for_call(step)
                started = time.monotonic()
                process.send_signal(getattr(signal, name))
                run = node.finish(process, timeout=40)
                self.assertLess(time.monotonic() - started, 20)
                self.expect(run, 1, "fail")
                self.assertTrue(node.journal())
                # Other lanes were at work meanwhile; in this one nothing follows.
                self.assertNotIn(["nfs4cl", "setfsoptions", USR, "retrans=3"], node.commands(changing=True))
                node.clear_faults()
                self.tune(node)
                self.assert_quiet(node)

    def test_sigterm_while_chdev_hangs(self):
        """It is never killed, but not waited for to the end either; what was done before is not called lost."""
        node = self.node("--standalone")
        node.fault("chdev *", "slow", nth=1, ms=12000)
        process = node.start("--persist", "--command-deadline", 4)
        limit = time.monotonic() + 30
        while not any(call["argv"][0] == "chdev" for call in node.calls()) and time.monotonic() < limit:
            time.sleep(0.02)
        process.terminate()
        run = self.expect(node.finish(process), 1, "fail")
        self.assertIn("error: still at work, and what it changes comes after this run: chdev ", run.stdout)
        self.assertIn("skipped: not started: stopped by a signal", run.stdout)
        self.assertNotIn("skipped: \n", run.stdout)
        self.assertNotIn("the change is not there when read back", run.stdout)
        self.assertIn("chdev", run.verdict["commands"])
        self.tune(node, "--persist", by_processes=True)  # waits for it
        self.assert_quiet(node, "--persist")

    def assert_put_back(self, node, step, run):
        gateway = step[-1]
        self.assertIn(step, node.commands(changing=True), "the gateway was not taken away: the test is void")
        self.assertIn(gateway, [address for address, _, _ in node.defaults()], str(run))
        self.assertIn("a gateway was away, so all the same: default gateway " + gateway, run.stdout)

    def test_sigterm_between_deleting_and_adding_a_gateway(self):
        """The command itself is under way, or the look at what it and the addition did."""
        step = ["route", "-n", "delete", "0", "203.0.113.15"]
        for args in ((), ("--reset",)):
            for glob, kind, keys in ((step, "partial-then-hang", {"seconds": 60}), (step, "hang", {"seconds": 60}),
                                     ("netstat -rn -f inet", "hang", {"seconds": 60, "from": 3})):
                with self.subTest(args=args, kind=kind, command=glob):
                    node = self.node()
                    if args:
                        self.tune(node)
                    before = node.defaults()
                    node.forget_calls()
                    node.fault(glob, kind, **keys)
                    run = node.run("--deadline", 60, "--command-deadline", 4, *args, during=[(step, "term")])
                    self.expect(run, 1, "fail")
                    if kind == "hang" and glob == step:  # it was ended before it did anything
                        self.assertIn(before[0], node.defaults(), str(run))
                    elif glob != step:  # nothing is looked at before the addition has run too, and netstat -C may tell
                        self.assertIn(step[-1], [address for address, _, _ in node.defaults()], str(run))
                    else:
                        self.assert_put_back(node, step, run)
                    node.clear_faults()
                    self.tune(node, *args)
                    self.assert_quiet(node, *args)

    def test_deadline_between_deleting_and_adding_a_gateway(self):
        """A command that hangs costs a quarter of the run, and after three quarters nothing more is started: the look at
        the beginning, the addition of the first gateway, the look after it, the deletion of the second."""
        node = self.node()
        node.fault("netstat -rnC -f inet", "slow", ms=3000)
        node.fault("route -n add 0 203.0.113.14 *", "slow", ms=2800)
        node.fault(["route", "-n", "delete", "0", "203.0.113.15"], "partial-then-hang", seconds=60)
        run = self.expect(node.run("--deadline", 16), 1, "fail")
        self.assert_put_back(node, ["route", "-n", "delete", "0", "203.0.113.15"], run)
        self.assertRegex(run.stdout, r"the whole run has come \(16 s; longest: netstat -rnC -f inet, \d+\.\d\d s in \d calls\)")
        node.clear_faults()
        self.tune(node)
        self.assert_quiet(node)

    def test_sigterm_before_anything_was_changed(self):
        node = self.node()
        node.fault("nfs4cl showfs", "hang", nth=1, seconds=60)
        before = node.state()
        process = node.start("--deadline", 60)
        node.wait_for_call(["nfs4cl", "showfs"])
        process.terminate()
        run = node.finish(process, timeout=40)
        self.assertIn(run.rc, (1, 3), str(run))
        self.assertEqual(run.verdict["status"], "fail")
        self.assert_untouched(node, before)

    def test_no_child_is_left_behind(self):
        node = self.node()
        node.fault("nfs4cl showfs /usr", "ignore-term", seconds=60)
        run = node.run("--deadline", 20, by_processes=True)
        self.assertIn("nfs4cl", run.verdict["commands"])
        import os
        left = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    if node.root.encode() in file.read():
                        left.append(pid)
            except OSError:
                pass
        self.assertEqual(left, [])


class SideBySide(Scenario):
    def test_two_runs_at_once(self):
        node = self.node()
        step = ["nfs4cl", "setfsoptions", USR, "timeo=1"]
        node.fault(step, "slow", ms=1500)
        first = node.start()
        limit = time.monotonic() + 20
        while "setfsoptions" not in str(node.commands()) and time.monotonic() < limit:
            time.sleep(0.02)
        second = node.run("--json")
        self.assertEqual(second.rc, 75, str(second))
        self.assertEqual(second.verdict["status"], "refused")
        # It has not looked, so it says nothing of what is there.
        self.assertEqual([second.json[part] for part in ("mounts", "gateways", "resolver")], [[], [], None])
        self.assertNotIn("Names:", node.run().stdout)
        # Looking is allowed meanwhile.
        self.assertIn(node.run("--status").rc, (0, 1))
        run = node.finish(first)
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(node.timing(USR), WANTED)
        self.assert_quiet(node)

    def test_ten_at_once(self):
        node = self.node()
        node.sim("delay", 30)
        processes = [node.start() for _ in range(10)]
        runs = [None] * 10

        def finish(i):
            runs[i] = node.finish(processes[i])
        threads = [threading.Thread(target=finish, args=(i,)) for i in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        results = sorted(run.rc for run in runs)
        self.assertEqual(results[0], 0, results)
        self.assertLessEqual(set(results), {0, 75})
        self.assertIn(75, results)
        changing = node.commands(changing=True)
        self.assertEqual(len(changing), len(set(map(tuple, changing))), "a change was made twice")
        node.sim("delay", 0)
        self.assertEqual([node.timing(USR), node.timing(STATELITE)], [WANTED, WANTED])
        self.assert_quiet(node)

    def test_lock_of_a_killed_run_does_not_stay(self):
        node = self.node()
        node.fault("nfs4cl setfsoptions*", "hang", nth=1, seconds=2)
        process = node.start()
        limit = time.monotonic() + 20
        while "setfsoptions" not in str(node.commands()) and time.monotonic() < limit:
            time.sleep(0.02)
        process.kill()
        process.communicate()
        node.clear_faults()
        self.tune(node)  # although the hanging child was there when it began
