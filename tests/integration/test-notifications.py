#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Notifications go by GNotification: what reaches GNOME and other desktops, that none is lost on the way, and where following one leads.

The servers here do as they are told; a real one is in test-expiry.py.
"""
import contextlib
import os
import signal
import ssl
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import tap  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from notification_servers import ANSWER, DIE, IGNORE, REFUSE, Freedesktop, Gnome  # noqa: E402
from notifications import Viewer, expiring  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB, CAROL = 'alice@example.org', 'bob@example.org', 'carol@example.org'
APPLICATION = 'org.smimed.Smime1'
ACTION = 'app.show-certificate'


def issue(w, name, address, days=5):
    return w.pki.issue(name, like='alice', days=(-300, days), addresses=[address])


def own(w, name, address, days=5):
    """An own certificate that is about to expire, told on the bus."""
    told, identity = expiring(w), issue(w, name, address, days)
    w.client.own(identity)
    told.await_one(match=lambda _, values: values[0] == w.client.certificate_path(identity.fingerprint))
    told.stop()
    return identity


def end_service(w):
    w.session.kill_daemon(signal.SIGTERM)


def check_no_more(w, server, name, address):
    """The next that is shown is about this new one: nothing came between."""
    count = len(server.shown)
    own(w, name, address)
    server.await_shown(count + 1)
    tap.equal(len(server.shown), count + 1, 'how many were shown')
    tap.contains(str(server.shown[count]), address)


@test('GNOME is told by its own protocol: for whom, until when, in plain text, with a button that leads back to us')
def _(_):
    with world.world() as w, Gnome(w.session) as gnome:
        identity = own(w, 'alice-soon', ALICE)
        application, _, shown = gnome.await_shown()
        tap.equal(application, APPLICATION, 'the .desktop file')
        tap.contains(shown['title'], 'Your certificate for %s expires in ' % ALICE)
        tap.contains(shown['body'], 'Ask for a new certificate')
        tap.equal(shown['priority'], 'high', 'priority')
        tap.equal((shown['default-action'], shown['default-action-target']), (ACTION, identity.fingerprint), 'default action')
        tap.equal(shown['buttons'], [{'label': 'Show certificate', 'action': ACTION, 'target': identity.fingerprint}], 'buttons')


@test('What GNOME has taken is not shown again, and one address has one notification')
def _(_):
    with world.world() as w:
        with Gnome(w.session) as gnome:
            own(w, 'alice-soon', ALICE, 1)
            first = gnome.await_shown()
            tap.equal(first[2]['priority'], 'urgent', 'the day before')
            # Bob's turn comes when it is noted that Alice's was shown
            check_no_more(w, gnome, 'bob-soon', BOB)
            w.session.kill_daemon()
            w.session.start_daemon()
            own(w, 'carol-soon', CAROL)
            w.client.wait_until(lambda: CAROL in str(gnome.shown), 20, "Carol's")
            tap.equal(str(gnome.shown).count("for %s expires" % ALICE), 1, "how often Alice's was shown")
            own(w, 'alice-too', ALICE, 1)
            w.client.wait_until(lambda: str(gnome.shown).count("for %s expires" % ALICE) == 2, 20, "Alice's second")
            tap.equal(gnome.shown[-1][1], first[1], 'what the second for Alice replaces')
            tap.true(gnome.shown[1][1] != first[1], 'Bob has another')


@test('What no server has taken is shown by the next: whoever refuses, dies over it, or goes without a word')
def _(_):
    for kind in (Gnome, Freedesktop):
        for manner in (REFUSE, DIE, IGNORE):
            with world.world() as w:
                with kind(w.session, manner=manner) as bad:
                    own(w, 'alice-soon', ALICE)
                    bad.await_shown()
                    w.client.ping()
                with kind(w.session) as good:
                    tap.contains(str(good.await_shown()), ALICE, '%s after one that %s' % (kind.__name__, manner))
                    check_no_more(w, good, 'bob-soon', BOB)


@test('A server that never answers keeps up nobody for more than some seconds, and is given everything again')
def _(_):
    with world.world() as w, Gnome(w.session, manner=IGNORE) as gnome:
        own(w, 'alice-soon', ALICE)
        gnome.await_shown()
        own(w, 'bob-soon', BOB)
        gnome.manner = ANSWER
        w.client.wait_until(lambda: ALICE in str(gnome.shown[1:]) and BOB in str(gnome.shown[1:]), 60, 'both')
        check_no_more(w, gnome, 'carol-soon', CAROL)


@test('What one desktop has not shown the next does, which speaks another protocol')
def _(_):
    with world.world() as w:
        with Gnome(w.session) as gnome:
            own(w, 'alice-soon', ALICE)
            gnome.await_shown()
        own(w, 'bob-soon', BOB)
        with Freedesktop(w.session) as server:
            end_service(w)  # as systemd does when a desktop ends
            w.session.start_daemon()
            w.client.wait_until(lambda: BOB in str(server.shown), 30, "Bob's")


@test('A notification waits for its server, also over a restart of the service')
def _(_):
    with world.world() as w:
        own(w, 'alice-soon', ALICE)
        end_service(w)
        w.session.start_daemon()
        with Gnome(w.session) as gnome:
            tap.contains(gnome.await_shown()[2]['title'], ALICE)


@test('Following one that GNOME has kept starts the service, which shows the certificate')
def _(_):
    with world.world() as w, Gnome(w.session) as gnome:
        viewer = Viewer(w)
        identity = own(w, 'alice-soon', ALICE)
        _, _, shown = gnome.await_shown()
        followed = w.client.listen('org.smimed.Smime1.Manager', 'ExpiryActivated', w.client.ROOT)
        end_service(w)
        gnome.follow(shown, 'a-token').wait()
        _, values = followed.await_one()
        tap.equal(values, (w.client.certificate_path(identity.fingerprint), 'a-token'), 'ExpiryActivated')
        page = viewer.shown()
        for part in (ALICE, identity.fingerprint, 'smimectl request create'):
            tap.contains(page, part)


@test('Following one leads to the certificate while the service runs, too')
def _(_):
    with world.world() as w, Gnome(w.session) as gnome:
        identity = own(w, 'alice-soon', ALICE)
        _, _, shown = gnome.await_shown()
        followed = w.client.listen('org.smimed.Smime1.Manager', 'ExpiryActivated', w.client.ROOT)
        w.client.bus_call('RequestName', '(su)', ['org.smimed.Smime1.Viewer', 0])
        gnome.follow(shown, 'token-1').wait()
        tap.equal(followed.await_one()[1], (w.client.certificate_path(identity.fingerprint), 'token-1'), 'ExpiryActivated')


@test('A new certificate takes away what was shown of the old one, also after a restart')
def _(_):
    for restart in (False, True):
        with world.world() as w, Gnome(w.session) as gnome:
            own(w, 'alice-soon', ALICE)
            _, name, _ = gnome.await_shown()
            check_no_more(w, gnome, 'bob-soon', BOB)
            if restart:
                end_service(w)
                w.session.start_daemon()
                own(w, 'carol-soon', CAROL)
                w.client.wait_until(lambda: CAROL in str(gnome.shown), 20, "Carol's")  # noqa: B023
            w.client.own(issue(w, 'alice-new', ALICE, 500))
            w.client.wait_until(lambda: gnome.removed, 20, 'the notification to be withdrawn')  # noqa: B023
            tap.equal(gnome.removed, [(APPLICATION, name)], 'what was withdrawn')


@test('Elsewhere it stays until it is closed, is closed when a new certificate comes, and a click brings its token')
def _(_):
    with world.world() as w, Freedesktop(w.session) as server:
        identity = own(w, 'alice-soon', ALICE)
        name, _, _, title, _, actions, hints, timeout = server.await_shown()
        tap.equal(name, 'Mail security', 'who tells it')
        tap.contains(title, 'Your certificate for %s expires in ' % ALICE)
        tap.equal((actions[0], actions[3], timeout), ('default', 'Show certificate', 0), 'actions and time')
        tap.equal((hints['desktop-entry'], hints['urgency'], hints['category']), (APPLICATION, 1, 'email'), 'hints')
        followed = w.client.listen('org.smimed.Smime1.Manager', 'ExpiryActivated', w.client.ROOT)
        w.client.bus_call('RequestName', '(su)', ['org.smimed.Smime1.Viewer', 0])
        server.tell('ActivationToken', 77, 'of somebody else')
        server.tell('ActivationToken', 1, 'ours')
        server.tell('ActionInvoked', 1, actions[2])
        path = w.client.certificate_path(identity.fingerprint)
        tap.equal(followed.await_one()[1], (path, 'ours'), 'ExpiryActivated')
        own(w, 'alice-too', ALICE)
        server.await_shown(2)
        w.client.own(issue(w, 'alice-new', ALICE, 500))
        w.client.wait_until(lambda: server.closed, 20, 'the notification to be closed')
        tap.equal(server.closed, [2], 'what was closed')


@test('An address with signs of markup is text, for those who read markup and for those who do not')
def _(_):
    ampersand = 'r&d@example.org'
    for capabilities, wanted in ((('body',), ampersand), (('body', 'body-markup'), 'r&amp;d@example.org'), (None, ampersand)):
        with world.world() as w, (Freedesktop(w.session, capabilities) if capabilities else Gnome(w.session)) as server:
            people = [w.pki.issue(name, like='bob', days=(-300, 12), addresses=[address])
                      for name, address in (('first', ampersand), ('second', 'zoe@example.org'))]
            w.client.import_certificates(''.join(ssl.DER_cert_to_PEM_cert(one.der) for one in people).encode(), 'correspondent')
            shown = server.await_shown()
            body, urgency = (shown[4], shown[6]['urgency']) if capabilities else (shown[2]['body'], shown[2]['priority'])
            tap.contains(body, ' %s, ' % wanted, str(capabilities))
            tap.equal(urgency, 0 if capabilities else 'low', 'urgency')
            tap.equal(shown[7] if capabilities else -1, -1, 'how long it stays')


def tree(w, path='/'):
    """All that busctl's tree would show."""
    xml, = w.client.call(path, 'org.freedesktop.DBus.Introspectable', 'Introspect')
    node = ET.fromstring(xml)
    found = {path: {one.get('name') for one in node.findall('interface')}}
    for child in node.findall('node'):
        found.update(tree(w, path.rstrip('/') + '/' + child.get('name')))
    return found


@test('The objects on the bus are the same before and after a notification, but for what a desktop calls')
def _(_):
    with world.world() as w:
        own(w, 'alice-soon', ALICE)
        before = tree(w)
        with Gnome(w.session) as gnome:
            gnome.await_shown()
            after = tree(w)
        root = w.client.ROOT
        tap.equal(after[root] - before[root], {'org.gtk.Application', 'org.gtk.Actions'}, 'new at the root object')
        tap.true('org.freedesktop.Application' in before[root] & after[root], 'what GNOME calls is always there')
        tap.equal({path: names for path, names in after.items() if path != root},
                  {path: names for path, names in before.items() if path != root}, 'all other objects')
        tap.equal(w.client.bus_call('ListNames')[0].count(APPLICATION), 1, 'our name')


@test('Nonsense where the desktop calls us is an error, and opens nothing')
def _(_):
    with world.world() as w, Gnome(w.session) as gnome:
        viewer = Viewer(w)
        for name in ('before', 'after'):
            for method, kind, arguments, error in (
                    ('ActivateAction', '(sava{sv})', ['frob', [], {}], 'InvalidArgs'),
                    ('ActivateAction', '(sava{sv})', ['show-certificate', [], {}], 'InvalidArgs'),
                    ('ActivateAction', '(sava{sv})', ['show-certificate', [GLib.Variant('u', 1)], {}], 'InvalidArgs'),
                    ('Open', '(asa{sv})', [['file:///etc/passwd'], {}], 'NotSupported')):
                with raises('org.freedesktop.DBus.Error.' + error):
                    w.client.call(w.client.ROOT, 'org.freedesktop.Application', method, kind, arguments)
            w.client.call(w.client.ROOT, 'org.freedesktop.Application', 'Activate', '(a{sv})', [{}])
            # a certificate that needs no attention, and none at all
            for fingerprint in (w.pki['bob'].fingerprint, 'ab' * 32, '<script>', ''):
                w.client.call(w.client.ROOT, 'org.freedesktop.Application', 'ActivateAction', '(sava{sv})',
                              ['show-certificate', [GLib.Variant('s', fingerprint)], {}])
            identity = own(w, 'alice-' + name, ALICE)
            w.client.wait_until(lambda: identity.fingerprint in str(gnome.shown), 20, 'its notification')  # noqa: B023
        gnome.follow(gnome.shown[-1][2], '').wait()
        tap.contains(viewer.shown(), identity.fingerprint, 'the first page that was opened')


if __name__ == '__main__':
    tap.main(contextlib.nullcontext)
