#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Private keys live in the keyring: locked, unlocked, gone and rebuilt from it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from pki import PASSWORD  # noqa: E402
from prompter import NO, Prompter  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'


def sealed_for_alice(w):
    return samples.pkcs7_mime(w.openssl_encrypt(samples.entity(samples.RICH), ['alice'], '-aes256'))


def lock(w):
    """Locked, and nothing of before is remembered: the daemon starts anew."""
    w.session.kill_daemon(15)
    w.session.lock_keyring()


@test('With a locked keyring and nobody to ask, what needs a key fails with InteractionRequired')
def _(w):
    sealed = sealed_for_alice(w)
    lock(w)
    for call in (lambda: w.client.open(sealed, interactive=False), lambda: w.client.sign(samples.PLAIN, ALICE, interactive=False),
                 lambda: w.client.encrypt(samples.PLAIN, ALICE, [ALICE], sign=True, interactive=False)):
        with raises('InteractionRequired'):
            call()
    w.session.unlock_keyring()
    tap.equal(w.client.open(sealed, interactive=False)[1]['confidential'], True, 'unlocked again')


@test('With a locked keyring, what needs no key works')
def _(w):
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    sealed = sealed_for_alice(w)
    lock(w)
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])
    w.client.inspect(sealed)
    (_,), _ = w.client.encrypt(samples.PLAIN, ALICE, ['bob@example.org'])
    tap.equal(w.client.account(w.accounts[ALICE])['Ready'], True, 'Ready')
    tap.true(w.client.find(own=True), 'own certificates are listed')
    tap.true(w.session.is_locked(), 'still locked')
    w.session.unlock_keyring()


@test('A user who types the keyring\'s password into the prompt reads the message')
def _(w):
    sealed = sealed_for_alice(w)
    lock(w)
    with Prompter(w.session, smimed_session.KEYRING_PASSWORD) as prompter:
        _, report = w.client.open(sealed)
        tap.equal((report['confidential'], len(prompter.asked)), (True, 1), 'opened, after one prompt')
        w.client.open(sealed)
        tap.equal(len(prompter.asked), 1, 'the second time nobody is asked')


@test('A user who dismisses the prompt gets PromptDismissed, and the keyring stays locked')
def _(w):
    sealed = sealed_for_alice(w)
    lock(w)
    with Prompter(w.session, NO) as prompter:
        with raises('PromptDismissed'):
            w.client.open(sealed)
        tap.equal(len(prompter.asked), 1, 'the user was asked once')
        tap.true(w.session.is_locked(), 'still locked')
    w.session.unlock_keyring()
    w.client.open(sealed)


@test('Without a password the user is asked for it by the system prompter, and it never goes over the bus in the clear')
def _(w):
    victor = w.pki['victor']
    with Prompter(w.session, PASSWORD) as prompter:
        paths = w.client.import_pkcs12(victor.pkcs12())
        tap.contains(paths, w.client.certificate_path(victor.fingerprint))
        tap.equal([kind for kind, _ in prompter.asked], ['password'], 'prompts')


@test('A user who dismisses the question for the password imports nothing')
def _(w):
    before = w.client.find()
    with Prompter(w.session, NO):
        with raises('PromptDismissed'):
            w.client.import_pkcs12(w.pki['trudy'].pkcs12())
    tap.equal(w.client.find(), before, 'certificates')


@test('A wrong password typed into the prompt is told as such')
def _(w):
    before = w.client.find()
    with Prompter(w.session, 'wrong', 'wrong', 'wrong', 'wrong', NO):
        with raises('WrongPassword', 'PromptDismissed'):
            w.client.import_pkcs12(w.pki['trudy'].pkcs12())
    tap.equal(w.client.find(), before, 'certificates')


@test('When the keyring is locked, the key that was in memory is dropped')
def _(w):
    sealed = sealed_for_alice(w)
    w.client.open(sealed)
    w.session.lock_keyring()

    def refused():
        try:
            w.client.open(sealed, interactive=False)
            return False
        except smimed_session.Failure as failure:
            tap.contains(('InteractionRequired', 'Locked'), failure.code)
            return True
    w.client.wait_until(refused, 20, 'the key to be dropped')
    w.session.unlock_keyring()
    w.client.open(sealed)


@test('An import into a locked keyring without anybody to ask stores nothing')
def _(w):
    before = w.client.find()
    lock(w)
    with raises('InteractionRequired', 'Locked'):
        w.client.import_pkcs12(w.pki['trudy'].pkcs12(), PASSWORD, interactive=False)
    tap.equal(w.client.find(), before, 'certificates')
    w.session.unlock_keyring()


@test('The private key is nowhere in the files of the daemon')
def _(w):
    numbers = w.pki['alice'].key.private_numbers()
    secrets = [value.to_bytes(256, 'big').lstrip(b'\0')[8:40] for value in (numbers.d, numbers.p, numbers.q)]
    for path in w.session.data_files():
        with open(path, 'rb') as file:
            data = file.read()
        tap.true(b'PRIVATE KEY' not in data and not any(secret in data for secret in secrets), path)


@test('One item per identity')
def _(w):
    tap.equal(len(w.session.secret_items()), len(w.client.find(own=True)), 'items')


def lose_database(w):
    w.session.kill_daemon(15)
    found = w.session.databases()
    tap.true(found, 'there is a database')
    for path in found:
        for suffix in ('', '-wal', '-shm'):
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)


@test('The database is deleted while the keyring is locked: the identities are back as soon as it is unlocked, and nobody has to ask for them')
def _(w):
    before = set(w.client.find(own=True))
    lose_database(w)
    w.session.lock_keyring()
    tap.equal(w.client.find(own=True), [], 'while it is locked')
    w.session.unlock_keyring()
    w.client.wait_until(lambda: set(w.client.find(own=True)) == before, 20, 'own certificates to come back')
    w.client.trust(w.pki)
    w.client.register_account(ALICE)


@test('The database is deleted: after a start all identities are back, with accounts that are registered again ready')
def _(w):
    before = {path: w.client.certificate(path) for path in w.client.find(own=True)}
    tap.true(len(before) >= 2, 'there are some')
    lose_database(w)
    w.client.wait_until(lambda: set(w.client.find(own=True)) == set(before), 20, 'own certificates to come back')
    tap.equal({path: w.client.certificate(path) for path in before}, before, 'own certificates')
    w.client.trust(w.pki)
    account = w.client.register_account(ALICE)
    tap.equal(w.client.account(account)['Ready'], True, 'Ready')
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])


@test('An own certificate is deleted only together with its key, and only when that is said')
def _(w):
    path = w.client.certificate_path(w.pki['carol'].fingerprint)
    items = len(w.session.secret_items())
    with raises('InvalidArgument', 'PolicyForbids'):
        w.client.delete(path)
    tap.equal((w.client.certificate(path)['Own'], len(w.session.secret_items())), (True, items), 'still there')
    w.client.delete(path, **{'delete-key': True})
    tap.equal((path in w.client.find(), len(w.session.secret_items())), (False, items - 1), 'gone')


@test('An own certificate is not deleted while the keyring is locked; its trust can be set, and stays')
def _(w):
    path, items = w.client.certificate_path(w.pki['alice'].fingerprint), len(w.session.secret_items())
    lock(w)
    with raises('InteractionRequired'):
        w.client.delete(path, interactive=False, **{'delete-key': True})
    w.client.set_trust(path, 'distrusted')
    w.session.unlock_keyring()
    tap.equal((w.client.certificate(path)['Own'], len(w.session.secret_items())), (True, items), 'still there')
    tap.equal(w.client.certificate(path)['Trust'], 'distrusted', 'trust')
    w.client.set_trust(path, 'default')
    w.client.sign(samples.PLAIN, ALICE)


@test('Without any Secret Service the daemon starts, verifies, and says what is missing')
def _(w):
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    with world.world(keyring=False, pki=w.pki) as bare:
        world.check_authenticated(bare.client.open(signed)[1], w.pki['alice'])
        try:
            bare.client.own(w.pki['alice'])
            raise AssertionError('imported without a keyring')
        except smimed_session.Failure as failure:
            tap.contains(('Failed', 'Locked', 'NotSupported'), failure.code)


def sanitizer():
    """libsecret 0.20.5 leaks the answers of prompts, on a stack where nobody can tell them from others."""
    options = os.environ.get('ASAN_OPTIONS')
    return {'ASAN_OPTIONS': options + ':detect_leaks=0'} if options else {}


if __name__ == '__main__':
    world.run(own=('alice', 'carol'), know=('bob',), environment=sanitizer())
