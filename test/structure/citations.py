# SPDX-License-Identifier: Apache-2.0
"""Citations and links lead somewhere. The form: helpers/README.md "Citations"."""
import functools
import posixpath
import re

# A citation may be wrapped: the marks that begin a comment line are no part of it.
WRAP = re.compile(r"\n[ \t]*(?://+|#+|\*|\.\\\")?[ \t]*")
TITLE = r'"([^"]+)"'
CITATION = re.compile(rf'((?:[\w.-]+/)+README\.md) ("[^"]+"(?:,? (?:and )?"[^"]+")*)')
# What was cited before the facts came into the tree. The words are cut so that this file does not hold them.
STALE = re.compile(r"\bfact" r"s/|\bfact" r"s W\d|\b(?:re)?desi" r"gn\.md|\bdesi" r"gn (?:section|\d)|\bancho" r"rs\.md|"
                   r"\b(?:aix-nfs|aix-routes|xcat-integration|child-processes)\." r"md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`", re.M | re.S)

# The simulator and its tests name facts by numbers, which these sections explain.
SHORT_TITLE = "Short numbers of the simulator"
SHORT_PAGES = ("helpers/lib/aix/README.md", "helpers/lib/xcat/README.md")
SHORT = re.compile(r"\b(nfs|routes|xcat) (\d+(?:\.\d+)?(?:(?:,| and| to) \d+(?:\.\d+)?)*)(?![\w.]*\d)")


# The checks run again and again, on trees that differ in one file.
@functools.lru_cache(None)
def titles(text):
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"^#+ +(.*?) *$", outside, re.M)


def anchor(title):
    return re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-")


@functools.lru_cache(None)
def citations(text):
    """(path, title) of each."""
    if "README.md" not in text:
        return []
    return [(path, title) for path, quoted in CITATION.findall(WRAP.sub(" ", text))
            for title in re.findall(TITLE, quoted)]


@functools.lru_cache(None)
def stale(text):
    """(line, what is cited) of each."""
    return [(text.count("\n", 0, found.start()) + 1, found[0]) for found in STALE.finditer(text)]


@functools.lru_cache(None)
def short_numbers(text):
    return [number for word, listed in SHORT.findall(WRAP.sub(" ", text)) for number in sorted(numbers(word, listed))]


def dead_citations(tree):
    known = {path: titles(text) for path, text in tree.files.items() if path.endswith(".md")}
    problems = []
    for name, text in tree.files.items():
        for path, title in citations(text):
            page = next((p for p in (path, "helpers/" + path) if p in known), None)
            if page is None:
                problems.append(f"{name}: cites {path}, which does not exist")
            elif title not in known[page]:
                problems.append(f'{name}: {page} has no section "{title}"')
    for path, names in known.items():
        if path.startswith("helpers/"):
            problems += [f'{path}: two sections "{title}"' for title in {t for t in names if names.count(t) > 1}]
    return problems


def stale_citations(tree):
    return [f"{name}: line {line}: cites {what!r}, which is not in the tree"
            for name, text in tree.files.items() for line, what in stale(text)]


def dead_links(tree):
    problems = []
    for name, text in tree.files.items():
        if not name.endswith(".md"):
            continue
        for target in LINK.findall(CODE.sub("", text)):
            path, _, part = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            page = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            if not tree.has(page):
                problems.append(f"{name}: link to {target}: no such file")
            elif part and part not in map(anchor, titles(tree.files.get(page, ""))):
                problems.append(f"{name}: link to {target}: no such section")
    return problems


def numbers(word, text):
    return {word + " " + number for number in re.findall(r"\d+(?:\.\d+)?", text)}


def unknown_short_numbers(tree):
    problems, known = [], set()
    for page in SHORT_PAGES:
        text = tree.files.get(page, "")
        section = text.partition("## " + SHORT_TITLE + "\n")[2].partition("\n## ")[0]
        for word, listed, meaning in re.findall(r"^\| (nfs|routes|xcat) ([\d., ]+) \| (.*) \|$", section, re.M):
            known |= numbers(word, listed)
            for title in meaning.replace(", by its number", "").split("; "):
                if title not in titles(text):
                    problems.append(f'{page}: {word} {listed}: no section "{title}"')
    for name, text in tree.files.items():
        if name.startswith("test/aixsim/") and "/formats/" not in name:
            problems += [f"{name}: {number} is not explained" for number in short_numbers(text) if number not in known]
    return problems


def checks():
    """{name: (check, [(path, text that it must complain about)])}"""
    code, page = "helpers/lib/result.hpp", "helpers/README.md"
    return {
        "citations lead to a section": (dead_citations, [
            (code, '// lib/aix/README.' 'md "No such section".'),
            (code, '// lib/nowhere/README.' 'md "Sources".'),
            (code, '// (lib/aix/README.' 'md "Sources" and "No such\n// section").'),
            (code, '// lib/aix/README.' 'md\n// "No such section".'),
            (page, "## Rooms"),
        ]),
        "nothing outside of the tree is cited": (stale_citations, [
            (code, "// fact" "s/aix.md 4.1"),
            ("test/structure/planted.py", "# desi" "gn.md 3"),
        ]),
        "links lead to a section": (dead_links, [
            (page, "[x](nowhere.md)"),
            (page, "[x](lib/aix/README.md#nowhere)"),
        ]),
        "short numbers are explained": (unknown_short_numbers, [
            ("test/aixsim/planted.cpp", "// nfs 77.1 [GUESS]"),
            ("test/aixsim/planted.cpp", "// routes 1.1, 3.99"),
        ]),
    }
