# SPDX-License-Identifier: Apache-2.0
"""Runs unittest cases side by side, in two pools: of those that wait for hanging commands (`waits` of the method or its
class) many, as they need no processor; of the others, which do, a few. So neither makes the other wait."""
import argparse
import concurrent.futures
import fnmatch
import os
import shutil
import signal
import sys
import threading
import time
import traceback
import unittest


def cases_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from cases_of(test)
        else:
            yield test


def run_one(case):
    result = unittest.TestResult()
    started = time.monotonic()
    try:
        case.run(result)
    except Exception:  # noqa: BLE001 - a broken test is a failed test
        result.errors.append((case, traceback.format_exc()))
    return case, result, time.monotonic() - started


START = threading.Lock()


def run_waiting(case):
    # Hanging commands take the same time: who starts at once comes back at once, and all miss their deadlines then.
    with START:
        time.sleep(0.1)
    return run_one(case)


def of(case, name):
    """An attribute of the test's method or of its class."""
    return getattr(getattr(case, case._testMethodName, None), name, getattr(case, name, 0))


def main(folder, what):
    parser = argparse.ArgumentParser(description=f"Runs the {what}.")
    parser.add_argument("--bin", help="folder of setupnfsv4replication and aixsim (default: HANFS_BIN)")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="tests side by side (%(default)s)")
    parser.add_argument("--waiting", type=int, default=12, help="those that only wait besides (%(default)s)")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("pattern", nargs="*", help="only tests whose name matches, for example '*gateway*'")
    options = parser.parse_args()
    if options.bin:
        os.environ["HANFS_BIN"] = os.path.abspath(options.bin)
    # Who starts this in the background or with nohup has them ignored, and our programs would inherit that.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    # Thousands of small nodes: on a disk they take twice the time. 10,000 mounts are 100 MB.
    if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 1 << 29:
        os.environ.setdefault("TMPDIR", "/dev/shm")
    import simnode
    for name in (simnode.TOOL, "aixsim"):
        simnode.program(name)

    suite = unittest.defaultTestLoader.discover(folder, "test_*.py", top_level_dir=folder)
    cases = [case for case in cases_of(suite) if not options.pattern or
             any(fnmatch.fnmatch(case.id(), "*" + pattern + "*") for pattern in options.pattern)]
    # Slow ones first, so that none is left to run alone at the end.
    cases.sort(key=lambda case: -of(case, "weight"))
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as busy, \
            concurrent.futures.ThreadPoolExecutor(options.waiting) as waiting:
        runs = [waiting.submit(run_waiting, case) if of(case, "waits") else busy.submit(run_one, case) for case in cases]
        for run in concurrent.futures.as_completed(runs):
            case, result, seconds = run.result()
            problems = result.failures + result.errors
            for test, text in problems:
                print(f"FAILED {test.id()}{getattr(test, '_subDescription', lambda: '')()}\n{text}", flush=True)
            for test, reason in result.skipped:
                print(f"skipped {test.id()}: {reason}", flush=True)
            if problems:
                failed += 1
            elif result.skipped:
                skipped += 1
            else:
                passed += 1
            if options.verbose:
                print(f"{'FAILED' if problems else 'ok':6} {seconds:6.1f}s {case.id()}", flush=True)
    for module in list(sys.modules.values()):
        summary = getattr(module, "print_summary", None)
        if summary and getattr(module, "__file__", "").startswith(folder):
            summary()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not cases else 0
