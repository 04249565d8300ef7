#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An organisation's address book: a real slapd with people, their certificates and groups.

As a module: `with AddressBook([person('uid=bob', 'bob@example.org', der)], tls=...) as book: book.url`. As a program, for the service ring: the book of
main(); prints one line of what a test must know, and serves until its standard input is closed.
"""
import base64
import os
import shutil
import subprocess
import sys
import tempfile

from slapd import BASE, Slapd

# inetOrgPerson, and Active Directory's attribute, which no schema of slapd's own has
SCHEMA = """include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.42.2.27.2.1.15 NAME 'rfc822MailMember' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
"""
INDEXES = """index objectClass eq
index mail eq
index proxyAddresses eq
"""
BINARY = ('userCertificate;binary', 'userSMIMECertificate')


def entry(name, classes, **attributes):
    """LDIF of one entry; bytes become base64, lists several values; `_` in a name stands for nothing else than itself."""
    lines = ['dn: %s,%s' % (name, BASE)] + ['objectClass: ' + one for one in classes]
    for key, values in attributes.items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            lines.append('%s:: %s' % (key, base64.b64encode(value).decode()) if isinstance(value, bytes) else '%s: %s' % (key, value))
    return '\n'.join(lines) + '\n\n'


def person(uid, mail=(), certificate=(), profile=(), proxies=()):
    return entry('uid=' + uid, ['inetOrgPerson', 'extensibleObject'], cn=uid, sn=uid, uid=uid, mail=mail, proxyAddresses=proxies,
                 **{BINARY[0]: certificate, BINARY[1]: profile})


def group(name, mail, members=(), addresses=()):
    names = ['%s,%s' % (one, BASE) for one in members] or ['cn=nobody,' + BASE]
    if addresses:
        return entry('cn=' + name, ['organizationalRole', 'extensibleObject'], cn=name, mail=mail, rfc822MailMember=addresses)
    return entry('cn=' + name, ['groupOfNames', 'extensibleObject'], cn=name, mail=mail, member=names)


class AddressBook(Slapd):
    """`entries`: LDIF texts. `tls`: (CA file, certificate file, key file): StartTLS and ldaps. `limits`, `extra`: lines of slapd.conf."""

    def __init__(self, entries, tls=None, limits='', extra=''):
        files = 'TLSCACertificateFile %s\nTLSCertificateFile %s\nTLSCertificateKeyFile %s\n' % tls if tls else ''
        super().__init__(schema=SCHEMA + files + extra, database=INDEXES + limits, tls=bool(tls))
        self.entries = entries

    def ldif(self):
        yield 'dn: %s\nobjectClass: organization\no: Test\n\n' % BASE
        yield from self.entries

    @property
    def url(self):
        return 'ldap://127.0.0.1:%d/%s' % (self.port, BASE)

    @property
    def tls_url(self):
        return 'ldaps://127.0.0.1:%d/%s' % (self.tls_port, BASE)

    @property
    def socket_url(self):
        return 'ldapi://%s/%s' % (self.socket, BASE)


def make_tls(folder):
    """(CA file, certificate file, key file) of a server with this address (`localhost` means the machine's name to libldap)."""
    import ipaddress
    import datetime
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def issue(name, key, issuer, issuer_key, *extensions):
        names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
        day, now = datetime.timedelta(days=1), datetime.datetime.utcnow()
        builder = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key()) \
            .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + 30 * day)
        for extension in extensions:
            builder = builder.add_extension(extension, False)
        return builder.sign(issuer_key, hashes.SHA256())

    def write(name, data):
        path = os.path.join(folder, name)
        with open(path, 'wb') as out:
            out.write(data)
        return path

    pem = serialization.Encoding.PEM
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = issue('Test TLS CA', ca_key, 'Test TLS CA', ca_key, x509.BasicConstraints(True, None))
    names = [x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]
    certificate = issue('Directory', key, 'Test TLS CA', ca_key, x509.SubjectAlternativeName(names))
    return (write('tls-ca.pem', ca.public_bytes(pem)), write('tls.pem', certificate.public_bytes(pem)),
            write('tls.key', key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())))


def cheap_certificate(template, number):
    """`template` (DER) with another serial number: reads well, its signature is wrong. `template` holds the serial 0x51...51 (16 bytes)."""
    return template.replace(b'\x02\x10' + b'\x51' * 16, b'\x02\x10\x51' + number.to_bytes(15, 'big'), 1)


def make_template(addresses=('many@example.org',), start=None, days=3650, issuer=None):
    """A certificate that cheap_certificate() makes many of; `start` in UTC; `issuer`: a name, which its owner didn't lend."""
    import datetime
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, start = ec.generate_private_key(ec.SECP256R1()), start or datetime.datetime(2026, 1, 1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'Many')])
    names = x509.SubjectAlternativeName([x509.RFC822Name(one) for one in addresses])
    certificate = x509.CertificateBuilder().subject_name(name).issuer_name(issuer or name).public_key(key.public_key()) \
        .serial_number(int.from_bytes(b'\x51' * 16, 'big')).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=days)) \
        .add_extension(names, False).sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.DER)


def main():
    """The service ring's book; the test certificates of the build are in the folder that the first argument names."""
    people = sys.argv[1]

    def der(name):
        return subprocess.run(['openssl', 'x509', '-in', os.path.join(people, name + '.crt'), '-outform', 'DER'], stdout=subprocess.PIPE,
                              check=True).stdout

    def profile(name):
        """As mail programs publish it: signed by the user, without content."""
        path = os.path.join(people, name)
        return subprocess.run(['openssl', 'cms', '-sign', '-binary', '-outform', 'DER', '-signer', path + '.crt', '-inkey', path + '.key',
                               '-certfile', path + '.chain'], input=b'', stdout=subprocess.PIPE, check=True).stdout

    template, folder = make_template(), tempfile.mkdtemp(prefix='smimed-tls-')
    entries = [
        person('bob', 'bob@example.org', der('bob')),
        person('alice', 'alice@example.org', profile=profile('alice')),
        person('trudy', [], der('trudy'), proxies=['SMTP:trudy@example.org', 'smtp:t.rudy@example.org']),
        person('star', 'star*@example.org', der('victor')),
        person('none', 'none@example.org'),
        person('garbage', 'garbage@example.org', profile=[b'\x30\x80garbage', b'\0' * 4000]),
        person('many', 'many@example.org', [cheap_certificate(template, number) for number in range(1000)]),
        person('huge', 'huge@example.org', profile=b'\x30' * 50000000),
        group('team', 'team@example.org', ['uid=bob', 'uid=trudy', 'uid=alice']),
        group('broken', 'broken@example.org', ['uid=bob', 'uid=gone']),
        group('list', 'list@example.org', addresses=['bob@example.org', 'outside@example.net']),
        group('crowd', 'crowd@example.org', ['uid=crowd%d' % number for number in range(600)]),
    ] + [person('same%d' % number, 'same@example.org', cheap_certificate(template, 2000 + number)) for number in range(300)]
    tls = make_tls(folder)
    try:
        with AddressBook(entries, tls, limits='sizelimit size.soft=50 size.hard=50 size.prtotal=unlimited') as book, \
                AddressBook([person('bob', 'bob@example.org', der('victor'))]) as plain:
            print(book.url, book.tls_url, book.socket_url, plain.url, tls[0], book.process.pid, flush=True)
            sys.stdin.read()
    finally:
        shutil.rmtree(folder)


if __name__ == '__main__':
    main()
