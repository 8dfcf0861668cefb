# SPDX-License-Identifier: Apache-2.0
"""The NIM script resource with the real helper inside: on a standalone client, as nim -o cust runs it, and on a diskless
client, from its inittab at each boot."""
import os
import subprocess
import tempfile

from scenario import WANTED, Scenario
from simnode import CLEAN_ENVIRONMENT, REPLICA, SERVER, STATELITE, TOOL, USR, Run, program

MAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../packaging/nim/make-nim-script")


class NimScript(Scenario):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="hanfs-nim.")
        self.addCleanup(folder.cleanup)
        self.tmp = os.path.join(folder.name, "tmp")
        os.mkdir(self.tmp)
        self.script = os.path.join(folder.name, "hanfs_nim_script")
        licences = os.path.join(folder.name, "licences")
        with open(licences, "w", encoding="ascii") as file:
            file.write("licences of what is linked in\n")
        subprocess.run([MAKE, "--helper", program(TOOL), "--licenses", licences, "--output", self.script], check=True,
                       stderr=subprocess.DEVNULL)  # that the program here is none of AIX
        os.chmod(self.script, 0o555)  # as from a read-only NFS mount: nothing is written beside it

    def nim(self, node, *words):
        done = subprocess.run([self.script, "--sysroot", node.root, *words], capture_output=True, text=True, timeout=120,
                              env={**CLEAN_ENVIRONMENT, "TMPDIR": self.tmp}, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(os.listdir(self.tmp), [], "it left something behind")
        return Run(done.returncode, done.stdout, done.stderr, 0)

    def test_a_diskless_client_at_each_boot(self):
        node = self.node()
        for _ in range(2):
            run = self.nim(node)
            self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
            self.assertNotIn("fallback", run.verdict)
            for path in (USR, STATELITE):
                self.assertEqual(node.timing(path), WANTED)
            self.assertEqual(node.defaults(), [(SERVER, 0, True), (REPLICA, 1, True)])
            run = self.nim(node, "--check")
            self.assertEqual((run.rc, run.verdict["status"]), (0, "ok"), str(run))
            node.sim_boot()  # forgets all of it
            self.assertNotEqual(node.timing(USR), WANTED)

    def test_a_standalone_client(self):
        node = self.node("--standalone")
        run = self.nim(node, "persist=true")
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))
        self.assertEqual(node.timing("/data/00001"), WANTED)
        self.assertEqual(self.nim(node, "--status", "--json").json["result"]["status"], "ok")
        run = self.nim(node, "--reset")
        self.assertEqual((run.rc, run.verdict["status"]), (0, "changed"), str(run))

    def test_what_it_refuses(self):
        node = self.node()
        before = node.state()
        run = self.nim(node, "timeo=never")
        self.assertEqual((run.rc, run.verdict["status"]), (2, "refused"), str(run))
        self.assertEqual(node.state(), before)
