#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opening, verifying and inspecting: the report says what is so."""
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


def signed_by_alice(w, message=samples.RICH, **options):
    return w.client.sign(message, ALICE, **options)[0]


@test('A clear-signed message comes back as it was signed, with its outer header')
def _(w):
    signed = signed_by_alice(w)
    content, report = w.client.open(signed)
    entity, _ = samples.signed_parts(signed)
    tap.equal(samples.entity(content), entity, 'the entity, byte for byte')
    for name in ('From', 'To', 'Subject', 'Date', 'Message-ID', 'References'):
        tap.equal(samples.parse(content).get_all(name), samples.parse(samples.RICH).get_all(name), name)
    tap.equal((len(samples.parse(content).get_all('Content-Type')), report['sender']), (1, ALICE), 'header')
    tap.equal((report['protection'], report['authenticated'], report['confidential']), ('verified', True, False), 'report')
    layer, = report['layers']
    tap.equal((layer['type'], layer['format']), ('signed', 'clear'), 'layer')
    world.check_authenticated(report, w.pki['alice'])


@test('A signer is described: subject, issuer, addresses, algorithm, digest, chain')
def _(w):
    one = world.signer(w.client.open(signed_by_alice(w))[1])
    tap.contains(one['subject'], 'alice')
    tap.contains(one['issuer'], 'intermediate')
    tap.equal((one['addresses'], one['digest']), ([ALICE], 'sha-256'), 'addresses and digest')
    tap.true(one['algorithm'], 'algorithm')
    tap.contains(one['chain-der'], w.pki['intermediate'].der)
    tap.equal(one['problems'], [], 'problems')


@test('With entity-only the inner entity comes alone, byte for byte what was signed')
def _(w):
    for form in ('clear', 'opaque'):
        signed = signed_by_alice(w, format=form)
        content, _ = w.client.open(signed, **{'entity-only': True})
        tap.equal(content.rstrip(b'\r\n'), samples.entity(samples.RICH).rstrip(b'\r\n'), form)
    entity, _ = samples.signed_parts(signed_by_alice(w))
    tap.equal(w.client.open(signed_by_alice(w), **{'entity-only': True})[0], entity, 'clear, exactly')


@test('An opaque message opens')
def _(w):
    content, report = w.client.open(signed_by_alice(w, format='opaque'))
    tap.equal(report['layers'][0]['format'], 'opaque', 'format')
    world.check_authenticated(report, w.pki['alice'])
    tap.equal(samples.body(content).rstrip(b'\r\n'), samples.body(samples.RICH).rstrip(b'\r\n'), 'the body')


@test('Verify takes the entity and the signature, DER or base64')
def _(w):
    import base64
    entity, signature = samples.signed_parts(signed_by_alice(w))
    for form in (signature, base64.b64encode(signature), base64.encodebytes(signature), base64.encodebytes(signature).replace(b'\n', b'\r\n')):
        report = w.client.verify(entity, form, sender=ALICE)
        world.check_authenticated(report, w.pki['alice'])
        tap.equal(report['protection'], 'verified', 'protection')


@test('Verify says bad when a single byte of the content differs')
def _(w):
    entity, signature = samples.signed_parts(signed_by_alice(w))
    report = w.client.verify(entity.replace(b'daten', b'datem', 1), signature, sender=ALICE)
    one = world.signer(report)
    tap.equal((one['signature'], report['authenticated'], report['protection']), ('bad', False, 'none'), 'report')
    tap.contains(world.codes(one['problems']), 'signature-mismatch')


@test('Content whose line ends were changed on the way still verifies')
def _(w):
    entity, signature = samples.signed_parts(signed_by_alice(w))
    world.check_authenticated(w.client.verify(entity.replace(b'\r\n', b'\n'), signature, sender=ALICE), w.pki['alice'])
    signed = signed_by_alice(w).replace(b'\r\n', b'\n')
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('The sender is compared: From, or Sender, or the option; another address does not match')
def _(w):
    signed = signed_by_alice(w)
    forged = signed.replace(b'<alice@example.org>', b'<boss@example.org>', 1)
    _, report = w.client.open(forged)
    one = world.signer(report)
    tap.equal((one['signature'], one['address-match'], one['authenticated'], report['authenticated']), ('good', False, False, False), 'forged')
    tap.equal(report['protection'], 'none', 'protection')
    tap.contains(world.codes(one['problems']), 'address-mismatch')
    tap.equal(w.client.open(forged, sender=ALICE)[1]['authenticated'], True, 'with the option')
    tap.equal(w.client.open(signed, sender='boss@example.org')[1]['authenticated'], False, 'with another option')


@test('Two From fields, or two From addresses, do not lend each other a signature')
def _(w):
    signed = signed_by_alice(w)
    doubled = signed.replace(b'To: bob', b'From: boss@example.org\r\nTo: bob', 1)
    tap.equal(_authenticated(w, doubled), False, 'two From fields, the signer first')
    tap.equal(_authenticated(w, b'From: boss@example.org\r\n' + signed), False, 'two From fields, the signer second')
    listed = signed.replace(b'<alice@example.org>', b'<alice@example.org>, boss@example.org', 1)
    content = _authenticated(w, listed)
    tap.equal(content, False, 'two addresses in From')


def _authenticated(w, message):
    try:
        return w.client.open(message)[1]['authenticated']
    except smimed_session.Failure as failure:
        tap.contains(('Malformed',), failure.code)
        return False


@test('A display name that looks like an address is not compared')
def _(w):
    signed = signed_by_alice(w).replace(b'=?utf-8?q?Alice_L=C3=B6w?= <alice@example.org>', b'"alice@example.org" <boss@example.org>', 1)
    tap.equal(w.client.open(signed)[1]['authenticated'], False, 'authenticated')


@test('An encrypted message shows its cipher, its recipients and the key that opened it')
def _(w):
    data = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['alice', 'bob'], '-aes-256-cbc'))
    content, report = w.client.open(data)
    layer, = report['layers']
    tap.equal((layer['type'], layer['cipher'], layer['integrity'], layer['decrypted-with']),
              ('encrypted', 'aes-256-cbc', 'none', w.pki['alice'].fingerprint), 'layer')
    tap.equal(len(layer['recipients']), 2, 'recipients')
    wanted = '%x' % w.pki['bob'].cert.serial_number
    tap.true(any(one.get('serial', '').lstrip('0') == wanted.lstrip('0') for one in layer['recipients']), 'serial numbers: %s' % layer['recipients'])
    tap.equal((report['confidential'], report['protection']), (True, 'confidential'), 'protection')
    tap.contains(world.codes(report['warnings']), 'no-integrity')
    tap.equal(samples.entity(content), samples.entity(samples.RICH), 'the content')


@test('Content without a header of its own comes below that of the message')
def _(w):
    head = samples.HEAD + b'Received: from somewhere\r\n'
    for content in (b'Hello,\r\nno header here\r\n', b'\x30\x03\x02\x01\x05', b''):
        signed = forge.simple_signed(w.pki['alice'], content, chain=[w.pki['intermediate']])
        whole, report = w.client.open(samples.pkcs7_mime(signed, 'signed-data', head=head))
        world.check_authenticated(report, w.pki['alice'])
        tap.equal(whole, head + b'MIME-Version: 1.0\r\n\r\n' + content, 'the message')
        tap.equal(w.client.open(samples.pkcs7_mime(signed, 'signed-data'), **{'entity-only': True})[0], content, 'the content alone')


@test('A message for somebody else needs a key that is not here')
def _(w):
    data = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['victor'], '-aes-256-cbc'))
    with raises('NoPrivateKey'):
        w.client.open(data)


@test('Old mail stays readable: an expired certificate still decrypts')
def _(w):
    w.client.own(w.pki['frank-expired'])
    data = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['frank-expired'], '-aes-256-cbc'))
    content, report = w.client.open(data)
    tap.equal(report['layers'][0]['decrypted-with'], w.pki['frank-expired'].fingerprint, 'decrypted-with')
    tap.equal(samples.entity(content), samples.entity(samples.RICH), 'the content')


@test('3DES is read, and flagged')
def _(w):
    data = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-des3'))
    _, report = w.client.open(data)
    tap.contains(world.codes(report['warnings']), 'weak-algorithm')


@test('A compressed message is decompressed')
def _(w):
    data = samples.pkcs7_mime(forge.compressed(samples.entity(samples.RICH)), 'compressed-data', name='smime.p7z')
    content, report = w.client.open(data)
    tap.equal([layer['type'] for layer in report['layers']], ['compressed'], 'layers')
    tap.equal((samples.entity(content), report['protection']), (samples.entity(samples.RICH), 'none'), 'content')


@test('Triple wrap: signed, encrypted, signed; each layer is told, the outermost first')
def _(w):
    inner = forge.simple_signed(w.pki['alice'], samples.entity(samples.RICH), chain=[w.pki['intermediate']])
    inner_entity = samples.pkcs7_mime(inner, 'signed-data', head=b'').replace(b'MIME-Version: 1.0\r\n', b'')
    sealed = w.openssl_encrypt(inner_entity, ['alice'], '-aes-256-gcm')
    sealed_entity = samples.pkcs7_mime(sealed, 'authEnveloped-data', head=b'').replace(b'MIME-Version: 1.0\r\n', b'')
    outer = samples.multipart_signed(sealed_entity, forge.simple_signed(w.pki['alice'], sealed_entity, detached=True,
                                                                      chain=[w.pki['intermediate']]))
    content, report = w.client.open(outer)
    tap.equal([layer['type'] for layer in report['layers']], ['signed', 'encrypted', 'signed'], 'layers')
    tap.true(all(layer['signers'][0]['signature'] == 'good' for layer in report['layers'] if layer['type'] == 'signed'), 'signatures')
    tap.equal(report['layers'][1]['integrity'], 'aead', 'integrity')
    tap.equal((samples.entity(content), report['authenticated']), (samples.entity(samples.RICH), True), 'content')


@test('Compressed inside signed inside encrypted opens too')
def _(w):
    entity = samples.pkcs7_mime(forge.compressed(samples.entity(samples.RICH)), 'compressed-data', head=b'')
    signed = samples.pkcs7_mime(forge.simple_signed(w.pki['alice'], entity, chain=[w.pki['intermediate']]), 'signed-data', head=b'')
    data = samples.pkcs7_mime(w.openssl_encrypt(signed, ['alice'], '-aes-256-gcm'), 'authEnveloped-data')
    content, report = w.client.open(data)
    tap.equal([layer['type'] for layer in report['layers']], ['encrypted', 'signed', 'compressed'], 'layers')
    tap.equal(samples.body(content), samples.body(samples.RICH), 'content')


@test('Two signers get one verdict each, and one good one is enough')
def _(w):
    entity = samples.entity(samples.RICH)
    good = forge.signer_info(w.pki['alice'], forge.attributes_for(entity))
    bad = forge.signer_info(w.pki['carol'], forge.attributes_for(b'something else'))
    data = forge.signed_data(None, [good, bad], [w.pki['alice'], w.pki['carol'], w.pki['intermediate']])
    _, report = w.client.open(samples.multipart_signed(entity, data))
    signers = {one['certificate']: one['signature'] for one in report['layers'][0]['signers']}
    tap.equal(signers, {w.pki['alice'].fingerprint: 'good', w.pki['carol'].fingerprint: 'bad'}, 'signers')
    tap.equal((report['authenticated'], report['protection']), (True, 'verified'), 'report')


@test('A SignedData without signers authenticates nobody')
def _(w):
    data = samples.pkcs7_mime(forge.signed_data(samples.entity(samples.RICH), [], [w.pki['alice']]), 'signed-data')
    authenticates_nobody(w, data)


def authenticates_nobody(w, data):
    try:
        _, report = w.client.open(data)
    except smimed_session.Failure as failure:
        tap.contains(('NotProtected', 'Malformed'), failure.code)
        return
    tap.equal((report['authenticated'], report['protection'], world.is_good(report)), (False, 'none', False), 'report')


@test('A bag of certificates authenticates nobody')
def _(w):
    bag = w.openssl('crl2pkcs7', '-nocrl', '-certfile', w.pki['alice'].crt_file, '-outform', 'DER')
    authenticates_nobody(w, samples.pkcs7_mime(bag, 'certs-only', name='smime.p7c'))


@test('A plain message is not protected, whatever it is called')
def _(w):
    for message in (samples.PLAIN, samples.RICH, samples.PLAIN.replace(b'text/plain', b'application/pkcs7-signature')):
        with raises('NotProtected', 'Malformed'):
            w.client.open(message)
    with raises('NotProtected'):
        w.client.open(samples.PLAIN)


@test('A PGP message is not S/MIME')
def _(w):
    pgp = samples.multipart_signed(samples.entity(samples.PLAIN), b'-----BEGIN PGP SIGNATURE-----', 'pgp-sha256', protocol='application/pgp-signature')
    with raises('NotProtected'):
        w.client.open(pgp)


@test('A signed part beside other parts lends its verdict to nobody')
def _(w):
    part = samples.entity(signed_by_alice(w))
    mixed = (b'From: alice@example.org\r\nTo: bob@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mm\r\n\r\n'
             b'--mm\r\nContent-Type: text/plain\r\n\r\nPay 1,000,000 to Mallory.\r\n--mm\r\n' + part + b'\r\n--mm--\r\n')
    try:
        _, report = w.client.open(mixed)
    except smimed_session.Failure as failure:
        tap.equal(failure.code, 'NotProtected', 'error')
        return
    tap.equal((report['authenticated'], report['protection'], world.is_good(report)), (False, 'none', False), 'report')


@test('A multipart/signed with a third part is not accepted as signed')
def _(w):
    signed = signed_by_alice(w)
    boundary = samples.parse(signed).get_boundary().encode()
    end = b'--' + boundary + b'--'
    extra = signed.replace(end, b'--' + boundary + b'\r\nContent-Type: text/plain\r\n\r\nMore that nobody signed.\r\n' + end)
    try:
        content, report = w.client.open(extra)
    except smimed_session.Failure as failure:
        tap.contains(('NotProtected', 'Malformed'), failure.code)
        return
    tap.true(b'nobody signed' not in content, 'the unsigned part is in the content')


@test('Text before and after the signed part is not part of the content')
def _(w):
    signed = signed_by_alice(w)
    boundary = samples.parse(signed).get_boundary().encode()
    head, rest = signed.split(b'--' + boundary + b'\r\n', 1)
    content, report = w.client.open(head + b'PREAMBLE nobody signed\r\n--' + boundary + b'\r\n' + rest + b'EPILOGUE nobody signed\r\n')
    tap.true(b'nobody signed' not in content, 'unsigned text is in the content')
    world.check_authenticated(report, w.pki['alice'])


@test('A mailing list footer around the message takes the verdict away')
def _(w):
    part = samples.entity(signed_by_alice(w))
    listed = (b'From: alice@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=ml\r\n\r\n--ml\r\n' + part
              + b'\r\n--ml\r\nContent-Type: text/plain\r\n\r\n-- \r\nthe list\r\n--ml--\r\n')
    try:
        tap.equal(w.client.open(listed)[1]['protection'], 'none', 'protection')
    except smimed_session.Failure as failure:
        tap.equal(failure.code, 'NotProtected', 'error')


@test('The outer MIME type does not decide: enveloped data labelled as signed, octet-stream named smime.p7m')
def _(w):
    sealed = w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes-256-cbc')
    for message in (samples.pkcs7_mime(sealed, 'signed-data'),
                    samples.pkcs7_mime(sealed).replace(b'application/pkcs7-mime; smime-type=enveloped-data', b'application/x-pkcs7-mime'),
                    samples.pkcs7_mime(sealed).replace(b'application/pkcs7-mime; smime-type=enveloped-data', b'application/octet-stream')):
        content, report = w.client.open(message)
        tap.equal((report['protection'], samples.entity(content)), ('confidential', samples.entity(samples.RICH)), 'opened')


@test('A bare CMS object is opened by its content type')
def _(w):
    sealed = w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes-256-cbc')
    content, report = w.client.open(sealed, **{'content-type': 'application/pkcs7-mime', 'entity-only': True})
    tap.equal((report['protection'], content), ('confidential', samples.entity(samples.RICH)), 'opened')
    signed = forge.simple_signed(w.pki['alice'], samples.entity(samples.RICH), chain=[w.pki['intermediate']])
    content, report = w.client.open(signed, **{'content-type': 'application/pkcs7-mime; smime-type=signed-data', 'entity-only': True, 'sender': ALICE})
    world.check_authenticated(report, w.pki['alice'])
    tap.equal(content, samples.entity(samples.RICH), 'content')


@test('With a depth, only so many layers are peeled, and nothing is said of what is inside')
def _(w):
    (_, sealed), = w.client.encrypt(samples.RICH, ALICE, [ALICE], sign=True)[0]
    content, report = w.client.open(sealed, depth=1, **{'entity-only': True})
    tap.equal((report['protection'], [one['type'] for one in report['layers']]), ('confidential', ['encrypted']), 'one layer')
    tap.contains(samples.header(content).lower(), b'multipart/signed', 'the inner entity, as it was decrypted')
    report = w.client.open(sealed, depth=2)[1]
    tap.equal(report['protection'], 'verified-confidential', 'two layers')
    tap.equal(w.client.open(sealed, depth=9)[1]['protection'], 'verified-confidential', 'more than there are')


@test('As it is, a content is verified byte by byte, whatever its line ends')
def _(w):
    text = b'tree 1234\nauthor Alice\n\nOne line\n'
    signature, _ = w.client.sign(text, ALICE, format='detached')
    report = w.client.verify(text, signature, sender=ALICE, **{'as-is': True})
    world.check_authenticated(report, w.pki['alice'])
    for changed in (text.replace(b'\n', b'\r\n'), text + b'\n', text[:-1]):
        report = w.client.verify(changed, signature, sender=ALICE, **{'as-is': True})
        tap.equal(world.signer(report)['signature'], 'bad', 'changed line ends')
    tap.equal(w.client.verify(text, signature, **{'as-is': True}).get('sender'), None, 'nobody is compared unless named')


@test('Indefinite-length BER, in segments, is read in every form')
def _(w):
    entity = samples.entity(samples.RICH) * 50
    signed = w.openssl_sign(entity, 'alice', '-nodetach', '-stream', '-indef')
    sealed = w.openssl_encrypt(entity, ['alice'], '-stream', '-indef', '-aes-256-cbc')
    for data, kind in ((signed, 'signed-data'), (sealed, 'enveloped-data')):
        tap.equal(data[1], 0x80, 'openssl wrote an indefinite length')
        content, report = w.client.open(samples.pkcs7_mime(data, kind), **{'entity-only': True})
        tap.equal(content, entity, kind)


@test('Authenticated attributes of AuthEnvelopedData are checked')
def _(w):
    attributes = [der.attribute('content-type', der.oid('data')), der.attribute('1.2.3.4.5', der.tlv(der.UTF8, b'hello'))]
    for cipher in ('aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'):
        good = forge.auth_enveloped(samples.entity(samples.RICH), [w.pki['alice']], cipher, attributes)
        content, report = w.client.open(samples.pkcs7_mime(good, 'authEnveloped-data'), **{'entity-only': True})
        tap.equal((content, report['layers'][0]['integrity'], report['layers'][0]['cipher']), (samples.entity(samples.RICH), 'aead', cipher), cipher)
        for aad in (b'', der.set_of(attributes[0])):
            bad = forge.auth_enveloped(samples.entity(samples.RICH), [w.pki['alice']], cipher, attributes, aad=aad)
            with raises('IntegrityFailure'):
                w.client.open(samples.pkcs7_mime(bad, 'authEnveloped-data'))


@test('A shortened authentication tag is not accepted')
def _(w):
    for size in (0, 1, 4, 8):
        short = forge.auth_enveloped(samples.entity(samples.RICH), [w.pki['alice']], tag_size=size)
        with raises('IntegrityFailure', 'Malformed', 'NotSupported'):
            w.client.open(samples.pkcs7_mime(short, 'authEnveloped-data'))


@test('Every failure after a key was chosen is one error with one text')
def _(w):
    texts = set()
    for data in _broken_envelopes(w):
        with raises('IntegrityFailure') as caught:
            w.client.open(samples.pkcs7_mime(data))
        texts.add(caught.text)
    tap.equal(len(texts), 1, 'texts: %s' % texts)


def _broken_envelopes(w):
    good = bytearray(forge.auth_enveloped(samples.entity(samples.RICH), [w.pki['alice']]))
    tail = bytearray(good)
    tail[-1] ^= 1
    yield bytes(tail)
    middle = bytearray(good)
    middle[-200] ^= 1
    yield bytes(middle)
    key = bytes(good).index(der.algorithm('rsa', der.null())) + 40
    wrong_key = bytearray(good)
    wrong_key[key] ^= 1
    yield bytes(wrong_key)
    carol = w.openssl_encrypt(samples.entity(samples.RICH), ['carol'], '-aes-256-gcm')
    broken = bytearray(carol)
    broken[-1] ^= 1
    yield bytes(broken)


@test('Inspect tells the layer and its recipients without a key')
def _(w):
    data = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['victor', 'carol'], '-aes-256-cbc'))
    w.session.lock_keyring()
    report = w.client.inspect(data)
    tap.true(w.session.is_locked(), 'the keyring is still locked')
    w.session.unlock_keyring()
    layer, = report['layers']
    tap.equal((layer['type'], layer['cipher'], len(layer['recipients'])), ('encrypted', 'aes-256-cbc', 2), 'layer')


@test('Inspect tells the signers of a signed message, without a verdict')
def _(w):
    layer, = w.client.inspect(signed_by_alice(w))['layers']
    tap.equal((layer['type'], layer['format'], len(layer['signers'])), ('signed', 'clear', 1), 'layer')
    tap.true('signature' not in layer['signers'][0], 'no verdict')
    with raises('NotProtected'):
        w.client.inspect(samples.PLAIN)


@test('A signature of the past is judged as of then, too')
def _(w):
    entity = samples.entity(samples.PLAIN)
    frank = w.pki['frank-expired']
    signed = samples.multipart_signed(entity, forge.simple_signed(frank, entity, detached=True, chain=[w.pki['intermediate']]),
                                      head=b'From: frank@example.org\r\n')
    import time
    _, report = w.client.open(signed, **{'received-at': int(time.time()) - 200 * 86400})
    one = world.signer(report)
    tap.equal((one['signature'], one['chain'], one['at-delivery']), ('good', 'invalid', 'valid'), 'signer')
    tap.equal(report['authenticated'], False, 'authenticated')


@test('A signing time that lies outside what the message says is warned of')
def _(w):
    entity = samples.entity(samples.PLAIN)
    old = der.attribute('signing-time', der.tlv(der.UTC_TIME, b'100101000000Z'))
    data = forge.simple_signed(w.pki['alice'], entity, detached=True, extra=[old], chain=[w.pki['intermediate']])
    _, report = w.client.open(samples.multipart_signed(entity, data))
    one = world.signer(report)
    tap.contains(world.codes(report['warnings']) + world.codes(one['problems']), 'signing-time-skew')
    tap.equal(one['signing-time'], 1262304000, 'signing-time')


@test('What is cut short is malformed, and says so')
def _(w):
    sealed = w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes-256-cbc')
    for part in (b'', sealed[:10], sealed[:len(sealed) // 2], sealed[:-1], b'\x30\x80', b'not CMS at all'):
        with raises('Malformed', 'NotProtected'):
            w.client.open(samples.pkcs7_mime(part))
    with raises('Malformed'):
        w.client.verify(b'x', sealed[:10], sender=ALICE)


@test('The empty message is refused by every method')
def _(w):
    for call in (w.client.open, w.client.inspect, w.client.import_from_message):
        with raises('Malformed', 'NotProtected'):
            call(b'')


if __name__ == '__main__':
    world.run(own=('alice', 'carol'), know=('bob', 'victor'))
