#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of client-lib/examples, run as they stand: one answer in every language."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB, NOBODY = 'alice@example.org', 'bob@example.org', 'nobody@example.org'
EXAMPLES = os.path.join(smimed_session.source_root(), 'client-lib', 'examples')
LIBRARY = os.environ['SMIMED_LIBRARY']
LANGUAGES = {
    'python': ['/usr/bin/python3', EXAMPLES + '/read.py'],
    'javascript': ['gjs', '-m', EXAMPLES + '/read.js'],
    'vala': [LIBRARY + '/examples/read-vala'],
    'c': [LIBRARY + '/examples/read-c'],
}


def run(w, language, *arguments):
    """Its exit code, and what it printed to standard output and standard error."""
    environment = dict(w.session.environment, LD_LIBRARY_PATH=LIBRARY, GI_TYPELIB_PATH=LIBRARY, LC_ALL='C.UTF-8')
    done = subprocess.run(LANGUAGES[language] + list(arguments), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def check(w, language, path, *wanted, recipients=(BOB,)):
    code, out, error = run(w, language, path, ALICE, *recipients)
    tap.equal((code, error), (0, ''), 'exit code and complaints')
    tap.equal(out.splitlines(), list(wanted), 'output')


@test('Each example fits on a page: less than 40 lines')
def _(_w):
    for name in ('read.py', 'read.js', 'read.vala', 'read.c'):
        with open(os.path.join(EXAMPLES, name), encoding='utf-8') as file:
            lines = len([line for line in file if line.strip()])
        tap.true(lines < 40, '%s has %d lines' % (name, lines))


@test('The guide shows the example as it is')
def _(_w):
    with open(os.path.join(EXAMPLES, 'read.py'), encoding='utf-8') as file:
        example = file.read()
    with open(os.path.join(smimed_session.source_root(), 'docs', 'clients.md'), encoding='utf-8') as guide:
        tap.contains(guide.read(), '```python\n' + example + '```\n')


def languages(function):
    for language in os.environ['SMIMED_LANGUAGES'].split():
        test(function.__doc__ % language)(lambda w, one=language: function(w, one))


@languages
def _(w, language):
    """%s: a signed message is from whom it says, and a recipient with a certificate can be written to"""
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    content, _ = w.client.open(signed)
    check(w, language, w.file('signed.eml', signed),
          'From alice@example.org. The sender is proven. The message was not encrypted.',
          'Signed by alice@example.org; that is proven.', '%d bytes to show' % len(content),
          'bob@example.org can be encrypted to.', 'Encrypt')


@languages
def _(w, language):
    """%s: a changed message proves nothing, and an unknown recipient can't be written to"""
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    changed = signed.replace(samples.body(samples.PLAIN)[:8], b'Changed!', 1)
    tap.true(changed != signed, 'something was changed')
    content, _ = w.client.open(changed)
    check(w, language, w.file('changed.eml', changed),
          'From alice@example.org. The sender is not proven, and the message was not encrypted.',
          'Said to be signed by alice@example.org, but the message was changed or the signature is damaged.',
          '- The message was changed after it was signed.', '%d bytes to show' % len(content),
          'bob@example.org can be encrypted to.',
          "nobody@example.org can't be encrypted to. There is no certificate. "
          'Remove the address, or send the message without encryption.', "Don't encrypt", recipients=(BOB, NOBODY))


@languages
def _(w, language):
    """%s: a plain message is told to be one"""
    code, out, error = run(w, language, w.file('plain.eml', samples.PLAIN), ALICE, BOB)
    tap.equal((code, out, error.strip()), (1, '', 'The message is neither signed nor encrypted.'), 'what is said')


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
