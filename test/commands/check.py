#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that our plans, cures, runbooks and documentation print, against the synopses of synopses.tsv.

    check.py BIN

A command that is not in the table, or does not fit its row, ends the test with 1. Read are: plan --script, the cures and
the runbook of each server over the cluster files of the simulator with each of its defects; the cures that the unit tests
expect and the golden files show; what stands between back-quotes in README.md and packaging/, and what the guide has typed;
what is bold in the manuals."""
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OURS = {"makehanfs", "setuphanfs", "setupnfsv4replication", "checkhanfs", "hanfs_export"}
TYPES = {"WORD": r"[^-=\s][^=]*", "RANGE": r"[^-=:\s][^=:\s]*(?:==?[^=\s]+)?", "PATH": r"[^-:\s][^:]*", "TARGET": r"[^-\s][^]*",
         "RANGE:PATH": r"[^-=:\s][^=:\s]*:/[^]*", "COLUMN": r"\w+(\.\w+)?([=!][=~][^]*)?", "KEY": r"\w+=[^]+", "SET": r"[\w-]+=[^]*",
         "CHANGE": r"\w+(\.\w+)?([,^+]?=[^]*)?", "ANY": r"[^]*"}  # [^...] never takes the separator
PROSE = re.compile(r"(?:[,;:] |[()]|\. |$)(?:(?:then|or|and|to|with|by|see|once|asked) )*")
PROSE_WORDS = {"on", "in", "of", "for", "by", "at", "with", "before", "after", "and", "or", "to", "is", "does"}


class Synopsis:
    def __init__(self, options, operands, source):
        self.options = {}  # name -> "", ":" with a value, "?:" with one that may be missing
        self.required = set()
        for option in options.split():
            name, mark, rest = re.fullmatch(r"!?(-[-\w]+)((\??:)?)", option).group(1, 2, 3)
            self.options[name] = mark
            if option[0] == "!":
                self.required.add(name)
        self.command = "COMMAND" in operands
        self.operands = re.compile(re.sub(r"\[\^(-?)", "[^\\1\x1f", "".join(
            f"(?:(?:{TYPES.get(word.rstrip('?*+'), word.rstrip('?*+'))})\x1f){word[-1] if word[-1] in '?*+' else ''}"
            for word in operands.replace("COMMAND", "ANY+").split())))
        self.text = f"{options} {operands} ({source})"


def table():
    with open(os.path.join(HERE, "synopses.tsv")) as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    assert all(len(row) == 4 and row[3] for row in rows), "each row has a source"
    return {name: Synopsis(*rest) for name, *rest in rows}


def wrong(known, words, mention=False):
    """What is wrong with a command; empty when nothing is. A mention, in a sentence, may leave out all operands."""
    words = [word for word in words if word != "..."]
    while words and re.fullmatch(r"\w+=\S*", words[0]):  # LC_ALL=C sort
        words.pop(0)
    name = os.path.basename(words[0]) if words else ""
    if name in OURS:
        return ""
    if name not in known:
        return f"'{name}' is in no row of synopses.tsv"
    synopsis = known[name]
    operands, given = [], set()
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        inside = synopsis.command and len(operands) > 1  # the other host's words
        if inside or not re.match(r"-[-\w]", word) or name == "find":
            operands.append(word)
            continue
        letters = [word] if word in synopsis.options or word.startswith("--") else ["-" + letter for letter in word[1:]]
        for letter in letters:
            mark = synopsis.options.get(letter)
            if mark is None:
                return f"option {letter} is not in: {synopsis.text}"
            given.add(letter)
            if mark == ":" and len(letters) > 1:
                break  # its value stands in the same word
            if mark == ":" and not rest:
                return f"option {letter} has no value: {synopsis.text}"
            if mark == ":" or (mark == "?:" and rest and not rest[0].startswith("-")):
                rest.pop(0)
    if mention and not operands:
        return ""
    if synopsis.required and not given & synopsis.required:
        return f"one of {' '.join(sorted(synopsis.required))} is missing: {synopsis.text}"
    if not synopsis.operands.fullmatch("".join(word + "\x1f" for word in operands)):
        return f"operands do not fit: {synopsis.text}"
    return wrong_line(known, " ".join(operands[1:])) if synopsis.command else ""


def wrong_line(known, line, mention=False):
    """A line of the shell: pipes, lists, redirections."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError as error:
        return str(error)
    commands = [[]]
    while words:
        word = words.pop(0)
        if re.fullmatch(r"[;&|]+", word):
            commands.append([])
        elif re.fullmatch(r"[<>]+", word):
            words = words[1:]
        else:
            commands[-1].append(word)
    return next((why for why in (wrong(known, command, mention) for command in commands if command) if why), "")


def in_prose(known, text):
    """The commands of a sentence."""
    for piece in PROSE.split(text):
        words = piece.strip().strip("`").split(" ")
        words = words[:next((i for i, word in enumerate(words) if i > 0 and word in PROSE_WORDS), len(words))]
        # A word alone is a name in a sentence; what has options or sets something is a command, known or not.
        looks = re.fullmatch(r"[a-z][a-z0-9]+", words[0]) and any(re.match(r"-[a-zA-Z]\b|[a-z]+\.[a-z]+=", word) for word in words[1:])
        if len(words) > 1 and (os.path.basename(words[0]) in known or looks):
            yield " ".join(words)


def ran(words):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def printed(bin_dir):
    """(where, line of the shell) of all that our program prints."""
    sim, make = os.path.join(bin_dir, "aixsim"), os.path.join(bin_dir, "makehanfs")
    defects = [line.split()[0] for line in ran([sim, "cluster", "defects"]).splitlines()]
    clusters = sorted(glob.glob(os.path.join(ROOT, "test/aixsim/clusters/*.txt")))
    drop = {"run": 2, "copy": 2, "boot": 2, "needs": 2, "look": 3, "guard": 4}
    for cluster, defect in [(c, "") for c in clusters] + [(clusters[-1], d) for d in defects]:
        with tempfile.TemporaryDirectory() as tables:
            ran([sim, "cluster", "dumps", cluster, tables] + (["--defect", defect] if defect else []))
            where = f"{os.path.basename(cluster)} {defect}".strip()
            plan = json.loads(ran([make, "plan", "--tables", tables, "--json"]))
            for finding in plan["findings"]:
                yield f"{where}: cure of {finding['code']}", finding["cure"], True
            for line in ran([make, "plan", "--tables", tables, "--script", "--boot-nodes", "--disruptive"]).splitlines():
                word = line.split(" ")[0]
                if line.startswith("# By hand: "):
                    yield f"{where}: plan --script", line[len("# By hand: "):], False
                if word in drop and not line.endswith("{") and "() {" not in line:
                    words = shlex.split(line)[drop[word]:]
                    yield f"{where}: plan --script", shlex.join(words), False
            for server in plan["servers"]:
                text = ran([make, "runbook", server["name"], "--tables", tables])
                for block in re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M):
                    for line in block.splitlines():
                        yield f"{where}: runbook {server['name']}", line, False


def written():
    """The same of all that we wrote."""
    for path in glob.glob(os.path.join(ROOT, "test/unit/**/*.cpp"), recursive=True):
        with open(path) as file:
            text = re.sub(r'"\s*\n\s*"', "", file.read())
        for cure in re.findall(r'cure: ((?:[^"\\]|\\.)*)"', text):
            yield os.path.relpath(path, ROOT), cure.replace('\\"', '"'), True
    for path in glob.glob(os.path.join(ROOT, "test/golden/*/*.txt")):
        if "json" in path:
            continue  # the same, quoted once more
        with open(path) as file:
            for cure in re.findall(r"cure: (.*)", file.read()):
                yield os.path.relpath(path, ROOT), cure, True
    pages = [os.path.join(ROOT, "README.md"), *glob.glob(os.path.join(ROOT, "packaging/**/*.md"), recursive=True)]
    for path in pages:
        with open(path) as file:
            for quoted in re.findall(r"`([^`\n]+)`", file.read()):
                yield os.path.relpath(path, ROOT), quoted, True
    with open(os.path.join(ROOT, "packaging/doc/guide.md")) as file:
        typed = file.read().partition("\n## Messages and what to do\n")[0]
    for line in re.findall(r"^(?: {4}| {7})(\S.*)$", typed, re.M):
        line = re.sub(r"^for s in .* do |; done$|^(?:[\d*]+ ){5}", "", line.partition(" # ")[0].rstrip())
        yield "packaging/doc/guide.md", line, False
    for path in glob.glob(os.path.join(ROOT, "packaging/man/*.[1-8]")):
        with open(path) as file:
            text = file.read().replace("\\-", "-")
        for bold in re.findall(r"^\.B (.*)$|\\fB([^\\]+)\\f", text, re.M):
            yield os.path.relpath(path, ROOT), bold[0] or bold[1], True


PLANTED = ("mkhwconn hmc01", "prsync A B C node:/x", "prsync A node", "nosuchcommand cn001", "chdef -t node -o cn001", "snmove cn001 --now",
           "xdsh cn001 -f 64 -t 60 'nosuchcommand -a'", "xdsh cn001 -f", "rpower cn001 dance", "moncfg", "rnetboot -x cn001", "nodech cn001",
           "ssh asn02 'exportfs --all'", "xdsh cn001 'mksensor -i 300 -e 0 hanfs'", "xdsh cn001 'mkcondition -e \"A != 0\" name'", "makeconservercf cn001 cn002")


def main():
    known = table()
    faults, seen = [], set()
    for line in PLANTED:
        if not wrong_line(known, line):
            faults.append(f"planted: {line}: the checker takes it")
    if list(in_prose(known, "a word of ours, then nosuchcommand -a x")) != ["nosuchcommand -a x"]:
        faults.append("planted: a command that nobody knows, in a sentence, is not seen")
    for where, text, prose in [*printed(os.path.abspath(sys.argv[1])), *written()]:
        for line in in_prose(known, text) if prose else [text]:
            if line in seen:
                continue
            seen.add(line)
            why = wrong_line(known, line, prose)
            if why:
                faults.append(f"{where}: {line}\n    {why}")
    print("\n".join(faults + [f"{len(seen)} commands, {len(faults)} faults"]))
    return bool(faults) or len(seen) < 100


sys.exit(main())
