# SPDX-License-Identifier: LGPL-2.1-or-later
"""A stand-in for the desktop's system prompter (org.gnome.keyring.SystemPrompter): its user's answers are given beforehand."""
import ctypes
import os
from ctypes import c_char_p, c_ssize_t, c_void_p

from gi.repository import Gio, GLib

XML = """<node><interface name='org.gnome.keyring.internal.Prompter'>
<method name='BeginPrompting'><arg name='callback' type='o' direction='in'/></method>
<method name='PerformPrompt'><arg name='callback' type='o' direction='in'/><arg name='type' type='s' direction='in'/>
<arg name='properties' type='a{sv}' direction='in'/><arg name='exchange' type='s' direction='in'/></method>
<method name='StopPrompting'><arg name='callback' type='o' direction='in'/></method></interface></node>"""
NO = None
YES = 'yes'     # to a question
DIE = object()  # the prompter crashes while it asks
WAIT = object()  # the user doesn't answer


def load_gcr():
    """The library that the service loads, too: in 3.41 a shared secret that begins with a zero is an octet shorter, which others may see
    differently, for one secret in 256."""
    gcr = ctypes.CDLL(os.environ.get('SMIMED_GCR', 'libgcr-base-3.so.1'))
    for function, arguments in ((gcr.gcr_secret_exchange_new, [c_char_p]), (gcr.gcr_secret_exchange_begin, [c_void_p]),
                                (gcr.gcr_secret_exchange_send, [c_void_p, c_char_p, c_ssize_t]),
                                (gcr.gcr_secret_exchange_receive, [c_void_p, c_char_p])):
        function.argtypes, function.restype = arguments, c_void_p
    gcr.gcr_secret_exchange_receive.restype = ctypes.c_int
    gcr.g_free.argtypes = gcr.g_object_unref.argtypes = [c_void_p]
    return gcr


class Exchange:
    """One side of gcr's secret exchange."""

    def __init__(self):
        self.gcr = load_gcr()
        self.own, self.begun = self.gcr.gcr_secret_exchange_new(None), False

    def __del__(self):
        self.gcr.g_object_unref(self.own)

    def receive(self, text):
        if not self.gcr.gcr_secret_exchange_receive(self.own, text.encode()):
            raise AssertionError('this is no secret exchange: ' + text)

    def send(self, secret=None):
        if self.begun:
            text = self.gcr.gcr_secret_exchange_send(self.own, None if secret is None else secret.encode(), -1)
        else:
            text = self.gcr.gcr_secret_exchange_begin(self.own)
        self.begun = True
        try:
            return ctypes.string_at(text).decode()
        finally:
            self.gcr.g_free(text)


class Prompter:
    """Owns the prompter's name; answers each prompt with the next of `answers`: a password, YES, NO, WAIT or DIE. Without any more: NO.
    `asked` keeps (type, properties) of each prompt."""

    def __init__(self, session, *answers):
        self.client, self.answers, self.asked, self.exchanges = session.client(), list(answers), [], {}
        info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.id = self.client.connection.register_object('/org/gnome/keyring/Prompter', info, self._called, None, None)
        self.client.bus_call('RequestName', '(su)', ['org.gnome.keyring.SystemPrompter', 4])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.client.connection.is_closed():
            self.client.connection.unregister_object(self.id)
        self.client.close()

    def _called(self, _connection, sender, _path, _interface, method, parameters, invocation):
        callback, *rest = parameters.unpack()
        invocation.return_value(None)
        if method == 'BeginPrompting':
            exchange = self.exchanges[sender, callback] = Exchange()
            self._ready(sender, callback, '', exchange.send())
        elif method == 'PerformPrompt':
            kind, properties, text = rest
            self.asked.append((kind, properties))
            self._answer(sender, callback, text, kind)
        else:
            self.exchanges.pop((sender, callback), None)
            self._tell(sender, callback, 'PromptDone', None)

    def _answer(self, sender, callback, text, kind):
        exchange = self.exchanges[sender, callback]
        exchange.receive(text)
        answer = self.answers.pop(0) if self.answers else NO
        if answer is DIE:
            self.client.connection.close(None, None)
            return
        if answer is not WAIT:
            self._ready(sender, callback, 'no' if answer is NO else 'yes', exchange.send(answer if kind == 'password' else None))

    def _ready(self, sender, callback, reply, exchange):
        self._tell(sender, callback, 'PromptReady', GLib.Variant('(sa{sv}s)', (reply, {}, exchange)))

    def _tell(self, sender, callback, method, body):
        self.client.connection.call(sender, callback, 'org.gnome.keyring.internal.Prompter.Callback', method, body, None,
                                    Gio.DBusCallFlags.NONE, 10000, None, None)
