# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program in a sandbox such as Flatpak's: its own namespaces, its own root folder with a /.flatpak-info, and one connection to the bus.

Run as a program, this file is what runs inside: it reads calls of Client, one Python literal a line, and writes their results likewise.
"""
import ast
import os
import select
import socket
import subprocess
import sys

if __name__ == '__main__':
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'pki'))

from gi.repository import Gio, GLib

from smimed_client import Client, Failure
from tap import Skip

SUPPORT = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.path.join(SUPPORT, '..', '..'))


def info(name):
    """What Flatpak writes for an application, in brief."""
    return '[Application]\nname=%s\nruntime=runtime/org.gnome.Platform/x86_64/45\n\n[Instance]\ninstance-id=1\n' % name


class Sandbox:
    """`text`: the /.flatpak-info, str or bytes; `extra`: bwrap's arguments for something else in its place. `bare`: no sandbox at all."""

    def __init__(self, session, text=None, extra=(), bare=False, cwd=None, mode='calls'):
        self.session, self.fds = session, []
        command = [sys.executable, os.path.abspath(__file__), mode, session.address]
        if not bare:
            command = self._bwrap(text, extra) + command
        self.process = subprocess.Popen(command, env=dict(session.environment, HOME='/tmp'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, pass_fds=self.fds, cwd=cwd or '/')
        for fd in self.fds:
            os.close(fd)

    def _bwrap(self, text, extra):
        command = ['bwrap', '--unshare-user', '--unshare-ipc', '--die-with-parent', '--ro-bind', '/usr', '/usr', '--ro-bind', '/etc', '/etc',
                   '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--symlink', 'usr/bin', '/bin', '--proc', '/proc',
                   '--dev', '/dev', '--tmpfs', '/tmp', '--ro-bind', ROOT, ROOT, '--bind', self.session.folder, self.session.folder]
        if text is not None:
            fd = os.memfd_create('info')
            os.write(fd, text.encode() if isinstance(text, str) else text)
            os.lseek(fd, 0, os.SEEK_SET)
            self.fds.append(fd)
            command += ['--ro-bind-data', str(fd), '/.flatpak-info']
        return command + list(extra)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.process.stderr.close()

    def start(self, method, *arguments, **options):
        self.process.stdin.write(repr((method, arguments, options)).encode() + b'\n')
        self.process.stdin.flush()

    def result(self, timeout=60):
        """The next result; the main loop runs meanwhile, so that a Prompter can answer."""
        out = self.process.stdout
        source = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, out.fileno(), GLib.IOCondition.IN | GLib.IOCondition.HUP, lambda *_: True)
        try:
            self.session.admin.wait_until(lambda: select.select([out], [], [], 0)[0], timeout, 'the sandboxed program')
        finally:
            GLib.source_remove(source)
        line = out.readline()
        if not line:
            raise AssertionError('the sandboxed program ended: ' + self.process.stderr.read().decode(errors='replace'))
        kind, *rest = ast.literal_eval(line.decode())
        if kind == 'failure':
            raise Failure(*rest)
        return rest[0]

    def call(self, method, *arguments, **options):
        self.start(method, *arguments, **options)
        return self.result()


def check():
    """Skips where no namespaces can be made."""
    try:
        done = subprocess.run(['bwrap', '--unshare-user', '--ro-bind', '/', '/', 'true'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
    except FileNotFoundError:
        raise Skip('no sandbox can be made here: bubblewrap is not installed') from None
    if done.returncode:
        raise Skip('no sandbox can be made here: ' + done.stdout.decode(errors='replace').strip())


# Inside

class _Bus:
    """What Client wants to know of a session."""

    def __init__(self, address):
        self.address = address


def _answer(value):
    sys.stdout.write(repr(value) + '\n')
    sys.stdout.flush()


def _serve(address):
    client = Client(_Bus(address))
    for line in sys.stdin:
        method, arguments, options = ast.literal_eval(line)
        try:
            _answer(('value', _many(client, arguments[0]) if method == 'many' else getattr(client, method)(*arguments, **options)))
        except Failure as failure:
            _answer(('failure', failure.name, failure.text))


def _many(client, calls):
    """All of them at once; what becomes of each."""
    def outcome(pending):
        try:
            pending.wait(60)
            return 'well'
        except Failure as failure:
            return failure.code
    return [outcome(one) for one in [getattr(client, method)(*arguments) for method, arguments in calls]]


def _send(bus, message, serial):
    message.set_serial(serial)
    bus.sendall(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def _receive(bus, serial):
    """The reply to that message."""
    while True:
        head = bus.recv(16, socket.MSG_WAITALL)
        rest = bus.recv(Gio.DBusMessage.bytes_needed(head) - 16, socket.MSG_WAITALL)
        message = Gio.DBusMessage.new_from_blob(head + rest, Gio.DBusCapabilityFlags.NONE)
        if message.get_reply_serial() == serial:
            return message


def _orphan(address):
    """A connection whose process ends and leaves it to a child, which calls."""
    bus = socket.socket(socket.AF_UNIX)
    bus.connect(address.split('unix:path=')[1].split(',')[0])
    bus.sendall(b'\0AUTH EXTERNAL %s\r\n' % str(os.getuid()).encode().hex().encode())
    if not bus.recv(1000).startswith(b'OK'):
        raise AssertionError('the bus lets nobody in')
    bus.sendall(b'BEGIN\r\n')
    _send(bus, Gio.DBusMessage.new_method_call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello'), 1)
    _receive(bus, 1)
    alive, ended = os.pipe()
    if os.fork():
        return
    os.close(ended)
    os.read(alive, 1)
    call = Gio.DBusMessage.new_method_call('org.smimed.Smime1', '/org/smimed/Smime1', 'org.smimed.Smime1.Certificates', 'Find')
    call.set_body(GLib.Variant('(a{sv}a{sv})', ({'own': GLib.Variant('b', True)}, {})))
    _send(bus, call, 2)
    reply = _receive(bus, 2)
    _answer(('failure', reply.get_error_name(), reply.get_body().get_child_value(0).get_string()) if reply.get_error_name()
            else ('value', reply.get_body().unpack()[0]))


if __name__ == '__main__':
    (_orphan if sys.argv[1] == 'orphan' else _serve)(sys.argv[2])
