#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The contract with mail clients, as somebody reads it who has never seen the program: each test names the section that it holds the service to."""
import base64
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB, CAROL = ('%s@example.org' % name for name in ('alice', 'bob', 'carol'))
PASSPHRASE = 'violet anchors hum 27 tunes'
# Section 3: the keys that a report may have, their types, and what is in their lists
PROBLEM = {'code': 's', 'certificate': 's', 'depth': 'u', 'temporary': 'b', 'url': 's', 'at': 'x', 'detail': 's', 'days': 'i'}
SIGNER = {'signature': 's', 'chain': 's', 'address-match': 'b', 'authenticated': 'b', 'certificate': 's', 'certificate-der': 'ay',
          'chain-der': 'aay', 'addresses': 'as', 'subject': 's', 'issuer': 's', 'signing-time': 'x', 'digest': 's', 'algorithm': 's',
          'problems': PROBLEM, 'at-delivery': 's', 'serial': 's', 'key-id': 's'}
READER = {'issuer': 's', 'serial': 's', 'key-id': 's', 'key-encryption': 's', 'certificate': 's'}
LAYER = {'type': 's', 'format': 's', 'signers': SIGNER, 'cipher': 's', 'integrity': 's', 'key-encryption': 's', 'decrypted-with': 's',
         'recipients': READER}
OPENED = {'protection': 's', 'authenticated': 'b', 'confidential': 'b', 'layers': LAYER, 'sender': 's', 'warnings': PROBLEM}
SEALED = {'certificate': 's', 'warnings': PROBLEM, 'cipher': 's', 'digest': 's', 'recipients': {'address': 's', 'certificate': 's'}}
JUDGED = {'chain': 's', 'problems': PROBLEM, 'chain-der': 'aay',
          'revocation': {'certificate': 's', 'source': 's', 'this-update': 'x', 'next-update': 'x', 'url': 's'}}
VERDICT = {'address': 's', 'usable': 'b', 'source': 's', 'certificate': 's', 'not-after': 'x', 'problems': PROBLEM, 'action': 's'}


def children(variant):
    return [variant.get_child_value(index) for index in range(variant.n_children())]


def check_types(report, wanted, where):
    """`report`: an a{sv}. Returns its keys."""
    for entry in children(report):
        key, value = entry.get_child_value(0).get_string(), entry.get_child_value(1).get_variant()
        kind = wanted.get(key)
        tap.true(kind is not None, '%s has the key %s, which the contract does not know' % (where, key))
        tap.equal(value.get_type_string(), kind if isinstance(kind, str) else 'aa{sv}', '%s.%s' % (where, key))
        for one in children(value) if isinstance(kind, dict) else ():
            check_types(one, kind, '%s.%s' % (where, key))
    return {entry.get_child_value(0).get_string() for entry in children(report)}


def body_of(pending):
    pending.wait(60)
    for fd in pending.fds:
        os.close(fd)
    return pending.reply.get_body()


def open_fd(w, fd):
    handle, report = w.client.run('Messages', 'Open', '(ha{sv})', [0], {}, [fd])
    wire.read_sealed(w.client.last_fds[handle])
    return report['protection']


@test('§3: reports have the keys and types of the contract, and those that always apply')
def _(w):
    client, message = w.client, samples.message()
    sealed = client.encrypt(message, ALICE, [BOB], sign=True)[0][0][1]
    keys = check_types(body_of(client.start_open(sealed)).get_child_value(1), OPENED, 'Open')
    tap.equal(keys, set(OPENED), 'keys of Open')
    tap.true({'certificate', 'digest', 'warnings'} <= check_types(body_of(client.start_sign(message, ALICE)).get_child_value(1), SEALED, 'Sign'), 'Sign')
    reply = body_of(client.start('Messages', 'Encrypt', '(hsasa{sv})', [0, ALICE, [BOB]], {}, [wire.memfd(message)]))
    tap.true({'certificate', 'cipher', 'recipients', 'warnings'} <= check_types(reply.get_child_value(1), SEALED, 'Encrypt'), 'Encrypt')
    for revocation in ('off', 'hard-fail'):
        reply = body_of(client.start('Certificates', 'Validate', '(aaysa{sv})', [[w.pki['alice'].der], 'sign'], {'revocation': revocation}))
        tap.equal(check_types(reply.get_child_value(0), JUDGED, 'Validate'), set(JUDGED), 'keys of Validate')
    for verdict in children(body_of(client.start_evaluate(ALICE, [BOB, 'nobody@example.org', 'steve@example.org'])).get_child_value(1)):
        tap.true({'address', 'usable', 'source', 'problems', 'action'} <= check_types(verdict, VERDICT, 'Evaluate'), 'Evaluate')


@test('§3: each problem says whether it is temporary')
def _(w):
    for report in (w.client.validate([w.pki['alice'].der], 'sign', revocation='hard-fail'),
                   w.client.validate([w.pki['judy-other'].der], 'sign'), w.client.evaluate(ALICE, ['nobody@example.org'])[1][0]):
        tap.true(report['problems'], 'problems')
        for one in report['problems']:
            tap.true(isinstance(one.get('temporary'), bool), 'temporary of %r' % one)


@test('§5: who has no account is told so by Sign, Encrypt and Evaluate, whatever the message says')
def _(w):
    for sender in ('nobody@example.org', 'Alice <alice@example.org>'):
        for call in (lambda: w.client.sign(samples.message(), sender), lambda: w.client.encrypt(samples.message(), sender, [BOB]),
                     lambda: w.client.evaluate(sender, [BOB])):
            with raises('NoSuchAccount'):
                call()
    for call in (lambda: w.client.sign(samples.message(sender=BOB), ALICE), lambda: w.client.encrypt(samples.message(sender=BOB), ALICE, [BOB])):
        with raises('AddressMismatch'):
            call()


@test('§2 Encrypt: first the copy for the recipients, then one for each Bcc; none has a Bcc field, however it is written')
def _(w):
    for field in ('Bcc: ', 'BCC:', 'Bcc : ', 'bcc:\r\n ', 'Resent-Bcc: '):
        outputs, _ = w.client.encrypt(samples.message(extra='%scarol@example.org\r\n' % field), ALICE, [BOB.upper()], bcc=[CAROL, BOB], sign=True)
        tap.equal([one[0] for one in outputs], [[BOB.upper()], [CAROL], [BOB]], 'addresses')
        for (addresses, data), reader in zip(outputs, ('bob', 'carol', 'bob')):
            inside = w.openssl_decrypt(samples.cms_of(data), reader)
            tap.true(inside and b'carol' not in data.lower() + inside.lower(), '%r names carol to %s' % (field, addresses))


@test('§2 Encrypt: recipients are the same in any case and however often, and a message without From is encrypted')
def _(w):
    _, report = w.client.encrypt(b'To: x@example.org\r\n\r\nHello.\r\n', ALICE.title(), ['BOB@EXAMPLE.ORG', BOB, 'bob@Example.org'])
    tap.equal([one['certificate'] for one in report['recipients']], [w.pki['bob'].fingerprint], 'recipients')


@test('§1: what comes in by file, pipe or socket, from its offset, opens; the output is sealed and at its beginning')
def _(w):
    signed, _ = w.client.sign(samples.message(), ALICE)
    reader, writer = os.pipe()
    ours, theirs = socket.socketpair()
    os.write(writer, signed)
    os.close(writer)
    ours.sendall(signed)
    ours.close()
    file = os.open(w.file('offset', b'x' * 999 + signed), os.O_RDONLY)
    os.lseek(file, 999, os.SEEK_SET)
    for fd in (reader, theirs.detach(), file, wire.memfd(signed)):
        tap.equal(open_fd(w, fd), 'verified', 'protection')
    for fd, code in ((os.open('/dev/null', os.O_RDONLY), 'Malformed'), (os.open(w.session.folder, os.O_RDONLY), 'InvalidArgument'),
                     (os.open('/dev/zero', os.O_RDONLY), 'TooLarge')):
        with raises(code):
            open_fd(w, fd)


@test('§2 Open: certificates alone, a signed part of a multipart and an attached message are not protected')
def _(w):
    signed, _ = w.client.sign(samples.message(), ALICE)
    bag = w.openssl('crl2pkcs7', '-nocrl', '-certfile', w.pki['alice'].crt_file, '-outform', 'DER')
    head = samples.HEAD + b'MIME-Version: 1.0\r\nContent-Type: '
    for message in (samples.pkcs7_mime(bag, 'certs-only'), head + b'message/rfc822\r\n\r\n' + signed, samples.message(),
                    head + b'multipart/mixed; boundary=xx\r\n\r\n--xx\r\n' + samples.entity(signed) + b'\r\n--xx--\r\n'):
        with raises('NotProtected'):
            w.client.open(message)


@test('§2 Verify: the signature is DER or base64, and without a sender nobody is authenticated')
def _(w):
    entity, der = samples.signed_parts(w.client.sign(samples.EIGHT_BIT, ALICE)[0])
    for signature in (der, base64.b64encode(der), base64.encodebytes(der)):
        tap.equal(w.client.verify(entity, signature, sender='Alice@EXAMPLE.org')['protection'], 'verified', 'protection')
        tap.equal(w.client.verify(entity, signature)['authenticated'], False, 'authenticated')


@test('§2 Find: each key of a query, and all together, find the certificate')
def _(w):
    path, fingerprint = w.paths['alice'], w.pki['alice'].fingerprint
    query = {'address': 'ALICE@example.org', 'usage': 'sign', 'own': True, 'role': 'own', 'fingerprint': fingerprint, 'text': 'ALICE'}
    for key, value in query.items():
        tap.true(path in w.client.find(**{key: value}), key)
    tap.equal(w.client.find(**query), [path], 'all together')
    tap.equal(w.client.find(**dict(query, own=False)), [], 'not own')


@test('§2: several identities leave and come back in one file; an own key goes only when that is said')
def _(w):
    paths = [w.paths['leo-many'], w.paths['alice']]
    file = w.client.export_pkcs12(paths, PASSPHRASE)
    for options in ({}, {'delete_key': False}):
        with raises('InvalidArgument') as caught:
            w.client.delete(paths[0], **options)
        tap.contains(caught.text, 'delete-key')
    w.client.delete(paths[0], delete_key=True)
    tap.equal(w.client.find(own=True, address='leo@example.org'), [], 'deleted')
    with raises('WrongPassword'):
        w.client.import_pkcs12(file, 'another one')
    tap.true(set(paths) <= set(w.client.import_pkcs12(file, PASSPHRASE)), 'imported again')


@test('§1: what takes no fd can be called with busctl')
def _(w):
    def busctl(path, interface, method, *arguments):
        return w.session.run('busctl', '--user', 'call', 'org.smimed.Smime1', path, 'org.smimed.Smime1.' + interface, method, *arguments).stdout
    root, path = w.client.ROOT, w.paths['alice']
    tap.contains(busctl(root, 'Recipients', 'Evaluate', 'sasa{sv}', ALICE, '1', BOB, '0'), b'"usable" b true')
    tap.contains(busctl(root, 'Certificates', 'Find', 'a{sv}a{sv}', '1', 'address', 's', ALICE, '0'), path.encode())
    tap.contains(busctl(path, 'Certificate', 'Validate', 'sa{sv}', 'sign', '1', 'at', 'x', '1'), b'not-yet-valid')
    tap.contains(busctl(root, 'Revocation', 'List', 'a{sv}', '0'), b'aa{sv} 0')


@test('§1: a value of the wrong type names its key, before anything is done')
def _(w):
    for key in ('deadline', 'interactive', 'network', 'job'):
        with raises('InvalidArgument') as caught:
            w.client.evaluate(ALICE, [BOB], **{key: GLib.Variant('d', 1.0)})
        tap.contains(caught.text, key)


if __name__ == '__main__':
    world.run(own=('alice', 'leo-many'), know=('bob', 'carol', 'steve-soon'))
