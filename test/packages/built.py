# SPDX-License-Identifier: Apache-2.0
"""The packages of the build whose programs are tested, made once by the commands that README.md gives."""
import functools
import glob
import os
import re
import shutil
import subprocess
import threading

from simnode import program

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
ONCE = threading.Lock()  # tests run side by side
KINDS = ("rpm", "deb", "tarball", "installp")


def run(*words, **more):
    """What a command said; one that fails ends the test with it."""
    done = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def programs():
    return os.path.realpath(os.path.dirname(program("makehanfs")))


def build_folder():
    return os.path.dirname(programs())


@functools.lru_cache(None)
def version():
    with open(ROOT + "/CMakeLists.txt") as file:
        return re.search(r"^project\(hanfs VERSION (\S+)", file.read(), re.MULTILINE)[1]


def packages():
    """The folder of all packages. The simulated nodes are of this machine, so its programs stand for those of AIX."""
    with ONCE:
        return make_packages()


@functools.lru_cache(None)
def make_packages():
    try:
        run("cmake", "--build", build_folder(), "--target", *("package_" + kind for kind in KINDS),
            env={**os.environ, "HANFS_NODE_PROGRAMS": programs()}, umask=0o077)  # no mode of a package is that of who packs
    except AssertionError as error:
        print(f"{error}\nNo packages, so nothing can be tested.", flush=True)
        os._exit(1)
    return build_folder() + "/packages"


def staged():
    return packages() + "/root"


def package(pattern):
    found = glob.glob(f"{packages()}/{pattern}")
    if len(found) != 1:
        raise AssertionError(f"{pattern} in {packages()}: {found}")
    return found[0]


def next_release(kind, folder):
    """A package of a later release, in which the settings file is another one too."""
    tree = folder + "/next"
    shutil.copytree(staged(), tree, symlinks=True)
    with open(tree + "/etc/hanfs.conf", "a") as file:
        file.write("\n# Of the next release.\n")
    if kind == "rpm":
        run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}/rpmbuild", "--define", f"_rpmdir {folder}",
            "--define", "_build_name_fmt next.rpm", "--define", "_binary_payload w1.gzdio", "--define", "release 2",
            "--define", f"staged {tree}", packages() + "/hanfs.spec")
        return folder + "/next.rpm"
    run("cpack", "--config", packages() + "/deb.cmake", "-B", folder, "-D", f"CPACK_INSTALLED_DIRECTORIES={tree};.",
        "-D", "CPACK_DEBIAN_PACKAGE_RELEASE=2", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=none", "-D", "CPACK_DEBIAN_PACKAGE_SHLIBDEPS=OFF")
    return glob.glob(folder + "/hanfs_*-2_*.deb")[0]


def package_of_xcat(kind, release, folder):
    """A package that owns xCAT's postscript of our name, as that of xCAT does: xCAT.spec of xcat-core, section files."""
    tree = f"{folder}/xcat{release}"
    os.makedirs(tree + "/install/postscripts")
    os.makedirs(tree + "/etc")
    with open(tree + "/install/postscripts/setupnfsv4replication", "w") as file:
        file.write(f"#!/bin/sh\n# xCAT's own, release {release}\n")
    os.chmod(tree + "/install/postscripts/setupnfsv4replication", 0o755)
    open(tree + "/etc/xCATMN", "w").close()
    if kind == "deb":
        os.makedirs(tree + "/DEBIAN")
        with open(tree + "/DEBIAN/control", "w") as file:
            file.write(f"Package: xcat\nVersion: 2.9.{release}\nArchitecture: all\nMaintainer: test <root@localhost>\n"
                       "Description: stands for xCAT\n")
        run("dpkg-deb", "--root-owner-group", "-b", tree, tree + ".deb")
        return tree + ".deb"
    with open(tree + ".spec", "w") as file:
        file.write(f"Name: xCAT\nVersion: 2.9.{release}\nRelease: 1\nSummary: stands for xCAT\nLicense: EPL\nBuildArch: noarch\n"
                   f"%description\nxCAT\n%install\ncp -a {tree}/* %{{buildroot}}\n"
                   "%files\n%defattr(-,root,root)\n/install/postscripts/setupnfsv4replication\n/etc/xCATMN\n")
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {tree}.build", "--define", f"_rpmdir {folder}", "--define",
        f"_build_name_fmt xcat{release}.rpm", tree + ".spec")
    return tree + ".rpm"
