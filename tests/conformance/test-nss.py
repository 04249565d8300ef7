#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""NSS's enveloped files: every variant of RSA-OAEP and ECDH opens."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import tap  # noqa: E402
import world  # noqa: E402
from smimed_session import corpora  # noqa: E402

TEXT = b'This is a test message to Fran.'


def read(*parts):
    with open(corpora('nss', *parts), 'rb') as file:
        return file.read()


def check(w, name):
    if not w.paths:
        for person in ('Fran', 'Fran-ec'):
            w.paths[person] = w.client.import_pkcs12(read('smime-interop', person + '.p12'), 'nss')
    data = read('smime-interop', name)
    content, report = w.client.open(data, **{'content-type': 'application/pkcs7-mime', 'entity-only': True})
    tap.equal(content.strip(), TEXT, 'content')
    layer, = report['layers']
    tap.equal((layer['type'], report['confidential'], report['protection']), ('encrypted', True, 'confidential'), 'report')
    # one of them has 3DES, in spite of its name; it is read and flagged
    weak = layer['cipher'] == '3des-cbc'
    tap.equal('weak-algorithm' in world.codes(report['warnings']), weak, 'weak-algorithm for ' + layer['cipher'])


if __name__ == '__main__':
    with tap.or_skip_all():
        for name in sorted(os.listdir(corpora('nss', 'smime-interop'))):
            if name.endswith('.env'):
                tap.test(name)(lambda w, name=name: check(w, name))
    world.run(trust=False)
