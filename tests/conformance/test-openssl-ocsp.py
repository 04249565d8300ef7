#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's collection of OCSP responses, from real authorities of 2012, over the bus: each row is a verdict about the certificate that the
response is about, by a daemon that lives in those days and reaches the responder, whose address is in the certificate, through a proxy."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import base64  # noqa: E402
import contextlib  # noqa: E402
import csv  # noqa: E402
import time  # noqa: E402
import urllib.parse  # noqa: E402

import fake_time  # noqa: E402
import portal  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from smimed_session import Failure, corpora  # noqa: E402
from tap import test  # noqa: E402

SETTINGS = {'revocation': "'hard-fail'", 'revocation-sources': "['ocsp']", 'network-allow': "['127.0.0.0/8']"}
# Each was made on one of two days; it counts for a few.
DAYS = {'ND': 1350043200, 'D': 1351080000}
# What is judged otherwise: OpenSSL's test lets SHA-1 pass. A responder's certificate is judged as every other is in every role, and what SHA-1
# signs could have been made by a stranger; D3's lacks id-pkix-ocsp-nocheck besides, and names nobody who could tell its own revocation.
# tests/unit/test-ocsp.c judges who signed by these same rows alone: there all 59 are right.
WEAK = "may not answer: CA signature digest algorithm too weak"
DIFFERENCES = ['D%d.ors with %sD%d_Issuer_%s.pem' % (number, prefix, number, kind)
               for number, kind in ((1, 'ICA'), (2, 'Root'), (3, 'Root')) for prefix in ('', 'ISIC_')]


def read(name):
    with open(corpora('openssl', 'ocsp-tests', name), 'rb') as file:
        return file.read()


def certificates(name):
    blocks = read(name).split(b'-----END CERTIFICATE-----')[:-1]
    loaded = [x509.load_pem_x509_certificate(block[block.index(b'-----BEGIN'):] + b'-----END CERTIFICATE-----\n') for block in blocks]
    return [one.public_bytes(Encoding.DER) for one in loaded]


def rows():
    with open(corpora('openssl', 'expected-ocsp.tsv'), encoding='utf-8', newline='') as table:
        return list(csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE))


def kind_of(row):
    """`ND1` of `WRID_ND1.ors`"""
    return row['response(base64 DER)'].rpartition('.')[0].rpartition('_')[2]


def subject_of(row):
    """Whom the response is about"""
    name, = [one for one in os.listdir(corpora('openssl', 'ocsp-tests')) if one.startswith(kind_of(row) + '_Cert_')]
    return certificates(name)[0]


def forget(w):
    for role in ('anchor', 'intermediate'):
        for path in w.client.find(role=role):
            w.client.delete(path)
    w.client.flush()


def judge(w, row):
    """What a verdict under the default policy says of the revocation: `valid` if the response tells it."""
    forget(w)
    w.server.answer = base64.b64decode(read(row['response(base64 DER)']))
    try:
        for encoded in certificates(row['CAfile']):
            w.client.import_certificates(encoded, 'anchor')
    except Failure as failure:
        return 'invalid', 'the anchor is refused: %s' % failure
    report = w.client.validate([subject_of(row)] + certificates(row['other_cert']), 'any')
    told = report['revocation'] and report['revocation'][0]['source'] == 'ocsp'
    return 'valid' if told else 'invalid', '; '.join('%s: %s' % (one['code'], one.get('detail', '')) for one in report['problems'])


@contextlib.contextmanager
def in_those_days(kind):
    with FaultServer() as server, world.world(settings=SETTINGS, trust=False, environment=portal.PROXIES) as w:
        server.proxy = lambda url, body: server.answer if urllib.parse.urlsplit(url).hostname.startswith('ocsp') else None
        w.server = server
        with portal.Portal(w.client, proxy=server.url('')):
            fake_time.start(w, (DAYS[kind] - time.time()) / fake_time.DAY)
            yield w


@test('OpenSSL\'s OCSP responses are judged as they should be, over the bus')
def _(_none):
    right, misses, every = 0, {}, rows()
    for day in DAYS:
        with in_those_days(day) as w:
            for row in [row for row in every if kind_of(row).rstrip('123') == day]:
                seen, why = judge(w, row)
                name = '%s with %s' % (row['response(base64 DER)'], row['other_cert'])
                tap.diagnose('%-8s %-45s %s' % (seen, name, why))
                if seen == row['expected']:
                    right += 1
                else:
                    misses[name] = why
    tap.diagnose('openssl OCSP over D-Bus: %d of %d' % (right, len(every)))
    for name in misses:
        tap.diagnose('MISS %s: %s' % (name, WEAK if WEAK in misses[name] else misses[name]))
    tap.equal(sorted(misses), sorted(DIFFERENCES), 'what is judged otherwise')
    for why in misses.values():
        tap.contains(why, WEAK)


if __name__ == '__main__':
    with tap.or_skip_all():
        corpora('openssl', 'ocsp-tests')
        fake_time.library()
    tap.main(contextlib.nullcontext)
