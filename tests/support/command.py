# SPDX-License-Identifier: LGPL-2.1-or-later
"""smimectl as people and scripts run it: with pipes, or on a terminal of its own."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

from smimed_client import PATIENCE

SECONDS = 60 * PATIENCE  # until the command is said to hang


def environment(w, **more):
    return dict(w.session.environment, LC_ALL='C.UTF-8', LANGUAGE='', **more)


def smimectl_path():
    return os.environ['SMIMECTL']


@contextlib.contextmanager
def secret(password):
    """A descriptor with the password in a pipe, or None."""
    if password is None:
        yield None
        return
    reading, writing = os.pipe()
    os.write(writing, password.encode() + b'\n')
    os.close(writing)
    yield reading
    os.close(reading)


def smimectl(w, *arguments, data=b'', password=None, env=None, **options):
    """Runs the command without a terminal. Returns its exit code, standard output and standard error."""
    with secret(password) as fd:
        if fd is not None:
            arguments += ('--password-fd', str(fd))
            options['pass_fds'] = [fd]
        options.setdefault('stdout', subprocess.PIPE)
        done = subprocess.run([smimectl_path(), *arguments], input=data, stderr=subprocess.PIPE, timeout=SECONDS, env=env or environment(w),
                              start_new_session=True, check=False, **options)
    return done.returncode, done.stdout, done.stderr.decode()


class Running:
    """The command under way, its output in pipes."""

    def __init__(self, w, *arguments, **options):
        options.setdefault('stdin', subprocess.DEVNULL)
        self.process = subprocess.Popen([smimectl_path(), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=environment(w),
                                        start_new_session=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def line(self, stream='stdout'):
        pipe = getattr(self.process, stream)
        ready, _, _ = select.select([pipe], [], [], SECONDS)
        if not ready:
            raise AssertionError('nothing comes on ' + stream)
        return pipe.readline().decode()

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def wait(self):
        out, said = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, said.decode()


class Terminal:
    """smimectl, or `program`, on a terminal: all its descriptors, unless `options` say otherwise, and the controlling one."""

    def __init__(self, w, *arguments, program=None, env=None, **options):
        self.master, self.slave = pty.openpty()
        self.seen, self.eaten = b'', 0

        def own():
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for name in ('stdin', 'stdout', 'stderr'):
            options.setdefault(name, self.slave)
        self.process = subprocess.Popen([program or smimectl_path(), *arguments], preexec_fn=own, close_fds=True, env=env or environment(w, TERM='xterm'), **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(SECONDS)
        os.close(self.master)
        os.close(self.slave)

    def _read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if ready:
            self.seen += os.read(self.master, 65536)
        return bool(ready)

    def expect(self, pattern):
        """Waits until `pattern`, a regular expression for bytes, is on the screen, behind what was expected before."""
        deadline = time.monotonic() + SECONDS
        while True:
            found = re.search(pattern, self.seen[self.eaten:])
            if found:
                self.eaten += found.end()
                return found
            if time.monotonic() > deadline or (self.process.poll() is not None and not self._read(0)):
                raise AssertionError('%r is not on the screen: %r' % (pattern, self.seen))
            self._read(0.2)

    def type(self, text):
        os.write(self.master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def wait(self):
        """The exit code, when all of the output has been seen."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None:
            self._read(0.05)
            if time.monotonic() > deadline:
                raise AssertionError('it does not end: %r' % self.seen)
        while self._read(0):
            pass
        return self.process.returncode
