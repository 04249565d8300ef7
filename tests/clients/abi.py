#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""abi.py MAP API LIBRARY GIR [--write]: programs that were built with libsmimed-1 go on working with the next one.

MAP, the linker's list of symbols, and API, all that the headers promise as text, are in the project: a change shows in its diff.
With --write, API is written anew. Speaks TAP.
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import tap  # noqa: E402
from tap import test  # noqa: E402

CORE, C, GLIB = ('{http://www.gtk.org/introspection/%s/1.0}' % name for name in ('core', 'c', 'glib'))
FUNCTIONS = {CORE + name for name in ('function', 'method', 'constructor')}


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def c_type(element):
    """The C type of a parameter or a result, and who owns it."""
    for kind in ('type', 'array', 'varargs'):
        found = element.find(CORE + kind)
        if found is not None:
            return '%s [%s%s]' % (found.get(C + 'type', '...'), element.get('transfer-ownership', 'none'),
                                  '' if element.get('direction', 'in') == 'in' else ', out')
    raise ValueError(ElementTree.tostring(element))


def function_line(element):
    parameters = element.find(CORE + 'parameters')
    kinds = [c_type(one) for one in (parameters if parameters is not None else [])]
    kinds += ['GError **'] if element.get('throws') == '1' else []
    return '%s (%s) -> %s' % (element.get(C + 'identifier'), ', '.join(kinds), c_type(element.find(CORE + 'return-value')))


def type_name(element):
    array = element.find(CORE + 'array')
    return element.find(CORE + 'type').get('name') if array is None else 'array of ' + type_name(array)


def class_lines(element):
    name = element.get(C + 'type') or element.get(GLIB + 'type-name')
    yield '%s : %s, %s' % (name, element.get('parent'), element.get(GLIB + 'get-type'))
    for one in element.findall(CORE + 'property'):
        yield '%s:%s %s%s' % (name, one.get('name'), type_name(one), ' writable' if one.get('writable') == '1' else '')
    for one in element.findall(GLIB + 'signal'):
        kinds = [type_name(parameter) for parameter in one.iter(CORE + 'parameter')]
        yield '%s::%s (%s)' % (name, one.get('name'), ', '.join(kinds))


def api(gir):
    """All that the headers promise, a line each."""
    root = ElementTree.parse(gir).getroot()
    lines = {function_line(one) for one in root.iter() if one.tag in FUNCTIONS and not one.get('moved-to')}
    for one in root.iter(CORE + 'class'):
        lines.update(class_lines(one))
    for kind in ('enumeration', 'bitfield'):
        for one in root.iter(CORE + kind):
            lines.update('%s = %s' % (member.get(C + 'identifier'), member.get('value')) for member in one.iter(CORE + 'member'))
            lines.add('%s, %s' % (one.get(C + 'type'), one.get(GLIB + 'get-type')))
    return ''.join(line + '\n' for line in sorted(lines))


def promised(path):
    """Symbol -> its version"""
    found, version = {}, None
    for line in read(path).splitlines():
        version = line.split()[0] if line.startswith('LIBSMIMED') else version
        symbol = re.fullmatch(r'\s+(smimed_\w+);', line)
        if symbol:
            found[symbol.group(1)] = version
    return found


def exported(library):
    out = subprocess.run(['nm', '-D', '--defined-only', library], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [line.split()[2] for line in out.splitlines() if line.split()[1] != 'A']
    return dict(name.split('@@') for name in found)


@test('The library exports what it promises, each symbol in its version, and nothing else')
def _(paths):
    tap.equal(exported(paths[2]), promised(paths[0]), 'symbols')


@test('What the bindings call is what the library promises')
def _(paths):
    called = set(re.findall(r'\bsmimed_\w+', api(paths[3])))
    tap.equal(sorted(called), sorted(promised(paths[0])), 'functions')


@test('No function, type, property, signal or number has changed')
def _(paths):
    seen, kept = api(paths[3]).splitlines(), read(paths[1]).splitlines()[1:]
    for line in sorted(set(seen) ^ set(kept)):
        tap.diagnose(('- ' if line in kept else '+ ') + line)
    tap.true(seen == kept, 'if only lines were added: tests/clients/abi.py ... --write')


if __name__ == '__main__':
    if '--write' in sys.argv:
        with open(sys.argv[2], 'w', encoding='utf-8') as out:
            out.write('# SPDX-License-Identifier: LGPL-2.1-or-later; written by tests/clients/abi.py\n' + api(sys.argv[4]))
        sys.exit()
    sys.argv, PATHS = sys.argv[:1], sys.argv[1:]
    import contextlib
    tap.main(lambda: contextlib.nullcontext(PATHS))
