#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""man_policy.py OUTPUT DATE VERSION GSCHEMA: the manual page of the settings, smimed-policy(5), from the schema."""

import sys
import xml.etree.ElementTree as ElementTree

import man_roff as roff

TYPES = {"b": "true or false", "s": "a text", "as": "a list of texts", "au": "a list of numbers", "u": "a number", "t": "a number", "i": "a number"}
LOCKING = """An administrator locks a setting for everybody with dconf: a file in `/etc/dconf/db/local.d/` gives the value below
`[org/smimed]`, a file in `/etc/dconf/db/local.d/locks/` names the path, such as `/org/smimed/revocation`, and `dconf update` makes both count.
Then `smimectl policy` shows it as locked, and nobody's program can change it."""


def describe(key):
    text = " ".join(key.findtext("description", "").split())
    page = [".TP", "\\fB%s\\fR (%s; default: %s)" % (roff.escape(key.get("name")), TYPES.get(key.get("type"), key.get("type")),
                                                   roff.escape(key.findtext("default", "").strip()))]
    page += list(roff.lines(roff.marked(text)))
    choices = [one.get("value") for one in key.iter("choice")]
    if choices:
        page += list(roff.lines(roff.marked("Possible: %s." % ", ".join("`%s`" % one for one in choices))))
    limits = key.find("range")
    if limits is not None:
        page += list(roff.lines(roff.marked("From %s to %s." % (limits.get("min"), limits.get("max")))))
    return page


def main():
    output, date, version, schema = sys.argv[1:]
    page = roff.head("smimed-policy", 5, date, version, "the settings of smimed")
    page += [".SH DESCRIPTION", *roff.prose(
        "The service smimed(8) keeps its settings in GSettings, schema `org.smimed`, path `/org/smimed/`. `smimectl policy` shows and changes "
        "them, and so do gsettings(1) and the desktop's own tools. A change counts from the next call on.")]
    page += [".SH SETTINGS"]
    for key in ElementTree.parse(schema).getroot().iter("key"):
        page += describe(key)
    page += [".SH LOCKING", *roff.prose(LOCKING), ".SH \"SEE ALSO\"", *roff.prose("smimectl(1), gsettings(1), dconf(7), org.smimed.Smime1(5), smimed(8)")]
    roff.write(output, page)


if __name__ == "__main__":
    main()
