#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Accounts: one per address, ready when signing and encrypting are possible."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402


@test('An account without certificates is there, not ready, and says what is missing')
def _(w):
    account = w.client.register_account('nobody@example.org')
    seen = w.client.account(account)
    tap.equal((seen['Address'], seen['Ready'], sorted(seen['Missing'])), ('nobody@example.org', False, ['encryption', 'signing']), 'account')
    tap.equal((seen['SigningCertificate'], seen['EncryptionCertificate']), ('/', '/'), 'certificates')


@test('Registering again gives the same account, whatever the case of its local part')
def _(w):
    account = w.client.register_account('nobody@example.org')
    tap.equal(w.client.register_account('nobody@example.org'), account, 'the same address')
    tap.equal(w.client.register_account('Nobody@EXAMPLE.org'), account, 'the same address in capitals')
    tap.true(account.startswith('/org/smimed/Smime1/accounts/'), account)


@test('What is no address is refused')
def _(w):
    for wrong in ('', 'nobody', '@example.org', 'a@b@c', 'a b@example.org', 'a@example.org\r\nBcc: x@example.org'):
        with raises('InvalidArgument'):
            w.client.register_account(wrong)


@test('An account becomes ready when its certificate is imported, and tells it')
def _(w):
    account = w.client.register_account('alice@example.org')
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', account)
    w.client.own(w.pki['alice'])
    changes.await_one(match=lambda _, values: values[1].get('Ready') is True or 'Ready' in values[2])
    changes.stop()
    seen = w.client.account(account)
    path = w.client.certificate_path(w.pki['alice'].fingerprint)
    tap.equal((seen['Ready'], seen['Missing'], seen['Problems']), (True, [], []), 'account')
    tap.equal((seen['SigningCertificate'], seen['EncryptionCertificate']), (path, path), 'certificates')


@test('With a signing certificate alone the encryption certificate is missing, and with both none is')
def _(w):
    account = w.client.register_account('erin@example.org')
    w.client.own(w.pki['erin-sign'])
    tap.equal(w.client.account(account)['Missing'], ['encryption'], 'Missing')
    w.client.own(w.pki['erin-encrypt'])
    seen = w.client.account(account)
    tap.equal((seen['Ready'], seen['Missing']), (True, []), 'account')
    tap.equal((seen['SigningCertificate'], seen['EncryptionCertificate']),
              tuple(w.client.certificate_path(w.pki[name].fingerprint) for name in ('erin-sign', 'erin-encrypt')), 'certificates')


@test('An expired certificate leaves the account unready and says why')
def _(w):
    w.client.own(w.pki['frank-expired'])
    seen = w.client.account(w.client.register_account('frank@example.org'))
    tap.equal((seen['Ready'], sorted(seen['Missing'])), (False, ['encryption', 'signing']), 'account')
    tap.contains(world.codes(seen['Problems']), 'expired')


@test('An account may use its aliases')
def _(w):
    w.own('leo-many')
    account = w.client.register_account('leo@example.org', aliases=['leo.work@example.com'])
    tap.equal(w.client.account(account)['Aliases'], ['leo.work@example.com'], 'Aliases')
    signed, _ = w.client.sign(samples.message('leo.work@example.com'), 'leo.work@example.com')
    world.check_authenticated(w.client.open(signed)[1], w.pki['leo-many'])


@test('Nobody else\'s address can be signed for')
def _(w):
    with raises('NoSuchAccount'):
        w.client.sign(samples.message('stranger@example.org'), 'stranger@example.org')


@test('Defaults for signing and encrypting are kept')
def _(w):
    account = w.client.register_account('alice@example.org')
    for name in ('SignByDefault', 'EncryptByDefault'):
        for value in (True, False, True):
            w.client.set('Account', name, GLib.Variant('b', value), account)
            tap.equal(w.client.get('Account', name, account), value, name)


@test('Certificates can be chosen by hand and automatically again')
def _(w):
    account = w.client.register_account('alice@example.org')
    other = w.pki.issue('alice-second', like='trudy', addresses=['alice@example.org'], days=(-10, 30))
    w.client.own(other)
    path = w.client.certificate_path(other.fingerprint)
    w.client.set_certificates(account, path, path)
    seen = w.client.account(account)
    tap.equal((seen['SigningCertificate'], seen['EncryptionCertificate']), (path, path), 'chosen')
    _, report = w.client.sign(samples.PLAIN, 'alice@example.org')
    tap.equal(report['certificate'], other.fingerprint, 'the signer')
    w.client.set_certificates(account)
    tap.equal(w.client.account(account)['SigningCertificate'], w.client.certificate_path(w.pki['alice'].fingerprint), 'automatic')


@test('A certificate for another address, or for another purpose, or without a key can not be chosen')
def _(w):
    account = w.client.register_account('alice@example.org')
    before = w.client.account(account)
    w.own('bob')
    w.know('victor')
    for name in ('bob', 'victor'):
        with raises('AddressMismatch', 'NoPrivateKey', 'CertificateInvalid', 'InvalidArgument'):
            w.client.set_certificates(account, w.client.certificate_path(w.pki[name].fingerprint), '/')
    with raises('NotFound', 'NoCertificate', 'InvalidArgument'):
        w.client.set_certificates(account, w.client.certificate_path('0' * 64), '/')
    erin = w.client.register_account('erin@example.org')
    with raises('CertificateInvalid', 'InvalidArgument'):
        w.client.set_certificates(erin, w.client.certificate_path(w.pki['erin-encrypt'].fingerprint), '/')
    tap.equal(w.client.account(account), before, 'the account')


@test('Accounts and their defaults survive a restart')
def _(w):
    account = w.client.register_account('alice@example.org')
    before = w.client.account(account)
    w.session.kill_daemon()
    tap.equal(w.client.account(account), before, 'the account after a restart')


@test('An account that is unregistered is gone, and its certificate stays')
def _(w):
    account = w.client.register_account('nobody@example.org')
    w.client.unregister_account(account)
    tap.true(account not in w.client.objects(), 'the object is gone')
    with raises('NoSuchAccount'):
        w.client.unregister_account(account)
    erin = w.client.register_account('erin@example.org')
    w.client.unregister_account(erin)
    tap.equal(w.client.certificate(w.client.certificate_path(w.pki['erin-sign'].fingerprint))['Own'], True, 'Own')


if __name__ == '__main__':
    world.run()
