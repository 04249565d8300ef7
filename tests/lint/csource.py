# SPDX-License-Identifier: LGPL-2.1-or-later
"""C as the lint sees it: tokens without comments, includes, functions with their statements, file-scope declarations."""

import os
import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>\.?\d[\w.]*)
      | (?P<space>\s+)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
INCLUDE = re.compile(r'#\s*include\s*([<"])([^>"]+)[>"]')
CONTROL = ("if", "for", "while", "switch")


@dataclass
class Token:
    kind: str
    text: str
    line: int


@dataclass
class Function:
    name: str
    line: int
    length: int
    nesting: int
    tokens: list = field(repr=False)


def tokenize(text):
    tokens, line = [], 1
    for found in TOKEN.finditer(text):
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found[0], line))
        line += found[0].count("\n")
    return tokens


class Source:
    """One file, by its path relative to the project."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.splitlines()
        self.name = os.path.basename(path)
        self.folder = os.path.dirname(path)
        self.stem = os.path.splitext(self.name)[0]
        self.is_c = path.endswith((".c", ".h"))
        self.is_header = path.endswith(".h")
        self.is_test = path.startswith(("tests/", "daemon/fuzz/"))
        self.all_tokens = tokenize(text) if self.is_c else []
        self.tokens = [token for token in self.all_tokens if token.kind not in ("comment", "directive")]
        self.includes = []
        for token in self.all_tokens:
            found = INCLUDE.match(token.text.strip()) if token.kind == "directive" else None
            if found:
                self.includes.append((token.line, found[1], found[2]))
        self.functions, self.declarations = split(self.tokens) if self.is_c else ([], [])

    def words(self):
        """(line, word) of every identifier, those of macro definitions too."""
        for token in self.all_tokens:
            if token.kind == "word":
                yield token.line, token.text
            elif token.kind == "directive" and not INCLUDE.match(token.text.strip()):
                for word in re.findall(r"[A-Za-z_]\w*", re.sub(r'"(?:[^"\\]|\\.)*"', "", token.text)):
                    yield token.line, word

    def comment_on(self, line):
        """The comments that end on LINE, or stand alone on the line before."""
        text = self.lines[line - 1]
        before = self.lines[line - 2].strip() if line > 1 else ""
        return text[text.find("/*"):] if "/*" in text else before if before.endswith("*/") else ""


def matching(tokens, start):
    """The index of the bracket that closes tokens[start]."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    opening, closing, depth = tokens[start].text, pairs[tokens[start].text], 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].text == opening) - (tokens[index].text == closing)
        if depth == 0:
            return index
    return len(tokens) - 1


def split(tokens):
    """(functions, declarations): what stands at file scope; a declaration is its list of tokens."""
    functions, declarations, current, index = [], [], [], 0
    while index < len(tokens):
        token = tokens[index]
        if token.text == "{":
            end = matching(tokens, index)
            if current and current[-1].text == ")":
                functions.append(make_function(current, tokens[index:end + 1]))
                current = []
            else:
                current += tokens[index:end + 1]
            index = end + 1
            continue
        current.append(token)
        if token.text == ";" or (token.text in ("G_BEGIN_DECLS", "G_END_DECLS")):
            declarations.append(current)
            current = []
        elif token.text == ")" and is_bare_macro(current):
            following = tokens[index + 1].text if index + 1 < len(tokens) else ""
            if following not in ("{", ";", "="):
                declarations.append(current)
                current = []
        elif token.text == "(":
            end = matching(tokens, index)
            current += tokens[index + 1:end]
            index = end
            continue
        index += 1
    return functions, declarations


def is_bare_macro(current):
    """NAME (...), without a type in front, as G_DEFINE_TYPE and the like."""
    return len(current) > 2 and current[0].kind == "word" and current[1].text == "(" and current[0].text.isupper()


def make_function(head, body):
    opening = next((index for index, token in enumerate(head) if token.text == "("), 1)
    name = head[max(opening - 1, 0)]
    nesting = Nesting(body).deepest
    return Function(name.text, name.line, body[-1].line - body[0].line + 1, nesting, body)


class Nesting:
    """How deep control statements stand in each other; `else if` is one chain, a braceless body counts like a braced one."""

    def __init__(self, body):
        self.tokens = body
        self.deepest = 0
        self.statement(0, 0)

    def text(self, index):
        return self.tokens[index].text if index < len(self.tokens) else ""

    def statement(self, index, depth):
        """Reads the statement at INDEX; returns the index behind it."""
        self.deepest = max(self.deepest, depth)
        text = self.text(index)
        if text == "{":
            end, index = matching(self.tokens, index), index + 1
            while index < end:
                index = self.statement(index, depth)
            return end + 1
        if text == "do":
            index = self.statement(index + 1, depth + 1)
            return self.simple(index)
        if text in CONTROL and self.text(index + 1) == "(":
            behind = self.statement(matching(self.tokens, index + 1) + 1, depth + 1)
            if text != "if" or self.text(behind) != "else":
                return behind
            chained = self.text(behind + 1) == "if"
            return self.statement(behind + 1, depth if chained else depth + 1)
        return self.simple(index)

    def simple(self, index):
        while index < len(self.tokens) and self.text(index) not in (";", ":"):
            if self.text(index) == "?":  # its colon is no label's
                index = self.skip_conditional(index)
            elif self.text(index) in ("(", "{", "["):
                index = matching(self.tokens, index) + 1
            else:
                index += 1
        return index + 1

    def skip_conditional(self, index):
        depth = 0
        while index < len(self.tokens) and self.text(index) != ";":
            depth += (self.text(index) == "?") - (self.text(index) == ":")
            index = matching(self.tokens, index) + 1 if self.text(index) in ("(", "{", "[") else index + 1
            if depth == 0:
                break
        return index
