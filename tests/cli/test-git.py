#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""git signs and verifies commits and tags with smimed's keys and smimed's trust: the real git, with gpg.x509.program = smimed-git."""
import os
import pty
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import tap  # noqa: E402
import world  # noqa: E402
from tap import test  # noqa: E402

ALICE, TRUDY = 'alice@example.org', 'trudy@example.org'


def git(w, *arguments, data=b'', address=ALICE, **config):
    """Runs git in the test's repository. Returns its exit code and all that it said."""
    settings = {'user.name': address.split('@')[0].title(), 'user.email': address, 'gpg.format': 'x509', 'gpg.x509.program': os.environ['SMIMED_GIT'],
                **{key.replace('_', '.'): value for key, value in config.items()}}
    options = [word for key, value in settings.items() for word in ('-c', '%s=%s' % (key, value))]
    done = subprocess.run(['git', '-C', repository(w), *options, *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, check=False, env=dict(w.session.environment, GIT_CONFIG_NOSYSTEM='1', LC_ALL='C.UTF-8'))
    return done.returncode, done.stdout.decode(errors='replace')


def repository(w):
    folder = os.path.join(w.session.folder, 'repository')
    if not os.path.isdir(folder):
        subprocess.run(['git', 'init', '-q', folder], check=True, env=w.session.environment)
    return folder


def commit(w, text, **options):
    code, said = git(w, 'commit', '-q', '--allow-empty', '-S', '-m', text, **options)
    tap.equal(code, 0, said)
    return git(w, 'rev-parse', 'HEAD')[1].strip()


def git_on_terminal(w, *arguments):
    """The same, for a person at a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        code, _ = git(w, *arguments)
        os._exit(code)
    said = b''
    try:
        while True:
            piece = os.read(terminal, 4096)
            said += piece
            if not piece:
                break
    except OSError:  # what a terminal says at its end
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def rewrite(w, name, change):
    """The object `name`, changed, as a new object."""
    kind = git(w, 'cat-file', '-t', name)[1].strip()
    data = subprocess.run(['git', '-C', repository(w), 'cat-file', kind, name], stdout=subprocess.PIPE, check=True).stdout
    changed = change(data)
    tap.true(changed != data, 'nothing was changed')
    return git(w, 'hash-object', '-t', kind, '-w', '--literally', '--stdin', data=changed)[1].strip()


def verdict(w, name):
    """What git itself makes of it: %G? and %GS."""
    return git(w, 'log', '-1', '--format=%G? %GS', name)[1].splitlines()[-1]


@test('A commit is signed with the committer\'s key and verified')
def _(w):
    name = commit(w, 'first')
    code, said = git(w, 'verify-commit', name)
    tap.equal(code, 0, said)
    tap.contains(said, 'Good signature by ' + ALICE)
    tap.true(verdict(w, name).startswith('G ' + ALICE), verdict(w, name))
    tap.contains(git(w, 'log', '-1', '--show-signature')[1], 'Good signature by ' + ALICE)
    tap.contains(git(w, 'cat-file', 'commit', name)[1], '-----BEGIN SIGNED MESSAGE-----')


@test('user.signingkey is an address or a fingerprint')
def _(w):
    fingerprint = w.pki['alice'].fingerprint
    for key in (ALICE, 'Alice <%s>' % ALICE, fingerprint, '0x' + fingerprint[:16].upper()):
        tap.equal(git(w, 'verify-commit', commit(w, 'as ' + key, user_signingkey=key))[0], 0, key)


@test('A key that there is none of signs nothing, and the reason is told')
def _(w):
    before = git(w, 'rev-parse', 'HEAD')[1]
    for key in ('nobody@example.org', 'Nobody', '0123456789abcdef'):
        code, said = git_on_terminal(w, 'commit', '-q', '--allow-empty', '-S' + key, '-m', 'never')
        tap.true(code != 0 and 'smimed:' in said, said)
        tap.contains(said, key)
    tap.equal(git(w, 'rev-parse', 'HEAD')[1], before, 'no commit was made')


@test('A tag is signed and verified')
def _(w):
    code, said = git(w, 'tag', '-s', 'v1', '-m', 'version 1')
    tap.equal(code, 0, said)
    code, said = git(w, 'verify-tag', 'v1')
    tap.equal(code, 0, said)
    tap.contains(said, 'Good signature by ' + ALICE)


@test('A commit that was changed is bad')
def _(w):
    name = rewrite(w, commit(w, 'honest'), lambda data: data.replace(b'\nhonest', b'\nforged'))
    code, said = git(w, 'verify-commit', name)
    tap.true(code != 0, 'git accepts it')
    tap.contains(said, 'BAD signature')
    tap.true(verdict(w, name).startswith('B '), verdict(w, name))


@test('Line ends count: a commit whose LF became CRLF is bad')
def _(w):
    name = rewrite(w, commit(w, 'line\n\nmore lines'), lambda data: data.replace(b'\nmore lines', b'\r\nmore lines'))
    tap.true(git(w, 'verify-commit', name)[0] != 0, 'git accepts it')
    tap.true(verdict(w, name).startswith('B '), verdict(w, name))


@test('A tag that was changed is bad')
def _(w):
    name = rewrite(w, 'v1', lambda data: data.replace(b'version 1', b'version 2'))
    code, said = git(w, 'verify-tag', name)
    tap.true(code != 0, 'git accepts it')
    tap.contains(said, 'BAD signature')


@test('A good signature by somebody else than the committer is not trusted')
def _(w):
    name = commit(w, 'in the name of trudy', address=TRUDY, user_signingkey=ALICE)
    code, said = git(w, 'verify-commit', name)
    tap.true(code != 0, 'git accepts it')
    tap.contains(said, 'does not prove that it is the work of ' + TRUDY)
    tap.contains(said, '[address-mismatch]')
    tap.true(verdict(w, name).startswith('U '), verdict(w, name))


@test('A committer that can be read in two ways is nobody')
def _(w):
    def forge(data):
        return data.replace(b'committer Alice <alice@example.org>', b'committer Boss <boss@example.org> <alice@example.org>')
    payload = rewrite(w, git(w, 'commit-tree', 'HEAD^{tree}', '-m', 'two addresses')[1].strip(), forge)
    content = subprocess.run(['git', '-C', repository(w), 'cat-file', 'commit', payload], stdout=subprocess.PIPE, check=True).stdout
    signature = subprocess.run([os.environ['SMIMED_GIT'], '--status-fd=2', '-bsau', ALICE], input=content, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, check=True, env=w.session.environment).stdout
    head, body = content.split(b'\n\n', 1)
    field = b'gpgsig ' + signature.rstrip(b'\n').replace(b'\n', b'\n ')
    name = git(w, 'hash-object', '-t', 'commit', '-w', '--literally', '--stdin', data=head + b'\n' + field + b'\n\n' + body)[1].strip()
    code, said = git(w, 'verify-commit', name)
    tap.true(code != 0, 'git accepts it')
    tap.contains(said, 'names nobody as its committer')


@test('A signer whose authority is not trusted is told as such, and verify-commit fails')
def _(w):
    name = commit(w, 'to be distrusted')
    path = w.client.certificate_path(w.pki['alice'].fingerprint)
    w.client.set_trust(path, 'distrusted')
    code, said = git(w, 'verify-commit', name)
    w.client.set_trust(path, 'default')
    tap.true(code != 0, 'git accepts it')
    tap.contains(said, '[distrusted]')
    with world.world(pki=w.pki, trust=False) as stranger:
        done = subprocess.run(['git', '-C', repository(w), '-c', 'gpg.x509.program=' + os.environ['SMIMED_GIT'], 'verify-commit', name],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60, env=stranger.session.environment)
    tap.true(done.returncode != 0, 'git accepts it')
    tap.contains(done.stdout.decode(), '- The certificate')


@test('While S/MIME is off nothing is signed and nothing verified')
def _(w):
    w.client.enable(False)
    code, said = git(w, 'verify-commit', 'HEAD')
    signed = git_on_terminal(w, 'commit', '-q', '--allow-empty', '-S', '-m', 'off')
    w.client.enable(True)
    tap.true(code != 0 and 'switched off' in said, said)
    tap.true(signed[0] != 0 and 'switched off' in signed[1], signed[1])


@test('Garbage in the place of a signature is an error that says so')
def _(w):
    junk = w.file('junk.sig', b'-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n')
    for path, word in ((junk, 'smimed:'), ('/nonexistent', '/nonexistent')):
        done = subprocess.run([os.environ['SMIMED_GIT'], '--status-fd=1', '--verify', path, '-'], input=b'tree 1\n', stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, env=w.session.environment, timeout=60)
        tap.equal(done.returncode, 2, 'exit code')
        tap.contains(done.stderr.decode(), word)
        tap.true(b'GOODSIG' not in done.stdout, done.stdout)
    done = subprocess.run([os.environ['SMIMED_GIT'], '--decrypt'], stderr=subprocess.PIPE, check=False, env=w.session.environment, timeout=60)
    tap.equal(done.returncode, 2, 'what gpgsm could do otherwise')


@test('gpgsm reads what smimed-git writes, and the other way round')
def _(w):
    home = os.path.join(w.session.folder, 'gnupg')
    os.mkdir(home, 0o700)
    environment = dict(w.session.environment, GNUPGHOME=home)
    with open(os.path.join(home, 'gpgsm.conf'), 'w', encoding='utf-8') as conf:
        conf.write('disable-crl-checks\nno-common-certs-import\n')
    with open(os.path.join(home, 'trustlist.txt'), 'w', encoding='utf-8') as trust:
        import hashlib
        trust.write(hashlib.sha1(w.pki['root'].der).hexdigest().upper() + ' S relax\n')
    try:
        subprocess.run(['gpgsm', '--batch', '--import', w.pki['root'].crt_file, w.pki['intermediate'].crt_file], env=environment, check=True,
                       stderr=subprocess.PIPE, timeout=60)
        name = commit(w, 'for gpgsm')
        done = subprocess.run(['git', '-C', repository(w), '-c', 'gpg.x509.program=gpgsm', 'verify-commit', name], env=environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        tap.contains(done.stdout.decode(), 'Good signature')
    finally:
        subprocess.run(['gpgconf', '--kill', 'all'], env=environment, check=False, timeout=60)


if __name__ == '__main__':
    world.run(own=['alice', 'trudy'])
