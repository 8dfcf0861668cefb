# SPDX-License-Identifier: Apache-2.0
"""What all scenario tests share."""
import unittest

from simnode import Node, is_changing

WANTED = (1, 3)


class Scenario(unittest.TestCase):
    maxDiff = 3000

    def node(self, *boot):
        node = Node(*boot)
        self.addCleanup(node.close)
        return node

    def expect(self, run, rc, status=None):
        self.assertEqual(run.rc, rc, str(run))
        if status is not None:
            self.assertEqual(run.verdict.get("status"), status, str(run))
        return run

    def tune(self, node, *args, **more):
        """A run that must succeed."""
        run = node.run(*args, **more)
        self.assertEqual(run.rc, 0, str(run))
        self.assertIn(run.verdict.get("status"), ("ok", "changed"), str(run))
        return run

    def assert_quiet(self, node, *args, **more):
        """A run of a node that is as wanted: status ok, and no command that could change anything."""
        before = node.state()
        node.forget_calls()
        run = node.run(*args, **more)
        self.assertEqual(run.rc, 0, str(run))
        self.assertEqual(run.verdict.get("status"), "ok", str(run))
        self.assertEqual(run.verdict.get("changed"), "0", str(run))
        self.assertEqual(node.commands(changing=True), [], str(run))
        self.assertEqual(node.state(), before)
        return run

    def assert_untouched(self, node, before):
        self.assertEqual([c for c in node.commands() if is_changing(c)], [])
        self.assertEqual(node.state(), before)

    def assert_refused(self, node, *args, says=(), **more):
        """Status 2, one line on stderr or an error in the table, nothing touched."""
        before = node.state()
        node.forget_calls()
        run = node.run(*args, **more)
        self.assertEqual(run.rc, 2, str(run))
        self.assertEqual(run.verdict.get("status"), "refused", str(run))
        for word in (says,) if isinstance(says, str) else says:
            self.assertIn(word, run.stdout + run.stderr)
        self.assert_untouched(node, before)
        return run

    def assert_left_out(self, node, *args, says=()):
        """A wish that this node cannot meet: an error and status 1, and all else is done."""
        run = node.run(*args)
        self.assertEqual(run.rc, 1, str(run))
        self.assertEqual(run.verdict.get("status"), "fail", str(run))
        for word in (says,) if isinstance(says, str) else says:
            self.assertIn(word, run.stdout)
        return run

    def mount(self, run, path):
        rows = [row for row in run.json["mounts"] if row["path"] == path]
        self.assertEqual(len(rows), 1, f"{path}: {run.json['mounts']}")
        return rows[0]
