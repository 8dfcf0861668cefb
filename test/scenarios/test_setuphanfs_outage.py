# SPDX-License-Identifier: Apache-2.0
"""setuphanfs --outage: NFS of one server is stopped for a drill, and comes back whatever happens."""
import time

from scenario import Scenario
from simserver import Server

STOP, START = ["stopsrc", "-g", "nfs"], ["startsrc", "-g", "nfs"]


class Outage(Scenario):
    def server(self, exports="right", *boot):
        server = Server(exports, *boot)
        self.addCleanup(server.close)
        server.sim("harm", "begin")
        server.sim("harm", "allow", "interrupted")  # that is what it is for
        return server

    def serves(self, server):
        active = {row.split()[0] for row in server.by_hand("lssrc", "-g", "nfs").splitlines() if row.endswith("active")
                  and not row.endswith("inoperative")}
        return {"nfsd", "rpc.mountd", "nfsrgyd"} <= active and "/install" in server.exports()

    def assert_harmless(self, server):
        server.sim("harm")  # status 1 where there is any

    def test_stopped_and_started_again(self):
        server = self.server()
        before = server.exports()
        run = server.setup("--outage", 30, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"], run.verdict["state"]), (0, "changed", "replicated"), str(run))
        self.assertEqual(server.commands(changing=True), [STOP, START])
        self.assertGreaterEqual(run.seconds, 30)
        self.assertLess(run.seconds, 50)
        self.assertIn("a stopped NFS refuses at once, a dead server is silent", run.stdout)
        self.assertTrue(self.serves(server))
        self.assertEqual(server.exports(), before)
        self.assert_harmless(server)

    def test_nothing_without_leave(self):
        server = self.server()
        for words in ((), ("--dry-run", "--disruptive"), ("--check", "--disruptive")):
            run = server.setup("--outage", 30, *words)
            self.assertEqual((run.rc, run.verdict["status"]), (1, "drift"), str(run))
            self.assertIn("NFS would be stopped here for 30 s", run.stdout)
        self.assertEqual(server.commands(changing=True), [])

    def test_nothing_without_a_partner(self):
        server = self.server()
        server.sim("fail", "203.0.113.14")
        run = server.setup("--outage", 30, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("no other server was seen serving", run.stdout)
        self.assertEqual(server.commands(changing=True), [])

    def test_a_partner_that_dies_while_it_waits(self):
        server = self.server()
        run = server.setup("--outage", 30, "--lead", 10, "--disruptive",
                           during=[(["lssrc", "-g", "nfs"], "aixsim fail 203.0.113.14 --quiet")])
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertEqual(server.commands(changing=True), [])

    def test_it_ends_when_the_last_partner_dies(self):
        server = self.server()
        run = server.setup("--outage", 500, "--disruptive", during=[(STOP, "aixsim fail 203.0.113.14 --quiet")])
        self.assertEqual((run.rc, run.verdict["status"], run.verdict["state"]), (1, "fail", "replicated"), str(run))
        self.assertLess(run.seconds, 30)
        self.assertIn("as no other server served any more: 203.0.113.14", run.stdout)
        self.assertTrue(self.serves(server), str(run))

    def test_a_stop_that_stops_nothing_is_no_outage(self):
        server = self.server()
        server.fault(STOP, "unchanged-but-exit0")
        run = server.setup("--outage", 4, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("there was no outage: NFS runs on", run.stdout)
        self.assertNotIn("NFS was stopped here", run.stdout)

    def test_what_could_not_be_stopped_is_no_outage(self):
        server = self.server()
        server.fault(STOP, "exit")
        run = server.setup("--outage", 30, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("there was no outage: NFS runs on", run.stdout)
        self.assertNotIn("NFS was stopped here", run.stdout)
        self.assertLess(run.seconds, 30)
        self.assertTrue(self.serves(server))

    def test_nothing_on_a_server_that_is_not_set_up(self):
        server = self.server("plain")
        run = server.setup("--outage", 30, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertEqual(server.commands(changing=True), [])

    def test_killed_meanwhile_nfs_comes_back_by_itself(self):
        server = self.server()
        server.variant(stop_delay="at-once")
        server.setup("--outage", 30, "--disruptive", during=[(STOP, "kill")])
        self.assertEqual(server.commands(changing=True), [STOP, START])
        self.assertTrue(self.serves(server))

    def test_a_signal_ends_it_early(self):
        server = self.server()
        run = server.setup("--outage", 500, "--disruptive", during=[(STOP, "term")])
        self.assertLess(run.seconds, 60)
        self.assertEqual(server.commands(changing=True), [STOP, START])
        self.assertTrue(self.serves(server), str(run))

    def test_daemons_that_take_their_time(self):
        for delay in ("looks5", "ms1500", "at-once"):
            server = self.server()
            server.variant(stop_delay=delay)
            run = server.setup("--outage", 5, "--disruptive")
            self.assertEqual(run.verdict["state"], "replicated", str(run))
            self.assertTrue(self.serves(server))

    def test_a_start_that_fails_is_tried_again(self):
        server = self.server()
        server.fault(START, "exit", nth=1)
        run = server.setup("--outage", 5, "--disruptive")
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(server.commands(changing=True), [STOP, START, START])
        self.assertTrue(self.serves(server))

    def test_a_start_that_never_works_is_told(self):
        server = self.server()
        server.fault(START, "exit")
        run = server.setup("--outage", 5, "--disruptive")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "fail"), str(run))
        self.assertIn("NFS does not come back", run.stdout)

    def test_exports_that_a_stop_drops_come_back(self):
        server = self.server()
        server.variant(restart_exports="dropped")
        before = server.exports()
        run = server.setup("--outage", 5, "--disruptive")
        self.assertEqual(server.exports(), before, str(run))
        self.assertEqual(run.verdict["state"], "replicated", str(run))

    def dropping_server(self):
        """A stop drops its exports, which are not only ours."""
        return self.server("right", "--export", "/var -rw,root=cn017", "--export", "/home -vers=4,rw", "--variant",
                           "restart-exports=dropped")

    def test_exports_that_a_killed_outage_drops_come_back(self):
        server = self.dropping_server()
        before = server.exports()
        server.setup("--outage", 30, "--disruptive", during=[(STOP, "kill")])
        self.assertEqual(server.exports(), {})
        run = server.setup("--outage", 30, "--disruptive")
        self.assertIn("still down since the earlier run; cure: startsrc -s nfsd, or --forget", run.stdout)
        self.assertEqual((run.rc, run.verdict["state"]), (1, "unsettled"), str(run))
        self.assertEqual(server.run("--end-outage").rc, 0)
        server.forget_calls()
        run = server.setup("--outage", 30, "--disruptive")  # not while anything is owed
        self.assertEqual((run.rc, run.verdict["status"], server.exports()), (1, "refused", before), str(run))
        self.assertEqual(server.commands(changing=True)[0], ["exportfs", "/install"])  # the nodes come first
        self.assertNotIn("earlier run", server.setup().stdout)

    def test_after_a_killed_outage_the_usual_run_brings_all_back(self):
        server = self.dropping_server()
        before = server.exports()
        server.setup("--outage", 30, "--disruptive", during=[(STOP, "kill")])
        server.run("--end-outage")
        server.forget_calls()
        run = server.setup()
        self.assertEqual((run.rc, run.verdict["state"], server.exports()), (0, "replicated", before), str(run))
        self.assertEqual(server.commands(changing=True)[0], ["exportfs", "/install"])
        self.assertNotIn("earlier run", server.setup().stdout)

    def test_exports_come_back_also_where_daemons_cannot_be_seen(self):
        server = self.dropping_server()
        before = server.exports()
        server.fault("lssrc*", "exit", **{"from": 2})
        run = server.setup("--outage", 5, "--disruptive")
        self.assertEqual((run.rc, server.exports()), (1, before), str(run))

    def test_what_does_not_come_back_after_an_outage_is_named(self):
        server = self.dropping_server()
        for glob in ("exportfs /install", "exportfs -i * /install"):
            server.fault(glob, "exit")
        server.fault("lssrc*", "exit", **{"from": 2})
        run = server.setup("--outage", 5, "--disruptive")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("not as before: it was exported before; cure: exportfs /install\n", run.stdout)

    def test_dropped_exports_are_no_failure_when_a_signal_ends_it(self):
        server = self.dropping_server()
        before = server.exports()
        run = server.setup("--outage", 60, "--disruptive", during=[(STOP, "term")])
        self.assertEqual((run.rc, run.verdict["status"], run.verdict["failed"]), (0, "changed", "0"), str(run))
        self.assertEqual(server.exports(), before)
        self.assertIn("note: brought back after the outage: exportfs /home", run.stdout)

    def test_dropped_exports_that_take_their_time_are_no_failure(self):
        for kind, more in (("slow", {"ms": 25000}), ("hang", {})):
            server = self.dropping_server()
            before = server.exports()
            server.fault("exportfs /var", kind, **more)
            run = server.setup("--outage", 5, "--disruptive")
            self.assertEqual((run.rc, run.verdict["status"], run.verdict["failed"]), (0, "changed", "0"), str(run))
            self.assertEqual(server.exports(), before)

    def test_real_processes_the_promise_outlives_the_run(self):
        server = self.server()
        process = server.start("--replica", "203.0.113.15", "203.0.113.14", "--nfs-domain", "cluster.example.com",
                               "--outage", "1", "--disruptive")
        server.wait_for_call(STOP, outcome="exit")
        server.finish(process)
        self.assertTrue(self.serves(server))

    def test_real_processes_a_run_that_is_killed_keeps_its_seconds(self):
        server = self.server()
        process = server.start("--replica", "203.0.113.15", "203.0.113.14", "--nfs-domain", "cluster.example.com",
                               "--outage", "4", "--disruptive")
        server.wait_for_call(STOP, outcome="exit")
        begin = time.monotonic()
        process.kill()
        server.finish(process)
        server.wait_for_call(START, outcome="exit")
        self.assertTrue(2 < time.monotonic() - begin < 15, "NFS has to come back after the seconds that were asked for")
        server.wait_until(lambda: self.serves(server))
        self.assertEqual(server.commands(changing=True), [STOP, START])

    def test_real_processes_told_to_end_it_ends(self):
        server = self.server()
        process = server.start("--replica", "203.0.113.15", "203.0.113.14", "--nfs-domain", "cluster.example.com",
                               "--outage", "600", "--disruptive")
        server.wait_for_call(STOP, outcome="exit")
        told = server.run("--end-outage", by_processes=True)
        self.assertEqual((told.rc, told.verdict["status"]), (0, "changed"), str(told))
        run = server.finish(process)
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
        self.assertIn(", until --end-outage came", run.stdout)
        self.assertTrue(self.serves(server))
        self.assertEqual(server.commands(changing=True), [STOP, START])

    def test_real_processes_a_signal_before_it_is_no_dead_partner(self):
        server = self.server()
        process = server.start("--replica", "203.0.113.15", "203.0.113.14", "--nfs-domain", "cluster.example.com",
                               "--outage", "5", "--lead", "30", "--disruptive")
        server.wait_until(lambda: any("rpcinfo" in call["argv"][0] for call in server.calls()))
        time.sleep(0.5)
        process.terminate()
        run = server.finish(process)
        self.assertEqual((run.rc, run.verdict["status"]), (3, "fail"), str(run))
        self.assertIn("stopped by a signal before NFS was stopped; nothing was touched", run.stdout)
        self.assertNotIn("no other server", run.stdout)
        self.assertEqual(server.commands(changing=True), [])

    def test_where_no_outage_is_under_way_nothing_ends(self):
        server = self.server()
        run = server.run("--end-outage")
        self.assertEqual((run.rc, run.verdict["status"]), (1, "refused"), str(run))
        self.assertIn("no outage is under way here", run.stdout)
        self.assertEqual(server.commands(), [])

    def test_a_sign_of_an_earlier_outage_does_not_end_this_one(self):
        server = self.server()
        server.write("/etc/hanfs/end-outage", "")
        run = server.setup("--outage", 30, "--disruptive")
        self.assertEqual(run.rc, 0, str(run))
        self.assertGreaterEqual(run.seconds, 30)
        self.assertNotIn("--end-outage", run.stdout)

    def test_usage(self):
        server = self.server()
        for words in (("--outage", 0), ("--outage", 601), ("--lead", 3), ("--outage", 3, "--reset"),
                      ("--outage", 3, "--end-outage"), ("--end-outage", "--check"), ("--end-outage", "--reset"),
                      ("--outage", 3, "--alone", "--disruptive")):
            run = server.setup(*words)
            self.assertEqual(run.rc, 2, str(run))
