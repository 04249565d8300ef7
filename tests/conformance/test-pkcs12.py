#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The 86 PKCS#12 files of OpenSSL, pyca and GnuTLS give their expected outcome."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import csv  # noqa: E402

import tap  # noqa: E402
import world  # noqa: E402
from smimed_session import Failure, corpora  # noqa: E402

# The table knows no password of the PBMAC1 files, because OpenSSL 3.0 opens none; in OpenSSL's and GnuTLS's own tests it is this one
PBMAC1_PASSWORD = '1234'
REFUSALS = ('Malformed', 'WrongPassword', 'LegacyAlgorithm', 'NotSupported', 'LimitExceeded')
UNSUPPORTED = ('LegacyAlgorithm', 'NotSupported')


def rows():
    with open(corpora('pkcs12', 'expected.tsv'), encoding='utf-8', newline='') as table:
        return list(csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE))


def number(row, name):
    return int(row[name] or 0)


def check_import(w, row, paths):
    """An import that succeeded: the keys that have a certificate are own ones."""
    own = [path for path in paths if w.client.certificate(path)['Own']]
    if number(row, 'private_keys') and number(row, 'certificates'):
        tap.true(own, 'no own certificate, though the file has a key and its certificate')
    if not number(row, 'private_keys') and row['openssl30_result'] == 'ok':
        tap.equal(own, [], 'own certificates of a file without keys')


def check(w, row):
    with open(corpora('pkcs12', 'files', row['file']), 'rb') as file:
        data = file.read()
    before = len(w.session.secret_items())
    try:
        password = row['password'] or (PBMAC1_PASSWORD if 'pbmac1' in row['file'] else '')
        paths, outcome = w.client.import_pkcs12(data, password), 'ok'
    except Failure as failure:
        paths, outcome = [], failure.code
    tap.diagnose('%-50s wanted %-14s got %s' % (row['file'], row['expected'], outcome))
    if row['expected'] == 'import-ok':
        tap.equal(outcome, 'ok', 'outcome')
        check_import(w, row, paths)
    elif row['expected'] == 'reject':
        tap.contains(REFUSALS, outcome)
    elif row['expected'] == 'unsupported-ok' and outcome != 'ok':
        tap.contains(UNSUPPORTED, outcome)
    elif outcome != 'ok':
        tap.contains(REFUSALS, outcome)
    if outcome != 'ok':
        tap.equal(len(w.session.secret_items()), before, 'items in the keyring after a failure')
        w.client.ping()


def register():
    for row in rows():
        tap.test('%s: %s' % (row['file'], row['expected']))(lambda w, row=row: check(w, row))


if __name__ == '__main__':
    with tap.or_skip_all():
        register()
    world.run(trust=False)
