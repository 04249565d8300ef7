#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lint.py [--advice]: checks the project against its house rules, and prints what breaks them as PATH:LINE: RULE: TEXT."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from csource import Source  # noqa: E402
from rules import RULES  # noqa: E402
import text_rules  # noqa: E402,F401: they add themselves

FOLDERS = ("client-lib", "daemon", "tests", "scripts", "data", "po")
ENDINGS = (".c", ".h", ".py", ".sh", ".desktop.in", ".metainfo.xml", ".gschema.xml", "POTFILES.in")
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
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    project = list(read_project(top))
    found = list(check(project))
    bad = [text for rule, text in found if rule not in ADVICE]
    advice = [text for rule, text in found if rule in ADVICE]
    print("\n".join(bad + (advice if "--advice" in sys.argv else [])))
    print(f"{len(RULES)} rules, {len(project)} files: {len(bad)} offences, {len(advice)} pieces of advice (--advice shows them)")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
