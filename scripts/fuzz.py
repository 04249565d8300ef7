#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""fuzz.py BUILD-DIR SECONDS [--json FILE]: runs each libFuzzer target of tests/fuzz for so many seconds.

Seeds are copied from the conformance data ($SMIMED_CORPORA, default ../shared/corpora): of `fuzz/` the folders that a
target names in tests/fuzz/seeds.txt (`TARGET FOLDER...`, below the corpora), all of `fuzz/` if it names none, and
tests/fuzz/seeds/NAME. What is found stays in BUILD-DIR/fuzz/TARGET. The JSON is like meson's testlog.json.
"""

import base64
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPORA = os.environ.get("SMIMED_CORPORA", os.path.join(TOP, "..", "shared", "corpora"))


def seed_folders(target):
    names = ["fuzz/cms", "fuzz/crl", "fuzz/smime"]
    table = os.path.join(TOP, "tests", "fuzz", "seeds.txt")
    if os.path.exists(table):
        with open(table, encoding="utf-8") as file:
            rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
        names = next((row[1:] for row in rows if row[0] == target), names)
    paths = [os.path.join(CORPORA, name) for name in names]
    paths.append(os.path.join(TOP, "tests", "fuzz", "seeds", target.removeprefix("fuzz-")))
    return [path for path in paths if os.path.isdir(path)]


def found_inputs(folder):
    """What made a target fail, as text: the folder is gone where CI has run."""
    lines = []
    for path in sorted(glob.glob(f"{folder}/found-*")):
        with open(path, "rb") as file:
            lines.append(f"\n{path} (base64 -d):\n{base64.b64encode(file.read()).decode()}\n")
    return "".join(lines)


def run(build, executable, seconds):
    target = os.path.basename(executable)
    found = os.path.join(build, "fuzz", target)
    os.makedirs(found, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"]
    command = [executable, *options, f"-artifact_prefix={found}/found-", os.path.join(found), *seed_folders(target)]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds + 120, check=False)
        output, bad = done.stdout.decode(errors="replace"), done.returncode != 0
    except subprocess.TimeoutExpired as error:
        output, bad = (error.stdout or b"").decode(errors="replace") + "\ndid not end in time", True
    executed = next((line.split()[-1] for line in output.splitlines() if "number_of_executed_units" in line), "0")
    if bad:
        output = output[-6000:] + found_inputs(found)
    return {"name": target, "result": "FAIL" if bad else "OK", "stdout": "", "output": output, "executed": executed}


def main():
    build, seconds = sys.argv[1], int(sys.argv[2])
    targets = [path for path in sorted(glob.glob(f"{build}/tests/fuzz/fuzz-*")) if os.access(path, os.X_OK)]
    targets = [path for path in targets if os.path.isfile(path)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda target: run(build, target, seconds), targets))
    for result in results:
        print(f"fuzz {result['name']}: {result['result']}, {result['executed']} inputs in {seconds} s")
        if result["result"] != "OK":
            print(result["output"])
    if "--json" in sys.argv:
        with open(sys.argv[sys.argv.index("--json") + 1], "w", encoding="utf-8") as file:
            file.writelines(json.dumps(result) + "\n" for result in results)
    if not targets:
        print("no fuzz target was built", file=sys.stderr)
    sys.exit(0 if targets and all(result["result"] == "OK" for result in results) else 1)


if __name__ == "__main__":
    main()
