#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Accounts: one per address, ready when signing and encrypting are possible."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import pki  # noqa: E402
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


@test('What stands around an address is no part of it')
def _(w):
    account = w.client.register_account(' <Bare@example.org>\n', aliases=['\tother@example.org '])
    seen = w.client.account(account)
    tap.equal((seen['Address'], seen['Aliases']), ('Bare@example.org', ['other@example.org']), 'address and aliases')
    tap.equal(w.client.register_account('bare@example.org', aliases=['other@example.org']), account, 'the account')


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


@test('Each of an account\'s addresses signs with the certificate that names it, though another\'s is newer')
def _(w):
    w.client.own(w.pki.issue('mia', like='victor', addresses=['mia@example.org'], days=(-20, 300)))
    w.client.own(w.pki.issue('mia-work', like='trudy', addresses=['mia@example.com'], days=(-10, 300)))
    account = w.client.register_account('mia@example.org', aliases=['mia@example.com'])
    tap.equal(w.client.account(account)['SigningCertificate'], w.client.certificate_path(w.pki['mia'].fingerprint), 'the account\'s own')
    for address, name in (('mia@example.org', 'mia'), ('mia@example.com', 'mia-work')):
        signed, _ = w.client.sign(samples.message(address), address)
        world.check_authenticated(w.client.open(signed)[1], w.pki[name])


@test('Who signs as an alias that no certificate names is told that readers will see it')
def _(w):
    w.client.own(w.pki.issue('ned', like='victor', addresses=['ned@example.org'], days=(-20, 300)))
    account = w.client.register_account('ned@example.org', aliases=['ned@example.com'])
    for address, told in (('ned@example.org', False), ('ned@example.com', True)):
        signed, report = w.client.sign(samples.message(address), address)
        tap.equal('address-mismatch' in world.codes(report['warnings']), told, address)
        tap.equal(w.client.open(signed)[1]['authenticated'], not told, 'what readers see')
    tap.equal(w.client.account(account)['Problems'], [], 'nothing is wrong with the account itself')


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


def gina(w, name, **changes):
    """One more certificate of Gina's, here with its key -> its path."""
    w.client.own(w.pki.issue('gina-' + name, like=changes.pop('like', 'victor'), addresses=['gina@example.org'], **changes))
    return w.client.certificate_path(w.pki['gina-' + name].fingerprint)


@test('Among several certificates a valid one goes before one that expires soon, that before an expired one, and then the newest')
def _(w):
    account = w.client.register_account('gina@example.org')

    def taken():
        seen = w.client.account(account)
        tap.equal(seen['EncryptionCertificate'], seen['SigningCertificate'], 'one certificate serves both')
        return seen['SigningCertificate'], seen['Ready'], world.codes(seen['Problems'])
    expired = gina(w, 'expired', days=(-5, -1))
    tap.equal(taken(), (expired, False, ['expired']), 'the expired one alone')
    soon = gina(w, 'soon', days=(-700, 9), like='bob')
    tap.equal(taken(), (soon, True, ['expiring-soon']), 'beside one that expires soon')
    old = gina(w, 'old', days=(-600, 600))
    tap.equal(taken(), (old, True, []), 'beside an older one that is valid for long')
    gina(w, 'new-soon', days=(-1, 5))
    tap.equal(taken(), (old, True, []), 'beside a newer one that expires soon')
    new = gina(w, 'new', days=(-300, 400), like='bob')
    tap.equal(taken(), (new, True, []), 'beside a newer one')


@test('The user\'s choice wins while it is usable, and where it isn\'t another one is taken and the account says why')
def _(w):
    account = w.client.register_account('gina@example.org')
    chosen, automatic = (w.client.certificate_path(w.pki[name].fingerprint) for name in ('gina-soon', 'gina-new'))
    w.client.set_certificates(account, chosen, chosen)
    seen = w.client.account(account)
    tap.equal((seen['SigningCertificate'], world.codes(seen['Problems'])), (chosen, ['expiring-soon']), 'while it is usable')
    w.client.set_trust(chosen, 'distrusted')
    seen = w.client.account(account)
    tap.equal((seen['SigningCertificate'], seen['EncryptionCertificate'], seen['Ready']), (automatic, automatic, True), 'distrusted')
    tap.equal([(one['code'], w.client.certificate_path(one['certificate'])) for one in seen['Problems']], [('distrusted', chosen)], 'Problems')
    _, report = w.client.sign(samples.message('gina@example.org'), 'gina@example.org')
    tap.equal((report['certificate'], world.codes(report['warnings'])), (w.pki['gina-new'].fingerprint, ['distrusted']), 'the report')
    w.client.set_trust(chosen, 'default')
    tap.equal(w.client.account(account)['SigningCertificate'], chosen, 'usable again')


@test('A choice that was deleted is not passed over in silence')
def _(w):
    account = w.client.register_account('gina@example.org')
    chosen, automatic = (w.client.certificate_path(w.pki[name].fingerprint) for name in ('gina-soon', 'gina-new'))
    w.client.delete(chosen, **{'delete-key': True})
    seen = w.client.account(account)
    tap.equal((seen['SigningCertificate'], seen['Ready']), (automatic, True), 'another one is taken')
    tap.equal(world.codes(seen['Problems']), ['no-certificate'], 'Problems')
    w.client.set_certificates(account)
    tap.equal(w.client.account(account)['Problems'], [], 'Problems after choosing automatically')


@test('An account without a certificate of its address can not sign or encrypt, and is told which addresses there are')
def _(w):
    w.client.register_account('hanna@example.org')
    for call in (lambda: w.client.sign(samples.message('hanna@example.org'), 'hanna@example.org'),
                 lambda: w.client.encrypt(samples.message('hanna@example.org'), 'hanna@example.org', ['hanna@example.org'])):
        with raises('NoCertificate') as caught:
            call()
        for address in ('alice@example.org', 'gina@example.org', 'leo.work@example.com'):
            tap.contains(caught.text, address)
        tap.equal(caught.text.count('gina@example.org'), 1, 'each is named once')


@test('An account with a certificate for one purpose alone isn\'t ready for the other, and says for which')
def _(w):
    w.own('ivan-nosign')
    w.client.own(w.pki.issue('olga', like='victor', addresses=['olga@example.org'], usage=pki.SIGN))
    for name, verb in (('ivan', 'sign'), ('olga', 'encrypt')):
        address = name + '@example.org'
        w.client.register_account(address)
        with raises('NotReady') as caught:
            w.client.encrypt(samples.message(address), address, [address], sign=True)
        tap.contains(caught.text, address)
        tap.contains(caught.text, 'can %s' % verb)


@test('From some days before the end, signing and encrypting each tell how many days are left')
def _(w):
    w.own('steve-soon')
    address = 'steve@example.org'
    for _, report in (w.client.sign(samples.message(address), address), w.client.encrypt(samples.message(address), address, [address])):
        days = {one['days'] for one in report['warnings'] if one['code'] == 'expiring-soon' and one['certificate'] == w.pki['steve-soon'].fingerprint}
        tap.true(days and days <= {9, 10}, 'days left: %s' % days)


@test('A key that waits for its certificate signs nothing, and a certificate whose key has left the keyring says so')
def _(w):
    _, token = w.client.create_request('kai@example.org', **{'key-type': 'p-256'})
    w.client.register_account('kai@example.org')
    with raises('NoCertificate'):
        w.client.sign(samples.message('kai@example.org'), 'kai@example.org')
    w.client.discard_request(token)
    before = set(w.session.secret_items())
    w.own('ursula')
    item, = set(w.session.secret_items()) - before
    w.session.kill_daemon(15)
    w.client.call(item, 'org.freedesktop.Secret.Item', 'Delete', destination='org.freedesktop.secrets')
    with raises('NoPrivateKey') as caught:
        w.client.sign(samples.message('ursula@example.org'), 'ursula@example.org')
    tap.contains(caught.text, 'import')


@test('Two clients that change one account at the same time undo nothing of each other\'s')
def _(w):
    account, other = w.client.register_account('gina@example.org'), w.session.client()
    chosen = w.client.certificate_path(w.pki['gina-old'].fingerprint)
    for on in [True, False] * 20 + [True]:
        one = other.start('Account', 'SetCertificates', '(ooa{sv})', [chosen if on else '/', '/'], {}, path=account)
        sign = w.client.send(account, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)',
                             ['org.smimed.Smime1.Account', 'SignByDefault', GLib.Variant('b', on)])
        encrypt = other.send(account, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)',
                             ['org.smimed.Smime1.Account', 'EncryptByDefault', GLib.Variant('b', not on)])
        names = w.client.start('Manager', 'RegisterAccount', '(sa{sv})', ['Gina@example.org'], {'aliases': ['g%d@example.org' % on]})
        for pending in (one, sign, encrypt, names):
            pending.wait()
        for seen in (w.client.account(account), other.account(account)):
            tap.equal((seen['SignByDefault'], seen['EncryptByDefault'], seen['Aliases']), (on, not on, ['g%d@example.org' % on]), 'the account')
    tap.equal(w.client.account(account)['SigningCertificate'], chosen, 'the certificate')
    w.session.kill_daemon()
    seen = w.client.account(account)
    tap.equal((seen['SignByDefault'], seen['EncryptByDefault'], seen['SigningCertificate'], seen['Aliases']),
              (True, False, chosen, ['g1@example.org']), 'the account after a kill')
    w.client.set_certificates(account)


@test('A change to an account that another client has just unregistered fails, and doesn\'t bring it back')
def _(w):
    account, other = w.client.register_account('ida@example.org'), w.session.client()
    other.unregister_account(account)
    with raises('NoSuchAccount', 'NotFound', 'org.freedesktop.DBus.Error.UnknownMethod', 'org.freedesktop.DBus.Error.UnknownObject',
                'org.freedesktop.DBus.Error.UnknownInterface'):
        w.client.set('Account', 'SignByDefault', GLib.Variant('b', True), account)
    tap.true(account not in w.client.objects(), 'the account is gone')


@test('An address that is one account\'s own and another\'s alias belongs to the first')
def _(w):
    w.client.register_account('aaron@example.org', aliases=['gina@example.org'])
    signed, report = w.client.sign(samples.message('gina@example.org'), 'gina@example.org')
    tap.equal(report['certificate'], w.pki['gina-new'].fingerprint, 'the signer')


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
