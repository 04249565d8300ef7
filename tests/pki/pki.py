#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the test PKI: `pki.py FOLDER [--keys FOLDER]` writes NAME.crt, NAME.key, NAME.p12 for each person below.

Names are the same in every run, keys and dates are not. Keys are the only slow part: they are taken from the keys folder
(the build folder's, made once per build) when they are there. As a library, `Pki()['alice']` makes just what is asked for.
"""
import argparse
import datetime
import fcntl
import hashlib
import hmac
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import der  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519  # noqa: E402
from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: E402
from cryptography.x509.oid import AuthorityInformationAccessOID as AIA, ExtendedKeyUsageOID as EKU, NameOID  # noqa: E402

PASSWORD = 'correct horse battery staple'
NOW = datetime.datetime.utcnow().replace(microsecond=0)
DAY = datetime.timedelta(days=1)
BOTH = ('digital_signature', 'key_encipherment')
SIGN = ('digital_signature',)
ENCRYPT = ('key_encipherment',)
AGREE = ('key_agreement',)
SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9'


class Person:
    """What is asked of one certificate. `addresses`: None takes NAME@example.org."""

    def __init__(self, name, key='rsa-2048', addresses=None, usage=BOTH, eku=(EKU.EMAIL_PROTECTION,), days=(-1, 700),
                 issuer='intermediate', digest='sha256', subject_email=None, utf8=(), extra=()):
        self.name, self.key, self.usage, self.eku, self.days = name, key, usage, eku, days
        self.addresses = [name.split('-')[0] + '@example.org'] if addresses is None else addresses
        self.issuer, self.digest, self.subject_email, self.utf8, self.extra = issuer, digest, subject_email, utf8, extra


def _uri(url):
    return x509.UniformResourceIdentifier(url)


def _point(*urls):
    return x509.DistributionPoint([_uri(url) for url in urls], None, None, None)


def _access(method, url):
    return x509.AccessDescription(method, _uri(url))


PEOPLE = [
    Person('alice'),
    Person('bob'),
    Person('carol', 'p-256', usage=SIGN + AGREE),
    Person('dan', 'p-384', usage=SIGN + AGREE),
    Person('oscar', 'p-521', usage=SIGN + AGREE),
    Person('eve-sign', 'ed25519', usage=SIGN),
    Person('eve-encrypt', 'x25519', usage=AGREE),
    Person('erin-sign', usage=SIGN),
    Person('erin-encrypt', usage=ENCRYPT),
    Person('frank-expired', days=(-400, -30)),
    Person('grace-future', days=(30, 700)),
    Person('heidi-server', eku=(EKU.SERVER_AUTH,)),
    Person('ivan-nosign', usage=ENCRYPT),
    Person('judy-other', issuer='other-root'),
    Person('kim-noaddress', addresses=[]),
    Person('leo-many', addresses=['leo@example.org', 'leo.work@example.com', 'Leo.Third@example.net']),
    Person('mia-subject', addresses=[], subject_email='mia@example.org'),
    Person('olga-utf8', addresses=[], utf8=['ольга@example.org']),
    Person('pia-idn', addresses=['pia@xn--bcher-kva.example']),
    Person('quinn-weak', 'rsa-1024'),
    Person('rita-sha1', digest='sha1'),
    Person('steve-soon', days=(-300, 10)),
    Person('steve-next', days=(5, 700)),
    Person('trudy'),
    Person('ursula', 'p-256', usage=SIGN + AGREE),
    Person('victor'),
    Person('xenia-sources', extra=[
        (x509.CRLDistributionPoints([_point('http://one.example/a', 'ldap://one.example/a'), _point('http://two.example/b')]), False),
        (x509.FreshestCRL([_point('http://one.example/delta')]), False),
        (x509.AuthorityInformationAccess([_access(AIA.CA_ISSUERS, 'http://one.example/ca'), _access(AIA.OCSP, 'http://ocsp.example/')]), False)]),
    Person('dora-directory', extra=[(x509.CRLDistributionPoints([
        x509.DistributionPoint([x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'Test'),
                                                             x509.NameAttribute(NameOID.COMMON_NAME, 'A, B?')]))], None, None, None),
        x509.DistributionPoint(None, x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, 'C')]), None, None),
        _point('ldap:///CN=D?certificateRevocationList', 'http://one.example/d')]), False)]),
    Person('yves-ocsp', extra=[(x509.AuthorityInformationAccess([_access(AIA.OCSP, 'http://ocsp.example/')]), False)]),
    Person('walter-critical', extra=[(x509.UnrecognizedExtension(x509.ObjectIdentifier('1.3.6.1.4.1.99999.1'), b'\x05\0'), True)]),
]
AUTHORITIES = {'root': ('rsa-2048', None), 'intermediate': ('rsa-2048', 'root'), 'other-root': ('p-256', None)}


def _name(text, email=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, text), x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'smimed tests')]
    if email:
        parts.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, email))
    return x509.Name(parts)


def new_key(kind):
    if kind.startswith('rsa-'):
        return rsa.generate_private_key(65537, int(kind[4:]))
    makers = {'p-256': lambda: ec.generate_private_key(ec.SECP256R1()), 'p-384': lambda: ec.generate_private_key(ec.SECP384R1()),
              'p-521': lambda: ec.generate_private_key(ec.SECP521R1()), 'ed25519': ed25519.Ed25519PrivateKey.generate,
              'x25519': x25519.X25519PrivateKey.generate}
    return makers[kind]()


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def cached_key(folder, name, kind):
    """The key of that name; made and kept in `folder` when it isn't there (None: never kept)."""
    if folder is None:
        return new_key(kind)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, '%s.%s.key' % (name, kind))
    with open(path + '.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(path):
            with open(path + '.new', 'wb') as out:
                out.write(key_pem(new_key(kind)))
            os.rename(path + '.new', path)
    with open(path, 'rb') as source:
        return serialization.load_pem_private_key(source.read(), None)


def _usage(names):
    every = ('digital_signature', 'content_commitment', 'key_encipherment', 'data_encipherment', 'key_agreement', 'key_cert_sign',
             'crl_sign', 'encipher_only', 'decipher_only')
    return x509.KeyUsage(**{name: name in names for name in every})


def _digest(name, key):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    return {'sha1': hashes.SHA1, 'sha256': hashes.SHA256, 'sha384': hashes.SHA384}[name]()


def certificate(subject, public_key, issuer_name, issuer_key, days, extensions, digest='sha256', serial=None):
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer_name).public_key(public_key)
               .serial_number(serial or x509.random_serial_number())
               .not_valid_before(NOW + days[0] * DAY).not_valid_after(NOW + days[1] * DAY))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, _digest(digest, issuer_key))


def _authority_extensions(key, issuer_key):
    return [(x509.BasicConstraints(True, None), True), (_usage(('key_cert_sign', 'crl_sign')), True),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)]


def _alternative_names(person):
    names = [x509.RFC822Name(address) for address in person.addresses]
    names += [x509.OtherName(x509.ObjectIdentifier(SMTP_UTF8_MAILBOX), der.tlv(der.UTF8, address.encode())) for address in person.utf8]
    return [(x509.SubjectAlternativeName(names), False)] if names else []


def _person_extensions(person, key, issuer_key):
    return [(x509.BasicConstraints(False, None), True), (_usage(person.usage), True), (x509.ExtendedKeyUsage(person.eku), False),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
            ] + _alternative_names(person) + list(person.extra)


def pkcs12_mac_key(password, salt, rounds, size=32, ident=3):
    """RFC 7292 appendix B with SHA-256."""
    text = password.encode('utf-16-be') + b'\0\0'

    def stretch(data):
        size = 64 * ((len(data) + 63) // 64)
        return (data * (size // len(data) + 1))[:size]

    value = hashlib.sha256(bytes([ident]) * 64 + stretch(salt) + stretch(text)).digest()
    for _ in range(rounds - 1):
        value = hashlib.sha256(value).digest()
    return value[:size]


def pkcs12_of(entries, certificates, password=PASSWORD, rounds=2048):
    """A PKCS#12 file of any number of keys: `entries` are (friendly name, key, certificate)."""
    bags = []
    for name, key, cert in entries:
        attributes = der.set_of(der.attribute('local-key-id', der.octets(cert.fingerprint(hashes.SHA1()))),
                                der.attribute('friendly-name', der.tlv(der.BMP, name.encode('utf-16-be'))))
        shrouded = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                     serialization.BestAvailableEncryption(password.encode()))
        bags.append(der.seq(der.oid('p12-shrouded-key'), der.ctx(0, shrouded), attributes))
        bags.append(_cert_bag(cert, attributes))
    bags += [_cert_bag(cert) for cert in certificates]
    safe = der.seq(der.seq(der.oid('data'), der.ctx(0, der.octets(der.seq(*bags)))))
    salt = os.urandom(16)
    mac = hmac.new(pkcs12_mac_key(password, salt, rounds), safe, 'sha256').digest()
    mac_data = der.seq(der.seq(der.algorithm('sha256', der.null()), der.octets(mac)), der.octets(salt), der.integer(rounds))
    return der.seq(der.integer(3), der.seq(der.oid('data'), der.ctx(0, der.octets(safe))), mac_data)


def _cert_bag(cert, *attributes):
    value = cert.public_bytes(serialization.Encoding.DER)
    return der.seq(der.oid('p12-cert'), der.ctx(0, der.seq(der.oid('x509-cert'), der.ctx(0, der.octets(value)))), *attributes)


class Identity:
    """One certificate with its key and the path above it."""

    def __init__(self, folder, name, cert, key, chain, addresses):
        self.folder, self.name, self.cert, self.key, self.chain, self.addresses = folder, name, cert, key, chain, addresses
        self.address = addresses[0] if addresses else None
        self.der = cert.public_bytes(serialization.Encoding.DER)
        self.pem = cert.public_bytes(serialization.Encoding.PEM)
        self.fingerprint = hashlib.sha256(self.der).hexdigest()
        self.crt_file, self.key_file = self.path('crt'), self.path('key')

    def path(self, kind):
        return os.path.join(self.folder, self.name + '.' + kind)

    def pkcs12(self, password=PASSWORD, legacy=False):
        encryption = serialization.BestAvailableEncryption(password.encode())
        if legacy:
            encryption = (serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048)
                          .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())
                          .build(password.encode()))
        try:
            return pkcs12.serialize_key_and_certificates(self.name.encode(), self.key, self.cert, self.chain, encryption)
        except TypeError:
            # python3-cryptography 38 puts no X25519 key into a PKCS#12 file
            return pkcs12_of([(self.name, self.key, self.cert)], self.chain, password)

    def write(self):
        chain = b''.join(cert.public_bytes(serialization.Encoding.PEM) for cert in self.chain)
        for kind, data in (('crt', self.pem), ('chain', chain), ('key', key_pem(self.key))):
            with open(self.path(kind), 'wb') as out:
                out.write(data)


class Pki:
    """The whole test PKI; `pki['alice']` is an Identity."""

    def __init__(self, folder=None, keys=None):
        self.folder = folder or tempfile.mkdtemp(prefix='smimed-pki-')
        self.keys = keys if keys is not None else os.environ.get('SMIMED_TEST_KEYS')
        os.makedirs(self.folder, exist_ok=True)
        self.people = {}

    def __getitem__(self, name):
        if name not in self.people and name in AUTHORITIES:
            self._authority(name, *AUTHORITIES[name])
        elif name not in self.people:
            self._person(next(person for person in PEOPLE if person.name == name))
        return self.people[name]

    def make_all(self):
        return [self[name] for name in list(AUTHORITIES) + [person.name for person in PEOPLE]]

    def _authority(self, name, kind, issuer):
        key = cached_key(self.keys, name, kind)
        issuer_key = self[issuer].key if issuer else key
        subject = _name('smimed test ' + name)
        cert = certificate(subject, key.public_key(), self[issuer].cert.subject if issuer else subject, issuer_key, (-500, 3650),
                           _authority_extensions(key, issuer_key))
        self._add(Identity(self.folder, name, cert, key, [self[issuer].cert] if issuer else [], []))

    def _person(self, person):
        key = cached_key(self.keys, person.name, person.key)
        issuer = self[person.issuer]
        if person.digest == 'sha1':
            cert = self._sha1(person, key, issuer)
        else:
            cert = certificate(_name(person.name, person.subject_email), key.public_key(), issuer.cert.subject, issuer.key, person.days,
                               _person_extensions(person, key, issuer.key))
        addresses = list(person.addresses) + list(person.utf8) + ([person.subject_email] if person.subject_email else [])
        self._add(Identity(self.folder, person.name, cert, key, [issuer.cert] + issuer.chain, addresses))

    def _sha1(self, person, key, issuer):
        """python3-cryptography may refuse SHA-1 (it does where OpenSSL's policy says so); the DER is signed again by hand."""
        from cryptography.hazmat.primitives.asymmetric import padding
        cert = certificate(_name(person.name), key.public_key(), issuer.cert.subject, issuer.key, person.days,
                           _person_extensions(person, key, issuer.key))
        parts = list(der.Node(cert.tbs_certificate_bytes))
        sha1_rsa = der.seq(der.oid('1.2.840.113549.1.1.5'), der.null())
        tbs = der.seq(*[sha1_rsa if index == 2 else part.encoded for index, part in enumerate(parts)])
        signature = issuer.key.sign(tbs, padding.PKCS1v15(), hashes.SHA1())
        return x509.load_der_x509_certificate(der.seq(tbs, sha1_rsa, der.tlv(der.BIT_STRING, b'\0', signature)))

    def _add(self, identity):
        identity.write()
        self.people[identity.name] = identity

    @property
    def anchor(self):
        return self['root']

    def two_keys(self, *names, password=PASSWORD):
        """A PKCS#12 file that holds the keys and certificates of all of `names` and the chain without the root."""
        people = [self[name] for name in names]
        return pkcs12_of([(person.name, person.key, person.cert) for person in people], [self['intermediate'].cert], password)

    def issue(self, name, like='alice', **changes):
        """One more certificate for a key that is already there (so that it costs nothing)."""
        person = Person(name, **changes)
        issuer, key = self[person.issuer], self[like].key
        cert = certificate(_name(name), key.public_key(), issuer.cert.subject, issuer.key, person.days,
                           _person_extensions(person, key, issuer.key))
        self._add(Identity(self.folder, name, cert, key, [issuer.cert] + issuer.chain, list(person.addresses)))
        return self[name]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder')
    parser.add_argument('--keys', help='folder where keys are kept')
    parser.add_argument('--keys-only', metavar='STAMP', help='only make the keys, into FOLDER, and then this file')
    arguments = parser.parse_args()
    if arguments.keys_only:
        kinds = {name: kind for name, (kind, _) in AUTHORITIES.items()}
        kinds.update({person.name: person.key for person in PEOPLE})
        for name, kind in kinds.items():
            cached_key(arguments.folder, name, kind)
        with open(arguments.keys_only, 'w', encoding='utf-8') as stamp:
            stamp.write('\n'.join(kinds) + '\n')
        return
    pki = Pki(arguments.folder, arguments.keys)
    for identity in pki.make_all():
        with open(identity.path('p12'), 'wb') as out:
            out.write(identity.pkcs12())
    with open(os.path.join(arguments.folder, 'erin.p12'), 'wb') as out:
        out.write(pki.two_keys('erin-sign', 'erin-encrypt'))
    print('%d identities in %s, password "%s"' % (len(pki.people), arguments.folder, PASSWORD))


if __name__ == '__main__':
    main()
