#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates and recipients: found, learned from messages, evaluated."""
import base64
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import forge  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'


def path(w, name):
    return w.client.certificate_path(w.pki[name].fingerprint)


@test('Find answers by address, usage, ownership, role, fingerprint and text, and by several at once')
def _(w):
    tap.equal(w.client.find(address=ALICE), [path(w, 'alice')], 'address')
    tap.equal(w.client.find(address='ALICE@example.org'), [path(w, 'alice')], 'address in capitals')
    tap.equal(w.client.find(own=True), [path(w, 'alice')], 'own')
    tap.equal(w.client.find(fingerprint=w.pki['bob'].fingerprint), [path(w, 'bob')], 'fingerprint')
    tap.equal(w.client.find(role='anchor'), [path(w, 'root')], 'role')
    tap.contains(w.client.find(text='bob'), path(w, 'bob'))
    tap.contains(w.client.find(text='SMIMED tests'), path(w, 'bob'))
    tap.equal(w.client.find(address='bob@example.org', own=True), [], 'both')
    tap.equal(w.client.find(address='erin@example.org', usage='sign'), [path(w, 'erin-sign')], 'usage sign')
    tap.equal(w.client.find(address='erin@example.org', usage='encrypt'), [path(w, 'erin-encrypt')], 'usage encrypt')
    tap.equal(w.client.find(address='nobody@example.org'), [], 'nobody')
    tap.true({path(w, name) for name in ('alice', 'bob', 'root', 'intermediate')} <= set(w.client.find()), 'everything')
    with raises('InvalidArgument'):
        w.client.find(usage='fishing')


@test('Text with wildcards and quotes is only text')
def _(w):
    for text in ('%', '_', "'", '"', "' OR 1=1 --", '*', '\\'):
        tap.equal(w.client.find(text=text), [], text)


@test('Every address of a certificate finds it, SmtpUTF8Mailbox and IDN too')
def _(w):
    for name in ('leo-many', 'olga-utf8', 'pia-idn', 'mia-subject'):
        for address in w.pki[name].addresses:
            tap.contains(w.client.find(address=address), path(w, name), address)
    tap.contains(w.client.find(address='pia@bücher.example'), path(w, 'pia-idn'))


def find_both_ways(w, address):
    """Find by address alone is answered where the bus is read; with an option, it goes the way of all calls."""
    quick, usual = (w.client.run('Certificates', 'Find', '(a{sv}a{sv})', [wire.vardict({'address': address})], options)[0]
                    for options in ({}, {'network': 'cache-only'}))
    tap.equal(quick, usual, address)
    return quick


@test('Find by address alone says the same, in the same order, as Find on the way of all calls')
def _(w):
    tap.equal(set(find_both_ways(w, 'erin@example.org')), {path(w, 'erin-sign'), path(w, 'erin-encrypt')}, 'two of one address')
    for address in (ALICE, 'ALICE@Example.ORG', 'pia@bücher.example', 'nobody@example.org', 'no address', '', '@', 'Alice <%s>' % ALICE, '%', "'"):
        find_both_ways(w, address)


@test('Find by address alone sees what any client has stored, judged and deleted as soon as that is answered, and after a kill')
def _(w):
    other = w.session.client()
    victor = path(w, 'victor')
    for changes, asks in ((w.client, w.client), (w.client, other), (other, w.client)):
        def finds(wanted, what, asks=asks):
            tap.equal(asks.find(address='victor@example.org'), wanted, what)
            tap.equal(find_both_ways(w, 'victor@example.org'), wanted, what)
        finds([], 'before')
        changes.import_certificates(w.pki['victor'].der, 'correspondent')
        finds([victor], 'stored')
        changes.set_trust(victor, 'distrusted')
        finds([victor], 'distrusted')
        changes.set_trust(victor, 'default')
        finds([victor], 'no longer distrusted')
        w.session.kill_daemon(9)
        finds([victor], 'after a kill')
        changes.delete(victor)
        finds([], 'deleted')


@test('What was distrusted and deleted is distrusted when it comes again, with a message or a chain, also after a kill')
def _(w):
    leaf, issuer = w.pki['trudy'], w.pki['intermediate']
    w.know('trudy')
    w.client.import_certificates(issuer.der, 'intermediate')

    def judge():
        report = w.client.validate([leaf.der, issuer.der], 'sign')
        return report['chain'], [(one['code'], one['depth']) for one in report['problems']]
    tap.equal(judge(), ('valid', []), 'before')
    for depth, one in ((0, leaf), (1, issuer)):
        its_path = w.client.certificate_path(one.fingerprint)
        w.client.set_trust(its_path, 'distrusted')
        w.client.delete(its_path)
        for _again in range(2):
            tap.equal(judge(), ('invalid', [('distrusted', depth)]), 'depth %d' % depth)
            w.session.kill_daemon(9)
        w.client.import_certificates(one.der, 'correspondent' if depth == 0 else 'intermediate')
        tap.equal(judge(), ('invalid', [('distrusted', depth)]), 'imported again')
        w.client.set_trust(its_path, 'default')
        tap.equal(judge(), ('valid', []), 'forgiven')
    w.client.delete(path(w, 'trudy'))


@test('Importing again changes nothing')
def _(w):
    before = sorted(w.client.find())
    tap.equal(w.client.import_certificates(w.pki['bob'].der, 'correspondent'), ([path(w, 'bob')], []), 'the second time')
    tap.equal(sorted(w.client.find()), before, 'certificates')


@test('A correspondent\'s certificate is deleted without further questions')
def _(w):
    w.know('victor')
    w.client.delete(path(w, 'victor'))
    tap.equal(w.client.find(address='victor@example.org'), [], 'gone')
    with raises('NotFound', 'org.freedesktop.DBus.Error.UnknownObject', 'org.freedesktop.DBus.Error.UnknownMethod'):
        w.client.delete(path(w, 'victor'))


@test('The sender\'s certificate is learned from a verified message, once')
def _(w):
    entity = samples.entity(samples.PLAIN)
    trudy = w.pki['trudy']
    data = forge.simple_signed(trudy, entity, detached=True, chain=[w.pki['intermediate']])
    message = samples.multipart_signed(entity, data, head=b'From: trudy@example.org\r\n')
    tap.equal(w.client.find(address='trudy@example.org'), [], 'before')
    w.client.open(message)
    tap.equal(w.client.find(address='trudy@example.org', role='correspondent'), [], 'opening alone teaches nothing (harvest-certificates: ask)')
    first = w.client.import_from_message(message)
    tap.contains(first, path(w, 'trudy'))
    tap.equal(w.client.import_from_message(message), first, 'the second time')
    tap.equal(w.client.certificate(path(w, 'trudy'))['Origin'], 'message', 'Origin')
    (_,), _ = w.client.encrypt(samples.PLAIN, ALICE, ['trudy@example.org'])


@test('Nothing is learned from a forged or unsigned message, or from another sender\'s')
def _(w):
    entity = samples.entity(samples.PLAIN)
    oscar = w.pki['oscar']
    data = forge.simple_signed(oscar, entity, detached=True, chain=[w.pki['intermediate']])
    with raises('CertificateInvalid'):
        w.client.import_from_message(samples.multipart_signed(entity + b'x', data, head=b'From: oscar@example.org\r\n'))
    with raises('AddressMismatch') as caught:
        w.client.import_from_message(samples.multipart_signed(entity, data, head=b'From: boss@example.org\r\n'))
    for address in ('boss@example.org', 'oscar@example.org'):
        tap.contains(str(caught.failure), address)
    with raises('NotProtected'):
        w.client.import_from_message(samples.PLAIN)
    tap.equal(w.client.find(address='oscar@example.org'), [], 'oscar')


@test('A sender whose stored certificate has expired is learned anew, once')
def _(w):
    old = w.pki.issue('vic-old', like='victor', addresses=['vic@example.org'], days=(-400, -2))
    new = w.pki.issue('vic-new', like='victor', addresses=['vic@example.org'])
    new.key = w.pki['victor'].key
    new.write()
    w.client.import_certificates(old.der, 'correspondent')
    entity = samples.entity(samples.PLAIN)
    head = samples.HEAD.replace(b'alice', b'vic', 1)
    message = samples.multipart_signed(entity, w.openssl_sign(entity, 'vic-new'), head=head)
    for _ in range(2):
        tap.equal(w.client.import_from_message(message), [w.client.certificate_path(new.fingerprint)], 'learned')
    tap.equal(len(w.client.find(address='vic@example.org')), 2, 'certificates of the sender')
    _, verdicts = w.client.evaluate('alice@example.org', ['vic@example.org'])
    tap.equal((verdicts[0]['usable'], verdicts[0]['certificate']), (True, new.fingerprint), 'the verdict')


@test('With two certificates the preferred encryption certificate is learned')
def _(w):
    with world.world(own=('erin-sign', 'erin-encrypt'), pki=w.pki) as other:
        signed, _ = other.client.sign(samples.message('erin@example.org'), 'erin@example.org')
    with world.world(trust=False) as fresh:
        fresh.client.import_certificates(w.pki['root'].der, 'anchor')
        tap.contains(fresh.client.import_from_message(signed), path(w, 'erin-encrypt'))


@test('Evaluate gives a verdict for each address, in order')
def _(w):
    ready, verdicts = w.client.evaluate(ALICE, ['bob@example.org', 'nobody@example.net', 'frank@example.org'])
    tap.equal((ready, [one['address'] for one in verdicts]), (False, ['bob@example.org', 'nobody@example.net', 'frank@example.org']), 'order')
    bob, nobody, frank = verdicts
    tap.equal((bob['usable'], bob['source'], bob['certificate'], bob['action'], bob['problems']),
              (True, 'local', w.pki['bob'].fingerprint, 'none', []), 'bob')
    tap.true(bob['not-after'] > 0, 'not-after')
    tap.equal((nobody['usable'], nobody['source']), (False, 'none'), 'nobody')
    tap.contains(world.codes(nobody['problems']), 'no-certificate')
    tap.contains(('remove', 'retry'), nobody['action'])
    tap.equal((frank['usable'], world.codes(frank['problems'])), (False, ['expired']), 'frank')


@test('When all are usable the answer is ready; duplicates are folded')
def _(w):
    ready, verdicts = w.client.evaluate(ALICE, ['bob@example.org', 'Bob@EXAMPLE.org', 'carol@example.org'])
    tap.equal((ready, len(verdicts)), (True, 2), 'ready, verdicts')


@test('Evaluate says the same as Encrypt does')
def _(w):
    for name in ('bob', 'carol', 'frank-expired', 'grace-future', 'judy-other', 'heidi-server', 'erin-encrypt', 'pia-idn', 'leo-many', 'olga-utf8',
                 'mia-subject', 'quinn-weak'):
        address = w.pki[name].address
        ready, _ = w.client.evaluate(ALICE, [address])
        try:
            w.client.encrypt(samples.PLAIN, ALICE, [address])
            tap.equal(ready, True, '%s: encrypted' % name)
        except smimed_session.Failure as failure:
            tap.equal((failure.code, ready), ('RecipientsNotReady', False), '%s: %s' % (name, failure))


@test('An address that is none is not usable')
def _(w):
    for wrong in ('', 'bob', 'bob@', 'a b@example.org'):
        try:
            ready, _ = w.client.evaluate(ALICE, [wrong])
            tap.equal(ready, False, wrong)
        except smimed_session.Failure as failure:
            tap.equal(failure.code, 'InvalidArgument', wrong)


@test('Nobody to evaluate is no problem')
def _(w):
    _, verdicts = w.client.evaluate(ALICE, [])
    tap.equal(verdicts, [], 'verdicts')


@test('Of two certificates for one address a usable one is chosen')
def _(w):
    old = w.pki.issue('bob-old', like='victor', addresses=['bob@example.org'], days=(-400, -2))
    w.client.import_certificates(old.der, 'correspondent')
    _, (verdict,) = w.client.evaluate(ALICE, ['bob@example.org'])
    tap.equal((verdict['usable'], verdict['certificate']), (True, w.pki['bob'].fingerprint), 'verdict')


@test('Hundreds of correspondents are found at once, and not enumerated')
def _(w):
    people = [w.pki.issue('p%d' % number, like='bob') for number in range(300)]
    for part in (people[:150], people[150:]):
        paths, refused = w.client.import_certificates(b''.join(one.pem for one in part), 'correspondent')
        tap.equal((len(paths), refused), (150, []), 'imported')
    tap.equal(len(w.client.import_certificates(b''.join(one.pem for one in people), 'correspondent')[0]), 300, 'imported at once')
    ready, verdicts = w.client.evaluate(ALICE, [one.address for one in people])
    tap.equal((ready, len(verdicts)), (True, 300), 'evaluated')
    tap.true(len(w.client.objects()) < 20, 'objects: %d' % len(w.client.objects()))


@test('A file of more than 4096 certificates is refused as a whole')
def _(w):
    before = w.client.find()
    ders = [w.pki['bob'].der[:-2] + number.to_bytes(2, 'big') for number in range(4097)]
    text = ''.join('-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n' % base64.encodebytes(one).decode() for one in ders)
    with raises('LimitExceeded'):
        w.client.import_certificates(text.encode(), 'correspondent')
    tap.equal(w.client.find(), before, 'certificates')


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob', 'carol', 'erin-sign', 'erin-encrypt', 'leo-many', 'olga-utf8', 'pia-idn', 'mia-subject', 'frank-expired',
                                    'grace-future', 'judy-other', 'heidi-server', 'quinn-weak'))
