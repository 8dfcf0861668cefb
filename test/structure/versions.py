# SPDX-License-Identifier: Apache-2.0
"""The version is that of project() in CMakeLists.txt. What repeats it for those who read a file alone (the postscript on a
node, a manual page, the changelog, names of packages, samples of a verdict) repeats that one."""
import re

SOURCE = "CMakeLists.txt"
PROJECT = re.compile(r"^project\(hanfs VERSION (\d+\.\d+\.\d+)", re.MULTILINE)
NUMBER = r"(\d+\.\d+\.\d+)"
# Where it must stand at least once: files, and the words before it.
REPEATED = [
    (r"postscripts/setupnfsv4replication", rf"^HANFS_VERSION={NUMBER}$"),
    (r"packaging/man/.*\.[1-8]", rf'^\.TH .*"hanfs {NUMBER}"'),
    (r"packaging/CHANGELOG\.md", rf"\A(?:[^\n]*\n)*?## \[{NUMBER}\]"),
    (r"packaging/README\.md", rf"\bhanfs(?:-install)?[-_.]{NUMBER}"),
    (r"packaging/doc/guide\.md", rf"\bhanfs(?:-install)?[-_.]{NUMBER}"),
    (r"README\.md", rf"\bhanfs(?:-install)?[-_.]{NUMBER}"),
    (r"(?:helpers/|packaging/(?:man|doc)/)?(?:README\.md|guide\.md|\w+\.8)", rf"\bHANFS tool=\w+ node=\w+ version={NUMBER}"),
]


def check(tree):
    found = PROJECT.search(tree.files[SOURCE])
    if not found:
        return [f"{SOURCE}: project() has no version"]
    problems = []
    for files, words in REPEATED:
        said = [(path, version) for path, text in tree.files.items() if re.fullmatch(files, path)
                for version in re.findall(words, text, re.MULTILINE)]
        if not said:
            problems.append(f"{files}: no version where one is expected")
        problems += [f"{path}: version {version}, but {SOURCE} has {found[1]}" for path, version in said if version != found[1]]
    # Each manual and the postscript alone, so that none can lose it.
    pages = [path for path in tree.files if re.fullmatch(REPEATED[1][0], path)]
    problems += [f"{path}: its .TH has no version" for path in pages if not re.search(REPEATED[1][1], tree.files[path], re.MULTILINE)]
    return problems


def checks():
    """{name: (check, [(what, path, old, new, words of the complaint)])}"""
    return {"one version": (check, [
        ("a project that went on", SOURCE, "project(hanfs VERSION ", "project(hanfs VERSION 9", "postscripts/setupnfsv4replication"),
        ("a manual that did not", "packaging/man/makehanfs.8", '"hanfs ', '"hanfs 9', "makehanfs.8"),
        ("a manual without one", "packaging/man/makehanfs.8", '"hanfs ', '"', "makehanfs.8: its .TH"),
        ("a changelog that did not", "packaging/CHANGELOG.md", "## [", "## [9", "CHANGELOG"),
        ("a package in the README", "README.md", "rpm -U hanfs-", "rpm -U hanfs-9", "README.md: version 9"),
    ])}
