#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Encrypting: all or nothing, each copy for its readers only."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import der  # noqa: E402
import forge  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'


def enveloped(data):
    return forge.Enveloped(samples.cms_of(data))




def readers(w, data, names):
    """Those of `names` whose certificate is named as a recipient."""
    found = enveloped(data)
    blob = b''.join(one.encoded for one in found.recipients)
    return [name for name in names if der.integer(w.pki[name].cert.serial_number) in blob
            or w.pki[name].cert.extensions.get_extension_for_class(_ski()).value.digest in blob]


def _ski():
    from cryptography.x509 import SubjectKeyIdentifier
    return SubjectKeyIdentifier


@test('An encrypted message is application/pkcs7-mime, keeps its header, and openssl decrypts it')
def _(w):
    (output,), report = w.client.encrypt(samples.RICH, ALICE, ['bob@example.org'])
    addresses, data = output
    tap.equal(addresses, ['bob@example.org'], 'addresses')
    parsed = samples.parse(data)
    tap.equal((parsed.get_content_type(), parsed.get_param('smime-type')), ('application/pkcs7-mime', 'enveloped-data'), 'Content-Type')
    for name in ('From', 'To', 'Subject', 'Date', 'Message-ID', 'References'):
        tap.equal(parsed.get_all(name), samples.parse(samples.RICH).get_all(name), name)
    tap.equal(report['cipher'], 'aes-256-cbc', 'cipher')
    plain = w.openssl_decrypt(samples.cms_of(data), 'bob')
    tap.equal(plain.rstrip(b'\r\n'), samples.entity(samples.RICH).rstrip(b'\r\n'), 'the plaintext')


@test('The sender can read what was sent')
def _(w):
    (output,), _ = w.client.encrypt(samples.RICH, ALICE, ['bob@example.org'])
    tap.true(w.openssl_decrypt(samples.cms_of(output[1]), 'alice'), 'alice reads it with openssl')
    content, report = w.client.open(output[1])
    tap.equal((report['confidential'], report['protection'], report['authenticated']), (True, 'confidential', False), 'report')
    tap.equal(samples.body(content).rstrip(b'\r\n'), samples.body(samples.RICH).rstrip(b'\r\n'), 'the body')


@test('openssl decrypts what was sent to each kind of key')
def _(w):
    for name in ('bob', 'carol', 'dan', 'oscar', 'erin-encrypt'):
        (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, [w.pki[name].address])
        tap.contains(w.openssl_decrypt(samples.cms_of(output[1]), name), b'Shall we meet', name)


@test('The daemon decrypts what was sent to each kind of own key, X25519 too')
def _(w):
    people = ('carol', 'dan', 'oscar', 'eve-encrypt', 'erin-encrypt')
    with world.world(own=people, pki=w.pki) as reader:
        for name in people:
            (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, [w.pki[name].address])
            content, report = reader.client.open(output[1])
            tap.contains(content, b'Shall we meet', name)
            tap.equal(report['layers'][0]['decrypted-with'], w.pki[name].fingerprint, 'decrypted-with')


@test('One recipient without a certificate, and nothing is encrypted')
def _(w):
    with raises('RecipientsNotReady') as caught:
        w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org', 'nobody@example.net'])
    tap.contains(caught.text, 'nobody@example.net')
    with raises('RecipientsNotReady') as caught:
        w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], bcc=['nobody@example.net'])
    tap.contains(caught.text, 'nobody@example.net')


@test('A recipient whose certificate may not be used stops the message')
def _(w):
    for name in ('frank-expired', 'grace-future', 'judy-other', 'heidi-server', 'erin-sign'):
        address = 'signonly@example.org' if name == 'erin-sign' else w.pki[name].address
        if name == 'erin-sign':
            w.client.import_certificates(w.pki.issue('signonly', like='erin-sign', usage=('digital_signature',)).der, 'correspondent')
        with raises('RecipientsNotReady'):
            w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org', address])


def rsa_key(modulus, exponent):
    return der.seq(der.algorithm('rsa', der.null()), der.tlv(der.BIT_STRING, b'\0', der.seq(der.integer(modulus), der.integer(exponent))))


@test('A key that nobody can use, or that keeps nothing secret, stops the message before anything is encrypted')
def _(w):
    modulus, curve = w.pki['bob'].cert.public_key().public_numbers().n, der.algorithm('1.2.840.10045.2.1', der.oid('1.2.840.10045.3.1.7'))
    long = 1 << 16391 | 1
    # Where OpenSSL doesn't even read it as a key, it is one for nothing: key-usage
    for name, key, codes in (('bob', rsa_key(modulus, 1), ['weak-key']), ('bob', rsa_key(modulus, 65536), ['weak-key']),
                             ('bob', rsa_key(modulus - 1, 65537), ['weak-key']),
                             ('bob', rsa_key(long, 65537), ['unsupported-algorithm', 'key-usage']),
                             ('bob', rsa_key(long >> 8 | 1, 1 << 64 | 1), ['unsupported-algorithm', 'key-usage']),
                             ('carol', der.seq(curve, der.tlv(der.BIT_STRING, b'\0\0')), ['malformed', 'key-usage']),
                             ('eve-encrypt', der.seq(der.algorithm('1.3.101.110'), der.tlv(der.BIT_STRING, b'\0', bytes(32))), ['weak-key'])):
        usage = ('key_encipherment',) if name == 'bob' else ('key_agreement',)
        like = w.pki.issue('open-' + name, like=name, addresses=['open@example.org'], usage=usage)
        path, = w.client.import_certificates(forge.with_key(like.cert, key, w.pki['intermediate'].key), 'correspondent')[0]
        ready, (verdict,) = w.client.evaluate(ALICE, ['open@example.org'])
        tap.true(not ready and world.codes(verdict['problems'])[0] in codes, '%s: %s, wanted %s' % (name, verdict['problems'], codes))
        with raises('RecipientsNotReady'):
            w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org', 'open@example.org'])
        w.client.delete(path)


@test('Nobody to send to is an error')
def _(w):
    with raises('InvalidArgument', 'RecipientsNotReady'):
        w.client.encrypt(samples.PLAIN, ALICE, [])
    with raises('InvalidArgument', 'RecipientsNotReady'):
        w.client.encrypt(samples.PLAIN, ALICE, ['not an address'])


@test('Each Bcc gets a copy of its own; no copy reveals another Bcc, none has a Bcc field')
def _(w):
    message = samples.PLAIN.replace(b'Subject:', b'Bcc: carol@example.org,\r\n dan@example.org\r\nSubject:')
    outputs, _ = w.client.encrypt(message, ALICE, ['bob@example.org'], bcc=['carol@example.org', 'dan@example.org'])
    tap.equal([addresses for addresses, _ in outputs], [['bob@example.org'], ['carol@example.org'], ['dan@example.org']], 'addresses')
    everybody = ('alice', 'bob', 'carol', 'dan')
    tap.equal(readers(w, outputs[0][1], everybody), ['alice', 'bob'], 'readers of the first copy')
    for (addresses, data), name in zip(outputs[1:], ('carol', 'dan')):
        found = readers(w, data, everybody)
        tap.true(name in found and 'alice' in found, '%s and alice read it: %s' % (name, found))
        tap.equal(set(found) & ({'carol', 'dan'} - {name}), set(), 'other Bcc addresses in the copy')
    for addresses, data in outputs:
        tap.equal(samples.parse(data)['Bcc'], None, 'Bcc')
        plain, _ = w.client.open(data)
        tap.equal(samples.parse(plain)['Bcc'], None, 'Bcc inside')
        for name in ('carol@example.org', 'dan@example.org'):
            tap.true(name.encode() not in samples.header(data), 'the header names %s' % name)


@test('Who is named twice as Bcc, perhaps in other case, gets one copy')
def _(w):
    names = ['carol@example.org', 'Carol@EXAMPLE.org', 'dan@example.org', 'carol@example.org', 'DAN@example.org']
    outputs, _ = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], bcc=names)
    wanted = [['bob@example.org'], ['carol@example.org', 'Carol@EXAMPLE.org'], ['dan@example.org', 'DAN@example.org']]
    tap.equal([addresses for addresses, _ in outputs], wanted, 'addresses')
    for (_, data), name in zip(outputs[1:], ('carol', 'dan')):
        tap.equal(readers(w, data, ('alice', 'bob', 'carol', 'dan')), sorted(['alice', name]), 'readers')


@test('Bcc only: one copy for each, and no shared one')
def _(w):
    try:
        outputs, _ = w.client.encrypt(samples.PLAIN, ALICE, [], bcc=['bob@example.org', 'carol@example.org'])
    except smimed_session.Failure as failure:
        tap.equal(failure.code, 'InvalidArgument', 'error')
        return
    seen = [addresses for addresses, _ in outputs if addresses]
    tap.equal(seen, [['bob@example.org'], ['carol@example.org']], 'addresses')


@test('The copies have nothing in common: each has its own key')
def _(w):
    outputs, _ = w.client.encrypt(samples.big(100000), ALICE, ['bob@example.org'], bcc=['carol@example.org'])
    first, second = (samples.cms_of(data) for _, data in outputs)
    tap.true(first[-1000:] != second[-1000:], 'ciphertexts differ')


@test('A recipient of unknown abilities gets CBC, with which openssl and everybody can do')
def _(w):
    (output,), report = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'])
    tap.equal((report['cipher'], enveloped(output[1]).cipher), ('aes-256-cbc', der.OIDS['aes-256-cbc']), 'cipher')


@test('GCM is used when each recipient has shown in a verified signature that it reads it')
def _(w):
    capable = w.client
    with world.world(own=('ursula',), pki=w.pki) as other:
        signed, _ = other.client.sign(samples.message('ursula@example.org', ALICE), 'ursula@example.org')
    (_,), before = capable.encrypt(samples.PLAIN, ALICE, ['ursula@example.org'])
    tap.equal(before['cipher'], 'aes-256-cbc', 'before the signature is seen')
    capable.import_from_message(signed)
    (output,), after = capable.encrypt(samples.PLAIN, ALICE, ['ursula@example.org'])
    tap.equal(after['cipher'], 'aes-256-gcm', 'after it')
    tap.equal(enveloped(output[1]).type, der.OIDS['auth-enveloped-data'], 'content type')
    tap.equal(samples.parse(output[1]).get_param('smime-type'), 'authEnveloped-data', 'smime-type')
    (_,), mixed = capable.encrypt(samples.PLAIN, ALICE, ['ursula@example.org', 'bob@example.org'])
    tap.equal(mixed['cipher'], 'aes-256-cbc', 'with bob, who has shown nothing')


@test('The cipher for recipients of unknown abilities is a setting')
def _(w):
    w.session.set('unknown-recipient-cipher', "'aes-128-cbc'")
    (output,), report = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'])
    tap.equal((report['cipher'], enveloped(output[1]).cipher), ('aes-128-cbc', der.OIDS['aes-128-cbc']), 'cipher')
    w.session.set('unknown-recipient-cipher', "'aes-256-cbc'")


@test('A cipher can be named, and openssl decrypts each')
def _(w):
    for name in ('aes-128-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm'):
        (output,), report = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], cipher=name)
        tap.equal((report['cipher'], enveloped(output[1]).cipher), (name, der.OIDS[name]), name)
        tap.contains(w.openssl_decrypt(samples.cms_of(output[1]), 'bob'), b'Shall we meet', name)


@test('An unknown, broken or reading-only cipher is refused')
def _(w):
    for name in ('rot13', 'des-ede3-cbc', '3des', 'rc2', ''):
        with raises('InvalidArgument', 'NotSupported'):
            w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], cipher=name)


@test('With GCM the layer is told as authenticated encryption, with CBC as without integrity')
def _(w):
    for cipher, integrity in (('aes-256-gcm', 'aead'), ('aes-256-cbc', 'none')):
        (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], cipher=cipher)
        _, report = w.client.open(output[1])
        layer = report['layers'][0]
        tap.equal((layer['type'], layer['cipher'], layer['integrity']), ('encrypted', cipher, integrity), 'layer')
        tap.equal(len(layer['recipients']), 2, 'recipients')
        tap.true(all('key-id' in one or 'serial' in one for one in layer['recipients']), 'recipients are named')


@test('The raw format is the DER alone')
def _(w):
    (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'], format='raw')
    tap.contains(w.openssl_decrypt(output[1], 'bob'), b'Shall we meet')
    tap.equal(der.Node(output[1])[0].oid, der.OIDS['enveloped-data'], 'type')


@test('Signed and encrypted: the signature is inside, and the reader sees both')
def _(w):
    for form in ('clear', 'opaque'):
        (output,), report = w.client.encrypt(samples.RICH, ALICE, ['bob@example.org'], sign=True, **{'signature-format': form})
        tap.equal(report['certificate'], w.pki['alice'].fingerprint, 'certificate')
        tap.true(w.pki['alice'].der not in samples.cms_of(output[1]), 'the signer is not visible outside')
        content, seen = w.client.open(output[1])
        tap.equal([layer['type'] for layer in seen['layers']], ['encrypted', 'signed'], 'layers')
        tap.equal((seen['protection'], seen['layers'][1]['format']), ('verified-confidential', form), 'protection')
        world.check_authenticated(seen, w.pki['alice'])
        tap.equal(samples.body(content).rstrip(b'\r\n'), samples.body(samples.RICH).rstrip(b'\r\n'), 'the body')


@test('Duplicate addresses are folded')
def _(w):
    (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org', 'Bob@example.org', 'bob@EXAMPLE.ORG'])
    tap.equal(len(enveloped(output[1]).recipients), 2, 'recipients: bob and alice')


@test('The report names the certificate of each recipient')
def _(w):
    (_,), report = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org', 'carol@example.org'])
    text = repr(report['recipients'])
    for name in ('bob', 'carol'):
        tap.contains(text, w.pki[name].fingerprint)


@test('The lines of an encrypted message survive transport')
def _(w):
    for message in (samples.EIGHT_BIT, samples.RICH.replace(b'\r\n', b'\n')):
        (output,), _ = w.client.encrypt(message, ALICE, ['bob@example.org'])
        data = output[1]
        tap.true(all(octet < 0x80 for octet in samples.body(data)) and data.count(b'\n') == data.count(b'\r\n'), 'CRLF, 7 bit')
        tap.true(max(map(len, data.split(b'\r\n'))) <= 998, 'line length')


@test('An account without an encryption certificate can not encrypt, for the sender could not read it')
def _(w):
    w.client.register_account('nobody@example.org')
    with raises('NotReady', 'NoCertificate'):
        w.client.encrypt(samples.message('nobody@example.org'), 'nobody@example.org', ['bob@example.org'])
    with raises('NoSuchAccount'):
        w.client.encrypt(samples.message('stranger@example.org'), 'stranger@example.org', ['bob@example.org'])


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob', 'carol', 'dan', 'oscar', 'eve-encrypt', 'erin-encrypt', 'frank-expired', 'grace-future',
                                    'judy-other', 'heidi-server', 'ursula'))
