# SPDX-License-Identifier: LGPL-2.1-or-later
"""House rules for what is read by people: it can be translated. What goes over D-Bus can't: see forbidden_words."""

import re

from rules import product, rule

LIST = "po/POTFILES.in"
MARKS = ("_", "N_", "C_", "NC_", "Q_", "gettext", "ngettext", "g_dngettext", "g_dgettext", "g_dpgettext2")
TRANSLATED_FILES = (".desktop.in", ".metainfo.xml", ".gschema.xml")
SPEAKING_FOLDERS = ("client-lib", "client-lib/cli", "daemon/desktop")
LOGS = ("g_debug", "g_info", "g_message", "g_warning", "g_critical", "g_error", "g_log")
# In the daemon, an error's message goes over the bus.
ERRORS = ("g_set_error", "g_set_error_literal", "g_error_new", "g_error_new_literal", "g_prefix_error", "g_dbus_method_invocation_return_error")
# Begins as a sentence does, and has two words beside each other. Code and data for other programs begin otherwise.
SENTENCE = re.compile(r'"(smime\w*: )?[“(]?([A-Z%][\w’\']*|%\.?\w+)[“”,:;.]?(\s\S+)*?\s[a-z’\']{2,}\s[a-z’\']{2,}')


def calls(source):
    """(token, name of the function or macro that it is an argument of, or "") of each string."""
    around = []
    for index, token in enumerate(source.tokens):
        if token.text in ("(", "{", "["):
            before = source.tokens[index - 1] if index > 0 else None
            named = token.text == "(" and before is not None and before.kind == "word"
            around.append(before.text if named else around[-1] if token.text == "(" and around else "")
        elif token.text in (")", "}", "]"):
            around[-1:] = []
        elif token.kind == "string":
            yield token, around[-1] if around else ""


def has_translatable(source):
    if source.path.endswith(TRANSLATED_FILES):
        return True
    return source.is_c and any(name in MARKS for _, name in calls(source))


@rule
def translatable_files_are_listed(project):
    """A sentence in a file that translators aren't shown stays English."""
    found = {source.path: source for source in project if not source.is_test and has_translatable(source)}
    lists = [source for source in project if source.path == LIST]
    listed = {line.strip(): (source, number) for source in lists for number, line in enumerate(source.lines, 1)
              if line.strip() and not line.startswith("#")}
    for path in sorted(found.keys() - listed.keys()):
        yield found[path], 1, f"has sentences for people, and is not in {LIST}"
    for path in sorted(listed.keys() - found.keys()):
        yield *listed[path], f"{path} does not exist, or has no sentences"


@rule
def sentences_are_translatable(project):
    """Who doesn't read English reads the rest of the window, and not the one sentence that matters."""
    for source in product(project):
        if source.folder not in SPEAKING_FOLDERS:
            continue
        silent = MARKS + LOGS + (ERRORS if source.folder.startswith("daemon") else ())
        for token, name in calls(source):
            if name not in silent and SENTENCE.match(token.text):
                yield source, token.line, f"for people, but without _() or N_(): {token.text}"
