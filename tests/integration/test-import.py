#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keys and certificates come in and go out, all or nothing."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from pki import PASSWORD, pkcs12_of  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402


@test('A PKCS#12 file with two keys gives two own certificates, one for signing and one for encryption')
def _(w):
    paths = w.client.import_pkcs12(w.pki.two_keys('erin-sign', 'erin-encrypt'), PASSWORD)
    wanted = {w.client.certificate_path(w.pki[name].fingerprint) for name in ('erin-sign', 'erin-encrypt')}
    tap.true(wanted <= set(paths), 'both own certificates are named: %s' % paths)
    found = {path: w.client.certificate(path) for path in wanted}
    tap.true(all(one['Own'] for one in found.values()), 'both have keys')
    usages = sorted(tuple(one['Usages']) for one in found.values())
    tap.equal(usages, [('encrypt',), ('sign',)], 'Usages')


@test('Every certificate of the file is imported, the issuer too')
def _(w):
    path = w.client.certificate_path(w.pki['intermediate'].fingerprint)
    tap.equal(w.client.certificate(path)['Own'], False, 'the intermediate is not an own certificate')


@test('A root inside a PKCS#12 file is not trusted for that')
def _(w):
    judy = w.pki['judy-other']
    path, *_ = w.client.own(judy)
    report = w.client.validate_certificate(w.client.certificate_path(judy.fingerprint), 'any')
    tap.equal(report['chain'], 'invalid', 'chain')
    tap.contains(world.codes(report['problems']), 'untrusted-root')


@test('A wrong password is told apart, and nothing is stored')
def _(w):
    before = (w.client.find(), w.session.secret_items())
    with raises('WrongPassword'):
        w.client.import_pkcs12(w.pki['bob'].pkcs12(), 'not the password')
    tap.equal((w.client.find(), w.session.secret_items()), before, 'certificates and items')


@test('Damage is told apart from a wrong password, and nothing is stored')
def _(w):
    before = (w.client.find(), w.session.secret_items())
    whole = w.pki['bob'].pkcs12()
    for part in (b'', b'\x30', b'nonsense', whole[:len(whole) // 2], b'\x30\x80' + whole[4:200]):
        with raises('Malformed'):
            w.client.import_pkcs12(part, PASSWORD)
    codes = []
    for place in range(100, len(whole) - 100, 197):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:]
        for password in (PASSWORD, 'another'):
            with raises('Malformed', 'LegacyAlgorithm', 'WrongPassword') as caught:
                w.client.import_pkcs12(changed, password)
            codes += [caught.code] if password == PASSWORD else []
            tap.true(password == PASSWORD or 'password is right' not in caught.text, 'of another password: %s' % caught.text)
    # The few octets by which it is told whether a password fits may be hit, too.
    tap.true(codes.count('WrongPassword') < len(codes) / 2, 'codes: %s' % codes)
    tap.equal((w.client.find(), w.session.secret_items()), before, 'certificates and items')


@test('One trailing newline of the password is dropped, and just one')
def _(w):
    bob = w.pki['bob']
    with raises('WrongPassword'):
        w.client.import_pkcs12(bob.pkcs12(), PASSWORD + '\n\n')
    paths = w.client.import_pkcs12(bob.pkcs12(), PASSWORD + '\n')
    tap.contains(paths, w.client.certificate_path(bob.fingerprint))


@test('Importing the same file twice gives the same objects')
def _(w):
    bob = w.pki['bob']
    before = (sorted(w.client.find()), len(w.session.secret_items()))
    first = w.client.import_pkcs12(bob.pkcs12(), PASSWORD)
    tap.equal(w.client.import_pkcs12(bob.pkcs12(), PASSWORD), first, 'the second answer')
    tap.equal((sorted(w.client.find()), len(w.session.secret_items())), before, 'certificates and items')


@test('Each kind of key that the contract names can be imported, old 3DES files too')
def _(w):
    for name in ('carol', 'dan', 'oscar', 'eve-sign', 'eve-encrypt'):
        w.client.own(w.pki[name])
        tap.equal(w.client.certificate(w.client.certificate_path(w.pki[name].fingerprint))['Own'], True, name)
    w.client.import_pkcs12(w.pki['victor'].pkcs12(legacy=True), PASSWORD)
    tap.equal(w.client.certificate(w.client.certificate_path(w.pki['victor'].fingerprint))['Own'], True, 'victor')


@test('Without a password and without a user to ask, the import needs interaction')
def _(w):
    with raises('InteractionRequired'):
        w.client.import_pkcs12(w.pki['trudy'].pkcs12(), interactive=False)


@test('The origin is remembered, and an unknown one is refused')
def _(w):
    trudy = w.pki['trudy']
    with raises('InvalidArgument') as caught:
        w.client.import_pkcs12(trudy.pkcs12(), PASSWORD, origin='elsewhere')
    tap.contains(caught.text, 'origin')
    w.client.import_pkcs12(trudy.pkcs12(), PASSWORD, origin='managed')
    tap.equal(w.client.certificate(w.client.certificate_path(trudy.fingerprint))['Origin'], 'managed', 'Origin')
    tap.equal(w.client.certificate(w.client.certificate_path(w.pki['bob'].fingerprint))['Origin'], 'user', 'Origin by default')


@test('An exported file opens in openssl with the same key, certificate and chain, encrypted with AES-256 and SHA-256')
def _(w):
    bob = w.pki['bob']
    exported = w.client.export_pkcs12([w.client.certificate_path(bob.fingerprint)], 'a long and rather good passphrase 47')
    info = w.openssl('pkcs12', '-info', '-noout', '-passin', 'pass:a long and rather good passphrase 47', data=exported, check=True)
    path = w.file('exported.p12', exported)
    out = w.openssl('pkcs12', '-in', path, '-nodes', '-passin', 'pass:a long and rather good passphrase 47')
    tap.contains(out, bob.pem.strip(), 'the certificate')
    tap.equal(out.count(b'BEGIN PRIVATE KEY'), 1, 'number of keys')
    tap.equal(info, b'', 'nothing on stdout')
    import der
    tap.true(der.Node(exported).find_oid('aes-256-cbc'), 'AES-256 is in the file')
    tap.true(der.Node(exported).find_oid('sha256'), 'SHA-256 is in the file')
    tap.true(not der.Node(exported).find_oid('sha1') and not der.Node(exported).find_oid('1.2.840.113549.1.12.1.3'), 'no SHA-1, no 3DES')


@test('A file with two identities can be exported and imported elsewhere')
def _(w):
    paths = [w.client.certificate_path(w.pki[name].fingerprint) for name in ('erin-sign', 'erin-encrypt')]
    exported = w.client.export_pkcs12(paths, 'a long and rather good passphrase 47')
    with world.world() as elsewhere:
        elsewhere.client.import_pkcs12(exported, 'a long and rather good passphrase 47')
        tap.true(set(paths) <= set(elsewhere.client.find(own=True)), 'both arrived')


@test('Weak passwords are refused for an export')
def _(w):
    path = w.client.certificate_path(w.pki['bob'].fingerprint)
    for weak in ('', '1', 'secret', 'password', '12345678', 'aaaaaaaaaaaaaaaa'):
        with raises('WeakPassword'):
            w.client.export_pkcs12([path], weak)


@test('Only own certificates can be exported')
def _(w):
    with raises('NoPrivateKey', 'NotFound', 'InvalidArgument'):
        w.client.export_pkcs12([w.client.certificate_path(w.pki['intermediate'].fingerprint)], 'a long and rather good passphrase 47')
    with raises('NotFound', 'InvalidArgument'):
        w.client.export_pkcs12([w.client.certificate_path('0' * 64)], 'a long and rather good passphrase 47')


@test('The attributes of the items in the keyring do not tell whose keys they are')
def _(w):
    for item in w.session.secret_items():
        attributes, = w.client.call(item, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', ['org.freedesktop.Secret.Item', 'Attributes'],
                                    destination='org.freedesktop.secrets')
        text = ' '.join(attributes.values()) + ' '.join(attributes)
        tap.true('example' not in text and 'erin' not in text, 'attributes: %s' % attributes)


@test('Importing works while the switch is off')
def _(w):
    w.client.enable(False)
    w.client.own(w.pki['ursula'])
    w.client.enable(True)


@test('PEM, DER and PKCS#7 files of certificates are understood, and each role is')
def _(w):
    leo, pia = w.pki['leo-many'], w.pki['pia-idn']
    for data in (leo.der, leo.pem, b'some text\n' + leo.pem + pia.pem):
        paths, refused = w.client.import_certificates(data, 'correspondent')
        tap.contains(paths, w.client.certificate_path(leo.fingerprint))
        tap.equal(refused, [], 'refused')
    bundle = w.openssl('crl2pkcs7', '-nocrl', '-certfile', leo.crt_file, '-certfile', w.pki['intermediate'].crt_file, '-outform', 'DER')
    paths, refused = w.client.import_certificates(bundle, 'correspondent')
    tap.contains(paths, w.client.certificate_path(leo.fingerprint))
    tap.equal(w.client.certificate(w.client.certificate_path(leo.fingerprint))['Role'], 'correspondent', 'Role')


def sst(certificates, end=True):
    """A Microsoft serialized certificate store, with a property before each certificate as Windows writes them."""
    import struct
    text = b'\0\0\0\0CERT'
    for one in certificates:
        name = 'smimed\0'.encode('utf-16-le')
        text += struct.pack('<III', 11, 1, len(name)) + name + struct.pack('<III', 32, 1, len(one)) + one
    return text + (b'\0' * 12 if end else b'')


@test('A serialized certificate store of Windows is understood, and one that is cut off says so')
def _(w):
    leo, pia = w.pki['leo-many'], w.pki['pia-idn']
    wanted = [w.client.certificate_path(one.fingerprint) for one in (leo, pia)]
    tap.equal(w.client.import_certificates(sst([leo.der, pia.der]), 'correspondent'), (wanted, []), 'a whole one')
    for damaged in (sst([leo.der, pia.der], end=False)[:-3], sst([leo.der], end=False) + b'\x20\0\0\0\1\0\0\0\xff\xff\xff\xff'):
        paths, refused = w.client.import_certificates(damaged, 'correspondent')
        tap.equal((paths, world.codes(refused)), (wanted[:1], ['malformed']), 'a damaged one')
    with raises('Malformed'):
        w.client.import_certificates(sst([]), 'anchor')


@test('Hundreds of anchors come at once, as PEM, PKCS#7 or SST, and can be listed, distrusted and removed')
def _(w):
    import time
    import pki
    key = w.pki['root'].key
    made = []
    for number in range(300):
        name = pki._name('anchor %d' % number)
        made.append(pki.certificate(name, key.public_key(), name, key, (-1, 3000), pki._authority_extensions(key, key)))
    ders = [one.public_bytes(pki.serialization.Encoding.DER) for one in made]
    pem = b''.join(one.public_bytes(pki.serialization.Encoding.PEM) for one in made)
    bundle = w.openssl('crl2pkcs7', '-nocrl', '-certfile', w.file('anchors.pem', pem), '-outform', 'DER')
    with world.world(pki=w.pki, trust=False) as fresh:
        for form in (sst(ders), pem, bundle):
            paths, refused = fresh.client.import_certificates(form, 'anchor')
            tap.equal((len(paths), refused), (300, []), 'imported')
        tap.equal(set(fresh.client.find(role='anchor')), set(paths), 'found')
        started = time.monotonic()
        objects = fresh.client.objects()
        tap.diagnose('GetManagedObjects with 300 anchors: %.1f ms' % ((time.monotonic() - started) * 1000))
        tap.true(set(paths) <= set(objects), 'ObjectManager lists them')
        fresh.client.set_trust(paths[0], 'distrusted')
        tap.equal(fresh.client.certificate(paths[0])['Trust'], 'distrusted', 'Trust')
        fresh.client.delete(paths[1])
        tap.equal(set(fresh.client.find(role='anchor')), set(paths) - {paths[1]}, 'after a removal')


@test('A correspondent\'s certificate without any address is refused, and the others of the file are taken')
def _(w):
    kim, mia = w.pki['kim-noaddress'], w.pki['mia-subject']
    paths, refused = w.client.import_certificates(kim.pem + mia.pem, 'correspondent')
    tap.equal(paths, [w.client.certificate_path(mia.fingerprint)], 'imported')
    tap.equal([(one['certificate'], one['code']) for one in refused], [(kim.fingerprint, 'address-mismatch')], 'refused')


@test('A file without any certificate is malformed, and an unknown role is refused')
def _(w):
    for junk in (b'', b'hello', b'\x30\x03\x02\x01\x00'):
        with raises('Malformed'):
            w.client.import_certificates(junk, 'correspondent')
    with raises('Malformed') as caught:
        w.client.import_certificates(w.pki['bob'].pkcs12(), 'correspondent')
    tap.contains(caught.text, 'PKCS#12')
    tap.contains(caught.text, 'password')
    with raises('InvalidArgument'):
        w.client.import_certificates(w.pki['bob'].der, 'friend')


@test('A certificate that is no authority does not become an anchor')
def _(w):
    try:
        paths, refused = w.client.import_certificates(w.pki['pia-idn'].der, 'anchor')
    except smimed_session.Failure as failure:
        tap.contains(('InvalidArgument', 'CertificateInvalid', 'PolicyForbids'), failure.code)
        return
    tap.equal((paths, len(refused)), ([], 1), 'imported and refused')
    tap.contains(world.codes(refused), 'not-a-ca')


@test('A key of one certificate with the certificate of another is not an identity')
def _(w):
    quinn, rita = w.pki['quinn-weak'], w.pki['rita-sha1']
    before = w.client.find(own=True)
    try:
        w.client.import_pkcs12(pkcs12_of([('mixed', quinn.key, rita.cert)], []), PASSWORD)
    except smimed_session.Failure as failure:
        tap.contains(('Malformed', 'NoCertificate', 'NoPrivateKey'), failure.code)
    tap.equal(sorted(w.client.find(own=True)), sorted(before), 'own certificates')


@test('A password descriptor that is missing or has the wrong type names the option')
def _(w):
    with raises('InvalidArgument') as caught:
        w.client.run('Certificates', 'ImportPkcs12', '(ha{sv})', [0], {'password-fd': GLib.Variant('s', 'secret')}, [wire.memfd(b'x')])
    tap.contains(caught.text, 'password-fd')
    with raises('InvalidArgument'):
        w.client.run('Certificates', 'ImportPkcs12', '(ha{sv})', [0], {'password-fd': GLib.Variant('h', 7)}, [wire.memfd(b'x')])


if __name__ == '__main__':
    world.run()
