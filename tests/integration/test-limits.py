#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Too large, too deep, too many: an error that says so, and the next call is answered."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import der  # noqa: E402
import forge  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'
HEAD = b'From: alice@example.org\r\nTo: bob@example.org\r\nSubject: limits\r\nMIME-Version: 1.0\r\n'


def answers(w, message, *allowed):
    """Open and Sign come back with a result or one of these errors; the daemon is the same as before."""
    pid = w.session.daemon_pid()
    for call in (w.client.open, w.client.inspect, lambda data: w.client.sign(data, ALICE)):
        try:
            call(message)
        except smimed_session.Failure as failure:
            tap.contains(allowed + ('NotProtected', 'Malformed', 'LimitExceeded', 'TooLarge', 'NotSupported', 'AddressMismatch'), failure.code)
    tap.equal(w.session.daemon_pid(), pid, 'the daemon that answered')
    w.client.sign(samples.PLAIN, ALICE)


@test('A message above max-message-size is refused with TooLarge, a smaller one is taken')
def _(w):
    w.session.set('max-message-size', '1000000')
    with raises('TooLarge') as caught:
        w.client.sign(samples.big(1100000), ALICE)
    tap.true('1000000' in caught.text or 'max-message-size' in caught.text, 'the limit is named: ' + caught.text)
    w.client.sign(samples.big(900000), ALICE)
    reader, writer = os.pipe()
    pending = w.client.start('Messages', 'Inspect', '(ha{sv})', [0], {}, [reader])
    try:
        for _ in range(100):
            os.write(writer, b'x' * 65536)
    except BrokenPipeError:
        pass
    with raises('TooLarge'):
        pending.wait(30)
    os.close(writer)
    w.session.set('max-message-size', '268435456')


@test('Multiparts nested thousands deep do not hurt')
def _(w):
    for depth in (10, 1000, 20000):
        opening = b''.join(b'Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
        answers(w, HEAD + opening + b'Content-Type: text/plain\r\n\r\nx\r\n')


@test('A hundred thousand parts do not hurt')
def _(w):
    answers(w, HEAD + b'Content-Type: multipart/mixed; boundary=x\r\n\r\n' + b'--x\r\nContent-Type: text/plain\r\n\r\n.\r\n' * 100000 + b'--x--\r\n')
    answers(w, HEAD + b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=x\r\n\r\n' + b'--x\r\n\r\n.\r\n' * 100000
            + b'--x--\r\n')


@test('Huge headers do not hurt: one long line, many lines, many fields, many parameters')
def _(w):
    for header in (b'Subject: ' + b'x' * 5000000 + b'\r\n', b'Subject: x\r\n' + b' folded\r\n' * 300000, b'X-Many: x\r\n' * 300000,
                   b'Content-Type: multipart/signed; ' + b'; '.join(b'p%d=x' % n for n in range(50000)) + b'\r\n',
                   b'Content-Type: multipart/signed; boundary="' + b'x' * 1000000 + b'"; protocol="application/pkcs7-signature"\r\n',
                   b'From: ' + b'a@example.org, ' * 200000 + b'\r\n', b'From: ' + b'(' * 200000 + b'\r\n',
                   b'Subject: ' + b'=?utf-8?q?x?= ' * 200000 + b'\r\n'):
        answers(w, header + HEAD + b'\r\nbody\r\n')


@test('NUL, bare CR, broken UTF-8 and no newline at all do not hurt')
def _(w):
    for message in (b'\0' * 1000, b'\r' * 1000, b'\n' * 1000, b'From: alice@example.org', HEAD.replace(b'limits', b'a\0b\xff\xfe') + b'\r\nbody\0\xff\r\n',
                    HEAD + b'Content-Type: multipart/mixed\r\n\r\n--\r\n', HEAD + b'Content-Type: application/pkcs7-mime\r\n\r\n\xff\xfe\xfd',
                    HEAD + b'Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n=A=B=C=\r\n'):
        answers(w, message)


@test('Layers in layers in layers are opened up to a limit')
def _(w):
    entity = samples.entity(samples.PLAIN)
    deepest = 0
    for depth in range(1, 61):
        entity = samples.pkcs7_mime(forge.compressed(entity), 'compressed-data', head=b'')
        if depth in (3, 8, 60):
            try:
                _, report = w.client.open(HEAD.replace(b'MIME-Version: 1.0\r\n', b'') + entity)
                deepest = len(report['layers'])
            except smimed_session.Failure as failure:
                tap.equal(failure.code, 'LimitExceeded', 'error')
                tap.true(depth > 3, 'three layers are not too many')
    tap.true(3 <= deepest < 60, 'layers that were opened: %d' % deepest)


@test('A decompression bomb is stopped')
def _(w):
    bomb = forge.compressed(b'Content-Type: text/plain\r\n\r\n' + bytes(600000000))
    tap.true(len(bomb) < 1000000, 'it is small')
    with raises('LimitExceeded', 'TooLarge'):
        w.client.open(samples.pkcs7_mime(bomb, 'compressed-data'))
    w.client.sign(samples.PLAIN, ALICE)


@test('ASN.1 nested thousands deep, and lengths that lie, do not hurt')
def _(w):
    deep = b'\x30\x80' * 50000
    for data in (deep, b'\x30\x84\x7f\xff\xff\xff' + b'\0' * 100, b'\x30\x88' + b'\xff' * 8, b'\x24\x80' * 50000,
                 forge.content_info('signed-data', deep), forge.content_info('enveloped-data', b'\x30\x84\xff\xff\xff\xff')):
        answers(w, samples.pkcs7_mime(data))
        for method in ('ImportPkcs12', 'Import'):
            arguments = [0] if method == 'ImportPkcs12' else [0, 'correspondent']
            kind = '(ha{sv})' if method == 'ImportPkcs12' else '(hsa{sv})'
            try:
                w.client.run('Certificates', method, kind, arguments, {'interactive': False}, [wire.memfd(data)])
            except smimed_session.Failure as failure:
                tap.contains(('Malformed', 'InteractionRequired', 'LimitExceeded', 'TooLarge', 'WrongPassword'), failure.code)


@test('A thousand signers or recipients are counted or refused, not worked on for ever')
def _(w):
    content = samples.entity(samples.PLAIN)
    info = forge.signer_info(w.pki['alice'], forge.attributes_for(content))
    data = forge.signed_data(content, [info] * 1000, [w.pki['alice']])
    answers(w, samples.pkcs7_mime(data, 'signed-data'))
    sealed = forge.auth_enveloped(content, [w.pki['alice']] * 400)
    answers(w, samples.pkcs7_mime(sealed, 'authEnveloped-data'), 'IntegrityFailure')


def enveloped(recipient_id, count):
    one = der.seq(der.integer(0), recipient_id, der.algorithm('rsa', der.null()), der.octets(bytes(256)))
    return forge.content_info('enveloped-data', der.seq(der.integer(2), der.tlv(der.SET, one * count), der.seq(
        der.oid('data'), der.algorithm('aes-128-cbc', der.octets(bytes(16))), der.ctx(0, bytes(16), constructed=False))))


@test('Names and numbers too long to be told are refused, and no answer is larger than the bus can carry')
def _(w):
    def name(size):
        return der.seq(der.seq(der.set_of(der.seq(der.oid('2.5.4.3'), der.tlv(der.UTF8, b'\x01' * size)))), der.integer(5))
    for recipient, count in ((der.ctx(0, bytes(20000000), constructed=False), 1), (name(20000000), 1), (name(10000), 1000), (name(4000), 4000)):
        with raises('LimitExceeded'):
            w.client.inspect(samples.pkcs7_mime(enveloped(recipient, count), 'enveloped-data'))
    w.client.sign(samples.PLAIN, ALICE)


@test('A boundary of nothing but hyphens, in text of nothing else, is looked for once')
def _(w):
    for between in (b'', b'content-type: x\n' * 1000000):
        content = (b'Content-Type: multipart/mixed; boundary="' + b'-' * 60000 + b'"\r\n\r\nContent-Type: pkcs7\r\n' + between
                   + b'-' * 20000000 + b'\r\n')
        data = forge.simple_signed(w.pki['alice'], content)
        answers(w, samples.pkcs7_mime(data, 'signed-data'))


@test('Millions of things that are no certificates are passed over')
def _(w):
    content = samples.entity(samples.PLAIN)
    info = forge.signer_info(w.pki['alice'], forge.attributes_for(content))
    data = forge.content_info('signed-data', der.seq(
        der.integer(1), der.set_of(der.algorithm('sha256', der.null())), der.seq(der.oid('data'), der.ctx(0, der.octets(content))),
        der.ctx(0, w.pki['alice'].der + der.seq(der.seq(der.null())) * 5000000), der.set_of(info)))
    _, report = w.client.open(samples.pkcs7_mime(data, 'signed-data'))
    tap.equal(world.signer(report)['certificate'], w.pki['alice'].fingerprint, "the signer's certificate, which is among them")


@test('A hundred thousand recipients are refused, two thousand are answered')
def _(w):
    for count, code in ((100000, 'LimitExceeded'), (2000, None)):
        try:
            ready, verdicts = w.client.evaluate(ALICE, ['p%d@example.org' % number for number in range(count)])
            tap.equal((ready, len(verdicts), code), (False, count, None), 'verdicts')
        except smimed_session.Failure as failure:
            tap.equal(failure.code, code, 'error')
    with raises('LimitExceeded'):
        w.client.encrypt(samples.PLAIN, ALICE, ['bob+%d@example.org' % number for number in range(4096)])
    with raises('InvalidArgument'):
        w.client.register_account('a' * 1100 + '@example.org')


@test('PKCS#12 with a billion rounds is refused soon')
def _(w):
    salt = bytes(16)
    safe = der.seq()
    mac = der.seq(der.seq(der.algorithm('sha256', der.null()), der.octets(bytes(32))), der.octets(salt), der.integer(2000000000))
    file = der.seq(der.integer(3), der.seq(der.oid('data'), der.ctx(0, der.octets(safe))), mac)
    with raises('LimitExceeded', 'Malformed', 'WrongPassword', 'NotSupported'):
        w.client.start_import_pkcs12(file, 'secret').wait(30)


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
