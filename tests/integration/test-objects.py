#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one sees on the bus, and what one does not see of the process."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import re  # noqa: E402
import xml.etree.ElementTree as ET  # noqa: E402

import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_client import Failure  # noqa: E402
from tap import test  # noqa: E402

ROOT_INTERFACES = {'Manager', 'Messages', 'Recipients', 'Certificates', 'Revocation'}
# The contract's methods and properties: name -> in, out
METHODS = {
    'Manager': {'RegisterAccount': ('sa{sv}', 'o'), 'UnregisterAccount': ('oa{sv}', '')},
    'Messages': {'Sign': ('hsa{sv}', 'ha{sv}'), 'Encrypt': ('hsasa{sv}', 'a(ash)a{sv}'), 'Open': ('ha{sv}', 'ha{sv}'),
                 'Verify': ('hha{sv}', 'a{sv}'), 'Inspect': ('ha{sv}', 'a{sv}')},
    'Recipients': {'Evaluate': ('sasa{sv}', 'baa{sv}')},
    'Certificates': {'ImportPkcs12': ('ha{sv}', 'ao'), 'ExportPkcs12': ('aoa{sv}', 'h'), 'Import': ('hsa{sv}', 'aoaa{sv}'),
                     'ImportFromMessage': ('ha{sv}', 'ao'), 'Find': ('a{sv}a{sv}', 'ao'), 'Validate': ('aaysa{sv}', 'a{sv}'),
                     'CreateRequest': ('sa{sv}', 'hs'), 'CompleteRequest': ('sha{sv}', 'ao')},
    'Revocation': {'Refresh': ('a{sv}', 'aa{sv}'), 'Import': ('ha{sv}', 'a{sv}'), 'List': ('a{sv}', 'aa{sv}'), 'Flush': ('a{sv}', '')},
    'Account': {'SetCertificates': ('ooa{sv}', '')},
    'Certificate': {'Validate': ('sa{sv}', 'a{sv}'), 'SetTrust': ('sa{sv}', ''), 'Delete': ('a{sv}', '')},
}
PROPERTIES = {
    'Manager': {'Version': 's', 'Enabled': 'b', 'ThreadingAdvice': 's', 'Features': 'as', 'Policy': 'a{sv}', 'NextExpiry': 'x'},
    'Account': {'Address': 's', 'Aliases': 'as', 'Ready': 'b', 'Missing': 'as', 'Problems': 'aa{sv}', 'SigningCertificate': 'o',
                'EncryptionCertificate': 'o', 'SignByDefault': 'b', 'EncryptByDefault': 'b'},
    'Certificate': {'Fingerprint': 's', 'Subject': 's', 'Issuer': 's', 'SerialNumber': 's', 'Addresses': 'as', 'NotBefore': 'x', 'NotAfter': 'x',
                    'KeyAlgorithm': 's', 'KeyBits': 'u', 'KeyUsage': 'as', 'ExtendedKeyUsage': 'as', 'Usages': 'as', 'Own': 'b', 'Role': 's',
                    'Origin': 's', 'Trust': 's', 'Encoded': 'ay'},
    'Revocation': {'LastRefresh': 'x', 'NextRefresh': 'x'},
}


def introspect(w, path):
    xml, = w.client.call(path, 'org.freedesktop.DBus.Introspectable', 'Introspect')
    return ET.fromstring(xml)


def check_interface(node, name):
    interface = node.find("interface[@name='org.smimed.Smime1.%s']" % name)
    tap.true(interface is not None, 'no interface ' + name)
    for method, (wanted_in, wanted_out) in METHODS.get(name, {}).items():
        found = interface.find("method[@name='%s']" % method)
        tap.true(found is not None, '%s.%s is not there' % (name, method))
        ins = ''.join(arg.get('type') for arg in found.findall('arg') if arg.get('direction', 'in') == 'in')
        outs = ''.join(arg.get('type') for arg in found.findall('arg') if arg.get('direction') == 'out')
        tap.equal((ins, outs), (wanted_in, wanted_out), '%s.%s' % (name, method))
    for prop, kind in PROPERTIES.get(name, {}).items():
        found = interface.find("property[@name='%s']" % prop)
        tap.true(found is not None, '%s.%s is not there' % (name, prop))
        tap.equal(found.get('type'), kind, '%s.%s' % (name, prop))


@test('The root object has the interfaces of the contract, with their methods and properties')
def _(w):
    node = introspect(w, w.client.ROOT)
    for name in ROOT_INTERFACES:
        check_interface(node, name)
    tap.true(node.find("interface[@name='org.freedesktop.DBus.ObjectManager']") is not None, 'ObjectManager')


@test('Accounts and certificates have theirs')
def _(w):
    check_interface(introspect(w, w.accounts['alice@example.org']), 'Account')
    check_interface(introspect(w, w.paths['alice']), 'Certificate')


@test('ObjectManager lists accounts, own certificates and anchors, and no correspondents')
def _(w):
    objects = w.client.objects()
    wanted = {w.accounts['alice@example.org'], w.paths['alice'], w.client.certificate_path(w.pki['root'].fingerprint)}
    tap.true(wanted <= set(objects), 'listed: %s' % sorted(objects))
    tap.true(w.client.certificate_path(w.pki['bob'].fingerprint) not in objects, 'bob is listed')
    tap.true('org.smimed.Smime1.Certificate' in objects[w.paths['alice']], 'interfaces')
    tap.equal(objects[w.paths['alice']]['org.smimed.Smime1.Certificate'], w.client.certificate(w.paths['alice']), 'properties')


@test('A correspondent\'s certificate is an object all the same, reachable by its path')
def _(w):
    bob = w.pki['bob']
    path = w.client.certificate_path(bob.fingerprint)
    seen = w.client.certificate(path)
    tap.equal((seen['Fingerprint'], seen['Own'], seen['Role'], seen['Addresses'], seen['Encoded']),
              (bob.fingerprint, False, 'correspondent', ['bob@example.org'], bob.der), 'properties')
    check_interface(introspect(w, path), 'Certificate')


@test('A certificate that is not there has no object')
def _(w):
    for path in (w.client.certificate_path('0' * 64), w.client.certificate_path('nonsense'), w.client.ROOT + '/accounts/nothing'):
        try:
            w.client.call(path, 'org.freedesktop.DBus.Properties', 'GetAll', '(s)', ['org.smimed.Smime1.Certificate'])
            raise AssertionError('%s answers' % path)
        except Failure:
            pass


@test('The properties of a certificate are those of the certificate')
def _(w):
    import calendar
    alice, seen = w.pki['alice'], w.client.certificate(w.paths['alice'])
    tap.equal(seen['SerialNumber'].lstrip('0'), '%x' % alice.cert.serial_number, 'SerialNumber')
    tap.equal((seen['NotBefore'], seen['NotAfter']), tuple(calendar.timegm(one.timetuple()) for one in
                                                          (alice.cert.not_valid_before, alice.cert.not_valid_after)), 'validity')
    tap.equal((seen['KeyBits'], seen['Addresses'], sorted(seen['Usages'])), (2048, ['alice@example.org'], ['encrypt', 'sign']), 'key')
    tap.contains(seen['KeyAlgorithm'].lower(), 'rsa')
    tap.contains(seen['Subject'], 'CN=alice')
    tap.contains(seen['Issuer'], 'CN=smimed test intermediate')
    tap.equal((seen['Own'], seen['Role'], seen['Trust'], seen['Encoded']), (True, 'own', 'default', alice.der), 'role')
    tap.true(seen['KeyUsage'] and seen['ExtendedKeyUsage'], 'usages are listed')


@test('Coming and going is signalled: InterfacesAdded and InterfacesRemoved')
def _(w):
    added = w.client.listen('org.freedesktop.DBus.ObjectManager', 'InterfacesAdded')
    removed = w.client.listen('org.freedesktop.DBus.ObjectManager', 'InterfacesRemoved')
    w.client.own(w.pki['carol'])
    path = w.client.certificate_path(w.pki['carol'].fingerprint)
    from_path, (_, interfaces) = added.await_one(match=lambda _, values: values[0] == path)
    tap.contains(interfaces, 'org.smimed.Smime1.Certificate')
    tap.equal(from_path, w.client.ROOT, 'sender object')
    account = w.client.register_account('carol@example.org')
    added.await_one(match=lambda _, values: values[0] == account)
    w.client.unregister_account(account)
    removed.await_one(match=lambda _, values: values[0] == account)
    w.client.delete(path, **{'delete-key': True})
    removed.await_one(match=lambda _, values: values[0] == path)
    added.stop()
    removed.stop()


@test('busctl shows the tree, introspects and gets properties')
def _(w):
    tree = w.session.run('busctl', '--user', 'tree', '--list', 'org.smimed.Smime1').stdout.decode()
    for path in (w.client.ROOT, w.accounts['alice@example.org'], w.paths['alice']):
        tap.contains(tree.split(), path)
    tap.true(w.client.certificate_path(w.pki['bob'].fingerprint) not in tree, 'bob is in the tree')
    text = w.session.run('busctl', '--user', 'introspect', 'org.smimed.Smime1', w.client.ROOT).stdout.decode()
    tap.true(re.search(r'\.RegisterAccount\s+method\s+sa\{sv\}\s+o', text), 'introspect')
    text = w.session.run('busctl', '--user', 'get-property', 'org.smimed.Smime1', w.client.ROOT, 'org.smimed.Smime1.Manager', 'Enabled').stdout
    tap.equal(text.strip(), b'b true', 'Enabled')
    text = w.session.run('busctl', '--user', 'call', 'org.smimed.Smime1', w.client.ROOT, 'org.smimed.Smime1.Manager', 'RegisterAccount', 'sa{sv}',
                         'busctl@example.org', '0').stdout
    tap.contains(text.decode(), '/org/smimed/Smime1/accounts/')


@test('The process is not dumpable: others of the same user see neither its memory nor its environment')
def _(w):
    pid = w.session.daemon_pid()
    owner = os.stat('/proc/%d/environ' % pid).st_uid, os.stat('/proc/%d/mem' % pid).st_uid
    if os.geteuid() == 0:
        # root owns everything already; what not being dumpable changes for it is shown by ptrace's own bookkeeping
        with open('/proc/%d/status' % pid, encoding='ascii') as status:
            tap.true('CoreDumping:\t0' in status.read(), 'status')
        tap.equal(as_nobody_can_read(w), False, 'another process of the same user reads its memory')
    else:
        tap.equal(owner, (0, 0), 'owner of /proc files')


def as_nobody_can_read(w):
    """Whether a process without any capability, of the daemon's own user, may open its memory."""
    import subprocess
    script = 'import sys\ntry:\n open("/proc/%s/mem" % sys.argv[1]).close()\n print("yes")\nexcept OSError:\n print("no")\n'
    done = subprocess.run(['setpriv', '--bounding-set=-all', '--inh-caps=-all', '/usr/bin/python3', '-c', script, str(w.session.daemon_pid())],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise tap.Skip('setpriv can not drop capabilities here: ' + done.stderr.decode().strip())
    return done.stdout.strip() == b'yes'


@test('Its files are for the user alone')
def _(w):
    w.client.sign(samples.PLAIN, 'alice@example.org')
    for path in w.session.databases():
        tap.equal(os.stat(path).st_mode & 0o077 and os.stat(os.path.dirname(path)).st_mode & 0o077, 0, path)


@test('A property that is read only can not be set, and an unknown one is an error of the bus')
def _(w):
    from gi.repository import GLib
    for name, value in (('Version', GLib.Variant('s', '9')), ('NextExpiry', GLib.Variant('x', 0)), ('Nonsense', GLib.Variant('s', ''))):
        try:
            w.client.set('Manager', name, value)
            raise AssertionError(name + ' was set')
        except Failure as failure:
            tap.true(failure.name.startswith('org.freedesktop.DBus.Error.'), failure.name)


@test('What this release does not do yet says NotSupported, and is not called done')
def _(w):
    import wire
    calls = [lambda: w.client.run('Revocation', 'Refresh', '(a{sv})', [], {}),
             lambda: w.client.run('Certificates', 'CreateRequest', '(sa{sv})', ['alice@example.org'], {'key-type': 'p-256'}),
             lambda: w.client.run('Revocation', 'Import', '(ha{sv})', [0], {}, [wire.memfd(b'junk')])]
    for call in calls:
        try:
            call()
        except Failure as failure:
            tap.contains(('NotSupported', 'Malformed'), failure.code)


@test('What changes of a correspondent\'s certificate is told on its path, though ObjectManager doesn\'t list it')
def _(w):
    path = w.client.certificate_path(w.pki['bob'].fingerprint)
    tap.equal(w.client.certificate(path)['Trust'], 'default', 'before')
    told = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', path)
    for trust in ('distrusted', 'default'):
        w.client.set_trust(path, trust)
        told.await_one(match=lambda _, values, trust=trust: values == ('org.smimed.Smime1.Certificate', {'Trust': trust}, []))
        tap.equal(w.client.certificate(path)['Trust'], trust, 'afterwards')
    told.stop()


if __name__ == '__main__':
    world.run(own=('alice',), know=('bob',))
