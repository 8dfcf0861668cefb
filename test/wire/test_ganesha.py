# SPDX-License-Identifier: Apache-2.0
"""checkhanfs servers against two real NFS-Ganesha servers on loopback addresses."""
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import fake_nfs
from harness import WireTest

A, B = "127.0.7.1", "127.0.7.2"
CONFIG = """
NFS_CORE_PARAM {{ Bind_addr = {address}; NFS_Port = 2049; NFS_Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false;
                  Enable_UDP = false; }}
NFSV4 {{ Graceless = true; RecoveryBackend = fs; RecoveryRoot = {folder}; Only_Numeric_Owners = true;
         Minor_Versions = 0; }}
EXPORT_DEFAULTS {{ SecType = sys; }}
EXPORT {{ Export_Id = 77; Path = {tree}; Pseudo = /install; Protocols = 4; Access_Type = RO; Squash = No_Root_Squash;
          Filesystem_Id = 77.7; FSAL {{ Name = VFS; }} }}
EXPORT {{ Export_Id = 78; Path = {tree}/images; Pseudo = /locked; Protocols = 4; Access_Type = NONE; Filesystem_Id = 77.8;
          FSAL {{ Name = VFS; }}
          CLIENT {{ Clients = 192.0.2.1; Access_Type = RO; }} }}
LOG {{ Default_Log_Level = EVENT; }}
"""


class Ganesha:
    def __init__(self, folder, address, tree):
        self.folder, self.address = folder / address, address
        self.folder.mkdir()
        (self.folder / "conf").write_text(CONFIG.format(address=address, folder=self.folder, tree=tree))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["ganesha.nfsd", "-F", "-f", self.folder / "conf", "-L", self.folder / "log", "-p", self.folder / "pid",
             "-N", "EVENT"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while "NFS SERVER INITIALIZED" not in self.log():
            if self.process.poll() is not None or time.monotonic() > end:
                raise unittest.SkipTest("ganesha.nfsd does not start here: " + "; ".join(self.log().splitlines()[-3:]))
            time.sleep(0.05)

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def signal(self, number):
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


class GaneshaServers(WireTest):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("ganesha.nfsd with FSAL VFS needs root")
        if shutil.which("ganesha.nfsd") is None:
            raise unittest.SkipTest("ganesha.nfsd is not installed (nfs-ganesha, nfs-ganesha-vfs)")
        cls.folder = Path(tempfile.mkdtemp(prefix="hanfs-ganesha.", dir="/dev/shm"))  # overlayfs has no file handles
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        (cls.folder / "tree/images").mkdir(parents=True)
        cls.servers = []
        for address in (A, B):
            cls.servers.append(Ganesha(cls.folder, address, cls.folder / "tree"))
            cls.addClassCleanup(cls.servers[-1].stop)

    def test_stock_ganesha_names_no_replicas(self):
        run = self.check(A, B, "--again", 1)
        self.assert_state(run, "CRITICAL", "no-list")
        self.assertIn(f"no-list: {A}, {B}: ", run.out)
        self.assertIn("77.7", run.out)

    def test_wrong_path(self):
        run = self.once(A, B, "--path", "/install/images/nope")
        self.assert_state(run, "CRITICAL", "wrong-path")

    def test_no_access(self):
        run = self.once(A, B, "--path", "/locked")
        self.assertEqual(run.rc, 2, str(run))
        self.assertIn(run.codes, (["access"], ["wrong-path"]), "Ganesha may hide what it does not give")

    def test_killed_and_started_again(self):
        self.servers[0].signal(signal.SIGKILL)
        run = self.once(A, B)
        self.assert_state(run, "CRITICAL", "refused", "no-list")
        self.assertIn(f"refused: {A}: ", run.out)
        (self.servers[0].folder / "log").unlink()
        self.servers[0].start()
        self.assert_state(self.once(A, B), "CRITICAL", "no-list")

    def test_stopped(self):
        self.servers[1].signal(signal.SIGSTOP)
        try:
            run = self.once(A, B)
        finally:
            self.servers[1].signal(signal.SIGCONT)
        self.assert_state(run, "CRITICAL", "hung", "no-list")
        self.assertIn(f"hung: {B}: ", run.out)
        self.assertLess(run.seconds, 2)

    def test_beside_a_server_with_a_list(self):
        pair = ((A, "/install"), ("127.0.7.3", "/install"))
        self.keep(fake_nfs.FakeServer("127.0.7.3", fake_nfs.Export(locations=pair)))
        self.assert_state(self.once(A, "127.0.7.3"), "CRITICAL", "no-list", "lease-differs")
