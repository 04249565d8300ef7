#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where revocation information lives: imported by hand, fetched when asked and ahead of need, never lost and never older than it was."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import contextlib  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

import crls  # noqa: E402
import directory_server  # noqa: E402
import slapd  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from smimed_client import raises  # noqa: E402
from smimed_session import after  # noqa: E402
from tap import test  # noqa: E402

# Few milliseconds: much less than any of the faults lasts, much more than a good answer takes.
SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.1']", 'network-deadline': 'uint32 3000'}
DAY = 86400


def points(*urls):
    """CRL distribution points, one for each URL."""
    names = [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None) for url in urls]
    return (x509.CRLDistributionPoints(names), False)


def own_with(w, name, *urls):
    """Somebody who is here with a key and whose certificate names these places."""
    identity = w.pki.issue(name, addresses=[name + '@example.org'], extra=[points(*urls)])
    w.client.own(identity)
    return identity


def forget(w, *identities):
    for identity in identities:
        w.client.delete(w.client.certificate_path(identity.fingerprint), **{'delete-key': True})
    w.client.flush()


def by_url(entries):
    return {entry['url']: entry for entry in entries}


def index_files(w):
    folder = os.path.join(w.session.folder, 'data', 'smimed', 'crls')
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


@test('A CRL is imported from DER and PEM, and listed with all that is known of it')
def _(w):
    issuer, now = w.pki['intermediate'], int(time.time())
    for number, file in ((0x1234, crls.crl(issuer, 0x1234, now - 60, now + DAY, (5, 6, 7))),
                         (0x1235, crls.pem(crls.crl(issuer, 0x1235, now - 30, now + DAY, (5, 6, 7, 8))))):
        entry = w.client.import_crl(file)
        tap.equal((entry['kind'], entry['url'], entry['number'], entry['state'], entry['detail']), ('crl', '', '%x' % number, 'fresh', ''), 'entry')
        tap.equal((entry['entries'], entry['next-update']), (number - 0x1231, now + DAY), 'entries')
        tap.contains(entry['issuer'], 'CN=smimed test intermediate', 'issuer')
        tap.true(now - 1 <= entry['fetched-at'] <= time.time(), 'fetched-at')
    tap.equal(w.client.crls(), [entry], 'the newer one has taken the place of the older')
    w.client.flush()
    tap.equal((w.client.crls(), index_files(w)), ([], []), 'after Flush')


@test('An older CRL never takes the place of a newer one; partitions and delta CRLs stand beside')
def _(w):
    issuer, now = w.pki['intermediate'], int(time.time())
    w.client.import_crl(crls.crl(issuer, 9, now - 60))
    kept = w.client.import_crl(crls.crl(issuer, 8, now - 3600))
    tap.equal(kept['number'], '09', 'what counts')
    tap.true(kept['detail'], 'and why')
    delta = w.client.import_crl(crls.crl(issuer, 10, now - 50, base=9))
    tap.equal(delta['kind'], 'delta-crl', 'kind')
    w.client.import_crl(crls.crl(issuer, 11, now - 50, scope='http://crl.example.org/1'))
    w.client.import_crl(crls.crl(w.pki['root'], 1, now - 50))
    tap.equal(sorted(entry['number'] for entry in w.client.crls()), ['01', '09', '0a', '0b'], 'all')
    w.client.flush()


@test('What can not be used is refused with the reason: garbage, a stranger, a forged signature, a CRL of the future, an issuer that may not')
def _(w):
    issuer, now = w.pki['intermediate'], int(time.time())
    w.know('alice')
    for file, code in ((b'<html>', 'Malformed'), (b'', 'Malformed'), (crls.crl(issuer)[:-20], 'Malformed'),
                       (crls.crl(w.pki['other-root'], signer=w.pki['root']), 'NotFound'), (crls.crl(issuer, signer=w.pki['root']), 'CertificateInvalid'),
                       (crls.crl(issuer, this=now + 600), 'CertificateInvalid'), (crls.crl(w.pki['alice']), 'CertificateInvalid')):
        with raises(code):
            w.client.import_crl(file)
    tap.equal((w.client.crls(), index_files(w)), ([], []), 'nothing is left of them')


def openssl_crl(w, folder, revoked, *arguments):
    """What `openssl ca` writes for the intermediate authority if nobody tells it to number its CRLs"""
    issuer = w.pki['intermediate']
    paths = {name: os.path.join(folder, name) for name in ('ca.cnf', 'index.txt', 'crl.pem')}
    with open(paths['index.txt'], 'w') as file:
        file.writelines('R\t400101000000Z\t250101000000Z\t%X\tunknown\t/CN=x\n' % one.cert.serial_number for one in revoked)
    with open(paths['ca.cnf'], 'w') as file:
        file.write('[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=sha256\ndefault_crl_days=180\n'
                   '[crl_ext]\nauthorityKeyIdentifier=keyid:always,issuer:always\n' % paths['index.txt'])
    subprocess.run(['openssl', 'ca', '-config', paths['ca.cnf'], '-gencrl', '-cert', issuer.crt_file, '-keyfile', issuer.key_file,
                    '-out', paths['crl.pem'], *arguments], check=True, capture_output=True)
    with open(paths['crl.pem'], 'rb') as file:
        return file.read()


@test('CRLs without a number, as openssl ca and easy-rsa make them, do for hard-fail, and tell who was revoked')
def _(w):
    alice, bob, chain = w.pki['alice'], w.pki['bob'], [w.pki['intermediate'].der]
    w.client.import_crl(crls.crl(w.pki['root']))
    for arguments, version in (((), '1 (0x0)'), (('-crlexts', 'crl_ext'), '2 (0x1)')):
        with tempfile.TemporaryDirectory() as folder:
            file = openssl_crl(w, folder, [bob], *arguments)
        text = subprocess.run(['openssl', 'crl', '-noout', '-text'], input=file, check=True, capture_output=True).stdout.decode()
        tap.true('Version ' + version in text and 'CRL Number' not in text, text)
        entry = w.client.import_crl(file)
        tap.equal((entry['kind'], entry['number'], entry['state'], entry['entries']), ('crl', '', 'fresh', 1), 'entry')
        tap.equal([w.client.validate([one.der] + chain, 'any')['chain'] for one in (alice, bob)], ['valid', 'invalid'], 'verdicts')
        tap.equal(world.codes(w.client.validate([bob.der] + chain, 'any')['problems']), ['revoked'], 'bob')
        w.client.flush()
        w.client.import_crl(crls.crl(w.pki['root']))
    w.client.flush()


@test('A distrusted authority imports no CRL')
def _(w):
    path = w.client.certificate_path(w.pki['intermediate'].fingerprint)
    w.client.run('Certificate', 'SetTrust', '(sa{sv})', ['distrusted'], {}, path=path)
    with raises('CertificateInvalid'):
        w.client.import_crl(crls.crl(w.pki['intermediate']))
    w.client.run('Certificate', 'SetTrust', '(sa{sv})', ['default'], {}, path=path)


@test('While smimed is switched off CRLs are imported and listed, and nothing is fetched')
def _(w):
    w.client.enable(False)
    identity = own_with(w, 'off', w.server.url('/off.crl'))
    w.client.import_crl(crls.crl(w.pki['root']))
    tap.equal(len(w.client.crls()), 1, 'listed')
    with raises('Disabled'):
        w.client.refresh(force=True)
    tap.equal((w.client.get('Revocation', 'NextRefresh'), w.server.hits['/off.crl']), (0, 0), 'it rests')
    forget(w, identity)


@test('CRLs of own chains are fetched ahead of need, as soon as smimed is switched on, and the properties tell')
def _(w):
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', w.client.ROOT)
    w.server.files['/ahead.crl'] = crls.crl(w.pki['intermediate'], 3)
    w.identities = [own_with(w, 'ahead', w.server.url('/ahead.crl'))]
    started = int(time.time())
    w.client.enable()
    _, values = changes.await_one(20, lambda _, values: values[0].endswith('.Revocation') and values[1].get('LastRefresh', 0) >= started)
    entry, = w.client.crls()
    tap.equal((entry['url'], entry['state'], entry['number']), (w.server.url('/ahead.crl'), 'fresh', '03'), 'entry')
    following = w.client.get('Revocation', 'NextRefresh')
    tap.true(started < following < entry['next-update'], 'NextRefresh %d lies before nextUpdate' % following)
    tap.equal(w.server.hits['/ahead.crl'], 1, 'it was fetched once')
    changes.stop()


@test('Refresh fetches nothing that is fresh; with force it asks, and an unchanged CRL is not sent again')
def _(w):
    tap.equal(w.client.refresh(), [], 'nothing is due')
    tap.equal(w.server.hits['/ahead.crl'], 1, 'and nothing was asked')
    result, = w.client.refresh(force=True)
    tap.equal((result['state'], result['number']), ('fresh', '03'), 'result')
    forget(w, *w.identities)
    w.server.files['/tagged.crl'] = crls.crl(w.pki['intermediate'], 4)
    url = w.server.url('/etag/tagged.crl')
    identity = own_with(w, 'tagged', url)
    first = by_url(w.client.refresh())[url]
    w.server.files['/tagged.crl'] = b'must not be sent'
    second = by_url(w.client.refresh(force=True))[url]
    tap.equal([second[key] for key in ('state', 'number', 'detail')], ['fresh', '04', ''], 'after 304')
    tap.true(second['fetched-at'] >= first['fetched-at'], 'fetched-at')
    forget(w, identity)


@test('Every fault gives one result with its state and reason, all within the one deadline, and the good one beside them comes')
def _(w):
    faults = ['/silent/1', '/drip/1', '/endless/1', '/huge/1', '/wrong-length/1', '/loop/1', '/garbage/1', '/html/1', '/empty/1',
              '/status/404/1', '/status/500/1', '/future.crl', '/forged.crl']
    now = int(time.time())
    w.server.files['/future.crl'] = crls.crl(w.pki['intermediate'], this=now + 600)
    w.server.files['/forged.crl'] = crls.crl(w.pki['intermediate'], signer=w.pki['other'] if 'other' in w.pki.people else w.pki['root'])
    w.server.files['/expired.crl'] = crls.crl(w.pki['intermediate'], this=now - 9 * DAY, until=now - DAY)
    w.server.files['/good.crl'] = crls.crl(w.pki['intermediate'], 5)
    urls = [w.server.url(path) for path in faults] + [w.server.refused_url('/1')]
    identities = [own_with(w, 'fault%d' % number, url) for number, url in enumerate(urls + [w.server.url('/expired.crl'), w.server.url('/good.crl')])]
    started = time.monotonic()
    results = by_url(w.client.refresh(force=True))
    took = time.monotonic() - started
    tap.true(took < 3 + 0.25 + 3, 'within its deadline: %.2f s' % took)
    for url in urls:
        tap.equal(results[url]['state'], 'failed', url)
        tap.true(len(results[url]['detail']) > 10, 'says why: %s' % results[url])
    tap.equal(results[w.server.url('/expired.crl')]['state'], 'stale', 'an expired CRL')
    tap.equal(results[w.server.url('/good.crl')]['state'], 'fresh', 'the good one')
    tap.equal(len(results), len(urls) + 2, 'one for each')
    forget(w, *identities)


@test('A failure keeps what is there')
def _(w):
    w.server.files['/flaky.crl'] = crls.crl(w.pki['intermediate'], 6)
    url = w.server.url('/flaky.crl')
    identity = own_with(w, 'flaky', url)
    tap.equal(by_url(w.client.refresh(force=True))[url]['state'], 'fresh', 'first')
    del w.server.files['/flaky.crl']
    # The daemon's own round may have asked a moment before; whoever asks then shares what comes.
    w.client.wait_until(lambda: by_url(w.client.refresh(force=True))[url]['state'] == 'failed', 20, 'the failure')
    entry = by_url(w.client.crls())[url]
    tap.equal((entry['state'], entry['number']), ('fresh', '06'), 'what is at hand')
    tap.true(entry['detail'], 'and what went wrong')
    forget(w, identity)


@test('CRLs come from a directory, too')
def _(w):
    if not slapd.SLAPD:
        raise tap.Skip('no slapd here')
    with directory_server.DirectoryServer({'cn=CA': {'certificateRevocationList;binary': [crls.crl(w.pki['intermediate'], 7)]}}) as directory:
        url = directory.url('cn=CA', 'certificateRevocationList;binary')
        identity = own_with(w, 'directory', url)
        result = by_url(w.client.refresh(force=True))[url]
        tap.equal((result['state'], result['number']), ('fresh', '07'), 'result')
        forget(w, identity)


@test('What comes after the deadline is imported all the same')
def _(w):
    w.session.set('network-deadline', 'uint32 200')
    w.server.files['/slow.crl'] = crls.crl(w.pki['intermediate'], 8)
    url = w.server.url('/hold/slow.crl')
    identity = own_with(w, 'slow', url)
    w.client.wait_until(lambda: w.client.get('Manager', 'Policy').get('network-deadline') == 200, 10, 'the setting')
    result = by_url(w.client.refresh(force=True))[url]
    tap.equal(result['state'], 'failed', 'it has not come yet')
    w.server.released.set()
    w.client.wait_until(lambda: by_url(w.client.crls())[url]['state'] == 'fresh', 20, 'the late CRL')
    w.session.set('network-deadline', 'uint32 3000')
    w.client.wait_until(lambda: w.client.get('Manager', 'Policy').get('network-deadline') == 3000, 10, 'the setting')
    forget(w, identity)


@test('An administrator reads the states with busctl')
def _(w):
    w.client.import_crl(crls.crl(w.pki['root'], 2))
    call = ['busctl', '--user', '--address=' + w.session.address]
    done = w.session.run(*call, 'call', w.client.NAME, w.client.ROOT, w.client.NAME + '.Revocation', 'List', 'a{sv}', '0')
    tap.contains(done.stdout.decode(), '"state" s "fresh"', 'List')
    w.client.flush()


@test('Everything is there after a restart')
def _(w):
    w.client.import_crl(crls.crl(w.pki['root'], 2, serials=range(1000, 3000)))
    before = by_url(w.client.crls())['']
    w.session.kill_daemon(15)
    tap.equal(by_url(w.client.crls())[''], before, 'after a restart')
    w.client.flush()


@test('What a judgement has asked for is kept up to date from then on; a damaged index is found out, and fetched again')
def _(w):
    w.client.flush()
    w.client.import_crl(crls.crl(w.pki['root'], 1))
    w.server.files['/judged.crl'] = crls.crl(w.pki['intermediate'], 9, serials=range(1000, 3000))
    url = w.server.url('/judged.crl')
    stranger = w.pki.issue('judged', addresses=['judged@example.org'], extra=[points(url)])

    def judge():
        report = w.client.validate([stranger.der, w.pki['intermediate'].der], 'sign')
        tap.equal((report['chain'], [one['source'] for one in report['revocation']]), ('valid', ['crl', 'crl']), 'the verdict')

    before = w.server.hits['/judged.crl']
    judge()
    entry = by_url(w.client.crls())[url]
    w.client.wait_until(lambda: entry['this-update'] < w.client.get('Revocation', 'NextRefresh') < entry['next-update'], 20, 'the plan')
    judge()
    tap.equal(w.server.hits['/judged.crl'] - before, 1, 'it was fetched once')
    w.session.kill_daemon(15)
    folder = os.path.join(w.session.folder, 'data', 'smimed', 'crls')
    for name in index_files(w):
        with open(os.path.join(folder, name), 'r+b') as file:
            if os.path.getsize(file.name) > 32 * 1500:
                file.seek(32 * 1000)
                file.write(b'\xff')
    judge()
    tap.equal(by_url(w.client.crls())[url]['entries'], 2000, 'it was fetched again')
    tap.equal(w.server.hits['/judged.crl'] - before - 1, 1, 'it was fetched again')
    w.client.flush()


@test('Killed at many moments of an import: the old CRL or the new one is there, whole, and nothing else')
def _(w):
    now, issuer = int(time.time()), w.pki['intermediate']
    files = [crls.crl(issuer, number, now - 3600 + number, entries=crls.many_entries(60000)) for number in range(1, 30)]
    started = time.monotonic()
    known = w.client.import_crl(files[0])['number']
    whole = (time.monotonic() - started) * 1000
    counts = {True: 0, False: 0}
    for number in range(2, 30):
        w.session.start_daemon()
        pending = w.client.start_import_crl(files[number - 1])
        after(int(whole * number / 24))
        w.session.kill_daemon(9)
        with contextlib.suppress(smimed_session.Failure):
            pending.wait(30)
        entry = by_url(w.client.crls())['']
        tap.contains([known, '%02x' % number], entry['number'], 'which')
        tap.equal((entry['entries'], len(index_files(w))), (60000, 1), 'whole, and the only file')
        counts[entry['number'] == known] += 1
        known = entry['number']
    tap.diagnose('killed %d times in the %d ms of an import: %d times the old one was there, %d times the new one'
                 % (sum(counts.values()), whole, counts[True], counts[False]))
    w.client.flush()


@contextlib.contextmanager
def served():
    with FaultServer() as server, world.world(settings=SETTINGS) as one:
        one.server = server
        yield one


tap.main(served, log=lambda one: one.session.log())
