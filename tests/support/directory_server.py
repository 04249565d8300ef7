#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real slapd with CRLs and CA certificates in it.

As a module: `with DirectoryServer({'cn=CA': {'certificateRevocationList;binary': [der]}}) as server: server.url('cn=CA', attribute)`.
As a program: holds `cn=CA` with a CRL and two CA certificates, and `cn=Empty`; prints `PORT SHA256-OF-THE-CRL` and serves until its
standard input is closed.
"""
import base64
import contextlib
import datetime
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse

BASE = 'o=Test'
SLAPD = shutil.which('slapd', path=os.environ.get('PATH', '') + ':/usr/sbin')
CONFIG = """modulepath /usr/lib/ldap
moduleload back_mdb
include /etc/ldap/schema/core.schema
pidfile %(folder)s/pid
database mdb
maxsize 268435456
suffix "%(base)s"
directory %(folder)s/data
"""


def values(attributes):
    return ['%s:: %s\n' % (attribute, base64.b64encode(value).decode()) for attribute, every in attributes.items() for value in every]


def ldif(name, attributes, base=BASE):
    """`cn` among the attributes: where the name escapes it."""
    full = '%s,%s' % (name, base)
    lines = ['dn:: ' + base64.b64encode(full.encode()).decode(), 'objectClass: cRLDistributionPoint', 'objectClass: pkiCA']
    attributes = {'cn': [name.partition('=')[2].encode()], **attributes}
    return '\n'.join(lines) + '\n' + ''.join(values(attributes)) + '\n'


class DirectoryServer:
    def __init__(self, entries, base=BASE):
        self.entries, self.base, self.process, self.port = entries, base, None, 0
        self.own = {}  # attributes of the base entry
        self.searches = []  # what was asked for, in the server's own words
        self.folder = tempfile.mkdtemp(prefix='smimed-slapd-')

    def start(self):
        config = self.fill()
        # The port is free now, and may not be a moment later.
        while not self.try_port(config):
            self.port = 0
        return self

    def fill(self):
        config = os.path.join(self.folder, 'slapd.conf')
        shutil.rmtree(os.path.join(self.folder, 'data'), ignore_errors=True)
        os.mkdir(os.path.join(self.folder, 'data'))
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG % {'folder': self.folder, 'base': self.base})
        data = ''.join(['dn: %s\nobjectClass: organization\nobjectClass: pkiCA\no: %s\n'
                        % (self.base, self.base.partition(',')[0].partition('=')[2])] + values(self.own)) + '\n'
        data += ''.join(ldif(name, attributes, self.base) for name, attributes in self.entries.items())
        subprocess.run([SLAPD, '-T', 'add', '-f', config], input=data, text=True, check=True)
        return config

    def replace(self, entries):
        """Others, at the same port."""
        self.halt()
        self.entries = entries
        if not self.try_port(self.fill()):
            raise AssertionError('the port %d has been taken' % self.port)

    def try_port(self, config):
        if not self.port:
            with socket.socket() as probe:
                probe.bind(('127.0.0.1', 0))
                self.port = probe.getsockname()[1]
        self.process = subprocess.Popen([SLAPD, '-f', config, '-h', 'ldap://127.0.0.1:%d' % self.port, '-d', 'stats'],
                                        stderr=subprocess.PIPE, text=True)
        log = self.process.stderr
        if not any('slapd starting' in line for line in log):
            self.process.wait()
            return False
        threading.Thread(target=lambda: self.searches.extend(line for line in log if ' SRCH base=' in line), daemon=True).start()
        return self.await_listening()

    def await_listening(self):
        """The port is its own when it says that it starts, but it doesn't listen yet, and says nothing more."""
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(('127.0.0.1', self.port)):
                return True
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.01)
                return False

    def halt(self):
        if self.process:
            self.process.terminate()
            self.process.wait()

    def stop(self):
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *args):
        self.stop()

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
