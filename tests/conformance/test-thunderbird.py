#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thunderbird's 68 messages: its verdicts are ours, or the difference is listed with its reason."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import csv  # noqa: E402

import tap  # noqa: E402
import world  # noqa: E402
from smimed_session import Failure, corpora  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PEOPLE = ('Bob', 'Fran', 'Fran-ec', 'Eve')
TEXTS = {'gTextAliceBob': b'This is a test message from Alice to Bob', 'gTextFran': b'This is a test message to Fran'}


def rows():
    with open(corpora('thunderbird', 'expected.tsv'), encoding='utf-8', newline='') as table:
        return [row for row in csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE) if row['tb_encrypted']]


def differences():
    with open(os.path.join(HERE, 'thunderbird-differences.tsv'), encoding='utf-8', newline='') as table:
        return {row['file']: row for row in csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE)}


def judge(w, path):
    """encrypted, signed, good, as Thunderbird would put it; and the content."""
    with open(path, 'rb') as file:
        data = file.read()
    try:
        content, report = w.client.open(data)
    except Failure as failure:
        return failure.code, b''
    signed = any(layer['type'] == 'signed' for layer in report['layers'])
    return ' '.join('yes' if one else 'no' for one in (report['confidential'], signed, report['authenticated'])), content


def check(w, row, difference):
    seen, content = judge(w, corpora('thunderbird', row['file']))
    theirs = ' '.join('yes' if row[key] == 'true' else 'no' for key in ('tb_encrypted', 'tb_signed', 'tb_sig_good'))
    tap.diagnose('%-75s %-10s Thunderbird %s' % (os.path.basename(row['file']), seen, theirs))
    wanted = difference['smimed'] if difference else theirs
    tap.equal(seen, wanted, 'encrypted, signed, good' + (' (as listed: %s)' % difference['reason'] if difference else ''))
    tap.true(not difference or difference['smimed'] != theirs, 'the difference that is listed is none')
    if row['tb_text_constant']:
        tap.contains(content, TEXTS[row['tb_text_constant']])


def prepare(w):
    w.client.import_certificates(read('smime/TestCA.pem'), 'anchor')
    for name in PEOPLE:
        w.client.import_pkcs12(read('smime/%s.p12' % name), 'nss')


def read(name):
    with open(corpora('thunderbird', 'mailnews/test/data', name), 'rb') as file:
        return file.read()


def register():
    listed = differences()
    for index, row in enumerate(rows()):
        def run(w, row=row, index=index):
            if index == 0:
                prepare(w)
            check(w, row, listed.get(row['file']))
        bug = 'content beside a detached signature is Malformed, not bad' if 'mismatch-econtent' in row['file'] else None
        tap.test(row['file'].replace('mailnews/test/data/', ''), bug)(run)


if __name__ == '__main__':
    with tap.or_skip_all():
        register()
    world.run(trust=False)
