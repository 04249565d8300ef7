# SPDX-License-Identifier: LGPL-2.1-or-later
"""A mail client's view of the contract: each method of the interfaces, with bytes in and out. Errors are exceptions by their names."""
import contextlib
import os
import time

from gi.repository import Gio, GLib

import wire

ERRORS = 'org.smimed.Smime1.Error.'
# Sanitizers make everything slow; no time that a user is promised is measured with this.
PATIENCE = 5 if os.environ.get('SMIMED_SANITIZER') else 1
GRACE = 0.25 if PATIENCE == 1 else 5  # seconds that a call may take beyond its deadline


class Failure(Exception):
    """A D-Bus error; `code` is the name after org.smimed.Smime1.Error., or the whole name of somebody else's error."""

    def __init__(self, name, text):
        super().__init__('%s: %s' % (name, text))
        self.name, self.text = name, text
        self.code = name[len(ERRORS):] if name.startswith(ERRORS) else name


class TimedOut(AssertionError):
    """An event didn't come."""


@contextlib.contextmanager
def raises(*codes):
    """The block fails with one of these errors of the contract, whose text is a sentence."""
    caught = type('Caught', (), {})()
    try:
        yield caught
    except Failure as failure:
        if failure.code not in codes:
            raise AssertionError('wanted %s, got %s' % (' or '.join(codes), failure)) from failure
        if len(failure.text) < 12 or ' ' not in failure.text:
            raise AssertionError('the text of %s does not say what to do: %r' % (failure.code, failure.text)) from failure
        caught.failure, caught.code, caught.text = failure, failure.code, failure.text
        return
    raise AssertionError('wanted %s, but the call succeeded' % ' or '.join(codes))


class Pending:
    """A call under way."""

    def __init__(self, client, what):
        self.client, self.what, self.done, self.reply, self.error = client, what, False, None, None
        self.serial = None

    def finish(self, connection, result):
        try:
            self.reply = connection.send_message_with_reply_finish(result)
        except GLib.Error as error:
            self.error = error
        self.done = True

    @property
    def seconds(self):
        """How long it took on the bus, in a session that is watched; its reply has come."""
        return self.client.session.watch.seconds(self)

    def wait(self, timeout=60):
        """The reply's values with fds in the places of handles, or Failure."""
        self.client.wait_until(lambda: self.done, timeout, 'the reply to ' + self.what)
        if self.error:
            raise Failure(Gio.DBusError.get_remote_error(self.error) or self.error.domain, self.error.message)
        if self.reply.get_message_type() == Gio.DBusMessageType.ERROR:
            body = self.reply.get_body()
            raise Failure(self.reply.get_error_name(), body.get_child_value(0).get_string() if body and body.n_children() else '')
        return self._values()

    def _values(self):
        body, fd_list = self.reply.get_body(), self.reply.get_unix_fd_list()
        self.fds = fd_list.steal_fds() if fd_list else []
        return wire.unpack(body) if body else ()


class Listener:
    """Signals as they come; `await_one()` waits for the next that was not taken yet."""

    def __init__(self, client, sender, interface, member, path):
        self.client, self.seen, self.member = client, [], member
        self.id = client.connection.signal_subscribe(sender, interface, member, path, None, Gio.DBusSignalFlags.NONE, self._arrived)

    def _arrived(self, _connection, _sender, path, _interface, _member, parameters):
        self.seen.append((path, wire.unpack(parameters)))

    def await_one(self, timeout=20, match=lambda path, values: True):
        def matching():
            return [one for one in self.seen if match(*one)]
        self.client.wait_until(matching, timeout, 'the signal ' + str(self.member))
        found = matching()[0]
        self.seen.remove(found)
        return found

    def stop(self):
        self.client.connection.signal_unsubscribe(self.id)


class Client:
    NAME = 'org.smimed.Smime1'
    ROOT = '/org/smimed/Smime1'

    def __init__(self, session):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.session = session
        self.connection = Gio.DBusConnection.new_for_address_sync(session.address, flags, None, None)
        self.connection.set_exit_on_close(False)
        self.unique_name = self.connection.get_unique_name()
        self.last_fds = []

    def close(self):
        if not self.connection.is_closed():
            self.connection.close_sync(None)

    # Waiting

    @staticmethod
    def wait_until(condition, timeout, what):
        """Runs the main loop until `condition()`; fails after `timeout` seconds."""
        context, deadline = GLib.MainContext.default(), time.monotonic() + timeout * PATIENCE
        tick = GLib.timeout_add(100, lambda: True)  # wakes the loop, so that the deadline is seen
        try:
            while True:
                value = condition()
                if value:
                    return value
                if time.monotonic() > deadline:
                    raise TimedOut('waited %s seconds for %s' % (timeout, what))
                context.iteration(True)
        finally:
            GLib.source_remove(tick)

    # Calls

    def send(self, path, interface, method, kind=None, arguments=(), fds=(), destination=NAME, timeout=60):
        """Sends a call; numbers in `arguments` at the places of `h` are indices into `fds`, which are closed here."""
        message = Gio.DBusMessage.new_method_call(destination, path, interface, method)
        if kind:
            message.set_body(GLib.Variant(kind, tuple(arguments)))
        if fds:
            fd_list = Gio.UnixFDList.new()
            for fd in fds:
                fd_list.append(fd)
                os.close(fd)
            message.set_unix_fd_list(fd_list)
        pending = Pending(self, method)
        self.connection.send_message_with_reply(message, Gio.DBusSendMessageFlags.NONE, int(timeout * 1000 * PATIENCE), None, pending.finish)
        pending.serial = message.get_serial()
        return pending

    def call(self, path, interface, method, kind=None, arguments=(), fds=(), destination=NAME, timeout=60):
        pending = self.send(path, interface, method, kind, arguments, fds, destination, timeout)
        values = pending.wait(timeout)
        self.last_fds = pending.fds
        return values

    def bus_call(self, method, kind=None, arguments=(), timeout=30):
        return self.call('/org/freedesktop/DBus', 'org.freedesktop.DBus', method, kind, arguments,
                         destination='org.freedesktop.DBus', timeout=timeout)

    def ping(self):
        self.call(self.ROOT, 'org.freedesktop.DBus.Peer', 'Ping')

    def has_owner(self, name):
        return self.bus_call('NameHasOwner', '(s)', [name])[0]

    def await_name(self, name, timeout=30):
        changes = self.listen('org.freedesktop.DBus', 'NameOwnerChanged', '/org/freedesktop/DBus', sender='org.freedesktop.DBus')
        if not self.has_owner(name):
            changes.await_one(timeout, lambda _, values: values[0] == name and values[2])
        changes.stop()

    def listen(self, interface, member, path=None, sender=NAME):
        listener = Listener(self, sender, interface, member, path)
        self.bus_call('GetId')  # the match rule is in place when this comes back
        return listener

    def start(self, interface, method, kind, arguments, options, fds=(), path=ROOT, timeout=60):
        """A call of the contract under way: the options, as keyword arguments, go last."""
        return self.send(path, self.NAME + '.' + interface, method, kind, list(arguments) + [wire.vardict(options)], list(fds),
                         timeout=timeout)

    def run(self, interface, method, kind, arguments, options, fds=(), path=ROOT, timeout=60):
        pending = self.start(interface, method, kind, arguments, options, fds, path, timeout)
        values = pending.wait(timeout)
        self.last_fds = pending.fds
        return values

    # Properties and objects

    def get(self, interface, name, path=ROOT):
        return self.call(path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', [self.NAME + '.' + interface, name])[0]

    def get_all(self, interface, path=ROOT):
        return self.call(path, 'org.freedesktop.DBus.Properties', 'GetAll', '(s)', [self.NAME + '.' + interface])[0]

    def set(self, interface, name, value, path=ROOT):
        self.call(path, 'org.freedesktop.DBus.Properties', 'Set', '(ssv)', [self.NAME + '.' + interface, name, value])

    def enable(self, on=True):
        self.set('Manager', 'Enabled', GLib.Variant('b', on))

    def objects(self):
        return self.call(self.ROOT, 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects')[0]

    # Manager

    def register_account(self, address, **options):
        return self.run('Manager', 'RegisterAccount', '(sa{sv})', [address], options)[0]

    def unregister_account(self, account, **options):
        self.run('Manager', 'UnregisterAccount', '(oa{sv})', [account], options)

    def account(self, path):
        return self.get_all('Account', path)

    def set_certificates(self, account, signing='/', encryption='/', **options):
        self.run('Account', 'SetCertificates', '(ooa{sv})', [signing, encryption], options, path=account)

    # Messages

    def start_sign(self, message, sender, **options):
        return self.start('Messages', 'Sign', '(hsa{sv})', [0, sender], options, [wire.memfd(message)])

    def sign(self, message, sender, **options):
        handle, report = self.run('Messages', 'Sign', '(hsa{sv})', [0, sender], options, [wire.memfd(message)])
        return wire.read_sealed(self.last_fds[handle]), report

    def encrypt(self, message, sender, recipients, **options):
        """-> [(addresses, bytes)], report"""
        outputs, report = self.run('Messages', 'Encrypt', '(hsasa{sv})', [0, sender, recipients], options, [wire.memfd(message)])
        return [(addresses, wire.read_sealed(self.last_fds[handle])) for addresses, handle in outputs], report

    def start_open(self, message, **options):
        return self.start('Messages', 'Open', '(ha{sv})', [0], options, [wire.memfd(message)])

    def open(self, message, **options):
        return self.open_fd(wire.memfd(message), **options)

    def open_fd(self, fd, **options):
        handle, report = self.run('Messages', 'Open', '(ha{sv})', [0], options, [fd])
        return wire.read_sealed(self.last_fds[handle]), report

    def verify(self, content, signature, **options):
        return self.run('Messages', 'Verify', '(hha{sv})', [0, 1], options, [wire.memfd(content), wire.memfd(signature)])[0]

    def inspect(self, message, **options):
        return self.run('Messages', 'Inspect', '(ha{sv})', [0], options, [wire.memfd(message)])[0]

    # Recipients

    def start_evaluate(self, sender, recipients, **options):
        return self.start('Recipients', 'Evaluate', '(sasa{sv})', [sender, recipients], options)

    def evaluate(self, sender, recipients, **options):
        return self.run('Recipients', 'Evaluate', '(sasa{sv})', [sender, recipients], options)

    # Certificates

    def start_import_pkcs12(self, file, password=None, **options):
        fds = [wire.memfd(file)]
        if password is not None:
            fds.append(wire.memfd(password if isinstance(password, bytes) else password.encode()))
            options['password-fd'] = GLib.Variant('h', 1)
        return self.start('Certificates', 'ImportPkcs12', '(ha{sv})', [0], options, fds)

    def import_pkcs12(self, file, password=None, **options):
        return self.start_import_pkcs12(file, password, **options).wait(60)[0]

    def export_pkcs12(self, certificates, password=None, **options):
        fds = []
        if password is not None:
            fds.append(wire.memfd(password.encode()))
            options['password-fd'] = GLib.Variant('h', 0)
        handle, = self.run('Certificates', 'ExportPkcs12', '(aoa{sv})', [certificates], options, fds)
        return wire.read_sealed(self.last_fds[handle])

    def import_certificates(self, file, role, **options):
        """-> paths, refused"""
        return self.run('Certificates', 'Import', '(hsa{sv})', [0, role], options, [wire.memfd(file)])

    def import_from_message(self, message, **options):
        return self.run('Certificates', 'ImportFromMessage', '(ha{sv})', [0], options, [wire.memfd(message)])[0]

    def find(self, **query):
        return self.run('Certificates', 'Find', '(a{sv}a{sv})', [wire.vardict(query)], {})[0]

    def validate(self, chain, usage, **options):
        return self.run('Certificates', 'Validate', '(aaysa{sv})', [chain, usage], options)[0]

    def certificate(self, path):
        return self.get_all('Certificate', path)

    def certificate_path(self, fingerprint):
        return '%s/certificates/%s' % (self.ROOT, fingerprint)

    def validate_certificate(self, path, usage, **options):
        return self.run('Certificate', 'Validate', '(sa{sv})', [usage], options, path=path)[0]

    def set_trust(self, path, trust, **options):
        self.run('Certificate', 'SetTrust', '(sa{sv})', [trust], options, path=path)

    def delete(self, path, **options):
        self.run('Certificate', 'Delete', '(a{sv})', [], options, path=path)

    def generate_password(self, **options):
        handle, = self.run('Certificates', 'GeneratePassword', '(a{sv})', [], options)
        return wire.read_sealed(self.last_fds[handle]).decode()

    def create_request(self, address, **options):
        """-> the CSR in PEM, the token"""
        handle, token = self.run('Certificates', 'CreateRequest', '(sa{sv})', [address], options)
        return wire.read_sealed(self.last_fds[handle]), token

    # Revocation

    def start_import_crl(self, file, **options):
        return self.start('Revocation', 'Import', '(ha{sv})', [0], options, [wire.memfd(file)])

    def import_crl(self, file, **options):
        return self.start_import_crl(file, **options).wait(60)[0]

    def crls(self, **options):
        return self.run('Revocation', 'List', '(a{sv})', [], options)[0]

    def refresh(self, **options):
        return self.run('Revocation', 'Refresh', '(a{sv})', [], options)[0]

    def flush(self, **options):
        self.run('Revocation', 'Flush', '(a{sv})', [], options)

    def complete_request(self, token, certificates, **options):
        return self.run('Certificates', 'CompleteRequest', '(sha{sv})', [token, 0], options, [wire.memfd(certificates)])[0]

    def list_requests(self, **options):
        return self.run('Certificates', 'ListRequests', '(a{sv})', [], options)[0]

    def discard_request(self, token, **options):
        self.run('Certificates', 'DiscardRequest', '(sa{sv})', [token], options)

    def list_managed(self, **options):
        return self.run('Certificates', 'ListManaged', '(a{sv})', [], options)[0]

    # Jobs

    def job_path(self, token, sender=None):
        return '%s/jobs/%s/%s' % (self.ROOT, (sender or self.unique_name).replace(':', '').replace('.', '_'), token)

    def job(self, token):
        return self.get_all('Job', self.job_path(token))

    def cancel(self, token, sender=None):
        self.run('Job', 'Cancel', '(a{sv})', [], {}, path=self.job_path(token, sender))

    # What nearly every test wants first

    def trust(self, pki, *names):
        """Imports the test PKI's root as an anchor and its intermediate."""
        self.import_certificates(pki['root'].der, 'anchor')
        self.import_certificates(pki['intermediate'].der, 'intermediate')
        for name in names:
            self.import_certificates(pki[name].der, 'correspondent')

    def own(self, identity, **options):
        """Imports an identity's PKCS#12 file -> the paths."""
        import pki
        return self.import_pkcs12(identity.pkcs12(), pki.PASSWORD, **options)
