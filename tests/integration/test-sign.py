#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signing: what recipients get."""
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

SIGNERS = ('alice', 'carol', 'dan', 'oscar', 'eve-sign', 'erin-sign')


@test('A clear-signed message is multipart/signed with the right parameters and keeps its header')
def _(w):
    signed, report = w.client.sign(samples.RICH, 'alice@example.org')
    parsed = samples.parse(signed)
    tap.equal(parsed.get_content_type(), 'multipart/signed', 'Content-Type')
    tap.equal((parsed.get_param('protocol'), parsed.get_param('micalg')), ('application/pkcs7-signature', 'sha-256'), 'parameters')
    for name in ('From', 'To', 'Subject', 'Date', 'Message-ID', 'References'):
        tap.equal(parsed.get_all(name), samples.parse(samples.RICH).get_all(name), name)
    tap.equal(len(parsed.get_all('MIME-Version')), 1, 'MIME-Version')
    tap.equal(len(parsed.get_all('Content-Type')), 1, 'Content-Type')
    tap.equal((report['certificate'], report['digest']), (w.pki['alice'].fingerprint, 'sha-256'), 'report')
    part = parsed.get_payload(1)
    tap.equal((part.get_content_type(), part.get_filename()), ('application/pkcs7-signature', 'smime.p7s'), 'the signature part')


@test('What was signed is the entity of the message, byte for byte where it could be sent as it was')
def _(w):
    signed, _ = w.client.sign(samples.RICH, 'alice@example.org')
    entity, _ = samples.signed_parts(signed)
    tap.equal(entity.rstrip(b'\r\n'), samples.entity(samples.RICH).rstrip(b'\r\n'), 'the signed entity')


@test('A signed message has only lines that survive transport: CRLF, 7 bit, short, no From that is changed on the way')
def _(w):
    long_line = samples.message(body='x' * 5000 + '\r\nFrom here on\r\n.\r\ntrailing   \r\n')
    binary = samples.EIGHT_BIT.replace(b'\r\n', b'\n')
    for message in (samples.EIGHT_BIT, binary, long_line, samples.RICH):
        signed, _ = w.client.sign(message, 'alice@example.org')
        tap.true(all(octet < 0x80 for octet in signed), '7 bit')
        tap.true(signed.count(b'\n') == signed.count(b'\r\n') == signed.count(b'\r'), 'line ends')
        body = samples.signed_parts(signed)[0]
        tap.true(max(map(len, body.split(b'\r\n'))) <= 998, 'line length')
        tap.true(b'\nFrom ' not in body, 'a line that mail programs change')
        w.openssl_verify(signed)
        world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('The text of an eight-bit message comes out as it went in')
def _(w):
    signed, _ = w.client.sign(samples.EIGHT_BIT, 'alice@example.org')
    content, _ = w.client.open(signed)
    tap.equal(samples.parse(content).get_payload(decode=True), 'Grüße aus Köln\r\n'.encode(), 'the text')


@test('openssl verifies the signature of each kind of key, in each format')
def _(w):
    for name in SIGNERS:
        address = w.pki[name].address
        for form in ('clear', 'opaque'):
            signed, _ = w.client.sign(samples.message(address), address, format=form)
            if name == 'eve-sign':
                continue  # OpenSSL 3.0's cms knows no Ed25519 signer; the daemon itself does, below
            tap.contains(w.openssl_verify(signed), b'Hello.', name)


@test('Each kind of key signs, and the daemon finds its own signatures good')
def _(w):
    for name in SIGNERS:
        address = w.pki[name].address
        for form in ('clear', 'opaque'):
            signed, report = w.client.sign(samples.message(address), address, format=form)
            tap.equal(report['certificate'], w.pki[name].fingerprint, name)
            world.check_authenticated(w.client.open(signed)[1], w.pki[name])


@test('An opaque signature is application/pkcs7-mime with the message inside')
def _(w):
    signed, _ = w.client.sign(samples.RICH, 'alice@example.org', format='opaque')
    parsed = samples.parse(signed)
    tap.equal((parsed.get_content_type(), parsed.get_param('smime-type')), ('application/pkcs7-mime', 'signed-data'), 'Content-Type')
    tap.true(parsed.get_filename() == 'smime.p7m', 'file name')
    inner = w.openssl_verify(signed)
    tap.contains(inner, samples.entity(samples.RICH).rstrip(b'\r\n'), 'the content')


@test('A detached signature is DER over the bytes that were given')
def _(w):
    entity = samples.entity(samples.RICH)
    signature, _ = w.client.sign(entity, 'alice@example.org', format='detached')
    path = w.file('entity', entity)
    w.openssl_verify(signature, '-content', path, inform='DER')
    tap.equal(len(forge.Signed(signature).content), 1, 'no content inside')
    world.check_authenticated(w.client.verify(entity, signature, sender='alice@example.org'), w.pki['alice'])


@test('The signed attributes are those of RFC 8551, each once, and no weak algorithm is advertised')
def _(w):
    for address in ('alice@example.org', 'carol@example.org'):
        signed, _ = w.client.sign(samples.message(address), address)
        attributes = forge.Signed(samples.signed_parts(signed)[1]).attributes()
        for name in ('content-type', 'message-digest', 'signing-time', 'capabilities', 'signing-certificate-v2', 'key-preference'):
            tap.equal(len(attributes.get(der.OIDS[name], [])), 1, name)
        names = [one[0].oid for one in attributes[der.OIDS['capabilities']][0]]
        tap.contains(names, der.OIDS['aes-256-gcm'])
        tap.contains(names, der.OIDS['aes-256-cbc'])
        weak = {der.OIDS['des-ede3-cbc'], '1.2.840.113549.3.2', '1.3.14.3.2.7', der.OIDS['sha1']}
        tap.equal(weak & set(names), set(), 'weak capabilities')
        tap.true(names.index(der.OIDS['aes-256-gcm']) < names.index(der.OIDS['aes-256-cbc']), 'the best comes first')


@test('The chain travels with the signature, without its root')
def _(w):
    signed, _ = w.client.sign(samples.PLAIN, 'alice@example.org')
    data = samples.signed_parts(signed)[1]
    tap.contains(data, w.pki['alice'].der)
    tap.contains(data, w.pki['intermediate'].der)
    tap.true(w.pki['root'].der not in data, 'the root stays at home')


@test('With separate certificates the encryption certificate travels too, and is named as preferred')
def _(w):
    signed, _ = w.client.sign(samples.message('erin@example.org'), 'erin@example.org')
    data = samples.signed_parts(signed)[1]
    tap.contains(data, w.pki['erin-encrypt'].der)
    preferred = forge.Signed(data).attributes()[der.OIDS['key-preference']][0]
    serial = der.integer(w.pki['erin-encrypt'].cert.serial_number)
    tap.contains(preferred.encoded, serial)


@test('The signing time is now')
def _(w):
    import time
    signed, _ = w.client.sign(samples.PLAIN, 'alice@example.org')
    _, report = w.client.open(signed)
    tap.true(abs(world.signer(report)['signing-time'] - time.time()) < 120, 'signing-time')


@test('A certificate that soon expires signs, with a warning that counts the days')
def _(w):
    _, report = w.client.sign(samples.message('steve@example.org'), 'steve@example.org')
    warning = [one for one in report['warnings'] if one['code'] == 'expiring-soon']
    tap.equal(len(warning), 1, 'warnings')
    tap.true(warning[0]['days'] in (9, 10), 'days: %s' % warning[0]['days'])
    _, report = w.client.sign(samples.PLAIN, 'alice@example.org')
    tap.equal(report.get('warnings', []), [], 'no warning for alice')


@test('A certificate that is expired, not yet valid, untrusted or meant for something else does not sign')
def _(w):
    for name in ('frank-expired', 'grace-future', 'judy-other', 'heidi-server', 'ivan-nosign'):
        address = w.pki[name].address
        with raises('CertificateInvalid', 'NoCertificate', 'NotReady'):
            w.client.sign(samples.message(address), address)


@test('An own certificate that expired is told as invalid, not as missing')
def _(w):
    with raises('CertificateInvalid'):
        w.client.sign(samples.message('frank@example.org'), 'frank@example.org')
    with raises('CertificateInvalid'):
        w.client.sign(samples.message('judy@example.org'), 'judy@example.org')


@test('A message from somebody else is not signed with my certificate')
def _(w):
    with raises('AddressMismatch'):
        w.client.sign(samples.message('bob@example.org'), 'alice@example.org')


@test('Nor is one that names its sender twice, or so that readers may understand it in two ways; one whose client adds the field later is')
def _(w):
    rest = samples.HEAD.partition(b'\r\n')[2] + b'\r\nHello\r\n'
    for fields in (b'From: bob@example.org\r\nFrom: bob@example.org', b'From: alice@example.org\r\nfrom: bob@example.org', b'From: friends:;', b'From:',
                   b'From: alice@example.org\r\nX: y\rFrom: bob@example.org', b'From: (alice@example.org)'):
        for call in (lambda: w.client.sign(fields + b'\r\n' + rest, 'alice@example.org'),
                     lambda: w.client.encrypt(fields + b'\r\n' + rest, 'alice@example.org', ['bob@example.org'])):
            with raises('AddressMismatch') as caught:
                call()
            tap.true('alice@example.org' in caught.text, '%r: %s' % (fields, caught.text))
    output, _ = w.client.sign(rest, 'alice@example.org')
    _, report = w.client.open(b'From: alice@example.org\r\n' + output)
    tap.equal(report['protection'], 'verified', 'protection')


@test('An account without a certificate can not sign')
def _(w):
    w.client.register_account('nobody@example.org')
    with raises('NoCertificate', 'NotReady'):
        w.client.sign(samples.message('nobody@example.org'), 'nobody@example.org')


@test('What is no message is refused, and a message without a body is signed')
def _(w):
    with raises('Malformed'):
        w.client.sign(b'', 'alice@example.org')
    empty = b'From: alice@example.org\r\nTo: bob@example.org\r\nSubject: empty\r\n\r\n'
    signed, _ = w.client.sign(empty, 'alice@example.org')
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('Line ends alone and mixed line ends are signed so that they verify everywhere')
def _(w):
    for message in (samples.RICH.replace(b'\r\n', b'\n'), samples.PLAIN.replace(b'noon?\r\n', b'noon?\n')):
        signed, _ = w.client.sign(message, 'alice@example.org')
        w.openssl_verify(signed)
        world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('Signing an already signed message keeps the inner signature')
def _(w):
    once, _ = w.client.sign(samples.RICH, 'alice@example.org')
    twice, _ = w.client.sign(once, 'alice@example.org')
    _, report = w.client.open(twice)
    tap.equal([layer['type'] for layer in report['layers']], ['signed', 'signed'], 'layers')
    tap.true(all(layer['signers'][0]['signature'] == 'good' for layer in report['layers']), 'both are good')


if __name__ == '__main__':
    world.run(own=SIGNERS + ('erin-encrypt', 'frank-expired', 'grace-future', 'judy-other', 'heidi-server', 'ivan-nosign', 'steve-soon'))
