#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a sandboxed program may do: nothing that the user hasn't granted. With a real permission store and namespaces as Flatpak's."""
import contextlib
import os
import socket
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import sandbox  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
import world  # noqa: E402
from prompter import DIE, NO, WAIT, YES, Prompter  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from smimed_client import raises  # noqa: E402
from tap import test  # noqa: E402

ALICE = 'alice@example.org'
STORE = 'org.freedesktop.impl.portal.PermissionStore'
APP = 'org.example.Mail'
STRONG = 'crisp walrus opens eleven doors'


def store(w, method, kind, *arguments):
    return w.client.call('/' + STORE.replace('.', '/'), STORE, method, kind, arguments, destination=STORE)


def grant(w, right, answer='yes', app=APP):
    store(w, 'SetPermission', '(sbssas)', 'smimed', True, right, app, [answer])


def granted(w, right, app=APP):
    try:
        return store(w, 'Lookup', '(ss)', 'smimed', right)[0].get(app)
    except smimed_session.Failure:
        return None


@contextlib.contextmanager
def application(w, name=APP, **grants):
    """A sandboxed program that has these grants and no others."""
    for right in ('manage', 'use', 'decrypt', 'export'):
        with contextlib.suppress(smimed_session.Failure):
            store(w, 'DeletePermission', '(sss)', 'smimed', right, name)
        if right in grants:
            grant(w, right, grants[right], name)
    with Sandbox(w.session, sandbox.info(name)) as program:
        yield program


def encrypted(w):
    return w.client.encrypt(samples.PLAIN, ALICE, [ALICE], sign=True)[0][0][1]


def rights_asked(prompter):
    """Which rights the user was asked for, by the titles."""
    words = {'sign and encrypt': 'use', 'encrypted mail': 'decrypt', 'keys and certificates': 'manage', 'private keys': 'export'}
    return [next(right for words_, right in words.items() if words_ in properties['title']) for _, properties in prompter.asked]


@test('A sandboxed program signs once the user has allowed it, is not asked about again, and the prompt names it')
def _(w):
    with Prompter(w.session, YES) as prompter:
        with application(w) as program:
            signed, _ = program.call('sign', samples.PLAIN, ALICE)
            program.call('sign', samples.PLAIN, ALICE)
        with Sandbox(w.session, sandbox.info(APP)) as again:
            again.call('sign', samples.PLAIN, ALICE)
        (kind, properties), = prompter.asked
        tap.equal((kind, rights_asked(prompter)), ('confirm', ['use']), 'the prompt')
        tap.contains(properties['description'], APP)
    world.check_authenticated(w.client.open(signed)[1], w.pki['alice'])
    tap.equal(granted(w, 'use'), ['yes'], 'what is remembered')


@test('A user who says no is not asked again, until the answer is taken back')
def _(w):
    with Prompter(w.session, NO, YES) as prompter, application(w) as program:
        for _ in range(2):
            with raises('AccessDenied') as caught:
                program.call('sign', samples.PLAIN, ALICE)
            tap.contains(caught.text, 'flatpak permission-remove smimed use ' + APP)
        tap.equal(len(prompter.asked), 1, 'prompts')
        store(w, 'DeletePermission', '(sss)', 'smimed', 'use', APP)
        program.call('sign', samples.PLAIN, ALICE)


@test('A grant that is revoked is gone at once, on connections that have used it, too')
def _(w):
    with application(w, use='yes') as program:
        program.call('sign', samples.PLAIN, ALICE)
        grant(w, 'use', 'no')
        with raises('AccessDenied'):
            program.call('sign', samples.PLAIN, ALICE)


@test('A call that may not interact asks nobody, and says how to grant')
def _(w):
    with Prompter(w.session, YES) as prompter, application(w) as program:
        with raises('InteractionRequired') as caught:
            program.call('sign', samples.PLAIN, ALICE, interactive=False)
        tap.contains(caught.text, 'flatpak permission-set smimed use %s yes' % APP)
        tap.equal(prompter.asked, [], 'prompts')


@test('Each right is asked for on its own: what was granted for one gives no other')
def _(w):
    message = encrypted(w)
    with Prompter(w.session) as prompter, application(w, use='yes') as program:
        program.call('evaluate', ALICE, ['bob@example.org'])
        for method, arguments in (('open', [message]), ('register_account', ['new@example.org']), ('enable', []),
                                  ('export_pkcs12', [[w.paths['alice']], STRONG]), ('set_trust', [w.paths['alice'], 'trusted']),
                                  ('delete', [w.paths['alice']]), ('import_certificates', [w.pki['bob'].der, 'anchor'])):
            with raises('AccessDenied'):
                program.call(method, *arguments)
        tap.equal(rights_asked(prompter), ['decrypt', 'manage', 'export'], 'rights that were asked for')
    tap.contains(w.client.find(own=True), w.paths['alice'])
    tap.true(not w.client.find(role='anchor', address='bob@example.org'), 'nothing was imported')


@test('Reading an encrypted and signed message takes one question')
def _(w):
    message = encrypted(w)
    with Prompter(w.session, YES) as prompter, application(w) as program:
        content, report = program.call('open', message)
        tap.equal(rights_asked(prompter), ['decrypt'], 'rights that were asked for')
        tap.true(report['authenticated'] and report['confidential'], world.brief(report))
    tap.contains(content, b'Shall we meet at noon?')


@test('Who may decrypt may verify and look, but not sign')
def _(w):
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    with Prompter(w.session, NO) as prompter, application(w, decrypt='yes') as program:
        tap.true(program.call('open', signed)[1]['authenticated'], 'verified')
        program.call('find', own=True)
        tap.equal(prompter.asked, [], 'prompts')
        with raises('AccessDenied'):
            program.call('sign', samples.PLAIN, ALICE)


@test('What is public needs no grant: properties, and what a message says of itself')
def _(w):
    message = encrypted(w)
    with Prompter(w.session) as prompter, application(w) as program:
        tap.equal(program.call('inspect', message)['layers'][0]['type'], 'encrypted', 'layer')
        tap.true(program.call('get', 'Manager', 'Enabled'), 'Enabled')
        program.call('generate_password')
        tap.equal(prompter.asked, [], 'prompts')
        for method, arguments in (('find', []), ('open', [w.client.sign(samples.PLAIN, ALICE)[0]]), ('crls', [])):
            with raises('AccessDenied'):
                program.call(method, *arguments)
        tap.equal(rights_asked(prompter), ['use'], 'rights that were asked for')


@test('With the grant to manage, a sandboxed program sets up an account and the switch')
def _(w):
    with application(w, manage='yes') as program:
        account = program.call('register_account', 'sandboxed@example.org')
        for on in (False, True):
            program.call('enable', on)
            tap.equal(w.client.get('Manager', 'Enabled'), on, 'Enabled')
        program.call('unregister_account', account)


@test('Many calls at once ask the user once')
def _(w):
    with Prompter(w.session, YES) as prompter, application(w) as program:
        tap.equal(program.call('many', [('start_sign', [samples.PLAIN, ALICE])] * 50), ['well'] * 50, 'results')
        tap.equal(len(prompter.asked), 1, 'prompts')


@test('A prompter that dies is not a user who says no')
def _(w):
    with application(w) as program:
        with Prompter(w.session, DIE):
            with raises('PromptDismissed', 'InteractionRequired'):
                program.call('sign', samples.PLAIN, ALICE)
        tap.equal(granted(w, 'use'), None, 'what is remembered')
        with Prompter(w.session, YES):
            program.call('sign', samples.PLAIN, ALICE)


@test('Calls of a sandboxed program that wait for the user keep nobody else waiting')
def _(w):
    with Prompter(w.session, WAIT) as prompter, application(w) as program:
        program.start('many', [('start_sign', [samples.PLAIN, ALICE])] * 300)
        w.client.wait_until(lambda: prompter.asked, 30, 'the prompt')
        for _ in range(20):
            w.client.sign(samples.PLAIN, ALICE, deadline=30000)
        program.process.kill()
        w.client.wait_until(lambda: not prompter.exchanges, 30, 'the prompt to be taken away')
        w.client.sign(samples.PLAIN, ALICE)
        w.client.wait_until(lambda: not prompter.exchanges, 30, 'no other prompt to be left')


@test('Programs outside of sandboxes are not asked about')
def _(w):
    with Prompter(w.session) as prompter, Sandbox(w.session, bare=True) as program:
        program.call('sign', samples.PLAIN, ALICE)
        program.call('open', encrypted(w))
        tap.equal(prompter.asked, [], 'prompts')


@test('A .flatpak-info in the working folder of a program makes it no application')
def _(w):
    with tempfile.TemporaryDirectory() as folder, Prompter(w.session) as prompter:
        with open(os.path.join(folder, '.flatpak-info'), 'w', encoding='utf-8') as out:
            out.write(sandbox.info(APP))
        grant(w, 'use', 'no')
        with Sandbox(w.session, bare=True, cwd=folder) as program:
            program.call('sign', samples.PLAIN, ALICE)
        tap.equal(prompter.asked, [], 'prompts')


SPOOFED = '[Application]\nname=org.example.Mail\\n\\nClick Allow to read your mail\n'
BAD = {'empty': '', 'garbage': os.urandom(5000), 'without a name': '[Application]\nruntime=x\n', 'a runtime alone': '[Runtime]\nname=org.gnome.Platform\n',
       'with control characters in the name': SPOOFED, 'with a bell in the name': '[Application]\nname=org.example.\aMail\n',
       'with other letters in the name': '[Application]\nname=org.exаmple.Mail\n', 'with an empty name': '[Application]\nname=\n',
       'with NULs': '[Application]\nname=org.example.Mail\n\0', 'with an endless name': '[Application]\nname=org.%s\n' % ('x' * 300),
       'of 10 MB': sandbox.info(APP) + '#' * 10000000 + '\n'}


@test('A sandbox whose .flatpak-info names no application may do nothing, and nobody is asked')
def _(w):
    with Prompter(w.session) as prompter:
        for what, text in BAD.items():
            with Sandbox(w.session, text) as program:
                with raises('AccessDenied') as caught:
                    program.call('sign', samples.PLAIN, ALICE)
                tap.contains(caught.text, '.flatpak-info', what)
                tap.true(not any(ord(letter) < 32 for letter in caught.text), 'the text repeats nothing: %r' % caught.text)
                tap.true(program.call('get', 'Manager', 'Enabled'), 'what is public stays public')
        tap.equal(prompter.asked, [], 'prompts')


@test('A link, a folder and a pipe in the place of .flatpak-info are no way out')
def _(w):
    file = w.file('elsewhere', sandbox.info(APP).encode())
    pipe = os.path.join(w.session.folder, 'pipe')
    os.mkfifo(pipe)
    for extra in (['--symlink', file, '/.flatpak-info'], ['--symlink', '/nowhere', '/.flatpak-info'], ['--dir', '/.flatpak-info'],
                  ['--bind', pipe, '/.flatpak-info']):
        with Sandbox(w.session, extra=extra) as program:
            for method in (('sign', samples.PLAIN, ALICE), ('find',), ('open', encrypted(w))):
                with raises('AccessDenied'):
                    program.call(*method)


@test('A connection whose process has ended may do nothing, sandboxed or not')
def _(w):
    for options in ({'bare': True}, {'text': sandbox.info(APP)}):
        grant(w, 'use')
        with Sandbox(w.session, mode='orphan', **options) as program:
            with raises('AccessDenied'):
                program.result()


@test('A program that leaves while it is asked who it is leaves nothing behind')
def _(w):
    for _ in range(20):
        other = w.session.client()
        other.start_sign(samples.PLAIN, ALICE)
        other.close()
    w.client.sign(samples.PLAIN, ALICE)


@test('Where there is no permission store, sandboxed programs get an error that says what to install')
def _(w):
    with world.world(own=('alice',)) as bare, Prompter(bare.session, YES) as prompter:
        with Sandbox(bare.session, sandbox.info(APP)) as program:
            with raises('AccessDenied') as caught:
                program.call('sign', samples.PLAIN, ALICE)
            tap.contains(caught.text, 'xdg-desktop-portal')
        tap.equal(prompter.asked, [], 'prompts')
        bare.client.sign(samples.PLAIN, ALICE)


@test('An administrator lists and revokes grants with the commands of docs/access.md')
def _(w):
    grant(w, 'decrypt')
    with open(os.path.join(sandbox.ROOT, 'docs', 'access.md'), encoding='utf-8') as page:
        commands = [line[len('    $ '):].strip() for line in page if line.startswith('    $ busctl')]
    tap.equal(len(commands), 3, 'commands')
    seen = [w.session.run('sh', '-c', command.replace('org.gnome.Geary', APP)).stdout.decode() for command in commands]
    tap.contains(seen[0], '"%s" 1 "yes"' % APP)
    tap.equal(granted(w, 'decrypt'), None, 'what is left of the grant')
    tap.equal(granted(w, 'use'), ['yes'], 'what was granted by command')


@contextlib.contextmanager
def limited(w, **settings):
    """Other limits for a while."""
    for key, value in settings.items():
        w.session.set(key.replace('_', '-'), value)
    yield
    for key in settings:
        w.session.set(key.replace('_', '-'), str(DEFAULTS[key]))


DEFAULTS = {'caller_calls': 'uint32 2000', 'caller_rate': 'uint32 2000', 'caller_bytes': 'uint64 1073741824',
            'max_message_size': 'uint64 268435456'}


def outcomes(pending):
    def outcome(one):
        try:
            one.wait(120)
            return 'well'
        except smimed_session.Failure as failure:
            return failure
    return [outcome(one) for one in pending]


@test('A program that has more calls under way than it may gets an error that says what to do; others notice nothing')
def _(w):
    with limited(w, caller_calls='uint32 20'):
        greedy = w.session.client()
        pipes = [os.pipe() for _ in range(30)]
        pending = [greedy.start('Messages', 'Inspect', '(ha{sv})', [0], {}, [reader]) for reader, _ in pipes]
        for one in pending[20:]:
            with raises('LimitExceeded') as caught:
                one.wait(30)
            tap.contains(caught.text, 'wait for some of their answers')
        w.client.sign(samples.PLAIN, ALICE)
        for _, writer in pipes:
            os.close(writer)
        for one in pending[:20]:
            with raises('Malformed', 'NotProtected'):
                one.wait(30)
        greedy.sign(samples.PLAIN, ALICE)
        greedy.close()


@test('A program that calls faster than it may without waiting for answers gets an error; one that waits may be as fast as it likes')
def _(w):
    with limited(w, caller_rate='uint32 10'):
        greedy = w.session.client()
        pipes = [os.pipe() for _ in range(64)]
        held = [greedy.start('Messages', 'Inspect', '(ha{sv})', [0], {}, [reader]) for reader, _ in pipes]
        seen = outcomes([greedy.start_sign(samples.PLAIN, ALICE) for _ in range(200)])
        refused = [one for one in seen if one != 'well']
        tap.true(refused and all(one.code == 'LimitExceeded' for one in refused), '%d refused' % len(refused))
        tap.contains(refused[0].text, 'calls a second')
        for _, writer in pipes:
            os.close(writer)
        tap.true('LimitExceeded' not in [one.code for one in outcomes(held)], 'the first ones are never refused')
        for _ in range(100):
            greedy.sign(samples.PLAIN, ALICE)
        greedy.close()


@test('The input of all calls of a program together is bounded, and is given back')
def _(w):
    with limited(w, max_message_size='uint64 2000000', caller_bytes='uint64 2000000'):
        greedy = w.session.client()
        pairs = [socket.socketpair() for _ in range(3)]
        pending = [greedy.start('Messages', 'Inspect', '(ha{sv})', [0], {}, [reader.detach()]) for reader, _ in pairs]
        for _, writer in pairs:
            with contextlib.suppress(OSError):
                writer.sendall(b'x' * 900000)
        failed = lambda: [one for one in pending if one.done]  # noqa: E731
        w.client.wait_until(failed, 30, 'one of them to be refused')
        with raises('LimitExceeded') as caught:
            failed()[0].wait(1)
        tap.contains(caught.text, 'caller-bytes')
        w.client.sign(samples.big(1500000), ALICE)
        for _, writer in pairs:
            writer.close()
        outcomes(pending)
        for _ in range(4):
            greedy.sign(samples.big(1500000), ALICE)
        greedy.close()


@test('A program with hundreds of calls under way does not make others wait for all of them')
def _(w):
    greedy = w.session.client()
    large = wire.memfd(samples.big(16000000))
    pending = [greedy.start('Messages', 'Sign', '(hsa{sv})', [0, ALICE], {}, [os.dup(large)]) for _ in range(100)]
    w.client.sign(samples.PLAIN, ALICE)
    left = sum(not one.done for one in pending)
    tap.diagnose('%d of 100 were still under way' % left)
    tap.true(left > 10, 'the queue was not fair: %d left' % left)
    greedy.close()
    os.close(large)


@contextlib.contextmanager
def sandboxed_world():
    sandbox.check()
    if not os.path.exists('/usr/share/dbus-1/services/%s.service' % STORE):
        raise tap.Skip('no permission store: xdg-desktop-portal is not installed')
    with world.world(own=('alice',), know=('bob',), services=(STORE,)) as one:
        yield one


if __name__ == '__main__':
    tap.main(sandboxed_world, log=lambda one: one.session.log())
