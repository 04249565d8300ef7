# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a mail client needs of smimed, in a few lines of Gio: call with file descriptors, watch the job, read the result."""

import os

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME, ROOT, PREFIX = "org.smimed.Smime1", "/org/smimed/Smime1", "org.smimed.Smime1."


class Refused(Exception):
    """A D-Bus error of smimed: its last word, and its text."""

    def __init__(self, error):
        remote = Gio.dbus_error_get_remote_error(error) or error.domain
        self.word = remote.rpartition(".")[2]
        super().__init__(f"{self.word}: {error.message.removeprefix(f'GDBus.Error:{remote}: ')}")


class Bytes:
    """Marks bytes that travel as a file descriptor."""

    def __init__(self, data):
        self.data = data


def memfd(data):
    fd = os.memfd_create("demo", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def read_fd(fd):
    with os.fdopen(fd, "rb") as file:
        return file.read()


class Client:
    def __init__(self, on_progress=None):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.on_progress = on_progress
        self.jobs = 0

    def get(self, interface, name, path=ROOT):
        reply = self._call(path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (PREFIX + interface, name)))
        return reply[0].unpack()[0]

    def set(self, interface, name, value, path=ROOT):
        self._call(path, "org.freedesktop.DBus.Properties", "Set", GLib.Variant("(ssv)", (PREFIX + interface, name, value)))

    def call(self, method, signature, *arguments, path=ROOT, job=False, **options):
        """Calls INTERFACE.METHOD; Bytes among ARGUMENTS go as descriptors. Returns the results and the list of bytes."""
        interface, _, member = method.rpartition(".")
        fds = Gio.UnixFDList()
        values = [self._pass(value, fds) for value in arguments]
        packed = {key.replace("_", "-"): self._option(value, fds) for key, value in options.items()}
        if job:
            packed["job"] = GLib.Variant("s", self._watch())
        parameters = GLib.Variant(f"({signature}a{{sv}})", (*values, packed))
        reply, received = self._call(path, PREFIX + interface, member, parameters, fds)
        handles = received.steal_fds() if received else []
        return reply.unpack(), [read_fd(fd) for fd in handles]

    def _pass(self, value, fds):
        if not isinstance(value, Bytes):
            return value
        fd = memfd(value.data)
        index = fds.append(fd)
        os.close(fd)
        return index

    def _option(self, value, fds):
        if isinstance(value, Bytes):
            return GLib.Variant("h", self._pass(value, fds))
        kinds = {bool: "b", str: "s", int: "x", list: "as"}
        return GLib.Variant(kinds[type(value)], value)

    def _watch(self):
        """Subscribes to the next job's progress. The path can be computed, so nothing is missed."""
        self.jobs += 1
        token = f"demo{self.jobs}"
        sender = self.bus.get_unique_name()[1:].replace(".", "_")
        self.bus.signal_subscribe(
            NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", f"{ROOT}/jobs/{sender}/{token}", None,
            Gio.DBusSignalFlags.NONE, lambda *signal: self.on_progress and self.on_progress(signal[5].unpack()[1]))
        return token

    def _call(self, path, interface, member, parameters, fds=None):
        loop, result = GLib.MainLoop(), []

        def done(bus, task):
            try:
                result.append(bus.call_with_unix_fd_list_finish(task))
            except GLib.Error as error:
                result.append(Refused(error))
            loop.quit()

        self.bus.call_with_unix_fd_list(
            NAME, path, interface, member, parameters, None, Gio.DBusCallFlags.NONE, 120000, fds, None, done)
        loop.run()
        if isinstance(result[0], Refused):
            raise result[0]
        reply, received = result[0][0], result[0][1] if len(result[0]) > 1 else None
        return reply, received
