#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Verdicts that fetch what they lack: issuers, CRLs and OCSP answers, from real servers, under the default policy."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import forge  # noqa: E402
import pki  # noqa: E402
import revocation  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7  # noqa: E402
from revocation import judge, problem  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']"}
NUMBER = iter(range(1, 10000))


class Place(revocation.Authorities):
    """Authorities with their own web server, known to a world by their root alone."""

    def __init__(self, w, intermediates=1):
        super().__init__(w.server, 'p%d' % next(NUMBER), intermediates)
        w.client.import_certificates(self.root.der, 'anchor')


@test('A certificate is valid once the CRLs of its whole path have been fetched, and the report says which')
def _(w):
    place = Place(w)
    leaf = place.issue('good')
    report = judge(w, leaf, place.signer)
    tap.equal((report['chain'], report['problems']), ('valid', []), 'verdict')
    tap.equal([one['source'] for one in report['revocation']], ['crl', 'crl'], 'sources')
    for one, name in zip(report['revocation'], ('ca1', 'root')):
        tap.equal(one['url'], place.crl_url(name), 'url')
        tap.true(one['this-update'] < one['next-update'], 'dates')


@test('A CRL that is not due is not fetched again, and does without the network')
def _(w):
    place = Place(w)
    leaf = place.issue('kept')
    judge(w, leaf, place.signer)
    for options in ({}, {'network': 'cache-only'}):
        tap.equal(judge(w, leaf, place.signer, **options)['chain'], 'valid', str(options))
    tap.equal(place.hits('/ca1.crl'), 1, 'requests')


@test('With cache-only nothing is fetched, and the verdict says that trying again may help')
def _(w):
    place = Place(w)
    leaf = place.issue('offline')
    report = judge(w, leaf, place.signer, network='cache-only')
    tap.equal(report['chain'], 'invalid', 'chain')
    one = problem(report, 'revocation-unavailable')
    tap.equal((one['temporary'], one['url']), (True, place.crl_url('ca1')), 'problem')
    tap.equal(place.hits('/ca1.crl'), 0, 'requests')


@test('A revoked certificate is told with the time and the reason')
def _(w):
    place = Place(w)
    leaf = place.issue('stolen')
    place.revoke(leaf)
    one = problem(judge(w, leaf, place.signer), 'revoked')
    tap.equal((one['depth'], one['certificate'], one.get('temporary', False)), (0, leaf.fingerprint, False), 'problem')
    tap.contains(one['detail'], 'keyCompromise')


@test('A revoked authority takes its certificates with it')
def _(w):
    place = Place(w)
    leaf = place.issue('orphan')
    place.revoke(place.signer)
    one = problem(judge(w, leaf, place.signer), 'revoked')
    tap.equal((one['depth'], one['certificate']), (1, place.signer.fingerprint), 'problem')


@test('Issuers are fetched from where the certificate says, in DER, PEM and PKCS#7, over several steps')
def _(w):
    for form in ('der', 'pem', 'p7c'):
        place = Place(w, intermediates=3)
        leaf = place.issue('deep', issuer_form=form)
        report = judge(w, leaf)
        tap.equal((report['chain'], report['problems']), ('valid', []), form)
        tap.equal(len(report['chain-der']), 5, 'length')
        tap.equal(judge(w, leaf, network='cache-only')['chain'], 'valid', 'the issuers are kept')


@test('An issuer that can not be had is named with its place')
def _(w):
    place = Place(w)
    leaf = place.issue('lost', issuer_url=w.server.url('/status/404/x'))
    one = problem(judge(w, leaf), 'issuer-unavailable')
    tap.equal((one['url'], one.get('temporary', False)), (w.server.url('/status/404/x'), True), 'problem')


@test('Below a root that is not trusted nobody is asked, nothing is called temporary, and the root itself is told of once')
def _(w):
    place = revocation.Authorities(w.server, 'p%d' % next(NUMBER))
    report = judge(w, place.issue('strange'), place.signer, place.root)
    tap.equal([(one['code'], one['depth'], one['temporary']) for one in report['problems']],
              [('untrusted-root', 2, False), ('revocation-unavailable', 0, False), ('revocation-unavailable', 1, False)], 'problems')
    tap.equal([place.hits('/%s.crl' % one) for one in ('ca1', 'root')], [0, 0], 'requests')


@test('Where one place of a distribution point is dead, the next one is asked')
def _(w):
    place = Place(w)
    dead = 'http://127.0.0.1:%d/x.crl' % w.server.refusing_port
    leaf = place.issue('twice', crl_urls=[dead, place.crl_url('ca1')])
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'refused')
    leaf = place.issue('thrice', crl_urls=[w.server.url('/html/1'), place.crl_url('ca1')])
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'a web page')


@test('Where one place of a distribution point is silent, or sends an octet a second, the next one is asked meanwhile')
def _(w):
    place = Place(w)
    for fault in ('silent', 'drip'):
        leaf = place.issue('slow-' + fault, crl_urls=[w.server.url('/%s/%s.crl' % (fault, place.name)), place.crl_url('ca1')])
        tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', fault)
        w.client.flush()


@test('Who gives nothing of use is left alone for a while, the longer the more often, and the list still says what there is')
def _(w):
    for kind, state in (('expired', 'stale'), ('html', 'failed'), ('ocsp', None)):
        place, calls = Place(w), 5
        path = '/html/%s' % place.name if kind == 'html' else '/%s/useless' % place.name
        w.server.files[path] = place.crl('ca1', days=(-30, -10)) if kind == 'expired' else b'<html>'
        sources = {'crl_urls': [], 'ocsp': path} if kind == 'ocsp' else {'crl_urls': [w.server.url(path)]}
        leaf = place.issue('useless-' + kind, **sources)
        reports = [judge(w, leaf, place.signer) for _ in range(calls)]
        tap.equal([one['chain'] for one in reports], ['invalid'] * calls, kind)
        tap.true(0 < w.server.hits[path] < calls, '%s: %d requests' % (kind, w.server.hits[path]))
        if state is not None:
            tap.equal([one['state'] for one in w.client.crls() if one['url'] == w.server.url(path)], [state], kind)


@test('An OCSP responder is asked where there is no distribution point; its answer is kept')
def _(w):
    for who in ('issuer', 'delegate', 'delegate-nocheck'):
        place = Place(w)
        leaf = place.issue('asked-' + who, crl_urls=[], ocsp='/ocsp/' + place.name + who)
        place.answer_ocsp(leaf, who)
        report = judge(w, leaf, place.signer)
        tap.equal((report['chain'], report['problems']), ('valid', []), who)
        tap.equal(report['revocation'][0]['source'], 'ocsp', 'source')
        tap.equal(judge(w, leaf, place.signer, network='cache-only')['chain'], 'valid', 'kept')


@test('An OCSP responder that says revoked, or whose own certificate is revoked, is believed and not believed')
def _(w):
    place = Place(w)
    leaf = place.issue('bad', crl_urls=[], ocsp='/ocsp/' + place.name)
    place.answer_ocsp(leaf, 'issuer', revoked=True)
    one = problem(judge(w, leaf, place.signer), 'revoked')
    tap.equal((one['depth'], one['url']), (0, w.server.url('/ocsp/' + place.name)), 'who says so')
    other = place.issue('cheated', crl_urls=[], ocsp='/ocsp/' + place.name + 'x')
    place.revoke_delegate(place.answer_ocsp(other, 'delegate'))
    one = problem(judge(w, other, place.signer), 'revocation-unavailable')
    tap.equal(one['url'], w.server.url('/ocsp/' + place.name + 'x'), 'url')


@test("An OCSP answer in the name of an authority, by somebody who has only its name, makes no revoked signer good")
def _(w):
    place = Place(w)
    leaf = place.issue('masked', crl_urls=[], ocsp='/ocsp/' + place.name)
    key = place._key('crl-signer')
    extensions = [(x509.BasicConstraints(True, None), True), (pki._usage(('key_cert_sign', 'crl_sign')), True),
                  (x509.SubjectKeyIdentifier.from_public_key(place.signer.key.public_key()), False),
                  (x509.AuthorityKeyIdentifier.from_issuer_public_key(place.root.key.public_key()), False)]
    false = revocation.One('false', pki.certificate(place.signer.cert.subject, key.public_key(), place.root.cert.subject, key, (-10, 300), extensions), key)
    leaf.issuer = false
    place.answer_ocsp(leaf, 'issuer')  # the man in the middle's: signed by the false authority
    tap.equal(judge(w, leaf, false)['chain'], 'invalid', 'with the false authority')
    leaf.issuer = place.signer
    place.answer_ocsp(leaf, 'issuer', revoked=True)
    tap.equal(problem(judge(w, leaf, place.signer), 'revoked')['depth'], 0, 'with the real one')


@test('The policy can have OCSP asked first, with CRLs for where it fails')
def _(w):
    place = Place(w)
    w.session.set('revocation-sources', "['ocsp', 'crl']")
    leaf = place.issue('both', ocsp='/ocsp/' + place.name)
    place.answer_ocsp(leaf, 'issuer')
    tap.equal(judge(w, leaf, place.signer)['revocation'][0]['source'], 'ocsp', 'source')
    other = place.issue('fallback', ocsp=w.server.refused_url('/ocsp'))
    report = judge(w, other, place.signer)
    tap.equal((report['chain'], report['revocation'][0]['source']), ('valid', 'crl'), 'fallback')
    w.session.set('revocation-sources', "['crl', 'ocsp']")


@test('A certificate that names no source of revocation information is invalid for good, with advice; a CRL that was imported helps')
def _(w):
    place = Place(w)
    leaf = place.issue('mute', crl_urls=[])
    one = problem(judge(w, leaf, place.signer), 'revocation-unavailable')
    tap.equal((one['depth'], one.get('temporary', False), 'url' in one), (0, False, False), 'problem')
    tap.contains(one['detail'], 'Revocation.Import')
    tap.equal(judge(w, leaf, place.signer, revocation='soft-fail')['chain'], 'valid', 'soft-fail')


@test('Delta CRLs are fetched and count')
def _(w):
    place = Place(w)
    leaf = place.issue('delta', freshest=['/%s/delta.crl' % place.name])
    place.publish_delta('ca1', [leaf])
    problem(judge(w, leaf, place.signer), 'revoked')


@test('A delta CRL on a base that has not come yet tells of a revocation all the same, if it is the newest word and the issuer said it')
def _(w):
    for newest, key, revoked in ((True, None, True), (False, None, False), (True, 'stranger', False)):
        place = Place(w)
        leaf = place.issue('ahead', freshest=['/%s/delta.crl' % place.name])
        place.numbers['ca1'] += 5
        place.publish_delta('ca1', [leaf], days=(-0.5 if newest else -2, 7), key=place._key(key) if key else None)
        report = judge(w, leaf, place.signer)
        tap.equal([one['code'] for one in report['problems']], ['revoked'] if revoked else [], 'newest: %s, key: %s' % (newest, key))


@test("A newer CRL that speaks of the issuer's authorities alone takes nothing back of what a delta CRL says of its users; one of all does")
def _(w):
    authorities = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    for extensions, revoked in (([(authorities, True)], True), ([], False)):
        place = Place(w)
        leaf = place.issue('other', freshest=['/%s/delta.crl' % place.name])
        place.numbers['ca1'] += 5
        place.publish_delta('ca1', [leaf], days=(-0.5, 7))
        w.client.import_certificates(place.signer.der, 'intermediate')
        w.client.import_crl(place.crl('ca1', days=(-0.2, 7), extensions=extensions))
        report = judge(w, leaf, place.signer)
        tap.equal([one['code'] for one in report['problems']], ['revoked'] if revoked else [], str(extensions))


def import_delta(w, place, revoked, begin):
    w.client.import_certificates(place.signer.der, 'intermediate')
    place.publish_delta('ca1', revoked, days=(begin, 7))
    return w.client.import_crl(place.server.files['/%s/delta.crl' % place.name])


@test('Who was revoked by a delta CRL stays revoked when one on a later base comes, as long as that base is not at hand')
def _(w):
    place = Place(w)
    leaf = place.issue('between')
    import_delta(w, place, [leaf], -0.9)
    problem(judge(w, leaf, place.signer), 'revoked')
    place.numbers['ca1'] += 5
    latest = import_delta(w, place, [], -0.8)
    tap.equal([one for one in w.client.crls() if one['kind'] == 'delta-crl' and one['issuer'] == latest['issuer']], [latest], 'the latest is shown')
    for _ in range(2):
        problem(judge(w, leaf, place.signer), 'revoked')
        w.session.kill_daemon()
    w.client.import_crl(place.crl('ca1', days=(-0.7, 7)))
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'the base has come, and says nothing of him')


@test('One delta CRL from two places tells of a revocation, and so does one of the same second as a complete CRL with a lower number')
def _(w):
    for begin, ahead, freshest in ((-0.5, 0, []), (-0.4, 5, ['delta.crl'])):
        place = Place(w)
        leaf = place.issue('same', freshest=['/%s/%s' % (place.name, file) for file in freshest])
        place.publish('ca1', days=(-0.5, 7))
        place.numbers['ca1'] += ahead
        import_delta(w, place, [leaf], begin)
        problem(judge(w, leaf, place.signer), 'revoked')


@test('An indirect CRL counts where the certificate names its issuer, whose own path is judged')
def _(w):
    place = Place(w)
    signer = place.crl_signer('indirect')
    leaf = place.issue('indirect', crl_urls=['/%s/indirect.crl' % place.name], crl_issuer=signer)
    good = place.issue('indirect-good', crl_urls=['/%s/indirect.crl' % place.name], crl_issuer=signer)
    place.publish_indirect(signer, [leaf])
    problem(judge(w, leaf, place.signer, signer), 'revoked')
    tap.equal(judge(w, good, place.signer, signer)['chain'], 'valid', 'the other')


@test('A CRL that comes with a message serves for its signer')
def _(w):
    place = Place(w)
    leaf = place.issue('carried', crl_urls=[])
    entity = samples.entity(samples.PLAIN)
    data = revocation.signed_with_crl(leaf, entity, [place.signer], place.crl('ca1'))
    head = ('From: %s\r\n' % leaf.address).encode()
    _, report = w.client.open(samples.multipart_signed(entity, data, head=head))
    one = world.signer(report)
    tap.equal((one['signature'], one['chain'], one['authenticated']), ('good', 'valid', True), 'signer: %s' % one['problems'])


def open_with(w, leaf, place, crl, **options):
    entity = samples.entity(samples.PLAIN)
    data = revocation.signed_with_crl(leaf, entity, [place.signer], crl)
    return world.signer(w.client.open(samples.multipart_signed(entity, data, head=('From: %s\r\n' % leaf.address).encode()), **options)[1])


@test('An old CRL that a revoked sender attaches makes him good for nobody who can ask for a newer one')
def _(w):
    place = Place(w)
    leaf, old = place.issue('replayer'), place.crl('ca1', days=(-3, 4))
    place.revoke(leaf)
    tap.equal(open_with(w, leaf, place, old, network='cache-only')['chain'], 'invalid', "the root's is missing yet")
    one = open_with(w, leaf, place, old)
    tap.equal((one['chain'], world.codes(one['problems'])), ('invalid', ['revoked']), 'with the network')
    tap.equal(place.hits('/ca1.crl'), 1, 'requests')


@test('Where a distribution point is dead, a CRL that comes with a message serves until its end, and is kept')
def _(w):
    place = Place(w)
    leaf, late = (place.issue(name, crl_urls=[w.server.refused_url('/%s.crl' % place.name)]) for name in ('helped', 'late'))
    one = open_with(w, leaf, place, place.crl('ca1', days=(-3, 4)))
    tap.equal((one['chain'], one['problems']), ('valid', []), 'within its time')
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'kept')
    place = Place(w)
    late = place.issue('late', crl_urls=[w.server.refused_url('/%s.crl' % place.name)])
    tap.equal(open_with(w, late, place, place.crl('ca1', days=(-9, -1)))['chain'], 'invalid', 'after its time')


@test('A newer CRL that comes with a message tells of a revocation before the distribution point does')
def _(w):
    place = Place(w)
    leaf, other = place.issue('told'), place.issue('untold')
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'before')
    entry = x509.RevokedCertificateBuilder().serial_number(leaf.cert.serial_number).revocation_date(pki.NOW - pki.DAY).build()
    newer = place.crl('ca1', days=(-0.5, 6), entries=[entry])
    tap.equal(open_with(w, other, place, newer)['chain'], 'valid', "somebody's")
    tap.equal(world.codes(judge(w, leaf, place.signer)['problems']), ['revoked'], 'after')


def lookalike(place, stranger, crl_path):
    """What anybody can make and put into a message: a certificate in ca1's name, issued by the stranger, and a CRL in that name, newer
    than ca1's, good for years, with nothing in it."""
    key = place._key('lookalike')
    cert = pki.certificate(place.signer.cert.subject, key.public_key(), stranger.signer.cert.subject, stranger.signer.key, (-10, 300),
                           [(x509.BasicConstraints(True, None), True), (pki._usage(('key_cert_sign', 'crl_sign')), True)]
                           + place.sources(stranger.signer, [crl_path]))
    crl = (x509.CertificateRevocationListBuilder().issuer_name(place.signer.cert.subject).last_update(pki.NOW)
           .next_update(pki.NOW + 3000 * pki.DAY).add_extension(x509.CRLNumber(999), False)
           .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(place.signer.key.public_key()), False))
    return revocation.One('lookalike', cert, key), crl.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@test("A stranger's certificate in an authority's name makes smimed ask nobody, and his CRL takes no place")
def _(w):
    place, stranger = Place(w), revocation.Authorities(w.server, 'stranger')
    false, crl = lookalike(place, stranger, '/stranger/beacon.crl')
    w.server.files['/stranger/beacon.crl'] = crl
    for name in ('attacked', 'bystander'):
        report = judge(w, place.issue(name), place.signer, *([false, stranger.signer, stranger.root] if name == 'attacked' else []))
        tap.equal((report['chain'], report['problems']), ('valid', []), name)
    tap.equal((w.server.hits['/stranger/beacon.crl'], stranger.hits('/root.crl')), (0, 0), 'requests')
    tap.true(not [one for one in w.client.crls() if '/stranger/' in one['url']], 'nothing of his is kept')


@test("A CRL by a stranger in an authority's name is refused, whether it comes with a message or from the authority's own place")
def _(w):
    place, stranger = Place(w), revocation.Authorities(w.server, 'stranger2')
    false, crl = lookalike(place, stranger, '/stranger2/beacon.crl')
    leaf, entity = place.issue('carrier'), samples.entity(samples.PLAIN)
    real, w.server.files['/%s/ca1.crl' % place.name] = w.server.files['/%s/ca1.crl' % place.name], crl
    data = revocation.signed_with_crl(leaf, entity, [place.signer, false, stranger.signer, stranger.root], crl)
    _, report = w.client.open(samples.multipart_signed(entity, data, head=('From: %s\r\n' % leaf.address).encode()))
    tap.equal(world.signer(report)['chain'], 'invalid', 'without the real one')
    tap.true(not [one for one in w.client.crls() if one['next-update'] > revocation.now() + 2000 * 86400], 'his CRL is not kept')
    w.server.files['/%s/ca1.crl' % place.name] = real
    w.client.import_certificates(place.signer.der, 'intermediate')
    w.client.refresh(force=True)
    tap.equal(judge(w, leaf, place.signer)['chain'], 'valid', 'with the real one')


def own_with(w, place, name):
    """Somebody who is here with a key, below the place's authorities."""
    one = place.issue(name)
    w.client.own(pki.Identity(w.session.folder, name, one.cert, one.key, [place.signer.cert, place.root.cert], [one.address]))
    return w.client.certificate_path(one.fingerprint)


@test("Certificates in authorities' names that a user has imported choose nobody who is asked ahead of need, and speak for nobody")
def _(w):
    place, stranger, unknown = Place(w), revocation.Authorities(w.server, 'stranger4'), revocation.Authorities(w.server, 'unknown')
    beside, crl = lookalike(place, stranger, '/stranger4/beacon.crl')
    above = pki.certificate(pki._name('stranger4 below'), beside.key.public_key(), place.root.cert.subject, beside.key, (-10, 300),
                            pki._authority_extensions(beside.key, place.root.key) + place.sources(stranger.signer, ['/stranger4/above.crl']))
    w.client.import_certificates(beside.der, 'intermediate')
    w.client.import_certificates(above.public_bytes(Encoding.DER), 'intermediate')
    owned = [own_with(w, one, 'own-' + one.name) for one in (place, unknown)]
    urls = [one['url'] for one in w.client.refresh(force=True) if one['state'] == 'fresh']
    for url in (place.crl_url('root'), place.crl_url('ca1'), unknown.crl_url('root'), unknown.crl_url('ca1')):
        tap.contains(urls, url, 'those of own chains, also where the anchor is missing yet')
    tap.equal((w.server.hits['/stranger4/beacon.crl'], w.server.hits['/stranger4/above.crl']), (0, 0), 'requests')
    for file in (crl, place.crl('ca1', signer=revocation.One('above', above, beside.key))):
        with raises('CertificateInvalid'):
            w.client.import_crl(file)
    tap.equal(w.client.import_crl(place.crl('ca1'))['state'], 'fresh', 'the real one')
    for path in owned:
        w.client.delete(path, **{'delete-key': True})


@test("A responder that is revoked isn't made good by a CRL in its issuer's name that was imported before the issuer was known")
def _(w):
    place, stranger = Place(w), revocation.Authorities(w.server, 's%d' % next(NUMBER))
    false, crl = lookalike(place, stranger, '/%s/beacon.crl' % stranger.name)
    leaf = place.issue('deceived', crl_urls=[], ocsp='/ocsp/' + place.name)
    place.revoke_delegate(place.answer_ocsp(leaf, 'delegate'))
    w.client.import_certificates(false.der, 'intermediate')
    tap.equal(w.client.import_crl(crl)['state'], 'fresh', 'nobody can tell yet')
    one = problem(judge(w, leaf, place.signer), 'revocation-unavailable')
    tap.contains(one['detail'], 'revoked')
    tap.equal(place.hits('/responders.crl'), 1, 'requests')


@test('What was revoked later was good before: old mail is judged as of then')
def _(w):
    place = Place(w)
    leaf = place.issue('later')
    place.revoke(leaf, days_ago=5)
    now = revocation.now()
    problem(judge(w, leaf, place.signer, at=now - 4 * 86400), 'revoked')
    tap.equal(judge(w, leaf, place.signer, at=now - 6 * 86400)['chain'], 'valid', 'a day before')


@test('Authorities that certify each other in a circle, of which one way out leads over a bridge to the anchor, hold nobody up')
def _(w):
    place = Place(w)
    keys = {name: place._key('mesh-' + name) for name in 'xyz'}

    def cross(subject, issuer, number):
        key = place.root.key if issuer == 'root' else keys[issuer]
        issuer_name = place.root.cert.subject if issuer == 'root' else pki._name('%s mesh %s' % (place.name, issuer))
        return pki.certificate(pki._name('%s mesh %s' % (place.name, subject)), keys[subject].public_key(), issuer_name, key, (-10 - number, 300),
                               pki._authority_extensions(keys[subject], key))
    mesh = [cross(*pair, number) for number, pair in enumerate(['xy', 'yx', 'zx', 'xz', 'yz', 'zy', ('z', 'root')])]
    w.server.files['/%s/mesh.p7c' % place.name] = pkcs7.serialize_certificates(mesh, Encoding.DER)
    issuer = revocation.One('x', mesh[0], keys['x'])
    leaf = place.issue('meshed', signer=issuer, crl_urls=[], issuer_url=place.url('mesh.p7c'))
    report = judge(w, leaf, revocation='off')
    tap.equal((report['chain'], report['problems']), ('valid', []), 'verdict')
    tap.equal((report['chain-der'][0], report['chain-der'][-1]), (leaf.der, place.root.der), 'ends')


def message_of(place, leaf):
    entity = samples.entity(samples.PLAIN)
    data = forge.simple_signed(leaf, entity, detached=True, chain=[place.signer])
    return samples.multipart_signed(entity, data, head=('From: %s\r\n' % leaf.address).encode())


@test('Old mail does not turn red silently: what was said of it at first sight is told for ever, also after a restart')
def _(w):
    place = Place(w)
    leaf, stranger = place.issue('old'), place.issue('never-good')
    place.revoke(stranger)
    old, bad = message_of(place, leaf), message_of(place, stranger)
    one = world.signer(w.client.open(old, network='cache-only')[1])
    tap.equal((one['chain'], one.get('at-delivery')), ('invalid', None), 'nothing is kept while something is only missing')
    for message, state in ((old, 'valid'), (bad, 'invalid')):
        one = world.signer(w.client.open(message)[1])
        tap.equal((one['chain'], one['at-delivery']), (state, state), 'first sight')
    place.revoke(leaf)
    w.client.flush()
    for _again in range(2):
        one = world.signer(w.client.open(old)[1])
        tap.equal((one['signature'], one['chain'], one['at-delivery'], one['authenticated']), ('good', 'invalid', 'valid', False), 'later')
        tap.contains(world.codes(one['problems']), 'revoked')
        tap.equal(world.signer(w.client.open(bad)[1])['at-delivery'], 'invalid', 'what never was good')
        w.session.kill_daemon()


if __name__ == '__main__':
    revocation.run(settings=SETTINGS)
