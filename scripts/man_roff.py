# SPDX-License-Identifier: LGPL-2.1-or-later
"""Manual pages in man(7): what groff and mandoc both take without a warning."""

import re
import textwrap

WIDTH = 76
CHARACTERS = {"“": "\\(lq", "”": "\\(rq", "’": "\\(cq", "…": ".\\|.\\|.", "→": "\\(->", "„": "\\(lq"}


def escape(text):
    """TEXT for roff, on one line."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    for character, name in CHARACTERS.items():
        text = text.replace(character, name)
    return text


def marked(text):
    """Prose: what stands between backquotes is bold, references of gtk-doc become names."""
    text = re.sub(r"#(org\.[\w.]*\w)(?::([\w-]+))?", lambda m: "`%s%s`" % (m.group(1), "." + m.group(2) if m.group(2) else ""), text)
    text = re.sub(r"(?<![`\w])(org\.smimed\.[\w.]+\(\))", r"`\1`", text)
    text = re.sub(r"(?<![\w`])@(\w+)", r"`\1`", text)
    text = re.sub(r"(?<![\w`./-])((?:smimed?|smimectl|smimed-policy|org\.smimed\.Smime1|gsettings|dconf|busctl|systemd\.unit|gnome-keyring-daemon)\(\d\))",
                  lambda m: "`%s`%s" % tuple(re.match(r"(.*)(\(\d\))", m.group(1)).groups()), text)
    parts = text.split("`")
    return "".join("\\fB%s\\fR" % escape_keeping(part) if number % 2 else escape_keeping(part) for number, part in enumerate(parts))


def escape_keeping(text):
    """Like escape(), but blanks at the ends stay."""
    inner = escape(text)
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and inner else ""
    return before + inner + after


def lines(text):
    """Escaped prose as lines: a sentence begins a new one, none begins like a request."""
    for sentence in re.split(r"(?<=[.!?])\s+(?=\S)", text):
        for line in textwrap.wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False):
            yield "\\&" + line if line[0] in ".'" else line


def prose(text):
    """A docstring: paragraphs, and lists whose items begin with a dash."""
    out, first = [], True
    for block in re.split(r"\n\s*\n", textwrap.dedent(text).strip("\n")):
        if block.lstrip().startswith("- "):
            for item in re.split(r"^\s*- ", block.strip(), flags=re.M)[1:]:
                out += [".IP \\(bu 2", *lines(marked(item))]
        elif block.strip():
            out += ([] if first else [".PP"]) + list(lines(marked(block)))
        first = False
    return out


def item(term, text):
    """A definition."""
    return [".TP", term, *(lines(text) if text else ["\\&"])]


def head(name, section, date, version, what):
    """The beginning of a page; `what` is the line that apropos shows."""
    return ['.\\" SPDX-License-Identifier: LGPL-2.1-or-later', '.\\" Made by the build.',
            '.TH "%s" %s "%s" "smimed %s"' % (escape(name.upper()), section, date, version), ".SH NAME", "%s \\- %s" % (escape(name), escape(what))]


def write(path, page):
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(page) + "\n")
