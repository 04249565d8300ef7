# SPDX-License-Identifier: LGPL-2.1-or-later
"""What nearly every test starts from: a session whose daemon is switched on, trusts the test root and knows some people."""
import contextlib
import os
import re
import subprocess

import tap
from pki import Pki
from smimed_session import Session

SETTINGS = {'enabled': 'true', 'revocation': "'off'"}


class World:
    def __init__(self, session, pki=None):
        self.session, self.client = session, session.client()
        self.pki = pki or Pki(os.path.join(session.folder, 'pki'))
        self.paths, self.accounts = {}, {}

    def own(self, *names):
        """These people's keys are here, and each has an account."""
        for name in names:
            if name in self.paths:
                continue
            identity = self.pki[name]
            self.client.own(identity)
            self.paths[name] = self.client.certificate_path(identity.fingerprint)
            if identity.address and identity.address not in self.accounts:
                self.accounts[identity.address] = self.client.register_account(identity.address)
        return self.pki[names[0]]

    def know(self, *names):
        """These people's certificates are here."""
        for name in names:
            self.client.import_certificates(self.pki[name].der, 'correspondent')
        return self.pki[names[0]]

    def file(self, name, data):
        path = os.path.join(self.session.folder, name)
        with open(path, 'wb') as out:
            out.write(data)
        return path

    def openssl(self, *arguments, data=None, check=True):
        """The openssl command; its output."""
        done = subprocess.run(['openssl'] + [str(one) for one in arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=120)
        if check and done.returncode:
            raise AssertionError('openssl %s: %s' % (' '.join(map(str, arguments)), done.stderr.decode(errors='replace')))
        return done.stdout if done.returncode == 0 else None

    def openssl_sign(self, content, name, *arguments, text=False):
        """`openssl cms -sign` by that person -> the output; DER unless `-outform` says otherwise."""
        identity = self.pki[name]
        out = [] if '-outform' in arguments else ['-outform', 'DER']
        return self.openssl('cms', '-sign', '-binary', '-signer', identity.crt_file, '-inkey', identity.key_file, '-certfile',
                            self._chain(identity), *out, *arguments, data=content)

    def openssl_encrypt(self, content, names, *arguments):
        out = [] if '-outform' in arguments else ['-outform', 'DER']
        recipients = [self.pki[name].crt_file for name in names] if isinstance(names, (list, tuple)) else []
        return self.openssl('cms', '-encrypt', '-binary', *out, *arguments, *recipients, data=content)

    def openssl_decrypt(self, data, name, *arguments, inform='DER'):
        identity = self.pki[name]
        return self.openssl('cms', '-decrypt', '-binary', '-inform', inform, '-recip', identity.crt_file, '-inkey', identity.key_file,
                            *arguments, data=data)

    def openssl_verify(self, data, *arguments, inform='SMIME'):
        # not -binary with messages: there openssl takes the line ends away, and has to put them back
        binary = [] if inform == 'SMIME' else ['-binary']
        return self.openssl('cms', '-verify', *binary, '-inform', inform, '-CAfile', self.pki['root'].crt_file, *arguments, data=data)

    @staticmethod
    def _chain(identity):
        path = identity.path('intermediate-only')
        with open(path, 'wb') as out:
            out.write(b''.join(cert.public_bytes(_pem()) for cert in identity.chain[:1]))
        return path


def _pem():
    from cryptography.hazmat.primitives.serialization import Encoding
    return Encoding.PEM


@contextlib.contextmanager
def world(own=(), know=(), settings=None, trust=True, pki=None, **options):
    """`pki`: another world's, so that both have the same people."""
    with Session(settings=dict(SETTINGS, **(settings or {})), **options) as session:
        one = World(session, pki)
        if trust:
            one.client.trust(one.pki)
        one.own(*own) if own else None
        one.know(*know) if know else None
        yield one


def run(**options):
    """Runs the file's tests in one world."""
    tap.main(lambda: world(**options), log=lambda one: one.session.log())


# Looking into reports

def signer(report, layer=0, index=0):
    signed = [one for one in report['layers'] if one['type'] == 'signed']
    return signed[layer]['signers'][index]


def codes(problems):
    return sorted(one['code'] for one in problems)


def is_good(report):
    """Whether any signer of any layer is said to have signed."""
    return any(one.get('signature') == 'good' for layer in report.get('layers', []) for one in layer.get('signers', []))


def check_authenticated(report, identity):
    tap.true(report['authenticated'], 'not authenticated: %s' % brief(report))
    one = signer(report)
    tap.equal((one['signature'], one['chain'], one['address-match'], one['authenticated']), ('good', 'valid', True, True), 'the signer')
    tap.equal(one['certificate'], identity.fingerprint, "the signer's certificate")
    tap.equal(one['certificate-der'], identity.der, 'certificate-der')


def brief(report):
    """A report short enough for a failure's text."""
    text = repr({key: value for key, value in report.items()})
    return re.sub(r"b'[^']{40,}'|b\"[^\"]{40,}\"", "b'...'", text)[:3000]
