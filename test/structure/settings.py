# SPDX-License-Identifier: Apache-2.0
"""The table of options (helpers/lib/config/option.cpp) against what people read: README.md, conf/hanfs.conf, hanfs.conf(5)
and the manual pages of the programs name the same settings, with the same unit, range and default, and no others."""
import functools
import re
from collections import namedtuple

TABLE, CONF, README = "helpers/lib/config/option.cpp", "conf/hanfs.conf", "README.md"
CONF_PAGE, DOMAINS = "packaging/man/hanfs.conf.5", "helpers/lib/config/domains.cpp"
PROGRAMS = ("setupnfsv4replication", "setuphanfs", "makehanfs", "checkhanfs")
BITS = dict(zip(PROGRAMS, ("node", "server", "cluster", "check")))  # what the table calls them
Option = namedtuple("Option", "group programs name type value help unit default least most", defaults=("", "", "0", "0"))
TOKEN = re.compile(r'//[^\n]*|"((?:\\.|[^"\\])*)"|([A-Za-z_][\w:]*|\d+)|([{},|;])')
CONSTANT = re.compile(r"(\w+) = ([\w:|' ]+)(?=[,;])")
FACTS = re.compile(r"Unit: (.*?)\. (?:Range(?: of N)?: (\d+ to \d+)\. )?Default: (.*?)\.(?=\s|$)")


@functools.lru_cache(None)
def options_in(text):
    before, _, table = text.partition("constexpr Option table[] = {")
    constants = dict(CONSTANT.findall(before))
    rows, row, field = [], None, ""
    for string, word, mark in TOKEN.findall(table):
        if mark == "{":
            row, field = [], ""
        elif mark in (",", "}") and row is not None:
            row.append(field)
            field = ""
            if mark == "}":
                rows.append(Option(*row))
                row = None
        elif mark == ";":
            break
        else:
            field += string or constants.get(word, word) or mark
    return rows


def options_of(tree, program, group="Group::setting"):
    return {option.name: option for option in options_in(tree.files[TABLE])
            if option.group == group and BITS[program] in re.findall(r"\w+", option.programs)}


def facts_of(option):
    """Unit, range and default as conf/hanfs.conf and the manuals have them."""
    unit = {"Type::truth": "true or false", "Type::choice": f"word ({option.value.replace('|', ', ')})"}
    return (unit.get(option.type, option.unit), f"{option.least} to {option.most}" if option.most != "0" else "",
            option.default or "not set")


def facts_in(text):
    """"not set" may be explained: "not set, those of ..."; another default stands alone."""
    found = FACTS.search(" ".join(text.split()))
    if not found:
        return None
    return found[1], found[2] or "", "not set" if found[3].startswith("not set") else found[3]


def compare(where, found, wanted):
    """`found`: [(name, facts)], `wanted`: {name: facts}"""
    names = [name for name, _ in found]
    problems = [f"{where}: {name} is missing" for name in wanted if name not in names]
    for name, facts in found:
        if names.count(name) > 1:
            problems.append(f"{where}: {name} stands there twice")
        if name not in wanted:
            problems.append(f"{where}: {name} is no setting")
        elif facts != wanted[name]:
            problems.append(f"{where}: {name}: {facts}, but the table has {wanted[name]}")
    return problems


def conf_entries(text):
    """[(section, name, value, comment)] of the lines "# name = value"."""
    entries, section, comment = [], "", ""
    for line in text.partition("# ---- HA domains ----")[0].splitlines():
        setting = re.match(r"# ([a-z_]+) = (.*)$", line)
        if line.startswith("["):
            section = line.strip("[]")
        if setting:
            entries.append((section, setting[1].replace("_", "-"), setting[2], comment))
        comment = comment + " " + line.lstrip("# ") if line.startswith("#") and not setting else ""
    return entries


def wanted_by_section(tree):
    """{section of hanfs.conf: {name: facts}}; "": before the first one, for every program."""
    every = {program: options_of(tree, program) for program in PROGRAMS}
    shared = {name for name in every[PROGRAMS[0]] if all(name in every[program] for program in PROGRAMS)}

    def default(name):
        """"120; setuphanfs: 300" where programs differ."""
        first, *others = [facts_of(every[program][name])[2] for program in PROGRAMS]
        return first + "".join(f"; {program}: {other}" for program, other in zip(PROGRAMS[1:], others) if other != first)

    wanted = {"": {name: (*facts_of(every[PROGRAMS[0]][name])[:2], default(name)) for name in shared}}
    for program in PROGRAMS:
        wanted[program] = {name: facts_of(option) for name, option in every[program].items() if name not in shared}
    return wanted


def check_conf(tree):
    entries = conf_entries(tree.files[CONF])
    problems = []
    for section, names in wanted_by_section(tree).items():
        found = [(name, facts_in(comment)) for where, name, _, comment in entries if where == section]
        problems += compare(f"{CONF} [{section}]", found, names)
        problems += [f"{CONF} [{section}]: {name} = {value} is not the default" for where, name, value, _ in entries
                     if where == section and name in names and names[name][2].split(";")[0] not in ("not set", value)]
    return problems


def check_readme(tree):
    found = []
    section = tree.files[README].partition("\n## Settings\n")[2].partition("\n## ")[0]
    for row in re.findall(r"^\| `(.*)\|$", section, re.M):
        name, default, unit, range_ = [cell.strip(" `") for cell in row.split("|")][:4]
        found.append((name.replace("_", "-"), (unit, range_, "not set" if default.startswith("not set") else default)))
    return compare(README, found, {name: facts_of(option) for name, option in options_of(tree, PROGRAMS[0]).items()})


def man_entries(text, title):
    """[(names in the heading, text)] of the paragraphs of a section."""
    section = text.partition(f"\n.SH {title}\n")[2].partition("\n.SH ")[0].partition("\n.PP\n")[0]
    plain = re.sub(r"\\f.|^\.(?!TP)[A-Z]+ |\"", "", section.replace("\\-", "-"), flags=re.M)
    entries = []
    for entry in plain.split(".TP\n")[1:]:
        heading, _, rest = entry.partition("\n")
        names = re.findall(r"--([a-z-]+)", heading) or re.findall(r"^([a-z_]+)(?==|$)", heading)
        entries.append(([name.replace("_", "-") for name in names], rest))
    return entries


def check_manuals(tree):
    problems = []
    for program in PROGRAMS:
        page = f"packaging/man/{program}.8"
        text = tree.files.get(page, "")
        found = [(name, facts_in(rest)) for names, rest in man_entries(text, "SETTINGS") for name in names]
        problems += compare(page, found, {name: facts_of(option) for name, option in options_of(tree, program).items()})
        modes = [(name, None) for names, _ in man_entries(text, "OPTIONS") for name in names]
        wanted = {**options_of(tree, program, "Group::mode"), **options_of(tree, program, "Group::general")}
        problems += compare(page, modes, dict.fromkeys(wanted))
    return problems


def keys_of_domains(tree):
    """Of a section [domain NAME], which is not of the table."""
    return re.findall(r'item->name == "(\w+)"\) target', tree.files[DOMAINS])


def check_conf_page(tree):
    """hanfs.conf(5): a section for each one of the file, with its settings."""
    text = tree.files.get(CONF_PAGE, "")
    problems = []
    for section, names in wanted_by_section(tree).items():
        found = man_entries(text, f"[{section}]" if section else "EVERY TOOL")
        problems += compare(f"{CONF_PAGE} [{section}]", [(name, facts_in(rest)) for heading, rest in found for name in heading], names)
    of_domains = [(name, None) for heading, _ in man_entries(text, "[domain NAME]") for name in heading]
    return problems + compare(f"{CONF_PAGE} [domain NAME]", of_domains, dict.fromkeys(keys_of_domains(tree)))


def check_scripts(tree):
    """The plain sh programs have their own numbers: they start where no C++ program does."""
    node = options_of(tree, PROGRAMS[0])
    # Words, environment and hanfs.conf are each read by a line of their own.
    found = sorted(set(re.findall(r'check_number "?(?:\$where: )?(\w+)"? \S+ (\d+)',
                                  tree.files["postscripts/setupnfsv4replication"])))
    problems = compare("postscripts/setupnfsv4replication", found,
                       {name.replace("-", "_"): node[name].most
                        for name in ("timeo", "retrans", "deadline", "jobs", "command-deadline")})
    nim = re.findall(r"most=(\d+)", tree.files["packaging/nim/make-nim-script"])
    if nim != [node["timeo"].most, node["retrans"].most]:
        problems.append(f"packaging/nim/make-nim-script: most is {nim}, but the table has other ranges")
    return problems


def checks():
    """{name: (check, [(what, path, old text, new text, words of the complaint)])}"""
    man = "packaging/man/setupnfsv4replication.8"
    return {
        "hanfs.conf has the settings of the table": (check_conf, [
            ("another default", CONF, "Default: 64.", "Default: 65.", "fanout"),
            ("another value", CONF, "# retrans = 3\n", "# retrans = 4\n", "retrans = 4"),
            ("another range", CONF, "Range: 1 to 256.", "Range: 1 to 255.", "jobs"),
            ("another unit", CONF, "Unit: minutes.", "Unit: hours.", "dgd-retry-time"),
            ("a default of one program only", CONF, "; makehanfs: 3600;", ";", "deadline"),
            ("one too many", CONF, "# timeo = 1\n", "# timeo = 1\n# tempo = 1\n", "tempo is no setting"),
            ("one too few", CONF, "# persist = false\n", "", "persist is missing"),
            ("a new one in the table", TABLE, '"persist"', '"persistent"', "persistent is missing"),
        ]),
        "README has the settings of the table": (check_readme, [
            ("another default", README, "| `timeo` | 1 |", "| `timeo` | 2 |", "timeo"),
            ("another range", README, "1 to 86400", "1 to 86401", "deadline"),
            ("another unit", README, "| minutes |", "| hours |", "dgd-retry-time"),
            ("one too few", README, "| `exclude` |", "| exclude |", "exclude is missing"),
            ("another range in the table", TABLE, "ten_minutes = 6000", "ten_minutes = 6001", "mount-timeo"),
        ]),
        "manual pages have the options of the table": (check_manuals, [
            ("another default", man, "Default: 120.", "Default: 12.", "deadline"),
            ("another range", man, "Range: 1 to 1000.", "Range: 1 to 100.", "retrans"),
            ("another unit", man, "Unit: packets.", "Unit: pings.", "dgd-packets-lost"),
            ("one too few", man, ".BI jobs= N", ".BI workers= N", "jobs is missing"),
            ("a mode too few", man, ".B \\-\\-reset\nGo", ".B \\-\\-restart\nGo", "reset is missing"),
            ("another default in the table", TABLE, '"3600"', '"3601"', "makehanfs.8: deadline"),
        ]),
        "hanfs.conf(5) has the settings of the table": (check_conf_page, [
            ("another default", CONF_PAGE, "Default: 64.", "Default: 65.", "fanout"),
            ("another range", CONF_PAGE, "Range: 1 to 256.", "Range: 1 to 255.", "jobs"),
            ("another unit", CONF_PAGE, "Unit: minutes.", "Unit: hours.", "dgd-retry-time"),
            ("a default of one program only", CONF_PAGE, "; makehanfs: 3600;", ";", "deadline"),
            ("one too few", CONF_PAGE, ".BI retrans= N", ".BI calls= N", "retrans is missing"),
            ("one in the section of another program", CONF_PAGE, ".SH [makehanfs]\n.TP", ".TP", "directory stands there twice"),
            ("a new one in the table", TABLE, '"persist"', '"persistent"', "persistent is missing"),
            ("another default in the table", TABLE, '"/xcatpost/hanfs', '"/hanfs', "check-command"),
            ("one of domains too few", CONF_PAGE, ".BI servers= SERVER", ".BI hosts= SERVER", "servers is missing"),
            ("a new one of domains", DOMAINS, 'item->name == "gateways") target', 'item->name == "routers") target', "routers is missing"),
        ]),
        "plain sh has the ranges of the table": (check_scripts, [
            ("another range", "postscripts/setupnfsv4replication", " 6000", " 6001", "timeo"),
            ("another range for NIM", "packaging/nim/make-nim-script", "most=1000", "most=1001", "1001"),
        ]),
    }
