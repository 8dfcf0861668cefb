# SPDX-License-Identifier: Apache-2.0
"""makehanfs plan and settings on dumps: broken tables, the script to review, rules that cross several tables."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import simnode

HERE = os.path.dirname(os.path.realpath(__file__))
BROKEN = os.path.join(os.path.dirname(HERE), "fixtures", "xcat", "broken")
CLUSTERS = os.path.join(os.path.dirname(HERE), "aixsim", "clusters")
# Functions of the script -> the place of the command's first word.
RUNS = {"look": 3, "run": 2, "copy": 2, "boot": 2, "on_hosts": 3, "on_nodes": 3}
NEVER_READ = {"unknowntable"}  # by makehanfs; the unit tests have it


class Dumps(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hanfs-tables-")
        self.addCleanup(shutil.rmtree, self.folder)

    def dumps(self, *defects, cluster="three-domains"):
        tables = os.path.join(self.folder, "tables")
        words = [word for defect in defects for word in ("--defect", defect)]
        subprocess.run([simnode.program("aixsim"), "cluster", "dumps", os.path.join(CLUSTERS, cluster + ".txt"), tables, *words],
                       check=True, capture_output=True, timeout=60)
        return tables

    def makehanfs(self, verb, tables, *words):
        done = subprocess.run([simnode.program("makehanfs"), verb, "--tables", tables, "--sysroot", self.folder, *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=simnode.CLEAN_ENVIRONMENT)
        return simnode.Run(done.returncode, done.stdout, done.stderr, 0)

    def findings(self, tables, *words):
        return {one["code"]: one for one in self.makehanfs("plan", tables, "--json", *words).json["findings"]}


class Usage(Dumps):
    def test_usage_error_with_json_is_one_object(self):
        run = self.makehanfs("plan", self.folder, "--json", "--jobs", "0")
        self.assertEqual((run.rc, run.json["result"]["status"], len(run.json["errors"])), (2, "refused", 1), run)
        self.assertIn("--jobs", run.json["errors"][0])


class BrokenTables(Dumps):
    def test_one_clear_line_and_nothing_else(self):
        tables = self.dumps()
        names = sorted(name for name in os.listdir(BROKEN) if name.endswith(".csv"))
        self.assertGreater(len(names), 30)
        for name in names:
            table = name.split("-")[0].removesuffix(".csv")
            if table in NEVER_READ:
                continue
            with self.subTest(name):
                path = os.path.join(tables, table + ".csv")
                os.rename(path, path + ".sound")
                shutil.copy(os.path.join(BROKEN, name), path)
                with open(os.path.join(BROKEN, name.replace(".csv", ".error")), encoding="utf-8") as file:
                    said = file.read().strip()
                self.assertTrue(said.startswith(name) and "; cure: " in said, said)
                run = self.makehanfs("plan", tables)
                os.rename(path + ".sound", path)
                self.assertEqual(run.stderr, "", run)
                lines = run.stdout.splitlines()
                self.assertEqual(lines[:-1], ["error: " + path + said[len(name):]], run)
                self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"), run)
        self.assertEqual(self.makehanfs("plan", tables).rc, 1)  # put back: domain C has one server

    def test_each_of_two(self):
        tables = self.dumps()
        for table, broken in (("site", "site-no-value-column"), ("noderes", "noderes-empty")):
            shutil.copy(os.path.join(BROKEN, broken + ".csv"), os.path.join(tables, table + ".csv"))
        run = self.makehanfs("plan", tables)
        self.assertEqual((run.rc, len(run.stdout.splitlines())), (2, 3), run)

    def test_one_that_must_be_there(self):
        tables = self.dumps()
        os.remove(os.path.join(tables, "noderes.csv"))
        run = self.makehanfs("settings", tables, "--output", os.path.join(self.folder, "out"))
        self.assertEqual(run.rc, 2, run)
        self.assertEqual(run.stdout.splitlines()[:-1], [f"error: there is no {tables}/noderes.csv; cure: tabdump noderes > {tables}/noderes.csv"])
        self.assertFalse(os.path.exists(os.path.join(self.folder, "out")))


class Script(Dumps):
    def script(self, *defects, despite=()):
        tables = self.dumps(*defects)
        run = self.makehanfs("plan", tables, "--script", "--disruptive", *(word for code in despite for word in ("--despite", code)))
        path = os.path.join(self.folder, "plan.sh")
        with open(path, "w", encoding="utf-8") as file:
            file.write(run.stdout)
        return path, run.stdout

    def test_shellcheck_and_nothing_runs_unasked(self):
        defects = ("nfsv4-off", "no-postscript", "statelite-v3")
        for despite in ((), ("nfsv4-off", "statelite-v3", "statelite-needs-rw")):  # no domain is open, and all are
            path, text = self.script(*defects, despite=despite)
            subprocess.run(["sh", "-n", path], check=True, timeout=60)
            if shutil.which("shellcheck"):
                checked = subprocess.run(["shellcheck", "-s", "sh", path], capture_output=True, text=True, timeout=60)
                self.assertEqual(checked.stdout + checked.stderr, "")
        # Every command of the plan is one that says so when it runs.
        bin_folder = os.path.join(self.folder, "bin")
        os.mkdir(bin_folder)
        log = os.path.join(self.folder, "log")
        lines = [line.split() for line in text.splitlines() if line.split(" ")[0] in RUNS]
        commands = {words[RUNS[words[0]]] for words in lines}
        self.assertLessEqual({"chtab", "chdef", "makehanfs", "prsync", "xdsh", "rnetboot"}, commands)
        for command in commands:
            with open(os.path.join(bin_folder, command), "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\necho "${{0##*/}} $*" >>{log}\n')
                file.write('for i in $(seq 100); do echo "cn$i: HANFS tool=x status=ok"; done\n')
            os.chmod(file.name, 0o755)
        environment = {"PATH": bin_folder + ":/usr/bin:/bin"}
        expected = len(lines)

        def started(*words):
            return subprocess.run(["sh", path, *words], capture_output=True, text=True, timeout=60, env=environment)

        shown = started()
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("== table-nfsv4: chtab key=useNFSv4onAIX site.value=yes\n", shown.stdout)
        self.assertFalse(os.path.exists(log))
        self.assertEqual(started("--run").returncode, 2)
        self.assertFalse(os.path.exists(log))
        ran = started("run")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(len(lines), expected)
        self.assertEqual(lines[0], "chtab key=useNFSv4onAIX site.value=yes")
        self.assertIn("rnetboot cn[001-024]", lines)
        self.assertIn("xdsh cn[001-024] -f 64 -t 60 /xcatpost/setupnfsv4replication --check", lines)

    def test_the_first_failure_ends_it(self):
        path, _ = self.script()
        environment = {"PATH": os.path.join(self.folder, "none") + ":/usr/bin:/bin"}
        ran = subprocess.run(["sh", path, "run"], capture_output=True, text=True, timeout=60, env=environment)
        self.assertEqual(ran.returncode, 127)
        self.assertIn("settings ended with status 127; nothing after it was done\n", ran.stderr)
        self.assertEqual(ran.stdout.count("== "), 1)

    def test_hostile_values(self):
        tables = self.dumps()
        row = '"evil\'$(touch {0})`touch {0}`;x",,"$noderes.xcatmaster:/install/x",,,\n'.format(os.path.join(self.folder, "pwned"))
        with open(os.path.join(tables, "nodelist.csv"), "a", encoding="utf-8") as file:
            file.write('"evil",' + '"evil\'$(touch {0})`touch {0}`;x,compute",,,,,,,,,,,\n'.format(os.path.join(self.folder, "pwned")))
        with open(os.path.join(tables, "noderes.csv"), "a", encoding="utf-8") as file:
            file.write('"evil","asn01,asn02",,,,,,,,,,,"asn01-ml0",,,,,,,,\n')
        with open(os.path.join(tables, "statelite.csv"), "a", encoding="utf-8") as file:
            file.write(row)
        run = self.makehanfs("plan", tables, "--script")
        self.assertIn("run table-statelite chtab 'node=evil'\\''$(touch", run.stdout)
        path = os.path.join(self.folder, "plan.sh")
        with open(path, "w", encoding="utf-8") as file:
            file.write(run.stdout)
        subprocess.run(["sh", "-n", path], check=True, timeout=60)
        shown = subprocess.run(["sh", path], capture_output=True, text=True, timeout=60)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertFalse(os.path.exists(os.path.join(self.folder, "pwned")))


class Defects(Dumps):
    """What the simulator knows to be wrong with a site, against what makehanfs says of it."""

    # defect -> (code, subjects, start of the cure)
    SAID = {
        "one-server": ("one-server", None, None),
        "unresolvable": ("unresolved", "asn01", "chtab node=asn01 hosts.otherinterfaces=-ml0:ADDRESS"),
        "two-networks": ("two-networks", "asn01+asn02", "chtab node=asn02 hosts.otherinterfaces=-NAME:ADDRESS"),
        "asymmetric": ("two-domains", "cn001", "nodech cn001 noderes.servicenode=asn01,asn02"),
        "nfsv4-off": ("nfsv4-off", "site", "chtab key=useNFSv4onAIX site.value=yes"),
        "statelite-v3": ("statelite-v3", "cn[001-060]", "chtab node=compute statelite.mntopts=vers=4"),
        "no-postscript": ("no-postscript", "cn[001-048]", "chdef -t group -o domA,domB -p postscripts=setupnfsv4replication"),
        "xcatmaster-gateway": ("gateway-no-forward", "asn[01-04]", "nodech 'asn[01-04]' servicenode.ipforward=1"),
        "sharedinstall": ("content-to-one", "site", None),
        "no-servicenode": ("no-server", "cn001", "nodech cn001 noderes.servicenode=PRIMARY,BACKUP"),
        "no-xcatmaster": ("no-xcatmaster", "cn001", "nodech cn001 noderes.xcatmaster=asn01-ml0"),
        "gone-server": ("outside-domain", "cn001", "nodech cn001 noderes.servicenode=asn01,asn02"),
        "helper-function": ("expression", "cn001", "set the attribute of these nodes as plain values (chdef -t node)"),
        "bad-expression": ("expression", "cn001", None),
    }
    SOUND = ("blank-in-list", "disabled-row", "otherinterfaces")

    def test_each_is_named_with_its_cure(self):
        for defect, (code, subjects, cure) in self.SAID.items():
            with self.subTest(defect):
                findings = self.findings(self.dumps(defect))
                self.assertIn(code, findings)
                if subjects:
                    self.assertEqual(findings[code]["subjects"], subjects)
                if cure:
                    self.assertTrue(findings[code]["cure"].startswith(cure), findings[code]["cure"])

    def test_what_is_sound_stays_sound(self):
        wanted = set(self.findings(self.dumps()))
        self.assertEqual(wanted, {"one-server", "no-domain", "dead-nameserver", "paging-not-replicated", "content-to-each"})
        for defect in self.SOUND:
            with self.subTest(defect):
                self.assertEqual(set(self.findings(self.dumps(defect))), wanted)

    def test_hmcs_are_no_nodes_and_a_backup_has_its_address(self):
        plan = self.makehanfs("plan", self.dumps(), "--json").json
        self.assertEqual(plan["counts"], {"domains": 2, "servers": 5, "nodes": 60})
        self.assertEqual(plan["servers"][3]["address"], "10.40.0.14")
        self.assertEqual(plan["domains"][1]["sound"], True)
        self.assertNotIn("hmc", json.dumps(plan))


class Settings(Dumps):
    def test_files_are_written_once(self):
        tables, out = self.dumps(), os.path.join(self.folder, "out")
        first = self.makehanfs("settings", tables, "--output", out)
        self.assertEqual((first.rc, first.verdict["status"]), (0, "changed"), first)
        written = [os.path.join(folder, name) for folder, _, names in os.walk(self.folder) for name in names if name == "hanfs.conf"]
        self.assertEqual(len(written), 2, written)
        for path in written:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self.assertIn("[domain asn03+asn04]\n", text)
            self.assertIn("10.40.0.14", text)
        again = self.makehanfs("settings", tables, "--output", out)
        self.assertEqual((again.rc, again.verdict["status"]), (0, "ok"), again)
        # A part of the nodes, or tables without any, would cost the other domains their sections.
        part = self.makehanfs("settings", tables, "cn001", "--output", out)
        self.assertIn("takes no noderange", part.stderr)
        with open(os.path.join(tables, "noderes.csv"), encoding="utf-8") as file:
            header = file.readline()
        with open(os.path.join(tables, "noderes.csv"), "w", encoding="utf-8") as file:
            file.write(header)
        none = self.makehanfs("settings", tables, "--output", out)
        self.assertIn("no HA domain, so the files are left as they are", none.stdout)
        self.assertEqual((part.rc, none.rc), (2, 1))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text)

    def test_a_file_that_nodes_would_refuse_stays_as_it_is(self):
        tables, out = self.dumps(), os.path.join(self.folder, "out")
        self.makehanfs("settings", tables, "--output", out)
        path = next(os.path.join(folder, "hanfs.conf") for folder, _, names in os.walk(self.folder)
                    if folder.endswith("postscripts/hanfs"))
        for text in ("timeo 5\n", "bogus = 1\n", "[setupnfsv4replication]\ntimeo = 99999999\n"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            run = self.makehanfs("settings", tables, "--output", out)
            self.assertEqual(run.verdict["status"], "fail", run)
            self.assertNotEqual(run.rc, 0)
            self.assertIn("setupnfsv4replication would refuse the whole file", run.stdout)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), text)

    def test_after_a_change_of_a_domain_the_same_command_leads_back(self):
        tables, out = self.dumps(), os.path.join(self.folder, "out")
        settings = lambda: self.makehanfs("settings", tables, "--output", out)
        settings()
        paths = [os.path.join(folder, name) for folder, _, names in os.walk(self.folder) for name in names if name == "hanfs.conf"]
        self.assertEqual(len(paths), 2)
        os.makedirs(self.folder + "/etc", exist_ok=True)
        for name in ("rack01", "rack02"):  # as in hanfs.conf(5), and under another name
            with open(self.folder + "/etc/hanfs.conf", "w", encoding="utf-8") as file:
                file.write(f"[domain {name}]\nservers = asn01 asn02\n")
            run = settings()
            self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), run)
            self.assertIn(f"goes, as makehanfs made it and its servers are in [domain {name}] now", run.stdout)
            for path in paths:
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(file.read().count("replica = 10.40.0.11 10.40.0.12"), 2)  # and in the line above it
        # Members change: asn03 and asn04 take a third one.
        noderes = os.path.join(tables, "noderes.csv")
        with open(noderes, encoding="utf-8") as file:
            text = file.read()
        with open(noderes, "w", encoding="utf-8") as file:
            file.write(text.replace("asn03,asn04", "asn03,asn04,asn05").replace("asn04,asn03", "asn04,asn03,asn05"))
        run = settings()
        self.assertIn("[domain asn03+asn04] goes", run.stdout)
        self.assertNotIn("is in two domains", run.stdout)
        # Somebody has written into the file: the section, its place and the cure are named, and the cure helps.
        with open(self.folder + "/etc/hanfs.conf", "w", encoding="utf-8") as file:
            file.write("")
        for path in paths:
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("[domain rack02]\n", "[domain rack02]\n# the first rack\n")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        run = settings()
        line = text[:text.index("[domain rack02]")].count("\n") + 1
        self.assertEqual(run.verdict["status"], "fail", run)
        for path in paths:
            self.assertIn(f"error: {path[len(self.folder):]}:{line}: [domain rack02] holds asn01, which", run.stdout.replace("10.40.0.11", "asn01"))
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
            section = lines.index("[domain rack02]")
            end = next((at for at in range(section + 1, len(lines)) if lines[at].startswith("[")), len(lines))
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines[:section] + lines[end:]) + "\n")
        run = settings()
        self.assertIn("cure: makehanfs plan" if run.rc else "changed", run.stdout)
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.assertIn("[domain asn01+asn02]\n", file.read())

    def test_a_damaged_line_is_one_error(self):
        tables, out = self.dumps(), os.path.join(self.folder, "out")
        self.makehanfs("settings", tables, "--output", out)
        path = next(os.path.join(folder, "hanfs.conf") for folder, _, _ in os.walk(self.folder)
                    if folder.endswith("prescripts/hanfs"))
        with open(path, "a", encoding="utf-8") as file:
            file.write("replica = nonsense\n")
        with open(path, encoding="utf-8") as file:
            line = file.read().count("\n")
        run = self.makehanfs("settings", tables, "--output", out)
        errors = [one for one in run.stdout.splitlines() if one.startswith("error: ")]
        self.assertEqual(len(errors), 1, run)
        self.assertTrue(errors[0].startswith(f"error: {path[len(self.folder):]}:{line}: "), run)

    def test_a_domain_that_is_not_sound_is_named(self):
        run = self.makehanfs("settings", self.dumps("unresolvable"), "--output", os.path.join(self.folder, "out"))
        self.assertIn("hanfs.conf: [domain asn01+asn02] has no replicas, because the domain is not sound; cure:", run.stdout)
        self.assertNotIn("[domain asn03+asn04] has no replicas", run.stdout)

    def test_a_range_without_a_node_is_refused(self):
        tables = self.dumps()
        for verb in ("plan", "apply", "status"):
            run = self.makehanfs(verb, tables, "hmc01")
            self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"), run)
            self.assertIn("error: hmc01: no diskless AIX node is among these", run.stdout)
