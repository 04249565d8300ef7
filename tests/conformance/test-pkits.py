#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""NIST's path validation suite (PKITS) over the bus: its paths through Validate with imported CRLs, its messages through Open with the
default policy and nothing but the anchor."""
import contextlib
import csv
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import Failure  # noqa: E402
from smimed_session import corpora  # noqa: E402
from tap import test  # noqa: E402

FOLDERS = ('/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data', '/usr/share/python-cryptography-vectors/x509/PKITS_data')
AT = 1302868800  # 2011-04-15 12:00 UTC
POLICIES = {'anyPolicy': '2.5.29.32.0', 'NIST-test-policy-1': '2.16.840.1.101.3.2.1.48.1', 'NIST-test-policy-2': '2.16.840.1.101.3.2.1.48.2',
            'NIST-test-policy-3': '2.16.840.1.101.3.2.1.48.3', 'NIST-test-policy-6': '2.16.840.1.101.3.2.1.48.6'}
WEAK = 'refused: DSA with 1024 bits and SHA-1 has less than 112 bits of strength (NIST SP 800-57)'
# Verdicts that differ by intention
# OpenSSL reads no key whose parameters are those of its issuer (RFC 3279 section 2.3.2): if it did, the path would be refused like 4.1.4
INHERITED = WEAK + '; parameters that a DSA key inherits are not read, since this path would not be accepted either'
DIFFERENT = {'4.1.4': WEAK, '4.1.5': INHERITED}
SETTINGS = {'revocation': "'hard-fail'"}


def folder():
    for one in FOLDERS:
        if os.path.isdir(one):
            return one
    raise tap.Skip('PKITS is not here (package python3-cryptography-vectors), which counts as conformance data')


def read(kind, name):
    with open(os.path.join(folder(), kind, name), 'rb') as file:
        return file.read()


def table(name):
    with open(corpora('pkits', name), encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))


def import_crls(w, names):
    """Those whose signature is wrong, say, can't be imported: as it should be."""
    for name in names:
        with contextlib.suppress(Failure):
            w.client.import_crl(read('crls', name + '.crl'))


def judge(w, row):
    """-> whether the path is valid, and why not"""
    names = row['certs'].split(',')[:0:-1]
    chain = [read('certs', name + '.crt') for name in names]
    report = w.client.validate(chain, 'any', at=AT, network='cache-only', policies=[POLICIES[one] for one in row['initial_policy_set'].split(',')],
                               **{'require-explicit-policy': row['initial_explicit_policy'] == 'True',
                                  'inhibit-policy-mapping': row['initial_policy_mapping_inhibit'] == 'True',
                                  'inhibit-any-policy': row['initial_inhibit_any_policy'] == 'True'})
    return report['chain'] == 'valid', report['problems']


def tell(what, wanted, problems, why):
    tap.diagnose('MISS %s: should be %s%s' % (what, 'valid' if wanted else 'invalid', '; ' + why if why else ''))
    for one in problems:
        tap.diagnose('     depth %s: %s: %s' % (one.get('depth'), one['code'], one.get('detail')))


def check(what, rows, run):
    """Runs each row, prints the misses by name, and fails on those that aren't explained."""
    right, unexplained = 0, []
    for name, wanted, why, row in rows:
        seen, problems = run(row)
        right += seen == wanted
        if seen != wanted:
            tell(name, wanted, problems, why)
            unexplained += [] if why else [name]
    tap.diagnose('PKITS %s: %d of %d as expected' % (what, right, len(rows)))
    tap.equal(unexplained, [], 'unexplained misses')


@test('The verdict on every path of PKITS is the expected one')
def _(w):
    rows = table('expected.tsv')
    certificates = [read('certs', os.path.basename(name)) for name in sorted(glob.glob(folder() + '/certs/*.crt')) if not name.endswith('EE.crt')]
    for one in certificates:
        w.client.import_certificates(one, 'intermediate')
    import_crls(w, sorted({name for row in rows for name in row['crls'].split(',') if name}))
    tap.equal(len(rows), 249, 'paths')
    check('paths', [('%s %s' % (row['test'], row['title']), row['should_validate'] == 'True', DIFFERENT.get(row['test']), row) for row in rows],
          lambda row: judge(w, row))


@test('The verdict on the signer of every message of PKITS is the expected one')
def _(w):
    rows = [row for row in table('smime_expected.tsv') if row['expected_with_default_settings']]
    tap.equal(len(rows), 214, 'messages')

    def run(row):
        with bare() as one:
            signer = world.signer(one.client.open(read('smime', row['eml']))[1])
        return signer['signature'] == 'good' and signer['chain'] == 'valid', signer['problems']

    @contextlib.contextmanager
    def bare():
        yield w.bare
    check('messages', [('%s %s' % (row['pkits_tests'], row['eml']), row['expected_with_default_settings'] == 'valid',
                        DIFFERENT.get(row['pkits_tests']), row) for row in rows], run)


@contextlib.contextmanager
def served():
    with world.world(trust=False, settings=SETTINGS) as w, world.world(trust=False, settings=SETTINGS) as w.bare:
        with contextlib.suppress(tap.Skip):
            for one in (w, w.bare):
                one.client.import_certificates(read('certs', 'TrustAnchorRootCertificate.crt'), 'anchor')
        yield w


if __name__ == '__main__':
    tap.main(served, log=lambda w: w.session.log() + w.bare.session.log())
