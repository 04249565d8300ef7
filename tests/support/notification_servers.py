# SPDX-License-Identifier: LGPL-2.1-or-later
"""Notification servers that do as they are told: GNOME's own protocol, and that of freedesktop.org."""
from gi.repository import Gio, GLib

GTK, FREEDESKTOP = 'org.gtk.Notifications', 'org.freedesktop.Notifications'
GTK_XML = """<node><interface name='org.gtk.Notifications'>
<method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/></method>
<method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/></method></interface></node>"""
FREEDESKTOP_XML = """<node><interface name='org.freedesktop.Notifications'><method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>
<arg type='u' direction='out'/></method><method name='CloseNotification'><arg type='u' direction='in'/></method>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal><signal name='ActivationToken'><arg type='u'/><arg type='s'/></signal>
</interface></node>"""
ANSWER, REFUSE, IGNORE, DIE = 'answers', 'refuses', 'never answers', 'is killed'


class Server:
    """Owns `name`; `shown` are the arguments of what it was given, `manner` is what it does with it."""

    def __init__(self, session, name, xml, manner=ANSWER):
        self.client, self.name, self.manner, self.shown, self.unanswered = session.client(), name, manner, [], []
        info = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
        self.path = '/' + name.replace('.', '/')
        self.id = self.client.connection.register_object(self.path, info, self._called, None, None)
        self.client.bus_call('RequestName', '(su)', [name, 4])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()

    def leave(self):
        if not self.client.connection.is_closed():
            self.client.connection.unregister_object(self.id)
        self.client.close()

    def _called(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        if method not in ('Notify', 'AddNotification'):
            getattr(self, method)(*parameters.unpack(), invocation)
            return
        self.shown.append(parameters.unpack())
        if self.manner == ANSWER:
            invocation.return_value(self.reply())
        elif self.manner == REFUSE:
            invocation.return_dbus_error(self.name + '.Error', 'not today')
        elif self.manner == DIE:
            self.leave()
        else:
            self.unanswered.append(invocation)

    def await_shown(self, count=1):
        self.client.wait_until(lambda: len(self.shown) >= count, 30, '%d notifications' % count)
        return self.shown[count - 1]


class Gnome(Server):
    """`shown`: (application, id, notification); `removed`: (application, id)."""

    def __init__(self, session, manner=ANSWER):
        self.removed = []
        super().__init__(session, GTK, GTK_XML, manner)

    @staticmethod
    def reply():
        return None

    def RemoveNotification(self, application, name, invocation):
        self.removed.append((application, name))
        invocation.return_value(None)

    def follow(self, notification, token):
        """The user clicks on it: what GNOME Shell does then, which has never seen the sender."""
        action, target = notification['default-action'], notification['default-action-target']
        assert action.startswith('app.'), action
        return self.client.send('/org/smimed/Smime1', 'org.freedesktop.Application', 'ActivateAction', '(sava{sv})',
                                [action[4:], [GLib.Variant('s', target)], {'activation-token': GLib.Variant('s', token)}])


class Freedesktop(Server):
    """`shown`: the arguments of Notify; `closed`: ids."""

    def __init__(self, session, capabilities=('body',), manner=ANSWER):
        self.capabilities, self.closed = capabilities, []
        super().__init__(session, FREEDESKTOP, FREEDESKTOP_XML, manner)

    def reply(self):
        return GLib.Variant('(u)', (len(self.shown),))

    def GetCapabilities(self, invocation):
        invocation.return_value(GLib.Variant('(as)', (self.capabilities,)))

    def CloseNotification(self, number, invocation):
        self.closed.append(number)
        invocation.return_value(None)

    def tell(self, signal, *values):
        self.client.connection.emit_signal(None, self.path, FREEDESKTOP, signal, GLib.Variant('(us)', values))
