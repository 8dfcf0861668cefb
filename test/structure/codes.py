# SPDX-License-Identifier: Apache-2.0
"""Each code and each word of a result that a program can print stands in the guide for administrators, with its level, in the
table of its program; and the guide has no other."""
import re

GUIDE = "packaging/doc/guide.md"
CODE = r'"([a-z0-9-]+)"'
FINDING = re.compile(r'(?:[Ll]evel(?:::(error|warning|note))?,|\.code =)\s*' + CODE)
# Where a finding begins; a code has to follow, or nobody would look for it in the guide.
MADE = re.compile(r"(?:\bFindingType(?: \w+)?|_finding\(|findings\.add\()\s*\{")
NODE = re.compile(r"add\(PluginState::(\w+),\s*" + CODE)
WIRE = re.compile(r"\b(critical|warning|unknown|WireLevel::note),\s*" + CODE)
KIND = re.compile(r'^    \{()"([a-z-]+)", "', re.M)
STATE = re.compile(r'state = ()"([a-z-]+)"')
# Words that apply, status, drill and failback say of a host, with the function or line that has them.
RESULTS = {
    "apply": ("helpers/makehanfs/apply/host_result.cpp", r"name_of\(State state\) \{(.*?)^\}"),
    "status": ("helpers/makehanfs/status/status.cpp", r"name_of\(State state\) \{(.*?)^\}"),
    "drill": ("helpers/makehanfs/drill/report.cpp", r"outcome_of\([^;{]*\{(.*?)^\}"),
    "failback": ("helpers/makehanfs/commands/failback.cpp", r"std::string result;  //([^\n]*)"),
}


def matches(tree, folder, pattern):
    return {(level.rpartition("::")[2], code) for path, text in tree.files.items()
            if re.fullmatch(folder, path) for level, code in pattern.findall(text)}


def results(tree):
    found = set()
    for verb, (path, where) in RESULTS.items():
        part = re.search(where, tree.files[path], re.M | re.S)
        found |= {(verb, word) for word in re.findall(r'"([a-z -]+)"', part[1] if part else "")}
    return found


def printed(tree):
    """{title of the guide: {(level or "", code)}}"""
    return {
        "makehanfs plan": matches(tree, r"helpers/makehanfs/.*\.cpp", FINDING),
        "makehanfs apply, status, drill, failback": results(tree),
        "setuphanfs": matches(tree, r"helpers/setuphanfs/.*\.cpp", STATE),
        "checkhanfs node": matches(tree, r"helpers/checkhanfs/node/.*\.cpp", NODE),
        "checkhanfs servers": matches(tree, r"helpers/checkhanfs/wire/findings\.cpp", WIRE),
        "checkhanfs tree": matches(tree, r"helpers/checkhanfs/tree/difference\.cpp", KIND),
    }


def explained(text, title):
    """{code: the second cell of its row}; a code that stands in several rows has all of them."""
    section = text.partition(f"\n### {title}\n")[2].partition("\n### ")[0]
    found = {}
    for row in re.findall(r"^\| (`.*) \|$", section, re.M):
        first, second = row.split(" | ")[:2]
        for code in re.findall(r"`([^`]+)`", first):
            found[code] = found.get(code, "") + " " + second.lower()
    return found


def check(tree):
    problems = []
    for title, codes in printed(tree).items():
        known = explained(tree.files.get(GUIDE, ""), title)
        if len(codes) < 5:
            problems.append(f"{GUIDE}: {title}: only {len(codes)} codes were found in the sources")
        for level, code in sorted(codes):
            if code not in known:
                problems.append(f"{GUIDE}: {title}: {code} is missing")
            elif level and level not in known[code]:
                problems.append(f"{GUIDE}: {title}: {code} can be {level}, which its row does not say")
        problems += [f"{GUIDE}: {title}: no program prints {code}" for code in known if code not in {one for _, one in codes}]
    for path, text in tree.files.items():
        if path.startswith("helpers/makehanfs/") and path.endswith(".cpp"):
            problems += [f"{path}: line {text.count(chr(10), 0, begin.start()) + 1}: a finding without a code that {__name__}.py sees"
                         for begin in MADE.finditer(text) if not FINDING.search(text, begin.end(), begin.end() + 120)]
    return problems


def checks():
    """{name: (check, [(what, path, old, new, words of the complaint)])}"""
    network, judge = "helpers/makehanfs/checks/network.cpp", "helpers/checkhanfs/node/judge.cpp"
    return {"the guide explains every code": (check, [
        ("a code that is new", network, '"dead-nameserver"', '"lost-nameserver"', "lost-nameserver is missing"),
        ("a code that is gone", network, '"dead-nameserver"', '"lost-nameserver"', "no program prints dead-nameserver"),
        ("a row that is gone", GUIDE, "| `no-gateway` |", "| no-gateway |", "no-gateway is missing"),
        ("another level", network, 'Level::warning, "dead-nameserver"', 'Level::error, "dead-nameserver"', "can be error"),
        ("another level for a monitor", judge, 'PluginState::warning, "away"', 'PluginState::critical, "away"', "can be critical"),
        ("a code in another form", network, 'Level::warning, "dead-nameserver"', "level, code", "a finding without a code"),
        ("one of servers", "helpers/checkhanfs/wire/findings.cpp", '"black-holed"', '"swallowed"', "swallowed is missing"),
        ("a kind of difference", "helpers/checkhanfs/tree/difference.cpp", '{"hardlink"', '{"softlink"', "softlink is missing"),
        ("a state of a server", "helpers/setuphanfs/run.cpp", 'state = "reset"', 'state = "undone"', "undone is missing"),
        ("a result of a host", "helpers/makehanfs/apply/host_result.cpp", '"no-answer"', '"unheard"', "unheard is missing"),
        ("a result of a drill", "helpers/makehanfs/drill/report.cpp", 'return "stayed"', 'return "remained"', "remained is missing"),
    ])}
