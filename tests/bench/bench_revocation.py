# SPDX-License-Identifier: LGPL-2.1-or-later
"""A CRL of a million entries, and a hundred thousand certificates: what they cost beside `openssl verify` and a bare ping."""
import contextlib
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import time

import bench
import crls

ENTRIES, CERTIFICATES = 1000000, 100000
# Rows as the store has them; what they hold is never read unless they are found.
FILL = """WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
 INSERT INTO certificates (fingerprint, subject, issuer, serial, key_id, computed_key_id, key_fingerprint, not_before, not_after, usages, role,
 origin, der) SELECT printf ('%%064x', i), randomblob (16), x'00', randomblob (8), randomblob (20), randomblob (20), printf ('%%064x', -i), i,
 i + 1, 3, 1, 2, ? FROM n"""
ADDRESSES = """INSERT OR IGNORE INTO addresses (address, not_before, certificate, fingerprint)
 SELECT printf ('user%d@example.org', id), not_before, id, fingerprint FROM certificates WHERE issuer = x'00'"""


def big_crl(run):
    """The file, made once for a folder: SMIMED_BENCH_CACHE, if it is set, keeps it between runs."""
    path = os.path.join(os.environ.get('SMIMED_BENCH_CACHE', run.folder), 'entries-%d' % ENTRIES)
    if not os.path.exists(path):
        with open(path + '.new', 'wb') as out:
            out.write(crls.many_entries(ENTRIES))
        os.rename(path + '.new', path)
    with open(path, 'rb') as source:
        return crls.crl(run.pki['intermediate'], 1, entries=source.read())


def openssl_cpu(run, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(['openssl', 'verify', '-crl_check', '-CAfile', run.pki['root'].crt_file, '-untrusted', run.pki['intermediate'].crt_file,
                    '-CRLfile', path, run.pki['alice'].crt_file], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def import_file(run, path):
    with open(path, 'rb') as file:
        return run.client.start('Revocation', 'Import', '(ha{sv})', [0], {}, [os.dup(file.fileno())]).wait(120)[0]


def importing(run, path):
    before, ours, theirs, peaks = bench.rss_anon(run.pid), [], [], []
    for _ in range(2 if run.quick else 5):
        run.client.flush()
        with bench.Peak(run.pid) as peak:
            import_file(run, path)
        peaks.append(peak.value)
        run.client.flush()
        # once more without somebody who looks on all the time
        used = bench.cpu_of(run.pid) + bench.cpu_of(run.session.bus.pid)
        entry = import_file(run, path)
        ours.append(bench.cpu_of(run.pid) + bench.cpu_of(run.session.bus.pid) - used)
        theirs.append(openssl_cpu(run, path))
        assert entry['entries'] == ENTRIES
    ours, theirs, growth = statistics.median(ours), statistics.median(theirs), (max(peaks) - before) / 1024
    run.row('import of a CRL of %d entries, %d MB' % (ENTRIES, os.path.getsize(path) // 1000000), round(ours * 1000), round(theirs * 1000),
            round(ours / theirs, 3), '<= 0.500', ours / theirs <= 0.5, 'ms of CPU')
    run.row('RssAnon growth while it is imported', round(max(peaks) / 1024, 1), round(before / 1024, 1), round(growth, 1), '<= 64 more',
            growth <= 64, 'MB')


def validating(run, count, **options):
    """The daemon's CPU seconds for one Validate (what a Python client takes is more than that). `at` differs, so that no answer is a remembered one."""
    chain = [run.pki['alice'].der, run.pki['intermediate'].der]
    now, used = int(time.time()), bench.cpu_of(run.pid)
    for number in range(count):
        report = run.client.validate(chain, 'sign', at=now - number, **options)
    return (bench.cpu_of(run.pid) - used) / count, report


def answering(run):
    """A Validate with the big CRL at hand, beside one that asks nothing of revocation."""
    run.client.import_crl(crls.crl(run.pki['root'], 1))
    count = 200 if run.quick else 1000
    validating(run, 50, revocation='hard-fail')
    before = bench.rss_anon(run.pid)
    without, _ = validating(run, count, revocation='off')
    with_it, report = validating(run, count, revocation='hard-fail')
    judged = [answer['source'] for answer in report['revocation']] == ['crl', 'crl'] and report['chain'] == 'valid'
    run.row('Validate with revocation, beside one without', round(with_it * 1000, 3), round(without * 1000, 3), round(with_it / without, 2), '< 1 ms',
            judged and with_it < 0.001, 'ms of CPU')
    growth = (bench.rss_anon(run.pid) - before) / 1024
    run.row('RssAnon after %d of them' % (2 * count), round(bench.rss_anon(run.pid) / 1024, 1), round(before / 1024, 1), round(growth, 1), '<= 1 more',
            growth <= 1, 'MB')


def fill(run):
    path, = [one for one in run.session.databases() if one.endswith('smimed.db')]
    run.session.kill_daemon(15)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(FILL % CERTIFICATES, [run.pki['bob'].der])
        database.execute(ADDRESSES)
    run.client.ping()
    run.pid = run.session.daemon_pid()


def finding(run):
    fill(run)
    # All over the table, so that what one finds is hardly ever beside what another has found.
    numbers = random.Random(3).sample(range(1, CERTIFICATES + 1), 1000 if run.quick else 10000)
    people = ['user%d@example.org' % number for number in numbers]
    find_beside_ping(run, 'for the first time', people)
    # No more than are remembered
    again = people[-3000:]
    for first in range(0, len(again), 1000):
        run.load('find', 1000, to=','.join(again[first:first + 1000]))
    find_beside_ping(run, 'again', again)


def find_beside_ping(run, when, people):
    """So short turns that both see the same machine, and the median of their ratios: what else the machine does strikes neither side alone."""
    calls, turns = 50, []
    for first in range(0, len(people), 1000):
        group = people[first:first + 1000]
        # The first turn isn't counted, in which the service asks the bus who calls.
        turns += run.load('find', calls, to=','.join(group), turns=str(len(group) // calls))['turns'][1:]
    found, ping = (statistics.median(side) / calls for side in zip(*turns))
    ratio = statistics.median(ours / theirs for ours, theirs in turns)
    run.row('Find by address among %d, %s' % (CERTIFICATES, when), round(found * 1000, 3), round(ping * 1000, 3), round(ratio, 2), '<= 1.30',
            ratio <= 1.3, 'ms')


def measure(run):
    path = run.file('million.crl', big_crl(run))
    importing(run, path)
    answering(run)
    finding(run)
