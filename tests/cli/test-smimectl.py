#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""smimectl as a person uses it: files, pipes, exit codes."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from command import smimectl  # noqa: E402
from pki import PASSWORD  # noqa: E402
from tap import test  # noqa: E402


@test('status says that S/MIME is off, and what to do about it')
def _(w):
    code, out, _ = smimectl(w, 'status')
    tap.equal(code, 0, 'exit code')
    tap.true(b'smimectl enable' in out, 'what to do')


@test('A key, an anchor and an account make ready to sign')
def _(w):
    code, out, error = smimectl(w, 'import', w.file('alice.p12', w.pki['alice'].pkcs12()), password=PASSWORD)
    tap.equal((code, error), (0, ''), 'import')
    tap.true(b'alice@example.org' in out, 'the certificate is shown')
    tap.equal(smimectl(w, 'import', '--role', 'anchor', w.pki['root'].crt_file)[0], 0, 'anchor')
    tap.equal(smimectl(w, 'enable')[0], 0, 'enable')
    code, out, _ = smimectl(w, 'account', 'add', 'alice@example.org')
    tap.equal((code, b'alice@example.org: ready' in out), (0, True), 'account')


@test('What is signed in a pipe is opened in a pipe, and the sender is proven')
def _(w):
    code, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.PLAIN)
    tap.equal(code, 0, 'sign')
    code, content, said = smimectl(w, 'open', data=signed)
    tap.equal(code, 0, 'open')
    tap.true('proven' in said and 'not proven' not in said, said)
    tap.true(b'Subject:' in content, 'the message comes out')


@test('A changed message is opened with exit code 3, and the reason in words')
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.PLAIN)
    body = signed.index(b'\r\n\r\n', signed.index(b'Content-Type: text')) + 4
    code, _, said = smimectl(w, 'open', data=signed[:body] + b'X' + signed[body + 1:])
    tap.equal(code, 3, 'exit code')
    tap.true('changed after it was signed' in said, said)


@test('--json is one line that a program can read')
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.PLAIN)
    _, out, _ = smimectl(w, 'open', '--json', data=signed)
    tap.equal(json.loads(out)['protection'], 'verified', 'protection')


@test('A recipient without a certificate stops the encryption with exit code 1, and is named')
def _(w):
    code, out, said = smimectl(w, 'encrypt', '--from', 'alice@example.org', '--to', 'nobody@example.org', data=samples.PLAIN)
    tap.equal((code, out), (1, b''), 'nothing comes out')
    tap.true('nobody@example.org' in said, said)
    code, out, _ = smimectl(w, 'recipients', '--from', 'alice@example.org', 'nobody@example.org')
    tap.equal(code, 3, 'recipients')


@test('Each Bcc copy is a file of its own')
def _(w):
    path = os.path.join(w.session.folder, 'sealed.eml')
    code, _, said = smimectl(w, 'encrypt', '--from', 'alice@example.org', '--to', 'alice@example.org', '--bcc', 'alice@example.org', '-o', path,
                             data=samples.PLAIN)
    tap.equal(code, 0, said)
    tap.true(os.path.exists(path) and os.path.exists(path + '.alice@example.org'), 'both files')
    code, content, _ = smimectl(w, 'open', path)
    tap.equal(code, 3, 'confidential, but not signed')


@test('Without --to each Bcc copy is a file of its own, too, and none has the name that was given')
def _(w):
    w.know('bob')
    path = os.path.join(w.session.folder, 'blind.eml')
    code, _, said = smimectl(w, 'encrypt', '--from', 'alice@example.org', '--bcc', 'alice@example.org', '--bcc', 'bob@example.org', '-o', path,
                             data=samples.PLAIN)
    tap.equal(code, 0, said)
    tap.equal([os.path.exists(path + suffix) for suffix in ('', '.alice@example.org', '.bob@example.org')], [False, True, True], 'files')


@test('A warning about a certificate says whose it is')
def _(w):
    w.know('bob')
    smimectl(w, 'policy', 'set', 'expiry-warning-days', '3650')
    _, _, said = smimectl(w, 'encrypt', '--from', 'alice@example.org', '--to', 'bob@example.org', data=samples.PLAIN)
    smimectl(w, 'policy', 'set', 'expiry-warning-days', '30')
    for name in ('alice', 'bob'):
        tap.true('- %s@example.org: The certificate expires soon' % name in said, said)


@test('The own key is exported with a strong password and refused with a weak one')
def _(w):
    path = os.path.join(w.session.folder, 'exported.p12')
    prefix = w.pki['alice'].fingerprint[:16]
    code, _, said = smimectl(w, 'export', prefix, '-o', path, password='x')
    tap.equal((code, os.path.exists(path)), (1, False), said)
    code, _, said = smimectl(w, 'export', prefix, '-o', path, password=PASSWORD)
    tap.equal(code, 0, said)
    subprocess.run(['openssl', 'pkcs12', '-in', path, '-nodes', '-passin', 'pass:' + PASSWORD], stdout=subprocess.DEVNULL, check=True)


@test('A wrong command line is exit code 2')
def _(w):
    tap.equal(smimectl(w, 'frobnicate')[0], 2, 'unknown command')
    tap.equal(smimectl(w, 'sign', data=samples.PLAIN)[0], 2, 'no --from')
    tap.equal(smimectl(w)[0], 2, 'nothing at all')


if __name__ == '__main__':
    world.run(settings={'enabled': 'false', 'revocation': "'off'"})
