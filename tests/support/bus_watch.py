# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long calls take on the bus itself: dbus-monitor notes when each call and each reply passes. A test's own process, with its servers and its
threads, may be late by seconds on a busy machine, and would say that of the daemon."""
import os


class BusWatch:
    def __init__(self, session):
        self.path, self.position = os.path.join(session.folder, 'bus-watch'), 0
        self.calls, self.replies = {}, {}
        with open(self.path, 'wb') as out:
            self.process = session.spawn(['dbus-monitor', '--address', session.address, '--profile', "type='method_call'",
                                           "type='method_return'", "type='error'"], stdout=out)
        session.admin.wait_until(lambda: self._sees_what_is_asked(session.admin), 30, 'dbus-monitor')

    def _sees_what_is_asked(self, client):
        client.bus_call('GetId')
        self._read_on()
        return bool(self.calls)

    def _read_on(self):
        with open(self.path, 'rb') as lines:
            lines.seek(self.position)
            for line in lines:
                if not line.endswith(b'\n'):
                    break
                self.position += len(line)
                self._note(line.decode(errors='replace').rstrip('\n').split('\t'))

    def _note(self, fields):
        # mc TIME SERIAL SENDER DESTINATION PATH ..., mr TIME SERIAL SENDER DESTINATION REPLY-SERIAL, err likewise
        if fields[0] == 'mc':
            self.calls[fields[3], int(fields[2])] = float(fields[1])
        elif fields[0] in ('mr', 'err'):
            self.replies[fields[4], int(fields[5])] = float(fields[1])

    def seconds(self, pending):
        """From a call to its reply, which has come."""
        key = pending.client.unique_name, pending.serial
        pending.client.wait_until(lambda: self._read_on() or key in self.replies, 30, 'dbus-monitor to tell of ' + pending.what)
        return self.replies[key] - self.calls[key]
