#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""OCSP responders: whatever they do, a verdict comes in time and says what was found; what they say late or ahead of need serves the next."""
import contextlib
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import fault_server  # noqa: E402
import forge  # noqa: E402
import pki  # noqa: E402
import portal  # noqa: E402
import revocation  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.x509 import ocsp  # noqa: E402
from fake_time import restart  # noqa: E402
from revocation import judge  # noqa: E402
from smimed_client import GRACE, PATIENCE  # noqa: E402
from tap import test  # noqa: E402

DEADLINE = 3.0
DAY = 86400
SETTINGS = {'revocation': "'hard-fail'", 'network-allow': "['127.0.0.0/8']", 'network-deadline': 'uint32 %d' % (DEADLINE * 1000)}
NUMBER = iter(range(1, 10000))


class Place(revocation.Authorities):
    """Authorities with their own responders, known to a world by their root alone."""

    def __init__(self, w):
        super().__init__(w.server, 'o%d' % next(NUMBER), days=(-1, 60))
        w.client.import_certificates(self.root.der, 'anchor')

    def asked(self, name, url=None, **options):
        """Somebody whose revocation only OCSP tells; `url`: of another responder than the test's own."""
        return self.issue(name, crl_urls=[], ocsp=url or '/ocsp/%s/%s' % (self.name, name), **options)

    def responder(self, name):
        return self.server.url('/ocsp/%s/%s' % (self.name, name))

    def questions(self, name):
        return self.server.hits['/ocsp/%s/%s' % (self.name, name)]


def start(w, leaf, *others, **options):
    chain = [leaf.der] + [one.der for one in others]
    return w.client.start('Certificates', 'Validate', '(aaysa{sv})', [chain, 'sign'], options, timeout=60)


def entry_of(w, leaf):
    found = [one for one in w.client.crls() if one.get('certificate') == leaf.fingerprint]
    return found[0] if found else {}


def check_mute(report, leaf, url, words, code='revocation-unavailable'):
    """Invalid for one reason alone: this responder said nothing of use, which may be better next time."""
    tap.equal(report['chain'], 'invalid', words)
    one, = report['problems']
    tap.equal((one['code'], one['depth'], one['certificate'], one.get('temporary'), one['url']), (code, 0, leaf.fingerprint, True, url), words)
    tap.contains(one['detail'], words)


# In time, whatever the responder does

HOSTS = {'silent': "hasn't answered", 'trickle': "hasn't answered", 'drip': 'larger than', 'endless-header': '', 'endless': '', 'huge': '', 'loop': 'in circles',
         'garbage': '', 'html': 'no OCSP response', 'empty': '', 'wrong-length': '', 'length/10485760': '', 'status/404': '404',
         'status/500': '500', 'status/503': '503', 'refused': ''}


@test('Each dead responder is named, by the deadline, as something that may be better later')
def _(w):
    with contextlib.ExitStack() as stack:
        calls = []
        for kind in HOSTS:
            place, server = Place(w), stack.enter_context(fault_server.FaultServer())
            url = server.refused_url('/x') if kind == 'refused' else server.url('/%s/x' % kind)
            leaf = place.asked('dead', url)
            calls.append((kind, leaf, url, start(w, leaf, place.signer)))
        for kind, leaf, url, pending in calls:
            report, = pending.wait()
            tap.within(pending.seconds, DEADLINE + GRACE, kind)
            check_mute(report, leaf, url, HOSTS[kind])
            tap.diagnose('%-16s %s' % (kind, report['problems'][0]['detail']))


@test("A caller's own deadline is kept while a responder is silent, and cancellation is immediate")
def _(w):
    for options in ({'deadline': 1000 * PATIENCE}, {'job': 'stuck'}):
        with fault_server.FaultServer() as server:
            place = Place(w)
            leaf = place.asked('silent', server.url('/silent/x'))
            pending = start(w, leaf, place.signer, **options)
            if 'job' in options:
                w.client.wait_until(lambda: server.hits['/silent/x'], 20, 'the question')
                w.client.cancel('stuck')
                with revocation.raises('Cancelled'):
                    pending.wait(DEADLINE)
            else:
                check_mute(revocation.verdict(pending), leaf, server.url('/silent/x'), "hasn't answered")
                tap.within(pending.seconds, PATIENCE + GRACE, 'the verdict')


@test('Reading, signing and asking about recipients, too, end by the deadline while responders are silent, and nothing is signed or sent')
def _(w):
    with fault_server.FaultServer() as server:
        place = Place(w)
        leaf = place.issue('mute', crl_urls=[], ocsp=server.url('/silent/x'), person=pki.Person('mute', 'p-256', usage=('digital_signature', 'key_agreement')))
        entity = samples.entity(samples.PLAIN)
        signed = samples.multipart_signed(entity, forge.simple_signed(leaf, entity, detached=True, chain=[place.signer]),
                                          head=b'From: mute@example.org\r\n')
        path, account = own_with(w, place, leaf), w.client.register_account('mute@example.org')
        calls, pendings = {}, {'Open': w.client.start_open(signed), 'Sign': w.client.start_sign(samples.PLAIN, 'mute@example.org'),
                               'Evaluate': w.client.start_evaluate('mute@example.org', ['mute@example.org'])}
        for name, pending in pendings.items():
            try:
                values = pending.wait()
            except revocation.Failure as failure:
                values = failure.code
            calls[name] = values
        one = world.signer(calls['Open'][1])
        tap.equal((one['signature'], one['chain'], world.codes(one['problems'])), ('good', 'invalid', ['revocation-unavailable']), 'Open')
        tap.equal(calls['Sign'], 'CertificateInvalid', 'Sign')
        ready, (verdict,) = calls['Evaluate']
        tap.equal((ready, verdict['usable'], verdict['action']), (False, False, 'retry'), 'Evaluate: %s' % verdict)
        w.client.unregister_account(account)
        w.client.delete(path, **{'delete-key': True})
        for name, pending in pendings.items():
            tap.within(pending.seconds, DEADLINE + GRACE, name)


def refusal(status):
    return lambda body: ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(revocation.DER)


STATUSES = {'unauthorized': ocsp.OCSPResponseStatus.UNAUTHORIZED, 'trylater': ocsp.OCSPResponseStatus.TRY_LATER,
            'internalerror': ocsp.OCSPResponseStatus.INTERNAL_ERROR, 'malformedrequest': ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
            'sigrequired': ocsp.OCSPResponseStatus.SIG_REQUIRED}


@test("A responder's refusals are told by their names")
def _(w):
    for name, status in STATUSES.items():
        place = Place(w)
        leaf = place.asked(name)
        w.server.responders['/ocsp/%s/%s' % (place.name, name)] = refusal(status)
        check_mute(judge(w, leaf, place.signer), leaf, place.responder(name), 'refuses to answer: ' + name)


# What it says -> what is found: words of the detail, and the code where it isn't `revocation-unavailable`
ANSWERS = {
    "another certificate's": ({'about': 'other'}, 'says nothing of this certificate'),
    "another request's": ({'nonce': 'other'}, 'answers another request'),
    "a stranger's": ({'signer': 'stranger'}, 'signed by nobody who may'),
    'of the future': ({'days': (2, 4)}, 'of the future'),
    'out of date': ({'days': (-4, -2)}, 'out of date', 'revocation-stale'),
    'without an end, and old': ({'days': (-4, None)}, 'out of date', 'revocation-stale'),
    'by a delegate that has expired': ({'who': 'delegate-expired'}, 'signed by nobody who may'),
    "by a delegate that isn't valid yet": ({'who': 'delegate-future'}, 'signed by nobody who may'),
    'by a delegate without id-kp-OCSPSigning': ({'who': 'delegate-unfit'}, 'signed by nobody who may'),
    "by a delegate of the issuer's issuer": ({'who': "delegate-root's"}, 'signed by nobody who may'),
}


def filled_in(place, how, other):
    """A row of the tables with the real people in it. The stranger bears the issuer's name."""
    key, name = place._key('crl-signer'), place.signer.cert.subject
    people = {'other': other, 'stranger': revocation.One('stranger', pki.certificate(name, key.public_key(), name, key, (-10, 300), []), key)}
    return {what: people[value] if what in ('about', 'signer') else value for what, value in how.items()}


@test('An answer that proves nothing is no answer: of somebody else, by somebody else, too old, too new')
def _(w):
    for kind, (how, words, *code) in ANSWERS.items():
        place = Place(w)
        leaf, other = place.asked('leaf'), place.asked('other')
        place.answer_ocsp(leaf, **filled_in(place, how, other))
        report = judge(w, leaf, place.signer)
        tap.diagnose('%-40s %s' % (kind, report['problems'][0]['detail']))
        check_mute(report, leaf, place.responder('leaf'), words, *code)
        tap.equal(entry_of(w, leaf)['state'], 'failed', kind)


@test('An answer without a nonce counts: responders may make theirs ahead; one without an end counts for a while')
def _(w):
    for how in ({'nonce': 'none'}, {'days': (0, None)}, {'nonce': 'none', 'who': 'delegate-nocheck'}):
        place = Place(w)
        leaf = place.asked('leaf')
        place.answer_ocsp(leaf, **how)
        tap.equal(judge(w, leaf, place.signer)['problems'], [], str(how))


@test("A responder whose own revocation can't be known isn't believed; once it can be, it is")
def _(w):
    place = Place(w)
    leaf, path = place.asked('leaf'), '/%s/responders.crl' % place.name
    place.answer_ocsp(leaf, 'delegate')
    crl = w.server.files.pop(path)
    check_mute(judge(w, leaf, place.signer), leaf, place.responder('leaf'), 'may not answer: ')
    w.server.files[path] = crl
    w.client.refresh(force=True)
    w.client.wait_until(lambda: judge(w, leaf, place.signer)['problems'] == [], 20, 'the CRL of the responders')


@test('A responder that has moved is followed, as far as the guard allows')
def _(w):
    place = Place(w)
    leaf = place.asked('moved', w.server.url('/moved/%s' % place.name))
    w.server.moved['/moved/%s' % place.name] = '/ocsp/moved/' + place.name
    place.answer_ocsp(place.asked('here'), about=leaf)
    w.server.responders['/ocsp/moved/' + place.name] = w.server.responders['/ocsp/%s/here' % place.name]
    tap.equal(judge(w, leaf, place.signer)['problems'], [], 'to its new place')
    other = place.asked('lured', w.server.url('/redirect/http://10.0.0.1/x'))
    one, = judge(w, other, place.signer)['problems']
    tap.equal((one['code'], one.get('temporary', False)), ('revocation-unavailable', False), 'to a private network')


@test('Where the first responder is dead the second one is asked')
def _(w):
    place = Place(w)
    leaf = place.issue('two', crl_urls=[], ocsp=[w.server.refused_url('/x'), '/ocsp/%s/two' % place.name])
    place.answer_ocsp(leaf)
    report = judge(w, leaf, place.signer)
    tap.equal((report['problems'], report['revocation'][0]['url']), ([], place.responder('two')), 'verdict')


@test('An answer that has run out is told as such while its responder is away')
def _(w):
    place = Place(w)
    leaf = place.asked('old')
    place.answer_ocsp(leaf, days=(-1, 2))
    tap.equal(judge(w, leaf, place.signer)['problems'], [], 'while it counts')
    with restart(w, 3):
        check_mute(judge(w, leaf, place.signer, network='cache-only'), leaf, place.responder('old'), 'as was asked for', 'revocation-stale')


@test('An older answer that is played again makes nobody good, and who was revoked stays so when the answer has run out')
def _(w):
    place = Place(w)
    thief, friend = place.asked('thief'), place.asked('friend')
    for one, revoked in ((thief, True), (friend, False)):
        place.answer_ocsp(one, revoked=revoked, days=(-0.5, 2))
        tap.equal(world.codes(judge(w, one, place.signer)['problems']), ['revoked'] if revoked else [], 'the newer one')
        place.answers[one.name].update(revoked=False, nonce='none', days=(-3, 9))
    result, = [one for one in w.client.refresh(force=True) if one.get('certificate') == thief.fingerprint]
    tap.equal((result['state'], result['entries']), ('fresh', 1), 'after a refresh')
    tap.equal(world.codes(judge(w, thief, place.signer)['problems']), ['revoked'], 'after a refresh')
    with restart(w, 3):
        for options in ({'network': 'cache-only'}, {}, {'revocation': 'soft-fail'}):
            tap.equal(world.codes(judge(w, thief, place.signer, **options)['problems']), ['revoked'], str(options))
        check_mute(judge(w, friend, place.signer), friend, place.responder('friend'), 'older than one that is known', 'revocation-stale')


# Late

def ask_in_vain(w, leaf, *others):
    """Somebody who doesn't wait for long."""
    with contextlib.suppress(tap.TooLate):
        tap.equal(revocation.verdict(start(w, leaf, *others, deadline=1500))['chain'], 'invalid', 'before the answer')


@test('An answer that comes after the deadline is judged and kept: the next verdict has it, without the network, and after a restart')
def _(w):
    for who in ('issuer', 'delegate-nocheck', 'delegate'):
        place, gate = Place(w), threading.Event()
        leaf = place.asked('slow')
        place.answer_ocsp(leaf, who, gate=gate)
        pending = start(w, leaf, place.signer, deadline=1500 * PATIENCE)
        check_mute(revocation.verdict(pending), leaf, place.responder('slow'), "hasn't answered")
        tap.equal(judge(w, leaf, place.signer, network='cache-only')['chain'], 'invalid', 'not yet')
        gate.set()
        w.client.wait_until(lambda: judge(w, leaf, place.signer, network='cache-only')['chain'] == 'valid', 20, 'the late answer of ' + who)
        tap.equal(entry_of(w, leaf)['state'], 'fresh', 'entry')
        tap.equal(place.questions('slow'), 1, 'questions')
        w.session.kill_daemon(15)
        report = judge(w, leaf, place.signer, network='cache-only')
        tap.equal((report['chain'], report['revocation'][0]['source']), ('valid', 'ocsp'), 'after a restart')
        tap.within(pending.seconds, 1.5 * PATIENCE + GRACE, 'the first verdict')


@test('A late answer that says revoked counts, too')
def _(w):
    place, gate = Place(w), threading.Event()
    leaf = place.asked('slow')
    place.answer_ocsp(leaf, revoked=True, gate=gate)
    ask_in_vain(w, leaf, place.signer)
    gate.set()
    w.client.wait_until(lambda: world.codes(judge(w, leaf, place.signer, network='cache-only')['problems']) == ['revoked'], 20, 'the late answer')
    tap.equal((entry_of(w, leaf)['state'], entry_of(w, leaf)['entries']), ('fresh', 1), 'entry')


@test('A late answer that proves nothing is not kept: of another request, of another certificate, by a stranger, by a revoked delegate')
def _(w):
    for how in ({'nonce': 'other'}, {'about': 'other'}, {'signer': 'stranger'}, {'days': (-4, -2)}, {'who': 'delegate'}):
        place, gate = Place(w), threading.Event()
        leaf, other = place.asked('slow'), place.asked('other')
        signer = place.answer_ocsp(leaf, gate=gate, **filled_in(place, how, other))
        if 'who' in how:
            place.revoke_delegate(signer)
        ask_in_vain(w, leaf, place.signer)
        gate.set()
        w.client.wait_until(lambda: entry_of(w, leaf).get('detail'), 20, 'the late answer to be refused')
        tap.diagnose('%-30s %s' % (how, entry_of(w, leaf)['detail']))
        tap.equal(entry_of(w, leaf)['state'], 'failed', str(how))
        tap.equal(judge(w, leaf, place.signer, network='cache-only')['chain'], 'invalid', str(how))


@test('Many who ask about one certificate while its responder is slow are one question')
def _(w):
    place, gate = Place(w), threading.Event()
    leaf = place.asked('slow')
    place.answer_ocsp(leaf, gate=gate)
    pending = [start(w, leaf, place.signer) for _ in range(10)]
    w.client.wait_until(lambda: place.questions('slow'), 20, 'the question')
    gate.set()
    for one in pending:
        tap.equal(one.wait()[0]['problems'], [], 'verdict')
    tap.true(place.questions('slow') < 5, 'questions: %d' % place.questions('slow'))


# Ahead of need

def own_with(w, place, leaf):
    w.client.own(pki.Identity(w.session.folder, leaf.name, leaf.cert, leaf.key, [place.signer.cert, place.root.cert], [leaf.address]))
    return w.client.certificate_path(leaf.fingerprint)


@test('Answers about own certificates are fetched ahead of need, listed with their states, and planned before they run out')
def _(w):
    w.client.flush()
    place = Place(w)
    leaf = place.asked('mine')
    place.answer_ocsp(leaf, days=(-1, 7))
    path = own_with(w, place, leaf)
    w.client.wait_until(lambda: entry_of(w, leaf).get('state') == 'fresh', 30, 'the answer')
    entry = entry_of(w, leaf)
    tap.equal((entry['kind'], entry['url'], entry['detail'], entry['entries']), ('ocsp', place.responder('mine'), '', 0), 'entry')
    w.client.wait_until(lambda: not judge(w, leaf, place.signer, network='cache-only')['problems'], 20, 'a verdict without the network')
    tap.contains(entry_of(w, leaf)['issuer'], 'CN=%s ca1' % place.name)
    w.client.wait_until(lambda: 0 < w.client.get('Revocation', 'NextRefresh') < entry['next-update'], 20, 'the plan')
    tap.true(w.client.get('Revocation', 'LastRefresh') >= entry['fetched-at'], 'LastRefresh')
    results = [one for one in w.client.refresh(force=True) if one.get('certificate') == leaf.fingerprint]
    tap.equal([one['state'] for one in results], ['fresh'], 'Refresh')
    tap.equal(place.questions('mine'), 2, 'questions')
    w.client.delete(path, **{'delete-key': True})


@test("Answers about correspondents are fetched anew before they run out, once; a failure keeps what is there, and is tried again later")
def _(w):
    w.client.flush()
    place = Place(w)
    leaf, other = place.asked('friend'), place.asked('unlucky')
    for one in (leaf, other):
        place.answer_ocsp(one, days=(-1, 7))
        tap.equal(judge(w, one, place.signer)['problems'], [], 'first')
    first = entry_of(w, leaf)
    due = [one['certificate'] for one in w.client.refresh() if one['kind'] == 'ocsp']
    tap.equal([one.name for one in (leaf, other) if one.fingerprint in due], [], 'nothing is due')
    place.answers['friend'].update(days=(6, 14))
    w.server.responders['/ocsp/%s/unlucky' % place.name] = refusal(ocsp.OCSPResponseStatus.TRY_LATER)
    with restart(w, 6.8):
        w.client.wait_until(lambda: entry_of(w, leaf)['next-update'] > first['next-update'], 30, 'the new answer')
        w.client.wait_until(lambda: 'trylater' in entry_of(w, other)['detail'], 30, 'the failure')
        tap.equal((entry_of(w, other)['state'], judge(w, other, place.signer)['problems']), ('fresh', []), 'after the failure')
        tap.equal(place.questions('friend'), 2, 'questions')
    with restart(w, 10):
        tap.equal(judge(w, leaf, place.signer, network='cache-only')['problems'], [], 'the new one serves')


@test('While the network is metered nothing is fetched ahead of need, but what a verdict needs; on another network it goes on')
def _(_w):
    with revocation.served(settings=SETTINGS, environment=portal.NETWORK) as w, portal.Portal(w.client) as desktop:
        w.session.kill_daemon(15)
        w.session.start_daemon()
        place = Place(w)
        mine, *friends = [place.asked(name) for name in ('mine', 'one', 'two')]
        for one in [mine] + friends:
            place.answer_ocsp(one, days=(-1, 7))
        tap.equal(judge(w, friends[0], place.signer)['problems'], [], 'first')
        w.client.wait_until(lambda: w.client.get('Revocation', 'NextRefresh') > 0, 20, 'the plan')
        desktop.set_metered(True)
        w.client.wait_until(lambda: w.client.get('Revocation', 'NextRefresh') == 0, 20, 'it to rest')
        before = w.client.get('Revocation', 'LastRefresh')
        own_with(w, place, mine)
        tap.equal(judge(w, friends[1], place.signer)['problems'], [], 'what a verdict needs')
        w.client.wait_until(lambda: w.client.get('Revocation', 'LastRefresh') > before, 20, 'a look at what is due')
        tap.equal((place.questions('mine'), w.client.get('Revocation', 'NextRefresh')), (0, 0), 'ahead of need')
        desktop.set_metered(False)
        w.client.wait_until(lambda: entry_of(w, mine).get('state') == 'fresh', 30, 'the answer')
        w.client.wait_until(lambda: w.client.get('Revocation', 'NextRefresh') > 0, 20, 'the plan')


@test('openssl ocsp answers, too: good, and after the revocation revoked')
def _(w):
    place = Place(w)
    signer, folder = place.signer, w.session.folder
    pem = serialization.Encoding.PEM
    for name, data in (('ca.pem', signer.cert.public_bytes(pem)),
                       ('ca.key', signer.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))):
        w.file(name, data)
    process = None
    try:
        for number, state in enumerate(('V\t{:%y%m%d%H%M%SZ}\t\t', 'R\t{:%y%m%d%H%M%SZ}\t240101000000Z,keyCompromise\t')):
            leaf = place.issue('real', crl_urls=[], ocsp='/forward/real%d' % number)
            line = state.format(leaf.cert.not_valid_after) + '%X\tunknown\t/CN=real\n' % leaf.cert.serial_number
            index = w.file('index%d.txt' % number, line.replace('\t%X' % leaf.cert.serial_number, '\t' + hex_serial(leaf)).encode())
            process = subprocess.Popen(['openssl', 'ocsp', '-index', index, '-CA', folder + '/ca.pem', '-rsigner', folder + '/ca.pem', '-rkey',
                                        folder + '/ca.key', '-port', '0', '-nmin', '600', '-nrequest', '1'],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            w.server.forward['/forward/real%d' % number] = await_port(process)
            report = judge(w, leaf, signer)
            tap.equal(world.codes(report['problems']), ['revoked'] if number else [], 'verdict: %s' % report['problems'])
            process.wait(20)
    finally:
        if process and process.poll() is None:
            process.terminate()
            process.wait(20)


def hex_serial(leaf):
    text = '%X' % leaf.cert.serial_number
    return text if len(text) % 2 == 0 else '0' + text


def await_port(process):
    """The port that `openssl ocsp` says it listens on."""
    for line in process.stdout:
        if b'ACCEPT' in line:
            return int(line.split()[1].rpartition(b':')[2])
    raise AssertionError('openssl ocsp ended')


if __name__ == '__main__':
    revocation.run(settings=SETTINGS, watched=True)
