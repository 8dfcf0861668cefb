# SPDX-License-Identifier: Apache-2.0
"""A simulated AIX node in a folder of its own, and runs of setupnfsv4replication on it.

The programs are found in the folder given with --bin (test runners) or in HANFS_BIN. One that is missing ends
everything: a test that silently does not run proves nothing.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOOL = "setupnfsv4replication"
SERVER, REPLICA, OWN = "203.0.113.15", "203.0.113.14", "203.0.113.117"
USR, STATELITE = "/usr", "/.statelite/persistent"

# What a run may see of our own environment: nothing but this, so that a site's HANFS_* cannot change a result.
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C", "HOME": "/root"}


def program(name):
    folder = os.environ.get("HANFS_BIN", "")
    path = os.path.join(folder, name)
    if not folder or not os.access(path, os.X_OK):
        sys.stderr.write(f"error: {name} is not in HANFS_BIN={folder!r}; build it, then name its folder with --bin\n")
        os._exit(2)
    return path


class Run:
    """How one run of the tool ended."""

    def __init__(self, rc, out, err, seconds):
        self.rc, self.stdout, self.stderr, self.seconds = rc, out, err, seconds

    @property
    def verdict(self):
        """The verdict line as a dict; it is the last line of stdout, with --json the last one of stderr."""
        for text in (self.stdout, self.stderr):
            lines = text.rstrip("\n").split("\n")
            if lines[-1].startswith("HANFS tool="):
                return dict(word.split("=", 1) for word in lines[-1].split(" ")[1:])
        return {}

    @property
    def json(self):
        return json.loads(self.stdout)

    def __str__(self):
        return f"exit status {self.rc} after {self.seconds:.1f} s\n{self.stdout[-6000:]}\n{self.stderr[-3000:]}"


OBSERVING = {"mount", "netstat", "lsattr", "odmget", "ifconfig", "hostname", "uname", "lsps", "logger", "lsnfsexp",
             "lssrc", "df", "lsfs", "showmount", "rpcinfo", "ping", "oslevel", "sysdumpdev"}


def is_changing(argv):
    """Does this command change the node? What is not known to be harmless does."""
    name, args = argv[0], argv[1:]
    if name == "nfs4cl":
        return args[:1] not in (["showfs"], ["showstat"])
    if name in ("no", "nfso"):
        return any("=" in word for word in args) or any(word[:2] in ("-d", "-D") for word in args)
    if name in ("mount", "ifconfig"):
        return args not in ([], ["-a"])
    if name in ("exportfs", "chnfsdom"):
        return args != []
    if name == "nfsd":
        return args not in (["-getreplicas"], ["-getnodes"])
    return name not in OBSERVING


class Served:
    """Programs of the simulation, called in a process that waits for it (test/in_process): each thread has one."""

    def __init__(self):
        self.of_thread = threading.local()

    def __call__(self, argv, env=None, timeout=150):
        """What subprocess.run() would give."""
        server = getattr(self.of_thread, "server", None)
        if server is None or server.poll() is not None:
            server = self.of_thread.server = subprocess.Popen(
                [program("hanfs_in_process"), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env=CLEAN_ENVIRONMENT, start_new_session=True)
        variables = [f"{name}={value}" for name, value in (env or CLEAN_ENVIRONMENT).items()]
        words = b"".join(os.fsencode(word) + b"\0" for word in [*argv, *variables])
        limit = threading.Timer(timeout, os.killpg, (server.pid, signal.SIGKILL))
        limit.start()
        try:
            server.stdin.write(b"%d %d %d\n" % (len(argv), len(variables), len(words)) + words)
            server.stdin.flush()
            answer = server.stdout.readline().split()
            if len(answer) != 3:
                raise AssertionError(f"{argv}: no answer within {timeout} s")
            out, err = (server.stdout.read(int(size)).decode(errors="surrogateescape") for size in answer[1:])
        finally:
            limit.cancel()
        return subprocess.CompletedProcess(argv, int(answer[0]), out, err)


served = Served()


def all_it_said(process, timeout):
    """stdout and stderr of a program that has to end in time."""
    try:
        return process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running after {timeout} s\n{out}\n{err}") from None


class Node:
    tool = TOOL
    by_processes = False  # whether all runs are

    def __init__(self, *boot):
        self.root = tempfile.mkdtemp(prefix="hanfs-node.")
        os.chmod(self.root, 0o755)
        self.pids = []
        self.sim_boot(*boot)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    # -- the simulator

    def _aixsim(self, words):
        done = served([program("aixsim"), *words])
        if done.returncode != 0:
            raise RuntimeError(f"aixsim {words}: exit status {done.returncode}\n{done.stderr}")
        return done.stdout

    def sim_boot(self, *words):
        self._aixsim(["boot", self.root, *map(str, words)])

    def sim(self, *words):
        return self._aixsim(["-C", self.root, *map(str, words)])

    def fault(self, glob, kind, **keys):
        """A fault for commands whose words match; `glob` is taken as written when it is a list of words."""
        if not isinstance(glob, str):
            glob = re.sub(r"([][*?\\])", r"\\\1", " ".join(glob))
        return self.sim("fault", "add", glob, kind, *(f"{key}={value}" for key, value in keys.items())).strip()

    def clear_faults(self):
        self.sim("fault", "clear")

    def variant(self, **names):
        self.sim("variant", *(f"{name.replace('_', '-')}={value}" for name, value in names.items()))

    def by_hand(self, name, *args, check=True):
        """An administrator types a command; it does not show in calls()."""
        done = served([os.path.join(self.root, "bin", name), *args], {**CLEAN_ENVIRONMENT, "AIXSIM_STATE": self.root})
        if check and done.returncode != 0:
            raise RuntimeError(f"{name} {args}: {done.stderr}")
        return done.stdout

    def calls(self):
        """Every command that the tool started, oldest first."""
        all_calls = json.loads(self.sim("calls", "--json"))
        return sorted((c for c in all_calls if not c["program"].startswith(self.root + "/bin/")),
                      key=lambda c: c["time"])

    def commands(self, changing=None):
        argvs = [call["argv"] for call in self.calls()]
        return [argv for argv in argvs if changing is None or is_changing(argv) == changing]

    def forget_calls(self):
        self.sim("calls", "--clear")

    def state(self):
        """All that a run could change, as the simulator itself tells it (not as our program reads it)."""
        lines = [line for line in self.sim("show").split("\n") if not line.startswith("node ")]
        odm, end = lines.index("odm"), lines.index("tunables changed")
        # The ODM is a set: the order in which values were stored means nothing.
        text = "\n".join(lines[:odm + 1] + sorted(lines[odm + 1:end]) + lines[end:])
        for name in ("netsvc.conf", "tunables/nextboot"):
            path = os.path.join(self.root, "etc", name)
            if os.path.exists(path):
                with open(path, errors="surrogateescape") as file:
                    text += f"{name}:\n{file.read()}"
        return text

    def options(self, path):
        text = self.by_hand("nfs4cl", "showfs", path)
        line = next(line for line in text.split("\n") if line.startswith("options :"))
        return dict((word + "=").split("=")[:2] for word in line[len("options : "):].strip().split(","))

    def timing(self, path):
        options = self.options(path)
        return int(options["timeo"]), int(options["retrans"])

    def defaults(self):
        """[(gateway, configured cost, active DGD)] of the live default routes, sorted by cost."""
        routes = []
        for line in self.sim("show").split("\n"):
            row = re.match(r"  default +(\S+) +\S+ +cost \d+ configured (\d+)( active_dgd)? ", line)
            if row:
                routes.append((row[1], int(row[2]), bool(row[3])))
        return sorted(routes, key=lambda route: route[1])

    def stored_routes(self):
        return [line.split(" ", 4)[4] for line in self.sim("show").split("\n") if line.startswith("  inet0 route ")]

    def tunable(self, name):
        return self.by_hand("no", "-o", name).split("=")[1].strip()

    def write(self, path, text, mode=0o644):
        full = self.root + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(full, mode)
        return full

    def read(self, path):
        with open(self.root + path, errors="surrogateescape") as file:
            return file.read()

    def journal(self):
        """The journal's entries; a torn line (a killed run leaves one) is passed by."""
        entries = []
        path = self.root + "/etc/hanfs/journal"
        if os.path.isfile(path):
            with open(path, errors="replace") as file:
                for line in file:
                    try:
                        entries.append(json.loads(line))
                    except ValueError:
                        pass
        return entries

    # -- the program

    def command(self, *args, sysroot=True):
        return [program(self.tool), *(["--sysroot", self.root] if sysroot else []), *map(str, args)]

    def start(self, *args, env=None, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(self.command(*args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                errors="surrogateescape", env={**CLEAN_ENVIRONMENT, **(env or {})}, **more)

    def finish(self, process, timeout=150):
        started = time.monotonic()
        out, err = all_it_said(process, timeout)
        return Run(process.returncode, out, err, time.monotonic() - started)

    def run(self, *args, env=None, timeout=150, during=(), by_processes=False, **process):
        """A run in simulated time (test/in_process), or with `by_processes` and what only a process can be given, of
        the program that is shipped, whose commands are processes. `during`: (words of a command, "kill", "term" or the
        words of another command): what happens soon after it has begun for the first time."""
        if by_processes or process or self.by_processes:
            return self.finish(self.start(*args, env=env, **process), timeout)
        events = [word for command, action in during
                  for word in ("--during", " ".join(command), action if isinstance(action, str) else " ".join(action))]
        done = served([program("hanfs_in_process"), *events, self.tool, *self.command(*args)[1:]],
                      {**CLEAN_ENVIRONMENT, **(env or {})}, timeout)
        if done.returncode == 125:
            raise AssertionError(done.stderr)
        with open(self.root + "/.aixsim/took", encoding="ascii") as file:
            return Run(done.returncode, done.stdout, done.stderr, int(file.read()) / 1000)

    def wait_for_call(self, argv, outcome="hangs", seconds=30):
        """Until the tool has started this command (which a fault makes hang, or slow: "unfinished"); its pid."""
        wanted = list(argv)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for call in self.calls():
                if call["argv"] == wanted and call["outcome"].startswith(outcome):
                    return call["pid"]
            time.sleep(0.02)
        raise AssertionError(f"{wanted} was not started within {seconds} s")

    def run_killed_at(self, argv, *args):
        """A run that is killed while this command of it hangs; the command ends with it."""
        run = self.run(*args, during=[(argv, "kill")])
        assert run.rc == 137, f"{argv} was not started: {run}"


WORKS = ("slow", "garbage", "empty", "truncated", "huge", "changed-but-exit1", "grandchild-pipe", "partial-then-hang")


def had_effect(call, killed_after):
    """Did this call of the log do its work? Exit status and fault kind tell; of a kill only who ordered it knows."""
    outcome = call["outcome"]
    kind = outcome.partition("fault=")[2]
    if not kind:
        return outcome == "exit 0"
    if kind == "killed":
        return killed_after
    return kind in WORKS


def defaults_over_time(before, calls, killed_after=False):
    """How many default routes were live after each changing call; `before` are the gateways at the start."""
    live = list(before)
    counts = [len(live)]
    for call in calls:
        argv = call["argv"]
        if argv[0] == "route" and had_effect(call, killed_after):
            words = [word for word in argv[1:] if not word.startswith("-")]
            if words[:1] == ["add"] and words[1] in ("0", "default"):
                live.append(words[2])
            elif words[:1] == ["delete"] and words[1] in ("0", "default"):
                if words[2] in live:
                    live.remove(words[2])
            elif words[:1] in (["flush"], ["change"]) or "-f" in argv:
                live = []
        counts.append(len(live))
    return counts
