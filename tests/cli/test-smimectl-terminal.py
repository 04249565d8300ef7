#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""smimectl on a terminal: passwords without echo, colours, a progress bar, Ctrl-C."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from command import Running, Terminal, environment, smimectl  # noqa: E402
from pki import PASSWORD  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

RED, GREEN, WIPE = b'\x1b[31m', b'\x1b[32m', b'\x1b[K'


def names(w):
    return sorted(os.listdir(os.path.join(w.session.folder, 'out')))


def out(w, name):
    folder = os.path.join(w.session.folder, 'out')
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, name)


@test('A password that is typed is not seen on the screen, and opens the file')
def _(w):
    path = w.file('carol.p12', w.pki['carol'].pkcs12())
    with Terminal(w, 'import', path) as terminal:
        terminal.expect(b'Password of the PKCS#12 file: ')
        tap.true(not terminal.echoes(), 'the echo is off')
        terminal.type(PASSWORD + '\n')
        terminal.expect(b'carol@example.org')
        tap.equal(terminal.wait(), 0, 'exit code')
        tap.true(PASSWORD.encode() not in terminal.seen, 'the password is on the screen')
        tap.true(terminal.echoes(), 'the echo is on again')


@test('Ctrl-C while a password is asked for ends it and gives the terminal back with its echo')
def _(w):
    path = w.file('carol.p12', w.pki['carol'].pkcs12())
    with Terminal(w, 'import', path) as terminal:
        terminal.expect(b'PKCS#12 file: ')
        tap.true(not terminal.echoes(), 'the echo is off')
        terminal.type('\x03')
        tap.equal(terminal.wait(), -2, 'ended by SIGINT')
        tap.true(terminal.echoes(), 'the echo is on again')


@test('A new password is asked for twice, and two different ones write no file')
def _(w):
    path = out(w, 'two.p12')
    with Terminal(w, 'export', w.pki['alice'].fingerprint[:16], '-o', path) as terminal:
        terminal.expect(b'Password for the new file: ')
        terminal.type(PASSWORD + '\n')
        terminal.expect(b'Once more: ')
        terminal.type('another one\n')
        terminal.expect(b'differ')
        tap.equal(terminal.wait(), 1, 'exit code')
    tap.true(not os.path.exists(path), 'no file')


@test('With --no-prompt nobody is asked, on a terminal either')
def _(w):
    path = w.file('carol.p12', w.pki['carol'].pkcs12())
    with Terminal(w, 'import', '--no-prompt', path) as terminal:
        tap.equal(terminal.wait(), 1, 'exit code')
        tap.true(b'Password of' not in terminal.seen, 'asked')


@test('Verdicts are coloured on a terminal, without colours with NO_COLOR, and in a pipe')
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.message(body='Hello.\r\n'))
    path = w.file('signed.eml', signed)
    with Terminal(w, 'open', path) as terminal:
        tap.equal(terminal.wait(), 0, 'exit code')
        tap.true(GREEN in terminal.seen, 'no green')
    with Terminal(w, 'open', w.file('changed.eml', signed.replace(b'Hello', b'Hallo'))) as terminal:
        terminal.wait()
        tap.true(RED in terminal.seen, 'no red')
    for env in (environment(w, TERM='xterm', NO_COLOR='1'), environment(w, TERM='dumb')):
        with Terminal(w, 'open', path, env=env) as terminal:
            terminal.wait()
            tap.true(b'\x1b' not in terminal.seen, 'colours although not wanted')
    tap.true('\x1b' not in smimectl(w, 'open', path)[2], 'colours in a pipe')
    tap.true(b'\x1b' not in smimectl(w, 'status')[1], 'colours in a pipe')


@test('The verdict comes before the content')
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.PLAIN)
    with Terminal(w, 'open', w.file('signed.eml', signed)) as terminal:
        terminal.expect(b'From alice@example.org')
        terminal.expect(b'The sender is proven')
        terminal.expect(b'Subject:')
        tap.equal(terminal.wait(), 0, 'exit code')


@test('What a stranger wrote can not steer the terminal; a pipe gets every byte')
def _(w):
    evil = samples.message(body='before \x1b]0;title\x07 \x1b[2J after\r\n')
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=evil)
    path = w.file('evil.eml', signed)
    with Terminal(w, 'open', path, env=environment(w, TERM='xterm', NO_COLOR='1')) as terminal:
        terminal.expect(b'after')
        tap.equal(terminal.wait(), 0, 'exit code')
        tap.true(b'\x1b' not in terminal.seen, 'an escape sequence came through')
    tap.contains(smimectl(w, 'open', path)[1], b'\x1b]0;title\x07', 'the pipe')


@test('A control character that lies across two pieces of what is read does not steer the terminal either')
def _(w):
    def message(padding):
        return samples.EIGHT_BIT + b'0123456789abcde\n' * 4096 + b'x' * padding + '\u009b after\r\n'.encode()
    place = w.client.open(w.client.sign(message(0), 'alice@example.org', format='opaque')[0])[0].index(b'\xc2\x9b')
    path = w.file('across.eml', w.client.sign(message(-(place + 1) % 65536), 'alice@example.org', format='opaque')[0])
    with Terminal(w, 'open', path, env=environment(w, TERM='xterm', NO_COLOR='1')) as terminal:
        terminal.expect(b'after')
        tap.equal(terminal.wait(), 0, 'exit code')
        tap.true(b'\xc2\x9b' not in terminal.seen, 'a control character came through')


@test('A call that takes long shows how far it is, and wipes that away at the end')
def _(w):
    reading, writing = os.pipe()
    with Terminal(w, 'sign', '--from', 'alice@example.org', '-o', out(w, 'slow.eml'), stdin=reading) as terminal:
        os.close(reading)
        os.write(writing, samples.PLAIN)
        terminal.expect(b'reading')
        os.close(writing)
        tap.equal(terminal.wait(), 0, 'exit code')
        tap.true(terminal.seen.rstrip().endswith(WIPE), terminal.seen)
    os.unlink(out(w, 'slow.eml'))


@test('There is no progress in a pipe, and none with --quiet')
def _(w):
    for arguments in ((), ('--quiet',)):
        reading, writing = os.pipe()
        jobs = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
        options = {'stderr': subprocess.PIPE} if not arguments else {}
        with Terminal(w, 'sign', '--from', 'alice@example.org', *arguments, stdin=reading, stdout=subprocess.DEVNULL, **options) as terminal:
            os.close(reading)
            os.write(writing, samples.PLAIN)
            jobs.await_one(match=lambda path, values: path.endswith('/smimectl') and values[1].get('BytesDone'))
            os.close(writing)
            tap.equal(terminal.wait(), 0, 'exit code')
            said = terminal.seen + (terminal.process.stderr.read() if options else b'')
            tap.true(WIPE not in said and b'reading' not in said, said)
        jobs.stop()


def check_cancelled(w, code, said):
    tap.equal((code, names(w)), (130, []), 'exit code, and what is left')
    tap.contains(said, 'cancelled', 'what is said')


@test('Ctrl-C on a terminal cancels the call in the service, and leaves no file')
def _(w):
    reading, writing = os.pipe()
    with Terminal(w, 'sign', '--from', 'alice@example.org', '-o', out(w, 'never.eml'), stdin=reading) as terminal:
        os.close(reading)
        os.write(writing, samples.PLAIN)
        terminal.expect(b'reading')
        terminal.type('\x03')
        code = terminal.wait()
        check_cancelled(w, code, terminal.seen.decode())
    os.close(writing)


@test('An interrupt in a script cancels the call, tells so in JSON, and the service serves on')
def _(w):
    reading, writing = os.pipe()
    jobs = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
    with Running(w, 'open', '--json', '-o', out(w, 'never.eml'), stdin=reading) as running:
        os.close(reading)
        os.write(writing, samples.PLAIN)
        path, _ = jobs.await_one(match=lambda path, values: path.endswith('/smimectl') and values[1].get('BytesDone'))
        running.interrupt()
        code, said, _ = running.wait()
        check_cancelled(w, code, said.decode())
        tap.contains(said, b'"error":"Cancelled"', 'JSON')
    os.close(writing)
    jobs.stop()
    with raises('org.freedesktop.DBus.Error.UnknownMethod', 'org.freedesktop.DBus.Error.UnknownObject', 'org.freedesktop.DBus.Error.InvalidArgs'):
        w.client.get_all('Job', path=path)
    tap.equal(smimectl(w, 'status')[0], 0, 'the service serves on')


@test('Keys are not written to a terminal')
def _(w):
    with Terminal(w, 'export', w.pki['alice'].fingerprint[:16]) as terminal:
        tap.equal(terminal.wait(), 2, 'exit code')
        tap.contains(terminal.seen, b'--output', 'what to do')


@test('A message that is typed ends with Ctrl-D')
def _(w):
    with Terminal(w, 'sign', '--from', 'alice@example.org', '-o', out(w, 'typed.eml')) as terminal:
        terminal.type(samples.PLAIN.decode().replace('\r\n', '\n') + '\x04')
        tap.equal(terminal.wait(), 0, terminal.seen)
    tap.equal(smimectl(w, 'open', '--quiet', out(w, 'typed.eml'))[0], 0, 'it is signed')
    os.unlink(out(w, 'typed.eml'))


if __name__ == '__main__':
    tap.main(lambda: world.world(own=('alice',)), log=lambda one: one.session.log())
