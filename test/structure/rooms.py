# SPDX-License-Identifier: Apache-2.0
"""Which room may include which. A table, rooms.txt, has one line for each room: "room: room room ...", what it may
include besides itself; "X/*" is room X and every room below it, "*" all rooms below this one and lib/*."""
import functools
import posixpath
import re

SOURCE = (".cpp", ".hpp", ".c", ".h")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.M)

# {folder: where quoted includes are looked for, after the file's own folder}
HOUSES = {
    "helpers": ("helpers/lib", "helpers"),
    "test/aixsim": ("test/aixsim",),
}


def table_of(house):
    return house + "/rooms.txt"


def read_table(tree, house):
    """{room: rooms it may include}, problems"""
    table, problems, lines = {}, [], {}
    name = table_of(house)
    if name not in tree.files:
        return {}, [f"{name}: missing"]
    for number, line in enumerate(tree.files[name].splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        room, colon, names = line.partition(":")
        if not colon or room in lines:
            problems.append(f"{name}: line {number}: {'room ' + room + ' a second time' if colon else 'no room'}")
        lines[room] = names.split()
    for room, names in lines.items():
        table[room] = set()
        for word in names:
            roots = [room, "lib"] if word == "*" else [word[:-2]] if word.endswith("/*") else None
            found = {word} & set(lines) if roots is None else {
                other for other in lines for root in roots if root in (".", other) or other.startswith(root + "/")}
            if not found:
                problems.append(f"{name}: {room}: there is no room {word}")
            table[room] |= found - {room}
    return table, problems


def circle(arrows):
    """Rooms that reach each other, or nothing."""
    done, path = set(), []

    def walk(room):
        if room in path:
            return path[path.index(room):] + [room]
        if room in done:
            return None
        path.append(room)
        for other in sorted(arrows.get(room, ())):
            found = walk(other)
            if found:
                return found
        done.add(path.pop())
        return None

    return next((found for found in map(walk, sorted(arrows)) if found), None)


def sources(tree, house):
    return [name for name in tree.files if name.startswith(house + "/") and name.endswith(SOURCE)]


def room_of(name, house):
    return posixpath.relpath(posixpath.dirname(name), house)


@functools.lru_cache(None)
def written_includes(text):
    return INCLUDE.findall(text)


def includes(tree, name, house):
    """(as it is written, the file of the tree or None)"""
    for written in written_includes(tree.files[name]):
        places = (posixpath.dirname(name), *HOUSES[house])
        paths = (posixpath.normpath(posixpath.join(place, written)) for place in places)
        yield written, next((path for path in paths if path in tree.files), None)


def check(tree, house):
    table, problems = read_table(tree, house)
    files, arrows = sources(tree, house), {}
    for name in files:
        room = room_of(name, house)
        if room not in table:
            problems.append(f"{name}: {room} is no room of {table_of(house)}")
            continue
        for written, path in includes(tree, name, house):
            if path is None or not path.startswith(house + "/"):
                problems.append(f'{name}: "{written}" is no file of {house}/')
                continue
            other = room_of(path, house)
            if other != room:
                arrows.setdefault(room, set()).add(other)
                if other not in table[room]:
                    problems.append(f"{name}: {room} may not include {other} ({written})")
    used = {room_of(name, house) for name in files}
    problems += [f"{table_of(house)}: room {room} is empty or does not exist" for room in table if room not in used]
    for what, graph in (("the includes go", arrows), ("the table allows", table)):
        found = circle(graph)
        if found:
            problems.append(f"{house}: {what} in a circle: {' -> '.join(found)}")
    return problems


def plants(tree, house):
    """[(what, tree with the fault, words of the complaint)]"""
    table, _ = read_table(tree, house)
    if not table:
        return []
    headers = {room_of(name, house): name for name in sources(tree, house) if name.endswith(".hpp")}
    rooms = [room for room in sorted(table) if room in headers]

    def include(tree, room, other):
        return tree.planted(headers[room], f'#include "{posixpath.relpath(headers[other], HOUSES[house][-1])}"')

    def line(text):
        return tree.planted(table_of(house), text)

    planted = [
        ("a file without a room", tree.planted(house + "/nowhere/planted.cpp", "int x;"), "nowhere is no room"),
        ("a room without a file", line("ghost:"), "ghost is empty"),
        ("an unknown name", line("ghost: specter"), "no room specter"),
        ("a room twice", line(f"{rooms[0]}:"), "a second time"),
        ("an include of nothing", tree.planted(headers[rooms[0]], '#include "no/such/file.hpp"'), "is no file of"),
        ("a circle in the table", line("ghost: phantom\nphantom: ghost"), "in a circle: ghost"),
    ]
    forbidden = next(((a, b) for a in rooms for b in rooms if a != b and b not in table[a]), None)
    if forbidden:
        planted.append(("a forbidden arrow", include(tree, *forbidden),
                        f"{forbidden[0]} may not include {forbidden[1]}"))
    if len(rooms) > 1:  # both ways, and the table knows no better
        one, two = rooms[:2]
        both = include(include(tree, one, two), two, one)
        planted.append(("a circle", both, "the includes go in a circle"))
    return planted


def unit_folders(tree):
    """Unit tests lie as what they test: test/unit/lib/aix/ for helpers/lib/aix/."""
    table, _ = read_table(tree, "helpers")
    return [f"{name}: {room_of(name, 'test/unit')} is no room of helpers" for name in tree.files
            if name.startswith("test/unit/") and name.endswith("_test.cpp") and room_of(name, "test/unit") not in table]
