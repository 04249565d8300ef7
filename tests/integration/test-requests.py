#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A key made by smimed, and its certificate that comes later, by whatever way."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import pki  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU  # noqa: E402
from prompter import NO, Prompter  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402


class Issued:
    """What the authority gives out for a request: just what was asked for."""

    def __init__(self, w, csr, days=(-1, 700)):
        request, issuer = x509.load_pem_x509_csr(csr), w.pki['intermediate']
        extensions = [(one.value, one.critical) for one in request.extensions] + [(x509.BasicConstraints(False, None), True)]
        cert = pki.certificate(request.subject, request.public_key(), issuer.cert.subject, issuer.key, days, extensions)
        self.identity = pki.Identity(w.pki.folder, 'issued', cert, None, [issuer.cert], [])
        self.der, self.pem, self.fingerprint = self.identity.der, self.identity.pem, self.identity.fingerprint

    def pkcs7(self, w, form):
        path = w.file('issued.pem', self.pem)
        return w.openssl('crl2pkcs7', '-nocrl', '-certfile', path, '-certfile', w.pki['intermediate'].crt_file, '-outform', form)


def waiting(w):
    return [one['request'] for one in w.client.list_requests()]


def check_serves(w, address, issued):
    """The account is ready, and what it signs and gets encrypted can be opened."""
    account = w.client.register_account(address)
    seen = w.client.account(account)
    tap.equal((seen['Ready'], seen['Missing'], seen['Problems']), (True, [], []), 'the account')
    tap.equal(seen['SigningCertificate'], w.client.certificate_path(issued.fingerprint), 'SigningCertificate')
    signed, _ = w.client.sign(samples.message(address), address)
    world.check_authenticated(w.client.open(signed)[1], issued.identity)
    (_, sealed), = w.client.encrypt(samples.message(address), address, [address])[0]
    tap.equal(w.client.open(sealed)[1]['confidential'], True, 'confidential')


@test('A request is a PKCS#10 request signed by a key of each kind that the contract names, RSA with 3072 bits if nothing is said')
def _(w):
    for kind, seen in ((None, '3072 bit'), ('rsa-2048', '2048 bit'), ('rsa-4096', '4096 bit'), ('p-256', 'P-256'), ('p-384', 'P-384')):
        csr, token = w.client.create_request('nina@example.org', **({'key-type': kind} if kind else {}))
        text = w.openssl('req', '-verify', '-noout', '-text', data=csr).decode()
        tap.contains(text, seen, 'the request')
        w.client.discard_request(token)


@test('A request asks for a certificate for mail, with the address as subject alternative name')
def _(w):
    csr, token = w.client.create_request('Nina@Bücher.example', **{'key-type': 'p-256'})
    extensions = x509.load_pem_x509_csr(csr).extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    tap.equal(names.get_values_for_type(x509.RFC822Name), ['Nina@xn--bcher-kva.example'], 'rfc822Name')
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    tap.equal((usage.digital_signature, usage.key_agreement, usage.key_encipherment), (True, True, False), 'usages of a curve')
    tap.equal(list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value), [EKU.EMAIL_PROTECTION], 'purpose')
    w.client.discard_request(token)
    csr, token = w.client.create_request('nina@example.org', **{'key-type': 'rsa-2048'})
    usage = x509.load_pem_x509_csr(csr).extensions.get_extension_for_class(x509.KeyUsage).value
    tap.equal((usage.digital_signature, usage.key_agreement, usage.key_encipherment), (True, False, True), 'usages of RSA')
    w.client.discard_request(token)


@test('An address whose local part is not ASCII is asked for as SmtpUTF8Mailbox')
def _(w):
    csr, token = w.client.create_request('ольга@example.org', **{'key-type': 'p-256'})
    names = x509.load_pem_x509_csr(csr).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    other, = names.get_values_for_type(x509.OtherName)
    tap.equal((other.type_id.dotted_string, other.value[2:].decode()), (pki.SMTP_UTF8_MAILBOX, 'ольга@example.org'), 'otherName')
    issued = Issued(w, csr)
    w.client.complete_request(token, issued.der)
    tap.equal(w.client.find(address='ольга@example.org', own=True), [w.client.certificate_path(issued.fingerprint)], 'found by its address')


@test('What is no address, and a kind of key that the contract does not name, are refused, and no key is left')
def _(w):
    before = w.session.secret_items()
    for address in ('', 'nina', 'a@b@c', 'nina@example.org\r\nBcc: x@example.org'):
        with raises('InvalidArgument'):
            w.client.create_request(address)
    with raises('InvalidArgument') as caught:
        w.client.create_request('nina@example.org', **{'key-type': 'rsa-1024'})
    tap.contains(caught.text, 'key-type')
    tap.equal((w.session.secret_items(), waiting(w)), (before, []), 'items and requests')


@test('The key waits in the keyring across restarts, is listed with its address, and its certificate makes the account ready')
def _(w):
    csr, token = w.client.create_request('paul@example.org', **{'key-type': 'rsa-2048'})
    listed, = w.client.list_requests()
    tap.equal((listed['request'], listed['address'], listed['created-at'] > 0), (token, 'paul@example.org', True), 'the request')
    w.session.kill_daemon(9)
    tap.equal(w.client.list_requests(), [listed], 'the request after a kill')
    issued = Issued(w, csr)
    paths = w.client.complete_request(token, issued.der)
    tap.equal(paths, [w.client.certificate_path(issued.fingerprint)], 'certificates')
    tap.equal(w.client.certificate(paths[0])['Own'], True, 'Own')
    tap.equal(waiting(w), [], 'nothing waits any more')
    check_serves(w, 'paul@example.org', issued)


@test('The answer may be PEM with a chain, or PKCS#7 in DER or PEM')
def _(w):
    forms = {'pem': lambda one: w.pki['intermediate'].pem + one.pem, 'p7b': lambda one: one.pkcs7(w, 'DER'),
             'p7b in PEM': lambda one: one.pkcs7(w, 'PEM')}
    for number, (name, form) in enumerate(forms.items()):
        csr, token = w.client.create_request('form%d@example.org' % number, **{'key-type': 'p-256'})
        issued = Issued(w, csr)
        paths = w.client.complete_request(token, form(issued))
        tap.equal(paths, [w.client.certificate_path(one) for one in (issued.fingerprint, w.pki['intermediate'].fingerprint)], name)
        check_serves(w, 'form%d@example.org' % number, issued)


@test('One item of the keyring holds key and certificate when they have met')
def _(w):
    before = len(w.session.secret_items())
    csr, token = w.client.create_request('quentin@example.org', **{'key-type': 'p-256'})
    tap.equal(len(w.session.secret_items()), before + 1, 'items while the key waits')
    w.client.complete_request(token, Issued(w, csr).der)
    tap.equal(len(w.session.secret_items()), before + 1, 'items afterwards')


@test('Completing a request twice gives the same certificate, and a renewed certificate for the same key joins it')
def _(w):
    csr, token = w.client.create_request('rosa@example.org', **{'key-type': 'p-256'})
    first, renewed = Issued(w, csr, (-300, 20)), Issued(w, csr)
    tap.equal(w.client.complete_request(token, first.der), w.client.complete_request(token, first.der), 'the second answer')
    w.client.complete_request(token, renewed.der)
    check_serves(w, 'rosa@example.org', renewed)


@test('A certificate for another key is refused, with the name that it was made out to, and the key goes on waiting')
def _(w):
    csr, token = w.client.create_request('sam@example.org', **{'key-type': 'p-256'})
    with raises('NoCertificate') as caught:
        w.client.complete_request(token, w.pki['bob'].pem + w.pki['intermediate'].pem)
    tap.contains(caught.text, 'bob')
    with raises('Malformed'):
        w.client.complete_request(token, b'nonsense')
    tap.equal(waiting(w), [token], 'requests')
    w.client.complete_request(token, Issued(w, csr).der)


@test('An unknown request is not found')
def _(w):
    for token in ('', 'x', '0' * 64):
        with raises('NotFound'):
            w.client.complete_request(token, w.pki['bob'].der)
        with raises('NotFound'):
            w.client.discard_request(token)


@test('A certificate that is imported in any role finds the key that waits for it')
def _(w):
    for number, role in enumerate(('correspondent', 'intermediate', 'anchor')):
        address = 'role%d@example.org' % number
        csr, token = w.client.create_request(address, **{'key-type': 'p-256'})
        issued = Issued(w, csr)
        paths, refused = w.client.import_certificates(issued.der, role)
        tap.equal((paths, refused), ([w.client.certificate_path(issued.fingerprint)], []), 'imported as ' + role)
        tap.true(token not in waiting(w), 'the key waits no longer')
        tap.equal(w.client.certificate(paths[0])['Role'], 'own', 'Role')
        check_serves(w, address, issued)


@test('A certificate that the authority sends in a signed message finds the key that waits for it')
def _(w):
    csr, token = w.client.create_request('tina@example.org', **{'key-type': 'p-256'})
    issued = Issued(w, csr)
    extra = w.file('tina.pem', issued.pem + w.pki['intermediate'].pem)
    entity = samples.entity(samples.PLAIN)
    bob = w.pki['bob']
    signature = w.openssl('cms', '-sign', '-binary', '-signer', bob.crt_file, '-inkey', bob.key_file, '-certfile', extra, '-outform', 'DER',
                          data=entity)
    paths = w.client.import_from_message(samples.multipart_signed(entity, signature, head=samples.HEAD.replace(b'alice', b'bob', 1)))
    tap.contains(paths, w.client.certificate_path(issued.fingerprint))
    tap.true(token not in waiting(w), 'the key waits no longer')
    check_serves(w, 'tina@example.org', issued)


@test('A certificate in a PKCS#12 file finds the key that waits for it')
def _(w):
    csr, token = w.client.create_request('uma@example.org', **{'key-type': 'p-256'})
    issued = Issued(w, csr)
    w.client.import_pkcs12(pki.pkcs12_of([('bob', w.pki['bob'].key, w.pki['bob'].cert)], [issued.identity.cert]), pki.PASSWORD)
    tap.true(token not in waiting(w), 'the key waits no longer')
    check_serves(w, 'uma@example.org', issued)


@test('With a locked keyring nobody makes or completes a request, and nothing is lost')
def _(w):
    csr, token = w.client.create_request('vera@example.org', **{'key-type': 'p-256'})
    issued = Issued(w, csr)
    w.session.kill_daemon(15)
    w.session.lock_keyring()
    tap.equal(waiting(w), [token], 'requests are listed without a prompt')
    for call in (lambda: w.client.create_request('xena@example.org', interactive=False, **{'key-type': 'p-256'}),
                 lambda: w.client.complete_request(token, issued.der, interactive=False)):
        with raises('InteractionRequired', 'Locked'):
            call()
    with Prompter(w.session, NO):
        with raises('PromptDismissed'):
            w.client.complete_request(token, issued.der)
    tap.equal(waiting(w), [token], 'requests')
    with Prompter(w.session, smimed_session.KEYRING_PASSWORD):
        w.client.complete_request(token, issued.der)
    check_serves(w, 'vera@example.org', issued)


@test('Without a keyring a request fails with a reason, and none is left behind')
def _(w):
    with world.world(keyring=False, pki=w.pki) as bare:
        with raises('Failed', 'Locked', 'NotSupported'):
            bare.client.create_request('nina@example.org', **{'key-type': 'p-256'})
        tap.equal(waiting(bare), [], 'requests')


@test('The database is deleted: the key still waits under the same name')
def _(w):
    csr, token = w.client.create_request('yves@example.org', **{'key-type': 'p-256'})
    w.session.kill_daemon(15)
    for path in w.session.databases():
        for suffix in ('', '-wal', '-shm'):
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)
    w.client.wait_until(lambda: waiting(w) == [token], 20, 'the request to come back')
    w.client.trust(w.pki)
    issued = Issued(w, csr)
    w.client.complete_request(token, issued.der)
    check_serves(w, 'yves@example.org', issued)


@test('A discarded request is gone, with its key')
def _(w):
    before = w.session.secret_items()
    csr, token = w.client.create_request('zoe@example.org', **{'key-type': 'p-256'})
    w.client.discard_request(token)
    tap.equal((waiting(w), w.session.secret_items()), ([], before), 'requests and items')
    with raises('NotFound'):
        w.client.complete_request(token, Issued(w, csr).der)


@test('Features names certificate-requests')
def _(w):
    tap.contains(w.client.get('Manager', 'Features'), 'certificate-requests')


# libsecret 0.20 loses the reply of each Unlock, whose memory comes from GDBus's thread: no suppression can tell it from ours.
NO_LEAKS = {'ASAN_OPTIONS': os.environ['ASAN_OPTIONS'] + ':detect_leaks=0'} if 'ASAN_OPTIONS' in os.environ else {}

if __name__ == '__main__':
    world.run(environment=NO_LEAKS)
