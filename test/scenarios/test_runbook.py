# SPDX-License-Identifier: Apache-2.0
"""The runbook's own commands, typed on a simulated management node in the order of the book: after them, tables,
consoles, hardware control and nodes are as it promised."""
import unittest

from simmanager import Manager

COLUMNS = ("noderes.servicenode", "noderes.xcatmaster", "noderes.nfsserver", "noderes.tftpserver", "noderes.monserver",
           "nodehm.conserver")
# Not in the simulator: NIM. They are marked "only if it was installed anew".
NOT_SIMULATED = ("mkdsklsnode",)


class Runbook(unittest.TestCase):
    maxDiff = 3000

    def cluster(self, *args):
        cluster = Manager(*args)
        self.addCleanup(cluster.close)
        return cluster

    def book(self, cluster, server, *args):
        run = cluster.makehanfs("runbook", server, "--json", *args)
        self.assertEqual(run.rc, 0, str(run))
        return {section["id"]: section for section in run.json["sections"]}

    def carry_out(self, cluster, section, leave_out=(), may_fail=()):
        """Every command and check, as the book has them; {step: [Run]}."""
        runs = {}
        for step in section["steps"]:
            if step["id"].startswith(tuple(leave_out) or ("none",)):
                continue
            # "stopsrc comes back before the stop is done: look again after some seconds"
            checks = step["checks"] * (3 if "look again" in step["expect"] else 1)
            for line in step["commands"] + checks:
                if line.startswith(NOT_SIMULATED):
                    continue
                run = cluster.shell(line)
                runs.setdefault(step["id"], []).append(run)
                if not step["id"].startswith(tuple(may_fail) or ("none",)):
                    self.assertEqual(run.rc, 0, f"{step['id']}: {line}\n{run}")
        return runs

    def test_pair(self):
        """A balanced pair: asn01 dies, all is moved, it comes back, all goes home."""
        cluster = self.cluster("two-domains.txt", "--exports", "right")
        before = cluster.table(*COLUMNS)
        home = {node: now for node, (now, _) in cluster.truth().items()}
        consoles = cluster.lines_of("asn01", "consoles")
        mine = {node for node, server in home.items() if server == "asn01"}
        self.assertEqual(len(mine), 3)
        self.assertEqual(consoles, mine)
        cluster.install()
        tuned = cluster.shell("updatenode domA -P setupnfsv4replication")
        self.assertEqual(tuned.stdout.count("status=changed"), 6, str(tuned))
        book = self.book(cluster, "asn01")

        cluster.sim("asn01", "down", "--quiet")
        dead = self.carry_out(cluster, book["check"], may_fail=("check",))
        self.assertTrue(all(run.rc != 0 for run in dead["check.ping"] + dead["check.nfs"]), "a dead server answers")
        checks = self.carry_out(cluster, book["automatic"])
        # "CURRENT is the backup's address": every node of the check says so.
        self.assertEqual({line.split(":")[0] for line in checks["automatic.nfs"][0].stdout.splitlines()
                          if "10.40.0.12" in line}, mine)

        self.carry_out(cluster, book["move"])
        self.assertLessEqual(mine, {node for node in mine if "asn02" in cluster.lines_of(node, "monserver")})
        # The morning after: it stays down.
        self.carry_out(cluster, book["stay"])
        for node in sorted(mine):
            now = {key[1]: value for key, value in cluster.table(*COLUMNS, nodes=node).items()}
            self.assertEqual(now, {"noderes.servicenode": "asn02,asn01", "noderes.xcatmaster": "asn02-ml0",
                                   "noderes.nfsserver": "asn02-ml0", "noderes.tftpserver": "asn02-ml0",
                                   "noderes.monserver": "asn02", "nodehm.conserver": "asn02"}, node)
        others = {key: value for key, value in before.items() if key[0] not in mine}
        self.assertEqual({key: value for key, value in cluster.table(*COLUMNS).items() if key[0] not in mine}, others)
        self.assertLessEqual(mine, cluster.lines_of("asn02", "consoles"))
        self.assertLessEqual(mine, cluster.lines_of("asn02", "monitored"))
        self.assertEqual({cluster.truth()[node] for node in mine}, {("asn02", "up")})
        # A node that has to boot meanwhile does so, from the backup.
        self.assertEqual(cluster.shell("rnetboot cn002").rc, 0)
        self.assertEqual(cluster.truth()["cn002"], ("asn02", "up"))

        cluster.up("asn01")
        for server in ("asn01", "asn02"):
            for part in ("nim/spot/x", "nim/shared_root/x", "nim/paging/cn001", "nim/dump/cn001", "nim/root/cn001",
                         "statelite_data/cn001"):
                cluster.write(server, f"/install/{part}/of", server + "\n")
        runs = self.carry_out(cluster, book["recover"], may_fail=("recover.status",))
        self.assertIn("inoperative", runs["recover.quiet"][-1].stdout)
        daemons = [line for line in runs["recover.start"][-1].stdout.splitlines()
                   if any(name in line for name in ("nfsd ", "rpc.mountd", "nfsrgyd"))]
        self.assertEqual(len(daemons), 3)
        self.assertTrue(all(line.endswith(" active") for line in daemons), str(daemons))
        self.assertIn("state=replicated", runs["recover.exports"][0].stdout)
        same = runs["recover.same"][0].stdout.splitlines()
        self.assertEqual(len({line.split(": ", 1)[1] for line in same}), 1, "the copy differs: " + str(same))
        now = {part: cluster.read("asn01", f"/install/{part}/of").strip()
               for part in ("nim/spot/x", "nim/shared_root/x", "nim/paging/cn001", "nim/dump/cn001", "nim/root/cn001",
                            "statelite_data/cn001")}
        self.assertEqual(now, {"nim/spot/x": "asn02", "nim/shared_root/x": "asn02", "nim/paging/cn001": "asn01",
                               "nim/dump/cn001": "asn01", "nim/root/cn001": "asn01", "statelite_data/cn001": "asn01"})

        self.carry_out(cluster, book["home"], may_fail=("home.balance", "home.stranded"))
        self.assertEqual(cluster.table(*COLUMNS), before)
        self.assertEqual({node: now for node, (now, _) in cluster.truth().items()}, home)
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})
        self.assertEqual(cluster.lines_of("asn01", "consoles"), consoles)

    def test_direct_control(self):
        """CECs that xCAT talks to itself: each is connected to, from the one server that the tables name."""
        cluster = self.cluster("two-domains.txt", "--exports", "right")
        for line in ("chtab node=cec01 nodelist.groups=cec,all ppc.nodetype=cec ppc.hcp=cec01 nodehm.mgt=fsp "
                     "noderes.servicenode=asn01", "chtab node=domA ppc.hcp=cec01", "mkhwconn cec01 -t"):
            self.assertEqual(cluster.shell(line).rc, 0, line)
        cluster.install()
        book = self.book(cluster, "asn01")
        cluster.sim("asn01", "down", "--quiet")
        self.assertNotEqual(cluster.shell("rnetboot cn013").rc, 0)
        self.carry_out(cluster, book["move"])
        self.assertEqual(cluster.lines_of("asn02", "hwconn"), {"cec01"})
        self.assertEqual(cluster.shell("rnetboot cn013").rc, 0)
        cluster.up("asn01")
        self.assertEqual(cluster.lines_of("asn01", "hwconn"), {"cec01"})
        self.carry_out(cluster, {"steps": [step for step in book["recover"]["steps"]
                                           if step["id"] == "recover.control-point"]})
        self.assertEqual(cluster.lines_of("asn01", "hwconn"), set())
        self.carry_out(cluster, {"steps": [step for step in book["home"]["steps"] if "control-point" in step["id"]]})
        self.assertEqual(cluster.lines_of("asn01", "hwconn"), {"cec01"})
        self.assertEqual(cluster.lines_of("asn02", "hwconn"), set())

    def test_three_servers(self):
        """snmove knows pairs only: the tables are set word by word, and come back as they were."""
        cluster = self.cluster("two-domains.txt", "--exports", "right")
        before = cluster.table(*COLUMNS)
        home = {node: now for node, (now, _) in cluster.truth().items()}
        mine = sorted(node for node, server in home.items() if server == "asn03")
        cluster.install()  # so that nodes tune themselves when they boot
        book = self.book(cluster, "asn03")
        text = str(book["move"]) + str(book["stay"]) + str(book["home"])
        self.assertNotIn("'snmove", text)
        cluster.sim("asn03", "down", "--quiet")
        self.carry_out(cluster, book["move"])
        self.carry_out(cluster, book["stay"])
        now = cluster.table(*COLUMNS)
        self.assertEqual({now[node, "noderes.servicenode"] for node in mine}, {"asn04,asn05,asn03"})
        self.assertEqual({now[node, column] for node in mine for column in COLUMNS[1:4]}, {"asn04-ml0"})
        self.assertEqual({now[node, column] for node in mine for column in COLUMNS[4:]}, {"asn04"})
        self.assertEqual(cluster.shell(f"rnetboot {mine[0]}").rc, 0)
        self.assertEqual(cluster.truth()[mine[0]], ("asn04", "up"))
        cluster.up("asn03")
        self.carry_out(cluster, book["home"], may_fail=("home.balance", "home.stranded"))
        self.assertEqual(cluster.table(*COLUMNS), before)
        self.assertEqual({node: now for node, (now, _) in cluster.truth().items()}, home)

    def test_no_replicas(self):
        """asn05 of the other cluster is alone: its nodes hang, and nothing is moved."""
        cluster = self.cluster("three-domains.txt", "--exports", "right")
        book = self.book(cluster, "asn05")
        self.assertEqual(book["move"]["steps"], [])
        lost = {step["id"]: step["nodes"] for step in book["lost"]["steps"]}
        alone = {node for node, (now, _) in cluster.truth().items() if now == "asn05"}
        self.assertLessEqual(alone, set(lost["lost.one-server"]))
        cluster.sim("asn05", "down", "--quiet")
        self.assertEqual({cluster.truth()[node][1] for node in alone}, {"hangs"})
        cluster.up("asn05")
        self.carry_out(cluster, book["recover"], may_fail=("recover.status",))
        self.assertEqual({cluster.truth()[node] for node in alone}, {("asn05", "up")})

    def test_engine(self):
        """With another engine the same commands go over it."""
        cluster = self.cluster("two-domains.txt", "--exports", "right")
        for engine in ("pdsh", "clush"):
            book = self.book(cluster, "asn01", "--engine", engine, "--node-command",
                             "/opt/hanfs/bin/setupnfsv4replication")
            lines = [line for section in book.values() for step in section["steps"]
                     for line in step["commands"] + step["checks"]]
            self.assertFalse([line for line in lines if line.startswith("xdsh")])
            line = next(line for step in book["automatic"]["steps"] for line in step["checks"] if "--status" in line)
            run = cluster.shell(line)
            if "not installed on this machine" in run.stderr:
                self.skipTest(f"{engine} is not installed; cure: apt-get install {engine}")
            self.assertEqual(sum("HANFS tool=setupnfsv4replication" in one for one in run.stdout.splitlines()), 3,
                             f"{line}\n{run}")

    def test_who_has_none(self):
        cluster = self.cluster("three-domains.txt")
        for name in ("nope", "cn001", "", "asn01;reboot"):
            run = cluster.makehanfs("runbook", name)
            self.assertEqual(run.rc, 2, str(run))
            self.assertIn("is no service node of these tables; cure: give one of asn01 asn02", run.stdout + run.stderr)
        cluster.shell("nodech rack03,rack04,domB noderes.servicenode=asn03")
        run = cluster.makehanfs("runbook", "asn04")
        self.assertEqual(run.rc, 2, str(run))
