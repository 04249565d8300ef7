# SPDX-License-Identifier: LGPL-2.1-or-later
"""The client library, as built, through its introspection. Its client lives in the test's own process and private session."""
import os

import gi
from gi.repository import GLib, Gio

gi.require_version('GIRepository', '2.0')
from gi.repository import GIRepository  # noqa: E402

LIBRARY = os.environ['SMIMED_LIBRARY']
GIRepository.Repository.prepend_search_path(LIBRARY)
GIRepository.Repository.prepend_library_path(LIBRARY)
gi.require_version('Smimed', '1')
from gi.repository import Smimed  # noqa: E402


def connect(session):
    """A client on a connection of its own."""
    flags = Gio.DBusConnectionFlags
    connection = Gio.DBusConnection.new_for_address_sync(
        session.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
    client = Smimed.Client(connection=connection)
    client.init(None)
    return client


def of(data):
    return Smimed.Input.new_for_bytes(GLib.Bytes(data))


def content(output):
    return output.get_bytes().get_data()
