#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the relevant cases of x509-limbo as files for test-limbo: limbo_split.py FOLDER-OF-THE-CORPUS OUT."""
import csv
import datetime
import json
import pathlib
import sys


def main(corpus, out):
    with open(corpus / "expected.tsv", encoding="utf-8", newline="") as table:
        wanted = [row["id"] for row in csv.DictReader(table, delimiter="\t") if row["relevant"] == "yes"]
    cases = {case["id"]: case for case in json.loads((corpus / "limbo.json").read_text(encoding="utf-8"))["testcases"]}
    for number, name in enumerate(wanted):
        case = cases[name]
        folder = out / f"{number:03}"
        folder.mkdir()
        at = case["validation_time"]
        seconds = int(datetime.datetime.fromisoformat(at).timestamp()) if at else 1767225600
        depth = case["max_chain_depth"]
        most = 0 if depth is None else depth or -1
        (folder / "case").write_text(f"{name}\t{seconds}\t{most}\t{case['expected_result']}\n", encoding="utf-8")
        (folder / "leaf").write_text(case["peer_certificate"], encoding="utf-8")
        (folder / "candidates").write_text("\n".join(case["untrusted_intermediates"]), encoding="utf-8")
        (folder / "anchors").write_text("\n".join(case["trusted_certs"]), encoding="utf-8")
        for index, crl in enumerate(case["crls"] or []):
            (folder / f"crl-{index}").write_text(crl, encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
