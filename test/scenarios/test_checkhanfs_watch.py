# SPDX-License-Identifier: Apache-2.0
"""checkhanfs watch on a simulated node: who served a path before and after. Stalls are for test/watch, on a real file
system that can be stopped."""
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

    def test_a_server_that_cannot_be_told_costs_nothing_else(self):
        node = Node()
        self.addCleanup(node.close)
        node.tool = "checkhanfs"
        node.fault("nfs4cl*", "hang")
        run = node.run("watch", USR, "--seconds", "1", "--command-deadline", "1", "--json", by_processes=True)
        self.assertEqual((run.rc, run.json["paths"][0]["server_before"]), (0, None), str(run))
        self.assertGreater(run.json["paths"][0]["reads"], 10)
