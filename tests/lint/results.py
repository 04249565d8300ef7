# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of this folder found, as TAP."""
import sys


def report(results):
    """Each is (sentence, whether it holds). Ends the program."""
    for number, (name, good) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{len(results)}")
    sys.exit(0 if results and all(good for _, good in results) else 1)
