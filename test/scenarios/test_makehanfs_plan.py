# SPDX-License-Identifier: Apache-2.0
"""One plan: what `makehanfs plan` prints is what `apply` runs, and its script sets a cluster up."""
import os
import shlex
from itertools import groupby

from scenario import Scenario
from simcluster import TOOLS, Cluster, engines_here
from simmanager import POSTSCRIPTS, Manager, thinned
from simnode import program

ASKED = {"/usr/sbin/exportfs", "/usr/bin/hostname", "showfs"}  # what has to hold before a server is changed
SEEN_BESIDE = {"tabdump", "lsxcatd", "ssh"}  # what makehanfs reads the tables with, and the transport of pdsh and clush


def printed(run):
    """[(words, by hand, side by side with the lines of the same value)] of the text of a plan."""
    lines = run.stdout.split("To do, in this order:\n", 1)[1].splitlines()
    found, stage = [], ""
    for line, below in zip(lines, lines[1:]):
        if line.endswith(":") and not line.startswith(" "):
            stage = line
        elif line.startswith("  ") and not line.startswith("   "):
            words = shlex.split(line)
            asked = words[-1] in ASKED or "/usr/bin/lssrc" in words
            turn = "check" if line.endswith(" --check") else "question" if asked else words[0]
            found.append((words, below.startswith("      by hand, "), (stage, turn)))
    return found


class OnePlan(Scenario):
    waits = True  # for nodes that boot

    def manager(self, *args, **more):
        cluster = Manager(*args, **more)
        self.addCleanup(cluster.close)
        return cluster

    def assert_ran(self, cluster, engine, lines):
        """The management node's log has exactly these lines, in this order; those of one turn in any."""
        calls = [call["argv"] for call in cluster.calls("mn") if os.path.basename(call["argv"][0]) not in SEEN_BESIDE]
        self.assertLessEqual({call[0] for call in calls}, {engine, "rpower", "rnetboot"})
        self.assertEqual(len(calls), len(lines), f"{calls}\n{lines}")
        for _, turn in groupby(lines, lambda line: line[2]):
            turn = [words for words, _, _ in turn]
            self.assertEqual(sorted(calls[:len(turn)]), sorted(turn))
            calls = calls[len(turn):]

    def test_cures_of_tables_are_typed_as_they_stand(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        before = {table: cluster.read("mn", f"/etc/xcat/{table}.csv") for table in
                  ("networks", "statelite", "litetree", "nodelist", "noderes", "site", "servicenode")}
        rack = '"rack01","asn01,asn02",,"asn01-ml0",,"asn01-ml0"'
        server = '"asn01",,,"1","1"'
        self.assertIn(rack, before["noderes"])
        self.assertIn(server, before["servicenode"])
        for code, table, now in (
                ("bad-network", "networks", lambda text: text.replace('"10.40.0.0","255.255.0.0"', '"10.40.0.0","0xffff0000"')),
                ("statelite-v3", "statelite", lambda text: text + '"compute",,"$noderes.xcatmaster:/sl","rw,vers=3",,\n'),
                ("litetree-v3", "litetree", lambda text: text + '"7",,"filer:/x","soft",,\n'),
                ("group-blank", "nodelist", lambda text: text.replace(",compute,", ", compute,")),
                ("nfsserver-elsewhere", "noderes", lambda text: text.replace(rack, rack[:-11] + '"asn03-ml0"')),
                ("no-nfs-server", "servicenode", lambda text: text.replace(server, '"asn01",,,"1",')),
                ("sharedinstall", "site", lambda text: text.replace('"sharedinstall","no"', '"sharedinstall","SNS"'))):
            with self.subTest(code=code):
                cluster.write("mn", f"/etc/xcat/{table}.csv", now(before[table]))

                def found(code=code):
                    findings = cluster.makehanfs("plan", "--json").json["findings"]
                    return [finding["cure"] for finding in findings if finding["code"] == code]
                cures = found()
                self.assertNotEqual(cures, [])
                for cure in cures:
                    run = cluster.shell(cure.split(", then ")[0].replace("=MASK", "=255.255.0.0"))
                    self.assertEqual(run.rc, 0, cure + str(run))
                self.assertEqual(found(), [])
                cluster.write("mn", f"/etc/xcat/{table}.csv", before[table])

    def test_stdout_that_cannot_be_written_is_named_once(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        for words in ("plan", "plan --json", "plan --script", "status", "status --json", "apply --dry-run", "runbook asn01",
                      "--version", "--help"):
            with self.subTest(words=words):
                run = cluster.shell(f"makehanfs {words} >/dev/full")
                self.assertNotEqual(run.rc, 0)
                first, *rest = [line for line in run.stderr.splitlines() if not line.startswith("warning: ")]
                self.assertEqual(first, "makehanfs: stdout cannot be written")
                apart = words.endswith("--json") or words.startswith(("plan --s", "runbook"))
                self.assertEqual([" status=fail " in line for line in rest], [True] if apart else [])

    def test_what_other_tools_would_refuse_in_the_settings_is_warned_of(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        cluster.write("mn", "/etc/hanfs.conf", "[makehanfs]\nfanout = 5\n[setuphanfs]\nnosuch = 1\naccess = xx\n")
        run = cluster.makehanfs("plan")
        self.assertIn('hanfs.conf:4: unknown key "nosuch", so setuphanfs refuses this file', run.stdout)
        self.assertIn("hanfs.conf:5: --access: ", run.stdout)
        os.unlink(cluster.mn + "/etc/hanfs.conf")
        os.symlink("/none", cluster.mn + "/etc/hanfs.conf")
        run = cluster.makehanfs("plan")
        self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"))
        self.assertIn("/etc/hanfs.conf: a link to /none, which is not there", run.stdout + run.stderr)
        os.unlink(cluster.mn + "/etc/hanfs.conf")
        for option in ("--config", "--save", "--from"):
            run = cluster.makehanfs("plan", option, "")
            self.assertEqual(run.rc, 2)
            self.assertIn(f"{option}: the value is empty", run.stderr)

    def test_what_apply_runs_is_what_plan_prints(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        for engine in engines_here():
            with self.subTest(engine=engine):
                # Two domains side by side once; a call of the real engines takes its time.
                domains, servers = (("domA", "domB"), 5) if engine == "xdsh" else (("domA",), 2)
                # What the engine before has done is undone by other words.
                access = ("rw", "ro")[engine == "pdsh"]
                words = (*domains, *TOOLS, "--engine", engine, "--access", access, "--disruptive", "--boot-nodes")
                plan = printed(cluster.makehanfs("plan", "--verbose", *words))
                by_hand = [line for line in plan if line[1]]
                handed_out = [line for line in plan if not line[1]]
                self.assertLessEqual({"makehanfs", "prsync"}, {line[0][0] for line in by_hand})
                # Each server is looked at, changed and checked; each domain's nodes are tuned and checked.
                own = [line for line in handed_out if any(word in TOOLS for word in line[0])]
                self.assertEqual(len(own), 3 * servers + 2 * len(domains), plan)
                dry = cluster.makehanfs("apply", "--dry-run", "--json", *words)
                self.assertEqual([step["argv"] for step in dry.json["plan"]], [line[0] for line in handed_out])
                self.assertTrue(any("copies to the servers" in note for note in dry.json["notes"]), str(dry))
                cluster.forget_calls("mn")
                self.expect(cluster.makehanfs("apply", *words), 0)
                self.assert_ran(cluster, engine, handed_out)
                cluster.forget_calls("mn")
                self.expect(cluster.makehanfs("apply", "--check", *words), 0, "ok")
                self.assert_ran(cluster, engine, [line for line in handed_out if line[2][1] == "check" and
                                                  "what is to be done" not in line[2][0]])

    def test_rmc_is_optional_and_by_hand_and_its_quotes_are_for_two_shells(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        lines = [line for line in printed(cluster.makehanfs("plan", "--verbose")) if line[2][0].startswith("optional: RMC")]
        self.assertEqual({(words[0], by_hand) for words, by_hand, _ in lines}, {("xdsh", True)})
        there = [shlex.split(words[-1]) for words, _, _ in lines]
        self.assertEqual([words[0] for words in there], ["mksensor", "mkcondition", "mkresponse", "mkcondresp", "startcondresp"])
        self.assertEqual(there[0][-2:], ["hanfs", "/xcatpost/hanfs/checkhanfs node"])
        self.assertEqual(there[1][there[1].index("-s") + 1], 'Name == "hanfs"')
        # The manual of packaging/rmc has the same lines, as they are typed on a node.
        with open(os.path.join(os.path.dirname(POSTSCRIPTS), "packaging/rmc/README.md")) as file:
            by_hand = [shlex.split(line) for line in file if line.startswith(("    mk", "    start"))]
        self.assertEqual(by_hand, there)

    def test_a_server_to_leave_out_that_there_is_not(self):
        cluster = self.manager("two-domains.txt", per_rack=2)
        run = self.expect(cluster.makehanfs("plan", "--without", "asn09"), 2, "refused")
        self.assertIn("--without asn09: no server of a domain has this name; cure: makehanfs plan shows them", run.stdout)
        run = self.expect(cluster.makehanfs("plan", "--without", "asn02"), 0)
        self.assertIn("asn02 is left out (--without)", run.stdout)

    def test_without_a_name_the_engine_is_the_one_that_is_installed(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        self.assertEqual(printed(cluster.makehanfs("plan"))[-2][0][0], "xdsh")
        os.remove(cluster.mn + "/opt/xcat/bin/xdsh")
        self.assertEqual(printed(cluster.makehanfs("plan"))[-2][0][0], "pdsh")
        self.assertIn("makehanfs status --engine pdsh", cluster.makehanfs("runbook", "asn01").stdout)
        # Dumps may come from another machine: nothing here says what is installed there.
        self.assertEqual(printed(cluster.makehanfs("plan", "--tables", cluster.mn + "/etc/xcat"))[-2][0][0], "xdsh")

    def test_the_script_sets_a_fresh_cluster_up(self):
        cluster = self.manager("two-domains.txt", per_rack=2)  # exported, but without replicas
        cluster.install_package()
        with open(cluster.mn + "/bin/makehanfs", "w") as file:
            file.write(f"#!/bin/sh\nexec {program('makehanfs')} \"$@\" --sysroot {cluster.mn}\n")
        os.chmod(file.name, 0o755)
        with open(cluster.root + "/plan.sh", "w") as file:
            file.write(cluster.makehanfs("plan", "--script", "--disruptive", "--boot-nodes").stdout)
        run = cluster.shell(f"sh {cluster.root}/plan.sh run")
        self.assertEqual(run.rc, 0, str(run))
        status = self.expect(cluster.makehanfs("status", "--json"), 0, "ok")
        self.assertTrue(status.json["nodes"])
        for node in status.json["nodes"]:
            self.assertEqual((node["state"], node["server"]), ("primary", node["primary"]), node)
            self.assertNotIn(node["failover"], (None, "never"), node)
        cluster.sim("asn01", "down", "--quiet")
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    def scripted(self, *words):
        """A fresh cluster, and what a script for these words of `plan` does there."""
        cluster = self.manager("two-domains.txt", per_rack=2)
        cluster.install_package()
        with open(cluster.mn + "/bin/makehanfs", "w") as file:
            file.write(f"#!/bin/sh\nexec {program('makehanfs')} \"$@\" --sysroot {cluster.mn}\n")
        os.chmod(file.name, 0o755)

        def run(reader=""):
            with open(cluster.root + "/plan.sh", "w") as file:
                file.write(cluster.makehanfs("plan", *words, "--script").stdout.replace("sleep 30", "sleep 0"))
            return cluster.shell(f"sh {cluster.root}/plan.sh run {reader}")
        return cluster, run

    def test_the_script_boots_only_who_was_up_and_looks_at_its_own_range(self):
        cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes")
        off = ("cn026", "cn049", "cn050")  # all of asn05's, too
        for node in off:
            cluster.down(node)
            cluster.by_hand(f"rpower {node} off")
        said = run()
        self.assertIn("rnetboot", said.stdout)
        truth = cluster.truth()
        self.assertEqual({node for node, (_, state) in truth.items() if state != "up"}, set(off), str(said))
        # Those that are off cannot be as wanted.
        self.assertIn("nothing after it was done", said.stderr)
        cluster.by_hand("rnetboot cn026,cn049,cn050")
        said = run()
        self.assertEqual(said.rc, 0, str(said))

    def test_the_script_ends_what_it_has_begun_where_nobody_reads_what_it_says(self):
        cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes")
        said = run("2>&1 | sed '/^== stop-/q'")
        self.assertIn("== stop-", said.stdout)
        self.assertIn("rnetboot", cluster.commands("mn"), str(said))
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"}, str(said))

    def test_the_script_says_what_to_do_where_a_boot_fails(self):
        cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes")
        cluster.fault("mn", "rnetboot*", "exit", status=1, text="cn002: lpar_netboot failed")
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        self.assertIn("makehanfs status shows who is up, rnetboot boots the others", said.stderr)

    def test_the_script_shuts_nobody_down_while_a_node_is_on_that_nobody_reaches(self):
        for fanout in ("64", "1"):  # a node of the first part, too
            cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes", "--fanout", fanout)
            cluster.down("cn026", "--ssh", "timed-out")
            said = run()
            self.assertIn("says on of cn026, to which nobody can connect", said.stderr)
            self.assertEqual({node for node, (_, state) in cluster.truth().items() if state != "up"} - {"cn026"}, set(), str(said))
            self.assertFalse([call for call in cluster.commands("asn03") if "mknfsexp" in call])

    def test_the_script_boots_what_it_has_shut_down_whatever_nodels_says(self):
        for how in (("exit", {"status": 1, "text": "busy"}), ("empty", {})):
            cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes")
            cluster.by_hand("rpower cn026 off")
            cluster.fault("mn", "nodels*", how[0], **how[1])
            said = run()
            self.assertIn("== boot-", said.stdout)
            self.assertEqual({node for node, (_, state) in cluster.truth().items() if state != "up"}, {"cn026"}, str(said))

    def test_the_script_begins_no_other_domain_while_nodes_of_one_do_not_come_up(self):
        for status in (0, 1):
            cluster, run = self.scripted("--disruptive", "--boot-nodes")
            cluster.fault("mn", "rnetboot*", "exit", status=status, text="cn001: Error: the HMC says no")
            said = run()
            self.assertEqual(said.rc, 1, str(said))
            self.assertIn(" does not show all nodes up again (makehanfs status shows who is up, rnetboot", said.stderr)
            stopped = [line for line in said.stdout.splitlines() if line.startswith("== stop-")]
            self.assertEqual(len(stopped), 1, str(said))

    def test_the_script_boots_again_who_stays_down_where_rnetboot_failed(self):
        cluster, run = self.scripted("--disruptive", "--boot-nodes", "--fanout", "1")  # in parts
        cluster.fault("mn", "rnetboot*", "exit", status=1, text="busy", nth=1)
        said = run()
        self.assertEqual(said.rc, 0, str(said))
        self.assertIn("== boots again who stays down: rnetboot cn", said.stdout)
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    def test_nodes_of_the_script_do_not_wait_for_one_that_stays_down(self):
        cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes", "--fanout", "2")
        cluster.fault("mn", "rnetboot*", "exit", status=0, text="netboot has begun", nth=1)
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        parts = [call["argv"][1] for call in cluster.calls("mn") if os.path.basename(call["argv"][0]) == "rnetboot"]
        self.assertGreater(len(parts), 1)
        self.assertIn(f"booted, and not seen up since: {parts[0]}; makehanfs status shows who is silent", said.stderr)
        down = {node for node, (_, state) in cluster.truth().items() if state != "up"}
        self.assertEqual(down, set(parts[0].split(",")), str(said))

    def never_boots(self, cluster, node, refusing=None):
        """rnetboot ends well, and boots all but this one. `refusing`: a node that has no sshd afterwards."""
        os.makedirs(cluster.mn + "/real")
        os.rename(cluster.mn + "/bin/rnetboot", cluster.mn + "/real/rnetboot")
        with open(cluster.mn + "/bin/rnetboot", "w") as file:
            file.write(f'#!/bin/sh\n[ "$1" = {node} ] || {cluster.mn}/real/rnetboot "$1,-{node}"\n')
            if refusing:
                file.write(f"{program('aixsim')} cluster down {cluster.folder} {refusing} --ssh refused >/dev/null\n")
        os.chmod(file.name, 0o755)

    def test_a_node_that_was_down_keeps_no_other_domain_of_the_script_untuned(self):
        cluster, run = self.scripted("--disruptive", "--boot-nodes")
        said = run()
        self.assertEqual(said.rc, 0, str(said))
        first, last = [line.split()[1] for line in said.stdout.splitlines() if line.startswith("== tune-")]
        down, untuned = ("cn026", "cn001") if "asn03" in first else ("cn001", "cn026")
        cluster.aixsim("cluster", "exec", cluster.folder, untuned, "nfs4cl setfsoptions /usr timeo=100")
        cluster.down(down)
        cluster.by_hand(f"rpower {down} off")
        said = run()
        self.assertIn(f"{first} down, and so left out: {down}\n", said.stderr)
        self.assertIn(f"== {last} ", said.stdout)
        self.assertIn("status ended with status 1; nothing after it was done", said.stderr)
        status = cluster.makehanfs("status", "--json")
        self.assertEqual({node["node"] for node in status.json["nodes"] if node["state"] != "primary"}, {down}, str(said))

    def test_the_script_says_of_nobody_whom_it_has_booted_that_it_was_not(self):
        cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes")
        self.never_boots(cluster, "cn026", refusing="cn025")
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        self.assertNotIn("so not booted", said.stderr)
        self.assertIn("up, but refusing the connection of the remote shell: cn025; startsrc -s sshd", said.stderr)
        line = [line for line in said.stderr.splitlines() if line.startswith("booted, and not seen up since: ")]
        self.assertEqual(len(line), 1, said.stderr)
        self.assertIn(",-cn025", line[0])
        self.assertNotIn(",-cn026", line[0])

    def test_the_script_names_whom_it_could_not_boot_at_its_end(self):
        cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes")
        cluster.fault("asn03", "mknfsexp*", "exit", status=1, text="boom")
        cluster.fault("asn04", "mknfsexp*", "exit", status=1, text="boom")
        cluster.fault("mn", "rnetboot*", "exit", status=1, text="cn026: Error: the HMC says no")
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        self.assertIn("not booted, as rnetboot failed: cn026; what it says, then rnetboot boots them; before they are up, a further run of this script would shut others down, too\n", said.stderr)
        self.assertIn(",-cn026; makehanfs status shows who is silent", said.stderr)

    def test_a_dead_part_of_the_script_costs_what_an_earlier_one_took_and_five_minutes(self):
        cluster, run = self.scripted("domB", "--disruptive", "--boot-nodes", "--fanout", "1")
        self.never_boots(cluster, "cn026")
        said = run()
        asked = [line for line in said.stdout.splitlines() if line.startswith("== up-") and " ask_nodes " not in line]
        self.assertGreater(len(asked), 10)
        self.assertLess(len(asked), 25, str(said)[-3000:])

    def test_the_script_boots_nobody_who_did_not_shut_down(self):
        cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes")
        cluster.fault("cn001", "*shutdown*", "exit", status=1, text="sudo: a password is required")
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        self.assertIn("up, or still going down, and so not booted: cn001; makehanfs status in 10 minutes", said.stderr)
        boots = [call["argv"][1] for call in cluster.calls("mn") if os.path.basename(call["argv"][0]) == "rnetboot"]
        self.assertEqual([boot[-7:] for boot in boots], [",-cn001"], str(said))
        self.assertEqual({state for _, state in cluster.truth().values()}, {"up"})

    def test_nobody_is_shut_down_for_servers_that_serve_others(self):
        cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes")
        cluster.by_hand("nodech cn025 noderes.xcatmaster=asn01-ml0")
        cluster.by_hand("rnetboot cn025")
        cluster.by_hand("nodech cn025 noderes.xcatmaster=asn03-ml0")
        self.assertEqual(cluster.truth()["cn025"], ("asn01", "up"))
        said = run()
        self.assertEqual(said.rc, 1, str(said))
        self.assertIn("shows nodes that run from servers of this domain, and are not of it", said.stderr)
        self.assertIn("cn025: ", said.stdout)
        said = self.expect(cluster.makehanfs("apply", "domA", *TOOLS, "--disruptive", "--boot-nodes"), 1, "fail")
        self.assertIn("cn025 runs from asn01, and is not of its domain, so nothing is changed there", said.stdout)
        for node in ("cn001", "cn002"):
            self.assertNotIn("shutdown", cluster.commands(node))
        # One of its cures; the simulated server would keep the state of a node that left it, for which AIX has a lease.
        cluster.down("cn025")
        self.expect(cluster.makehanfs("apply", "domA", *TOOLS, "--disruptive", "--boot-nodes"), 0, "changed")

    def test_a_node_of_others_that_hangs_keeps_no_domain_and_one_lost_answer_is_none(self):
        for engine in engines_here():
            cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes", "--engine", engine, "--host-deadline", "4")
            cluster.down("cn026", "--ssh", "hang")
            words = ("domA", *TOOLS, "--disruptive", "--boot-nodes", "--engine", engine, "--host-deadline", "4")
            said = self.expect(cluster.makehanfs("apply", *words), 0, "changed")
            self.assertIn("is not known of all: cn026: does not answer", said.stdout)
        cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes", "--engine", "xdsh", "--host-deadline", "4")
        cluster.down("cn026", "--ssh", "hang")
        self.assertEqual(run().rc, 0)
        for way in ("script", "apply"):
            cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes", "--engine", "xdsh")
            for by_hand in ("nodech cn025 noderes.xcatmaster=asn01-ml0", "rnetboot cn025",
                            "nodech cn025 noderes.xcatmaster=asn03-ml0"):
                cluster.by_hand(by_hand)
            cluster.fault("mn", "xdsh*nfs4cl*", "empty", nth=1)
            said = run() if way == "script" else cluster.makehanfs("apply", "domA", *TOOLS, "--disruptive", "--boot-nodes")
            self.assertEqual(said.rc, 1, str(said))
            self.assertIn("not of it", said.stderr + said.stdout)
            self.assertNotIn("shutdown", cluster.commands("cn001"))
        for way in ("script", "apply"):  # an AIX that says nothing where there is no file system of NFSv4
            cluster, run = self.scripted("domA", "--disruptive", "--boot-nodes", "--engine", "xdsh")
            cluster.fault("mn", "xdsh*nfs4cl*", "empty")
            said = run() if way == "script" else cluster.makehanfs("apply", "domA", *TOOLS, "--disruptive", "--boot-nodes")
            self.assertEqual(said.rc, 0, str(said))

    test_a_node_of_others_that_hangs_keeps_no_domain_and_one_lost_answer_is_none.weight = 30

    def test_a_silent_node_that_may_run_from_its_servers_by_the_tables_keeps_a_domain_as_it_is(self):
        words = ("domA", "--disruptive", "--boot-nodes", "--despite", "one-server", "--engine", "xdsh", "--host-deadline", "4")
        for ssh in ("hang", "denied", None):  # None: it is known to be down
            for way in ("script", "apply"):
                with self.subTest(ssh=ssh, way=way):
                    cluster, run = self.scripted(*words)
                    cluster.by_hand("nodech cn001 noderes.servicenode=asn01")
                    cluster.down("cn001", *(("--ssh", ssh) if ssh else ()))
                    said = run() if way == "script" else cluster.makehanfs("apply", *TOOLS, *words)
                    self.assertEqual(said.rc, 1, str(said))  # the error is still there, or the node is silent
                    self.assertEqual("shutdown" in cluster.commands("cn002"), ssh is None, str(said))
                    if ssh and way == "script":
                        self.assertRegex(said.stderr, "users-asn01[+]asn02 is (not answered by all|answered by none) of its 1 hosts")
                    elif ssh:
                        self.assertIn("whether nodes run from its servers that may by the tables is not known (cn001: ",
                                      said.stdout)

    def test_a_domain_that_an_error_closes_is_touched_by_neither_apply_nor_the_script(self):
        for way in ("script", "apply"):
            cluster, run = self.scripted("--disruptive", "--boot-nodes")
            with open(cluster.mn + "/etc/xcat/statelite.csv", "a") as file:
                file.write('"domA",,"$noderes.xcatmaster:/install/data","vers=4",,\n')
            said = run() if way == "script" else cluster.makehanfs("apply", *TOOLS, "--disruptive", "--boot-nodes")
            self.assertEqual(said.rc, 1, str(said))
            for server, node, touched in (("asn01", "cn001", False), ("asn03", "cn025", True)):
                self.assertEqual("shutdown" in cluster.commands(node), touched, str(said))
                self.assertEqual("chnfs" in cluster.commands(server), touched, cluster.commands(server))
        plan = self.expect(cluster.makehanfs("plan"), 1)
        self.assertIn("error: domain asn01+asn02: left alone, because of statelite-needs-rw above; cure: ", plan.stdout)
        self.assertNotIn(" asn01 ", plan.stdout.split("To do, in this order:")[1])
        run = cluster.makehanfs("plan", "--script", "--despite", "statelite-needs-rw")
        self.assertIn("export-asn01", run.stdout)

    def test_one_name_that_no_engine_takes_closes_its_domain_only(self):
        cluster = Cluster(thinned("two-domains.txt", 2).replace("node cn002 ", "node cn+2 "))
        self.addCleanup(cluster.close)
        for engine in engines_here():
            run = cluster.makehanfs("apply", *TOOLS, "--engine", engine)
            self.assertEqual(run.rc, 1, str(run))
            self.assertIn("domain asn01+asn02: left alone, because of bad-name above", run.stdout)
            self.assertRegex(run.stdout, "asn03 +1 +asn03[+]asn04[+]asn05 +")
            self.assertIn("cn+2", self.expect(cluster.makehanfs("status", *TOOLS, "--engine", engine), 1).stdout)

    def test_the_script_stops_where_prsync_copied_nothing(self):
        cluster = self.manager("two-domains.txt", per_rack=1)
        cluster.down("asn02")
        with open(cluster.root + "/plan.sh", "w") as file:
            file.write(cluster.makehanfs("plan", "--script", "--disruptive").stdout.replace("run settings ", "true "))
        for folder in ("postscripts", "prescripts"):
            os.makedirs(f"{cluster.mn}/install/{folder}", exist_ok=True)
        run = cluster.shell(f"sh {cluster.root}/plan.sh run")
        self.assertEqual(run.rc, 1, str(run))
        self.assertIn("copy-postscripts did not copy everything; nothing after it was done\n", run.stderr)
        self.assertNotIn("xdsh", cluster.commands("mn"))
