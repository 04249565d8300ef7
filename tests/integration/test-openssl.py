#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Both directions with the openssl command."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import test  # noqa: E402

PSS = ('-keyopt', 'rsa_padding_mode:pss')


def entity():
    return samples.entity(samples.RICH)


def check_signed(w, name, data, content=None, detached=False):
    content = content or entity()
    head = ('From: %s\r\n' % w.pki[name].address).encode()
    message = samples.multipart_signed(content, data, head=head) if detached else samples.pkcs7_mime(data, 'signed-data', head=head)
    seen, report = w.client.open(message, **{'entity-only': True})
    world.check_authenticated(report, w.pki[name])
    tap.equal(seen, content, 'the content')
    return world.signer(report)


@test('Signatures by openssl with each kind of key and digest are good')
def _(w):
    for name in ('alice', 'carol', 'dan', 'oscar'):
        for digest in ('sha256', 'sha384', 'sha512'):
            for detached in (True, False):
                data = w.openssl_sign(entity(), name, '-md', digest, *([] if detached else ['-nodetach']))
                tap.equal(check_signed(w, name, data, detached=detached)['digest'].replace('-', ''), digest, 'digest')


@test('RSASSA-PSS signatures by openssl are good, with each salt length')
def _(w):
    for digest in ('sha256', 'sha384', 'sha512'):
        for salt in ('max', 'digest', '20'):
            data = w.openssl_sign(entity(), 'alice', '-md', digest, '-nodetach', *PSS, '-keyopt', 'rsa_pss_saltlen:' + salt)
            check_signed(w, 'alice', data)


@test('A PSS signature with SHA-1 is not good')
def _(w):
    data = w.openssl_sign(entity(), 'alice', '-md', 'sha1', '-nodetach', *PSS)
    _, report = w.client.open(samples.pkcs7_mime(data, 'signed-data'))
    tap.equal((world.is_good(report), report['authenticated']), (False, False), 'report')


@test('A signer named by key id, without certificates in the message, is found among those that are known')
def _(w):
    data = w.openssl_sign(entity(), 'alice', '-nodetach', '-keyid')
    check_signed(w, 'alice', data)
    bare = w.openssl('cms', '-sign', '-binary', '-nodetach', '-nocerts', '-signer', w.pki['alice'].crt_file, '-inkey', w.pki['alice'].key_file,
                     '-outform', 'DER', data=entity())
    check_signed(w, 'alice', bare)


@test('A signer whose certificate is nowhere is told as such')
def _(w):
    victor = w.pki['victor']
    bare = w.openssl('cms', '-sign', '-binary', '-nodetach', '-nocerts', '-signer', victor.crt_file, '-inkey', victor.key_file,
                     '-outform', 'DER', data=entity())
    _, report = w.client.open(samples.pkcs7_mime(bare, 'signed-data'), sender=victor.address)
    one = world.signer(report)
    tap.true(one['signature'] != 'good' and not report['authenticated'], 'signer: %s' % one)
    tap.contains(world.codes(one['problems']), 'no-certificate')


@test('A message written by openssl as a whole opens')
def _(w):
    alice = w.pki['alice']
    for arguments in ((), ('-nodetach',), ('-nodetach', '-stream'), ('-crlfeol',)):
        data = w.openssl('cms', '-sign', '-signer', alice.crt_file, '-inkey', alice.key_file, '-certfile', alice.path('chain'),
                         '-from', 'alice@example.org', '-to', 'bob@example.org', '-subject', 'test', *arguments, data=entity())
        _, report = w.client.open(data)
        world.check_authenticated(report, alice)


@test('Streamed, indefinite and very long BER from openssl is read')
def _(w):
    content = samples.entity(samples.big(300000))
    for name in ('alice', 'carol'):
        data = w.openssl_sign(content, name, '-nodetach', '-stream', '-indef')
        check_signed(w, name, data, content)


@test('What openssl encrypts with each cipher opens')
def _(w):
    for cipher in ('aes128', 'aes192', 'aes256', 'aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm', 'des3'):
        for stream in ((), ('-stream', '-indef')):
            if stream and 'gcm' in cipher:
                continue
            data = w.openssl_encrypt(entity(), ['alice'], '-' + cipher, *stream)
            content, report = w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})
            tap.equal((content, report['layers'][0]['integrity']), (entity(), 'aead' if 'gcm' in cipher else 'none'), cipher)


@test('What openssl encrypts to each kind of key opens: RSA, OAEP with its parameters, ECDH with each digest')
def _(w):
    cases = [('alice', ()), ('alice', ('-keyid',))]
    for digest in ('sha1', 'sha256', 'sha384', 'sha512'):
        cases.append(('alice', ('-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:' + digest)))
        cases += [(name, ('-keyopt', 'ecdh_kdf_md:' + digest)) for name in ('carol', 'dan', 'oscar')]
    cases.append(('alice', ('-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256', '-keyopt', 'rsa_mgf1_md:sha512')))
    cases.append(('alice', ('-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_label:6c6162656c')))
    for name, options in cases:
        for cipher in ('aes256', 'aes-256-gcm'):
            data = w.openssl('cms', '-encrypt', '-binary', '-outform', 'DER', '-' + cipher, '-recip', w.pki[name].crt_file, *options, data=entity())
            try:
                content, report = w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})
            except smimed_session.Failure as failure:
                raise AssertionError('%s %s %s: %s' % (name, options, cipher, failure)) from failure
            tap.equal((content, report['layers'][0]['decrypted-with']), (entity(), w.pki[name].fingerprint), '%s %s' % (name, options))


@test('AES-128 and AES-192 key wraps open')
def _(w):
    for wrap in ('aes128-wrap', 'aes192-wrap', 'aes256-wrap'):
        data = w.openssl('cms', '-encrypt', '-binary', '-outform', 'DER', '-aes256', '-recip', w.pki['carol'].crt_file,
                         '-keyopt', 'ecdh_kdf_md:sha256', '-' + wrap, data=entity(), check=False)
        if data is not None:
            tap.equal(w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})[0], entity(), wrap)


@test('Of many recipients the own one is found')
def _(w):
    data = w.openssl_encrypt(entity(), ['bob', 'victor', 'ursula', 'carol', 'trudy'], '-aes256')
    content, report = w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})
    tap.equal((content, report['layers'][0]['decrypted-with'], len(report['layers'][0]['recipients'])),
              (entity(), w.pki['carol'].fingerprint, 5), 'opened')


@test('Signed, then encrypted, by openssl')
def _(w):
    signed = w.openssl('cms', '-sign', '-signer', w.pki['alice'].crt_file, '-inkey', w.pki['alice'].key_file,
                       '-certfile', w.pki['alice'].path('chain'), data=entity())
    sealed = w.openssl('cms', '-encrypt', '-aes256', '-from', 'alice@example.org', w.pki['carol'].crt_file, data=signed)
    _, report = w.client.open(sealed)
    tap.equal(report['protection'], 'verified-confidential', 'protection')
    world.check_authenticated(report, w.pki['alice'])


@test('openssl reads what the daemon wrote: signed in each format, encrypted with each cipher, and both')
def _(w):
    for form in ('clear', 'opaque'):
        for message in (samples.PLAIN, samples.RICH, samples.EIGHT_BIT):
            signed, _ = w.client.sign(message, 'alice@example.org', format=form)
            w.openssl_verify(signed)
    for cipher in ('aes-128-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm'):
        for name in ('bob', 'dan'):
            (output,), _ = w.client.encrypt(samples.RICH, 'alice@example.org', [w.pki[name].address], cipher=cipher, sign=True)
            inner = w.openssl_decrypt(samples.cms_of(output[1]), name)
            tap.contains(w.openssl_verify(inner), b'Gr=C3=BC=C3=9Fe', cipher)


@test('Large messages go both ways')
def _(w):
    message = samples.big(5000000)
    signed, _ = w.client.sign(message, 'alice@example.org')
    tap.equal(w.openssl_verify(signed).rstrip(), samples.entity(message).rstrip(), 'signed by the daemon')
    (output,), _ = w.client.encrypt(message, 'alice@example.org', ['bob@example.org'], cipher='aes-256-gcm')
    tap.equal(w.openssl_decrypt(samples.cms_of(output[1]), 'bob').rstrip(), samples.entity(message).rstrip(), 'sealed by the daemon')
    data = w.openssl_encrypt(samples.entity(message), ['alice'], '-aes-256-cbc', '-stream', '-indef')
    tap.equal(w.client.open(samples.pkcs7_mime(data), **{'entity-only': True})[0], samples.entity(message), 'sealed by openssl')


if __name__ == '__main__':
    world.run(own=('alice', 'carol', 'dan', 'oscar'), know=('bob', 'trudy', 'ursula'))
