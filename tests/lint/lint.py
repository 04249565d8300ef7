#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lint.py [TOP]: checks the project against its house rules, and prints what breaks them as PATH:LINE: RULE: TEXT."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from csource import Source  # noqa: E402
from rules import RULES  # noqa: E402

FOLDERS = ("client-lib", "daemon", "tests", "scripts", "data")
ENDINGS = (".c", ".h", ".py", ".sh")
ADVICE = ("columns", "module_cycles")  # told, but does not fail


def read_project(top):
    for folder in FOLDERS:
        for path, folders, files in sorted(os.walk(os.path.join(top, folder))):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                if name.endswith(ENDINGS):
                    full = os.path.join(path, name)
                    with open(full, encoding="utf-8") as file:
                        yield Source(os.path.relpath(full, top), file.read())


def check(project):
    """All that breaks a rule: (rule, line to print)."""
    for rule in RULES:
        for source, line, text in rule(project):
            yield rule.__name__, f"{source.path}:{line}: {rule.__name__}: {text}"


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(here))
    project = list(read_project(top))
    found = list(check(project))
    bad = sum(rule not in ADVICE for rule, _ in found)
    print("\n".join(text for _, text in found))
    print(f"{len(RULES)} rules, {len(project)} files, {bad} offences, {len(found) - bad} pieces of advice")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
