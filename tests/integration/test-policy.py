#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Policy is GSettings: every change arrives, nonsense does no harm, and an administrator's lock holds."""
import os
import select
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import freeze  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

CHANGES = {'revocation': "'soft-fail'", 'revocation-sources': "['ocsp']", 'lookup-order': "['local']",
           'directories': "['ldaps://directory.example.org/dc=example']", 'expiry-warning-days': 'uint32 7', 'expiry-thresholds': '[uint32 5, 1]',
           'correspondent-expiry-days': 'uint32 3', 'unknown-recipient-cipher': "'aes-128-cbc'", 'use-system-anchors': 'true',
           'harvest-certificates': "'never'", 'max-message-size': 'uint64 1000000', 'network-deadline': 'uint32 2000',
           'network-allow': "['192.0.2.0/24']", 'fetch-when-metered': 'true', 'key-cache-seconds': 'uint32 5'}
NONSENSE = {'revocation': "'perhaps'", 'revocation-sources': "['stars', 'crl', 'crl']", 'lookup-order': "['telephone']",
            'directories': "['http://example.org', '', 'nonsense', 'ldap://']", 'expiry-warning-days': "'thirty'",
            'expiry-thresholds': '[4294967295, 7, 7, 7]', 'correspondent-expiry-days': '-5', 'unknown-recipient-cipher': "'rot13'",
            'use-system-anchors': '7', 'harvest-certificates': "'sometimes'", 'max-message-size': "'large'", 'network-deadline': '1.5',
            'network-allow': "['999.1.2.3/77', '', '::/500']", 'key-cache-seconds': '{', 'enabled': 'true'}


def site(folder, keys, locks):
    """An administrator's dconf database, and a profile that puts it under the user's."""
    keyfiles = os.path.join(folder, 'site.d')
    os.makedirs(os.path.join(keyfiles, 'locks'), exist_ok=True)
    with open(os.path.join(keyfiles, '00-smimed'), 'w', encoding='utf-8') as out:
        out.write('[org/smimed]\n' + ''.join('%s=%s\n' % pair for pair in keys.items()))
    with open(os.path.join(keyfiles, 'locks', '00-smimed'), 'w', encoding='utf-8') as out:
        out.write(''.join('/org/smimed/%s\n' % key for key in locks))
    subprocess.run(['dconf', 'compile', os.path.join(folder, 'site'), keyfiles], check=True)
    with open(os.path.join(folder, 'profile'), 'w', encoding='utf-8') as out:
        out.write('user-db:user\nfile-db:%s\n' % os.path.join(folder, 'site'))
    return {'GSETTINGS_BACKEND': 'dconf', 'DCONF_PROFILE': os.path.join(folder, 'profile')}


def locked_world(w, keys, locks):
    if not shutil.which('dconf') or not os.path.exists('/usr/share/dbus-1/services/ca.desrt.dconf.service'):
        raise tap.Skip('no dconf here')
    folder = os.path.join(w.session.folder, 'dconf')
    os.makedirs(folder, exist_ok=True)
    return world.world(own=('alice',), know=('bob',), pki=w.pki, environment=site(folder, keys, locks), services=['ca.desrt.dconf'])


@test('Every setting that changes is told to every client, and is what Policy shows')
def _(w):
    other = w.session.client()
    for key, value in CHANGES.items():
        listeners = [one.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', one.ROOT) for one in (w.client, other)]
        before = w.client.get('Manager', 'Policy')[key]
        w.session.set(key, value)
        for listener in listeners:
            listener.await_one(match=lambda _, values, key=key, before=before: values[1].get('Policy', {}).get(key, before) != before)
            listener.stop()


@test('A change reaches the calls that come after it')
def _(w):
    w.session.set('max-message-size', 'uint64 100000')
    with raises('TooLarge'):
        w.client.sign(samples.big(200000), 'alice@example.org')
    w.session.set('max-message-size', 'uint64 268435456')
    w.client.sign(samples.big(200000), 'alice@example.org')
    w.session.set('harvest-certificates', "'never'")
    with raises('PolicyForbids'):
        w.client.import_from_message(samples.PLAIN)
    w.session.set('harvest-certificates', "'ask'")


@test('A change of the policy reaches the accounts: an account that needs revocation information stops being ready')
def _(w):
    account = w.accounts['alice@example.org']
    for word, ready in (("'off'", True), ("'hard-fail'", False), ("'off'", True)):
        changed = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', account)
        differs = w.client.account(account)['Ready'] != ready
        w.session.set('revocation', word)
        if differs:
            changed.await_one(match=lambda _, values, ready=ready: values[1].get('Ready') is ready)
        tap.equal(w.client.account(account)['Ready'], ready, 'Ready with ' + word)
        changed.stop()


@test('The days of warning follow the setting')
def _(w):
    w.own('steve-soon')
    account, address = w.accounts['steve@example.org'], 'steve@example.org'
    for days, codes in (('uint32 5', []), ('uint32 30', ['expiring-soon'])):
        w.session.set('expiry-warning-days', days)
        w.client.wait_until(lambda codes=codes: world.codes(w.client.account(account)['Problems']) == codes, 20, 'Problems %s' % codes)
        tap.equal(world.codes(w.client.sign(samples.message(address), address)[1].get('warnings', [])), codes, 'warnings')


@test('Nonsense in the settings does no harm: the daemon starts, and goes on with the defaults')
def _(w):
    with world.world(own=('alice',), know=('bob',), pki=w.pki, settings=NONSENSE) as odd:
        tap.equal(odd.client.get('Manager', 'Enabled'), True, 'Enabled')
        policy = odd.client.get('Manager', 'Policy')
        tap.equal({key: policy[key] for key in ('expiry-warning-days', 'correspondent-expiry-days', 'unknown-recipient-cipher', 'revocation',
                                                'harvest-certificates', 'use-system-anchors', 'key-cache-seconds')},
                  {'expiry-warning-days': 30, 'correspondent-expiry-days': 14, 'unknown-recipient-cipher': 'aes-256-cbc',
                   'revocation': 'hard-fail', 'harvest-certificates': 'ask', 'use-system-anchors': False, 'key-cache-seconds': 900},
                  'what can not be is the default')
        with raises('CertificateInvalid') as caught:
            odd.client.sign(samples.PLAIN, 'alice@example.org')
        tap.contains(caught.text, 'revocation-unavailable', 'what is not understood is taken as the strictest')
        odd.session.set('revocation', "'off'")
        signed, _ = odd.client.sign(samples.PLAIN, 'alice@example.org')
        world.check_authenticated(odd.client.open(signed)[1], w.pki['alice'])
        (_, sealed), = odd.client.encrypt(samples.PLAIN, 'alice@example.org', ['bob@example.org'])[0]
        tap.contains(odd.client.inspect(sealed)['layers'][0].get('cipher', 'aes-256-cbc'), 'aes-256-cbc', 'the cipher')


@test('Nonsense that comes while the daemon runs is survived too')
def _(w):
    pid = w.session.daemon_pid()
    w.session.set('network-allow', "['999.1.2.3/77', '', '::']")
    w.session.set('directories', "['http://example.org', '', 'nonsense', 'ldap://']")
    w.session.set('expiry-thresholds', '[uint32 4294967295, 7, 7]')
    w.client.encrypt(samples.PLAIN, 'alice@example.org', ['bob@example.org'])
    tap.equal(w.session.daemon_pid(), pid, 'the same process')
    w.session.set('directories', '@as []')


@test('A switch that an administrator has locked on can not be turned off')
def _(w):
    with locked_world(w, {'enabled': 'true', 'revocation': "'off'"}, ['enabled']) as locked:
        tap.equal(locked.client.get('Manager', 'Enabled'), True, 'Enabled')
        with raises('PolicyForbids') as caught:
            locked.client.enable(False)
        tap.contains(caught.text, 'administrator')
        tap.equal((locked.client.get('Manager', 'Enabled'), locked.client.get('Manager', 'ThreadingAdvice')), (True, 'disable'), 'the switch')
        locked.client.enable(True)
        locked.client.sign(samples.PLAIN, 'alice@example.org')
        locked.session.run('gsettings', 'set', 'org.smimed', 'enabled', 'false', check=False)
        tap.equal(locked.client.get('Manager', 'Enabled'), True, 'Enabled after gsettings')


@test('A switch that an administrator has locked off can not be turned on')
def _(w):
    with locked_world(w, {'enabled': 'false', 'revocation': "'off'"}, ['enabled', 'revocation']) as locked:
        with raises('PolicyForbids'):
            locked.client.enable(True)
        with raises('Disabled'):
            locked.client.sign(samples.PLAIN, 'alice@example.org')
        locked.session.run('gsettings', 'set', 'org.smimed', 'revocation', 'soft-fail', check=False)
        tap.equal(locked.client.get('Manager', 'Policy')['revocation'], 'off', 'the locked revocation')


@test('With dconf, too, a change of the switch is persistent and told once to every client')
def _(w):
    with locked_world(w, {'revocation': "'off'"}, ['revocation']) as desktop:
        other = desktop.session.client()
        listeners = [one.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', one.ROOT) for one in (desktop.client, other)]
        desktop.client.enable(True)
        for listener in listeners:
            _, (_, changed, _) = listener.await_one(match=lambda _, values: 'Enabled' in values[1])
            tap.equal((changed['Enabled'], changed['ThreadingAdvice']), (True, 'disable'), 'changed')
        desktop.client.sign(samples.PLAIN, 'alice@example.org')
        tap.equal([one for one in listeners[0].seen + listeners[1].seen if 'Enabled' in one[1][1]], [], 'told again')
        desktop.session.kill_daemon(15)
        tap.equal(desktop.client.get('Manager', 'Enabled'), True, 'Enabled after a restart')


def has_ended(process, seconds):
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


@test('What was switched is kept, though the service is ended before dconf has written it')
def _(w):
    with locked_world(w, {'revocation': "'off'"}, ['revocation']) as desktop:
        admin = desktop.session.admin
        desktop.client.enable(True)
        admin.wait_until(lambda: admin.has_owner('ca.desrt.dconf'), 20, 'dconf to write')
        dconf, = admin.bus_call('GetConnectionUnixProcessID', '(s)', ['ca.desrt.dconf'])
        daemon = os.pidfd_open(desktop.session.daemon_pid())
        freeze.freeze(dconf)
        try:
            desktop.client.enable(False)
            signal.pidfd_send_signal(daemon, signal.SIGTERM)
            tap.equal(has_ended(daemon, 0.5), False, 'ended without dconf')
        finally:
            freeze.thaw(dconf)
        tap.equal(has_ended(daemon, 20), True, 'ended with dconf')
        os.close(daemon)
        admin.wait_until(lambda: not admin.has_owner('org.smimed.Smime1'), 20, 'the name to be free')
        tap.equal(desktop.client.get('Manager', 'Enabled'), False, 'Enabled after a restart')


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
