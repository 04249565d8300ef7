#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Everybody reads their own language: at the command line, in mail programs, in notifications and prompts. What is for programs stays as it is.

SMIMED_TRANSLATIONS is the folder of the built catalogues; the locales are compiled here, so that the system needs none.
"""
import contextlib
import gettext
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import tap  # noqa: E402
import world  # noqa: E402
from command import environment, smimectl  # noqa: E402
from languages import Languages  # noqa: E402
from notifications import Desktop  # noqa: E402
from pki import PASSWORD  # noqa: E402
from prompter import Prompter  # noqa: E402
from smimed_client import Failure  # noqa: E402
from tap import test  # noqa: E402

CATALOGUES = os.environ['SMIMED_TRANSLATIONS']
ALICE = 'alice@example.org'
LIBRARY_USER = """
import ctypes, locale, os, sys
locale.setlocale(locale.LC_ALL, '')
locale.bindtextdomain('smimed', os.environ['TEXTDOMAINDIR'])
library = ctypes.CDLL(os.environ['SMIMED_LIBRARY'] + '/libsmimed-1.so.0')
library.smimed_problem_describe.restype = ctypes.c_char_p
sys.stdout.buffer.write(library.smimed_problem_describe(sys.argv[1].encode()))
"""


@contextlib.contextmanager
def make_languages():
    with tempfile.TemporaryDirectory() as folder:
        yield Languages(folder, CATALOGUES)


@test('smimectl speaks Japanese')
def _(languages):
    with world.world() as w:
        spoken = dict(environment(w), **languages.speaking('ja_JP'))
        code, out, said = smimectl(w, 'frob', env=spoken)
        tap.equal((code, out, said), (2, b'', 'smimectl: “frob” というコマンドはありません。smimectl --help で一覧を表示できます\n'), 'frob')
        tap.contains(smimectl(w, 'status', env=spoken)[1].decode(), 'S/MIME はオンです', 'status')


@test('A mail program gets sentences in Simplified Chinese from the library')
def _(languages):
    if os.environ.get('SMIMED_SANITIZER'):
        raise tap.Skip('no sanitizer can be loaded into Python')
    done = subprocess.run([sys.executable, '-c', LIBRARY_USER, 'revoked'], env=dict(os.environ, **languages.speaking('zh_CN')), stdout=subprocess.PIPE,
                          timeout=60, check=True)
    tap.equal(done.stdout.decode(), '证书已被其颁发者吊销。', 'revoked')


def notified(spoken):
    """What the desktop of somebody in that environment shows of a certificate that expires: (title, text), days left, the day's end."""
    with world.world(environment=dict(spoken, TZ='Europe/Berlin')) as w:
        screen = Desktop(w)
        try:
            screen.start()
            told = w.client.listen('org.smimed.Smime1.Manager', 'CertificateExpiring', w.client.ROOT)
            w.client.own(w.pki.issue('alice-soon', like='alice', days=(-300, 10), addresses=[ALICE]))
            _, (_, _, not_after, days) = told.await_one()
            screen.await_displayed(1)
            (title, body, _), = screen.seen()
            return title, body, days, not_after
        finally:
            screen.close()


@test('Notifications are German, with the day as Germans write it')
def _(languages):
    title, body, days, not_after = notified(languages.speaking('de_DE'))
    end = time.localtime(not_after)
    weekday = 'Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag'.split()[end.tm_wday]
    tap.equal(title, translated('de', 'Your certificate for %s expires in %d days') % (ALICE, days), 'title')
    tap.contains(body, '%s, %d. ' % (weekday, end.tm_mday), 'day')


@test('Notifications are French')
def _(languages):
    title, _, days, _ = notified(languages.speaking('fr_FR'))
    tap.equal(title, translated('fr', 'Your certificate for %s expires in %d days') % (ALICE, days), 'title')


def translated(language, plural):
    """What the catalogue says, for many."""
    with open(os.path.join(CATALOGUES, language, 'LC_MESSAGES', 'smimed.mo'), 'rb') as file:
        catalogue = gettext.GNUTranslations(file)
    text = catalogue.ngettext(plural.replace('days', 'day'), plural, 9)
    tap.true(text != plural, 'it is translated')
    return text


@test('The password is asked for in German, and errors on the bus stay as programs expect them')
def _(languages):
    messages = []
    for spoken in (languages.speaking('de_DE'), {}):
        with world.world(environment=spoken) as w:
            with Prompter(w.session, PASSWORD) as prompter:
                w.client.import_pkcs12(w.pki['bob'].pkcs12())
                titles = [properties['title'] for _, properties in prompter.asked]
            tap.equal(titles != ['Install an S/MIME key'], bool(spoken), 'title %s' % titles)
            messages.append(unreadable(w))
    tap.equal(messages[0], messages[1], 'the error')


def unreadable(w):
    """The error of a file that can't be read, with the system's words in it: nothing is mapped where this one begins."""
    fd = os.open('/proc/self/mem', os.O_RDONLY)
    try:
        w.client.run('Messages', 'Inspect', '(ha{sv})', [0], {}, [fd])
    except Failure as error:
        tap.contains(error.text, 'Input/output error', 'the text')
        return error.code, error.text
    raise AssertionError('it was read')


if __name__ == '__main__':
    tap.main(make_languages)
