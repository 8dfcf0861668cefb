# SPDX-License-Identifier: Apache-2.0
"""facts.tsv: each fact that the programs once contradicted or did not use, the file that uses it now, and the test that
would fail without it. "FILE: WORDS": these words stand in that file. A fact without a test says why."""

TABLE = "test/structure/facts.tsv"


def flat(text):
    """As one line; strings of C++ that are cut, and lines of a manual, read on."""
    return " ".join(text.replace('"\n', "\n").split()).replace(' "', " ").replace("\\-", "-").replace("  ", " ")


def check(tree):
    problems, flats = [], {}
    rows = [line.split("\t") for line in tree.files[TABLE].splitlines()[1:]]
    seen = set()
    for row in rows:
        if len(row) != 4 or not all(row):
            problems.append(f"{TABLE}: {row[0]}: four columns, none empty")
            continue
        number, _, used, tested = row
        if number in seen:
            problems.append(f"{TABLE}: {number} stands there twice")
        seen.add(number)
        for cell in (used, tested):
            if cell.startswith("none: "):
                continue
            path, _, words = cell.partition(": ")
            if path not in tree.files:
                problems.append(f"{TABLE}: {number}: there is no {path}")
                continue
            if path not in flats:
                flats[path] = flat(tree.files[path])
            if not words or flat(words) not in flats[path]:
                problems.append(f"{TABLE}: {number}: {path} does not say: {words}")
    wanted = [f"{part}.{i}" for part, count in ((1, 16), (2, 35), (3, 9)) for i in range(1, count + 1)]
    problems += [f"{TABLE}: no row {number}" for number in wanted if number not in seen]
    return problems


def checks():
    """{name: (check, [(what, path, old, new, words of the complaint)])}"""
    return {"each fact has its place and its test": (check, [
        ("a test that is gone", "test/unit/makehanfs/checks/checks_test.cpp", "an apostrophe in a value of site", "x", "2.21"),
        ("a check that is gone", "helpers/makehanfs/checks/boot.cpp", "xcatpost-emptied", "x", "2.2"),
        ("a row that is gone", TABLE, "\n2.35\t", "\n2.36\t", "no row 2.35"),
    ])}
