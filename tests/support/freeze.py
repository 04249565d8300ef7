# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stops a process for a while, whosever child it is."""
import glob
import os
import signal


def freeze(pid):
    """None of its threads runs any more when this comes back: on a busy machine some answer calls for a while after the signal was sent."""
    os.kill(pid, signal.SIGSTOP)
    while not all(_is_stopped(path) for path in glob.glob('/proc/%d/task/*/stat' % pid)):
        os.sched_yield()


def thaw(pid):
    os.kill(pid, signal.SIGCONT)


def _is_stopped(path):
    with open(path, encoding='ascii', errors='replace') as stat:
        return stat.read().rpartition(')')[2].split()[0] == 'T'
