#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing hangs: with every distribution point dead, each in its own way, a verdict comes by its deadline and says what is missing, and
nobody else waits."""
import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import fault_server  # noqa: E402
import revocation  # noqa: E402
import samples  # noqa: E402
import forge  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import GRACE, PATIENCE, Failure  # noqa: E402
from tap import test  # noqa: E402

DEADLINE = 3.0
OTHERS = 50
CROWD = 160  # more than twice as many as one caller may have running
SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']", 'network-deadline': '%d' % (DEADLINE * 1000)}
# Those that answer nothing of use for as long as one listens; the others fail at once
WAITING = ('silent', 'drip')
DEAD = WAITING + ('refused', 'endless-header', 'endless', 'huge', 'loop', 'garbage', 'html', 'empty', 'wrong-length', 'expired', 'future', 'wrongly-signed')


class Host:
    """A web server that is dead in one way only: faults on one host don't count for another."""

    def __init__(self, stack, place, kind):
        self.server = stack.enter_context(fault_server.FaultServer())
        self.kind, path = kind, '/%s/ca1.crl' % kind
        wrong = place.ones['root'].key if kind == 'wrongly-signed' else None
        days = {'expired': (-30, -10), 'future': (10, 20)}.get(kind)
        if kind in ('expired', 'future', 'wrongly-signed'):
            path = '/crls/' + kind
            self.server.files[path] = place.crl('ca1', days=days, key=wrong)
        self.url = self.server.refused_url(path) if kind == 'refused' else self.server.url(path)


def new_place(w):
    w.number += 1
    place = revocation.Authorities(w.server, 'n%d' % w.number)
    w.client.import_certificates(place.root.der, 'anchor')
    return place


def dead_leaves(w, stack, kinds):
    """[(kind, leaf, issuers)]: certificates whose own CRL is dead; that of their authority is well."""
    made = []
    for kind in kinds:
        place = new_place(w)
        w.hosts.append(Host(stack, place, kind))
        made.append((kind, place.issue('dead-' + kind, crl_urls=[w.hosts[-1].url]), place.signer))
    return made


def start(client, leaf, signer, **options):
    return client.start('Certificates', 'Validate', '(aaysa{sv})', [[leaf.der, signer.der], 'sign'], options, timeout=60)


def check_late(pending, bound, what):
    tap.within(pending.seconds, bound + GRACE, what)


@test('Each dead distribution point is named, in time, as something that may be better later')
def _(w):
    with contextlib.ExitStack() as stack:
        calls = [(kind, leaf, start(w.client, leaf, signer)) for kind, leaf, signer in dead_leaves(w, stack, DEAD)]
        for kind, leaf, pending in calls:
            report, = pending.wait()
            check_late(pending, DEADLINE, kind)
            tap.equal(report['chain'], 'invalid', kind)
            one, = [one for one in report['problems'] if one['code'] in ('revocation-unavailable', 'revocation-stale')]
            tap.equal((one['depth'], one['certificate'], one.get('temporary')), (0, leaf.fingerprint, True), kind)
            tap.true(kind == 'refused' or kind in one['url'], '%s: %s' % (kind, one['url']))
            tap.equal(one['code'], 'revocation-stale' if kind == 'expired' else 'revocation-unavailable', kind)
            tap.diagnose('%-15s %s' % (kind, one['detail']))


@test('A dead host is waited for once: the next verdict says at once what is missing')
def _(w):
    with contextlib.ExitStack() as stack:
        (_, leaf, signer), = dead_leaves(w, stack, ['refused'])
        first = w.client.validate([leaf.der, signer.der], 'sign')
        again = w.client.validate([leaf.der, signer.der], 'sign')
        tap.equal([world.codes(one['problems']) for one in (first, again)], [['revocation-unavailable']] * 2, 'verdicts')


@test('Fifty other verifications go on at full speed while every distribution point is silent')
def _(w):
    with contextlib.ExitStack() as stack:
        good = new_place(w)
        leaf = good.issue('good')
        entity = samples.entity(samples.PLAIN)
        message = samples.multipart_signed(entity, forge.simple_signed(leaf, entity, detached=True, chain=[good.signer]),
                                           head=('From: %s\r\n' % leaf.address).encode())
        world.check_authenticated(w.client.open(message)[1], leaf)
        waiting = [start(w.client, one, signer) for _, one, signer in dead_leaves(w, stack, WAITING * 4)]
        others = [w.client.start_open(message) for _ in range(OTHERS)]
        for pending in others:
            world.check_authenticated(pending.wait()[1], leaf)
        tap.within(max(pending.seconds for pending in others), DEADLINE / 2, 'the slowest of %d others' % OTHERS)
        for pending in waiting:
            tap.equal(pending.wait()[0]['chain'], 'invalid', 'the waiting ones')


@test('More calls than there are threads, all at silent places, end by their network deadline, too')
def _(w):
    with contextlib.ExitStack() as stack:
        place, host = new_place(w), stack.enter_context(fault_server.FaultServer())
        leaves = [place.issue('crowd%d' % number, crl_urls=[host.url('/silent/%d' % number)]) for number in range(CROWD)]
        for pending in [start(w.client, leaf, place.signer) for leaf in leaves]:
            tap.equal(pending.wait()[0]['chain'], 'invalid', 'verdict')
            check_late(pending, DEADLINE, 'one of %d' % CROWD)


@test("A caller's own deadline is kept, and still brings a verdict rather than an error")
def _(w):
    with contextlib.ExitStack() as stack:
        for (kind, leaf, signer), seconds in zip(dead_leaves(w, stack, ('silent', 'drip', 'silent')), (1.0 * PATIENCE, 1.5 * PATIENCE, 2.0 * PATIENCE)):
            pending = start(w.client, leaf, signer, deadline=int(seconds * 1000))
            report = revocation.verdict(pending)
            tap.equal(report['chain'], 'invalid', kind)
            check_late(pending, seconds, kind)


@test('A call that waits for a server says so in its job, and cancellation is immediate')
def _(w):
    with contextlib.ExitStack() as stack:
        (_, leaf, signer), = dead_leaves(w, stack, ['silent'])
        pending = start(w.client, leaf, signer, job='stuck')
        hits = w.hosts[-1].server.hits
        w.client.wait_until(lambda: hits['/silent/ca1.crl'], 20, 'the fetch')
        tap.equal(w.client.job('stuck')['Stage'], 'fetching', 'Stage')
        w.client.cancel('stuck')
        try:
            pending.wait(DEADLINE)
            raise AssertionError('the call was not cancelled')
        except Failure as failure:
            tap.contains(str(failure), 'Cancelled')


@test('Dead issuers and dead OCSP responders hang nobody either')
def _(w):
    with contextlib.ExitStack() as stack:
        calls = []
        for kind in WAITING + ('endless-header', 'refused', 'huge', 'html', 'garbage', 'loop'):
            # Two authorities: the second call brings its issuer, which the first one would find.
            place, other = new_place(w), new_place(w)
            url = Host(stack, place, kind).url
            orphan, mute = other.issue('orphan', issuer_url=url), place.issue('mute', crl_urls=[], ocsp=url)
            calls.append((kind, 'issuer-unavailable', url, w.client.start('Certificates', 'Validate', '(aaysa{sv})', [[orphan.der], 'sign'], {})))
            calls.append((kind, 'revocation-unavailable', url, start(w.client, mute, place.signer)))
        for kind, code, url, pending in calls:
            report, = pending.wait()
            check_late(pending, DEADLINE, kind)
            found = [one for one in report['problems'] if one['code'] == code]
            tap.true(found, '%s, %s: %s' % (kind, code, world.brief(report)))
            one = found[0]
            tap.equal((one['url'], one.get('temporary')), (url, True), '%s, %s' % (kind, code))


@test('What comes too late is not lost: the next verdict has it')
def _(w):
    place = new_place(w)
    leaf = place.issue('slow', crl_urls=['/hold/%s/ca1.crl' % place.name])
    one, = revocation.verdict(start(w.client, leaf, place.signer, deadline=1500 * PATIENCE))['problems']
    tap.equal((one['code'], one.get('temporary')), ('revocation-unavailable', True), 'problem')
    w.server.released.set()
    w.client.wait_until(lambda: w.client.validate([leaf.der, place.signer.der], 'sign', network='cache-only')['chain'] == 'valid', 20,
                        'the CRL that came late')


@contextlib.contextmanager
def served():
    with revocation.served(settings=SETTINGS, watched=True) as w:
        w.number, w.hosts = 0, []
        yield w


if __name__ == '__main__':
    tap.main(served, log=lambda w: w.session.log())
