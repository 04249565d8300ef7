#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""cppcheck over the daemon and the client library; what it finds fails."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
COMMAND = [
    "cppcheck", "--quiet", "-j2", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr",
    "--library=gtk", "--library=posix", "--error-exitcode=1", f"--suppressions-list={HERE}/cppcheck-suppressions.txt",
    '-DSMD_GCR_LIBRARY=""', "-Iclient-lib/common", *(f"-Idaemon/{name}" for name in "base crypto crypto/internal mime trust ports ops".split()),
    # its tables, computed by the preprocessor, take a minute
    "-idaemon/mime/smd-base64.c", "-idaemon/mime/smd-base64-kernel.c",
    "client-lib", "daemon",
]

try:
    sys.exit(subprocess.run(COMMAND, cwd=TOP, check=False).returncode)
except FileNotFoundError:
    print("cppcheck is not installed (./dev lint installs it)")
    sys.exit(77)
