#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Both directions with gpgsm and with cmsutil of NSS."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import contextlib  # noqa: E402

import peers  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'
BOB = 'bob@example.org'
PASSPHRASE = 'a long and rather good passphrase 47'
HEAD = b'From: bob@example.org\r\nTo: alice@example.org\r\n'


def entity():
    return samples.entity(samples.RICH)


def nss(w):
    if not hasattr(w, 'nss'):
        w.nss = peers.Nss(w.pki, w.session.folder, ['bob'])
        for name in ('alice', 'victor'):
            w.nss.know(w.pki[name])
    return w.nss


@test('NSS: its signatures, detached and opaque, are good')
def _(w):
    for digest in ('SHA256', 'SHA384', 'SHA512'):
        _, report = w.client.open(samples.multipart_signed(entity(), nss(w).sign(entity(), 'bob', digest=digest), head=HEAD))
        world.check_authenticated(report, w.pki['bob'])
    content, report = w.client.open(samples.pkcs7_mime(nss(w).sign(entity(), 'bob', detached=False), 'signed-data', head=HEAD), **{'entity-only': True})
    world.check_authenticated(report, w.pki['bob'])
    tap.equal(content, entity(), 'content')


@test('NSS: what it encrypts opens')
def _(w):
    data = nss(w).encrypt(entity(), ALICE)
    content, report = w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})
    tap.equal((content, report['confidential']), (entity(), True), 'content')


@test('NSS: verifies what the daemon signs, and notices a change')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE)
    content, signature = samples.signed_parts(signed)
    tap.equal(nss(w).open(signature, content), content, 'content')
    tap.equal(nss(w).open(signature, content + b'x', check=False), None, 'with a change')
    signed, _ = w.client.sign(samples.RICH, ALICE, format='opaque')
    tap.contains(nss(w).open(samples.cms_of(signed)), b'Gr=C3=BC')


@test('NSS: decrypts what the daemon encrypts, signed inside or not')
def _(w):
    (output,), _ = w.client.encrypt(samples.RICH, ALICE, [BOB])
    tap.contains(nss(w).open(samples.cms_of(output[1])), b'Gr=C3=BC')
    (output,), _ = w.client.encrypt(samples.RICH, ALICE, [BOB, 'victor@example.org'], sign=True, **{'signature-format': 'opaque'})
    inner = nss(w).open(samples.cms_of(output[1]))
    tap.contains(nss(w).open(samples.cms_of(inner)), b'Gr=C3=BC')


@contextlib.contextmanager
def gpgsm(w):
    if not hasattr(w, 'gpgsm'):
        w.gpgsm = w.gpgsm_stack.enter_context(peers.gpgsm(w.pki, w.session.folder, ['bob']))
        w.gpgsm.know(w.pki['alice'])
    yield w.gpgsm


@test('gpgsm: its signatures, detached and opaque, are good')
def _(w):
    with gpgsm(w) as peer:
        _, report = w.client.open(samples.multipart_signed(entity(), peer.sign(entity(), BOB), head=HEAD))
        world.check_authenticated(report, w.pki['bob'])
        content, report = w.client.open(samples.pkcs7_mime(peer.sign(entity(), BOB, detached=False), 'signed-data', head=HEAD), **{'entity-only': True})
        world.check_authenticated(report, w.pki['bob'])
        tap.equal(content, entity(), 'content')


@test('gpgsm: what it encrypts opens')
def _(w):
    with gpgsm(w) as peer:
        content, report = w.client.open(samples.pkcs7_mime(peer.encrypt(entity(), ALICE)), **{'entity-only': True})
        tap.equal((content, report['confidential']), (entity(), True), 'content')


@test('gpgsm: verifies what the daemon signs, and notices a change')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE)
    content, signature = samples.signed_parts(signed)
    with gpgsm(w) as peer:
        tap.true(peer.verify(signature, content), 'verified')
        tap.true(not peer.verify(signature, content + b'x', check=False), 'with a change')


@test('gpgsm: decrypts what the daemon encrypts')
def _(w):
    (output,), _ = w.client.encrypt(samples.RICH, ALICE, [BOB])
    with gpgsm(w) as peer:
        tap.contains(peer.decrypt(samples.cms_of(output[1])), b'Gr=C3=BC')


def exported(w):
    return w.client.export_pkcs12([w.client.certificate_path(w.pki['alice'].fingerprint)], PASSPHRASE)


@test('NSS: takes a key that is exported, and signs with it')
def _(w):
    tap.true(nss(w).take(exported(w), PASSPHRASE), 'taken')
    _, report = w.client.open(samples.multipart_signed(entity(), nss(w).sign(entity(), 'alice'), head=HEAD.replace(b'bob', b'alice')))
    world.check_authenticated(report, w.pki['alice'])


@test('gpgsm: takes a key that is exported, and signs with it')
def _(w):
    with gpgsm(w) as peer:
        if peer.version() < (2, 4):
            raise tap.Skip('gpgsm 2.2 reads no PKCS#12 file whose password is hashed with SHA-256, those of openssl neither')
        tap.true(peer.take(exported(w), PASSPHRASE), 'taken')
        signature = peer.sign(entity(), ALICE, password=PASSPHRASE)
        _, report = w.client.open(samples.multipart_signed(entity(), signature, head=HEAD.replace(b'bob', b'alice')))
        world.check_authenticated(report, w.pki['alice'])


@contextlib.contextmanager
def with_peers():
    with world.world(own=('alice',), know=('bob', 'victor')) as w, contextlib.ExitStack() as stack:
        w.gpgsm_stack = stack
        yield w


if __name__ == '__main__':
    tap.main(with_peers, log=lambda w: w.session.log())
