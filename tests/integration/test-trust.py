#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Judging: each thing that can be wrong with a certificate is found and named."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import hashlib  # noqa: E402
import ssl  # noqa: E402
import time  # noqa: E402

import der  # noqa: E402
import forge  # noqa: E402
import pki  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from gi.repository import GLib  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

DAY = 86400
# What is wrong with whom, for which use
WRONG = {
    'frank-expired': ('sign', 'expired'), 'grace-future': ('sign', 'not-yet-valid'), 'judy-other': ('sign', 'untrusted-root'),
    'heidi-server': ('sign', 'extended-key-usage'), 'ivan-nosign': ('sign', 'key-usage'), 'quinn-weak': ('sign', 'weak-key'),
    'rita-sha1': ('sign', 'weak-algorithm'), 'walter-critical': ('sign', 'unknown-critical-extension'), 'erin-sign': ('encrypt', 'key-usage'),
}


def judge(w, name, usage='any', **options):
    identity = w.pki[name]
    return w.client.validate([identity.der] + chain_of(identity), usage, **options)


def chain_of(identity):
    return [cert.public_bytes(world._pem().DER) for cert in identity.chain]


def person_issuer(identity):
    return 'other-root' if identity.name == 'judy-other' else 'intermediate'


@test('A good certificate is valid, and the chain goes up to the anchor')
def _(w):
    for name in ('alice', 'carol', 'dan', 'oscar', 'eve-sign', 'eve-encrypt'):
        report = judge(w, name)
        tap.equal((report['chain'], report['problems']), ('valid', []), name)
        tap.equal(report['chain-der'][0], w.pki[name].der, 'the certificate comes first')
        tap.true(w.pki['intermediate'].der in report['chain-der'], 'the intermediate is in the chain')


@test('Issuers may come in any order, among others')
def _(w):
    report = w.client.validate([w.pki['alice'].der, w.pki['bob'].der, w.pki['root'].der, w.pki['other-root'].der, w.pki['intermediate'].der], 'any')
    tap.equal(report['chain'], 'valid', 'chain')


@test('Each thing that is wrong with a certificate is named by its code')
def _(w):
    for name, (usage, code) in WRONG.items():
        report = judge(w, name, usage)
        tap.equal(report['chain'], 'invalid', name)
        tap.contains(world.codes(report['problems']), code, name)
        for problem in report['problems']:
            tap.true('certificate' not in problem or len(problem['certificate']) == 64, 'fingerprints: %s' % problem)


@test('A problem tells where in the chain and when')
def _(w):
    import calendar
    problem, = [one for one in judge(w, 'frank-expired', 'sign')['problems'] if one['code'] == 'expired']
    tap.equal((problem['depth'], problem['certificate']), (0, w.pki['frank-expired'].fingerprint), 'which')
    tap.equal(problem.get('at'), calendar.timegm(w.pki['frank-expired'].cert.not_valid_after.timetuple()), 'at')


@test('A certificate is judged as of another time when asked')
def _(w):
    now = int(time.time())
    tap.equal(judge(w, 'frank-expired', 'sign', at=now - 100 * DAY)['chain'], 'valid', 'frank then')
    tap.equal(judge(w, 'grace-future', 'sign', at=now + 100 * DAY)['chain'], 'valid', 'grace then')
    tap.equal(judge(w, 'alice', 'sign', at=now + 2000 * DAY)['chain'], 'invalid', 'alice in years')


@test('An address that the certificate does not name is a mismatch; case of the local part and of the domain does not matter')
def _(w):
    report = judge(w, 'alice', address='boss@example.org')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.contains(world.codes(report['problems']), 'address-mismatch')
    for address in ('alice@example.org', 'Alice@Example.ORG'):
        tap.equal(judge(w, 'alice', address=address)['chain'], 'valid', address)
    for address in w.pki['leo-many'].addresses + ['leo.third@example.net']:
        tap.equal(judge(w, 'leo-many', address=address)['chain'], 'valid', address)


@test('An address is matched in the subject, in SmtpUTF8Mailbox and in IDN form')
def _(w):
    tap.equal(judge(w, 'mia-subject', address='mia@example.org')['chain'], 'valid', 'emailAddress in the subject')
    tap.equal(judge(w, 'olga-utf8', address='ольга@example.org')['chain'], 'valid', 'SmtpUTF8Mailbox')
    for address in ('pia@xn--bcher-kva.example', 'pia@bücher.example', 'pia@BÜCHER.example'):
        tap.equal(judge(w, 'pia-idn', address=address)['chain'], 'valid', address)
    for address in ('pia@bucher.example', 'pia@xn--bcher-kva.example.org'):
        tap.contains(world.codes(judge(w, 'pia-idn', address=address)['problems']), 'address-mismatch', address)


@test('A certificate without any address matches nobody')
def _(w):
    tap.equal(judge(w, 'kim-noaddress')['chain'], 'valid', 'without an address')
    tap.contains(world.codes(judge(w, 'kim-noaddress', address='kim@example.org')['problems']), 'address-mismatch')


def mailbox(text):
    """SmtpUTF8Mailbox (RFC 9598)"""
    return x509.OtherName(x509.ObjectIdentifier('1.3.6.1.5.5.7.8.9'), b'\x0c' + bytes([len(text.encode())]) + text.encode())


def raw_address(text):
    """A subjectAltName with an address that no library writes so"""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier('2.5.29.17'), der.seq(der.tlv(0x81, text.encode())))


def judge_within(w, name, **constraints):
    """The verdict on a certificate with this alternative name, by an authority with these name constraints."""
    extension = name if isinstance(name, x509.ExtensionType) else x509.SubjectAlternativeName([name])
    root, key = w.pki['root'], pki.cached_key(os.environ.get('SMIMED_TEST_KEYS'), 'constrained', 'p-256')
    authority = pki.certificate(pki._name('constrained'), key.public_key(), root.cert.subject, root.key, (-10, 300),
                                pki._authority_extensions(key, root.key) + [(x509.NameConstraints(
                                    **{'permitted_subtrees': None, 'excluded_subtrees': None, **constraints}), True)])
    leaf = pki.certificate(pki._name('within'), key.public_key(), authority.subject, key, (-10, 300), [(extension, False)])
    return w.client.validate([one.public_bytes(world._pem().DER) for one in (leaf, authority)], 'any')


@test('Name constraints hold for internationalised mailboxes in every form, and for what is no mailbox')
def _(w):
    for inside, base, outside in (('jü@example.org', 'example.org', 'jü@example.com'), ('jü@a.b.example.org', '.example.org', 'jü@example.org'),
                                  ('jü@EXAMPLE.org', 'example.org', 'jü@a.example.org'), ('jü@bücher.example', 'xn--bcher-kva.example', 'jü@bucher.example'),
                                  ('jü@BÜCHER.example', 'xn--bcher-kva.example', 'jü@example'), ('ju@example.org', 'ju@example.org', 'jü@example.org')):
        for name, within in ((inside, True), (outside, False)):
            for kind in ('permitted_subtrees', 'excluded_subtrees'):
                report = judge_within(w, mailbox(name), **{kind: [x509.RFC822Name(base)]})
                good = within == (kind == 'permitted_subtrees')
                tap.equal(world.codes(report['problems']), [] if good else ['name-constraints'], '%s, %s %s' % (name, kind, base))
    for strange in ('jü', 'jü@example.com@example.org', 'jü@example.com\0@example.org'):
        for kind in ('permitted_subtrees', 'excluded_subtrees'):
            report = judge_within(w, mailbox(strange), **{kind: [x509.RFC822Name('example.org')]})
            tap.equal(world.codes(report['problems']), ['name-constraints'], '%r, %s' % (strange, kind))
    for name, codes in (('jü@example.org', ['name-constraints']), ('ju@example.org', [])):
        report = judge_within(w, mailbox(name), excluded_subtrees=[mailbox('jü@example.org')])
        tap.equal(world.codes(report['problems']), codes, name)


@test('An address that is excluded stays so, however it is written')
def _(w):
    for base in ('example.org', 'ju@example.org'):
        for address in ('ju@example.org', 'Ju@Example.ORG', 'ju@example.org.', '"ju"@example.org', 'ju@example.org ', '<ju@example.org>'):
            report = judge_within(w, raw_address(address), excluded_subtrees=[x509.RFC822Name(base)])
            tap.equal(world.codes(report['problems']), ['name-constraints'], '%s, excluded %s' % (address, base))
    for address in ('ju@example.com', 'ju@a.example.org', '"ju ju"@example.net'):
        report = judge_within(w, raw_address(address), excluded_subtrees=[x509.RFC822Name('example.org')])
        tap.equal(world.codes(report['problems']), [], address)


@test('A key of an algorithm that is not known is called that, and neither weak nor missing')
def _(w):
    root, key = w.pki['root'], pki.cached_key(os.environ.get('SMIMED_TEST_KEYS'), 'constrained', 'p-256')

    def strange(cert, signer):
        """The same with another algorithm of its key"""
        tbs, algorithm, _ = der.Node(cert.public_bytes(world._pem().DER))
        changed = tbs.encoded.replace(bytes.fromhex('06072a8648ce3d0201'), bytes.fromhex('06072a8648ce3d0209'))
        return der.seq(changed, algorithm.encoded, der.tlv(der.BIT_STRING, b'\0', signer.sign(changed, ec.ECDSA(hashes.SHA256()))))
    authority = pki.certificate(pki._name('strange'), key.public_key(), root.cert.subject, root.key, (-10, 300),
                                pki._authority_extensions(key, root.key))
    leaf = pki.certificate(pki._name('below'), key.public_key(), authority.subject, key, (-10, 300), ())
    for depth, chain in enumerate(((strange(leaf, key), authority.public_bytes(world._pem().DER)),
                                   (leaf.public_bytes(world._pem().DER), strange(authority, key)))):
        problems = w.client.validate(list(chain), 'any')['problems']
        one, = [one for one in problems if one['code'] == 'unsupported-algorithm']
        tap.equal((one['depth'], one['certificate']), (depth, hashlib.sha256(chain[depth]).hexdigest()), 'where')
        tap.equal(set(world.codes(problems)) & {'weak-key', 'malformed'}, set(), 'what else')


@test('A missing issuer is told apart from an untrusted root')
def _(w):
    with world.world(trust=False) as bare:
        bare.client.import_certificates(w.pki['root'].der, 'anchor')
        report = bare.client.validate([w.pki['alice'].der], 'sign', network='cache-only')
        tap.equal(report['chain'], 'invalid', 'chain')
        tap.contains(world.codes(report['problems']), 'issuer-unavailable')


@test('A signature that does not fit its issuer is found')
def _(w):
    broken = bytearray(w.pki['alice'].der)
    broken[-5] ^= 1
    report = w.client.validate([bytes(broken), w.pki['intermediate'].der], 'sign')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.true({'bad-certificate-signature', 'issuer-unavailable'} & set(world.codes(report['problems'])), 'problems: %s' % world.codes(report['problems']))


@test('A certificate that is no authority issues nothing')
def _(w):
    import pki
    child = pki.certificate(pki._name('child'), w.pki['bob'].cert.public_key(), w.pki['alice'].cert.subject, w.pki['alice'].key, (-1, 100), [])
    from cryptography.hazmat.primitives.serialization import Encoding
    report = w.client.validate([child.public_bytes(Encoding.DER), w.pki['alice'].der, w.pki['intermediate'].der], 'any')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.true({'not-a-ca', 'issuer-unavailable', 'key-usage'} & set(world.codes(report['problems'])), 'problems: %s' % world.codes(report['problems']))


@test('Distrust and trust are settings of a certificate, and can be taken back')
def _(w):
    w.know('bob')
    path = w.client.certificate_path(w.pki['bob'].fingerprint)
    w.client.set_trust(path, 'distrusted')
    tap.equal(w.client.certificate(path)['Trust'], 'distrusted', 'Trust')
    report = w.client.validate_certificate(path, 'any')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.contains(world.codes(report['problems']), 'distrusted')
    w.client.set_trust(path, 'default')
    tap.equal(w.client.validate_certificate(path, 'any')['chain'], 'valid', 'chain by default')
    with raises('InvalidArgument'):
        w.client.set_trust(path, 'perhaps')
    issuer = w.client.certificate_path(w.pki['intermediate'].fingerprint)
    w.client.set_trust(issuer, 'distrusted')
    tap.equal(w.client.validate_certificate(path, 'any')['chain'], 'invalid', 'with a distrusted issuer')
    w.client.set_trust(issuer, 'default')


SYSTEM = '/etc/ssl/certs/ca-certificates.crt'


@test("The system's authorities are trusted only if the policy says so, are listed nowhere, and not trusted once the user distrusts them")
def _(w):
    if not os.path.exists(SYSTEM):
        raise tap.Skip('no ca-certificates here')
    with open(SYSTEM, encoding='ascii') as file:
        first = file.read().partition('-----END CERTIFICATE-----')
    authority = ssl.PEM_cert_to_DER_cert((first[0] + first[1]).strip())
    listed = w.client.find(role='anchor')

    def wrong():
        return set(world.codes(w.client.validate([authority], 'any')['problems'])) & {'untrusted-root', 'distrusted'}
    tap.equal(wrong(), {'untrusted-root'}, 'by default')
    w.session.set('use-system-anchors', 'true')
    tap.equal(wrong(), set(), 'with the policy')
    tap.equal(w.client.find(role='anchor'), listed, 'what is listed')
    path, = w.client.import_certificates(authority, 'intermediate')[0]
    w.client.set_trust(path, 'distrusted')
    tap.contains(wrong(), 'distrusted', 'distrusted')
    w.client.delete(path)
    tap.true(wrong(), 'deleted, and distrusted still')
    w.session.set('use-system-anchors', 'false')
    tap.true(wrong(), 'without it')


@test('What is wrong with a signer is told with the signature, which is good all the same')
def _(w):
    entity = samples.entity(samples.PLAIN)
    for name, (usage, code) in WRONG.items():
        if usage != 'sign':
            continue
        person = w.pki[name]
        chain = [w.pki[person_issuer(person)]]
        data = forge.simple_signed(person, entity, detached=True, chain=chain)
        head = ('From: %s\r\n' % person.address).encode()
        _, report = w.client.open(samples.multipart_signed(entity, data, head=head))
        one = world.signer(report)
        tap.equal((one['signature'], one['chain'], one['authenticated'], report['authenticated']), ('good', 'invalid', False, False), name)
        tap.contains(world.codes(one['problems']), code, name)
        tap.equal(report['protection'], 'none', name)


@test('Under the default policy a chain is not valid, because nothing is known about revocation')
def _(w):
    with world.world(settings={'revocation': "'hard-fail'"}) as strict:
        report = strict.client.validate([strict.pki['alice'].der, strict.pki['intermediate'].der], 'sign')
        tap.equal(report['chain'], 'invalid', 'chain')
        tap.contains(world.codes(report['problems']), 'revocation-unavailable')
        tap.true(report['problems'][0].get('temporary', False) in (True, False), 'temporary')
        for one in report.get('revocation', []):
            tap.equal(one['source'], 'none', 'source')
        strict.own('alice')
        account = strict.client.account(strict.accounts['alice@example.org'])
        tap.equal(account['Ready'], False, 'Ready')
        tap.contains(world.codes(account['Problems']), 'revocation-unavailable')
        with raises('CertificateInvalid'):
            strict.client.sign(samples.PLAIN, 'alice@example.org')
        for lenient in ('soft-fail', 'off'):
            report = strict.client.validate([strict.pki['alice'].der, strict.pki['intermediate'].der], 'sign', revocation=lenient)
            tap.equal(report['chain'], 'valid', lenient)
        strict.session.set('revocation', "'soft-fail'")
        signed, _ = strict.client.sign(samples.PLAIN, 'alice@example.org')
        world.check_authenticated(strict.client.open(signed)[1], strict.pki['alice'])
        tell_what_decides(strict)


def tell_what_decides(lenient):
    """Under soft-fail unknown revocation is told, but nobody is refused for it: a refusal names, and tells first, what decided."""
    lenient.own('frank-expired')
    account = lenient.client.account(lenient.client.register_account('frank@example.org'))
    tap.equal([code for code in world.codes(account['Problems'])][0], 'expired', 'the first problem')
    tap.contains(world.codes(account['Problems']), 'revocation-unavailable')
    lenient.know('frank-expired')
    for code, fail in (('CertificateInvalid', lambda: lenient.client.sign(samples.message('frank@example.org'), 'frank@example.org')),
                       ('RecipientsNotReady', lambda: lenient.client.encrypt(samples.PLAIN, 'alice@example.org', ['frank@example.org']))):
        with raises(code) as caught:
            fail()
        tap.contains(str(caught.failure), 'expired')
        tap.true('revocation' not in str(caught.failure), str(caught.failure))


@test('A caller can ask for more than the policy: hard-fail where the policy is off')
def _(w):
    report = judge(w, 'alice', revocation='hard-fail')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.contains(world.codes(report['problems']), 'revocation-unavailable')


@test('Policies: an explicit one is required when asked, and not found here')
def _(w):
    report = judge(w, 'alice', **{'require-explicit-policy': True, 'policies': ['1.2.3.4']})
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.contains(world.codes(report['problems']), 'policy')


@test('What is no certificate is malformed, and nonsense options are refused')
def _(w):
    with raises('Malformed'):
        w.client.validate([b'junk'], 'sign')
    with raises('InvalidArgument', 'Malformed'):
        w.client.validate([], 'sign')
    with raises('InvalidArgument'):
        judge(w, 'alice', 'fishing')
    with raises('InvalidArgument'):
        judge(w, 'alice', revocation='perhaps')


@test('A policy that is no object identifier is refused')
def _(w):
    with raises('InvalidArgument'):
        judge(w, 'alice', policies=GLib.Variant('as', ['not an oid']))


if __name__ == '__main__':
    world.run()
