#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's malformed and forged CMS objects, and its internationalised addresses."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import csv  # noqa: E402

import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from smimed_session import Failure, corpora  # noqa: E402
from tap import test  # noqa: E402

FORGED = ('bad_signtime_attr.cms', 'ct_multiple_attr.cms', 'no_ct_attr.cms', 'no_md_attr.cms')
MALFORMED = ('80-test_cms_data/dh-malformed.der', '80-test_cms_data/ecdh-malformed.der', '80-test_cms_data/rsa-malformed.der',
             '80-test_cmsapi_data/cms_pwri_kek_oob.der', '80-test_cmsapi_data/encryptedData.der', '80-test_cmsapi_data/encDataWithTooLongIV.pem',
             '80-test_cms_data/pkcs7-md4.pem', '80-test_cms_data/pkcs7-md4-encrypted.pem', '25-test_pkcs7_data/malformed.pkcs7')
# Leaves and chains of the test of internationalised addresses expired in 2020
THEN = 1577836800


def read(*parts):
    with open(corpora('openssl', *parts), 'rb') as file:
        return file.read()


def certificates(name):
    blocks = read(name).split(b'-----END CERTIFICATE-----')[:-1]
    loaded = [x509.load_pem_x509_certificate(block[block.index(b'-----BEGIN'):] + b'-----END CERTIFICATE-----\n') for block in blocks]
    return [(one.public_bytes(Encoding.DER), one.subject == one.issuer) for one in loaded]


@test('What must fail verification has not one good signature')
def _(w):
    for name in FORGED:
        try:
            _, report = w.client.open(read('80-test_cms_data', name), sender='x@example.org',
                                      **{'content-type': 'application/pkcs7-mime', 'entity-only': True})
        except Failure as failure:
            tap.contains(('Malformed', 'NotSupported'), failure.code)
            tap.diagnose('%s: %s' % (name, failure.code))
            continue
        tap.equal((world.is_good(report), report['authenticated']), (False, False), name)
        tap.diagnose('%s: %s' % (name, [one['signature'] for layer in report['layers'] for one in layer['signers']]))


@test('What is malformed is refused, or nobody is said to have signed it; the daemon answers the next call')
def _(w):
    pid = w.session.start_daemon()
    for name in MALFORMED:
        for call in (w.client.open, w.client.inspect):
            try:
                result = call(read(name), **{'content-type': 'application/pkcs7-mime'})
                if call == w.client.open:
                    tap.equal(result[1]['authenticated'], False, name)
            except Failure as failure:
                tap.diagnose('%s: %s' % (name, failure.code))
                tap.contains(('Malformed', 'NotSupported', 'NoPrivateKey', 'NotProtected', 'IntegrityFailure', 'LimitExceeded'), failure.code)
    tap.equal(w.session.daemon_pid(), pid, 'the daemon')


@test('Malformed messages for an own key do not open')
def _(w):
    import pki
    from cryptography.hazmat.primitives import serialization
    for kind in ('dh', 'ecdh', 'rsa'):
        data = read('80-test_cms_data', kind + '-malformed.der')
        try:
            w.client.open(data, **{'content-type': 'application/pkcs7-mime'})
            raise AssertionError(kind + ' opened')
        except Failure as failure:
            tap.diagnose('%s: %s' % (kind, failure.code))
    key = serialization.load_pem_private_key(read('80-test_cms_data', 'ecdh-key.pem'), None)
    cert = x509.load_pem_x509_certificate(read('80-test_cms_data', 'ecdh-cert.pem'))
    w.client.import_pkcs12(pki.pkcs12_of([('ecdh', key, cert)], []), pki.PASSWORD)
    try:
        w.client.open(read('80-test_cms_data', 'ecdh-malformed.der'), **{'content-type': 'application/pkcs7-mime'})
        raise AssertionError('opened')
    except Failure as failure:
        tap.contains(('Malformed', 'IntegrityFailure', 'NotSupported', 'NoPrivateKey'), failure.code)


def judge_address(row):
    """`accept` or `reject`, as a verdict of a daemon of its own has it; `error, no crash`: it is told what is wrong, and the daemon lives on."""
    with world.world(trust=False) as one:
        pid = one.session.start_daemon()
        chain = certificates(row['CAfile'].partition(' ')[0])
        anchors = [encoded for encoded, is_root in chain if is_root or 'partial chain' in row['CAfile']]
        leaf = certificates(row['cert'])[0][0]
        options = {'address': row['verify_email']} if row['verify_email'] else {}
        try:
            for encoded in anchors:
                one.client.import_certificates(encoded, 'anchor')
            report = one.client.validate([leaf] + [encoded for encoded, _ in chain], 'any', at=THEN if 'leaf' in row['cert'] else 1735689600, **options)
            seen = set(world.codes(report['problems'])) - {'extended-key-usage', 'key-usage'}
        except Failure as failure:
            seen = {failure.code}
        tap.diagnose('%s %s %s: %s' % (row['cert'], row['CAfile'], row['verify_email'], sorted(seen)))
        tap.equal(one.session.daemon_pid(), pid, 'the daemon')
        return 'error, no crash' if seen and row['expected'].startswith('error') else 'reject' if seen else 'accept'


@test('Internationalised addresses match, and name constraints on them hold')
def _(w):
    with open(corpora('openssl', 'expected-eai.tsv'), encoding='utf-8', newline='') as table:
        rows = list(csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE))
    misses = [row for row in rows if judge_address(row) != row['expected']]
    tap.diagnose('openssl EAI over D-Bus: %d of %d' % (len(rows) - len(misses), len(rows)))
    tap.equal(misses, [], 'misses')


if __name__ == '__main__':
    with tap.or_skip_all():
        corpora('openssl', '80-test_cms_data')
    world.run(trust=False)
