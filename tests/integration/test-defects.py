#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every defect at every depth: a chain of four certificates (0: the person's, 1 and 2: authorities, 3: the anchor) has one defect at one
place, and the verdict names it with its code, its place and its certificate."""
import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import der  # noqa: E402
import forge  # noqa: E402
import pki  # noqa: E402
import revocation  # noqa: E402
import tap  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU  # noqa: E402
from revocation import One  # noqa: E402
from tap import test  # noqa: E402

SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']"}
LEAF, LOWER, UPPER, ANCHOR = range(4)
NUMBER = iter(range(1, 100000))


class Plan:
    """How the certificate at one depth is made; a defect changes one of these."""

    def __init__(self, depth):
        self.depth, self.days, self.key, self.digest, self.trusted = depth, (-10, 300), 'p-256', 'sha256', True
        self.usage = pki.SIGN if depth == LEAF else ('key_cert_sign', 'crl_sign')
        self.constraints, self.eku, self.extra, self.distrust = x509.BasicConstraints(depth != LEAF, None), None, [], False
        self.spoil, self.missing, self.revoked, self.crl, self.mute, self.nameless = False, False, False, {}, False, False
        self.exponent = None


class Chain:
    """Made from the anchor down. `change(plans)` spoils something first."""

    def __init__(self, w, change=lambda plans: None):
        self.w, self.name, self.ones = w, 'd%d' % next(NUMBER), {}
        self.plans = [Plan(depth) for depth in range(4)]
        change(self.plans)
        for depth in reversed(range(4)):
            self.ones[depth] = self._make(self.plans[depth])
        self._publish()
        self._introduce()

    def _key(self, plan):
        return pki.cached_key(os.environ.get('SMIMED_TEST_KEYS'), 'defect-%d' % plan.depth, plan.key)

    def _url(self, depth, kind='crl'):
        return self.w.server.url('/%s/%d.%s' % (self.name, depth, kind))

    def _make(self, plan):
        key, above = self._key(plan), self.ones.get(plan.depth + 1)
        issuer_key = above.key if above else key
        subject = x509.Name([]) if plan.nameless else pki._name('%s %d' % (self.name, plan.depth))
        extensions = [(plan.constraints, True)] if plan.constraints else []
        extensions += [(pki._usage(plan.usage), True), (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
                       (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)]
        if plan.depth == LEAF:
            extensions.append((x509.SubjectAlternativeName([x509.RFC822Name('somebody@example.org')]), False))
        if plan.eku:
            extensions.append((x509.ExtendedKeyUsage(plan.eku), False))
        if above and not plan.mute:
            extensions.append((x509.CRLDistributionPoints([x509.DistributionPoint(revocation.uris([self._url(plan.depth + 1)]), None, None,
                                                                                  None)]), False))
        issuer_name = above.cert.subject if above else subject
        if plan.digest == 'sha1':
            cert = self._sha1(subject, key, issuer_name, issuer_key, plan, extensions + plan.extra)
        else:
            cert = pki.certificate(subject, key.public_key(), issuer_name, issuer_key, plan.days, extensions + plan.extra)
        if plan.exponent:
            cert = self._with_exponent(cert, issuer_key, plan.exponent)
        if plan.spoil:
            spoiled = bytearray(cert.public_bytes(Encoding.DER))
            spoiled[-3] ^= 1
            cert = x509.load_der_x509_certificate(bytes(spoiled))
        return One(subject, cert, key)

    @staticmethod
    def _sha1(subject, key, issuer_name, issuer_key, plan, extensions):
        """By hand: the library may refuse to sign so."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        cert = pki.certificate(subject, key.public_key(), issuer_name, issuer_key, plan.days, extensions)
        algorithm = der.seq(der.oid('1.2.840.10045.4.1'))
        tbs = der.seq(*[algorithm if index == 2 else part.encoded for index, part in enumerate(der.Node(cert.tbs_certificate_bytes))])
        signature = issuer_key.sign(tbs, ec.ECDSA(hashes.SHA1()))
        return x509.load_der_x509_certificate(der.seq(tbs, algorithm, der.tlv(der.BIT_STRING, b'\0', signature)))

    @staticmethod
    def _with_exponent(cert, issuer_key, exponent):
        """The RSA key's modulus with an exponent that no library makes"""
        numbers = der.seq(der.integer(cert.public_key().public_numbers().n), der.integer(exponent))
        key = der.seq(der.algorithm('rsa', der.null()), der.tlv(der.BIT_STRING, b'\0', numbers))
        return x509.load_der_x509_certificate(forge.with_key(cert, key, issuer_key))

    def _publish(self):
        """Each authority's CRL, about the certificate below it."""
        for depth in (LOWER, UPPER, ANCHOR):
            below, plan = self.ones[depth - 1], self.plans[depth - 1]
            builder = (x509.CertificateRevocationListBuilder().issuer_name(self.ones[depth].cert.subject)
                       .add_extension(x509.CRLNumber(1), False))
            begin, end = plan.crl.get('days', (-1, 7))
            builder = builder.last_update(pki.NOW + begin * revocation.DAY).next_update(pki.NOW + end * revocation.DAY)
            if plan.revoked:
                builder = builder.add_revoked_certificate(
                    x509.RevokedCertificateBuilder().serial_number(below.cert.serial_number).revocation_date(pki.NOW - revocation.DAY).build())
            signer = self.ones[0].key if plan.crl.get('forged') else self.ones[depth].key
            data = builder.sign(signer, revocation.hashes.SHA256()).public_bytes(Encoding.DER)
            if not plan.crl.get('absent'):
                self.w.server.files['/%s/%d.crl' % (self.name, depth)] = plan.crl.get('bytes', data)

    def _introduce(self):
        client = self.w.client
        if self.plans[ANCHOR].trusted:
            client.import_certificates(self.ones[ANCHOR].der, 'anchor')
        for depth, plan in enumerate(self.plans):
            if plan.distrust:
                client.import_certificates(self.ones[depth].der, 'anchor' if depth == ANCHOR else 'intermediate' if depth else 'correspondent')
                client.set_trust(client.certificate_path(self.ones[depth].fingerprint), 'distrusted')

    def judge(self):
        given = [self.ones[depth].der for depth in range(4) if not self.plans[depth].missing and depth != ANCHOR]
        return self.w.client.validate(given, 'sign')


def constrain(**names):
    return [(x509.NameConstraints(**names), True)]


UNKNOWN = [(x509.UnrecognizedExtension(x509.ObjectIdentifier('1.3.6.1.4.1.99999.1'), b'\x05\0'), True)]
OTHER_MAIL = {'permitted_subtrees': [x509.RFC822Name('example.net')], 'excluded_subtrees': None}
NO_MAIL = {'permitted_subtrees': None, 'excluded_subtrees': [x509.RFC822Name('example.org')]}
OTHER_ORGANISATION = {'permitted_subtrees': [x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, 'Others')]))],
                      'excluded_subtrees': None}
NO_PURPOSE = [(x509.UnrecognizedExtension(x509.ObjectIdentifier('2.5.29.37'), b'\x30\0'), False)]
NEEDS_POLICY = [(x509.PolicyConstraints(0, None), True)]


def put(**values):
    """The plan's fields, set."""
    def change(plan):
        for name, value in values.items():
            setattr(plan, name, value)
    return change


# (what is wrong, at which depths, what is done to the certificate there, the code, how much further down it shows)
DEFECTS = [
    ('expired', (0, 1, 2, 3), put(days=(-300, -5)), 'expired', 0),
    ('not yet valid', (0, 1, 2, 3), put(days=(5, 300)), 'not-yet-valid', 0),
    ('revoked', (0, 1, 2), put(revoked=True), 'revoked', 0),
    ('a CRL that is not there', (0, 1, 2), put(crl={'absent': True}), 'revocation-unavailable', 0),
    ('a CRL that is out of date', (0, 1, 2), put(crl={'days': (-30, -5)}), 'revocation-stale', 0),
    ('a CRL of the future', (0, 1, 2), put(crl={'days': (5, 30)}), 'revocation-unavailable', 0),
    ('a CRL that somebody else signed', (1, 2), put(crl={'forged': True}), 'revocation-unavailable', 0),
    ('a web page for a CRL', (0, 1, 2), put(crl={'bytes': b'<html>Please log in</html>'}), 'revocation-unavailable', 0),
    ('no distribution point', (0, 1, 2), put(mute=True, crl={'absent': True}), 'revocation-unavailable', 0),
    ('a spoiled signature', (0, 1, 2), put(spoil=True), 'bad-certificate-signature', 0),
    ('distrusted', (0, 1, 2, 3), put(distrust=True), 'distrusted', 0),
    ('an unknown critical extension', (0, 1, 2, 3), put(extra=UNKNOWN), 'unknown-critical-extension', 0),
    ('not an authority', (1, 2, 3), put(constraints=x509.BasicConstraints(False, None)), 'not-a-ca', 0),
    ('may not issue', (1, 2, 3), put(usage=('digital_signature', 'crl_sign')), 'not-a-ca', 0),
    ('may not sign CRLs', (1, 2, 3), put(usage=('key_cert_sign',)), 'revocation-unavailable', -1),
    ('may not sign mail', (0,), put(usage=('key_agreement',)), 'key-usage', 0),
    ('meant for web servers', (0, 1, 2), put(eku=[EKU.SERVER_AUTH]), 'extended-key-usage', 0),
    ('a weak key', (0, 1, 2, 3), put(key='rsa-1024'), 'weak-key', 0),
    ('a public exponent of 1', (0,), put(key='rsa-2048', exponent=1), 'weak-key', 0),
    ('an even public exponent', (0,), put(key='rsa-2048', exponent=65536), 'weak-key', 0),
    ('signed with SHA-1', (0, 1, 2), put(digest='sha1'), 'weak-algorithm', 0),
    ('too long a path', (2, 3), put(constraints=x509.BasicConstraints(True, 0)), 'path-length', None),
    ('another domain is permitted', (1, 2, 3), put(extra=constrain(**OTHER_MAIL)), 'name-constraints', None),
    ('the domain is excluded', (1, 2, 3), put(extra=constrain(**NO_MAIL)), 'name-constraints', None),
    ('another organisation is permitted', (1, 2, 3), put(extra=constrain(**OTHER_ORGANISATION)), 'name-constraints', None),
    ('a policy is required', (1, 2), put(extra=NEEDS_POLICY), 'policy', None),
    ('no name', (1, 2, 3), put(nameless=True), 'malformed', 0),
    ('an extended key usage without any purpose', (0, 1, 2), put(extra=NO_PURPOSE), 'malformed', 0),
    ('no extension that says authority', (1, 2, 3), put(constraints=None), 'not-a-ca', 0),
    ('missing', (1, 2), put(missing=True), 'issuer-unavailable', -1),
    ('not an anchor', (3,), put(trusted=False), 'issuer-unavailable', -1),
]


@test('The chain without a defect is valid')
def _(w):
    report = Chain(w).judge()
    tap.equal((report['chain'], report['problems'], len(report['chain-der'])), ('valid', [], 4), 'verdict')


def check(w, what, depth, change, code, offset):
    chain = Chain(w, lambda plans: change(plans[depth]))
    report = chain.judge()
    problems = ['%s at %s' % (one['code'], one.get('depth')) for one in report['problems']]
    tap.equal(report['chain'], 'invalid', '%s at %d' % (what, depth))
    found = [one for one in report['problems'] if one['code'] == code and (offset is None or one['depth'] == depth + offset)]
    tap.true(found, '%s at %d: wanted %s, saw %s' % (what, depth, code, problems))
    one = found[0]
    tap.equal(one['certificate'], chain.ones[one['depth']].fingerprint, '%s at %d: whose' % (what, depth))
    tap.true(one.get('detail'), '%s at %d: no detail' % (what, depth))
    if code.startswith('revocation') and not chain.plans[one['depth']].mute:
        tap.equal((one['url'], one.get('temporary')), (chain._url(one['depth'] + 1), True), '%s at %d' % (what, depth))
    if code in ('expired', 'not-yet-valid', 'revoked'):
        tap.true(one.get('at'), '%s at %d: when?' % (what, depth))


for entry in DEFECTS:
    def run(w, entry=entry):
        what, depths, change, code, offset = entry
        for depth in depths:
            check(w, what, depth, change, code, offset)
    test('%s, at depth %s: %s' % (entry[0], ', '.join(map(str, entry[1])), entry[3]))(run)


@test('At least fifteen distinct defects are found at each depth where they can be')
def _(w):
    for depth in range(4):
        count = sum(depth in depths for _, depths, _, _, _ in DEFECTS)
        tap.true(count >= 15, 'depth %d: %d defects' % (depth, count))
    tap.diagnose('defects by depth: %s' % [sum(depth in depths for _, depths, _, _, _ in DEFECTS) for depth in range(4)])


@contextlib.contextmanager
def served():
    with revocation.served(settings=SETTINGS) as w:
        yield w


if __name__ == '__main__':
    tap.main(served, log=lambda w: w.session.log())
