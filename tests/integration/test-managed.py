#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an administrator delivers: PKCS#12 files in a managed folder, with their passwords in the Secret Service."""
import contextlib
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import tap  # noqa: E402
import world  # noqa: E402
from pki import PASSWORD  # noqa: E402
from tap import test  # noqa: E402

SMIMED = '/org/smimed/Smime1'


class Office:
    """An administrator's view of one user: the folder, the keyring, and what the service says."""

    def __init__(self, w, folder=None):
        self.w, self.session, self.client = w, w.session, w.client
        self.folder = folder or os.path.join(w.session.folder, 'config/smimed/managed')

    def open(self):
        os.makedirs(self.folder, exist_ok=True)
        return self

    def path(self, name):
        return os.path.join(self.folder, name)

    def deliver(self, name, data):
        """As tools do it: whole files come into being by a rename."""
        hidden = self.path('.%s.new' % name)
        with open(hidden, 'wb') as out:
            out.write(data)
        os.rename(hidden, self.path(name))

    def store_password(self, name, password=PASSWORD):
        """The command of docs/managed.md."""
        self.session.run('secret-tool', 'store', '--label=S/MIME', 'application', 'smimed', 'managed-file', name, input=password.encode())

    def state(self, name):
        """(state, error) of one file; None while it isn't known."""
        for one in self.client.list_managed():
            if one['file'] == self.path(name):
                return one['state'], one.get('error', '')
        return None

    def await_state(self, name, state, error=''):
        changed = self.client.listen('org.smimed.Smime1.Certificates', 'ManagedChanged', SMIMED)
        while self.state(name) != (state, error):
            changed.await_one(30)
        changed.stop()

    def detail(self, name):
        return [one['detail'] for one in self.client.list_managed() if one['file'] == self.path(name)][0]

    def check_installed(self, person):
        identity = self.w.pki[person]
        seen = self.client.certificate(self.client.certificate_path(identity.fingerprint))
        tap.equal((seen['Role'], seen['Origin']), ('own', 'managed'), person)
        account = self.client.account(self.client.register_account(identity.address))
        tap.equal(account['Ready'], True, 'the account is ready')

    def check_absent(self, person):
        tap.equal(self.client.find(fingerprint=self.w.pki[person].fingerprint), [], person)


@contextlib.contextmanager
def office(w, settings=None, **options):
    with world.world(pki=w.pki, settings=settings, **options) as one:
        yield Office(one)


@test('A file that lies there when the session begins is imported with its password from the keyring, and stays as it is')
def _(w):
    with office(w, trust=False) as one:
        data = w.pki['alice'].pkcs12()
        one.open().store_password('alice.p12')
        one.deliver('alice.p12', data)
        before = os.stat(one.path('alice.p12'))
        one.session.start_daemon()
        one.client.trust(w.pki)
        one.await_state('alice.p12', 'imported')
        one.check_installed('alice')
        after = os.stat(one.path('alice.p12'))
        with open(one.path('alice.p12'), 'rb') as file:
            tap.equal(file.read(), data, 'the file')
        tap.equal((after.st_mtime_ns, after.st_mode, after.st_ino), (before.st_mtime_ns, before.st_mode, before.st_ino), 'its inode')


@test('The folder may come while the service runs, and files into it, one by one or many at once; one password may serve for all')
def _(w):
    with office(w) as one:
        one.store_password('*')
        one.open().deliver('alice.p12', w.pki['alice'].pkcs12())
        one.await_state('alice.p12', 'imported')
        one.deliver('bob.pfx', w.pki['bob'].pkcs12())
        one.deliver('carol.p12', w.pki['carol'].pkcs12())
        one.await_state('bob.pfx', 'imported')
        one.await_state('carol.p12', 'imported')
        for person in ('alice', 'bob', 'carol'):
            one.check_installed(person)
        shutil.rmtree(os.path.join(one.session.folder, 'config/smimed'))
        one.client.wait_until(lambda: one.client.list_managed() == [], 30, 'the list to be empty')
        one.open().deliver('dan.p12', w.pki['dan'].pkcs12())
        one.await_state('dan.p12', 'imported')


@test('A certificate that was there as a correspondent\'s is the administrator\'s when its key is delivered')
def _(w):
    with office(w) as one:
        one.store_password('*')
        one.client.import_certificates(w.pki['alice'].der, 'correspondent')
        one.open().deliver('alice.p12', w.pki['alice'].pkcs12())
        one.await_state('alice.p12', 'imported')
        one.check_installed('alice')


@test('A file that is still being written is waited for, and one that was cut off is imported once it is whole')
def _(w):
    with office(w) as one:
        one.open().store_password('*')
        one.client.list_managed()
        data = w.pki['alice'].pkcs12()
        with open(one.path('slow.p12'), 'wb') as out:
            out.write(data[:1000])
            out.flush()
            one.deliver('bob.p12', w.pki['bob'].pkcs12())
            one.await_state('bob.p12', 'imported')
            out.write(data[1000:])
        one.await_state('slow.p12', 'imported')
        data = w.pki['carol'].pkcs12()
        with open(one.path('half.p12'), 'wb') as out:
            out.write(data[:1000])
        one.await_state('half.p12', 'failed', 'Malformed')
        with open(one.path('half.p12'), 'ab') as out:
            out.write(data[1000:])
        one.await_state('half.p12', 'imported')
        one.check_installed('carol')


@test('A wrong password and a missing one are told, on the bus and in the log, and the right one is taken when it is stored')
def _(w):
    with office(w) as one:
        one.open().store_password('alice.p12', 'wrong')
        one.deliver('alice.p12', w.pki['alice'].pkcs12())
        one.await_state('alice.p12', 'failed', 'WrongPassword')
        one.check_absent('alice')
        tap.contains(one.session.log(), 'alice.p12: not imported: ', 'the log')
        one.store_password('alice.p12')
        one.await_state('alice.p12', 'imported')
        one.check_installed('alice')
        one.deliver('bob.p12', w.pki['bob'].pkcs12())
        one.await_state('bob.p12', 'failed', 'NotFound')
        tap.contains(one.detail('bob.p12'), 'secret-tool store', 'what to do')
        one.store_password('bob.p12')
        one.await_state('bob.p12', 'imported')


@test('While the keyring is locked nobody is asked for its password, and its being unlocked is waited for')
def _(w):
    with office(w) as one:
        one.open().store_password('alice.p12')
        one.client.list_managed()
        one.session.lock_keyring()
        one.deliver('alice.p12', w.pki['alice'].pkcs12())
        one.await_state('alice.p12', 'failed', 'Locked')
        tap.true(one.session.is_locked(), 'still locked')
        one.session.unlock_keyring()
        one.await_state('alice.p12', 'imported')
        one.check_installed('alice')


@test('What was imported once is not imported again: not after a restart, not under another name, not after the user has deleted it')
def _(w):
    with office(w) as one:
        one.open().store_password('*')
        one.deliver('alice.p12', w.pki['alice'].pkcs12())
        one.await_state('alice.p12', 'imported')
        since = one.client.list_managed()[0]['at']
        one.client.delete(one.client.certificate_path(w.pki['alice'].fingerprint), delete_key=True)
        one.session.kill_daemon()
        one.session.start_daemon()
        one.await_state('alice.p12', 'imported')
        one.deliver('again.p12', open(one.path('alice.p12'), 'rb').read())
        one.await_state('again.p12', 'imported')
        one.check_absent('alice')
        tap.equal([one['at'] for one in one.client.list_managed()], [since] * 2, 'when')


@test("An administrator's folder serves all users: what isn't this user's to read is passed over")
def _(w):
    with tempfile.TemporaryDirectory() as system:
        with office(w, environment={'XDG_CONFIG_DIRS': system}) as one:
            one.store_password('*')
            there = Office(one.w, os.path.join(system, 'smimed/managed')).open()
            there.deliver('alice.p12', w.pki['alice'].pkcs12())
            os.mkfifo(there.path('pipe.p12'))
            os.mkdir(there.path('folder.p12'))
            os.symlink('/nowhere', there.path('link.p12'))
            there.deliver('notes.txt', b'')
            there.await_state('alice.p12', 'imported')
            there.check_installed('alice')
            tap.equal([one['file'] for one in one.client.list_managed()], [there.path('alice.p12')], 'files')


@test('While S/MIME is switched off no file is imported; switched on, it is')
def _(w):
    with office(w, settings={'enabled': 'false'}) as one:
        one.open().store_password('*')
        one.deliver('alice.p12', w.pki['alice'].pkcs12())
        one.session.start_daemon()
        tap.equal(one.client.list_managed(), [], 'switched off')
        one.session.set('enabled', 'true')
        one.await_state('alice.p12', 'imported')
        one.session.set('enabled', 'false')
        one.client.wait_until(lambda: one.client.list_managed() == [], 30, 'the list to be empty')


@test('Garbage, keys of nobody and a file of 5 MB are refused, each with its reason; of thousands of files the first thousand are looked at')
def _(w):
    with office(w) as one:
        one.open().store_password('*')
        for name, data in (('a-garbage.p12', os.urandom(3000)), ('b-empty.p12', b''), ('c-large.p12', b'\x30' * 5000000),
                           ('d-alice.p12', w.pki['alice'].pkcs12())):
            one.deliver(name, data)
        for number in range(2000):
            one.deliver('x%04d.p12' % number, b'%d' % number)
        one.deliver('z-bob.p12', w.pki['bob'].pkcs12())
        one.await_state('d-alice.p12', 'imported')
        one.await_state('x0996.p12', 'failed', 'LimitExceeded')
        tap.equal([one.state(name) for name in ('a-garbage.p12', 'b-empty.p12', 'c-large.p12', 'x0995.p12', 'z-bob.p12')],
                  [('failed', 'Malformed'), ('failed', 'Malformed'), ('failed', 'TooLarge'), ('failed', 'Malformed'), None], 'states')
        tap.equal(len(one.client.list_managed()), 1001, 'how many are told of')
        tap.equal(one.client.get('Manager', 'Enabled'), True, 'it still answers')


if __name__ == '__main__':
    world.run(trust=False)
