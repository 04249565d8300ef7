#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nobody's certificate expires by surprise: told once on the bus and on the desktop, by a real notification daemon on a real display.

The daemon's time is set from outside by libfaketime; SMIMED_TEST_SCREENSHOTS names a folder for pictures of what was seen.
"""
import contextlib
import datetime
import glob
import os
import ssl
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import fake_time  # noqa: E402
import freeze  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from gi.repository import GLib  # noqa: E402
from notifications import Desktop, Viewer, expiring  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'
DAY = 86400


@contextlib.contextmanager
def desktop(start=True, **options):
    """A world with a desktop in it."""
    extra = {'TZ': 'Europe/Berlin', 'LC_ALL': 'C.UTF-8'}
    with world.world(**options) as w:
        one = Desktop(w)
        try:
            w.session.environment.update(extra)
            if start:
                one.start()
            yield w, one
        finally:
            one.close()


def restart(w, days=0.0, **environment):
    """The daemon again, `days` from now."""
    fake_time.start(w, days, TZ='Europe/Berlin', **environment)


def calendar_days(not_after, days):
    """As somebody in Berlin counts them, `days` from now."""
    os.environ['TZ'] = 'Europe/Berlin'
    time.tzset()
    today = datetime.date.fromtimestamp(time.time() + days * DAY)
    return (datetime.date.fromtimestamp(not_after) - today).days


def issue(w, name, days, like='alice', **changes):
    identity = w.pki.issue(name, like=like, days=(-300, days), **changes)
    return identity, w.client.certificate_path(identity.fingerprint)


@test('A certificate that expires soon is told on the bus and shown on the desktop: which, when, what to do')
def _(_):
    with desktop() as (w, screen):
        identity, path = issue(w, 'alice-soon', 10, addresses=[ALICE])
        told = expiring(w)
        w.client.own(identity)
        _, values = told.await_one()
        not_after = w.client.certificate(path)['NotAfter']
        tap.equal(values, (path, ALICE, not_after, calendar_days(not_after, 0)), 'CertificateExpiring')
        tap.equal(w.client.get('Manager', 'NextExpiry'), not_after, 'NextExpiry')
        screen.await_displayed(1)
        screen.picture('expiry-own')
        (title, body, urgency), = screen.seen()
        tap.equal(title, 'Your certificate for %s expires in %d days' % (ALICE, values[3]), 'title')
        tap.contains(body, time.strftime('%A', time.localtime(not_after)))
        tap.contains(body, 'Ask for a new certificate')
        tap.equal(urgency, 'normal', 'urgency')


@test('After weeks switched off one notification tells what was missed, and a restart or a clock that is set back repeats nothing')
def _(_):
    with desktop(start=False) as (w, screen):
        identity, path = issue(w, 'alice-later', 60, addresses=[ALICE])
        told = expiring(w)
        w.client.own(identity)
        screen.start()
        restart(w, 57.5)
        _, values = told.await_one()
        tap.equal(values[3], calendar_days(values[2], 57.5), 'days left')
        screen.await_displayed(1)
        for days in (57.5, 10, 57.6):
            restart(w, days)
            other, _ = issue(w, 'other-%d' % (days * 10), 2 + days, like='bob', addresses=['bob-%d@example.org' % (days * 10)])
            w.client.own(other)
            told.await_one(match=lambda path, one: one[0] == w.client.certificate_path(other.fingerprint))
        restart(w, 61)
        _, last = told.await_one(match=lambda _, one: one[0] == path and one[3] < 0)
        tap.true(last[3] < 0, 'it has expired')
        w.client.wait_until(lambda: len(screen.titles(ALICE)) > 1, 20, 'the second notification')
        tap.equal(sorted(screen.titles(ALICE)), ['Your certificate for %s expires in %d days' % (ALICE, values[3]),
                                                 'Your certificate for %s has expired' % ALICE], 'all that was shown')


@test('While the daemon sleeps, the moment of a threshold wakes it')
def _(_):
    with desktop() as (w, screen):
        identity, path = issue(w, 'alice-midnight', 40, addresses=[ALICE])
        told = expiring(w)
        w.client.own(identity)
        not_after = w.client.certificate(path)['NotAfter']
        end = datetime.date.fromtimestamp(not_after) - datetime.timedelta(days=14)
        midnight = time.mktime(end.timetuple())
        restart(w, (midnight - 8 - time.time()) / DAY)
        _, first = told.await_one()
        if first[3] == 14:
            raise tap.TooLate('the daemon was not yet there at midnight')
        tap.equal(first[3], 15, 'before midnight')
        _, second = told.await_one(30, match=lambda _, one: one[3] != 15)
        tap.equal(second, (path, ALICE, not_after, 14), 'after midnight')


@test('Nothing is told of a certificate with a successor, nor to somebody who does not use S/MIME')
def _(_):
    with desktop(settings={'enabled': 'false'}) as (w, screen):
        old, old_path = issue(w, 'alice-old', 5, addresses=[ALICE])
        told = expiring(w)
        w.client.own(old)
        tap.equal(w.client.get('Manager', 'Enabled'), False, 'Enabled')
        new, _ = issue(w, 'alice-new', 500, addresses=[ALICE])
        w.client.own(new)
        w.client.enable()
        other, other_path = issue(w, 'bob-soon', 5, like='bob', addresses=['bob@example.org'])
        w.client.own(other)
        _, values = told.await_one()
        tap.equal(values[0], other_path, 'the first that is told')
        screen.await_displayed(1)
        tap.contains(screen.seen()[0][0], 'bob@example.org')


@test('Correspondents make one notification, at fourteen days')
def _(_):
    with desktop() as (w, screen):
        told = expiring(w)
        people = [issue(w, 'friend-%d' % i, 12, like='bob', addresses=['friend%d@example.org' % i]) for i in range(3)]
        w.client.import_certificates(b''.join(_pem(identity.der) for identity, _ in people), 'correspondent')
        for _, path in people:
            told.await_one(match=lambda _, one, path=path: one[0] == path)
        screen.await_displayed(1)
        screen.picture('expiry-correspondents')
        (title, body, urgency), = screen.seen()
        tap.equal((title, urgency), ('The certificates of 3 correspondents expire', 'low'), 'notification')
        tap.contains(body, 'friend')


def _pem(der):
    return ssl.DER_cert_to_PEM_cert(der).encode()


@test('Without a notification daemon all works, and the notification comes when there is one')
def _(_):
    with desktop(start=False) as (w, screen):
        identity, path = issue(w, 'alice-alone', 1, addresses=[ALICE])
        told = expiring(w)
        w.client.own(identity)
        told.await_one()
        w.client.ping()
        screen.start()
        screen.await_displayed(1)
        tap.equal(screen.seen()[0][2], 'critical', 'urgency')


@test('A notification daemon that hangs holds up nobody, and its successor shows what it did not')
def _(_):
    with desktop() as (w, screen):
        freeze.freeze(screen.dunst.pid)
        identity, path = issue(w, 'alice-hang', 3, addresses=[ALICE])
        told = expiring(w)
        w.client.own(identity)
        told.await_one()
        tap.equal(w.client.get('Manager', 'Enabled'), True, 'the service answers')
        screen.stop()
        screen.start()
        screen.await_displayed(1)


def follow(w, screen, name='alice-follow'):
    """The user clicks on a notification; its certificate's path and fingerprint."""
    followed = w.client.listen('org.smimed.Smime1.Manager', 'ExpiryActivated', w.client.ROOT)
    identity, path = issue(w, name, 3, addresses=[ALICE])
    w.client.own(identity)
    screen.await_displayed(1)
    w.session.run('dunstctl', 'action', '0')
    _, values = followed.await_one()
    tap.equal(values[0], path, 'ExpiryActivated')
    return identity.fingerprint


@test('Following a notification shows which certificate it is and how to renew it, without any mail program')
def _(_):
    with desktop() as (w, screen):
        viewer = Viewer(w)
        fingerprint = follow(w, screen)
        page = viewer.shown()
        for part in (ALICE, fingerprint, 'Ask for a new certificate', 'smimectl request create', '<meta charset="utf-8">'):
            tap.contains(page, part)
        tap.true('<script' not in page and 'http' not in page, 'nothing from elsewhere')


@test('A mail program that shows certificates itself is told, and nothing else is opened')
def _(_):
    with desktop() as (w, screen):
        viewer = Viewer(w)
        w.client.bus_call('RequestName', '(su)', ['org.smimed.Smime1.Viewer', 0])
        follow(w, screen)
        w.client.bus_call('ReleaseName', '(s)', ['org.smimed.Smime1.Viewer'])
        w.session.run('dunstctl', 'close-all')
        follow(w, screen, 'alice-again')
        tap.contains(viewer.shown(), w.pki['alice-again'].fingerprint)


PORTAL = 'org.freedesktop.portal.Desktop'


@test('Where a portal opens files, the page goes through it: the viewer inherits nothing of the service')
def _(_):
    if not os.path.exists('/usr/share/dbus-1/services/%s.service' % PORTAL):
        raise tap.Skip('xdg-desktop-portal is not installed')
    with desktop(services=(PORTAL, 'org.freedesktop.impl.portal.PermissionStore', 'org.freedesktop.portal.Documents')) as (w, screen):
        viewer, portals = Viewer(w), os.path.join(w.session.folder, 'portals')
        os.makedirs(portals)
        with open(portals + '/test.portal', 'w', encoding='utf-8') as file:
            file.write('[portal]\nDBusName=org.example.Backend\nInterfaces=org.freedesktop.impl.portal.AppChooser\nUseIn=test\n')
        w.client.bus_call('UpdateActivationEnvironment', '(a{ss})', [{
            'XDG_DESKTOP_PORTAL_DIR': portals, 'XDG_CURRENT_DESKTOP': 'test', 'DISPLAY': screen.name, 'STARTED_BY': 'the portal'}])
        follow(w, screen)
        tap.contains(viewer.shown(), 'the portal')


@test('Between, the daemon does nothing at all, also when it has shown something')
def _(_):
    with desktop() as (w, screen):
        identity, path = issue(w, 'alice-calm', 300, addresses=[ALICE])
        w.client.own(identity)
        restart(w)
        pid = w.session.daemon_pid()
        shown, _ = issue(w, 'alice-soon', 10, addresses=['soon@example.org'])
        w.client.own(shown)
        screen.await_displayed(1)
        w.client.wait_until(lambda: _switches(pid) == _settled(pid), 60, 'no thread of the daemon to run for three seconds')
        tap.equal(w.session.daemon_pid(), pid, 'the same daemon')


def _switches(pid):
    total = 0
    for path in glob.glob('/proc/%d/task/*/status' % pid):
        with contextlib.suppress(FileNotFoundError), open(path, encoding='ascii') as status:
            total += sum(int(line.split()[1]) for line in status if 'ctxt_switches' in line)
    return total


def _settled(pid):
    """What stands after three seconds: the interval is the test, not a wait for something."""
    deadline = GLib.MainLoop()
    GLib.timeout_add(3000, deadline.quit)
    before = _switches(pid)
    deadline.run()
    return before if _switches(pid) == before else -1


if __name__ == '__main__':
    tap.main(contextlib.nullcontext)
