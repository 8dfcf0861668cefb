# SPDX-License-Identifier: Apache-2.0
"""Runs unittest cases side by side: most of them wait for hanging commands, not for the processor."""
import argparse
import concurrent.futures
import fnmatch
import os
import sys
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


def main(folder, what):
    parser = argparse.ArgumentParser(description=f"Runs the {what}.")
    parser.add_argument("--bin", help="folder of setupnfsv4replication and aixsim (default: HANFS_BIN)")
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("pattern", nargs="*", help="only tests whose name matches, for example '*gateway*'")
    options = parser.parse_args()
    if options.bin:
        os.environ["HANFS_BIN"] = os.path.abspath(options.bin)
    import simnode
    for name in (simnode.TOOL, "aixsim"):
        simnode.program(name)

    suite = unittest.defaultTestLoader.discover(folder, "test_*.py", top_level_dir=folder)
    cases = [case for case in cases_of(suite) if not options.pattern or
             any(fnmatch.fnmatch(case.id(), "*" + pattern + "*") for pattern in options.pattern)]
    # Slow ones first, so that none is left to run alone at the end.
    cases.sort(key=lambda case: -getattr(getattr(case, case._testMethodName, None), "weight", 0))
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, result, seconds in pool.map(run_one, cases):
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
