#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""man_dbus.py OUTPUT DATE VERSION ERRORS.h PROBLEMS.h XML...: the manual page of the D-Bus interface, org.smimed.Smime1(5), from the
introspection data with the comments in it, and the lists of words that daemon and clients share."""

import re
import sys
import xml.etree.ElementTree as ElementTree

import man_roff as roff


def documented(parent):
    """(element, its comment) for each child; a comment stands before what it describes."""
    comment = ""
    for child in parent:
        if child.tag is ElementTree.Comment:
            comment = child.text
        else:
            yield child, comment
            comment = ""


def split_comment(text):
    """A comment's (short description, parameters, body)."""
    rows = text.strip("\n").splitlines()
    indent = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    rows = [row[indent:] for row in rows]
    parameters, body = {}, None
    for row in rows[1:]:
        found = re.match(r"@(\w+): ?(.*)", row)
        if body is None and found:
            parameters[found.group(1)] = found.group(2)
        elif body is None and parameters and row.strip():
            parameters[list(parameters)[-1]] += " " + row.strip()  # the next line of a parameter
        else:
            body = (body or []) + [row]
    short = parameters.pop("short_description", "")
    return short, parameters, "\n".join(body or [])


def signature(method):
    def side(direction):
        return ", ".join("%s %s" % (one.get("type"), one.get("name")) for one in method.findall("arg") if one.get("direction", "out") == direction)
    inside, out = side("in"), side("out")
    if method.tag == "signal":
        return "%s (%s)" % (method.get("name"), out)
    return "%s (%s)" % (method.get("name"), inside) + (" → (%s)" % out if out else "")


def describe_call(element, comment):
    _, parameters, body = split_comment(comment)
    page = ['.SS "%s %s"' % (element.tag.capitalize(), roff.escape(signature(element)).replace('"', '\\(dq'))]
    page += roff.prose(body)
    for name, text in parameters.items():
        page += roff.item("\\fI%s\\fR" % roff.escape(name), roff.marked(text))
    return page


def describe_property(element, comment):
    _, _, body = split_comment(comment)
    access = {"read": "read only", "readwrite": "writable", "write": "write only"}[element.get("access")]
    return ['.SS "Property %s (%s, %s)"' % (roff.escape(element.get("name")), element.get("type"), access), *roff.prose(body)]


def describe_interface(interface, comment):
    short, _, body = split_comment(comment)
    page = ['.SH "INTERFACE %s"' % roff.escape(interface.get("name"))]
    page += roff.prose("%s.\n\n%s" % (short, body) if short else body)
    for element, text in documented(interface):
        if element.tag in ("method", "signal"):
            page += describe_call(element, text)
        elif element.tag == "property":
            page += describe_property(element, text)
    return page


def read_interface(path):
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    node = ElementTree.parse(path, parser).getroot()
    return next((element, comment) for element, comment in documented(node) if element.tag == "interface")


def describe_errors(path):
    """The names on the bus are those of the enumeration, in other letters."""
    with open(path, encoding="utf-8") as file:
        found = re.findall(r"^ \* @SMIMED_ERROR_(\w+): (.*)$", file.read(), re.M)
    page = [".SH ERRORS", "Each name stands behind", "\\fBorg.smimed.Smime1.Error.\\fR"]
    for name, text in found:
        word = "".join(part.capitalize() for part in name.split("_"))
        page += roff.item("\\fB%s\\fR" % word, roff.marked(text[0].upper() + text[1:] + "."))
    return page


def describe_problems(path):
    with open(path, encoding="utf-8") as file:
        found = re.findall(r"^  SMIMED_PROBLEM_(\w+),", file.read(), re.M)
    words = ", ".join("`%s`" % name.lower().replace("_", "-") for name in found)
    return [".SH PROBLEMS", *roff.prose("The `code` of a problem is one of: %s. A client treats a word that it doesn't know as a failure." % words)]


def main():
    output, date, version, errors, problems, *files = sys.argv[1:]
    page = roff.head("org.smimed.Smime1", 5, date, version, "S/MIME on the session bus")
    page += [".SH DESCRIPTION", *roff.prose(
        "The service smimed(8) owns the name `org.smimed.Smime1` on the session bus, and starts when it is called. Its root object is "
        "`/org/smimed/Smime1`; accounts, certificates and calls under way have objects of their own below it. Programs that hold no message "
        "in hand may be tried with busctl(1).")]
    for path in files:
        page += describe_interface(*read_interface(path))
    page += describe_errors(errors) + describe_problems(problems)
    page += [".SH \"SEE ALSO\"", *roff.prose("smimectl(1), smimed-policy(5), smimed(8)")]
    roff.write(output, page)


if __name__ == "__main__":
    main()
