# SPDX-License-Identifier: LGPL-2.1-or-later
"""Other people's S/MIME programs, set up with the test PKI: gpgsm and NSS's cmsutil."""
import contextlib
import hashlib
import os
import shutil
import subprocess

from pki import PASSWORD, pkcs12_of
from tap import Skip


def _need(*programs):
    missing = [one for one in programs if not shutil.which(one)]
    if missing:
        raise Skip('not installed: ' + ', '.join(missing))


def _run(command, data=None, environment=None, check=True):
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, timeout=60, check=False)
    if check and done.returncode:
        raise AssertionError('%s: %s' % (' '.join(command), done.stderr.decode(errors='replace')))
    return done.stdout if done.returncode == 0 else None


class _Peer:
    """A program with a folder of its own."""
    folder = None

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as out:
            out.write(data)
        return path


class Nss(_Peer):
    def __init__(self, pki, folder, names):
        _need('certutil', 'pk12util', 'cmsutil')
        self.folder = os.path.join(folder, 'nss')
        os.mkdir(self.folder)
        self.database = ['-d', 'sql:' + self.folder]
        _run(['certutil', '-N', *self.database, '--empty-password'])
        for name, trust in (('root', 'C,C,C'), ('intermediate', ',,')):
            _run(['certutil', '-A', *self.database, '-n', name, '-t', trust, '-i', pki[name].crt_file])
        for name in names:
            # NSS 3.87 reads legacy encryption alone; 3.110 wants attributes that python3-cryptography 43 doesn't write
            if not self.take(pki[name].pkcs12(legacy=True), check=False):
                self.take(pkcs12_of([(name, pki[name].key, pki[name].cert)], pki[name].chain))

    def take(self, p12, password=PASSWORD, check=True):
        return _run(['pk12util', '-i', self.file('in.p12', p12), *self.database, '-W', password, '-K', ''], check=check) is not None

    def know(self, identity):
        _run(['certutil', '-A', *self.database, '-n', identity.name, '-t', ',,', '-i', identity.crt_file])

    def sign(self, content, name, detached=True, digest='SHA256'):
        return _run(['cmsutil', '-S', *self.database, '-N', name, '-G', '-H', digest, '-i', self.file('in', content)] + (['-T'] if detached else []))

    def encrypt(self, content, address):
        return _run(['cmsutil', '-E', *self.database, '-r', address, '-i', self.file('in', content)])

    def open(self, data, content=None, check=True):
        """Verifies or decrypts -> the content; None where it fails and `check` is false."""
        detached = ['-c', self.file('content', content)] if content is not None else []
        return _run(['cmsutil', '-D', *self.database, '-u', '4', '-i', self.file('in', data), *detached], check=check)


class Gpgsm(_Peer):
    def __init__(self, pki, folder, names):
        _need('gpgsm', 'gpg-agent')
        self.folder = os.path.join(folder, 'gnupg')
        os.mkdir(self.folder, 0o700)
        self.environment = dict(os.environ, GNUPGHOME=self.folder)
        self.file('gpg-agent.conf', b'allow-loopback-pinentry\n')
        self.file('trustlist.txt', hashlib.sha1(pki['root'].der).hexdigest().upper().encode() + b' S relax\n')
        self.command = ['gpgsm', '--batch', '--no-tty', '--pinentry-mode', 'loopback', '--disable-crl-checks', '--disable-dirmngr',
                        '--disable-policy-checks']
        for name in ('root', 'intermediate'):
            self._gpgsm(['--import', pki[name].crt_file])
        for name in names:
            # By chance of the salt, gpgsm 2.2 fails at a file now and then, and takes the next one.
            if not any(self.take(pki[name].pkcs12(legacy=True), check=False) for _ in range(5)):
                raise AssertionError("gpgsm doesn't take the key of " + name)

    def take(self, p12, password=PASSWORD, check=True):
        return self._gpgsm(['--passphrase-fd', '0', '--import', self.file('in.p12', p12)], password.encode(), check=check) is not None

    def version(self):
        return tuple(int(part) for part in self._gpgsm(['--version']).split(b'\n')[0].split()[-1].split(b'.')[:2])

    def close(self):
        _run(['gpgconf', '--kill', 'all'], environment=self.environment, check=False)

    def _gpgsm(self, arguments, data=None, check=True):
        return _run(self.command + arguments, data, self.environment, check)

    def know(self, identity):
        self._gpgsm(['--import', identity.crt_file])

    def sign(self, content, address, detached=True, password=PASSWORD):
        return self._gpgsm(['--passphrase-fd', '0', '-u', address, '--detach-sign' if detached else '--sign', self.file('in', content)],
                           password.encode())

    def encrypt(self, content, address):
        return self._gpgsm(['-r', address, '--encrypt', self.file('in', content)])

    def verify(self, data, content, check=True):
        return self._gpgsm(['--verify', self.file('signature', data), self.file('in', content)], check=check) is not None

    def decrypt(self, data):
        """The plaintext. gpgsm's exit code counts each recipient that it has no key for as an error, so that it says nothing here."""
        out = os.path.join(self.folder, 'out')
        self._gpgsm(['--yes', '--passphrase-fd', '0', '-o', out, '--decrypt', self.file('in', data)], PASSWORD.encode(), check=False)
        with open(out, 'rb') as file:
            return file.read()


@contextlib.contextmanager
def gpgsm(pki, folder, names):
    peer = Gpgsm(pki, folder, names)
    try:
        yield peer
    finally:
        peer.close()
