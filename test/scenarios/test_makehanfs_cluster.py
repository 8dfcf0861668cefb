# SPDX-License-Identifier: Apache-2.0
"""A new administrator and makehanfs, from live tables to nodes that are home again: three domains, five servers, sixty
nodes of test/aixsim/clusters/three-domains.txt, over the real pdsh and clush and the simulated xdsh."""
import os
import tempfile

from scenario import Scenario
from simcluster import Cluster, NODE_COMMAND, SERVER_COMMAND, TOOLS, engines_here, nodes, results, states

# Half of domain A is enough for most steps; one status asks all sixty.
RANGE = "rack01"
DOMAIN_A = nodes(*range(1, 13))
ON_ASN01 = nodes(1, 3, 5, 7, 9, 11)
DOMAIN_C = nodes(*range(49, 61))


class WholeCluster(Scenario):
    def test_from_tables_to_a_failover_and_home_again(self):
        cluster = Cluster("three-domains.txt", "--exports", "none")
        self.addCleanup(cluster.close)
        engines = engines_here()
        first, last = engines[0], engines[-1]

        # Live tables and dumps of them are the same cluster.
        dumps = tempfile.mkdtemp(dir=cluster.root)
        tables = [name[:-4] for name in os.listdir(cluster.mn + "/etc/xcat") if name.endswith(".csv")]
        for table in tables:
            with open(f"{dumps}/{table}.csv", "w") as file:
                file.write(cluster.by_hand(f"tabdump {table}"))
        live = cluster.makehanfs("plan", RANGE, "--json", *TOOLS)
        dumped = cluster.makehanfs("plan", RANGE, "--json", "--tables", dumps, *TOOLS)
        for part in ("plan", "domains", "servers"):
            if part in live.json:
                self.assertEqual(live.json[part], dumped.json[part])

        # Nothing is exported, so nothing runs: everybody is silent, which is told and is not fine.
        before = self.expect(cluster.status(RANGE, "--engine", last, "--json"), 1, "fail")
        self.assertEqual(states(before), {"silent": DOMAIN_A})

        # The servers, by each engine in turn where that changes nothing any more.
        cluster.forget_calls("asn01", "asn02")
        dry = self.expect(cluster.apply(RANGE, "--engine", first, "--dry-run"), 1, "drift")
        self.assertIn(", server 1 of 2", dry.stdout)
        self.assertEqual(cluster.commands("asn01") + cluster.commands("asn02"), [])
        servers = cluster.apply(RANGE, "--engine", first, "--json")
        self.assertEqual(servers.rc, 1, str(servers))  # the nodes wait for them, LED 611
        self.assertEqual([results(servers)[name] for name in ("asn01", "asn02")], ["changed", "changed"], str(servers))
        self.assertEqual({results(servers)[name] for name in DOMAIN_A}, {"no-answer"})
        cluster.boot(*DOMAIN_A)

        untuned = self.expect(cluster.status(RANGE, "--engine", last, "--json"), 1, "drift")
        self.assertEqual(states(untuned), {"untuned": DOMAIN_A})
        self.assertEqual(untuned.json["tune"], "updatenode 'cn[001-012]' -P setupnfsv4replication")

        tuned = self.expect(cluster.apply(RANGE, "--engine", first, "--resume", "--json"), 0, "changed")
        self.assertEqual({results(tuned)[name] for name in DOMAIN_A}, {"changed"})
        self.assertEqual(results(tuned)["asn01"], "done-before")
        for engine in engines:
            again = self.expect(cluster.apply(RANGE, "--engine", engine, "--check", "--json"), 0, "ok")
            self.assertEqual(set(results(again).values()), {"ok"})
        fine = self.expect(cluster.status(RANGE, "--engine", first, "--json"), 0, "ok")
        self.assertEqual(states(fine), {"primary": DOMAIN_A})

        # All nodes of the tables: those without a partner are told of. None of them is booted yet.
        everybody = self.expect(cluster.status("compute", "--engine", last, "--json"), 1, "fail")
        self.assertEqual(states(everybody)["primary"], DOMAIN_A)
        self.assertLessEqual(DOMAIN_C, states(everybody)["silent"])

        # A server dies.
        cluster.sim("asn01", "down", "--quiet")
        for engine in engines:
            moved = self.expect(cluster.status(RANGE, "--engine", engine, "--json"), 1, "drift")
            self.assertEqual(states(moved), {"backup": ON_ASN01, "primary": DOMAIN_A - ON_ASN01})
            self.assertEqual({node["server"] for node in moved.json["nodes"]}, {"asn02"})
            self.assertEqual({node for node, (now, _) in cluster.truth().items() if now == "asn02"}, DOMAIN_A)
            balance = {server["server"]: server for server in moved.json["servers"]}
            self.assertEqual((balance["asn01"]["nodes_primary"], balance["asn01"]["nodes_now"]), (6, 0))
            self.assertEqual((balance["asn02"]["nodes_primary"], balance["asn02"]["nodes_now"]), (6, 12))
            self.assertEqual(set(balance["asn01"]["nodes_away"]), ON_ASN01)
            self.assertEqual(set(balance["asn02"]["nodes_of_others"]), ON_ASN01)
        text = self.expect(cluster.status(RANGE, "--engine", last), 1, "drift").stdout
        again = f"--engine={last} --node-command={NODE_COMMAND}"
        self.assertIn(f"6 nodes to bring home to asn01, on which none of these nodes runs now: makehanfs runbook asn01 {again} first; "
                      "one boots first, then 10 at a time, and nobody while asn01 does not serve\n"
                      f"  makehanfs failback asn01 {again}\n", text)
        self.assertNotIn("rnetboot", text)

        # It is back; nobody goes home by himself. The command that status gives brings them home.
        cluster.boot("asn01")
        back = self.expect(cluster.status(RANGE, "--engine", last, "--json"), 1, "drift")
        self.assertEqual(states(back)["backup"], ON_ASN01)
        home = [way for way in back.json["home"] if way["server"] == "asn01"]
        self.assertEqual([set(way["nodes"]) for way in home], [ON_ASN01])
        self.assertEqual(home[0]["commands"], [f"makehanfs failback {home[0]['server']} {again}"])
        way = cluster.makehanfs(*home[0]["commands"][0].split()[1:], "--server-command", SERVER_COMMAND)
        self.assertEqual(way.verdict["changed"], "6", str(way))  # those of rack02 were never booted
        # Booted, so untuned again where the postscript did not run; then as at first.
        self.assertEqual({now for node, (now, _) in cluster.truth().items() if node in ON_ASN01}, {"asn01"})
        self.assertIn(cluster.apply(RANGE, "--engine", last, "--json").verdict["status"], ("changed", "ok"))
        self.expect(cluster.status(RANGE, "--engine", first), 0, "ok")
