#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Jobs: progress, and a way to stop."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'


class Held:
    """A Sign call that stays under way, because its message comes through a pipe that is still open."""

    def __init__(self, w, client, token, message=samples.PLAIN):
        reader, self.writer = os.pipe()
        os.write(self.writer, message[:20])
        self.rest = message[20:]
        self.pending = client.start('Messages', 'Sign', '(hsa{sv})', [0, ALICE], {'job': token}, [reader])

    def finish(self):
        os.write(self.writer, self.rest)
        os.close(self.writer)
        return self.pending.wait(60)

    def abandon(self):
        os.close(self.writer)


def await_job(client, token, sender=None, pending=None):
    """`pending`: the call, which may be done before its job was seen."""
    path = client.job_path(token, sender)

    def there():
        try:
            return client.get_all('Job', path)
        except smimed_session.Failure:
            return pending and pending.done
    return client.wait_until(there, 20, 'the job ' + path)


@test('A call with a job token has an object that describes it while it runs, and afterwards not')
def _(w):
    held = Held(w, w.client, 'first_job1')
    job = await_job(w.client, 'first_job1')
    tap.equal(set(job), {'Operation', 'Stage', 'Progress', 'BytesDone', 'StartedAt'}, 'properties')
    tap.equal(job['Operation'].lower(), 'sign', 'Operation')
    tap.true(-1 <= job['Progress'] <= 1, 'Progress: %s' % job['Progress'])
    import time
    tap.true(abs(job['StartedAt'] - time.time()) < 60, 'StartedAt')
    held.finish()
    try:
        w.client.job('first_job1')
        raise AssertionError('the job is still there')
    except smimed_session.Failure:
        pass


@test('Progress goes up while a large message is worked on')
def _(w):
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', w.client.job_path('big'))
    pending = w.client.start('Messages', 'Encrypt', '(hsasa{sv})', [0, ALICE, [ALICE]], {'job': 'big', 'cipher': 'aes-256-cbc'},
                             [wire.memfd(samples.big(120000000))])
    pending.wait(60)
    for fd in pending.fds:
        os.close(fd)
    seen = [values[1]['Progress'] for _, values in changes.seen if 'Progress' in values[1]]
    known = [value for value in seen if value >= 0]
    tap.true(known == sorted(known) and all(value <= 1 for value in known), 'Progress: %s' % seen)
    changes.stop()
    if not any(0 < value < 1 for value in known):
        raise tap.TooLate('there was no progress to be seen: %s' % seen)


@test('A cancelled call fails with Cancelled, and the daemon answers the next one')
def _(w):
    held = Held(w, w.client, 'to_cancel')
    await_job(w.client, 'to_cancel')
    w.client.cancel('to_cancel')
    with raises('Cancelled'):
        held.pending.wait(30)
    held.abandon()
    w.client.sign(samples.PLAIN, ALICE)


@test('A call can be cancelled as soon as it was made, without waiting for its job to be seen')
def _(w):
    for number in range(100):
        held = Held(w, w.client, 'at_once_%d' % number)
        w.client.cancel('at_once_%d' % number)
        with raises('Cancelled'):
            held.pending.wait(30)
        held.abandon()
    with raises('org.freedesktop.DBus.Error.UnknownMethod'):
        w.client.cancel('at_once_1')


@test('Working on a large message can be cancelled, too')
def _(w):
    data = wire.memfd(samples.big(120000000))
    pending = w.client.start('Messages', 'Sign', '(hsa{sv})', [0, ALICE], {'job': 'large'}, [data])
    await_job(w.client, 'large', pending=pending)
    try:
        w.client.cancel('large')
        with raises('Cancelled'):
            pending.wait(30)
    except smimed_session.Failure:
        pending.wait(30)  # it was quicker
    w.client.sign(samples.PLAIN, ALICE)


@test('Only its caller may cancel a job')
def _(w):
    held = Held(w, w.client, 'mine')
    await_job(w.client, 'mine')
    other = w.session.client()
    with raises('AccessDenied'):
        other.cancel('mine', sender=w.client.unique_name)
    other.close()
    held.finish()


@test('The same token of two clients names two jobs')
def _(w):
    other = w.session.client()
    first, second = Held(w, w.client, 'same'), Held(w, other, 'same')
    await_job(w.client, 'same')
    await_job(other, 'same')
    other.cancel('same')
    with raises('Cancelled'):
        second.pending.wait(30)
    second.abandon()
    first.finish()
    other.close()


@test('A token that is in use already is refused')
def _(w):
    held = Held(w, w.client, 'twice')
    await_job(w.client, 'twice')
    with raises('InvalidArgument') as caught:
        w.client.sign(samples.PLAIN, ALICE, job='twice')
    tap.contains(caught.text, 'twice')
    held.finish()


@test('Two jobs of one client are cancelled one by one')
def _(w):
    first, second = Held(w, w.client, 'one'), Held(w, w.client, 'two')
    await_job(w.client, 'one')
    await_job(w.client, 'two')
    w.client.cancel('one')
    with raises('Cancelled'):
        first.pending.wait(30)
    first.abandon()
    second.finish()


@test('A client that leaves the bus takes its calls with it')
def _(w):
    other = w.session.client()
    sender = other.unique_name
    held = Held(w, other, 'leaving')
    await_job(other, 'leaving')
    other.close()

    def gone():
        try:
            w.client.get_all('Job', w.client.job_path('leaving', sender))
            return False
        except smimed_session.Failure:
            return True
    w.client.wait_until(gone, 20, 'the job to go')
    held.abandon()
    w.client.sign(samples.PLAIN, ALICE)


@test('Job tokens that would not fit into an object path are refused')
def _(w):
    for token in ('a-b', 'a/b', 'ä', 'a b', '..'):
        with raises('InvalidArgument') as caught:
            w.client.sign(samples.PLAIN, ALICE, job=token)
        tap.contains(caught.text, 'job')


if __name__ == '__main__':
    world.run(own=('alice',))
