#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real slapd with CRLs and CA certificates in it.

As a module: `with DirectoryServer({'cn=CA': {'certificateRevocationList;binary': [der]}}) as server: server.url('cn=CA', attribute)`.
As a program: holds `cn=CA` with a CRL and two CA certificates, and `cn=Empty`; prints `PORT SHA256-OF-THE-CRL` and serves until its
standard input is closed.
"""
import base64
import datetime
import hashlib
import sys
import urllib.parse

from slapd import BASE, Slapd


def values(attributes):
    return ['%s:: %s\n' % (attribute, base64.b64encode(value).decode()) for attribute, every in attributes.items() for value in every]


def ldif(name, attributes, base=BASE):
    """`cn` among the attributes: where the name escapes it."""
    full = '%s,%s' % (name, base)
    lines = ['dn:: ' + base64.b64encode(full.encode()).decode(), 'objectClass: cRLDistributionPoint', 'objectClass: pkiCA']
    attributes = {'cn': [name.partition('=')[2].encode()], **attributes}
    return '\n'.join(lines) + '\n' + ''.join(values(attributes)) + '\n'


class DirectoryServer(Slapd):
    def __init__(self, entries, base=BASE):
        super().__init__(base, debug='stats')
        self.entries = entries
        self.own = {}  # attributes of the base entry

    def ldif(self):
        yield 'dn: %s\nobjectClass: organization\nobjectClass: pkiCA\no: %s\n' % (self.base, self.base.partition(',')[0].partition('=')[2])
        yield ''.join(values(self.own)) + '\n'
        for name, attributes in self.entries.items():
            yield ldif(name, attributes, self.base)

    def replace(self, entries):
        """Others, at the same port."""
        self.kill()
        self.entries = entries
        self.fill()
        self.serve()

    def setting(self):
        """As `directories` names it."""
        return 'ldap://127.0.0.1:%d/%s' % (self.port, urllib.parse.quote(self.base))

    def url(self, name, attribute='certificateRevocationList;binary'):
        return 'ldap://127.0.0.1:%d/%s?%s' % (self.port, urllib.parse.quote('%s,%s' % (name, self.base)), attribute)


def make_authority(name, revoked):
    """A self-signed CA certificate and its CRL, both DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start, day = datetime.datetime(2026, 1, 1), datetime.timedelta(days=1)
    certificate = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()) \
        .serial_number(1).not_valid_before(start).not_valid_after(start + 3650 * day) \
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    crl = x509.CertificateRevocationListBuilder().issuer_name(subject).last_update(start).next_update(start + 3650 * day)
    for serial in range(2, revoked + 2):
        crl = crl.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(start).build())
    encoding = serialization.Encoding.DER
    return certificate.public_bytes(encoding), crl.sign(key, hashes.SHA256()).public_bytes(encoding)


def main():
    certificate, crl = make_authority('CA', 5000)
    other, _ = make_authority('Other CA', 0)
    entries = {'cn=CA': {'certificateRevocationList;binary': [crl], 'cACertificate;binary': [certificate, other]}, 'cn=Empty': {}}
    with DirectoryServer(entries) as server:
        print(server.port, hashlib.sha256(crl).hexdigest(), flush=True)
        sys.stdin.read()


if __name__ == '__main__':
    main()
