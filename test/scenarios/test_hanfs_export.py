# SPDX-License-Identifier: Apache-2.0
"""The prescript as mkdsklsnode starts it on a service node."""
import os
import shutil
import subprocess

from scenario import Scenario
from simnode import CLEAN_ENVIRONMENT, program
from simserver import DOMAIN, ONE, TWO, Server

SCRIPT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "postscripts", "hanfs_export")


class Prescript(Scenario):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.folder = os.path.join(self.server.root, "prescripts")
        os.makedirs(os.path.join(self.folder, "hanfs"))
        shutil.copy(SCRIPT, self.folder)
        # No copy: while another thread forks, a file that was just written may still be open for writing (ETXTBSY).
        os.symlink(program("setuphanfs"), os.path.join(self.folder, "hanfs", "setuphanfs"))
        self.conf(f"[setuphanfs]\nreplica = {ONE} {TWO}\nnfs_domain = {DOMAIN}\n")

    def conf(self, text):
        self.server.write("/prescripts/hanfs/hanfs.conf", text)

    def start(self, shell="sh", **environment):
        return subprocess.run([shell, os.path.join(self.folder, "hanfs_export"), "--sysroot", self.server.root],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**CLEAN_ENVIRONMENT, "NODES": "cn017,cn018", "ACTION": "diskless", **environment})

    def test_exports_and_again_is_quiet(self):
        done = self.start()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("/install", self.server.exports())
        self.server.forget_calls()
        done = self.start()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.server.commands(changing=True), [])
        self.assertIn("status=ok", done.stdout.splitlines()[-1])

    def test_other_actions_and_no_nodes_are_none_of_our_business(self):
        for environment in ({"ACTION": "standalone"}, {"NODES": ""}):
            self.assertEqual(self.start(**environment).returncode, 0)
        self.assertEqual(self.server.calls(), [])

    def test_failures_are_1_so_that_prescripts_of_others_still_run(self):
        self.conf("[setuphanfs]\nreplica = sn1\n")
        self.assertEqual(self.start().returncode, 1)
        os.remove(os.path.join(self.folder, "hanfs", "setuphanfs"))
        done = self.start()
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT set up", done.stdout)

    def test_a_server_of_no_domain_is_none_of_our_business(self):
        self.conf("[domain east]\nreplica = 198.51.100.1 198.51.100.2\n")
        done = self.start()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("no [domain NAME] of hanfs.conf holds an address of this server: nothing to do",
                      done.stdout.splitlines()[0])
        self.assertEqual(self.server.commands(changing=True), [])
        self.conf("")  # nobody has said what is wanted
        self.assertEqual(self.start().returncode, 1)

    def test_never_interrupts_clients_unless_the_settings_allow_it(self):
        self.server.close()
        self.server.root = Server("plain").root
        os.makedirs(os.path.join(self.server.root, "prescripts", "hanfs"))
        self.folder = os.path.join(self.server.root, "prescripts")
        shutil.copy(SCRIPT, self.folder)
        os.symlink(program("setuphanfs"), os.path.join(self.folder, "hanfs", "setuphanfs"))
        self.conf(f"[setuphanfs]\nreplica = {ONE} {TWO}\n")
        self.assertEqual(self.start().returncode, 1)
        self.assertEqual(self.server.interruptions("/install"), [])
        self.conf(f"[setuphanfs]\nreplica = {ONE} {TWO}\ndisruptive = true\n")
        done = self.start()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
