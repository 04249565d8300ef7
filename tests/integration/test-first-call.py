#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The first call starts the service. It gets what any later one would get, whichever call it is."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from pki import PASSWORD  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB = 'alice@example.org', 'bob@example.org'
# What a start doesn't need, with all that it would bring: loaded for the first message, key, password, fetch
LATER = ['gmime', 'gpgme', 'secret', 'gcrypt', 'pwquality', 'crack', 'gcr', 'curl', 'ldap']


def first(w, ask):
    """The answer of the service that runs, and that of one which the call itself has started."""
    usual = ask(w)
    w.session.kill_daemon()
    return usual, ask(w)


def same(w, ask, what):
    usual, started = first(w, ask)
    tap.true(usual, what + ' says something')
    tap.equal(started, usual, what)


def opened(w, message):
    text, report = w.client.open(message)
    return text, report['protection'], report['sender']


@test('The properties of the root, of an account and of a certificate are there at once, all with their values')
def _(w):
    for interface in ('Manager', 'Certificates', 'Revocation'):
        same(w, lambda w, interface=interface: w.client.get_all(interface) or interface, interface)
    same(w, lambda w: w.client.get('Manager', 'NextExpiry'), 'Manager.NextExpiry')
    same(w, lambda w: w.client.get_all('Account', w.accounts[ALICE]), 'Account')
    same(w, lambda w: w.client.get('Account', 'Ready', w.accounts[ALICE]), 'Account.Ready')
    same(w, lambda w: w.client.get_all('Certificate', w.paths['alice']), 'an own certificate')
    same(w, lambda w: w.client.get_all('Certificate', w.client.certificate_path(w.pki['bob'].fingerprint)), "a correspondent's certificate")


@test('ObjectManager lists every account, own certificate and anchor to the first who asks')
def _(w):
    usual, started = first(w, lambda w: w.client.objects())
    tap.equal(started, usual, 'objects')
    for path in (w.accounts[ALICE], w.paths['alice'], w.client.certificate_path(w.pki['root'].fingerprint)):
        tap.contains(started, path)


@test('Introspection shows the whole tree to the first who looks')
def _(w):
    def nodes(w, path):
        xml, = w.client.call(path, 'org.freedesktop.DBus.Introspectable', 'Introspect')
        return sorted(line.strip() for line in xml.splitlines() if '<interface' in line or '<node' in line)
    for path in (w.client.ROOT, w.client.ROOT + '/certificates', w.accounts[ALICE], w.paths['alice']):
        same(w, lambda w, path=path: nodes(w, path), path)


@test('Find, Evaluate, Validate and the lists answer the first who asks')
def _(w):
    same(w, lambda w: w.client.find(address=BOB), 'Find')
    same(w, lambda w: w.client.find(own=True), 'Find own')
    same(w, lambda w: w.client.evaluate(ALICE, [BOB])[0], 'Evaluate')
    same(w, lambda w: w.client.validate([w.pki['bob'].der], 'encrypt')['chain'], 'Validate')
    same(w, lambda w: w.client.validate_certificate(w.paths['alice'], 'sign')['chain'], 'Certificate.Validate')
    same(w, lambda w: (w.client.list_requests(), w.client.list_managed(), w.client.crls()), 'the lists')


@test('A message can be signed, encrypted, opened, verified and looked into by the first call')
def _(w):
    message = samples.message()
    same(w, lambda w: opened(w, w.client.sign(message, ALICE)[0]), 'Sign')
    same(w, lambda w: [one[0] for one in w.client.encrypt(message, ALICE, [BOB])[0]], 'Encrypt')
    signed, (_, sealed) = w.client.sign(message, ALICE)[0], w.client.encrypt(message, ALICE, [ALICE])[0][0]
    same(w, lambda w: opened(w, signed), 'Open of a signed one')
    same(w, lambda w: w.client.open(sealed)[0], 'Open of an encrypted one')
    same(w, lambda w: w.client.inspect(signed), 'Inspect')
    content, signature = samples.signed_parts(signed)
    same(w, lambda w: w.client.verify(content, signature)['protection'], 'Verify')


@test('Keys come and go by the first call: a file is imported, written, and its password judged')
def _(w):
    file = w.pki['carol'].pkcs12()
    same(w, lambda w: w.client.import_pkcs12(file, PASSWORD), 'ImportPkcs12')
    same(w, lambda w: bool(w.client.export_pkcs12([w.paths['alice']], 'four words picked blindly')), 'ExportPkcs12')
    w.session.kill_daemon()
    with raises('WeakPassword'):
        w.client.export_pkcs12([w.paths['alice']], 'abcabcabcabc')
    w.session.kill_daemon()
    tap.true(len(w.client.generate_password()) > 20, 'GeneratePassword')


@test('What the first call changes is told, and stays')
def _(w):
    w.session.kill_daemon()
    w.client.set('Account', 'SignByDefault', GLib.Variant('b', True), w.accounts[ALICE])
    same(w, lambda w: w.client.get('Account', 'SignByDefault', w.accounts[ALICE]), 'SignByDefault')
    w.session.kill_daemon()
    added = w.client.listen('org.freedesktop.DBus.ObjectManager', 'InterfacesAdded', w.client.ROOT)
    path = w.client.register_account('erin@example.org')
    added.await_one(match=lambda _, values: values[0] == path)
    added.stop()
    w.session.kill_daemon()
    removed = w.client.listen('org.freedesktop.DBus.ObjectManager', 'InterfacesRemoved', w.client.ROOT)
    w.client.unregister_account(path)
    removed.await_one(match=lambda _, values: values[0] == path)
    removed.stop()


@test('A start loads no library that only messages, keys, passwords and fetches need')
def _(w):
    with open(os.path.join(w.session.folder, 'services', w.client.NAME + '.service'), encoding='utf-8') as service:
        program = service.read().split('Exec=')[1].split()[0]
    done = w.session.run('env', 'LD_TRACE_LOADED_OBJECTS=1', program)
    loaded = [line.split()[0] for line in done.stdout.decode().splitlines()]
    tap.true(any(name.startswith('libgio-2.0') for name in loaded), 'the list of libraries: %s' % loaded)
    tap.equal([name for name in loaded if name.startswith(tuple('lib' + later for later in LATER))], [], 'loaded too early')


@test('Without libsecret the service starts all the same; who asks for a key is told what is missing')
def _(w):
    folder = os.path.join(w.session.folder, 'broken')
    os.mkdir(folder)
    with open(os.path.join(folder, 'libsecret-1.so.0'), 'wb'):
        pass
    with smimed_session.Session(settings=world.SETTINGS, keyring=False, environment={'LD_LIBRARY_PATH': folder}) as session:
        client = session.client()
        with raises('NotSupported') as failure:
            client.own(w.pki['alice'])
        tap.contains(failure.text, 'libsecret')
        tap.equal(client.find(own=True), [], 'own certificates')


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
