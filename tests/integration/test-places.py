#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""CRLs wherever certificates say that they are: under LDAP URLs, and in entries of a directory that certificates name without saying of which
directory they speak. The directories are real slapds."""
import contextlib
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import directory_server  # noqa: E402
import pki  # noqa: E402
import revocation  # noqa: E402
import slapd  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.x509.oid import NameOID  # noqa: E402
from revocation import judge, problem  # noqa: E402
from smimed_client import PATIENCE  # noqa: E402
from tap import test  # noqa: E402

SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']"}
CRL, ARL, DELTA = ('%s;binary' % name for name in ('certificateRevocationList', 'authorityRevocationList', 'deltaRevocationList'))
NUMBER = iter(range(1, 10000))
DER = serialization.Encoding.DER


class Place(revocation.Authorities):
    """Authorities that are known to a world by their root alone; the root's own CRL is on a web server."""

    def __init__(self, w):
        super().__init__(w.server, 'd%d' % next(NUMBER))
        w.client.import_certificates(self.root.der, 'anchor')


def judge_by(deadline, w, leaf, *others):
    """`deadline`: milliseconds, before a sanitizer makes everything slow."""
    return revocation.verdict(w.client.start('Certificates', 'Validate', '(aaysa{sv})', [[leaf.der] + [one.der for one in others], 'sign'],
                                             {'deadline': deadline * PATIENCE}))


def check_valid(report, what):
    tap.equal((report['chain'], report['problems']), ('valid', []), what)


def name_of(common, base='Test'):
    """The entry `CN=common,O=Test`: most significant first, as X.509 has it."""
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, base), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def points(*each):
    return [(x509.CRLDistributionPoints(list(each)), False)]


def entry_point(common, **options):
    return x509.DistributionPoint([x509.DirectoryName(name_of(common))], None, options.get('reasons'), options.get('issuer'))


@contextlib.contextmanager
def serving(entries, base=slapd.BASE):
    if not slapd.SLAPD:
        raise tap.Skip('no slapd here')
    with directory_server.DirectoryServer(entries, base) as server:
        yield server


@contextlib.contextmanager
def directory(w, entries, base=slapd.BASE, before=()):
    """A directory with these entries, which the setting names, after others."""
    with serving(entries, base) as server:
        use(w, *before, server.setting())
        try:
            yield server
        finally:
            use(w)
            w.client.flush()


def use(w, *directories):
    w.session.set('directories', str(list(directories)) if directories else '@as []')


def listed(w, part):
    return [one for one in w.client.crls() if part in one['url']]


@test('A CRL under an LDAP URL is fetched, tells the good from the revoked, and its place is named in the report')
def _(w):
    place = Place(w)
    with serving({}) as server:
        good, stolen, lost = (place.issue(name, crl_urls=[server.url(entry)]) for name, entry in
                              (('good', 'cn=CA'), ('stolen', 'cn=CA'), ('lost', 'cn=Nobody')))
        place.revoke(stolen)
        server.replace({'cn=CA': {CRL: [place.crl('ca1')]}})
        report = judge(w, good, place.signer)
        check_valid(report, 'good')
        tap.equal((report['revocation'][0]['source'], report['revocation'][0]['url']), ('crl', server.url('cn=CA')), 'source')
        tap.equal(problem(judge(w, stolen, place.signer), 'revoked')['depth'], 0, 'depth')
        w.client.flush()
        one = problem(judge(w, lost, place.signer), 'revocation-unavailable')
        tap.equal((one['url'], one.get('temporary')), (server.url('cn=Nobody'), True), 'an entry that is not there')
        dead = place.issue('dead', crl_urls=[server.url('cn=CA')])
        server.kill()
        one = problem(judge(w, dead, place.signer), 'revocation-unavailable')
        tap.equal((one['url'], one.get('temporary')), (server.url('cn=CA'), True), 'a server that has gone')
    w.client.flush()


def searches(server, name):
    """How often that entry was asked for; what other tests have left to refresh may ask for others at any moment."""
    return sum('"cn=%s,' % name.lower() in one.lower() for one in server.searches)


@test('Without a directory the verdict says which entry of one is missing and what to do; with one the entry is fetched, shown and kept up to date')
def _(w):
    place = Place(w)
    leaf, stolen = (place.issue(name, crl_urls=[], extensions=points(entry_point('CRL 1'))) for name in ('named', 'named-stolen'))
    place.revoke(stolen)
    one = problem(judge(w, leaf, place.signer), 'revocation-unavailable')
    tap.equal((one['depth'], one.get('temporary', False)), (0, False), 'for good')
    for words in ('CN=CRL 1,O=Test', 'directories', 'Revocation.Import'):
        tap.contains(one['detail'], words)
    with directory(w, {'cn=CRL 1': {CRL: [place.crl('ca1')]}}) as server:
        url = 'ldap://127.0.0.1:%d/CN=CRL%%201,O=Test?%s,%s' % (server.port, CRL, ARL)
        report = judge(w, leaf, place.signer)
        check_valid(report, 'with a directory')
        tap.equal(report['revocation'][0]['url'], url, 'where from')
        problem(judge(w, stolen, place.signer), 'revoked')
        entry, = listed(w, url)
        tap.equal((entry['state'], entry['kind'], entry['detail']), ('fresh', 'crl', ''), 'the entry')
        shown = w.session.run('busctl', '--user', '--address=' + w.session.address, 'call', w.client.NAME, w.client.ROOT,
                              w.client.NAME + '.Revocation', 'List', 'a{sv}', '0').stdout.decode()
        tap.contains(shown, '"url" s "%s"' % url, 'busctl')
        check_valid(judge(w, leaf, place.signer, network='cache-only'), 'kept')
        before = searches(server, 'CRL 1')
        again, = [one for one in w.client.refresh(force=True) if one['url'] == url]
        tap.equal((again['state'], searches(server, 'CRL 1')), ('fresh', before + 1), 'Refresh')
        server.kill()
        again, = [one for one in w.client.refresh(force=True) if one['url'] == url]
        tap.equal(again['state'], 'failed', 'Refresh without it')
        check_valid(judge(w, leaf, place.signer), 'what is here still counts')


@test('Names are written as directories want them, whatever stands in them')
def _(w):
    place, common = Place(w), ' a, "b" + <c>; d=\\e? 100% #\u00fc '
    leaf = place.issue('odd', crl_urls=[], extensions=points(entry_point(common)))
    escaped = 'cn=\\20a\\2C \\22b\\22 \\2B \\3Cc\\3E\\3B d\\3D\\5Ce? 100% #\u00fc\\20'
    with directory(w, {escaped: {'cn': [common.encode()], CRL: [place.crl('ca1')]}}):
        check_valid(judge(w, leaf, place.signer), 'verdict')


@test('A name relative to the CRL issuer, and an issuer of indirect CRLs who stands alone, are looked up in the directory, too')
def _(w):
    place = Place(w)
    relative = x509.DistributionPoint(None, x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, 'CRL 2')]), None, None)
    leaf = place.issue('relative', crl_urls=[], extensions=points(relative))
    with directory(w, {'cn=CRL 2': {CRL: [place.crl('ca1')]}}, 'o=smimed tests,cn=%s ca1' % place.name):
        check_valid(judge(w, leaf, place.signer), 'relative')
    signer = place.crl_signer('indirect')
    alone = x509.DistributionPoint(None, None, None, [x509.DirectoryName(signer.cert.subject)])
    leaf, stolen = (place.issue(name, crl_urls=[], extensions=points(alone)) for name in ('indirect', 'indirect-stolen'))
    with directory(w, {}, signer.cert.subject.rfc4514_string()) as server:
        scope = x509.IssuingDistributionPoint(None, None, False, False, None, True, False)
        entry = (x509.RevokedCertificateBuilder().serial_number(stolen.cert.serial_number).revocation_date(pki.NOW - pki.DAY)
                 .add_extension(x509.CertificateIssuer([x509.DirectoryName(stolen.cert.issuer)]), True).build())
        server.own[CRL] = [place.crl('indirect', entries=[entry], signer=signer, extensions=[(scope, True)])]
        server.replace({})
        check_valid(judge(w, leaf, place.signer, signer), 'cRLIssuer')
        problem(judge(w, stolen, place.signer, signer), 'revoked')


@test("An authority's own CRL is taken from its list of authorities; a delta CRL from its own attribute")
def _(w):
    place = Place(w)
    extensions = pki._authority_extensions(place.signer.key, place.root.key) + points(entry_point('Root'))
    below = revocation.One('below', pki.certificate(place.signer.cert.subject, place.signer.key.public_key(), place.root.cert.subject, place.root.key,
                                                    (-400, 3000), extensions), place.signer.key)
    freshest = x509.FreshestCRL([entry_point('CA')])
    leaf, stolen = (place.issue(name, crl_urls=[], extensions=points(entry_point('CA')) + [(freshest, False)]) for name in ('alpha', 'beta'))
    users = x509.IssuingDistributionPoint(None, None, True, False, None, False, False)
    authorities = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    base = place.crl('ca1')
    place.publish_delta('ca1', [stolen])
    delta = place.server.files['/%s/delta.crl' % place.name]
    entries = {'cn=Root': {CRL: [place.crl('root', extensions=[(users, True)])], ARL: [place.crl('root', extensions=[(authorities, True)])]},
               'cn=CA': {CRL: [base], DELTA: [delta]}}
    with directory(w, entries):
        check_valid(judge(w, leaf, below), 'alpha')
        problem(judge(w, stolen, below), 'revoked')
        tap.equal(sorted(one['kind'] for one in listed(w, 'ldap://')), ['crl', 'crl', 'delta-crl'], 'kinds')


@test('A delta CRL whose place only the base CRL tells is fetched; when it is out of date, its base still counts, and so does what it said')
def _(w):
    place = Place(w)
    leaf, stolen = place.issue('base-good'), place.issue('base-stolen')
    freshest = x509.FreshestCRL([x509.DistributionPoint(revocation.uris([place.url('delta.crl')]), None, None, None)])
    place.publish('ca1', extensions=[(freshest, False)])
    place.publish_delta('ca1', [stolen])
    check_valid(judge(w, leaf, place.signer), 'good')
    problem(judge(w, stolen, place.signer), 'revoked')
    tap.equal(place.hits('/delta.crl'), 1, 'requests')
    w.client.flush()
    place.publish('ca1', extensions=[(freshest, False)])
    place.publish_delta('ca1', [stolen], days=(-0.5, -0.1))
    check_valid(judge(w, leaf, place.signer), 'an old delta CRL')
    problem(judge(w, stolen, place.signer), 'revoked')


@test('CRLs by reason: who is revoked in one of them is revoked, who is in none is good, and one that is missing is missing')
def _(w):
    place, reasons = Place(w), x509.ReasonFlags
    parts = {'keys': [reasons.key_compromise, reasons.ca_compromise],
             'rest': [reasons.affiliation_changed, reasons.superseded, reasons.cessation_of_operation, reasons.certificate_hold,
                      reasons.privilege_withdrawn, reasons.aa_compromise]}
    each = [x509.DistributionPoint(revocation.uris([place.url(name + '.crl')]), None, frozenset(flags), None) for name, flags in parts.items()]
    good, stolen = (place.issue(name, crl_urls=[], extensions=points(*each)) for name in ('reason-good', 'reason-stolen'))

    def publish(name, *ones):
        scope = x509.IssuingDistributionPoint(revocation.uris([place.url(name + '.crl')]), None, False, False, frozenset(parts[name]), False, False)
        entries = [x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(pki.NOW - pki.DAY).build() for one in ones]
        place.server.files['/%s/%s.crl' % (place.name, name)] = place.crl('ca1', entries=entries, extensions=[(scope, True)])

    publish('keys')
    one = problem(judge(w, good, place.signer), 'revocation-unavailable')
    tap.contains(one['detail'], place.url('rest.crl'), 'what is missing')
    w.client.flush()
    publish('rest', stolen)
    w.client.wait_until(lambda: judge(w, good, place.signer)['chain'] == 'valid', 20, 'both are here')
    tap.equal(world.codes(judge(w, stolen, place.signer)['problems']), ['revoked'], 'stolen')


@test("Active Directory's LDAP URLs without a host mean the configured directory")
def _(w):
    place = Place(w)
    leaf = place.issue('hostless', crl_urls=['ldap:///CN=CA,O=Test?certificateRevocationList?base?objectClass=cRLDistributionPoint'])
    problem(judge(w, leaf, place.signer), 'revocation-unavailable')
    with directory(w, {'cn=CA': {CRL: [place.crl('ca1')]}}):
        check_valid(judge(w, leaf, place.signer), 'verdict')


@test('The directory may be on a private address, which other URLs in certificates may not')
def _(w):
    place = Place(w)
    # What the web server has of the root is here already.
    judge(w, place.issue('ahead', crl_urls=['/status/404/ahead']), place.signer)
    with serving({'cn=CA': {CRL: [place.crl('ca1')]}}) as other, directory(w, {'cn=CA': {CRL: [place.crl('ca1')]}}):
        named = place.issue('private', crl_urls=[], extensions=points(entry_point('CA')))
        stranger = place.issue('private-url', crl_urls=[other.url('cn=CA')])
        w.session.set('network-allow', '@as []')
        try:
            tap.contains(problem(judge(w, stranger, place.signer), 'revocation-unavailable')['detail'], 'network-allow', 'another one')
            check_valid(judge(w, named, place.signer), 'the configured one')
            tap.equal(len(other.searches), 0, 'searches at the other')
        finally:
            w.session.set('network-allow', SETTINGS['network-allow'])


@test('A directory that is dead or silent holds nobody up: the next one is asked meanwhile, and the verdict names those that failed')
def _(w):
    place = Place(w)
    leaf, lost = (place.issue(name, crl_urls=[], extensions=points(entry_point(common))) for name, common in (('either', 'CA'), ('neither', 'Nobody')))
    with socket.create_server(('127.0.0.1', 0)) as silent, socket.socket() as refusing:
        refusing.bind(('127.0.0.1', 0))
        before = ['ldap://127.0.0.1:%d/o=Test' % one.getsockname()[1] for one in (refusing, silent)]
        with directory(w, {'cn=CA': {CRL: [place.crl('ca1')]}}, before=before) as server:
            one = problem(judge_by(2000, w, lost, place.signer), 'revocation-unavailable')
            tap.equal(one.get('temporary'), True, 'temporary')
            for part in before + [server.setting()]:
                tap.contains(one['detail'], part.rpartition('/')[0], 'who was asked')
            check_valid(judge(w, leaf, place.signer), 'verdict')


@test('An entry that is here is not asked for again')
def _(w):
    place = Place(w)
    leaf = place.issue('many', crl_urls=[], extensions=points(entry_point('CA')))
    with directory(w, {'cn=CA': {CRL: [place.crl('ca1')]}}) as server:
        check_valid(judge(w, leaf, place.signer), 'first')
        before = searches(server, 'CA')
        for _again in range(3):
            check_valid(judge(w, leaf, place.signer), 'again')
        tap.equal(searches(server, 'CA'), before, 'searches')


if __name__ == '__main__':
    revocation.run(settings=SETTINGS)
