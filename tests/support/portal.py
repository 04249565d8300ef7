# SPDX-License-Identifier: LGPL-2.1-or-later
"""A desktop that says which proxy to use and what the network costs: the portal's ProxyResolver and NetworkMonitor, which GLib asks where it
is told to use portals."""
from gi.repository import Gio, GLib

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'
# Of the daemon. A monitor of its own leaves the network as it is.
ASK = {'GTK_USE_PORTAL': '1', 'GIO_USE_PORTALS': '1'}  # GLib's names for it, until 2.74 and in 2.84
PROXIES = dict(ASK, GIO_USE_NETWORK_MONITOR='base')
NETWORK = dict(ASK, GIO_USE_NETWORK_MONITOR='portal')
XML = """<node>
<interface name="org.freedesktop.portal.ProxyResolver"><method name="Lookup"><arg type="s" direction="in"/><arg type="as" direction="out"/>
</method><property name="version" type="u" access="read"/></interface>
<interface name="org.freedesktop.portal.NetworkMonitor"><method name="GetStatus"><arg type="a{sv}" direction="out"/></method>
<method name="GetAvailable"><arg type="b" direction="out"/></method><method name="GetMetered"><arg type="b" direction="out"/></method>
<method name="GetConnectivity"><arg type="u" direction="out"/></method><signal name="changed"/>
<property name="version" type="u" access="read"/></interface></node>"""
VERSION = 3
FULL = 4


class Portal:
    """Answers on the client's connection, while its main loop runs. `proxy`: where each URL goes through."""

    def __init__(self, client, proxy='direct://'):
        self.connection, self.proxy, self.metered = client.connection, proxy, False
        self.client = client

    def __enter__(self):
        self.registered = [self.connection.register_object(PATH, info, self._on_call, lambda *_: GLib.Variant('u', VERSION), None)
                           for info in Gio.DBusNodeInfo.new_for_xml(XML).interfaces]
        self.client.bus_call('RequestName', '(su)', (NAME, 0))
        return self

    def __exit__(self, *_):
        self.client.bus_call('ReleaseName', '(s)', (NAME,))
        for registered in self.registered:
            self.connection.unregister_object(registered)

    def set_metered(self, metered):
        self.metered = metered
        self.connection.emit_signal(None, PATH, 'org.freedesktop.portal.NetworkMonitor', 'changed', None)

    def _on_call(self, _connection, _sender, _path, _interface, method, _arguments, invocation):
        status = {'available': GLib.Variant('b', True), 'metered': GLib.Variant('b', self.metered), 'connectivity': GLib.Variant('u', FULL)}
        values = {'Lookup': ('(as)', [self.proxy]), 'GetStatus': ('(a{sv})', status), 'GetAvailable': ('(b)', True),
                  'GetMetered': ('(b)', self.metered), 'GetConnectivity': ('(u)', FULL)}
        kind, value = values[method]
        invocation.return_value(GLib.Variant(kind, (value,)))
