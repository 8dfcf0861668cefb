# SPDX-License-Identifier: Apache-2.0
"""A simulated cluster whose management node is a clean root for package managers: a shell and libc, and nothing else that
packages could lean on. Packages are installed with the package manager's own --root, which also runs their scripts
there (chroot)."""
import hashlib
import os
import re
import shutil
import subprocess

from built import run
from simmanager import Manager
from simnode import program

# Databases of package managers and what the simulator keeps.
NOT_OF_PACKAGES = ("var/lib", "var/log", ".aixsim", "root", "dev", "etc/xcat")
# A few words that sh scripts of packages may use; AIX and Linux have them all.
WORDS = ("cat", "chmod", "cp", "dirname", "find", "grep", "ls", "mkdir", "mv", "rm", "rmdir")


def libraries(*programs):
    said = "".join(run("ldd", path) for path in programs)
    return set(re.findall(r"(/\S+) \(0x", said))


def installed_version(package):
    return run("dpkg-query", "-W", "-f", "${Version}\n", package).split("\n")[0]


class ManagementNode(Manager):
    def __init__(self):
        super().__init__("two-domains.txt", per_rack=1)
        # Programs come from packages here, and not from where the simulator links them to.
        for host in os.listdir(self.folder):
            place = f"{self.folder}/{host}/opt/hanfs"
            if os.path.islink(place):
                os.remove(place)
            elif os.path.isdir(place):
                shutil.rmtree(place)
        for folder in ("/sbin", "/root", "/dev", "/tmp", "/var/tmp", "/var/lib/dpkg/info", "/var/lib/dpkg/updates",
                       "/var/lib/dpkg/triggers", "/usr/bin", "/usr/share/man/man5", "/usr/share/man/man8"):
            os.makedirs(self.mn + folder, exist_ok=True)
        open(self.mn + "/dev/null", "w").close()  # a file: who tests may not be allowed to make devices, or use them here
        os.symlink("../../sbin/busybox", self.mn + "/usr/bin/true")
        # dpkg removes a folder in which nothing of others is left.
        for section in ("5", "8"):
            open(f"{self.mn}/usr/share/man/man{section}/of_others.{section}", "w").close()
        with open(self.mn + "/var/lib/dpkg/status", "w") as file:  # libc lies here without its package
            file.write("Package: libc6\nStatus: install ok installed\nMaintainer: test <root@localhost>\n"
                       f"Architecture: {run('dpkg', '--print-architecture').strip()}\nVersion: {installed_version('libc6')}\n"
                       "Description: stands for libc\n")
        shutil.copy("/bin/busybox", self.mn + "/sbin/busybox")
        os.symlink("../sbin/busybox", self.mn + "/bin/sh")
        for word in WORDS:
            os.symlink("busybox", f"{self.mn}/sbin/{word}")
        for path in libraries(*(program(name) for name in ("makehanfs", "checkhanfs", "setuphanfs"))):
            os.makedirs(self.mn + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, self.mn + path)

    def rpm(self, *words):
        # Nothing is installed that provides libc: what a package needs besides is seen by test_needs_libc_only.
        return run("rpm", "--root", self.mn, *(["--nodeps"] if words[0] != "-q" else []), *words)

    def dpkg(self, *words):
        return run("dpkg", "--root=" + self.mn, "--log=/dev/null", "--force-confold", *words)

    def inside(self, *words):
        """A command in the root of the management node."""
        return run("chroot", self.mn, *words)

    def files(self):
        """{path: what it is} of all but what package managers and the simulator keep."""
        found = {}
        for folder, folders, names in os.walk(self.mn):
            below = os.path.relpath(folder, self.mn)
            folders[:] = [name for name in folders if os.path.normpath(below + "/" + name) not in NOT_OF_PACKAGES]
            for name in folders + names:
                path = os.path.join(folder, name)
                found["/" + os.path.normpath(below + "/" + name)] = what_is(path)
        return found

    def tuned(self):
        """Verdicts of the postscript, run by xCAT on all nodes after prsync."""
        for place in ("postscripts", "prescripts"):
            self.on_manager(f"prsync /install/{place} service:/install")
        said = self.on_manager("updatenode compute -P setupnfsv4replication")
        return [line for line in said.splitlines() if "HANFS tool=setupnfsv4replication" in line]


def what_is(path):
    status = os.lstat(path)
    if os.path.islink(path):
        return "link", os.readlink(path)
    if os.path.isdir(path):
        return "folder", f"{status.st_mode & 0o7777:o}", status.st_uid, status.st_gid
    if not os.path.isfile(path):  # nobody is at the other end of a pipe
        return "special", status.st_mode
    with open(path, "rb") as file:
        return "file", f"{status.st_mode & 0o7777:o}", status.st_uid, status.st_gid, hashlib.sha256(file.read()).hexdigest()


def differences(before, after):
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def why_not():
    """Why packages cannot be installed here, or nothing."""
    if os.geteuid() != 0:
        return "not root: package managers run scripts of packages in another root (chroot)"
    if subprocess.run(["chroot", "/", "true"], capture_output=True).returncode != 0:
        return "chroot is not allowed here"
    return ""
