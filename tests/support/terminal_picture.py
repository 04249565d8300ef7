# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal's screen (`tmux capture-pane -e`) as an SVG picture."""
import html
import re
import unicodedata

WIDTH, HEIGHT, MARGIN = 8.4, 18, 12
FOREGROUND, BACKGROUND = '#d3d7cf', '#1e1e1e'
COLOURS = [BACKGROUND, '#cc0000', '#4e9a06', '#c4a000', '#3465a4', '#75507b', '#06989a', '#d3d7cf',
           '#555753', '#ef2929', '#8ae234', '#fce94f', '#729fcf', '#ad7fa8', '#34e2e2', '#eeeeec']


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fore, self.back, self.bold, self.underline, self.reverse = FOREGROUND, BACKGROUND, False, False, False

    def apply(self, codes):
        codes = [int(code or 0) for code in codes.split(';')]
        while codes:
            self._apply_one(codes.pop(0), codes)

    def _apply_one(self, code, rest):
        if code == 0:
            self.reset()
        elif code in (1, 22):
            self.bold = code == 1
        elif code in (4, 24):
            self.underline = code == 4
        elif code in (7, 27):
            self.reverse = code == 7
        elif 30 <= code <= 37 or 90 <= code <= 97:
            self.fore = COLOURS[code - 30 if code < 90 else code - 82]
        elif 40 <= code <= 47 or 100 <= code <= 107:
            self.back = COLOURS[code - 40 if code < 100 else code - 92]
        elif code in (38, 48):
            colour = self._extended(rest)
            self.fore, self.back = (colour, self.back) if code == 38 else (self.fore, colour)
        elif code == 39:
            self.fore = FOREGROUND
        elif code == 49:
            self.back = BACKGROUND

    @staticmethod
    def _extended(rest):
        if rest.pop(0) == 2:
            return '#%02x%02x%02x' % tuple(rest.pop(0) for _ in range(3))
        number = rest.pop(0)
        if number < 16:
            return COLOURS[number]
        if number >= 232:
            return '#%02x%02x%02x' % ((8 + (number - 232) * 10,) * 3)
        number -= 16
        return '#%02x%02x%02x' % tuple(0 if part == 0 else 55 + part * 40 for part in (number // 36, number // 6 % 6, number % 6))

    def colours(self):
        return (self.back, self.fore) if self.reverse else (self.fore, self.back)


def _columns(text):
    return sum(2 if unicodedata.east_asian_width(letter) in 'WF' else 1 for letter in text)


def _run(text, column, row, style):
    fore, back = style.colours()
    x, y, width = MARGIN + column * WIDTH, MARGIN + row * HEIGHT, _columns(text) * WIDTH
    if back != BACKGROUND:
        yield '<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>' % (x, y, width, HEIGHT, back)
    if text.strip():
        look = ' font-weight="bold"' * style.bold + ' text-decoration="underline"' * style.underline
        yield '<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s>%s</text>' % (x, y + HEIGHT - 5, width, fore, look, html.escape(text))


def to_svg(screen, title):
    """`screen`: lines with escape sequences."""
    style, shapes, widest, lines = Style(), [], 0, screen.rstrip('\n').split('\n')
    for row, line in enumerate(lines):
        column = 0
        for piece in re.split(r'(\x1b\[[0-9;]*m|\x1b\([AB0]|[\x0e\x0f])', line):
            code = re.fullmatch(r'\x1b\[([0-9;]*)m', piece)
            if code:
                style.apply(code.group(1))
            elif piece and not piece.startswith('\x1b') and piece not in '\x0e\x0f':
                shapes += _run(piece, column, row, style)
                column += _columns(piece)
        widest = max(widest, column)
    width, height = 2 * MARGIN + widest * WIDTH, 2 * MARGIN + len(lines) * HEIGHT
    return '\n'.join(['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">' % (width, height, width, height),
                      '<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->', '<title>%s</title>' % html.escape(title),
                      '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % BACKGROUND,
                      '<g font-family="DejaVu Sans Mono, Liberation Mono, monospace" font-size="14" xml:space="preserve">', *shapes, '</g>', '</svg>', ''])
