# SPDX-License-Identifier: Apache-2.0
"""What is made for AIX, where nothing was ever built: the template of mkinstallp, lpp_name and inventory against the tree
that is packed; the branch for AIX of the spec."""
import os
import re
import stat
import tempfile
import unittest

import built

MAKE = built.ROOT + "/packaging/aix/installp/make"
FILESET = "hanfs.rte"


def read(path):
    with open(path) as file:
        return file.read()


def packed():
    """{path: path in the staged tree} of all that belongs to the fileset: folders of our own, files, links."""
    staged, found = built.staged(), {}
    for folder, folders, names in os.walk(staged):
        for name in folders + names:
            path = os.path.join(folder, name)[len(staged):]
            own = path.startswith("/opt/hanfs") if os.path.isdir(staged + path) else not path.startswith("/etc/")
            if own:
                found[path] = staged + path
    return found


def stanzas(text):
    """{path: {attribute: value}} of an inventory, which has one stanza a path."""
    found, path = {}, ""
    for line in text.splitlines():
        if line.endswith(":"):
            path = line[:-1]
            assert path not in found, path
            found[path] = {}
        elif line:
            name, value = line.strip().split(" = ", 1)
            found[path][name] = value
    return found


def checksum(path):
    """That of `sum -r`, which sysck reads: https://www.ibm.com/support/knowledgecenter/en/ssw_aix_72/filesreference/sysck.cfg.html"""
    total = 0
    with open(path, "rb") as file:
        data = file.read()
    for byte in data:
        total = ((total >> 1) + ((total & 1) << 15) + byte) & 0xffff
    return total, (len(data) + 1023) // 1024


class Installp(unittest.TestCase):
    maxDiff = 3000

    def setUp(self):
        self.out = built.packages() + "/installp"

    def test_template(self):
        text = read(self.out + "/hanfs.template")
        listed = text.split("  USRFiles\n")[1].split("  EOUSRFiles\n")[0].split()
        self.assertEqual(sorted(listed), sorted(packed()))
        self.assertIn(f"Package VRMF: {built.version()}.0\n", text)
        self.assertIn(f"  Fileset Name: {FILESET}\n  Fileset VRMF: {built.version()}.0\n", text)
        self.assertIn("  ROOT Part: N\n", text)
        for script in re.findall(r"onfiguration Script: (\S+)", text):
            self.assertTrue(os.access(script, os.X_OK), script)
            command = re.search(r"^(/\S+) (install|remove)$", read(script), re.MULTILINE)
            self.assertTrue(os.access(built.staged() + command[1], os.X_OK), command[1])
        self.assertEqual(len(re.findall(r"onfiguration Script: ", text)), 2)

    def test_inventory(self):
        found, wanted = stanzas(read(f"{self.out}/{FILESET}.inventory")), packed()
        self.assertEqual(sorted(found), sorted(wanted))
        for path, source in wanted.items():
            status = os.lstat(source)
            attributes = {"owner": "root", "group": "system", "class": "apply,inventory," + FILESET,
                          "mode": f"{stat.S_IMODE(status.st_mode):o}"}
            if os.path.islink(source):
                attributes.update(type="SYMLINK", target=os.readlink(source))
            elif os.path.isdir(source):
                attributes.update(type="DIRECTORY")
            else:
                attributes.update(type="FILE", size=str(status.st_size), checksum=found[path].get("checksum"))
            self.assertEqual(found[path], attributes, path)
            if attributes["type"] == "FILE" and status.st_size < 300000:  # the others take a second each here
                self.assertEqual(tuple(map(int, found[path]["checksum"].strip('"').split())), checksum(source), path)
                self.assertRegex(found[path]["checksum"], r'^"\d{5} *\d+ "$')

    def test_lpp_name(self):
        lines = read(self.out + "/lpp_name").splitlines()
        self.assertEqual(lines[0], "4 R I hanfs {")
        self.assertRegex(lines[1], rf"^{FILESET} {re.escape(built.version())}\.0 01 N U en_US \w.+")
        self.assertEqual(lines[2:4], ["[", "%"])
        self.assertEqual(lines[-5:], ["%", "%", "%", "]", "}"])
        blocks = {}
        for path, source in packed().items():
            if os.path.isfile(source) and not os.path.islink(source):
                folder = os.path.dirname(path)
                blocks[folder] = blocks.get(folder, 0) + (os.path.getsize(source) + 511) // 512
        self.assertEqual(dict((line.split()[0], int(line.split()[1])) for line in lines[4:-5]), blocks)

    def test_mkinstallp_is_called_as_documented(self):
        """With one that only looks whether all is there; the real one was never run."""
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/mkinstallp", "w") as file:
                file.write('#!/bin/sh\n[ "$1,$3" = "-d,-T" ] && mkdir -p "$2/tmp" || exit 1\n'
                           "sed -n '/ USRFiles/,/EOUSRFiles/s,^ *\\(/.*\\),\\1,p' \"$4\" | while read -r path; do\n"
                           '  ls -d "$2$path" || exit 1\ndone >"$2/tmp/listed" && mv "$2/tmp/listed" "$2/tmp/hanfs.' +
                           built.version() + '.0.bff"\n')
            os.chmod(folder + "/mkinstallp", 0o755)
            built.run("cp", "-a", built.staged(), folder + "/root")
            built.run(MAKE, folder + "/root", built.version(), folder + "/out",
                      env={**os.environ, "PATH": folder + ":" + os.environ["PATH"]})
            listed = read(f"{folder}/out/hanfs.{built.version()}.0.bff").split()
            self.assertEqual(len(listed), len(packed()))

    def test_a_mode_that_nobody_meant_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(folder + "/root/opt/hanfs/bin")
            os.makedirs(folder + "/root/usr")
            open(folder + "/root/opt/hanfs/bin/x", "w").close()
            os.chmod(folder + "/root/opt/hanfs/bin/x", 0o666)
            with self.assertRaisesRegex(AssertionError, "neither mode 755 nor 644"):
                built.run(MAKE, folder + "/root", "1.2.3", folder + "/out")


class Spec(unittest.TestCase):
    def expanded(self, *options):
        return built.run("rpmspec", "-P", *options, built.packages() + "/hanfs.spec")

    def test_aix(self):
        aix, linux = self.expanded("--target", "ppc-ibm-aix"), self.expanded()
        self.assertIn("%defattr(-,root,system)", aix)
        self.assertIn("-maix64", aix)
        self.assertIn("cmake --install build/rpm", aix)
        self.assertIn("%defattr(-,root,root)", linux)
        self.assertNotIn("-maix64", linux)
        # Paths are the same on both but for bash-completion, and none is of the Toolbox or of a distribution.
        files = [[line for line in text.split("%files")[1].split("%config")[1].splitlines() if line] for text in (aix, linux)]
        self.assertEqual(files[0], [line for line in files[1] if "bash-completion" not in line])
        self.assertEqual(len(files[1]) - len(files[0]), 3)
        self.assertNotIn("freeware", aix.split("%files")[1])

    def test_no_macro_of_linux_only(self):
        """Those that rpm itself has (name, version, _tmppath) and those that the spec or its caller sets."""
        text = re.sub(r"^#.*", "", read(built.packages() + "/hanfs.spec"), flags=re.MULTILINE)
        used = set(re.findall(r"%\{[!?0]*(\w+)", text))
        self.assertEqual(used - {"name", "version", "_tmppath", "nil", "release", "staged"}, set())
