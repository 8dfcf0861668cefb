# SPDX-License-Identifier: Apache-2.0
"""checkhanfs watch on a simulated node: who served a path before and after. Stalls are for test/watch, on a real file
system that can be stopped."""
import time

from scenario import Scenario
from simnode import REPLICA, SERVER, USR, Node


class WatchedNode(Scenario):
    def test_who_serves_before_and_after(self):
        node = Node()
        self.addCleanup(node.close)
        node.tool = "checkhanfs"
        process = node.start("watch", USR, "--seconds", "3", "--json")
        node.wait_for_call(["nfs4cl", "showfs", USR], outcome="exit")
        node.sim("fail", SERVER)
        run = node.finish(process)
        watched = run.json["paths"][0]
        self.assertEqual((run.rc, watched["server_before"], watched["server_after"]), (0, SERVER, REPLICA), str(run))
        self.assertTrue(watched["moved"])

    def test_it_ends_when_no_path_comes_from_a_server_any_more(self):
        node = Node()
        self.addCleanup(node.close)
        node.tool = "checkhanfs"
        process = node.start("watch", USR, "--seconds", "60", "--until-left", SERVER, "--json")
        limit = time.monotonic() + 30
        while node.commands().count(["nfs4cl", "showfs", USR]) < 2 and time.monotonic() < limit:
            time.sleep(0.05)  # one at the beginning, then one each second
        self.assertIsNone(process.poll())
        node.sim("fail", SERVER)
        run = node.finish(process)
        watched = run.json["paths"][0]
        self.assertEqual((run.rc, watched["server_before"], watched["server_after"]), (0, SERVER, REPLICA), str(run))
        self.assertLess(run.json["seconds"], 40)

    def test_whose_server_is_not_known_has_not_left_it(self):
        node = Node()
        self.addCleanup(node.close)
        node.tool = "checkhanfs"
        node.fault("nfs4cl*", "exit")
        run = node.run("watch", USR, "--seconds", "3", "--until-left", SERVER, "--json", by_processes=True)
        self.assertGreaterEqual(run.json["seconds"], 3)
        self.assertEqual(node.run("watch", USR, "--until-left", "somewhere").rc, 3)

    def test_a_server_that_cannot_be_told_costs_nothing_else(self):
        node = Node()
        self.addCleanup(node.close)
        node.tool = "checkhanfs"
        node.fault("nfs4cl*", "hang")
        run = node.run("watch", USR, "--seconds", "1", "--command-deadline", "1", "--json", by_processes=True)
        self.assertEqual((run.rc, run.json["paths"][0]["server_before"]), (0, None), str(run))
        self.assertGreater(run.json["paths"][0]["reads"], 10)
