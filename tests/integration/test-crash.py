#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a crash or a full disk leaves behind."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import contextlib  # noqa: E402
import shutil  # noqa: E402
import sqlite3  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from pki import PASSWORD  # noqa: E402
from smimed_session import after  # noqa: E402
from tap import Skip, test  # noqa: E402


def check_databases(w):
    """Every database is intact, and says so itself."""
    found = [path for path in w.session.databases() if '.corrupt' not in path]
    for path in found:
        with contextlib.closing(sqlite3.connect(path)) as database:
            tap.equal(database.execute('PRAGMA integrity_check').fetchall(), [('ok',)], path)
            tap.equal(database.execute('PRAGMA foreign_key_check').fetchall(), [], path)
    return found


@test('Killed at many moments of an import: the database is intact, and the import was done wholly or not at all')
def _(w):
    file, counts = w.pki.two_keys('erin-sign', 'erin-encrypt'), {0: 0, 2: 0}
    wanted = [w.client.certificate_path(w.pki[name].fingerprint) for name in ('erin-sign', 'erin-encrypt')]
    started = time.monotonic()
    w.client.import_pkcs12(file, PASSWORD)
    whole = (time.monotonic() - started) * 1000
    for path in wanted:
        w.client.delete(path, **{'delete-key': True})
    for delay in [0] + [int(whole * part / 30) for part in range(10, 45)]:
        w.session.start_daemon()
        pending = w.client.start_import_pkcs12(file, PASSWORD)
        if delay:
            after(delay)
        w.session.kill_daemon(9)
        try:
            pending.wait(30)
        except smimed_session.Failure:
            pass
        check_databases(w)
        found = set(w.client.find(own=True)) & set(wanted)
        tap.true(len(found) in (0, 2), 'after %d ms: %d of 2 identities' % (delay, len(found)))
        counts[len(found)] += 1
        for path in found:
            w.client.delete(path, **{'delete-key': True})
        tap.equal(set(w.client.find(own=True)) & set(wanted), set(), 'deleted')
    tap.diagnose('killed %d times in the %d ms of an import: %d times nothing was there, %d times everything'
                 % (sum(counts.values()), whole, counts[0], counts[2]))
    w.client.import_pkcs12(file, PASSWORD)
    tap.true(set(wanted) <= set(w.client.find(own=True)), 'the import works afterwards')


@test('Killed at many moments of a deletion: the certificate has its key, or both have gone')
def _(w):
    identity, items, counts = w.pki['carol'], len(w.session.secret_items()), {False: 0, True: 0}
    path = w.client.certificate_path(identity.fingerprint)
    for delay in range(0, 24, 2):
        w.client.own(identity)
        w.client.start('Certificate', 'Delete', '(a{sv})', [], {'delete-key': True}, path=path)
        if delay:
            after(delay)
        w.session.kill_daemon(9)
        check_databases(w)
        w.client.wait_until(lambda: len(w.session.secret_items()) == items + (path in w.client.find(own=True)), 20, 'books and keyring to be one')
        kept = path in w.client.find(own=True)
        counts[kept] += 1
        if kept:
            w.client.delete(path, **{'delete-key': True})
    tap.diagnose('%d times it had gone, %d times it was there' % (counts[False], counts[True]))


@test('Killed while certificates are imported and accounts registered: intact')
def _(w):
    bundle = b''.join(w.pki[name].pem for name in ('bob', 'leo-many', 'pia-idn', 'olga-utf8', 'mia-subject'))
    for delay in range(0, 20, 2):
        w.session.start_daemon()
        w.client.start('Certificates', 'Import', '(hsa{sv})', [0, 'correspondent'], {}, [__import__('wire').memfd(bundle)])
        w.client.start('Manager', 'RegisterAccount', '(sa{sv})', ['a%d@example.org' % delay], {})
        if delay:
            after(delay)
        w.session.kill_daemon(9)
        check_databases(w)
    paths, refused = w.client.import_certificates(bundle, 'correspondent')
    tap.equal((len(paths), refused), (5, []), 'the import works afterwards')


@test('Killed while it signs, it is there for the next call')
def _(w):
    pending = w.client.start_sign(samples.big(30000000), 'alice@example.org')
    after(20)
    w.session.kill_daemon(9)
    try:
        pending.wait(30)
    except smimed_session.Failure as failure:
        tap.true(failure.code.startswith('org.freedesktop.DBus.Error.'), 'the bus tells that it is gone: %s' % failure)
    signed, _ = w.client.sign(samples.PLAIN, 'alice@example.org')
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('A damaged database does not keep the daemon from starting, and the identities come back')
def _(w):
    w.session.kill_daemon(15)
    for path in w.session.databases():
        size = os.path.getsize(path)
        with open(path, 'r+b') as database:
            database.seek(100)
            database.write(b'\xff' * (min(size, 4096) - 100))
        for suffix in ('-wal', '-shm'):
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)
    w.client.wait_until(lambda: w.paths['alice'] in w.client.find(own=True), 20, 'own certificates to come back')
    w.client.trust(w.pki)
    w.client.register_account('alice@example.org')


@test('Terminated, it leaves nothing half done and ends at once')
def _(w):
    w.session.start_daemon()
    w.session.kill_daemon(15)
    check_databases(w)
    w.client.ping()


@contextlib.contextmanager
def tiny_disk(session, size):
    """The data folder on a file system that is soon full."""
    target, kept = os.path.join(session.folder, 'data'), os.path.join(session.folder, 'kept')
    shutil.copytree(target, kept)
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=%d' % size, 'tmpfs', target], stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Skip('no file system can be mounted here: ' + done.stderr.decode().strip())
    shutil.copytree(kept, target, dirs_exist_ok=True)  # the keyring must not miss its file
    try:
        yield target
    finally:
        subprocess.run(['umount', '-l', target], check=True)


@test('On a full disk an import fails, says why, stores nothing, and works again when there is room')
def _(w):
    with smimed_session.Session(settings=world.SETTINGS, keyring=True) as session:
        with tiny_disk(session, 400000) as target:
            one = world.World(session)
            one.client.trust(one.pki)
            filler = os.path.join(target, 'filler')
            try:
                with open(filler, 'wb', buffering=0) as out:
                    while out.write(b'x' * 1024):
                        pass
            except OSError:
                pass
            before = set(one.client.find())
            failures = 0
            for name in ('bob', 'carol', 'dan', 'oscar', 'trudy', 'victor'):
                try:
                    one.client.own(one.pki[name])
                except smimed_session.Failure as failure:
                    failures += 1
                    tap.true(failure.code in ('Failed', 'Locked'), str(failure))
                    tap.true(' ' in failure.text, 'the text says what is wrong: %s' % failure.text)
                    tap.true(one.client.certificate_path(one.pki[name].fingerprint) not in one.client.find(own=True), '%s is not there' % name)
            tap.true(failures > 0, 'something failed')
            one.client.ping()
            os.unlink(filler)
            one.client.own(one.pki['ursula'])
            tap.true(before < set(one.client.find()), 'with room again it works')
            check_databases(one)
            session.kill_daemon(15)


if __name__ == '__main__':
    world.run(own=('alice',))
