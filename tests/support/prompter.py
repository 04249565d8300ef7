# SPDX-License-Identifier: LGPL-2.1-or-later
"""A stand-in for the desktop's system prompter (org.gnome.keyring.SystemPrompter): its user's answers are given beforehand.

The secret goes over the bus as gcr sends it: Diffie-Hellman in RFC 3526's group 5, HKDF with SHA-256, AES-128-CBC.
"""
import base64
import os
import re

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from gi.repository import Gio, GLib

XML = """<node><interface name='org.gnome.keyring.internal.Prompter'>
<method name='BeginPrompting'><arg name='callback' type='o' direction='in'/></method>
<method name='PerformPrompt'><arg name='callback' type='o' direction='in'/><arg name='type' type='s' direction='in'/>
<arg name='properties' type='a{sv}' direction='in'/><arg name='exchange' type='s' direction='in'/></method>
<method name='StopPrompting'><arg name='callback' type='o' direction='in'/></method></interface></node>"""
PRIME = int('ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b'
            '302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe6'
            '49286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed5290770969'
            '66d670c354e4abc9804f1746c08ca237327ffffffffffffffff', 16)
NO = None
YES = 'yes'     # to a question
DIE = object()  # the prompter crashes while it asks
WAIT = object()  # the user doesn't answer


class Exchange:
    """One side of gcr's secret exchange."""

    def __init__(self):
        self.private = int.from_bytes(os.urandom(192), 'big') % (PRIME - 3) + 2
        self.peer = None

    def receive(self, text):
        found = re.search(r'^public=(\S+)', text, re.M)
        if found:
            self.peer = int.from_bytes(base64.b64decode(found.group(1)), 'big')

    def send(self, secret=None):
        public = pow(2, self.private, PRIME).to_bytes(192, 'big')
        lines = ['[sx-aes-1]', 'public=' + base64.b64encode(public).decode()]
        if secret is not None:
            shared = pow(self.peer, self.private, PRIME).to_bytes(192, 'big')
            key, iv = HKDF(hashes.SHA256(), 16, None, b'').derive(shared), os.urandom(16)
            padder = padding.PKCS7(128).padder()
            encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
            sealed = encryptor.update(padder.update(secret.encode()) + padder.finalize()) + encryptor.finalize()
            lines += ['secret=' + base64.b64encode(sealed).decode(), 'iv=' + base64.b64encode(iv).decode()]
        return '\n'.join(lines) + '\n'


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
