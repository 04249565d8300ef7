#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that misbehave hurt only themselves."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from smimed_session import rss_anon  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'


@test('500 calls at once are all answered, each with its own message')
def _(w):
    waiting = []
    for number in range(500):
        message = samples.message(ALICE, body='This is number %d.\r\n' % number)
        waiting.append((number, w.client.start_sign(message, ALICE)))
    refused = 0
    for number, pending in waiting:
        try:
            handle, _ = pending.wait(120)
            tap.contains(wire.read_sealed(pending.fds[handle]), b'This is number %d.\r\n' % number)
        except smimed_session.Failure as failure:
            tap.equal(failure.code, 'LimitExceeded', 'error')
            refused += 1
    tap.diagnose('%d of 500 refused' % refused)
    tap.true(refused < 500, 'some were done')
    w.client.sign(samples.PLAIN, ALICE)


@test('500 calls at once of all kinds are answered')
def _(w):
    signed, _ = w.client.sign(samples.RICH, ALICE)
    waiting = []
    for number in range(500):
        kind = number % 4
        if kind == 0:
            waiting.append(w.client.start_open(signed))
        elif kind == 1:
            waiting.append(w.client.start('Messages', 'Inspect', '(ha{sv})', [0], {}, [wire.memfd(signed)]))
        elif kind == 2:
            waiting.append(w.client.start('Recipients', 'Evaluate', '(sasa{sv})', [ALICE, ['bob@example.org']], {}))
        else:
            waiting.append(w.client.start_open(b'junk'))
    for number, pending in enumerate(waiting):
        try:
            pending.wait(120)
        except smimed_session.Failure as failure:
            tap.contains(('Malformed', 'NotProtected', 'LimitExceeded'), failure.code)
            tap.true(number % 4 == 3 or failure.code == 'LimitExceeded', str(failure))
        for fd in getattr(pending, 'fds', []):
            os.close(fd)


@test('A client that never closes its fd keeps nobody waiting')
def _(w):
    other = w.session.client()
    held = []
    for number in range(40):
        reader, writer = os.pipe()
        held.append((writer, other.start('Messages', 'Open', '(ha{sv})', [0], {'job': 'held%d' % number}, [reader])))
    for _ in range(5):
        w.client.sign(samples.PLAIN, ALICE, deadline=20000)
    other.close()
    for writer, _ in held:
        os.close(writer)


@test('A client that shortens its file while it is read gets an error or the part that was there')
def _(w):
    for size in (0, 5000, 1000000):
        fd = wire.memfd(samples.big(20000000))
        kept = os.dup(fd)
        pending = w.client.start('Messages', 'Sign', '(hsa{sv})', [0, ALICE], {}, [fd])
        os.ftruncate(kept, size)
        os.close(kept)
        try:
            pending.wait(60)
            for out in pending.fds:
                os.close(out)
        except smimed_session.Failure as failure:
            tap.contains(('Malformed', 'Failed', 'InvalidArgument', 'AddressMismatch'), failure.code)
    w.client.sign(samples.PLAIN, ALICE)


@test('A client that changes its file while it is verified gets a verdict about one state of it')
def _(w):
    signed, _ = w.client.sign(samples.big(10000000), ALICE)
    entity, _ = samples.signed_parts(signed)
    start, end = signed.index(entity), signed.index(entity) + len(entity)
    for _ in range(4):
        fd = wire.memfd(signed)
        kept = os.dup(fd)
        pending = w.client.start('Messages', 'Open', '(ha{sv})', [0], {'entity-only': wire.GLib.Variant('b', True)}, [fd])
        for position in range(start + 1000, end - 1000, 400000):
            os.pwrite(kept, b'#', position)
        os.close(kept)
        try:
            handle, report = pending.wait(60)
        except smimed_session.Failure as failure:
            tap.contains(('Malformed', 'NotProtected'), failure.code)
            continue
        content = wire.read_sealed(pending.fds[handle])
        tap.true(not report['authenticated'] or content == entity, 'good, but not what was signed')


@test('A file that grows while it is read is read to the end that it had or the limit')
def _(w):
    path = w.file('growing', samples.big(5000000))
    pending = w.client.start('Messages', 'Sign', '(hsa{sv})', [0, ALICE], {}, [os.open(path, os.O_RDONLY)])
    with open(path, 'ab') as out:
        for _ in range(200):
            out.write(b'more\r\n' * 100)
    pending.wait(60)
    for fd in pending.fds:
        os.close(fd)


def descriptors(w):
    """How many the daemon has open. It isn't dumpable, so that its own user can't look."""
    try:
        return len(os.listdir('/proc/%d/fd' % w.session.daemon_pid()))
    except PermissionError:
        raise tap.Skip('only root can count the descriptors of a process that is not dumpable') from None


@test('A client that leaves in the middle of many calls leaves nothing behind')
def _(w):
    w.client.sign(samples.PLAIN, ALICE)
    before = descriptors(w)
    for _ in range(5):
        other = w.session.client()
        for _ in range(30):
            other.start_sign(samples.big(200000), ALICE)
        other.close()
    w.client.wait_until(lambda: descriptors(w) <= before + 8, 30, 'the descriptors to be closed')
    w.client.sign(samples.PLAIN, ALICE)


@test('Descriptors that nobody asked for are closed')
def _(w):
    w.client.sign(samples.PLAIN, ALICE)
    before = descriptors(w)
    for _ in range(50):
        w.client.send(w.client.ROOT, 'org.smimed.Smime1.Messages', 'Inspect', '(ha{sv})', [0, {}],
                      [wire.memfd(b'x'), wire.memfd(b'y'), wire.memfd(b'z')])
    w.client.sign(samples.PLAIN, ALICE)
    w.client.wait_until(lambda: descriptors(w) <= before + 8, 30, 'the descriptors to be closed')


@test('An fd number that was not sent is refused')
def _(w):
    for index in (0, 1, 17):
        with raises('InvalidArgument'):
            w.client.call(w.client.ROOT, 'org.smimed.Smime1.Messages', 'Inspect', '(ha{sv})', [index, {}])


@test('A verdict that was asked for twice is the same twice, and memory does not grow with calls')
def _(w):
    if os.environ.get('SMIMED_SANITIZER') == 'address':
        raise tap.Skip('the address sanitizer keeps what is freed')
    signed, _ = w.client.sign(samples.RICH, ALICE)
    pid = w.session.daemon_pid()

    def many(count):
        for _ in range(count):
            w.client.open(signed)
    many(150)
    before = rss_anon(pid)
    many(600)
    grown = rss_anon(pid) - before
    tap.diagnose('heap after 600 calls: %+d kB' % grown)
    tap.true(grown < 4000, 'the heap grew by %d kB' % grown)


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
