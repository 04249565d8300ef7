#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every language of po/LINGUAS says all that the sources say now, not what they said when somebody last made the template. Speaks TAP."""

import os
import re
import subprocess
import tempfile

from results import report

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# As meson's preset "glib" has them
KEYWORDS = "_ N_ C_:1c,2 NC_:1c,2 g_dcgettext:2 g_dngettext:2,3 g_dpgettext2:2c,3".split()
FLAGS = """N_:1:pass-c-format C_:2:pass-c-format NC_:2:pass-c-format g_dngettext:2:pass-c-format g_strdup_printf:1:c-format
    g_string_printf:2:c-format g_string_append_printf:2:c-format g_error_new:3:c-format g_set_error:4:c-format g_print:1:c-format
    g_printerr:1:c-format""".split()
# What is typed, and so is the same in every language
TYPED = re.compile(r"--[a-z][a-z-]*[a-z]|\bsmimectl [a-z]+ |\bconfig [a-z0-9.]+")


def run(program, *arguments, text=b""):
    """Its standard output; what it complains of goes into the exception."""
    done = subprocess.run([program, *arguments], input=text, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="C"))
    if done.returncode != 0:
        raise ValueError(f"{program}: {done.stderr.decode().strip()}")
    return done.stdout


def extract():
    """A fresh template."""
    found = run("xgettext", "--from-code=UTF-8", "--files-from=po/POTFILES.in", "--output=-", "--no-location",
                *(f"--keyword={one}" for one in KEYWORDS), *(f"--flag={one}" for one in FLAGS))
    return found.replace(b"charset=CHARSET", b"charset=UTF-8")


def entries(catalogue):
    """(sentence, translations) of each entry but the header."""
    unwrapped = run("msgcat", "--no-wrap", "-", text=catalogue).decode()
    for block in unwrapped.split("\n\n"):
        texts = {}
        for name, text in re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', block, re.MULTILINE):
            texts[name] = "".join(re.findall(r'^"(.*)"$', text, re.MULTILINE))
        if texts.get("msgid"):
            yield texts.pop("msgid"), [text for name, text in texts.items() if name.startswith("msgstr")]


def complaints(template, catalogue, folder):
    """What is wrong with a language: lines to print."""
    name = os.path.join(folder, "template.pot")
    with open(name, "wb") as file:
        file.write(template)
    try:
        merged = run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file=-", "-", name, text=catalogue)
        merged = run("msgattrib", "--no-obsolete", "-", text=merged)
        run("msgfmt", "--check", "--output-file=/dev/null", "-", text=merged)
    except ValueError as problem:
        return str(problem).splitlines()
    fuzzy = [f"not reviewed: {text}" for text, _ in entries(run("msgattrib", "--only-fuzzy", "-", text=merged))]
    missing = [f"not translated: {text}" for text, words in entries(merged) if "" in words]
    changed = [f"lacks {typed}: {text}" for text, words in entries(merged) for typed in TYPED.findall(text)
               if "" not in words and not all(typed.strip() in one for one in words)]
    return fuzzy + missing + changed


def examples(template, folder):
    """(name, whether it is caught) of catalogues with a fault."""
    sentence = next(text for text, words in entries(template) if "%s" in text and len(words) == 1)
    whole = run("msgen", "-", text=template).replace(b"Language: ", b"Language: en")
    whole = re.sub(rb'"(Project-Id-Version|PO-Revision-Date|Last-Translator|Language-Team): .*\\n"', rb'"\1: smimed\\n"', whole)
    whole = re.sub(rb'"Plural-Forms: .*\\n"', rb'"Plural-Forms: nplurals=2; plural=n != 1;\\n"', whole)
    yield "a whole catalogue passes", complaints(template, whole, folder) == []
    unwrapped = run("msgcat", "--no-wrap", "-", text=whole).decode()
    answer = f'msgid "{sentence}"\nmsgstr "{sentence}"'
    for name, faulty in (("an untranslated sentence", unwrapped.replace(answer, f'msgid "{sentence}"\nmsgstr ""')),
                         ("a new sentence", unwrapped.replace(answer, "")),
                         ("a fuzzy sentence", unwrapped.replace("#, c-format\n" + answer, "#, fuzzy, c-format\n" + answer)),
                         ("a lost placeholder", unwrapped.replace(answer, f'msgid "{sentence}"\nmsgstr "{sentence.replace("%s", "")}"')),
                         ("a translated option", re.sub(r'(msgstr "[^"]*)--from', r"\1--von", unwrapped))):
        yield f"{name} is caught", faulty != unwrapped and complaints(template, faulty.encode(), folder) != []


def languages():
    with open(os.path.join(TOP, "po", "LINGUAS"), encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def main():
    with tempfile.TemporaryDirectory() as folder:
        template = extract()
        results = list(examples(template, folder))
        for language in languages():
            with open(os.path.join(TOP, "po", language + ".po"), "rb") as file:
                wrong = complaints(template, file.read(), folder)
            print("".join(f"# {language}: {line}\n" for line in wrong), end="")
            results.append((f"{language} is complete: {len(wrong)} complaints", not wrong))
    report(results)


if __name__ == "__main__":
    main()
