#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Passwords of PKCS#12 files, typed into the desktop's system prompter."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from pki import PASSWORD  # noqa: E402
from prompter import DIE, NO, Prompter  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

STRONG = 'crisp walrus opens eleven doors'


def exported(w):
    return [w.client.certificate_path(w.pki['alice'].fingerprint)]


@test('A key from a mail attachment is installed in one action: the user types the password, and the account is ready')
def _(w):
    account = w.client.register_account('bob@example.org')
    with Prompter(w.session, PASSWORD) as prompter:
        w.client.import_pkcs12(w.pki['bob'].pkcs12())
        (kind, properties), = prompter.asked
        tap.equal((kind, properties['password-new']), ('password', False), 'the prompt')
        for key in ('title', 'message', 'description'):
            tap.true(properties[key], 'the prompt has a ' + key)
    tap.equal(w.client.account(account)['Ready'], True, 'Ready')
    signed, _ = w.client.sign(samples.message('bob@example.org'), 'bob@example.org')
    world.check_authenticated(w.client.open(signed)[1], w.pki['bob'])


@test('After a wrong password the user is asked again and told so, until it is right')
def _(w):
    with Prompter(w.session, 'wrong', '', 'wrong again', PASSWORD) as prompter:
        paths = w.client.import_pkcs12(w.pki['carol'].pkcs12())
        tap.contains(paths, w.client.certificate_path(w.pki['carol'].fingerprint))
        warnings = [properties.get('warning') or '' for _, properties in prompter.asked]
    tap.equal(len(warnings), 4, 'prompts')
    tap.equal(warnings[0], '', 'the first time nothing is wrong')
    for warning in warnings[1:]:
        tap.contains(warning, 'password')


@test('A file without a password is installed without a question')
def _(w):
    with Prompter(w.session) as prompter:
        w.client.import_pkcs12(w.openssl(
            'pkcs12', '-export', '-inkey', w.pki['dan'].key_file, '-in', w.pki['dan'].crt_file, '-passout', 'pass:'))
        tap.equal(prompter.asked, [], 'prompts')


@test('Where there is no prompter the error says what to do instead, and nothing is stored')
def _(w):
    before = w.client.find()
    with raises('InteractionRequired') as caught:
        w.client.import_pkcs12(w.pki['trudy'].pkcs12())
    tap.contains(caught.text, 'password-fd')
    with raises('InteractionRequired') as caught:
        w.client.export_pkcs12(exported(w), None)
    tap.contains(caught.text, 'password-fd')
    tap.equal(w.client.find(), before, 'certificates')


@test('A prompter that dies while it asks ends the call with an error, not with a wait')
def _(w):
    before = w.client.find()
    for call in (lambda: w.client.import_pkcs12(w.pki['trudy'].pkcs12()), lambda: w.client.export_pkcs12(exported(w), None)):
        with Prompter(w.session, DIE) as prompter:
            with raises('PromptDismissed', 'InteractionRequired') as caught:
                call()
            tap.true('password-fd' in caught.text and 'cancelled' not in caught.text, caught.text)
            tap.equal(len(prompter.asked), 1, 'prompts')
    tap.equal(w.client.find(), before, 'certificates')
    with Prompter(w.session, PASSWORD):
        w.client.import_pkcs12(w.pki['trudy'].pkcs12())


@test('A user who closes the prompt exports nothing')
def _(w):
    with Prompter(w.session, NO):
        with raises('PromptDismissed'):
            w.client.export_pkcs12(exported(w), None)


@test('For an export the user chooses a new password, typed twice, and is asked again while it is weak')
def _(w):
    with Prompter(w.session, '123456', 'alicealicealice', STRONG) as prompter:
        file = w.client.export_pkcs12(exported(w), None)
        tap.equal([properties['password-new'] for _, properties in prompter.asked], [True] * 3, 'new passwords')
        warnings = [properties.get('warning') or '' for _, properties in prompter.asked]
    tap.equal(warnings[0], '', 'the first time nothing is wrong')
    tap.true(all(warnings[1:]), 'then it is told what is wrong: %s' % warnings)
    tap.true(w.openssl('pkcs12', '-noout', '-passin', 'pass:' + STRONG, data=file, check=False) is not None, 'it opens with the strong one')


@test('A generated password is taken for an export, and no two are the same')
def _(w):
    password, other = w.client.generate_password(), w.client.generate_password()
    tap.true(password != other, 'two passwords')
    file = w.client.export_pkcs12(exported(w), password)
    tap.true(w.openssl('pkcs12', '-noout', '-passin', 'pass:' + password, data=file, check=False) is not None, 'it opens')


@test('Words, keyboard rows, repetitions and short passwords are refused for an export')
def _(w):
    for weak in ('', 'short', 'Tr0ub4dor', 'passwordpassword', 'qwertyuiop', 'abcdefghijklmnop', 'abcabcabcabcabc', '0123456789012345'):
        with raises('WeakPassword'):
            w.client.export_pkcs12(exported(w), weak)
    for strong in (STRONG, 'x9#Lq7!vTz2&Wm', w.client.generate_password()):
        w.client.export_pkcs12(exported(w), strong)


if __name__ == '__main__':
    world.run(own=('alice',))
