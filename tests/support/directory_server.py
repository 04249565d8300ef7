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
suffix "o=Test"
directory %(folder)s/data
"""


def ldif(name, attributes):
    lines = ['dn: %s,%s' % (name, BASE), 'objectClass: cRLDistributionPoint', 'objectClass: pkiCA', 'cn: ' + name.partition('=')[2]]
    for attribute, values in attributes.items():
        lines += ['%s:: %s' % (attribute, base64.b64encode(value).decode()) for value in values]
    return '\n'.join(lines) + '\n\n'


class DirectoryServer:
    def __init__(self, entries):
        self.entries, self.process, self.port = entries, None, 0
        self.folder = tempfile.mkdtemp(prefix='smimed-slapd-')

    def start(self):
        config = os.path.join(self.folder, 'slapd.conf')
        os.mkdir(os.path.join(self.folder, 'data'))
        with open(config, 'w', encoding='utf-8') as file:
            file.write(CONFIG % {'folder': self.folder})
        data = 'dn: %s\nobjectClass: organization\no: Test\n\n' % BASE
        data += ''.join(ldif(name, attributes) for name, attributes in self.entries.items())
        subprocess.run([SLAPD, '-T', 'add', '-f', config], input=data, text=True, check=True)
        # The port is free now, and may not be a moment later.
        while not self.try_port(config):
            pass
        return self

    def try_port(self, config):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen([SLAPD, '-f', config, '-h', 'ldap://127.0.0.1:%d' % self.port, '-d', 'stats'],
                                        stderr=subprocess.PIPE, text=True)
        log = self.process.stderr
        if not any('slapd starting' in line for line in log):
            self.process.wait()
            return False
        threading.Thread(target=lambda: [None for _ in log], daemon=True).start()
        return self.await_listening()

    def await_listening(self):
        """The port is its own when it says that it starts, but it doesn't listen yet, and says nothing more."""
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(('127.0.0.1', self.port)):
                return True
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.01)
                return False

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *args):
        self.stop()

    def url(self, name, attribute='certificateRevocationList;binary'):
        return 'ldap://127.0.0.1:%d/%s?%s' % (self.port, urllib.parse.quote('%s,%s' % (name, BASE)), attribute)


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
