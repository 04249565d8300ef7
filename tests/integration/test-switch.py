#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The switch, the options and the deadline."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402


def calls(w):
    """Each method of Messages and Recipients, as a function of options."""
    message, path = samples.PLAIN, 'alice@example.org'
    return {
        'Sign': lambda **o: w.client.sign(message, path, **o),
        'Encrypt': lambda **o: w.client.encrypt(message, path, ['bob@example.org'], **o),
        'Open': lambda **o: w.client.open(message, **o),
        'Verify': lambda **o: w.client.verify(message, b'0', **o),
        'Inspect': lambda **o: w.client.inspect(message, **o),
        'Evaluate': lambda **o: w.client.evaluate(path, ['bob@example.org'], **o),
    }


@test('S/MIME is off for a new user, and says so')
def _(w):
    tap.equal(w.client.get('Manager', 'Enabled'), False, 'Enabled')
    tap.equal(w.client.get('Manager', 'ThreadingAdvice'), 'keep', 'ThreadingAdvice')


@test('While it is off every method of Messages and Recipients fails with Disabled, and touches no key')
def _(w):
    w.own('alice', 'bob')
    w.session.lock_keyring()
    for name, call in calls(w).items():
        with raises('Disabled'):
            call()
    tap.true(w.session.is_locked(), 'the keyring is still locked')
    w.session.unlock_keyring()


@test('Listing, settings and importing work while it is off')
def _(w):
    tap.true(w.client.find(own=True), 'own certificates are found')
    w.client.register_account('other@example.org')
    w.client.validate([w.pki['bob'].der], 'any')
    tap.true(w.client.objects(), 'objects')
    w.client.import_certificates(w.pki['victor'].der, 'correspondent')


@test('Turning it on changes Enabled and ThreadingAdvice in one signal, and turning it off too')
def _(w):
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', w.client.ROOT)
    for on, advice in ((True, 'disable'), (False, 'keep'), (True, 'disable')):
        w.client.enable(on)
        _, (interface, changed, _) = changes.await_one(match=lambda _, values: 'Enabled' in values[1])
        tap.equal(interface, 'org.smimed.Smime1.Manager', 'interface')
        tap.equal((changed['Enabled'], changed.get('ThreadingAdvice')), (on, advice), 'changed')
        tap.equal(w.client.get('Manager', 'ThreadingAdvice'), advice, 'ThreadingAdvice')
    changes.stop()


@test('The switch is persistent')
def _(w):
    w.session.kill_daemon(15)
    tap.equal(w.client.get('Manager', 'Enabled'), True, 'Enabled after a restart')
    w.session.kill_daemon(9)
    tap.equal(w.client.get('Manager', 'Enabled'), True, 'Enabled after a kill')


@test('A change of the switch by GSettings is seen while the daemon runs')
def _(w):
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', w.client.ROOT)
    w.session.run('gsettings', 'set', 'org.smimed', 'enabled', 'false')
    changes.await_one(match=lambda _, values: values[1].get('Enabled') is False)
    with raises('Disabled'):
        w.client.sign(samples.PLAIN, 'alice@example.org')
    w.session.run('gsettings', 'set', 'org.smimed', 'enabled', 'true')
    changes.await_one(match=lambda _, values: values[1].get('Enabled') is True)
    changes.stop()


@test('The effective settings are shown by Policy, with the defaults of the contract')
def _(w):
    policy = w.client.get('Manager', 'Policy')
    wanted = {'revocation': 'off', 'revocation-sources': ['crl', 'ocsp'], 'lookup-order': ['directory', 'local'], 'directories': [],
              'expiry-warning-days': 30, 'expiry-thresholds': [30, 14, 7, 3, 1, 0], 'correspondent-expiry-days': 14,
              'unknown-recipient-cipher': 'aes-256-cbc', 'use-system-anchors': False, 'harvest-certificates': 'ask',
              'max-message-size': 268435456, 'network-deadline': 10000, 'network-allow': [], 'fetch-when-metered': False,
              'key-cache-seconds': 900}
    tap.equal({key: policy.get(key) for key in wanted}, wanted, 'Policy')


@test('Version and Features say what this build can do')
def _(w):
    tap.true(w.client.get('Manager', 'Version'), 'Version')
    features = w.client.get('Manager', 'Features')
    for wanted in ('aes-256-gcm', 'aes-128-gcm', 'aes-256-cbc', 'aes-128-cbc'):
        tap.contains(features, wanted, 'Features')


@test('NextExpiry is the soonest end of an own certificate, 0 without any')
def _(w):
    w.own('steve-soon')
    wanted = int((w.pki['steve-soon'].cert.not_valid_after - __import__('datetime').datetime(1970, 1, 1)).total_seconds())
    tap.equal(w.client.get('Manager', 'NextExpiry'), wanted, 'NextExpiry')
    with world.world(trust=False) as empty:
        tap.equal(empty.client.get('Manager', 'NextExpiry'), 0, 'NextExpiry without own certificates')


@test('An unknown option is refused by every method, and the error names it')
def _(w):
    everything = dict(calls(w))
    everything['RegisterAccount'] = lambda **o: w.client.register_account('alice@example.org', **o)
    everything['ImportPkcs12'] = lambda **o: w.client.import_pkcs12(b'x', 'y', **o)
    everything['ExportPkcs12'] = lambda **o: w.client.export_pkcs12([], 'y', **o)
    everything['Import'] = lambda **o: w.client.import_certificates(w.pki['bob'].der, 'correspondent', **o)
    everything['ImportFromMessage'] = lambda **o: w.client.import_from_message(samples.PLAIN, **o)
    everything['Validate'] = lambda **o: w.client.validate([w.pki['bob'].der], 'any', **o)
    everything['Find'] = lambda **o: w.client.run('Certificates', 'Find', '(a{sv}a{sv})', [{}], o)
    everything['Certificate.Validate'] = lambda **o: w.client.validate_certificate(w.paths['alice'], 'any', **o)
    everything['SetTrust'] = lambda **o: w.client.set_trust(w.paths['alice'], 'default', **o)
    everything['SetCertificates'] = lambda **o: w.client.set_certificates(w.accounts['alice@example.org'], **o)
    for name, call in everything.items():
        with raises('InvalidArgument') as caught:
            call(frobnicate=GLib.Variant('b', True))
        tap.contains(caught.text, 'frobnicate', name)


@test('An option of the wrong type is refused, and the error names it')
def _(w):
    wrong = {'Sign': {'format': 'i', 'deadline': 's', 'purpose': 'b'}, 'Encrypt': {'sign': 's', 'bcc': 's', 'cipher': 'b'},
             'Open': {'entity-only': 's', 'received-at': 'i', 'sender': 'b'}, 'Verify': {'sender': 'b'}, 'Inspect': {'content-type': 'b'},
             'Evaluate': {'network': 'b', 'interactive': 's'}}
    values = {'i': 1, 's': 'x', 'b': True}
    for name, options in wrong.items():
        for key, kind in options.items():
            with raises('InvalidArgument') as caught:
                calls(w)[name](**{key: GLib.Variant(kind, values[kind])})
            tap.contains(caught.text, key, name)


@test('A word that the contract does not know is refused, and the error names the option')
def _(w):
    for name, key, value in (('Sign', 'format', 'crooked'), ('Sign', 'purpose', 'fun'), ('Encrypt', 'format', 'der'),
                             ('Encrypt', 'signature-format', 'detached'), ('Evaluate', 'network', 'sometimes'), ('Sign', 'job', 'with space'),
                             ('Sign', 'job', '')):
        with raises('InvalidArgument') as caught:
            calls(w)[name](**{key: value})
        tap.contains(caught.text, key, name)


@test('An unknown query key of Find is refused')
def _(w):
    with raises('InvalidArgument') as caught:
        w.client.run('Certificates', 'Find', '(a{sv}a{sv})', [{'colour': GLib.Variant('s', 'red')}], {})
    tap.contains(caught.text, 'colour')


@test('Drafts are never protected')
def _(w):
    with raises('Draft'):
        w.client.sign(samples.PLAIN, 'alice@example.org', purpose='draft')
    with raises('Draft'):
        w.client.encrypt(samples.PLAIN, 'alice@example.org', ['bob@example.org'], purpose='draft')
    with raises('Draft'):
        w.client.encrypt(samples.PLAIN, 'alice@example.org', ['bob@example.org'], purpose='draft', sign=True)


@test('A deadline of a millisecond is exceeded by a large message, and the daemon answers the next call')
def _(w):
    with raises('DeadlineExceeded'):
        w.client.sign(samples.big(40000000), 'alice@example.org', deadline=1)
    w.client.sign(samples.PLAIN, 'alice@example.org', deadline=60000)


@test('A deadline also ends the wait for a client that never closes its end')
def _(w):
    reader, writer = os.pipe()
    os.write(writer, samples.PLAIN)
    pending = w.client.start('Messages', 'Sign', '(hsa{sv})', [0, 'alice@example.org'], {'deadline': 300}, [reader])
    with raises('DeadlineExceeded'):
        pending.wait(30)
    os.close(writer)


@test('An fd that can not be read is an error of the argument')
def _(w):
    with raises('InvalidArgument', 'Failed'):
        w.client.run('Messages', 'Inspect', '(ha{sv})', [0], {}, [os.open('/dev/null', os.O_WRONLY)])
    with raises('InvalidArgument', 'Failed'):
        w.client.run('Messages', 'Inspect', '(ha{sv})', [0], {}, [os.open('/', os.O_RDONLY)])
    with raises('InvalidArgument'):
        w.client.run('Messages', 'Inspect', '(ha{sv})', [3], {}, [wire.memfd(b'x')])


@test('A message is read from its current offset')
def _(w):
    fd = wire.memfd(b'garbage that was read before' + samples.PLAIN)
    os.lseek(fd, len(b'garbage that was read before'), os.SEEK_SET)
    handle, _ = w.client.run('Messages', 'Sign', '(hsa{sv})', [0, 'alice@example.org'], {}, [fd])
    signed = wire.read_sealed(w.client.last_fds[handle])
    tap.true(b'garbage' not in signed, 'what lies before the offset is not signed')
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('A message comes through a pipe, a socket or a file as well')
def _(w):
    import socket
    path = w.file('message', samples.PLAIN)
    reader, writer = os.pipe()
    os.write(writer, samples.PLAIN)
    os.close(writer)
    left, right = socket.socketpair()
    left.sendall(samples.PLAIN)
    left.shutdown(socket.SHUT_WR)
    for fd in (reader, right.detach(), os.open(path, os.O_RDONLY)):
        handle, _ = w.client.run('Messages', 'Sign', '(hsa{sv})', [0, 'alice@example.org'], {}, [fd])
        world.check_authenticated(w.client.open(wire.read_sealed(w.client.last_fds[handle]))[1], w.pki['alice'])


if __name__ == '__main__':
    world.run(settings={'enabled': 'false'})
