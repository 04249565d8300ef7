#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What smimectl writes is complete or isn't there; what it answers to scripts: exit codes, errors in JSON, languages."""
import contextlib
import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import freeze  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from command import Running, environment, smimectl, smimectl_path  # noqa: E402
from languages import Languages  # noqa: E402
from pki import PASSWORD  # noqa: E402
from tap import test  # noqa: E402

SIGN = ('sign', '--from', 'alice@example.org')


def folder(w):
    path = os.path.join(w.session.folder, 'out')
    os.makedirs(path, exist_ok=True)
    for name in os.listdir(path):
        os.unlink(os.path.join(path, name))
    return path


def little_room():
    """A disk that is full after some hundred bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))


@test('A new file can be read by its owner alone; an old one keeps its permissions, and a link stays a link')
def _(w):
    top = folder(w)
    tap.equal(smimectl(w, *SIGN, '-o', top + '/new', data=samples.PLAIN)[0], 0, 'new')
    tap.equal(stat.S_IMODE(os.stat(top + '/new').st_mode), 0o600, 'permissions of a new file')
    os.chmod(top + '/new', 0o640)
    os.symlink('new', top + '/link')
    with open(top + '/new', 'rb') as file:
        before = file.read()
    tap.equal(smimectl(w, *SIGN, '-o', top + '/link', data=samples.PLAIN)[0], 0, 'old')
    tap.true(os.path.islink(top + '/link'), 'the link')
    tap.equal(stat.S_IMODE(os.stat(top + '/new').st_mode), 0o640, 'permissions of an old file')
    with open(top + '/new', 'rb') as file:
        tap.true(file.read() != before, 'it was written')
    tap.equal(sorted(os.listdir(top)), ['link', 'new'], 'nothing else')


@test('A disk that gets full leaves the old file as it was, and nothing beside it')
def _(w):
    top = folder(w)
    with open(top + '/old', 'wb') as file:
        file.write(b'precious')
    code, _, said = smimectl(w, *SIGN, '-o', top + '/old', data=samples.PLAIN, preexec_fn=little_room)
    tap.equal(code, 1, 'exit code')
    tap.contains(said, 'File too large', 'the reason')
    tap.equal(os.listdir(top), ['old'], 'what is there')
    with open(top + '/old', 'rb') as file:
        tap.equal(file.read(), b'precious', 'the old file')


@test('With Bcc a full disk leaves none of the files')
def _(w):
    top = folder(w)
    code, _, _ = smimectl(w, 'encrypt', '--from', 'alice@example.org', '--to', 'alice@example.org', '--bcc', 'alice@example.org', '-o',
                          top + '/sealed', data=samples.PLAIN, preexec_fn=little_room)
    tap.equal((code, os.listdir(top)), (1, []), 'exit code, files')


@test('A full device is told: in --output, on standard output, and for lists and JSON, too')
def _(w):
    code, _, said = smimectl(w, *SIGN, '-o', '/dev/full', data=samples.PLAIN)
    tap.equal(code, 1, '--output')
    tap.contains(said, 'No space left on device', 'the reason')
    tap.true(stat.S_ISCHR(os.stat('/dev/full').st_mode), 'the device was not replaced')
    for arguments in (SIGN, ('status',), ('status', '--json'), ('certificates',)):
        with open('/dev/full', 'wb') as full:
            code, _, said = smimectl(w, *arguments, data=samples.PLAIN, stdout=full)
        tap.equal(code, 1, ' '.join(arguments))
        tap.true(said, 'nothing was said')


@test('A folder that is not there, or a folder in the place of a file, is told by its name')
def _(w):
    for path in ('/nonexistent/file', w.session.folder):
        code, _, said = smimectl(w, *SIGN, '-o', path, data=samples.PLAIN)
        tap.equal(code, 1, path)
        tap.contains(said, path, 'the name')
    for path in ('/nonexistent', w.session.folder):
        code, out, said = smimectl(w, 'open', path)
        tap.equal((code, out), (1, b''), path)
        tap.contains(said, path, 'the name')


@test('A hyphen is standard input and standard output')
def _(w):
    code, signed, _ = smimectl(w, *SIGN, '-o', '-', '-', data=samples.PLAIN)
    tap.equal(code, 0, 'sign')
    tap.equal(smimectl(w, 'open', '-', data=signed)[0], 0, 'open')


@test('--json and the message do not share standard output')
def _(w):
    code, out, _ = smimectl(w, *SIGN, '--json', data=samples.PLAIN)
    tap.equal(code, 2, 'exit code')
    tap.equal(json.loads(out)['error'], 'Usage', 'the error')
    path = os.path.join(folder(w), 'signed')
    code, out, _ = smimectl(w, *SIGN, '--json', '-o', path, data=samples.PLAIN)
    tap.equal(code, 0, 'exit code')
    tap.equal(json.loads(out)['certificate'], w.pki['alice'].fingerprint, 'the report')


@test('--quiet says nothing at all, and the exit code tells')
def _(w):
    _, signed, _ = smimectl(w, *SIGN, data=samples.PLAIN)
    tap.equal(smimectl(w, 'open', '-q', '-o', '/dev/null', data=signed), (0, b'', ''), 'proven')
    tap.equal(smimectl(w, 'recipients', '-q', '--from', 'alice@example.org', 'nobody@example.org'), (3, b'', ''), 'not usable')


@test('Without a session bus, and without the service on it, the exit code is 4, and it says what is missing')
def _(w):
    no_bus = environment(w, DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')
    with smimed_session.Session(keyring=False, command='/bin/false') as bare:
        no_service = dict(environment(w), DBUS_SESSION_BUS_ADDRESS=bare.address)
        for env in (no_bus, no_service):
            code, out, said = smimectl(w, 'status', env=env)
            tap.equal((code, out), (4, b''), 'exit code')
            tap.contains(said, 'installed', 'what is missing')
            code, out, _ = smimectl(w, 'sign', '--json', '--from', 'alice@example.org', '-o', '/dev/null', data=samples.PLAIN, env=env)
            tap.equal((code, json.loads(out)['error']), (4, 'Unreachable'), 'in JSON')


@test('Settings work without the service and without a bus')
def _(w):
    env = environment(w, DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')
    tap.equal(smimectl(w, 'policy', 'get', 'revocation', env=env)[:2], (0, b'off\n'), 'policy')


@test('The errors of the service have their names in JSON, and tell people the command that helps')
def _(w):
    code, out, said = smimectl(w, 'sign', '--json', '--from', 'stranger@example.org', '-o', '/dev/null', data=samples.PLAIN)
    tap.equal((code, json.loads(out)['error']), (1, 'NoSuchAccount'), 'the error')
    tap.contains(said, 'smimectl account add', 'what helps')
    tap.equal(json.loads(smimectl(w, 'open', '--json', data=samples.PLAIN)[1])['error'], 'NotProtected', 'not protected')


@test('A deadline ends a call that waits')
def _(w):
    reading, writing = os.pipe()
    done = subprocess.run([smimectl_path(), *SIGN, '--json', '-o', '/dev/null', '--deadline', '0.3'], stdin=reading, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, env=environment(w), check=False)
    os.close(reading)
    os.close(writing)
    tap.equal((done.returncode, json.loads(done.stdout)['error']), (1, 'DeadlineExceeded'), 'the deadline')


def waiting(w, *arguments):
    """A call that has begun and waits for the rest of its message: (the process, the end to write to)."""
    reading, writing = os.pipe()
    jobs = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
    running = Running(w, *arguments, stdin=reading)
    os.close(reading)
    os.write(writing, samples.PLAIN)
    jobs.await_one(match=lambda path, values: path.endswith('/smimectl') and values[1].get('BytesDone'))
    jobs.stop()
    return running, writing


@test('A service that dies under a call is told, and no file is left')
def _(w):
    top = folder(w)
    running, writing = waiting(w, *SIGN, '-o', top + '/never')
    with running:
        w.session.kill_daemon()
        code, _, said = running.wait()
    os.close(writing)
    tap.equal((code, os.listdir(top)), (4, []), said)
    tap.contains(said, 'ended unexpectedly', 'what is said')
    tap.equal(smimectl(w, 'status')[0], 0, 'it starts again')


@test('A service that hangs does not hang those who gave a deadline, nor those who press Ctrl-C twice')
def _(w):
    pid = w.session.daemon_pid()
    running, writing = waiting(w, *SIGN, '--json', '-o', '/dev/null', '--deadline', '2')
    with running:
        freeze.freeze(pid)
        code, out, _ = running.wait()
        tap.equal((code, json.loads(out)['error']), (1, 'DeadlineExceeded'), 'the deadline')
        freeze.thaw(pid)
    os.close(writing)
    running, writing = waiting(w, *SIGN, '-o', '/dev/null')
    with running:
        freeze.freeze(pid)
        while running.process.poll() is None:
            running.interrupt()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(0.2)
        tap.equal(running.wait()[0], 130, 'exit code')
        freeze.thaw(pid)
    os.close(writing)


@test('Wrong command lines are exit code 2, told with the help that tells more, and nothing is read')
def _(w):
    for arguments in (['open', 'a', 'b'], ['open', '--frobnicate'], ['sign', '--from', 'a@b.c', '--format', 'mime'], ['account', 'frob', 'a@b.c'],
                      ['account', 'add'], ['recipients', '--from', 'a@b.c'], ['encrypt', '--from', 'a@b.c'], ['trust'], ['trust', 'ab', 'maybe'],
                      ['verify', 'a', 'b', 'c'], ['verify', '--as-is', 'one'], ['managed', 'now'], ['generate-password', '20'], ['request', 'complete'], ['request', 'create'], ['request', 'frob'], ['revocation', 'frob'], ['policy', 'frob'],
                      ['policy', 'get'], ['policy', 'get', 'frob'], ['status', 'now'], ['export'], ['delete'], ['import'], ['inspect', 'a', 'b'],
                      ['open', '--received-at', 'noon'], ['account', 'set', 'a@b.c'], [b'account', b'add', b'\xff@b.c']):
        code, out, said = smimectl(w, *arguments)
        tap.equal((code, out), (2, b''), str(arguments))
        tap.contains(said, '--help', str(arguments))


@test('Passwords stand neither in options nor in the environment')
def _(w):
    _, text, _ = smimectl(w, 'import', '--help')
    tap.equal(sorted(re.findall(rb'--(pass\S*)', text)), [b'password-fd=N'], 'options')
    path = w.file('erin.p12', w.pki['carol'].pkcs12())
    code, _, _ = smimectl(w, 'import', '--no-prompt', path, env=environment(w, PASSWORD=PASSWORD, SMIMECTL_PASSWORD=PASSWORD))
    tap.equal(code, 1, 'no password was taken')


def marked_language(w):
    """A language in which each sentence begins with a mark, so that what isn't translatable stands out. The environment that speaks it."""
    top = smimed_session.source_root()
    with open(top + '/po/POTFILES.in', encoding='utf-8') as listed:
        files = [name.strip() for name in listed if name.strip().endswith('.c') and name.startswith('client-lib/')]
    folder = os.path.join(w.session.folder, 'locale')
    os.makedirs(folder + '/de/LC_MESSAGES', exist_ok=True)
    template = subprocess.run(['xgettext', '--from-code=UTF-8', '-k_', '-kN_', '-kg_dngettext:2,3', '-o', '-', *files], cwd=top,
                              stdout=subprocess.PIPE, check=True).stdout.replace(b'charset=CHARSET', b'charset=UTF-8')
    whole = subprocess.run(['msgen', '-'], input=template, stdout=subprocess.PIPE, check=True).stdout
    marked = subprocess.run(['msgfilter', '--keep-header', 'sed', '-e', '1s/^/\u00bb/'], input=whole, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=True, env=dict(os.environ, LC_ALL='C.UTF-8')).stdout
    subprocess.run(['msgfmt', '-o', folder + '/de/LC_MESSAGES/smimed.mo', '-'], input=marked, check=True)
    return dict(environment(w), **Languages(folder, folder).speaking('de_DE'))


@test('Every sentence speaks the language of the user; JSON, names and words in brackets stay as they are')
def _(w):
    env = marked_language(w)
    _, signed, _ = smimectl(w, *SIGN, data=samples.message(body='Hello.\r\n'))
    changed = signed.replace(b'Hello.', b'Hullo.')
    for arguments, data in ((['open'], signed), (['open'], changed), (['status'], b''), (['account'], b''), (['inspect'], signed), (['--help'], b''),
                            (['recipients', '--from', 'alice@example.org', 'nobody@example.org'], b''), (['frob'], b''), (['open', 'x', 'y'], b''),
                            (['certificates', '--own', '--check'], b''), (['trust'], b''), (['account', 'show', 'x@example.org'], b'')):
        _, out, said = smimectl(w, *arguments, data=data, env=env)
        lines = [line for line in ((said if arguments == ['open'] else out.decode() + said)).splitlines() if line]
        plain = [line for line in lines if '\u00bb' not in line and not line.startswith(w.pki['alice'].fingerprint[:16])]
        tap.equal(plain if arguments != ['--help'] else plain[4:], [], ' '.join(arguments))
    tap.contains(smimectl(w, 'open', data=changed, env=env)[2], '[signature-mismatch]', 'the word')
    _, out, _ = smimectl(w, 'open', '--json', data=signed, env=env)
    tap.equal(json.loads(out)['protection'], 'verified', 'JSON')
    tap.true('\u00bb'.encode() not in out, 'JSON')


if __name__ == '__main__':
    tap.main(lambda: world.world(own=('alice',)), log=lambda one: one.session.log())
