# SPDX-License-Identifier: LGPL-2.1-or-later
"""An LDAP server that answers as a test says, for what slapd doesn't do: Active Directory's ranges, and answers that make no sense."""
import contextlib
import socket
import threading

from der import tlv

INTEGER, OCTET_STRING, ENUMERATED, SEQUENCE, SET = 0x02, 0x04, 0x0A, 0x30, 0x31
BIND, BIND_RESULT, UNBIND, SEARCH, ENTRY, SEARCH_RESULT, EXTENDED, EXTENDED_RESULT = 0x60, 0x61, 0x42, 0x63, 0x64, 0x65, 0x77, 0x78
SUCCESS, PROTOCOL_ERROR = 0, 2


def text(value):
    return tlv(OCTET_STRING, value if isinstance(value, bytes) else value.encode())


def result(tag, code):
    return tlv(tag, tlv(ENUMERATED, bytes([code])), text(''), text(''))


def entry(name, attributes):
    """`attributes`: (description, values) in order."""
    each = [tlv(SEQUENCE, text(description), tlv(SET, *map(text, values))) for description, values in attributes]
    return tlv(ENTRY, text(name), tlv(SEQUENCE, *each))


def read_size(stream):
    size = stream.read(1)[0]
    return int.from_bytes(stream.read(size & 0x7F), 'big') if size & 0x80 else size


def parts(data):
    """(tag, content) of each element of `data`."""
    found = []
    while data:
        size, start = data[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[2:start], 'big')
        found.append((data[0], data[start:start + size]))
        data = data[start + size:]
    return found


class ScriptedDirectory:
    """`answer(base, filter, attributes)` returns the entries, each (name, attributes), of a search; `base` is None where the subtree is searched."""

    def __init__(self, answer):
        self.answer, self.searches = answer, []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = 'ldap://127.0.0.1:%d/o=Test' % self.listener.getsockname()[1]

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile('rb') as stream, contextlib.suppress(OSError):
            while stream.read(1):
                (_, number), (tag, body) = parts(stream.read(read_size(stream)))[:2]
                if tag == UNBIND:
                    return
                for reply in self._replies(tag, body):
                    connection.sendall(tlv(SEQUENCE, tlv(INTEGER, number), reply))

    def _replies(self, tag, body):
        if tag == EXTENDED:
            return [result(EXTENDED_RESULT, PROTOCOL_ERROR)]
        if tag == BIND:
            return [result(BIND_RESULT, SUCCESS)]
        fields = parts(body)
        attributes = [content.decode() for _, content in parts(fields[7][1])]
        base = None if fields[1][1] == b'\x02' else fields[0][1].decode()
        self.searches.append(attributes)
        return [entry(*one) for one in self.answer(base, fields[6][1], attributes)] + [result(SEARCH_RESULT, SUCCESS)]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
