#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A click on a certificate's file: the desktop starts the handler (`gio launch`), which asks through the prompter and tells the result as a
notification."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import forge  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402
from pki import PASSWORD  # noqa: E402
from prompter import NO, Prompter  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB = 'alice@example.org', 'bob@example.org'
NOTIFICATIONS = 'org.freedesktop.Notifications'
XML = """<node><interface name='org.freedesktop.Notifications'><method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method></interface></node>"""


class Bubbles:
    """The desktop's notification service, as far as anybody calls it here."""

    def __init__(self, session):
        self.client, self.shown = session.client(), []
        info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.id = self.client.connection.register_object('/org/freedesktop/Notifications', info, self._notify, None, None)
        self.client.bus_call('RequestName', '(su)', [NOTIFICATIONS, 4])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.connection.unregister_object(self.id)
        self.client.close()

    def _notify(self, _connection, _sender, _path, _interface, _method, parameters, invocation):
        app, _, icon, summary, body, _, hints, _ = parameters.unpack()
        self.shown.append({'app': app, 'icon': icon, 'summary': summary, 'body': body, 'hints': hints})
        invocation.return_value(GLib.Variant('(u)', (len(self.shown),)))

    def next(self):
        """Title and text of the next one."""
        self.client.wait_until(lambda: self.shown, 30, 'a notification')
        one = self.shown.pop(0)
        tap.equal((one['app'], one['hints']['desktop-entry']), ('smimed', 'org.smimed.Smime1.Import'), 'who tells it')
        return one['summary'], one['body']


def desktop_file(w):
    """The handler, installed for this user as the package does it for all."""
    folder = os.path.join(w.session.folder, 'data/applications')
    path = os.path.join(folder, 'org.smimed.Smime1.Import.desktop')
    if not os.path.exists(path):
        os.makedirs(folder)
        with open(os.environ['SMIMED_DESKTOP_FILE'], encoding='utf-8') as source, open(path, 'w', encoding='utf-8') as out:
            out.write(source.read())
        subprocess.run(['update-desktop-database', folder], check=True)
    return path


def environment(w):
    return dict(w.session.environment, PATH=os.path.dirname(os.environ['SMIMECTL']) + ':' + os.environ['PATH'], LC_ALL='C.UTF-8')


def click(w, path):
    subprocess.run(['gio', 'launch', desktop_file(w), path], check=True, env=environment(w), timeout=60, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@test('The desktop offers the import for each type of certificate file, by whatever name it knows the type')
def _(w):
    with open(desktop_file(w), encoding='utf-8') as file:
        types = re.search(r'^MimeType=(.*);$', file.read(), re.M).group(1).split(';')
    with open('/usr/share/mime/packages/freedesktop.org.xml', encoding='utf-8') as file:
        known = file.read()
    for kind in ('pkcs12', 'pkcs7-mime', 'x-pkcs7-certificates', 'pkix-cert', 'x-x509-ca-cert'):
        tap.contains(known, '<mime-type type="application/%s">' % kind, 'shared-mime-info')
        tap.true('application/' + kind in types, kind)
    for kind in types:
        said = subprocess.run(['gio', 'mime', kind], env=environment(w), stdout=subprocess.PIPE, check=True).stdout.decode()
        tap.contains(said, 'org.smimed.Smime1.Import.desktop', kind)
    for name in ('a.p12', 'a.pfx', 'a.p7c', 'a.p7m', 'a.p7b', 'a.cer', 'a.crt'):
        # gcr has names of its own for some of them
        kind = Gio.content_type_get_mime_type(Gio.content_type_guess(name, None)[0])
        tap.true(kind in types, '%s is %s' % (name, kind))


@test('A click on a PKCS#12 file asks for its password and tells that the key is in the keyring')
def _(w):
    path = w.file('Alice & Co <b>.p12', w.pki['alice'].pkcs12())
    with Bubbles(w.session) as bubbles, Prompter(w.session, PASSWORD) as prompter:
        click(w, path)
        title, text = bubbles.next()
        tap.equal((title, text), ('Alice & Co <b>.p12 was imported', 'Your key is in the keyring: %s.' % ALICE), 'the notification')
        tap.equal(len(prompter.asked), 1, 'prompts')
    tap.equal(w.client.find(own=True, address=ALICE), [w.client.certificate_path(w.pki['alice'].fingerprint)], 'the key')


@test('Who gives no password is told that nothing was imported')
def _(w):
    with Bubbles(w.session) as bubbles, Prompter(w.session, NO):
        click(w, w.file('bob.p12', w.pki['bob'].pkcs12()))
        title, text = bubbles.next()
    tap.equal(title, 'bob.p12 was not imported', 'title')
    tap.true(len(text) > 12, text)
    tap.equal(w.client.find(own=True, address=BOB), [], 'the key')


@test('A click on a certificate stores it, in every form')
def _(w):
    pem, der = open(w.pki['bob'].crt_file, 'rb').read(), w.pki['bob'].der
    bag = w.openssl('crl2pkcs7', '-nocrl', '-certfile', w.pki['bob'].crt_file, '-outform', 'DER')
    for name, data in (('bob.pem', pem), ('bob.cer', der), ('bob.p7c', bag)):
        if w.client.find(address=BOB):
            w.client.delete(w.client.certificate_path(w.pki['bob'].fingerprint))
        with Bubbles(w.session) as bubbles:
            click(w, w.file(name, data))
            title, text = bubbles.next()
        tap.equal(title, name + ' was imported', name)
        tap.contains(text, BOB)
        tap.equal(w.client.find(address=BOB), [w.client.certificate_path(w.pki['bob'].fingerprint)], name)


@test('A click never makes an authority trusted')
def _(w):
    with Bubbles(w.session) as bubbles:
        click(w, w.file('other-root.crt', w.pki['other-root'].der))
        bubbles.next()
    tap.equal(w.client.find(role='anchor'), [w.client.certificate_path(w.pki['root'].fingerprint)], 'anchors')


@test('A .p7m that is a message is told as such, and nothing is stored of it')
def _(w):
    sealed = w.openssl_encrypt(samples.entity(samples.PLAIN), ['alice'], '-aes-256-cbc')
    signed = forge.simple_signed(w.pki['victor'], samples.entity(samples.PLAIN), chain=[w.pki['intermediate']])
    for data in (sealed, signed):
        with Bubbles(w.session) as bubbles:
            click(w, w.file('smime.p7m', data))
            title, text = bubbles.next()
        tap.equal(title, 'smime.p7m was not imported', 'title')
        tap.contains(text, 'This is an S/MIME message, not a file of certificates')
    tap.equal(w.client.find(address='victor@example.org'), [], 'the signer')


@test('Garbage and what is not there are told as such')
def _(w):
    for name, data in (('junk.p7c', b'\x30\x03\x02\x01\x00' * 3), ('empty.cer', b'')):
        with Bubbles(w.session) as bubbles:
            click(w, w.file(name, data))
            title, text = bubbles.next()
        tap.equal(title, name + ' was not imported', name)
        tap.true(len(text) > 12, text)


@test('Names in certificates and files are no markup')
def _(w):
    with Bubbles(w.session) as bubbles:
        code = subprocess.run([os.environ['SMIMECTL'], 'import', '--notify', '/nonexistent/<img>.p12'], env=environment(w), check=False,
                              stderr=subprocess.DEVNULL, timeout=60).returncode
        title, text = bubbles.next() if bubbles.shown else ('', '')
    tap.equal((code, '<' in text), (1, False), title + text)


@test('Without a notification service the import is done all the same')
def _(w):
    path = w.file('carol.pem', open(w.pki['carol'].crt_file, 'rb').read())
    done = subprocess.run([os.environ['SMIMECTL'], 'import', '--notify', path], env=environment(w), check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    tap.equal((done.returncode, NOTIFICATIONS in done.stderr.decode()), (0, True), done.stderr.decode())


if __name__ == '__main__':
    world.run()
