# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python values <-> D-Bus values: options by the contract's types, byte strings as bytes, fds as memfds."""
import fcntl
import os

from gi.repository import GLib

F_GET_SEALS = 1034
SEAL_SHRINK, SEAL_GROW, SEAL_WRITE = 2, 4, 8

OPTION_TYPES = {
    'job': 's', 'deadline': 'u', 'interactive': 'b', 'network': 's', 'aliases': 'as', 'format': 's', 'sign': 'b', 'signature-format': 's',
    'bcc': 'as', 'cipher': 's', 'entity-only': 'b', 'content-type': 's', 'sender': 's', 'received-at': 'x', 'purpose': 's', 'origin': 's',
    'at': 'x', 'address': 's', 'policies': 'as', 'require-explicit-policy': 'b', 'inhibit-policy-mapping': 'b',
    'inhibit-any-policy': 'b', 'revocation': 's', 'delete-key': 'b', 'force': 'b', 'key-type': 's', 'usage': 's', 'own': 'b', 'role': 's',
    'fingerprint': 's', 'text': 's', 'depth': 'u', 'as-is': 'b',
}


def vardict(values):
    """Keyword arguments -> the dictionary of an a{sv}; `_` in a keyword stands for `-`. A GLib.Variant goes as it is."""
    result = {}
    for key, value in values.items():
        key = key.replace('_', '-')
        result[key] = value if isinstance(value, GLib.Variant) else GLib.Variant(OPTION_TYPES[key], value)
    return result


def unpack(variant):
    """As GLib.Variant.unpack(), but `ay` becomes bytes and numbers, handles and words come out plainly."""
    kind = variant.get_type_string()
    if kind == 'v':
        return unpack(variant.get_variant())
    if kind == 'ay':
        return bytes(variant.get_data_as_bytes().get_data() or b'')
    if kind.startswith('a{'):
        return {unpack(entry.get_child_value(0)): unpack(entry.get_child_value(1)) for entry in _children(variant)}
    if kind.startswith('a'):
        return [unpack(child) for child in _children(variant)]
    if kind.startswith('('):
        return tuple(unpack(child) for child in _children(variant))
    return variant.unpack()


def _children(variant):
    return (variant.get_child_value(index) for index in range(variant.n_children()))


def memfd(data):
    fd = os.memfd_create('test', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def read_sealed(fd):
    """The bytes of an output, after the contract's promises about it were checked. Closes it."""
    try:
        seals = fcntl.fcntl(fd, F_GET_SEALS)
        wanted = SEAL_SHRINK | SEAL_GROW | SEAL_WRITE
        if seals & wanted != wanted:
            raise AssertionError('the output is not sealed against writing, growing and shrinking: seals %#x' % seals)
        if os.lseek(fd, 0, os.SEEK_CUR) != 0:
            raise AssertionError('the output is not at offset 0')
        chunks = []
        while chunk := os.read(fd, 1 << 24):
            chunks.append(chunk)
        return b''.join(chunks)
    finally:
        os.close(fd)
