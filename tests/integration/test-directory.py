#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The organisation's directory, a real slapd of 100,000 people: recipients are found, checked and encrypted to, whatever happens to it."""
import base64
import contextlib
import datetime
import itertools
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import address_book  # noqa: E402
import pki  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from gi.repository import GLib  # noqa: E402
from address_book import AddressBook, group, person  # noqa: E402
from smimed_client import GRACE, PATIENCE, raises  # noqa: E402
from tap import test  # noqa: E402

CROWD = 100000
FIVE = ('bob', 'carol', 'dan', 'ursula', 'victor')


def crowd(count):
    """Cheap people: one certificate, made out to nobody of them."""
    template = address_book.make_template()
    for number in range(count):
        yield person('p%d' % number, 'p%d@example.org' % number, address_book.cheap_certificate(template, number))


def known_people(pki):
    template = address_book.make_template()
    yield person('bob', 'bob@example.org', pki['bob'].der)
    yield person('carol', [], pki['carol'].der, proxies=['SMTP:carol@example.org', 'smtp:c.arol@example.org'])
    yield person('frank', 'frank@example.org', pki['frank-expired'].der)
    yield person('dan', 'dan@example.org', pki['ursula'].der)
    yield person('ursula', 'ursula@example.org', pki['ursula'].der)
    yield person('star', 'star*@example.org', pki['bob'].der)
    yield person('many', 'many@example.org', [address_book.cheap_certificate(template, number) for number in range(1000)])
    many = [address_book.cheap_certificate(template, number) for number in range(999)]
    yield person('hidden', 'victor@example.org', many + [pki['victor'].der])
    yield person('huge', 'huge@example.org', profile=b'\x30' * 50000000)
    yield group('team', 'team@example.org', ['uid=bob', 'uid=carol'])
    yield group('mixed', 'mixed@example.org', ['uid=bob', 'uid=frank'])


class Sender:
    """Alice, her daemon and the book; `pki` is hers."""

    def __init__(self, one, book, tls):
        self.world, self.book, self.tls = one, book, tls
        self.client, self.pki, self.session = one.client, one.pki, one.session

    def use(self, *urls):
        self.session.set('directories', repr(list(urls)) if urls else '@as []')

    def evaluate(self, *addresses, **options):
        ready, verdicts = self.client.evaluate('alice@example.org', list(addresses), **options)
        return ready, {one['address']: one for one in verdicts}

    def encrypt(self, to, bcc=(), **options):
        return self.client.encrypt(samples.message(), 'alice@example.org', list(to), bcc=list(bcc), **options)


@contextlib.contextmanager
def sender():
    import tempfile
    import shutil
    from pki import Pki
    folder = tempfile.mkdtemp(prefix='smimed-test-')
    tls = address_book.make_tls(folder)
    pki = Pki(os.path.join(folder, 'pki'))
    try:
        with AddressBook(itertools.chain(known_people(pki), crowd(CROWD)), tls) as book, \
                world.world(own=['alice'], pki=pki, watched=True, environment={'LDAPTLS_CACERT': tls[0]},
                            settings={'network-deadline': 'uint32 %d' % (10000 if PATIENCE == 1 else 300000)}) as one:
            yield Sender(one, book, tls)
    finally:
        shutil.rmtree(folder)


def codes(verdict):
    return world.codes(verdict['problems'])


@test('with 100,000 people in it, the directory gives each recipient his certificate, checked, and says where it comes from')
def found(s):
    s.use(s.book.url)
    ready, verdicts = s.evaluate('bob@example.org', 'C.Arol@example.org', 'frank@example.org', 'p77777@example.org', 'nobody@example.org')
    bob, carol, frank, other, nobody = verdicts.values()
    tap.true(not ready and bob['usable'], 'bob')
    tap.equal((bob['source'], bob['certificate'], bob['action'], codes(bob)), ('directory', s.pki['bob'].fingerprint, 'none', []), 'bob')
    tap.equal((carol['usable'], codes(carol)), (False, ['address-mismatch', 'no-certificate']), "an alias that the certificate doesn't have")
    tap.equal((frank['source'], codes(frank), frank['action']), ('directory', ['expired'], 'remove'), 'frank')
    tap.true('many@example.org' in other['problems'][0]['detail'] and other['problems'][0]['certificate'], 'whose certificate it is')
    tap.equal((nobody['source'], codes(nobody), nobody['action']), ('none', ['no-certificate'], 'remove'), 'nobody')


@test('what an address holds can not change what is searched for')
def escaped(s):
    s.use(s.book.url)
    _, verdicts = s.evaluate('*@example.org', 'b*@example.org', '"x)(mail=bob"@example.org', 'star*@example.org')
    tap.equal([one['usable'] for one in verdicts.values()], [False] * 4, 'usable')
    tap.equal([codes(one)[0] for one in verdicts.values()], ['no-certificate'] * 3 + ['address-mismatch'], 'found')


@test('StartTLS, ldaps and a socket work; a server with another name is not spoken to')
def transports(s):
    for url in (s.book.url, s.book.tls_url, s.book.socket_url):
        s.use(url)
        tap.true(s.evaluate('bob@example.org')[0], url)
    for url in (s.book.url, s.book.tls_url):
        s.use(url.replace('127.0.0.1', 'localhost'))
        _, verdicts = s.evaluate('bob@example.org')
        tap.equal(codes(verdicts['bob@example.org']), ['directory-unreachable', 'no-certificate'], 'by another name')


@test('a thousand certificates for one address, and a value of 50 MB, end in a verdict and harm nobody beside them')
def large(s):
    s.use(s.book.url)
    ready, verdicts = s.evaluate('many@example.org', 'huge@example.org', 'bob@example.org', 'victor@example.org')
    many, huge, bob, victor = verdicts.values()
    tap.true(not ready and bob['usable'], 'bob')
    tap.equal(victor['certificate'] if victor['usable'] else None, s.pki['victor'].fingerprint, 'the one that fits among a thousand')
    tap.true(not many['usable'] and len(many['problems']) < 20, 'many: %r' % many)
    tap.equal((codes(huge), huge['action']), (['directory-unreachable', 'no-certificate'], 'retry'), 'huge')
    if PATIENCE > 1:
        return  # a sanitizer keeps what is freed
    with open('/proc/%d/status' % s.session.daemon_pid(), encoding='ascii') as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith('VmHWM'))
    tap.true(peak < 100 * 1024, 'the daemon took %d kB' % peak)


@test('a group is encrypted to if all of its members can be, and each of them can read it')
def groups(s):
    s.use(s.book.url)
    ready, verdicts = s.evaluate('team@example.org', 'mixed@example.org')
    team, mixed = verdicts.values()
    tap.true(not ready and team['usable'] and not mixed['usable'], 'usable')
    tap.equal(sorted(one['address'] for one in team['members']), ['bob@example.org', 'carol@example.org'], 'members')
    tap.equal((codes(mixed), mixed['action']), (['expired'], 'remove'), 'the reason')
    outputs, _ = s.encrypt(['team@example.org'], format='raw')
    tap.equal(outputs[0][0], ['team@example.org'], 'addresses')
    for name in ('bob', 'carol'):
        tap.true(s.world.openssl_decrypt(outputs[0][1], name), name)
    with raises('RecipientsNotReady') as caught:
        s.encrypt(['bob@example.org'], bcc=['mixed@example.org'])
    tap.true('mixed@example.org' in caught.text, caught.text)


@test('a certificate from the directory is stored when it was encrypted to, and then serves without the directory, with a warning')
def stored(s):
    s.use(s.book.url)
    tap.equal(s.evaluate('ursula@example.org')[1]['ursula@example.org']['source'], 'directory', 'source')
    tap.equal(s.client.find(address='ursula@example.org'), [], 'before it is used')
    s.encrypt(['ursula@example.org'])
    path, = s.client.find(address='ursula@example.org')
    tap.equal((s.client.get('Certificate', 'Origin', path), s.client.get('Certificate', 'Role', path)), ('directory', 'correspondent'), 'stored')
    s.use('ldap://127.0.0.1:1/o=Test')
    ready, verdicts = s.evaluate('ursula@example.org', 'nobody@example.org')
    ursula, nobody = verdicts.values()
    tap.true(not ready and ursula['usable'], 'usable')
    tap.equal((ursula['source'], codes(ursula), ursula['action']), ('local', ['directory-unreachable'], 'none'), 'ursula')
    tap.equal((nobody['action'], codes(nobody)), ('retry', ['directory-unreachable', 'no-certificate']), 'nobody')
    warning = ursula['problems'][0]
    tap.true(warning['temporary'] and warning['url'] == 'ldap://127.0.0.1:1/o=Test' and warning['detail'], 'the warning: %r' % warning)
    s.encrypt(['ursula@example.org'])


@test('several directories are asked side by side; the first that has something usable counts')
def several(s):
    with AddressBook([person('dan', 'dan@example.org', s.pki['dan'].der), person('bob', 'bob@example.org')]) as second:
        s.use(s.book.url, second.url)
        ready, verdicts = s.evaluate('dan@example.org', 'bob@example.org')
        tap.true(ready, repr(verdicts))
        tap.equal(verdicts['dan@example.org']['certificate'], s.pki['dan'].fingerprint, 'dan')
        second.kill()
        s.use(second.url, s.book.url)
        ready, verdicts = s.evaluate('ursula@example.org')
        tap.equal((ready, codes(verdicts['ursula@example.org'])), (True, ['directory-unreachable']), 'one of them is down')


@test('the setting lookup-order decides who is asked first; without the directory in it, none is')
def order(s):
    s.world.know('bob')
    s.use(s.book.url)
    for value, source in (("['directory', 'local']", 'directory'), ("['local', 'directory']", 'local'), ("['local']", 'local')):
        s.session.set('lookup-order', value)
        tap.equal(s.evaluate('bob@example.org')[1]['bob@example.org']['source'], source, value)
    s.session.set('lookup-order', "['directory', 'local']")


@test('a directory killed in mid-search ends in a verdict, and is asked again when it is back')
def killed(s):
    s.use(s.book.url)
    s.evaluate('bob@example.org')
    s.book.freeze()
    pending = s.client.start_evaluate('alice@example.org', ['p%d@example.org' % number for number in range(200)], deadline=GLib.Variant('u', 60000))
    s.client.get('Manager', 'Version')
    s.book.kill()
    ready, verdicts = pending.wait()
    tap.true(not ready and len(verdicts) == 200, 'verdicts')
    tap.equal({tuple(codes(one)) for one in verdicts}, {('directory-unreachable', 'no-certificate')}, 'why')
    s.book.serve()
    s.client.wait_until(lambda: s.evaluate('p1@example.org')[1]['p1@example.org']['action'] == 'remove', 30, 'the directory to be asked again')


@test('a directory that says nothing costs no more than the deadline, and then nothing')
def frozen(s):
    s.use(s.book.url)
    s.book.freeze()
    try:
        pending = s.client.start_evaluate('alice@example.org', ['unasked@example.org'], deadline=GLib.Variant('u', 4000))
        _, (verdict,) = pending.wait()
        tap.within(pending.seconds, 4 + GRACE, 'the verdict')
        tap.equal(codes(verdict), ['directory-unreachable', 'no-certificate'], 'why')
    finally:
        s.book.thaw()


GARBAGE = {
    'noise': b'\xff\x00garbage' * 100,
    'endless length': b'\x30\x84\x7f\xff\xff\xff\x02\x01\x01\x64',
    'other id': b'\x30\x0c\x02\x01\x63\x65\x07\x0a\x01\x00\x04\x00\x04\x00',
    'broken entry': b'\x30\x0c\x02\x01\x02\x64\x07\x04\x82\xff\xff\x30\x01\x00',
    'line of text': b'220 mail.example.org ESMTP\r\n',
    'nothing': b'',
}


@contextlib.contextmanager
def garbage_server(answer, no_tls=b'\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00'):
    """Says that it has no TLS, and `answer` to all else; then it closes."""
    listener = socket.create_server(('127.0.0.1', 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(no_tls)
                connection.recv(4096)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield 'ldap://127.0.0.1:%d/o=Test' % listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@test('garbage from a server is told as an unreachable directory')
def garbage(s):
    for name, answer in GARBAGE.items():
        with garbage_server(answer) as url:
            s.use(url)
            _, verdicts = s.evaluate('p6@example.org', deadline=GLib.Variant('u', 20000))
            tap.equal(codes(verdicts['p6@example.org']), ['directory-unreachable', 'no-certificate'], name)
            s.use()


@test('a server that breaks off while TLS begins is not spoken to in the clear')
def no_fallback(s):
    started = b'\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00'
    with garbage_server(b'\x15\x03\x03\x00\x02\x02\x28', no_tls=started) as url:
        s.use(url)
        _, verdicts = s.evaluate('p7@example.org', deadline=GLib.Variant('u', 20000))
        tap.true('no secure connection' in verdicts['p7@example.org']['problems'][0]['detail'], repr(verdicts))
        s.use()


@test('while S/MIME is off, or the network is forbidden, the directory hears nothing')
def quiet(s):
    listener = socket.create_server(('127.0.0.1', 0))
    s.use('ldap://127.0.0.1:%d/' % listener.getsockname()[1])
    s.session.set('enabled', 'false')
    with raises('Disabled'):
        s.evaluate('p8@example.org')
    s.session.set('enabled', 'true')
    _, verdicts = s.evaluate('p8@example.org', network='cache-only')
    tap.equal(codes(verdicts['p8@example.org']), ['directory-unreachable', 'no-certificate'], 'the verdict')
    listener.setblocking(False)
    try:
        listener.accept()
        raise AssertionError('it was connected to')
    except BlockingIOError:
        listener.close()


@test('a thousand certificates whose time is over, though made later, hide the one that is good: not in the directory, not in the store')
def crowded(s):
    template = address_book.make_template(['bob@example.org'], datetime.datetime.utcnow() - datetime.timedelta(hours=12), 1 / 24)
    old = [address_book.cheap_certificate(template, number) for number in range(1000)]
    with AddressBook([person('bob', 'bob@example.org', old[:999] + [s.pki['bob'].der])]) as book:
        s.use(book.url)
        found = s.evaluate('bob@example.org')[1]['bob@example.org']
        tap.equal((found['usable'], found.get('certificate')), (True, s.pki['bob'].fingerprint), 'of the directory: %r' % found)
    s.use()
    pem = [b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(der) + b'-----END CERTIFICATE-----\n' for der in old + [s.pki['bob'].der]]
    s.client.import_certificates(b''.join(pem), 'correspondent')
    found = s.evaluate('bob@example.org')[1]['bob@example.org']
    tap.equal((found['source'], found.get('certificate')), ('local', s.pki['bob'].fingerprint), 'of the store: %r' % found)


def made_by_mallory(address, count):
    """PEM of certificates that are in order but for their authority, which is among them and leads nowhere"""
    key, name = ec.generate_private_key(ec.SECP256R1()), pki._name('Mallory')
    made = [pki.certificate(name, key.public_key(), name, key, (-10, 300), pki._authority_extensions(key, key))]
    made += [pki.certificate(pki._name('m%d' % number), key.public_key(), name, key, (0, 100), [(x509.SubjectAlternativeName([x509.RFC822Name(address)]), False)])
             for number in range(count)]
    return b''.join(one.public_bytes(world._pem().PEM) for one in made)


@test('a thousand certificates that anybody can make, newer and in time, do not hide the one that is good: not in the directory, not in the store')
def outnumbered(s):
    start, issuer = datetime.datetime.utcnow() - datetime.timedelta(hours=1), s.pki['intermediate'].cert.subject
    templates = [address_book.make_template(['carol@example.org'], start), address_book.make_template(['carol@example.org'], start, issuer=issuer)]
    forged = [address_book.cheap_certificate(template, number) for number in range(500) for template in templates]
    with AddressBook([person('carol', 'carol@example.org', forged[:999] + [s.pki['carol'].der])]) as book:
        s.use(book.url)
        found = s.evaluate('carol@example.org')[1]['carol@example.org']
        tap.equal((found['usable'], found.get('certificate')), (True, s.pki['carol'].fingerprint), 'of the directory: %r' % found)
    s.use()
    pem = [b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(der) + b'-----END CERTIFICATE-----\n' for der in forged + [s.pki['carol'].der]]
    s.client.import_certificates(b''.join(pem) + made_by_mallory('carol@example.org', 70), 'correspondent')
    found = s.evaluate('carol@example.org')[1]['carol@example.org']
    tap.equal((found['source'], found.get('certificate')), ('local', s.pki['carol'].fingerprint), 'of the store: %r' % found)


@test('for every subset of missing certificates there is output if and only if none is missing, as Evaluate has said')
def all_or_nothing(s):
    address = {name: name + '@example.org' for name in FIVE}
    s.session.set('lookup-order', "['directory']")
    for present in itertools.chain.from_iterable(itertools.combinations(FIVE, count) for count in range(len(FIVE) + 1)):
        to, bcc = [address[name] for name in FIVE[:3]], [address[name] for name in FIVE[3:]]
        with AddressBook([person(name, address[name], s.pki[name].der) for name in present]) as book:
            s.use(book.url)
            ready, verdicts = s.evaluate(*to, *bcc)
            tap.equal({name for name in FIVE if verdicts[address[name]]['usable']}, set(present), 'usable: %r' % verdicts)
            tap.equal(ready, len(present) == len(FIVE), 'ready')
            if ready:
                outputs, _ = s.encrypt(to, bcc)
                tap.equal([addresses for addresses, _ in outputs], [to] + [[one] for one in bcc], 'outputs')
                continue
            with raises('RecipientsNotReady') as caught:
                s.encrypt(to, bcc)
            tap.equal({name for name in FIVE if address[name] in caught.text}, set(FIVE) - set(present), 'named')
    s.session.set('lookup-order', "['directory', 'local']")


if __name__ == '__main__':
    tap.main(sender, log=lambda s: s.session.log())
