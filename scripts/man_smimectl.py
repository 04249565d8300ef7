#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""man_smimectl.py OUTPUT DATE VERSION TEMPLATE [TABLE]: a manual page from a text with its fixed parts. TABLE is the JSON of
`smimectl _table`; it goes in the places of @SYNOPSIS@ and @COMMANDS@."""

import json
import sys
import textwrap

import man_roff as roff


def synopsis(entry):
    return [".B smimectl %s" % roff.escape(entry["name"]), "[\\fIOPTIONS\\fR]", *([roff.escape(entry["arguments"])] if entry["arguments"] else []), ".br"]


def describe_option(option):
    value = option.get("value", "")
    long = "\\fB\\-\\-%s\\fR" % roff.escape(option["name"]) + ("=\\fI%s\\fR" % roff.escape(value) if value else "")
    short = "\\fB\\-%s\\fR, " % option["letter"] if option["letter"] else ""
    summary = option["summary"]
    return roff.item(short + long, roff.marked(summary + ("" if summary.endswith(".") else ".")))


def describe(entry, common):
    page = ['.SS "%s"' % roff.escape(("%s %s" % (entry["name"], entry["arguments"])).strip())]
    page += roff.prose(entry["summary"] + "." + ("\n\n" + entry["details"] if entry.get("details") else ""))
    for option in entry["options"]:
        if option["name"] not in common:
            page += describe_option(option)
    return page + [".PP", *roff.lines(roff.marked("With `--json`: %s." % entry["json"]))]


def insert(table, mark):
    common = {option["name"]: option for option in table[0]["options"]}
    if mark == "@SYNOPSIS@":
        return [line for entry in table for line in synopsis(entry)][:-1]
    if mark == "@OPTIONS@":
        return [line for option in common.values() for line in describe_option(option)]
    if mark == "@COMMANDS@":
        return [line for entry in table for line in describe(entry, common)]
    return None


def fill(line):
    """A line of the text; requests and empty lines stay."""
    return [line] if not line or line[0] in ".'" else textwrap.wrap(line, roff.WIDTH, break_long_words=False, break_on_hyphens=False)


def main():
    output, date, version, template, *table = sys.argv[1:]
    entries = []
    for path in table:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
    page = []
    with open(template, encoding="utf-8") as file:
        for line in file.read().replace("@DATE@", date).replace("@VERSION@", version).splitlines():
            inserted = insert(entries, line) if entries else None
            page += fill(line) if inserted is None else inserted
    roff.write(output, page)


if __name__ == "__main__":
    main()
