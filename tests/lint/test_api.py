#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The introspection XML keeps the contract's conventions, and documents everything. Speaks TAP."""

import glob
import os
import re
import xml.etree.ElementTree as ElementTree

from results import report

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")
PREFIX = "org.smimed.Smime1."
UNIX_FD = "org.gtk.GDBus.C.UnixFD"


def parse(path):
    """The interface, with each comment as the attribute `doc` of the element behind it."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    root = ElementTree.parse(path, ElementTree.XMLParser(target=builder)).getroot()
    for parent in root.iter():
        comment = None
        for child in list(parent) if isinstance(parent.tag, str) else []:
            if child.tag is ElementTree.Comment:
                comment = child.text
            else:
                child.set("doc", comment or "")
                comment = None
    return root.find("interface")


def documented(element, name):
    doc = element.get("doc").strip()
    params = set(re.findall(r"^\s*@(\w+):", doc, re.MULTILINE))
    return doc.startswith(f"{name}:") and len(doc.split()) > 5, params


def check_method(method):
    name, arguments = method.get("name"), method.findall("arg")
    good, params = documented(method, name)
    yield f"{name} is documented", good
    yield f"{name} documents its arguments", {arg.get("name") for arg in arguments} == params
    incoming = [arg for arg in arguments if arg.get("direction") == "in"]
    yield f"{name} ends in a{{sv}} options", (incoming[-1].get("type"), incoming[-1].get("name")) == ("a{sv}", "options")
    annotated = any(one.get("name") == UNIX_FD and one.get("value") == "true" for one in method.findall("annotation"))
    yield f"{name} is annotated if it passes descriptors", annotated == any("h" in arg.get("type") for arg in arguments)
    yield f"{name} passes no bytes as ay", all(arg.get("type") in ("aay",) or "ay" not in arg.get("type") for arg in arguments)


def check(path):
    interface = parse(path)
    name = interface.get("name")
    yield "file and interface have one name", os.path.basename(path) == f"{name}.xml" and name.startswith(PREFIX)
    yield "the interface is documented", documented(interface, name)[0] and "@short_description:" in interface.get("doc")
    for method in interface.findall("method"):
        yield from check_method(method)
    for signal in interface.findall("signal"):
        good, params = documented(signal, signal.get("name"))
        yield f"{signal.get('name')} is documented", good and {arg.get("name") for arg in signal.findall("arg")} == params
    for one in interface.findall("property"):
        yield f"{one.get('name')} is documented", documented(one, one.get("name"))[0]


def main():
    report([(f"{os.path.basename(path)[len(PREFIX):-4]}: {text}", good)
            for path in sorted(glob.glob(f"{DATA}/{PREFIX}[A-Z]*.xml")) for text, good in check(path)])


if __name__ == "__main__":
    main()
