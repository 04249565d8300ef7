#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""count-tests.py TESTLOG.json...: counts what meson's tests and their TAP subtests came to.

Names failures and skips with their reasons. The last line is `N passed, N failed, N skipped`. The exit code is 1 if
anything failed, if nothing ran, or if a test was skipped that expected-skips.txt doesn't list.
"""

import fnmatch
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SUBTEST = re.compile(r"^(not )?ok\b\s*\d*\s*(?:- )?(.*?)(?:\s*#\s*(SKIP|TODO)\b\S*\s*(.*))?$", re.IGNORECASE)
PLAN_SKIP = re.compile(r"^1\.\.0\s*#\s*skip\S*\s*(.*)$", re.IGNORECASE)
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def read_tests(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def subtests(output):
    """(outcome, name, reason) of each line of TAP."""
    for line in output.splitlines():
        plan = PLAN_SKIP.match(line)
        if plan:
            yield SKIPPED, "", plan[1]
        found = SUBTEST.match(line)
        if not found:
            continue
        bad, name, directive, reason = found.groups()
        if directive and directive.upper() == "SKIP":
            yield SKIPPED, name, reason or ""
        elif bad and not directive:
            yield FAILED, name, ""
        else:
            yield PASSED, name, ""


def outcomes(test):
    """(outcome, name, reason) of one of meson's tests: its subtests, or itself."""
    name = test["name"].split(" / ")[-1]
    output, result = test.get("stdout") or "", test["result"]
    found = [(outcome, f"{name} {sub}".strip(), reason) for outcome, sub, reason in subtests(output)]
    if result in ("OK", "EXPECTEDFAIL"):
        return found or [(PASSED, name, "")]
    if result == "SKIP":
        last = (output.strip() or test.get("stderr", "").strip() or "no reason given").splitlines()[-1]
        return [one for one in found if one[0] == SKIPPED] or [(SKIPPED, name, last)]
    if not any(outcome == FAILED for outcome, _, _ in found):
        found.append((FAILED, name, result.lower()))
    return found


def has_corpora():
    default = os.path.join(HERE, "..", "..", "shared", "corpora")
    return os.path.isdir(os.environ.get("SMIMED_CORPORA", default))


def expected_skips():
    with open(os.path.join(HERE, "expected-skips.txt"), encoding="utf-8") as file:
        rows = [line.split(None, 2) for line in file if line.strip() and not line.startswith("#")]
    return [(name, reason.strip()) for when, name, reason in rows if when == "always" or not has_corpora()]


def is_expected(skip, allowed):
    _, name, reason = skip
    test = name.partition(" ")[0]  # without the sentence of its part that was skipped
    return any((fnmatch.fnmatch(name, a) or fnmatch.fnmatch(test, a)) and fnmatch.fnmatch(reason, b) for a, b in allowed)


def main():
    found = [one for path in sys.argv[1:] for test in read_tests(path) for one in outcomes(test)]
    allowed = expected_skips()
    unexpected = 0
    for outcome, name, reason in found:
        if outcome == FAILED:
            print(f"FAILED   {name}{': ' if reason else ''}{reason}")
        if outcome == SKIPPED:
            known = is_expected((outcome, name, reason), allowed)
            unexpected += not known
            print(f"skipped  {name}: {reason}" + ("" if known else "   <- UNEXPECTED: not in scripts/expected-skips.txt"))
    count = {word: sum(outcome == word for outcome, _, _ in found) for word in (PASSED, FAILED, SKIPPED)}
    if unexpected:
        print(f"The run fails: {unexpected} skipped unexpectedly.")
    if not found:
        print("The run fails: there were no tests.")
    print(f"{count[PASSED]} passed, {count[FAILED]} failed, {count[SKIPPED]} skipped")
    sys.exit(0 if found and not count[FAILED] and not unexpected else 1)


if __name__ == "__main__":
    main()
