#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changed and forged messages: not one is called good."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import collections  # noqa: E402
import hashlib  # noqa: E402
import itertools  # noqa: E402
import random  # noqa: E402

import der  # noqa: E402
import forge  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'
POSITIONS = 1000
UNDER_WAY = 16


def flips(size, count, seed, start=0):
    """`count` different single bits of size octets: (position, mask)."""
    bits = random.Random(seed).sample(range(size * 8), min(count, size * 8))
    return [(start + bit // 8, 1 << (bit % 8)) for bit in bits]


def flipped(data, position, mask):
    changed = bytearray(data)
    changed[position] ^= mask
    return bytes(changed)


def outcomes(w, messages, **options):
    """What Open makes of each, some under way at a time: a counter of words, and the reports of those that opened."""
    counts, opened, waiting = collections.Counter(), [], collections.deque()

    def finish():
        index, pending = waiting.popleft()
        try:
            values = pending.wait(60)
            for fd in pending.fds:
                os.close(fd)
            opened.append((index, values[1]))
            counts['opened'] += 1
        except smimed_session.Failure as failure:
            counts[failure.code] += 1

    for index, message in enumerate(messages):
        waiting.append((index, w.client.start_open(message, **options)))
        if len(waiting) >= UNDER_WAY:
            finish()
    while waiting:
        finish()
    return counts, opened


def words(report):
    return [one['signature'] for layer in report['layers'] for one in layer.get('signers', [])]


@test('1,000 single bits changed in the content of a clear-signed message: not one good')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE)
    entity, _ = samples.signed_parts(signed)
    start = signed.index(entity)
    counts, opened = outcomes(w, (flipped(signed, *one) for one in flips(len(entity), POSITIONS, 1, start)))
    good = [index for index, report in opened if world.is_good(report) or report['authenticated']]
    tap.diagnose('clear-signed content: %s, %s' % (dict(counts), dict(collections.Counter(word for _, report in opened for word in words(report)))))
    tap.equal(good, [], 'good ones')
    tap.equal(set(counts) - {'opened', 'Malformed', 'NotProtected', 'LimitExceeded', 'NotSupported'}, set(), 'errors')
    tap.equal(sum(counts.values()), POSITIONS, 'answers')


@test('1,000 single bits changed in the content, attributes and signature of an opaque message: not one good')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE, format='opaque')
    data = samples.cms_of(signed)
    parts = forge.Signed(data)
    content = parts.content[1][0]
    attributes = next(child for child in parts.signers[0] if child.tag == 0xA0)
    _, signature = parts.signature()
    ranges = [(content.body, content.body_end), (attributes.body, attributes.body_end),
              (data.rindex(signature), data.rindex(signature) + len(signature))]
    chosen = [one for number, (start, end) in enumerate(ranges) for one in flips(end - start, POSITIONS // 3 + 1, number, start)]
    counts, opened = outcomes(w, (samples.pkcs7_mime(flipped(data, *one), 'signed-data') for one in chosen))
    good = [chosen[index] for index, report in opened if world.is_good(report) or report['authenticated']]
    tap.diagnose('opaque, signed bytes: %s' % dict(counts))
    tap.equal(good, [], 'good ones')


@test('1,000 single bits changed anywhere in a SignedData: what is still good is the same content by the same certificate')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE, format='opaque')
    data = samples.cms_of(signed)
    counts, opened = outcomes(w, (samples.pkcs7_mime(flipped(data, *one), 'signed-data') for one in flips(len(data), POSITIONS, 7)))
    good = [report for _, report in opened if world.is_good(report)]
    tap.diagnose('opaque, all bytes: %s, still good: %d, still authenticated: %d'
                 % (dict(counts), len(good), sum(report['authenticated'] for report in good)))
    for report in good:
        one = world.signer(report)
        tap.equal((one['certificate'], one['certificate-der']), (w.pki['alice'].fingerprint, w.pki['alice'].der), 'certificate')


@test('1,000 single bits changed in an encrypted message with GCM: never any content')
def _(w):
    (output,), _ = w.client.encrypt(samples.RICH, ALICE, [ALICE], cipher='aes-256-gcm')
    data = samples.cms_of(output[1])
    parts = forge.Enveloped(data)
    counts, opened = outcomes(w, (samples.pkcs7_mime(flipped(data, *one)) for one in flips(len(data), POSITIONS, 3)))
    tap.diagnose('GCM, all bytes: %s' % dict(counts))
    allowed = {'IntegrityFailure', 'Malformed', 'NoPrivateKey', 'NotSupported', 'NotProtected', 'LimitExceeded'}
    tap.equal(set(counts) - allowed - {'opened'}, set(), 'errors')
    # A flip in what nobody protects (version numbers, another recipient's part) may open, but to the same content only
    for _, report in opened:
        tap.equal(report['layers'][0]['decrypted-with'], w.pki['alice'].fingerprint, 'decrypted-with')
    start, end = parts.content.body, parts.content.body_end
    counts, opened = outcomes(w, (samples.pkcs7_mime(flipped(data, *one)) for one in flips(end - start, POSITIONS, 4, start)))
    tap.diagnose('GCM, ciphertext: %s' % dict(counts))
    tap.equal(dict(counts), {'IntegrityFailure': min(POSITIONS, 8 * (end - start))}, 'errors')


@test('A large message to two own keys opens with the other one when what one of them needs is damaged')
def _(w):
    for cipher in ('aes-256-cbc', 'aes-256-gcm'):
        (output,), _ = w.client.encrypt(samples.big(400000), ALICE, ['carol@example.org'], cipher=cipher)
        data = samples.cms_of(output[1])
        wanted, _ = w.client.open(output[1])
        head = samples.header(output[1]).split(b'MIME-Version')[0]
        for recipient in forge.Enveloped(data).recipients:
            content, report = w.client.open(samples.pkcs7_mime(flipped(data, recipient.body_end - 1, 1), head=head))
            tap.equal(samples.body(content), samples.body(wanted), 'content')


@test('What one own recipient cannot be read from does not keep the other one from opening')
def _(w):
    alice, carol = w.pki['alice'], w.pki['carol']
    data = w.openssl('cms', '-encrypt', '-binary', '-outform', 'DER', '-aes-256-gcm', '-recip', alice.crt_file, '-keyopt', 'rsa_padding_mode:oaep',
                     '-keyopt', 'rsa_oaep_md:sha256', '-recip', carol.crt_file, data=samples.entity(samples.PLAIN))
    place = data.index(der.oid('rsa-oaep')) + len(der.oid('rsa-oaep'))
    content, report = w.client.open(samples.pkcs7_mime(flipped(data, place, der.SEQUENCE ^ der.OCTET_STRING)), **{'entity-only': True})
    tap.equal((content, report['layers'][0]['decrypted-with']), (samples.entity(samples.PLAIN), carol.fingerprint), 'opened')


@test('A message that opens in spite of a changed bit has the content that was sealed')
def _(w):
    (output,), _ = w.client.encrypt(samples.PLAIN, ALICE, [ALICE], cipher='aes-256-gcm')
    data = samples.cms_of(output[1])
    wanted, _ = w.client.open(output[1])
    for one in flips(len(data), 300, 5):
        try:
            content, _ = w.client.open(samples.pkcs7_mime(flipped(data, *one), head=samples.header(output[1]).split(b'MIME-Version')[0]))
        except smimed_session.Failure:
            continue
        tap.equal(samples.body(content), samples.body(wanted), 'content after the flip of %s' % (one,))


def not_good(w, message, *wanted_codes, **options):
    """Open may fail; if it doesn't, nobody has signed."""
    try:
        _, report = w.client.open(message, **options)
    except smimed_session.Failure as failure:
        tap.contains(('Malformed', 'NotProtected', 'NotSupported', 'IntegrityFailure'), failure.code)
        return
    tap.true(not world.is_good(report) and not report['authenticated'] and report['protection'] in ('none', 'confidential'),
             'called good: ' + world.brief(report))
    if wanted_codes:
        seen = [code for layer in report['layers'] for one in layer.get('signers', []) for code in world.codes(one['problems'])]
        tap.true(set(wanted_codes) & set(seen), 'problems %s, wanted one of %s' % (seen, wanted_codes))


@test('The stripped-attributes forgery is refused, opaque and detached; openssl takes it')
def _(w):
    alice, issuer = w.pki['alice'], w.pki['intermediate']
    for name in ('alice', 'carol'):
        person = w.pki[name]
        parts = forge.Signed(forge.simple_signed(person, samples.entity(samples.RICH)))
        content = parts.signed_attributes()
        info = forge.signer_info(person, signature=parts.signature())
        forged = forge.signed_data(content, [info], [person, issuer])
        tap.equal(w.openssl_verify(forged, inform='DER'), content, 'what openssl says is signed')
        not_good(w, samples.pkcs7_mime(forged, 'signed-data'), 'missing-signed-attributes')
        report = w.client.verify(content, forge.signed_data(None, [info], [person, issuer]), sender=person.address)
        tap.equal((report['authenticated'], world.is_good(report)), (False, False), 'Verify')
        not_good(w, forged, 'missing-signed-attributes', sender=alice.address, **{'content-type': 'application/pkcs7-mime'})


@test('The reverse forgery, content with attributes that were a message of their own, is refused')
def _(w):
    # Mallory lets alice sign, without attributes, a message that is the DER of attributes for another content
    other = b'Content-Type: text/plain\r\n\r\nI owe Mallory a million.\r\n'
    attributes = forge.attributes_for(other)
    signature = forge.raw_sign(w.pki['alice'], der.set_of(*attributes))
    unattributed = forge.signed_data(der.set_of(*attributes), [forge.signer_info(w.pki['alice'], signature=signature)],
                                     [w.pki['alice'], w.pki['intermediate']])
    not_good(w, samples.pkcs7_mime(unattributed, 'signed-data'), 'missing-signed-attributes')


@test('A signature without any signed attributes is not good, and the problem is named')
def _(w):
    for arguments in (('-noattr', '-nodetach'),):
        data = w.openssl_sign(samples.entity(samples.RICH), 'alice', *arguments)
        w.openssl_verify(data, inform='DER')
        not_good(w, samples.pkcs7_mime(data, 'signed-data'), 'missing-signed-attributes')
    detached = w.openssl_sign(samples.entity(samples.RICH), 'alice', '-noattr')
    not_good(w, samples.multipart_signed(samples.entity(samples.RICH), detached), 'missing-signed-attributes')


def attribute_variants(content):
    content_type, message_digest = forge.attributes_for(content)
    other = der.attribute('message-digest', der.octets(forge.digest_of(b'another content')))
    wrong_type = der.attribute('content-type', der.oid('enveloped-data'))
    two_values = der.seq(der.oid('message-digest'), der.tlv(der.SET, der.octets(forge.digest_of(content)), der.octets(forge.digest_of(b'x'))))
    time = der.attribute('signing-time', der.tlv(der.UTC_TIME, b'260301000000Z'))
    return {
        'no content type': [message_digest],
        'no message digest': [content_type],
        'only a signing time': [time],
        'the message digest twice': [content_type, message_digest, message_digest],
        'two different message digests': [content_type, message_digest, other],
        'two different message digests, the wrong one first': [content_type, other, message_digest],
        'two values in one message digest': [content_type, two_values],
        'two signing times': [content_type, message_digest, time, der.attribute('signing-time', der.tlv(der.UTC_TIME, b'260302000000Z'))],
        'the content type twice': [content_type, content_type, message_digest],
        'another content type': [wrong_type, message_digest],
        'a message digest of another content': [content_type, other],
        'an empty message digest': [content_type, der.attribute('message-digest', der.octets(b''))],
        'a message digest cut short': [content_type, der.attribute('message-digest', der.octets(forge.digest_of(content)[:31]))],
        'a message digest without values': [content_type, der.seq(der.oid('message-digest'), der.set_of())],
    }


@test('Duplicate, missing, wrong and empty signed attributes make a signature bad')
def _(w):
    content = samples.entity(samples.RICH)
    for what, attributes in attribute_variants(content).items():
        info = forge.signer_info(w.pki['alice'], attributes)
        data = forge.signed_data(content, [info], [w.pki['alice'], w.pki['intermediate']])
        try:
            not_good(w, samples.pkcs7_mime(data, 'signed-data'))
        except AssertionError as error:
            raise AssertionError(what) from error


@test('A signature that was made over other attributes than it carries is bad')
def _(w):
    content = samples.entity(samples.RICH)
    signature = forge.raw_sign(w.pki['alice'], der.set_of(*forge.attributes_for(b'something else')))
    info = forge.signer_info(w.pki['alice'], forge.attributes_for(content), signature=signature)
    not_good(w, samples.pkcs7_mime(forge.signed_data(content, [info], [w.pki['alice']]), 'signed-data'), 'signature-mismatch')


@test('A signature by another key than the certificate it names is bad')
def _(w):
    content = samples.entity(samples.RICH)
    signature = forge.raw_sign(w.pki['trudy'], der.set_of(*forge.attributes_for(content)))
    info = forge.signer_info(w.pki['alice'], forge.attributes_for(content), signature=signature)
    not_good(w, samples.pkcs7_mime(forge.signed_data(content, [info], [w.pki['alice']]), 'signed-data'), 'signature-mismatch')


@test('A certificate swapped for another of the same issuer and serial is not believed')
def _(w):
    import datetime
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    content, alice = samples.entity(samples.RICH), w.pki['alice']
    trudy = w.pki['trudy']
    fake = (x509.CertificateBuilder().subject_name(alice.cert.subject).issuer_name(alice.cert.issuer).public_key(trudy.cert.public_key())
            .serial_number(alice.cert.serial_number).not_valid_before(datetime.datetime(2020, 1, 1))
            .not_valid_after(datetime.datetime(2040, 1, 1))
            .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(ALICE)]), False).sign(trudy.key, hashes.SHA256()))
    person = type('Fake', (), {'cert': fake, 'key': trudy.key, 'der': fake.public_bytes(world._pem().DER)})()
    data = forge.signed_data(content, [forge.signer_info(person, forge.attributes_for(content))], [person, w.pki['intermediate']])
    _, report = w.client.open(samples.pkcs7_mime(data, 'signed-data'))
    one = world.signer(report)
    tap.equal((one['chain'] if one['signature'] == 'good' else 'invalid', report['authenticated']), ('invalid', False), 'chain')


@test('SHA-1 and MD5 are never good, and named as weak')
def _(w):
    content = samples.entity(samples.RICH)
    data = forge.simple_signed(w.pki['alice'], content, digest='sha1', chain=[w.pki['intermediate']])
    not_good(w, samples.pkcs7_mime(data, 'signed-data'), 'weak-algorithm')
    not_good(w, samples.pkcs7_mime(w.openssl_sign(content, 'alice', '-nodetach', '-md', 'md5'), 'signed-data'), 'weak-algorithm')
    not_good(w, samples.pkcs7_mime(w.openssl_sign(content, 'carol', '-nodetach', '-md', 'sha1'), 'signed-data'), 'weak-algorithm')


def small_points():
    """Each encoding of a point of Ed25519 that is nothing after it was added eight times: reduced or not, with either sign"""
    prime = 2**255 - 19
    eighth = int.from_bytes(bytes.fromhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'), 'little')
    for y in (0, 1, prime - 1, prime, prime + 1, eighth, prime - eighth):
        for sign in (0, 1):
            yield (y | sign << 255).to_bytes(32, 'little')


def sign_without_key(point, content):
    """(attributes, signature) that no key was needed for: the base point and 1, where the digest is a multiple of eight"""
    base, order = bytes([0x58] + [0x66] * 31), 2**252 + 27742317777372353535851937790883648493
    for number in itertools.count():
        attributes = forge.attributes_for(content, 'sha512', extra=[der.attribute('1.2.3.4', der.integer(number))])
        digest = hashlib.sha512(base + point + der.set_of(*attributes)).digest()
        if int.from_bytes(digest, 'little') % order % 8 == 0:
            return attributes, (der.algorithm('1.3.101.112'), base + (1).to_bytes(32, 'little'))


@test('A key under which anybody can sign, an Ed25519 point of small order, is weak and authenticates nobody')
def _(w):
    content, like = samples.entity(samples.PLAIN), w.pki['eve-sign']
    points = list(small_points())
    tap.equal(len(set(points)), 14, 'encodings')
    for point in points:
        data = forge.with_key(like.cert, der.seq(der.algorithm('1.3.101.112'), der.tlv(der.BIT_STRING, b'\0', point)), w.pki['intermediate'].key)
        attributes, signature = sign_without_key(point, content)
        info = forge.signer_info(like, attributes, digest='sha512', signature=signature)
        weak = type('Weak', (), {'der': data})()
        report = w.client.verify(content, forge.signed_data(None, [info], [weak, w.pki['intermediate']], ('sha512',)), sender=like.address)
        one = world.signer(report)
        tap.equal((one['signature'], one['chain'], world.codes(one['problems']), report['authenticated'], report['protection']),
                  ('good', 'invalid', ['weak-key'], False, 'none'), point.hex())


@test('Parameters of a signature that cannot be followed are told once')
def _(w):
    content, alice = samples.entity(samples.PLAIN), w.pki['alice']
    for parameters, state, code in ((der.seq(der.ctx(3, der.integer(2))), 'unsupported', 'unsupported-algorithm'), (der.octets(b''), 'bad', 'malformed')):
        info = forge.signer_info(alice, forge.attributes_for(content), signature=(der.algorithm('rsa-pss', parameters), bytes(256)))
        data = forge.signed_data(content, [info], [alice, w.pki['intermediate']])
        one = world.signer(w.client.open(samples.pkcs7_mime(data, 'signed-data'))[1])
        tap.equal((one['signature'], world.codes(one['problems'])), (state, [code]), 'signer')


@test('Algorithms that the signer has protected must be those that are used (RFC 6211)')
def _(w):
    content, alice = samples.entity(samples.PLAIN), w.pki['alice']

    def algorithms(digest, *rest):
        return der.attribute('1.2.840.113549.1.9.52', der.seq(digest, *rest))

    def used(name, *parameters, tag=b'\xa1'):
        return tag + der.algorithm(name, *parameters)[1:]
    sha = der.algorithm('sha256', der.null())
    for attribute in (algorithms(sha, used('rsa', der.null())), algorithms(der.algorithm('sha256'), used('rsa'))):
        data = forge.simple_signed(alice, content, extra=[attribute], chain=[w.pki['intermediate']])
        world.check_authenticated(w.client.open(samples.pkcs7_mime(data, 'signed-data'))[1], alice)
    for attribute in (algorithms(der.algorithm('sha512', der.null()), used('rsa', der.null())), algorithms(sha, used('sha256-rsa', der.null())),
                      algorithms(sha, used('rsa', der.octets(b'x'))), algorithms(sha), algorithms(sha, used('rsa', der.null(), tag=b'\xa2')),
                      der.attribute('1.2.840.113549.1.9.52', der.octets(b'x'))):
        not_good(w, samples.pkcs7_mime(forge.simple_signed(alice, content, extra=[attribute], chain=[w.pki['intermediate']]), 'signed-data'), 'malformed')


@test('A hash list that does not name the signer\'s digest, or micalg that lies, does not turn bad into good')
def _(w):
    content = samples.entity(samples.RICH)
    detached = forge.simple_signed(w.pki['alice'], content, detached=True, chain=[w.pki['intermediate']])
    _, report = w.client.open(samples.multipart_signed(content, detached, micalg='sha1'))
    tap.equal(report['authenticated'], True, 'micalg is only a hint')
    not_good(w, samples.multipart_signed(content + b'x', detached, micalg='sha1'), 'signature-mismatch')


@test('Content inside a detached signature is not what was signed')
def _(w):
    evil, signed = b'Content-Type: text/plain\r\n\r\nEvil\r\n', samples.entity(samples.RICH)
    attached = forge.simple_signed(w.pki['alice'], signed, chain=[w.pki['intermediate']])
    not_good(w, samples.multipart_signed(evil, attached))
    try:
        content, report = w.client.open(samples.multipart_signed(evil, attached))
        tap.true(b'Evil' in content and not report['authenticated'], 'content')
    except smimed_session.Failure:
        pass


@test('Encrypted inside, signed by somebody else outside: the outer signature says nothing about who wrote it')
def _(w):
    sealed = samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes-256-cbc'), head=b'').replace(b'MIME-Version: 1.0\r\n', b'')
    outer = samples.multipart_signed(sealed, forge.simple_signed(w.pki['trudy'], sealed, detached=True, chain=[w.pki['intermediate']]))
    _, report = w.client.open(outer)
    tap.equal((report['authenticated'], world.signer(report)['address-match']), (False, False), 'trudy is not alice')


@test('CBC ciphertext wrapped as if it were authenticated is refused')
def _(w):
    sealed = w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes-256-cbc')
    parts = der.Node(sealed)
    children = [child.encoded for child in parts[1][0]]
    fake = forge.content_info('auth-enveloped-data', der.seq(*children, der.octets(bytes(16))))
    try:
        w.client.open(samples.pkcs7_mime(fake, 'authEnveloped-data'))
        raise AssertionError('opened')
    except smimed_session.Failure as failure:
        tap.contains(('Malformed', 'NotSupported', 'IntegrityFailure'), failure.code)


@test('A GCM message relabelled as CBC or as plain enveloped data is refused (cross-protocol downgrade)')
def _(w):
    sealed = forge.auth_enveloped(samples.entity(samples.RICH), [w.pki['alice']])
    children = list(der.Node(sealed)[1][0])
    body = children[2]
    for algorithm in (body[1].encoded, der.algorithm('aes-256-cbc', der.octets(bytes(16)))):
        content = body[2].content[:len(body[2].content) // 16 * 16]
        info = der.seq(body[0].encoded, algorithm, der.ctx(0, content, constructed=False))
        fake = forge.content_info('enveloped-data', der.seq(der.integer(0), children[1].encoded, info))
        try:
            content, report = w.client.open(samples.pkcs7_mime(fake))
            tap.true(b'Gr=C3' not in content, 'the plaintext came out without its tag')
        except smimed_session.Failure as failure:
            tap.contains(('Malformed', 'NotSupported', 'IntegrityFailure'), failure.code)


if __name__ == '__main__':
    world.run(own=('alice', 'carol'), know=('trudy',))
