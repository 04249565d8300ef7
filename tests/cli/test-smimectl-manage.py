#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""smimectl for keys, certificates, accounts and settings, as a person and as a script use it."""
import json
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import crls  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from command import Running, Terminal, environment, smimectl  # noqa: E402
from pki import PASSWORD  # noqa: E402
from prompter import NO, Prompter  # noqa: E402
from tap import test  # noqa: E402


def ask(w, *arguments, **options):
    """The JSON that a successful command prints."""
    code, out, said = smimectl(w, *arguments, '--json', **options)
    tap.equal((code, said), (0, ''), ' '.join(arguments))
    tap.equal(out.count(b'\n'), 1, 'lines of ' + ' '.join(arguments))
    return json.loads(out)


def text(w, *arguments, code=0, **options):
    seen, out, said = smimectl(w, *arguments, **options)
    tap.equal(seen, code, '%s: %s' % (' '.join(arguments), said))
    return out.decode()


def own_file(w, name):
    return w.file(name + '.p12', w.pki[name].pkcs12())


@test('status tells a new user what to do, step by step')
def _(w):
    said = text(w, 'status')
    for step in ('smimectl enable', 'smimectl account add', 'smimectl import'):
        tap.contains(said, step, 'status')
    seen = ask(w, 'status')
    tap.equal((seen['Enabled'], seen['Accounts'], seen['NextExpiry'], seen['Revocation']['Entries']), (False, [], 0, []), 'in JSON')


@test('import knows by the content what a file is')
def _(w):
    found = ask(w, 'import', own_file(w, 'alice'), password=PASSWORD)
    tap.true(w.pki['alice'].fingerprint in [one['Fingerprint'] for one in found], 'PKCS#12')
    found = ask(w, 'import', '--role', 'anchor', w.pki['root'].crt_file)
    tap.equal([one['Role'] for one in found['certificates']], ['anchor'], 'an authority')
    found = ask(w, 'import', w.file('bob.der', w.pki['bob'].der))
    tap.equal(([one['Role'] for one in found['certificates']], found['refused']), (['correspondent'], []), 'DER')
    found = ask(w, 'import', '-', data=open(w.pki['carol'].crt_file, 'rb').read())
    tap.equal([one['Fingerprint'] for one in found['certificates']], [w.pki['carol'].fingerprint], 'PEM in a pipe')
    with open(own_file(w, 'alice'), 'rb') as file, subprocess.Popen(['cat'], stdin=file, stdout=subprocess.PIPE) as cat:
        code, _, said = smimectl(w, 'import', '-', password='wrong', data=cat.stdout.read())
    tap.equal(code, 1, said)


@test('An account is added, shown, changed and removed')
def _(w):
    tap.equal(text(w, 'enable'), '', 'enable')
    seen = ask(w, 'account', 'add', 'alice@example.org', '--alias', 'al@example.org')
    tap.equal((seen['Ready'], seen['Aliases']), (True, ['al@example.org']), 'add')
    tap.contains(text(w, 'account'), 'alice@example.org: ready', 'list')
    tap.equal([one['Address'] for one in ask(w, 'account', 'list')], ['alice@example.org'], 'list')
    seen = ask(w, 'account', 'set', 'ALICE@example.org', '--sign-by-default', 'yes', '--signing', w.pki['alice'].fingerprint[:12],
               '--encryption', 'auto')
    tap.equal((seen['SignByDefault'], seen['SigningCertificate'].rsplit('/')[-1]), (True, w.pki['alice'].fingerprint), 'set')
    tap.equal(smimectl(w, 'account', 'set', 'alice@example.org', '--signing', 'auto')[0], 2, 'one of two')
    tap.equal(ask(w, 'account', 'add', 'bert@example.org')['Missing'], ['signing', 'encryption'], 'an account without a key')
    tap.contains(text(w, 'account', 'show', 'bert@example.org'), 'not ready; missing: signing, encryption', 'show')
    tap.equal(ask(w, 'account', 'remove', 'bert@example.org'), {}, 'remove')
    tap.equal(smimectl(w, 'account', 'show', 'bert@example.org')[0], 1, 'gone')


@test('status shows at a glance what there is')
def _(w):
    said = text(w, 'status')
    for part in ('S/MIME is on', 'alice@example.org: ready', 'Next expiry', 'days left', 'Revocation information: 0 at hand'):
        tap.contains(said, part, 'status')


@test('certificates are listed, searched, told in detail, judged, and printed for others to import')
def _(w):
    tap.equal(len(ask(w, 'certificates')), len(text(w, 'certificates').splitlines()), 'one line for each')
    tap.equal([one['Fingerprint'] for one in ask(w, 'certificates', '--address', 'bob@example.org')], [w.pki['bob'].fingerprint], '--address')
    tap.equal([one['Fingerprint'] for one in ask(w, 'certificates', '--own')], [w.pki['alice'].fingerprint], '--own')
    tap.equal({one['Role'] for one in ask(w, 'certificates', '--role', 'anchor')}, {'anchor'}, '--role')
    tap.contains(text(w, 'certificates', '--details', 'bob'), w.pki['bob'].fingerprint, '--details')
    tap.equal([one['chain'] for one in ask(w, 'certificates', '--own', '--check')], ['valid'], '--check')
    pem = text(w, 'certificates', '--pem', '--address', 'bob@example.org').encode()
    seen = subprocess.run(['openssl', 'x509', '-outform', 'DER'], input=pem, stdout=subprocess.PIPE, check=True).stdout
    tap.equal(seen, w.pki['bob'].der, '--pem')


@test('trust is taken away and given back, by the beginning of a fingerprint with colons, or by an address')
def _(w):
    start = w.pki['bob'].fingerprint[:12].upper()
    colons = ':'.join(start[i:i + 2] for i in range(0, 12, 2))
    tap.contains(text(w, 'trust', colons, 'distrusted'), 'distrusted', 'trust')
    said = text(w, 'trust', 'bob@example.org', code=3)
    tap.contains(said, '[distrusted]', 'why')
    tap.contains(said, 'smimectl trust FINGERPRINT default', 'what helps')
    tap.equal(ask(w, 'trust', 'bob@example.org', 'default')[0]['Trust'], 'default', 'default')
    tap.equal(text(w, 'trust', 'bob@example.org').count('The certificate is valid.'), 1, 'valid again')
    tap.equal(smimectl(w, 'trust', 'ffffffffffffffff')[0], 1, 'no such certificate')
    tap.equal(smimectl(w, 'trust', '')[0], 2, 'several certificates')


@test('recipients are one line each, with the reason and what to do')
def _(w):
    lines = text(w, 'recipients', '--from', 'alice@example.org', 'bob@example.org', 'nobody@example.org', code=3).splitlines()
    tap.equal(len(lines), 2, 'lines')
    tap.contains(lines[0], 'bob@example.org: can be encrypted to', 'bob')
    tap.contains(lines[1], 'There is no certificate. Remove the address', 'nobody')
    code, out, _ = smimectl(w, 'recipients', '--from', 'alice@example.org', '--json', 'bob@example.org', 'nobody@example.org')
    tap.equal((code, [one['usable'] for one in json.loads(out)]), (3, [True, False]), 'in JSON')


@test("The sender's certificate is learned from a signed message, and not from a changed one")
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.message(body='Hello.\r\n'))
    tap.equal([one['Fingerprint'] for one in ask(w, 'import', w.file('signed.eml', signed))], [w.pki['alice'].fingerprint], 'learned')
    tap.equal(smimectl(w, 'import', w.file('changed.eml', signed.replace(b'Hello', b'Hullo')))[0], 1, 'changed')


@test('inspect tells the outer layer without a key, and verify the verdict of a detached signature')
def _(w):
    sealed = os.path.join(w.session.folder, 'sealed.eml')
    code, _, said = smimectl(w, 'encrypt', '--sign', '--from', 'alice@example.org', '--to', 'bob@example.org', '-o', sealed, data=samples.PLAIN)
    tap.equal(code, 0, said)
    said = text(w, 'inspect', sealed)
    tap.equal(said.count('Recipient:'), 2, said)
    tap.equal(ask(w, 'inspect', sealed)['layers'][0]['type'], 'encrypted', 'in JSON')
    entity = w.file('entity', samples.entity(samples.PLAIN))
    signature = os.path.join(w.session.folder, 'entity.p7s')
    tap.equal(smimectl(w, 'sign', '--format', 'detached', '--from', 'alice@example.org', '-o', signature, entity)[0], 0, 'sign')
    tap.equal(smimectl(w, 'verify', '--sender', 'alice@example.org', entity, signature)[0], 0, 'verify')
    tap.equal(smimectl(w, 'verify', '--sender', 'bob@example.org', entity, signature)[0], 3, "another's address")


@test('verify of a whole message tells what open tells, and does not write its content')
def _(w):
    _, signed, _ = smimectl(w, 'sign', '--from', 'alice@example.org', data=samples.message(body='Hello.\r\n'))
    code, out, said = smimectl(w, 'verify', data=signed)
    tap.equal((code, out), (0, b''), said)
    tap.contains(said, 'From alice@example.org')
    tap.equal(ask(w, 'verify', w.file('signed.eml', signed))['authenticated'], True, 'in JSON')
    code, out, said = smimectl(w, 'verify', w.file('changed.eml', signed.replace(b'Hello', b'Hullo')))
    tap.equal((code, out), (3, b''), said)


@test('A generated password is good enough for export, and stands on one line of a terminal')
def _(w):
    first, second = text(w, 'generate-password'), text(w, 'generate-password')
    tap.true(first != second and len(first) >= 20 and '\n' not in first, 'two passwords')
    code, out, said = smimectl(w, 'export', w.pki['alice'].fingerprint, password=first)
    tap.equal((code, out[:1]), (0, b'0'), said)
    with Terminal(w, 'generate-password') as terminal:
        terminal.expect(rb'[A-Za-z0-9-]{20,}\r\n$')


@test('managed lists what an administrator delivered, with what helps, and says by its exit code whether all of it arrived')
def _(w):
    tap.equal((smimectl(w, 'managed')[0], ask(w, 'managed')), (0, []), 'nothing delivered')
    folder = os.path.join(w.session.folder, 'config/smimed/managed')
    os.makedirs(folder)
    changed = w.client.listen('org.smimed.Smime1.Certificates', 'ManagedChanged', w.client.ROOT)
    shutil.copy(own_file(w, 'carol'), os.path.join(folder, 'carol.p12'))
    while [one.get('error') for one in w.client.list_managed()] != ['NotFound']:
        changed.await_one(30)
    code, out, said = smimectl(w, 'managed')
    tap.equal(code, 3, said)
    tap.contains(out, b'carol.p12')
    tap.contains(out, b'NotFound')
    tap.equal([one['error'] for one in json.loads(smimectl(w, 'managed', '--json')[1])], ['NotFound'], 'in JSON')
    os.remove(os.path.join(folder, 'carol.p12'))
    while w.client.list_managed():
        changed.await_one(30)
    changed.stop()


@test('open tells who and whether proven, whether confidential, what is wrong, in this order')
def _(w):
    sealed = os.path.join(w.session.folder, 'sealed.eml')
    code, content, said = smimectl(w, 'open', sealed, '--sender', 'bob@example.org')
    tap.equal(code, 3, 'exit code')
    places = [said.index(part) for part in ('From bob@example.org', 'not proven', 'Signed by alice@example.org', 'Encrypted with',
                                            '[address-mismatch]', "Look closely at the sender's address")]
    tap.equal(places, sorted(places), said)
    tap.contains(content, b'Subject:', 'the content')


@test('A request is made, signed by an authority, and completed')
def _(w):
    csr = os.path.join(w.session.folder, 'alice.csr')
    made = ask(w, 'request', 'create', 'new@example.org', '--key-type', 'p-256', '-o', csr)
    subject = subprocess.run(['openssl', 'req', '-in', csr, '-noout', '-verify', '-text'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             check=True).stdout
    tap.contains(subject, b'new@example.org', 'the request')
    root = w.pki['root']
    extensions = w.file('ext', b'subjectAltName=email:new@example.org\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n')
    certificate = os.path.join(w.session.folder, 'new.pem')
    subprocess.run(['openssl', 'x509', '-req', '-in', csr, '-CA', root.crt_file, '-CAkey', root.key_file, '-set_serial', '77', '-days', '30',
                    '-extfile', extensions, '-out', certificate], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    found = ask(w, 'request', 'complete', made['request'], certificate)
    tap.equal((found[0]['Addresses'], found[0]['Own']), (['new@example.org'], True), 'the certificate')
    code, out, said = smimectl(w, 'request', 'create', 'other@example.org')
    tap.equal((code, out.startswith(b'-----BEGIN CERTIFICATE REQUEST-----')), (0, True), said)
    tap.contains(said, 'smimectl request complete', 'what comes next')
    waiting, = ask(w, 'request', 'list')
    tap.equal(waiting['address'], 'other@example.org', 'what waits')
    tap.contains(text(w, 'request'), 'other@example.org', 'in words')
    tap.equal(ask(w, 'request', 'discard', waiting['request']), {}, 'discard')
    tap.equal(ask(w, 'request'), [], 'nothing waits')


@test('An own certificate is deleted with its key only if that is said')
def _(w):
    code, out, said = smimectl(w, 'delete', 'new@example.org', '--json')
    tap.equal((code, json.loads(out)['error']), (1, 'InvalidArgument'), 'refused')
    tap.true(said.startswith('smimectl: This is one of your own certificates'), said)
    tap.contains(said, '--delete-key', 'and told how')
    tap.equal(ask(w, 'delete', 'new@example.org', '--delete-key'), {}, 'deleted')
    tap.equal(ask(w, 'delete', 'carol@example.org'), {}, "a correspondent's")
    tap.equal(smimectl(w, 'delete', 'carol@example.org')[0], 1, 'gone')


@test('Settings are shown, set, checked and reset; lists as several values')
def _(w):
    seen = ask(w, 'policy')
    tap.equal(seen['revocation'], {'value': 'off', 'default': 'hard-fail', 'locked': False}, 'in JSON')
    tap.contains(text(w, 'policy'), 'off  (default: hard-fail)', 'in words')
    tap.equal(text(w, 'policy', 'set', 'directories', 'ldap://a.example/x', 'ldaps://b.example/y'), '', 'set')
    tap.equal(ask(w, 'policy', 'get', 'directories')['value'], ['ldap://a.example/x', 'ldaps://b.example/y'], 'get')
    w.client.wait_until(lambda: w.client.get('Manager', 'Policy').get('directories', ['ldap://a.example/x', 'ldaps://b.example/y']), 20, 'the service')
    tap.equal(text(w, 'policy', 'reset', 'directories'), '', 'reset')
    tap.equal(ask(w, 'policy', 'get', 'directories')['value'], [], 'reset')
    for key, value in (('revocation', 'sometimes'), ('max-message-size', '5'), ('enabled', 'perhaps'), ('expiry-thresholds', 'x')):
        code, _, said = smimectl(w, 'policy', 'set', key, value)
        tap.equal(code, 2, said)
        tap.contains(said, key, 'the name')
    tap.equal(text(w, 'policy', 'set', 'expiry-thresholds', '[20, 2]'), '', 'GVariant text')
    tap.equal(ask(w, 'policy', 'get', 'expiry-thresholds')['value'], [20, 2], 'numbers')


@test('A setting that the administrator has locked is shown so and can not be set')
def _(w):
    if not shutil.which('dconf'):
        raise tap.Skip('no dconf here')
    folder = os.path.join(w.session.folder, 'dconf')
    os.makedirs(folder + '/site.d/locks')
    for name, content in (('site.d/00-smimed', "[org/smimed]\nharvest-certificates='never'\n"),
                          ('site.d/locks/00-smimed', '/org/smimed/harvest-certificates\n'), ('profile', 'user-db:user\nfile-db:%s/site\n' % folder)):
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as out:
            out.write(content)
    subprocess.run(['dconf', 'compile', folder + '/site', folder + '/site.d'], check=True)
    env = environment(w, GSETTINGS_BACKEND='dconf', DCONF_PROFILE=folder + '/profile')
    tap.contains(text(w, 'policy', env=env), 'locked by the administrator', 'policy')
    tap.equal(ask(w, 'policy', 'get', 'harvest-certificates', env=env), {'value': 'never', 'default': 'never', 'locked': True}, 'in JSON')
    for arguments in (('set', 'harvest-certificates', 'ask'), ('reset', 'harvest-certificates')):
        code, _, said = smimectl(w, 'policy', *arguments, env=env)
        tap.equal(code, 1, said)
        tap.contains(said, 'locked', 'why')


@test('monitor prints what changes, at once; Ctrl-C ends it with exit code 0')
def _(w):
    for arguments, wanted in (((), 'Manager.Enabled = false'), (('--json',), '"Enabled":false')):
        with Running(w, 'monitor', *arguments) as monitor:
            tap.contains(monitor.line('stderr'), 'Ctrl-C', 'it listens')
            text(w, 'disable')
            while wanted not in monitor.line():
                continue
            text(w, 'account', 'add', 'm%d@example.org' % len(arguments))
            while '/accounts/' not in monitor.line():
                continue
            monitor.interrupt()
            tap.equal(monitor.wait()[0], 0, 'exit code')
        text(w, 'enable')


@test("monitor tells of the user's certificates that come to their end, and status tells the day")
def _(w):
    for name, arguments, wanted in (('soon', (), 'soon@example.org expires on'), ('sooner', ('--json',), '"address":"sooner@example.org"')):
        address = name + '@example.org'
        w.pki.issue(name, addresses=[address], days=(-1, 5))
        with Running(w, 'monitor', *arguments) as monitor:
            monitor.line('stderr')
            ask(w, 'account', 'add', address)
            ask(w, 'import', own_file(w, name), password=PASSWORD)
            line = monitor.line()
            while wanted not in line:
                line = monitor.line()
            if arguments:
                tap.equal(json.loads(line)['signal'], 'CertificateExpiring', 'the signal')
        tap.contains(text(w, 'status'), '(4 days left)', 'status')
        ask(w, 'delete', address, '--delete-key')
        ask(w, 'account', 'remove', address)


@test('monitor tells when the service ends and starts')
def _(w):
    with Running(w, 'monitor', '--json') as monitor:
        monitor.line('stderr')
        w.session.kill_daemon(signal.SIGTERM)
        tap.equal(json.loads(monitor.line()), {'signal': 'NameOwnerChanged', 'running': False}, 'it ended')
        text(w, 'status')
        seen = json.loads(monitor.line())
        while seen['signal'] != 'NameOwnerChanged':
            seen = json.loads(monitor.line())
        tap.equal(seen['running'], True, 'it started')


@test('Revocation lists are imported, shown, fetched and forgotten')
def _(w):
    issuer = w.pki['intermediate']
    tap.equal(ask(w, 'revocation'), [], 'nothing yet')
    entry = ask(w, 'revocation', 'import', w.file('one.crl', crls.crl(issuer, 7, serials=(5, 6))))
    tap.equal((entry['number'], entry['state'], entry['entries']), ('07', 'fresh', 2), 'import')
    said = text(w, 'revocation', 'list')
    tap.contains(said, '2 revoked', 'list')
    tap.contains(text(w, 'status'), 'Revocation information: 1 at hand, 0 not fresh', 'status')
    tap.equal(smimectl(w, 'revocation', 'import', w.file('bad.crl', b'<html>'))[0], 1, 'no list')
    tap.equal(ask(w, 'revocation', 'flush'), {}, 'flush')
    text(w, 'policy', 'set', 'revocation', 'hard-fail')
    w.client.wait_until(lambda: w.client.get('Manager', 'Policy')['revocation'] == 'hard-fail', 20, 'the setting to arrive')
    said = text(w, 'trust', w.pki['bob'].fingerprint, code=3)
    text(w, 'policy', 'set', 'revocation', 'off')
    tap.contains(said, 'names no place')
    tap.contains(said, 'smimectl revocation import')
    tap.equal(ask(w, 'revocation', 'list'), [], 'nothing any more')


@test('A refresh tells what was fetched, and what could not be, with exit code 3')
def _(w):
    with FaultServer() as server:
        for name, path in (('good', '/good.crl'), ('gone', '/status/404/gone.crl')):
            server.files['/good.crl'] = crls.crl(w.pki['intermediate'], 8)
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(server.url(path))], None, None, None)
            identity = w.pki.issue(name, addresses=[name + '@example.org'], extra=[(x509.CRLDistributionPoints([point]), False)])
            ask(w, 'import', own_file(w, name), password=PASSWORD)
            tap.equal(identity.address, name + '@example.org', 'its address')
        tap.equal(text(w, 'policy', 'set', 'network-allow', '127.0.0.1'), '', 'the loopback is allowed')
        tap.equal(text(w, 'policy', 'set', 'revocation', 'soft-fail'), '', 'revocation counts')
        w.client.wait_until(lambda: w.client.get('Manager', 'Policy')['revocation'] == 'soft-fail', 20, 'the settings to arrive')
        code, out, said = smimectl(w, 'revocation', 'refresh', '--force', '--json')
        tap.true(out[:1] == b'[', said + out.decode())
        tap.equal((code, sorted(one['state'] for one in json.loads(out))), (3, ['failed', 'fresh']), 'in JSON')
        code, out, _ = smimectl(w, 'revocation', 'refresh', '--force')
        tap.contains(out.decode(), server.url('/good.crl'), 'in words')
    text(w, 'policy', 'set', 'revocation', 'off')


@test("Without a terminal, and with --prompter, the desktop's prompter asks for the password; dismissed, nothing is imported")
def _(w):
    for answers, wanted in (([PASSWORD], 0), ([NO], 1)):
        with Prompter(w.session, *answers) as prompter, Running(w, 'import', '--prompter', own_file(w, 'carol')) as running:
            w.client.wait_until(lambda: running.process.poll() is not None, 60, 'the end of the import')
            code, out, said = running.wait()
            tap.equal((code, [kind for kind, _ in prompter.asked]), (wanted, ['password']), said)
            tap.equal(b'carol@example.org' in out, wanted == 0, 'the certificate')


@test('The shells complete accounts and certificates that there are')
def _(w):
    tap.contains(text(w, '_candidates', 'account'), 'alice@example.org\t', 'accounts')
    tap.contains(text(w, '_candidates', 'own'), w.pki['alice'].fingerprint[:16] + '\t', 'own certificates')
    tap.contains(text(w, '_candidates', 'recipient'), 'bob@example.org\t', 'recipients')
    tap.contains(text(w, '_candidates', 'key'), 'revocation\t', 'settings')
    script = smimectl(w, '_completion', 'bash')[1].decode()
    for words, wanted in ((['smimectl', 'ac'], 'account'), (['smimectl', 'sign', '--from', 'al'], 'alice@example.org'),
                          (['smimectl', 'sign', '--from', 'alice', '@', 'ex'], 'example.org'), (['smimectl', 'sign', '--form'], '--format'),
                          (['smimectl', 'export', w.pki['alice'].fingerprint[:3]], w.pki['alice'].fingerprint[:16]),
                          (['smimectl', 'policy', 'set', 'unk'], 'unknown-recipient-cipher'), (['smimectl', 'account', 'sh'], 'show')):
        seen = complete(w, script, words)
        tap.true(any(one.endswith(wanted) for one in seen), '%s: %s' % (words, seen))


@test('fish completes them, too')
def _(w):
    if not shutil.which('fish'):
        raise tap.Skip('fish is not installed')
    script = w.file('smimectl.fish', smimectl(w, '_completion', 'fish')[1])
    env = environment(w, PATH='%s:%s' % (os.path.dirname(os.environ['SMIMECTL']), os.environ['PATH']))
    for line, wanted in (('smimectl ac', 'account'), ('smimectl sign --from al', 'alice@example.org'), ('smimectl sign --form', '--format'),
                         ('smimectl policy set unk', 'unknown-recipient-cipher'), ('smimectl account sh', 'show'),
                         ('smimectl export ' + w.pki['alice'].fingerprint[:3], w.pki['alice'].fingerprint[:16])):
        done = subprocess.run(['fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, check=False, env=env)
        seen = [one.split('\t')[0] for one in done.stdout.decode().splitlines()]
        tap.true(wanted in seen, '%s: %s %s' % (line, seen, done.stderr.decode()))


@test('zsh completes them, too')
def _(w):
    if not shutil.which('zsh'):
        raise tap.Skip('zsh is not installed')
    folder = os.path.join(w.session.folder, 'zsh')
    os.makedirs(folder, exist_ok=True)
    with open(folder + '/_smimectl', 'wb') as out:
        out.write(smimectl(w, '_completion', 'zsh')[1])
    env = environment(w, PATH='%s:%s' % (os.path.dirname(os.environ['SMIMECTL']), os.environ['PATH']), TERM='dumb')
    with Terminal(w, '-f', '-i', program='zsh', env=env) as zsh:
        zsh.type('PS1=; fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep; echo rea""dy\n' % folder)
        zsh.expect(b'ready')
        for line, wanted in (('smimectl accou\t', b'smimectl account '), ('smimectl sign --from ali\t', b'alice@example.org'),
                             ('smimectl policy set unk\t', b'unknown-recipient-cipher'), ('smimectl sign --form\t', b'--format ')):
            zsh.type(line)
            zsh.expect(wanted)
            zsh.type('\x15')
        zsh.type('exit\n')
        zsh.wait()


def complete(w, script, words):
    """What bash would offer for the last of `words`."""
    ask_bash = script + '\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); smimectl () { "$SMIMECTL" "$@"; }; _smimectl; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(['bash', '-c', ask_bash, 'bash', *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                          env=environment(w, SMIMECTL=os.environ['SMIMECTL']))
    tap.equal(done.stderr.decode(), '', 'bash')
    return done.stdout.decode().split('\n')


if __name__ == '__main__':
    world.run(settings={'enabled': 'false', 'revocation': "'off'"}, trust=False)
