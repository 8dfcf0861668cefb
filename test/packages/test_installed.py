# SPDX-License-Identifier: Apache-2.0
"""rpm and deb on a simulated management node of xCAT, from their installation to their removal; the tarball."""
import os
import shutil
import subprocess
import tempfile
import unittest

import built
from management_node import ManagementNode, differences, what_is, why_not

PROGRAMS = ("setupnfsv4replication", "setuphanfs", "makehanfs", "checkhanfs")
POSTSCRIPT = "/install/postscripts/setupnfsv4replication"
HANDED_OUT = ("/postscripts/setupnfsv4replication", "/postscripts/hanfs/setupnfsv4replication", "/postscripts/hanfs/checkhanfs",
              "/prescripts/hanfs_export", "/prescripts/hanfs/setuphanfs")
SETTINGS = ("/etc/hanfs.conf", "/install/postscripts/hanfs/hanfs.conf", "/install/prescripts/hanfs/hanfs.conf")
NODES = 5  # of the cluster: one a rack


class Installed(unittest.TestCase):
    maxDiff = 3000

    def setUp(self):
        if why_not():
            self.skipTest(why_not())
        self.folder = tempfile.mkdtemp(prefix="hanfs-packages.")
        self.addCleanup(shutil.rmtree, self.folder)
        self.node = ManagementNode()
        self.addCleanup(self.node.close)

    def staged_files_are_there(self):
        staged = built.staged()
        for folder, _, names in os.walk(staged):
            for name in names:
                path = os.path.join(folder, name)
                found = self.node.mn + path[len(staged):]
                self.assertEqual(what_is(found), what_is(path), path)
                if not os.path.islink(path):
                    self.assertIn(os.stat(path).st_mode & 0o777, (0o755, 0o644), path)

    def programs_run(self):
        for name in PROGRAMS:
            self.assertEqual(self.node.inside("/opt/hanfs/bin/" + name, "--version").strip(), f"{name} {built.version()}")
            self.assertIn("self-test: ok", self.node.inside("/opt/hanfs/bin/" + name, "--self-test"))
        for name in ("makehanfs", "checkhanfs"):
            self.assertIn(built.version(), self.node.inside("/usr/bin/" + name, "--version"))

    def files_for_nodes_are_in_install(self):
        for name in HANDED_OUT:
            self.assertEqual(what_is(self.node.mn + "/install" + name), what_is(built.staged() + "/opt/hanfs" + name))
            self.assertEqual(os.stat(self.node.mn + "/install" + name).st_mode & 0o777, 0o755, name)

    def nodes_are_tuned(self, status):
        verdicts = self.node.tuned()
        self.assertEqual(len(verdicts), NODES, verdicts)
        for line in verdicts:
            self.assertIn(f" version={built.version()} status={status} ", line)
            self.assertNotIn("fallback=sh", line)  # the program worked, not the shell

    def makehanfs_works(self):
        self.assertIn("asn03+asn04+asn05", self.node.on_manager("makehanfs plan"))
        self.node.on_manager("makehanfs settings")
        for path in SETTINGS[1:]:
            self.assertIn("[domain ", self.node.read("mn", path))

    def site_edits_settings(self):
        for path in SETTINGS:
            with open(self.node.mn + path, "a") as file:
                file.write("\n# Of the site.\n")
        return [what_is(self.node.mn + path) for path in SETTINGS]

    def postscript(self):
        return self.node.read("mn", POSTSCRIPT)

    def life(self, kind, install, upgrade, release):
        """From the installation to the last upgrade; what the files were before it."""
        install(built.package_of_xcat(kind, 1, self.folder))
        before = self.node.files()
        self.assertIn("xCAT's own, release 1", self.postscript())
        install(built.package("hanfs*." + kind))
        self.staged_files_are_there()
        self.programs_run()
        self.files_for_nodes_are_in_install()
        self.nodes_are_tuned("changed")
        self.makehanfs_works()
        edited = self.site_edits_settings()
        upgrade(built.next_release(kind, self.folder))
        self.assertEqual(release(), "2")
        self.assertEqual([what_is(self.node.mn + path) for path in SETTINGS], edited)
        self.files_for_nodes_are_in_install()
        self.nodes_are_tuned("ok")
        # xCAT is updated: its postscript of our name does not stay in the place of ours.
        upgrade(built.package_of_xcat(kind, 2, self.folder))
        self.files_for_nodes_are_in_install()
        return before

    def left(self, before):
        return [path for path in differences(before, self.node.files()) if path != POSTSCRIPT]

    def test_rpm(self):
        node = self.node
        before = self.life("rpm", lambda path: node.rpm("-i", path), lambda path: node.rpm("-U", path),
                           lambda: node.rpm("-q", "--qf", "%{RELEASE}", "hanfs"))
        self.assertTrue(os.path.exists(node.mn + "/etc/hanfs.conf.rpmnew"))
        os.remove(node.mn + "/etc/hanfs.conf.rpmnew")
        said = node.rpm("-e", "hanfs")
        # rpm keeps what the site has edited, as always; so do we, and say it.
        self.assertEqual(self.left(before), sorted([SETTINGS[0] + ".rpmsave", *SETTINGS[1:], *map(os.path.dirname, SETTINGS[1:])]))
        self.assertIn("kept, as not ours: " + SETTINGS[1], said)
        self.assertIn("xCAT's own, release 2", self.postscript())

    def test_deb(self):
        node = self.node
        before = self.life("deb", lambda path: node.dpkg("-i", path), lambda path: node.dpkg("-i", path),
                           lambda: built.run("dpkg-query", "--admindir", node.mn + "/var/lib/dpkg", "-W", "-f",
                                             "${Version}", "hanfs").split("-")[1])
        node.dpkg("-r", "hanfs")
        self.assertIn("xCAT's own, release 2", self.postscript())
        self.assertFalse(os.path.exists(node.mn + "/opt/hanfs"))
        for path in SETTINGS:
            self.assertTrue(os.path.exists(node.mn + path), path)
        node.dpkg("--purge", "hanfs")
        self.assertEqual(self.left(before), [])

    def test_rpm_without_settings_of_the_site_leaves_nothing(self):
        node = self.node
        node.rpm("-i", built.package_of_xcat("rpm", 1, self.folder))
        before = node.files()
        node.rpm("-i", built.package("hanfs*.rpm"))
        self.assertNotEqual(differences(before, node.files()), [])
        node.rpm("-e", "hanfs")
        self.assertEqual(differences(before, node.files()), [])

    def test_without_xcat_nothing_is_put_into_install(self):
        node = self.node
        before = node.files()
        said = node.rpm("-i", built.package("hanfs*.rpm"))
        self.assertIn("no management node of xCAT", said)
        self.assertEqual([path for path in differences(before, node.files()) if path.startswith("/install")], [])
        # xCAT comes later: then the files do too.
        node.rpm("-i", built.package_of_xcat("rpm", 1, self.folder))
        self.files_for_nodes_are_in_install()
        self.nodes_are_tuned("changed")

    def test_tarball(self):
        """As README.md has it; a root whose umask is strict."""
        built.run("sh", "-c", f"umask 077; gunzip -c {built.package('hanfs-install-*.tar.gz')} | (cd {self.node.mn}/install && tar -xpof -)")
        self.files_for_nodes_are_in_install()
        self.nodes_are_tuned("changed")


class Documents(unittest.TestCase):
    def test_they_are_packed(self):
        for path in ("opt/hanfs/share/doc/guide.md", "opt/hanfs/share/doc/README.md", "usr/share/man/man5/hanfs.conf.5",
                     *(f"usr/share/man/man8/{name}.8" for name in PROGRAMS)):
            self.assertTrue(os.path.isfile(f"{built.staged()}/{path}"), path)

    def test_the_picture_of_the_readme_is_what_is_printed_now(self):
        """Of the picture of the page no more than that it is there: its bytes are those of a browser and its fonts."""
        built.run(built.ROOT + "/packaging/doc/pictures", "--check", "--bin", built.programs())
        self.assertLess(os.path.getsize(built.ROOT + "/packaging/doc/status-page.png"), 150_000)


class NimScript(unittest.TestCase):
    def test_the_packed_helper_and_its_licences_are_inside(self):
        home = built.staged() + "/opt/hanfs"
        with tempfile.TemporaryDirectory() as folder:
            built.run(home + "/share/nim/make-nim-script", "--output", folder + "/script")
            with open(folder + "/script", "rb") as file:
                script = file.read()
            for name in ("/postscripts/hanfs/setupnfsv4replication", "/share/doc/THIRD-PARTY-LICENSES"):
                with open(home + name, "rb") as file:
                    self.assertIn(file.read(), script, name)
            self.assertIn("self-test: ok", built.run(folder + "/script", "--self-test"))


class Needs(unittest.TestCase):
    def test_needs_libc_only(self):
        """What rpm and dpkg found out by themselves; no other package and no other library."""
        needed = built.run("rpm", "-qp", "--requires", built.package("hanfs*.rpm")).split("\n")
        strange = [line for line in needed if line and not line.startswith(
            ("/bin/sh", "config(hanfs)", "ld-linux", "ld64", "libc.so.6", "libm.so.6", "rpmlib(", "rtld(GNU_HASH)"))]
        self.assertEqual(strange, [])
        self.assertRegex(built.run("dpkg-deb", "-f", built.package("hanfs*.deb"), "Depends"), r"^libc6 \(>= [0-9.]+\)\n$")


class XcatFiles(unittest.TestCase):
    """The script that puts files into /install, in the shells that AIX and Linux may have as sh."""

    def test_shells(self):
        script = built.staged() + "/opt/hanfs/libexec/xcat-files"
        for shell in ("dash", "bash", "ksh93", "mksh"):
            with self.subTest(shell), tempfile.TemporaryDirectory() as folder:
                place = folder + "/other"
                os.makedirs(place + "/postscripts")
                with open(place + "/postscripts/setupnfsv4replication", "w") as file:
                    file.write("# xCAT's own\n")
                os.makedirs(place + "/prescripts")
                before = sorted(os.listdir(place))
                built.run(shell, script, "install", place)
                for name in HANDED_OUT:
                    self.assertEqual(what_is(place + name), what_is(built.staged() + "/opt/hanfs" + name))
                built.run(shell, script, "install", place)  # again: xCAT's own is not lost
                built.run(shell, script, "remove", place)
                with open(place + "/postscripts/setupnfsv4replication") as file:
                    self.assertEqual(file.read(), "# xCAT's own\n")
                self.assertEqual(sorted(os.listdir(place)), before)
                self.assertEqual([os.listdir(place + "/" + name) for name in before], [["setupnfsv4replication"], []])
                done = subprocess.run([shell, script, "unknown", place], capture_output=True)
                self.assertEqual(done.returncode, 2)
