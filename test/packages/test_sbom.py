# SPDX-License-Identifier: Apache-2.0
"""The SBOM against what the build really did: the archives on the link lines (ninja -t commands) and the headers that the
compiler read (ninja -t deps). Whose a header is, and of which version, dpkg knows."""
import functools
import hashlib
import json
import os
import tarfile
import tempfile
import unittest

import built
from management_node import installed_version

PROGRAMS = ("setupnfsv4replication", "setuphanfs", "makehanfs", "checkhanfs")
# Debian's packages of the headers: the component of the SBOM, or nothing where no code of it comes into a program.
OWNERS = {"libboost": "Boost", "libcli11-dev": "CLI11", "nlohmann-json3-dev": "nlohmann-json", "libpcre2-dev": "PCRE2",
          "libkainjow-mustache-dev": "mustache", "libxxhash-dev": "xxHash", "nettle-dev": "Nettle", "libnfs-dev": "libnfs",
          "libstdc++": "libstdc++", "libgcc": "libgcc", "libc6-dev": "", "linux-libc-dev": "", "libgmp-dev": ""}


@functools.lru_cache(None)
def sbom():
    built.packages()
    with open(built.staged() + "/opt/hanfs/share/doc/hanfs.spdx.json") as file:
        return json.load(file)


def ninja(tool, *words):
    return built.run("ninja", "-C", built.build_folder(), "-t", tool, *words)


@functools.lru_cache(None)
def link_line(name):
    lines = [line for line in ninja("commands", "bin/" + name).splitlines() if f" -o bin/{name} " in line]
    if len(lines) != 1:
        raise AssertionError(f"link lines of {name}: {lines}")
    return lines[0]


def linked(name):
    """Names of the archives that are linked and are not of this build."""
    words = link_line(name).split()
    found = {os.path.basename(word) for word in words if word.endswith(".a") and os.path.isabs(word)}
    found |= {word[len("-static-"):] + ".a" for word in words if word in ("-static-libstdc++", "-static-libgcc")}
    return found


def components():
    return {package["name"]: package for package in sbom()["packages"] if package["name"] not in PROGRAMS}


def related(name):
    ids = {package["SPDXID"]: package["name"] for package in sbom()["packages"]}
    return {ids[one["relatedSpdxElement"]] for one in sbom()["relationships"]
            if one["spdxElementId"] == "SPDXRef-" + name and one["relationshipType"] == "STATIC_LINK"}


@functools.lru_cache(None)
def headers():
    """{component: headers} of all sources of the programs."""
    paths, ours = set(), False
    for line in ninja("deps").splitlines():
        if line and line[0] != " ":
            ours = line.startswith("helpers/")
        elif ours and line.startswith("    /usr/"):
            paths.add(os.path.realpath(line.strip()))
    found = {}
    for row in built.run("dpkg", "-S", *sorted(paths)).splitlines():
        package, path = row.split(": ", 1)
        owners = [component for prefix, component in OWNERS.items() if package.startswith(prefix)]
        if not owners:
            raise AssertionError(f"{path} of {package}: what is it, and is it in the SBOM? {__file__} OWNERS")
        found.setdefault(owners[0], set()).add((package.split(":")[0], path))
    found.pop("", None)
    return found


class Sbom(unittest.TestCase):
    def test_archives_are_those_of_the_link_lines(self):
        for name in PROGRAMS:
            with self.subTest(name):
                said = {components()[one]["packageFileName"] for one in related(name)}
                self.assertEqual({one for one in said if one.endswith(".a")}, linked(name))

    def test_headers_are_those_that_were_read(self):
        self.assertEqual(set(components()) - set(headers()) - {"libgcc", "Boost.Atomic"}, set())  # no headers of their own
        self.assertEqual(set(headers()) - set(components()), set())
        for name, package in components().items():
            if not package["packageFileName"].endswith(".a"):
                self.assertTrue([path for _, path in headers()[name] if package["packageFileName"] in path.split("/")], package)

    def test_versions_are_those_that_are_installed(self):
        for name, package in components().items():
            for owner in {owner for owner, _ in headers().get(name, ())}:
                installed = installed_version(owner)
                self.assertTrue(installed.startswith(package["versionInfo"]), f"{name}: {package['versionInfo']}, {owner} {installed}")

    def test_document(self):
        document = sbom()
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        self.assertEqual(document["name"], "hanfs-" + built.version())
        ids = [package["SPDXID"] for package in document["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        for package in document["packages"]:
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.+-]+$")
            self.assertRegex(package["versionInfo"], r"^\d+(\.\d+)+$", package["name"])
            self.assertTrue(package["licenseDeclared"])
        for one in document["relationships"]:
            self.assertIn(one["relatedSpdxElement"], ids)

    def test_checkhanfs_can_be_linked_with_another_libnfs(self):
        """As packaging/README.md says, section 6a of the LGPL: here with a copy of the same archive."""
        if "libnfs" not in components():
            self.skipTest("this build has no libnfs")
        with tempfile.TemporaryDirectory() as folder:
            archive = [word for word in link_line("checkhanfs").split() if word.endswith("/libnfs.a")][0]
            built.run("cp", archive, folder + "/libnfs.a")
            words = link_line("checkhanfs").replace(archive, folder + "/libnfs.a").replace("-o bin/checkhanfs ", f"-o {folder}/checkhanfs ")
            built.run("sh", "-c", words.replace(": && ", "").replace(" && :", ""), cwd=built.build_folder())
            self.assertIn("self-test: ok", built.run(folder + "/checkhanfs", "--self-test"))


# What a text must have to be the licence that the SBOM names.
WORDS = {"BSL-1.0": "Permission is hereby granted, free of charge, to any person or organization obtaining a copy",
         "BSD-3-Clause": "may be used to endorse or promote products derived from this software",
         "BSD-2-Clause": "Redistributions in binary form must reproduce the above copyright notice",
         "MIT": "The above copyright notice and this permission notice shall be included",
         "LGPL-2.1-or-later": "under the terms of the GNU Lesser General Public License",
         "LGPL-3.0-or-later OR GPL-2.0-or-later": "under the terms of the GNU Lesser General Public License",
         "GPL-3.0-or-later WITH GCC-exception-3.1": "GCC RUNTIME LIBRARY EXCEPTION"}
WHOLE = {"GPL-3": 35000, "LGPL-3": 7000, "LGPL-2.1": 26000}  # bytes at least
TEXTS = "opt/hanfs/share/doc/THIRD-PARTY-LICENSES"


def sections(text):
    """{component or whole licence: its text}; each line of text by single blanks, as who wraps it differs."""
    found, last = {}, ""
    for section in text.split("\n==== ")[1:]:
        title, body = section.split("\n", 1)
        if body.endswith("\n\nAs above.\n"):
            body = last
        last = body
        found[title.replace("The whole of ", "").split()[0]] = " ".join(body.split()).replace(" . ", " ")
    return found


class Licences(unittest.TestCase):
    def text(self):
        built.packages()
        with open(f"{built.staged()}/{TEXTS}", encoding="utf-8") as file:
            return file.read()

    def test_each_component_has_its_text(self):
        found = sections(self.text())
        self.assertEqual(set(found) - set(WHOLE), set(components()))
        for name, package in components().items():
            for words in (WORDS[package["licenseDeclared"]], "Copyright: " + package["copyrightText"]):
                self.assertTrue(words in found[name], f"{name}: not found: {words}")
        for name in WHOLE:
            self.assertGreater(len(found.get(name, "")), WHOLE[name] * 0.8, name)

    def test_each_package_has_the_texts(self):
        digest = hashlib.sha256(self.text().encode()).hexdigest()
        rows = built.run("rpm", "-qp", "--qf", "[%{FILENAMES} %{FILEDIGESTS}\n]", built.package("hanfs*.rpm")).splitlines()
        self.assertIn(f"/{TEXTS} {digest}", rows)
        with tempfile.TemporaryDirectory() as folder:
            built.run("dpkg-deb", "-x", built.package("hanfs*.deb"), folder)
            with tarfile.open(built.package("hanfs-install-*.tar.gz")) as tarball:
                tarball.extractall(folder + "/install")
            for path in (f"{folder}/{TEXTS}", folder + "/install/prescripts/hanfs/THIRD-PARTY-LICENSES"):
                with open(path, "rb") as file:
                    self.assertEqual(hashlib.sha256(file.read()).hexdigest(), digest, path)
            self.assertTrue(os.path.exists(folder + "/install/prescripts/hanfs/LICENSE"))
            # All that nodes copy into their memory is what they need.
            self.assertEqual([name for name in os.listdir(folder + "/install/postscripts/hanfs") if "LICENSE" in name], [])

    def test_they_say_how_a_library_is_exchanged(self):
        self.assertRegex(self.text(), r"(?s)^[^=]*-DLIBNFS_LIBRARY=.*\n==== ")
