# SPDX-License-Identifier: Apache-2.0
"""The commands of README.md, section "On the management node", typed on a simulated one in their order."""
import os
import re
import unittest

from simmanager import POSTSCRIPTS, Manager

README = os.path.join(os.path.dirname(POSTSCRIPTS), "README.md")


def commands():
    with open(README) as file:
        section = file.read().split("## On the management node", 1)[1].split("\n## ", 1)[0]
    lines = [line[4:] for line in section.split("1. Do what", 1)[0].splitlines() if line.startswith("    ")]
    return [re.split(r"\s{2,}#", line)[0].rstrip() for line in lines]


class Readme(unittest.TestCase):
    maxDiff = 3000

    def test_from_nothing_to_a_cluster_that_fails_over(self):
        cluster = Manager("two-domains.txt")  # exported, but without replicas
        self.addCleanup(cluster.close)
        page = cluster.mn + "/root/status.html"
        os.makedirs(cluster.mn + "/root")
        cluster.install_package()
        lines = commands()
        self.assertGreater(len(lines), 8)
        runs = {}
        for line in lines:
            runs[line] = cluster.on_manager(line)
        told = "\n".join(f"$ {line}\n{out[-600:]}" for line, out in runs.items())
        self.assertEqual(runs["updatenode compute -P setupnfsv4replication | grep HANFS"].count("status=changed"), 15, told)
        for server in ("asn01", "asn02", "asn03", "asn04", "asn05"):
            with open(f"{cluster.mn}/root/runbook-{server}.md") as file:
                self.assertIn(f"# Runbook: {server} is down", file.read(), told)
        with open(page) as file:
            self.assertIn('<div id="picture"', file.read())
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"}, told)
        # The point of it all: any one server of a domain may die, and nobody hangs.
        for server in ("asn02", "asn04"):
            cluster.sim(server, "down", "--quiet")
            self.assertEqual({state for _, state in cluster.truth().values()}, {"up"}, f"{server} died\n{told}")
            self.assertNotIn(server, {now for now, _ in cluster.truth().values()})
