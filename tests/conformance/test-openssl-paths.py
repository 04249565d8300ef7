#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's own path tests over the bus: those that ask for no purpose but the path itself, and nothing that only its command knows."""
import base64
import csv
import hashlib
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import der  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import Failure  # noqa: E402
from smimed_session import corpora  # noqa: E402
from tap import test  # noqa: E402

# What smimed asks, as those rows do: RSA from 2048 bits, SHA-2
OPTIONS = {'': None, '-auth_level 2': None, '-attime 1593565200': 1593565200, '-check_ss_sig': None}
# The rows don't ask what the certificate is for
PURPOSE = {'extended-key-usage', 'key-usage'}
SHA3 = 'OpenSSL 3.0 has no ECDSA with SHA-3'
# Verdicts that may differ, and why
DIFFERENT = {
    'Name constraints URI with userinfo': 'OpenSSL 3.0 compares the user part of a URI, too: too strict, never too lax',
    'accept cert generated with EC and SHA3-224': SHA3, 'accept cert generated with EC and SHA3-256': SHA3,
    'accept cert generated with EC and SHA3-384': SHA3, 'accept cert generated with EC and SHA3-512': SHA3,
}


def rows():
    with open(corpora('openssl', 'expected-verify.tsv'), encoding='utf-8', newline='') as file:
        return [row for row in csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)
                if not row['purpose'] and row['options'].strip() in OPTIONS and not row.get('missing_files')]


def read(name):
    """The certificates of a file of the collection in DER; OpenSSL's trust settings, which may follow one, are cut off."""
    with open(corpora('openssl', 'certs', name + '.pem'), 'rb') as file:
        found = re.findall(b'-----BEGIN (?:TRUSTED )?CERTIFICATE-----(.*?)-----END', file.read(), re.S)
    return [der.Node(base64.b64decode(one)).encoded for one in found]


def judge(w, row):
    anchors = [one for name in row['trusted'].split(',') if name for one in read(name)]
    chain = [read(row['cert'])[0]] + [one for name in row['untrusted'].split(',') if name for one in read(name)]
    at = OPTIONS[row['options'].strip()]
    for one in anchors:
        w.client.import_certificates(one, 'anchor')
    try:
        report = w.client.validate(chain, 'any', **({'at': at} if at else {}))
        return [one for one in report['problems'] if one['code'] not in PURPOSE]
    except Failure as failure:
        return [{'code': failure.name.rpartition('.')[2], 'detail': str(failure)}]
    finally:
        for one in anchors:
            path = w.client.certificate_path(hashlib.sha256(one).hexdigest())
            if w.client.find(fingerprint=hashlib.sha256(one).hexdigest()):
                w.client.delete(path)


@test("OpenSSL's path tests come out as they should")
def _(w):
    right, misses, every = 0, [], rows()
    for row in every:
        problems = judge(w, row)
        if (not problems) == (row['expected'] == 'accept'):
            right += 1
            continue
        why = DIFFERENT.get(row['name'])
        tap.diagnose('MISS %s: should be %sed%s' % (row['name'], row['expected'], '; ' + why if why else ''))
        for one in problems:
            tap.diagnose('     depth %s: %s: %s' % (one.get('depth'), one['code'], one.get('detail')))
        misses += [] if why else [row['name']]
    tap.diagnose("OpenSSL's paths: %d of %d" % (right, len(every)))
    tap.true(len(every) >= 50, 'only %d rows' % len(every))
    tap.equal(misses, [], 'unexplained misses')


if __name__ == '__main__':
    world.run(trust=False)
