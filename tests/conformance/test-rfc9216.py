#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""RFC 9216's people: Alice and Bob with RSA, Carlos and Dana with Ed25519 and X25519."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import hashlib  # noqa: E402

import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from smimed_client import raises  # noqa: E402
from smimed_session import corpora  # noqa: E402
from tap import test  # noqa: E402

PEOPLE = ('alice', 'bob', 'carlos', 'dana')


def read(name):
    with open(corpora('rfc9216', name), 'rb') as file:
        return file.read()


def der(name):
    data = read(name + '.crt')
    return x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER) if b'BEGIN' in data else data


def address(name):
    return name + '@smime.example'


def fingerprint(name):
    return hashlib.sha256(der(name)).hexdigest()


@test('Each PKCS#12 file brings two keys, one for signing and one for encryption')
def _(w):
    for name in ('ca.rsa', 'ca.25519'):
        w.client.import_certificates(read(name + '.crt'), 'anchor')
    for name in PEOPLE:
        paths = w.client.import_pkcs12(read(name + '.p12'), name)
        own = [path for path in paths if w.client.certificate(path)['Own']]
        wanted = [w.client.certificate_path(fingerprint('%s.%s' % (name, kind))) for kind in ('sign', 'encrypt')]
        tap.equal(sorted(own), sorted(wanted), name)
        tap.equal(sorted(one for path in own for one in w.client.certificate(path)['Usages']), ['encrypt', 'sign'], 'Usages of ' + name)


@test('An account of each is ready at once')
def _(w):
    for name in PEOPLE:
        account = w.client.account(w.client.register_account(address(name)))
        tap.equal((account['Ready'], account['Problems']), (True, []), name)


@test('Each signs, and everybody finds the signature good')
def _(w):
    for name in PEOPLE:
        for form in ('clear', 'opaque'):
            signed, report = w.client.sign(samples.message(address(name)), address(name), format=form)
            tap.equal(report['certificate'], fingerprint(name + '.sign'), 'certificate')
            _, report = w.client.open(signed)
            tap.equal((report['authenticated'], world.signer(report)['signature']), (True, 'good'), '%s %s: %s' % (name, form, world.brief(report)))


@test('Each encrypts to each, signed inside, and it opens')
def _(w):
    for sender in PEOPLE:
        for recipient in PEOPLE:
            outputs, _ = w.client.encrypt(samples.message(address(sender), address(recipient)), address(sender), [address(recipient)], sign=True)
            content, report = w.client.open(outputs[0][1])
            tap.equal(report['protection'], 'verified-confidential', '%s to %s' % (sender, recipient))
            tap.contains(content, b'Hello.')


@test('The encryption certificates are refused for signing and taken for encryption, the signing ones the other way round')
def _(w):
    for name in PEOPLE:
        for kind, good, bad in (('sign', 'sign', 'encrypt'), ('encrypt', 'encrypt', 'sign')):
            chain = [der('%s.%s' % (name, kind))]
            tap.equal(w.client.validate(chain, good)['chain'], 'valid', '%s.%s' % (name, kind))
            report = w.client.validate(chain, bad)
            tap.equal(report['chain'], 'invalid', '%s.%s as %s' % (name, kind, bad))
            tap.contains(world.codes(report['problems']), 'key-usage')


@test('Through the cross certificates either authority is enough')
def _(w):
    for anchor, cross, people in (('ca.rsa', 'ca.25519.cross', ('carlos', 'dana')), ('ca.25519', 'ca.rsa.cross', ('alice', 'bob'))):
        with world.world(trust=False) as other:
            other.client.import_certificates(read(anchor + '.crt'), 'anchor')
            for name in people:
                report = other.client.validate([der(name + '.sign'), der(cross)], 'sign')
                tap.equal(report['chain'], 'valid', '%s under %s: %s' % (name, anchor, world.codes(report['problems'])))
                report = other.client.validate([der(name + '.sign')], 'sign')
                tap.equal(report['chain'], 'invalid', 'without the cross certificate')


@test('A wrong password imports nothing')
def _(w):
    with raises('WrongPassword'):
        w.client.import_pkcs12(read('alice.p12'), 'bob')


if __name__ == '__main__':
    with tap.or_skip_all():
        corpora('rfc9216', 'alice.p12')
    world.run(trust=False)
