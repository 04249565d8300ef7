# SPDX-License-Identifier: LGPL-2.1-or-later
"""A desktop that says which proxy to use: the portal's ProxyResolver, which GLib asks where it is told to use portals."""
import contextlib

from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop', 'org.freedesktop.portal.ProxyResolver'
# Of the daemon: proxies from the portal; nothing else.
ENVIRONMENT = {'GTK_USE_PORTAL': '1', 'GIO_USE_NETWORK_MONITOR': 'base'}
XML = """<node><interface name="%s"><method name="Lookup"><arg type="s" direction="in"/><arg type="as" direction="out"/></method>
<property name="version" type="u" access="read"/></interface></node>""" % INTERFACE


@contextlib.contextmanager
def serving(client, proxy):
    """Answers on the client's connection, while its main loop runs: each URL goes through `proxy`."""
    def on_call(_connection, _sender, _path, _interface, _method, _arguments, invocation):
        invocation.return_value(GLib.Variant('(as)', ([proxy],)))

    def on_get(_connection, _sender, _path, _interface, _property):
        return GLib.Variant('u', 1)

    info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    registered = client.connection.register_object(PATH, info, on_call, on_get, None)
    client.bus_call('RequestName', '(su)', (NAME, 0))
    try:
        yield
    finally:
        client.bus_call('ReleaseName', '(s)', (NAME,))
        client.connection.unregister_object(registered)
