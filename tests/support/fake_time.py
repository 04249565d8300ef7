# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon at another time than the tests: libfaketime sets its wall clock from outside."""
import contextlib
import glob
import os
import signal

import tap

DAY = 86400


def library():
    found = glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')
    if not found:
        raise tap.Skip('libfaketime is not installed')
    return found[0]


def environment(days):
    """Of a daemon `days` from now."""
    values = {'LD_PRELOAD': '', 'FAKETIME': ''}
    if days:
        values = {'LD_PRELOAD': library(), 'FAKETIME': '%+ds' % int(days * DAY), 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}
    if 'ASAN_OPTIONS' in os.environ:  # its library comes second then
        values['ASAN_OPTIONS'] = os.environ['ASAN_OPTIONS'] + ':verify_asan_link_order=0'
    return values


def start(w, days, **more):
    """The daemon again, `days` from now."""
    values = dict(environment(days), **more)
    w.session.kill_daemon(signal.SIGTERM)
    w.client.bus_call('UpdateActivationEnvironment', '(a{ss})', [values])
    tap.true(w.session.start_daemon() > 0, 'the daemon runs')


@contextlib.contextmanager
def restart(w, days):
    """Meanwhile the daemon lives `days` from now."""
    start(w, days)
    try:
        yield
    finally:
        start(w, 0)
