#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Before each Sign and Encrypt the own certificate is checked in full; what is off touches nothing; what is learned comes from proven senders."""
import contextlib
import os
import select
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import der  # noqa: E402
import forge  # noqa: E402
import pki  # noqa: E402
import revocation  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from pki import PASSWORD  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

HARD = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']"}
NUMBER = iter(range(1, 10000))


class User:
    """Somebody with an own certificate of authorities that publish on the tests' web server."""

    def __init__(self, w, **options):
        self.w, self.address = w, 'user%d@example.org' % next(NUMBER)
        self.place = revocation.Authorities(w.server, self.address.partition('@')[0])
        w.client.import_certificates(self.place.root.der, 'anchor')
        self.leaf = self.place.issue('own', person=pki.Person('own', 'p-256', addresses=[self.address], usage=pki.SIGN + pki.AGREE), **options)

    def install(self):
        chain = [self.place.signer.cert, self.place.root.cert]
        self.w.client.import_pkcs12(pki.pkcs12_of([('own', self.leaf.key, self.leaf.cert)], chain), PASSWORD)
        self.w.client.register_account(self.address)
        return self

    def sign(self):
        return self.w.client.sign(samples.message(self.address), self.address)[0]

    def encrypt(self, sign=False):
        return self.w.client.encrypt(samples.message(self.address), self.address, [self.address], sign=sign)[0]

    def refused(self, *words, codes=('CertificateInvalid',)):
        for call in (self.sign, self.encrypt, lambda: self.encrypt(sign=True)):
            with raises(*codes) as caught:
                call()
            for word in words:
                tap.contains(str(caught.failure), word, 'the reason')


@test('With everything in order an own certificate signs and encrypts, under hard-fail')
def _(w):
    user = User(w).install()
    tap.equal(w.client.open(user.sign())[1]['authenticated'], True, 'authenticated')
    tap.equal(len(user.encrypt()), 1, 'outputs')


@test('An account becomes ready by itself when the CRL that was missing has been fetched, without being asked')
def _(w):
    user, all_changes = User(w), w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
    user.install()
    account = w.client.register_account(user.address)
    if not w.client.account(account)['Ready']:
        all_changes.await_one(30, lambda _, values: values[1].get('Ready') is True)
    all_changes.stop()
    tap.equal((w.client.account(account)['Ready'], w.client.account(account)['Problems']), (True, []), 'the account')


@test('What the policy allows to be fetched from now on is fetched at once, though it has failed before')
def _(w):
    user, all_changes = User(w), w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
    w.session.set('network-allow', '@as []')
    user.install().refused('revocation-unavailable')
    tap.equal(user.place.hits('/ca1.crl'), 0, 'loopback is not asked')
    w.session.set('network-allow', HARD['network-allow'])
    all_changes.await_one(30, lambda _, values: values[1].get('Ready') is True)
    all_changes.stop()
    user.sign()


@test('What Revocation.Import, Refresh and Flush change in an account shows as soon as they have answered')
def _(w):
    user = User(w).install()
    account = w.client.register_account(user.address)
    user.sign()
    w.session.set('enabled', 'false')  # nothing is fetched but by the calls here
    w.client.flush()
    tap.equal(w.client.account(account)['Missing'], ['signing', 'encryption'], 'without any CRL')
    for crl in (user.place.crl('root'), user.place.crl('ca1')):
        w.client.import_crl(crl)
    tap.equal(w.client.account(account)['Ready'], True, 'with the imported ones')
    w.session.set('enabled', 'true')
    user.place.revoke(user.leaf)
    w.client.refresh(force=True)
    tap.contains(world.codes(w.client.account(account)['Problems']), 'revoked')


@test('A revoked own certificate neither signs nor encrypts, and the error says that it was revoked')
def _(w):
    user = User(w)
    user.place.revoke(user.leaf)
    user.install().refused('revoked')


@test('An own certificate of a revoked authority neither signs nor encrypts')
def _(w):
    user = User(w)
    user.place.revoke(user.place.signer)
    user.install().refused('revoked')


@test('While nobody can say whether it was revoked, an own certificate neither signs nor encrypts, and does again once that is known')
def _(w):
    user = User(w)
    path = '/%s/ca1.crl' % user.place.name
    crl = w.server.files.pop(path)
    user.install().refused('revocation-unavailable')
    w.server.files[path] = crl
    w.client.import_crl(crl)
    user.sign()
    user.encrypt()


@test('A CRL that has become too old counts as no CRL')
def _(w):
    user = User(w)
    user.place.publish('ca1', days=(-9, -2))
    user.install().refused('revocation-')


@test('A certificate that is revoked while the service knows its older CRL is refused with the next one')
def _(w):
    user = User(w).install()
    user.sign()
    user.place.revoke(user.leaf)
    w.client.import_crl(w.server.files['/%s/ca1.crl' % user.place.name])
    user.refused('revoked')


# ---- what is learned ----

def signed_by(w, name, content=samples.PLAIN, **options):
    entity = samples.entity(content)
    data = forge.simple_signed(w.pki[name], entity, detached=True, chain=[w.pki['intermediate']], **options)
    return entity, data


def mail(entity, data, sender):
    return samples.multipart_signed(entity, data, head=b'From: %s\r\n' % sender.encode())


@contextlib.contextmanager
def plain_world(w, **settings):
    """Without revocation, whose part is above."""
    with world.world(own=('alice',), pki=w.pki, settings=settings) as one:
        yield one


@test('Where the policy says automatic, opening or verifying a proven message teaches the sender\'s certificate, and only that')
def _(w):
    with plain_world(w, **{'harvest-certificates': "'automatic'"}) as one:
        entity, data = signed_by(w, 'trudy')
        one.client.open(mail(entity + b'x', data, 'trudy@example.org'))
        one.client.open(mail(entity, data, 'boss@example.org'))
        tap.equal(one.client.find(address='trudy@example.org'), [], 'forged, and for another sender')
        tap.equal(one.client.open(mail(entity, data, 'trudy@example.org'))[1]['authenticated'], True, 'proven')
        path = one.client.certificate_path(w.pki['trudy'].fingerprint)
        tap.equal(one.client.find(address='trudy@example.org', role='correspondent'), [path], 'learned')
        tap.equal(one.client.certificate(path)['Origin'], 'message', 'Origin')
        one.client.open(mail(entity, data, 'trudy@example.org'))
        tap.equal(len(one.client.encrypt(samples.PLAIN, 'alice@example.org', ['trudy@example.org'])[0]), 1, 'can be written to')
        entity, data = signed_by(w, 'oscar')
        one.client.verify(entity, data, sender='oscar@example.org')
        tap.equal(len(one.client.find(address='oscar@example.org', role='correspondent')), 1, 'by Verify')


@test('Where the policy says never, neither opening nor ImportFromMessage teaches a certificate')
def _(w):
    with plain_world(w, **{'harvest-certificates': "'never'"}) as one:
        message = mail(*signed_by(w, 'trudy'), 'trudy@example.org')
        tap.equal(one.client.open(message)[1]['authenticated'], True, 'proven')
        with raises('PolicyForbids'):
            one.client.import_from_message(message)
        tap.equal(one.client.find(address='trudy@example.org'), [], 'nothing is learned')


@test('Capabilities come from proven signatures: a forged message, and one of somebody else in the sender\'s name, teach nothing')
def _(w):
    strong = der.attribute('capabilities', der.seq(der.algorithm('aes-256-gcm')))
    with plain_world(w) as one:
        one.know('bob', 'oscar')

        def cipher():
            return one.client.encrypt(samples.PLAIN, 'alice@example.org', ['bob@example.org'])[1]['cipher']
        entity, data = signed_by(w, 'bob', extra=[strong])
        one.client.open(mail(entity + b'x', data, 'bob@example.org'))
        one.client.open(mail(*signed_by(w, 'oscar', extra=[strong]), 'bob@example.org'))
        tap.equal(cipher(), 'aes-256-cbc', 'nothing is known of him')
        tap.equal(one.client.open(mail(entity, data, 'bob@example.org'))[1]['authenticated'], True, 'proven')
        tap.equal(cipher(), 'aes-256-gcm', 'what he can read')


# ---- off ----

@test('While it is switched off no connection is made and no key is touched: not by importing, not by being left alone, not by a directory')
def _(w):
    directory = socket.create_server(('127.0.0.1', 0))
    settings = dict(HARD, enabled='false', directories="['ldap://127.0.0.1:%d/o=x']" % directory.getsockname()[1])
    # A server of its own: what the other daemon still fetches in the background is none of this one's
    with directory, FaultServer() as server, world.world(pki=w.pki, trust=False, settings=settings) as one:
        one.server = server
        touched = one.client.listen('org.freedesktop.Secret.Prompt', 'Completed', sender='org.freedesktop.secrets')
        user = User(one).install()
        one.session.lock_keyring()
        server.hits.clear()
        for call in (user.sign, user.encrypt, lambda: one.client.evaluate(user.address, [user.address])):
            with raises('Disabled'):
                call()
        with raises('Disabled'):
            one.client.refresh()
        # What the service does by itself it does when it starts, too.
        one.session.kill_daemon()
        one.session.start_daemon()
        tap.equal(one.client.get('Revocation', 'NextRefresh'), 0, 'nothing is planned')
        tap.equal((dict(server.hits), touched.seen, one.session.is_locked()), ({}, [], True), 'requests, prompts, the lock')
        tap.equal(select.select([directory], [], [], 0)[0], [], 'connections to the directory')
        # Switched on, the same service asks at once: the server would have seen it.
        one.session.unlock_keyring()
        asked = one.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', one.client.ROOT)
        one.session.set('enabled', 'true')
        asked.await_one(30, lambda _, values: values[1].get('LastRefresh', 0) > 0)
        tap.true(user.place.hits('/ca1.crl') > 0, 'the CRL is fetched')
        asking = one.client.start('Recipients', 'Evaluate', '(sasa{sv})', [user.address, ['new@example.org']], {})
        one.client.wait_until(lambda: select.select([directory], [], [], 0)[0], 30, 'a connection to the directory')
        directory.accept()[0].close()
        asking.wait()


@contextlib.contextmanager
def served():
    with FaultServer() as server, world.world(settings=HARD) as w:
        w.server = server
        yield w


if __name__ == '__main__':
    tap.main(served, log=lambda w: w.session.log())
