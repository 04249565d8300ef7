#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Same answer for every client: what the library tells is what stands on the bus, key by key, and no key is left out."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import re  # noqa: E402
import smimed_library  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from pki import PASSWORD  # noqa: E402
from smimed_library import GLib, Smimed, content, of  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB, NOBODY = 'alice@example.org', 'bob@example.org', 'nobody@example.org'
NAMES = {'type': 'get_layer_type', 'integrity': 'has_integrity', 'request': 'get_name'}
USAGES = {'sign': Smimed.Usage.SIGN, 'encrypt': Smimed.Usage.ENCRYPT,
          'signing': Smimed.Usage.SIGN, 'encryption': Smimed.Usage.ENCRYPT}


def getter(value, key):
    """The function of a value that tells what stands under a key of the bus."""
    name = re.sub(r'(?<!^)([A-Z])', r'-\1', key).lower().replace('-', '_')
    for one in (NAMES.get(key), 'get_' + name, 'is_' + name, 'dup_' + name):
        if one and hasattr(value, one):
            return getattr(value, one)
    raise AssertionError('%s has no function for the key “%s”' % (type(value).__name__, key))


def plain(told, key, wanted):
    """What a function told, as the bus would say it."""
    if isinstance(told, Smimed.Usage):
        return int(told), sum(int(USAGES[word]) for word in wanted)
    if key == 'integrity':
        return told, wanted == 'aead'
    if hasattr(told, 'value_nick'):
        return told.value_nick, wanted
    if isinstance(told, GLib.Bytes):
        return told.get_data(), wanted
    if isinstance(wanted, str) and wanted.startswith('/') and key != 'file':
        return told or '', wanted.rpartition('/')[2]
    return told, wanted


def same(value, raw, where=''):
    """Compares each key with what the library tells; returns how many."""
    count = 0
    for key, wanted in raw.items():
        place, told = where + '/' + key, getter(value, key)()
        if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
            tap.equal(len(told), len(wanted), place)
            count += sum(same(one, other, place) for one, other in zip(told, wanted))
        elif isinstance(wanted, list) and wanted and isinstance(wanted[0], bytes):
            tap.equal([one.get_data() for one in told], wanted, place)
        else:
            seen, right = plain(told, key, wanted)
            tap.equal(seen, right, place)
        count += 1
    return count


def messages(w):
    """Each kind of message, with what is wrong with some."""
    signed, _ = w.client.sign(samples.RICH, ALICE)
    sealed = w.client.encrypt(samples.RICH, ALICE, [ALICE, BOB], sign=True)[0][0][1]
    return {
        'signed': signed,
        'opaque': w.client.sign(samples.PLAIN, ALICE, format='opaque')[0],
        'changed': signed.replace(b'inner', b'INNER'),
        "somebody else's": signed.replace(b'alice@example.org', b'mallory@example.org', 1),
        'encrypted': w.client.encrypt(samples.RICH, ALICE, [ALICE])[0][0][1],
        'signed and encrypted': sealed,
        'expired': samples.multipart_signed(samples.entity(samples.PLAIN), w.openssl_sign(samples.entity(samples.PLAIN), 'frank-expired')),
    }


@test('Open: every key of every kind of message')
def _(w):
    for name, message in messages(w).items():
        wanted_content, wanted = w.client.open(message)
        report = w.library.open_sync(of(message), None, None)
        tap.equal(content(report.get_content()), wanted_content, name + ': the content')
        tap.equal(wire.unpack(report.get_raw()), wanted, name + ': the raw report')
        tap.diagnose('%s: %d keys, %s' % (name, same(report, wanted, name), wanted['protection']))


@test('Verify and Inspect: every key')
def _(w):
    entity, signature = samples.signed_parts(messages(w)['signed'])
    same(w.library.verify_sync(of(entity), of(signature), Smimed.Options(sender=ALICE), None),
         w.client.verify(entity, signature, sender=ALICE))
    for name, message in messages(w).items():
        same(w.library.inspect_sync(of(message), None, None), w.client.inspect(message), name)


@test('Sign and Encrypt: every key, and the same addresses')
def _(w):
    sealed = w.library.sign_sync(of(samples.PLAIN), ALICE, None, None)
    tap.true(same(sealed, w.client.sign(samples.PLAIN, ALICE)[1]) >= 3, 'keys')
    options = Smimed.Options(sign=True, bcc=['carol@example.org'], cipher='aes-256-cbc')
    sealed = w.library.encrypt_sync(of(samples.PLAIN), ALICE, [BOB], options, None)
    outputs, report = w.client.encrypt(samples.PLAIN, ALICE, [BOB], sign=True, bcc=['carol@example.org'], cipher='aes-256-cbc')
    same(sealed, report)
    tap.equal([one.get_addresses() for one in sealed.get_outputs()], [addresses for addresses, _ in outputs], 'addresses')
    tap.true(w.client.open(content(sealed.get_output()))[1]['authenticated'], 'it can be opened')


@test('Evaluate: every key, and whether all is ready')
def _(w):
    for recipients in ([BOB], [BOB, NOBODY, BOB], [NOBODY, 'frank@example.org']):
        ready, verdicts = w.client.evaluate(ALICE, recipients)
        evaluation = w.library.evaluate_sync(ALICE, recipients, None, None)
        tap.equal(evaluation.is_ready(), ready, 'ready')
        tap.equal(len(evaluation.get_verdicts()), len(verdicts), 'verdicts')
        for one, other in zip(evaluation.get_verdicts(), verdicts):
            same(one, other)


@test('Validate: every key')
def _(w):
    for name in ('alice', 'frank-expired', 'bob'):
        der = w.pki[name].der
        same(w.library.validate_sync([GLib.Bytes(der)], Smimed.Usage.SIGN, None, None), w.client.validate([der], 'sign'))


@test('Accounts and certificates: every property')
def _(w):
    w.accounts[NOBODY] = w.client.register_account(NOBODY, aliases=['no@example.org'])
    w.client.wait_until(lambda: w.library.find_account(NOBODY), 20, 'the account in the list')
    for account in w.library.get_accounts():
        same(account, w.client.account(w.accounts[account.get_address()]))
    found = w.library.find_sync(None, None, None)
    tap.equal(len(found), len(w.client.find()), 'certificates')
    for certificate in found:
        same(certificate, w.client.certificate(w.client.certificate_path(certificate.get_fingerprint())))
    listed = [path.rpartition('/')[2] for path in w.client.objects() if '/certificates/' in path]
    tap.equal(sorted(one.get_fingerprint() for one in w.library.get_certificates()), sorted(listed), 'listed')


@test('The root object: every property')
def _(w):
    same(w.library, {key: value for key, value in w.client.get_all('Manager').items() if key != 'Policy'})
    same(w.library, w.client.get_all('Revocation'))
    tap.equal(wire.unpack(w.library.ref_policy()), w.client.get('Manager', 'Policy'), 'Policy')


def methods(interface):
    """(interface, method) of an introspection file"""
    with open(os.path.join(smimed_session.source_root(), 'data', interface), encoding='utf-8') as file:
        return {(interface.split('.')[-2], name) for name in re.findall(r'<method name="(\w+)"', file.read())}


@test('Each method of the contract has a function in the library')
def _(_w):
    wanted, kinds = set(), set()
    for name in os.listdir(os.path.join(smimed_session.source_root(), 'data')):
        wanted |= methods(name) if name.startswith('org.smimed.Smime1.') and name.endswith('.xml') else set()
    folder = os.path.join(smimed_session.source_root(), 'client-lib')
    for name in os.listdir(folder):
        if name.endswith('.c'):
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                kinds |= set(re.findall(r'\{ "(\w+)", "(\w+)"', file.read()))
    tap.equal(sorted(wanted - kinds - {('Job', 'Cancel')}), [], 'methods without a function')


@test('Each option that the service knows is a property of the options or the query')
def _(_w):
    known = {spec.name for kind in (Smimed.Options, Smimed.Query) for spec in kind.list_properties()} | {'job', 'password-fd'}
    folder = os.path.join(smimed_session.source_root(), 'daemon', 'service')
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding='utf-8') as file:
            for table in re.findall(r'const SmdOption \w+\[\] = \{(.*?)\n\};', file.read(), re.DOTALL):
                for option in re.findall(r'\{ "([\w-]+)", "(?:[bsuxh]|as)", ', table):
                    tap.contains(known, option, name)


@test('ListManaged: every key of an imported file and of one that failed')
def _(w):
    folder = os.path.join(w.session.folder, 'config/smimed/managed')
    changed = w.client.listen('org.smimed.Smime1.Certificates', 'ManagedChanged')
    w.session.run('secret-tool', 'store', '--label=S/MIME', 'application', 'smimed', 'managed-file', '*', input=PASSWORD.encode())
    os.makedirs(folder)
    for name, data in (('bob.p12', w.pki['bob'].pkcs12()), ('broken.p12', b'broken')):
        with open(os.path.join(folder, '.new'), 'wb') as out:
            out.write(data)
        os.rename(os.path.join(folder, '.new'), os.path.join(folder, name))
    while [one['state'] for one in w.client.list_managed()] != ['imported', 'failed']:
        changed.await_one()
    raw, told = w.client.list_managed(), w.library.list_managed_sync(None, None)
    tap.equal(sum(same(one, other) for one, other in zip(told, raw, strict=True)), 8, 'keys')


@test('An error is the same error, with a sentence for people')
def _(w):
    try:
        w.library.open_sync(of(samples.PLAIN), None, None)
        raise AssertionError('a plain message was opened')
    except GLib.Error as error:
        tap.true(error.matches(Smimed.Error.quark(), Smimed.Error.NOT_PROTECTED), str(error))
        tap.equal(Smimed.Error.describe(error), 'The message is neither signed nor encrypted.', 'sentence')
        tap.equal(Smimed.Error.severity(error), Smimed.Severity.INFORMATION, 'severity')


def prepare():
    import contextlib

    @contextlib.contextmanager
    def with_library():
        with world.world(own=('alice',), know=('bob', 'carol', 'frank-expired')) as w:
            w.library = smimed_library.connect(w.session)
            yield w
    return with_library()


if __name__ == '__main__':
    tap.main(prepare, log=lambda w: w.session.log())
