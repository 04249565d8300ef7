#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt and neomutt, as a person uses them on a terminal, with the configuration that is shipped: everything that is S/MIME goes through smimed.

`test-mutt.py --pictures=FOLDER` also writes the screens that docs/mutt.md shows."""
import os
import shutil
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401
import samples  # noqa: E402
import tap  # noqa: E402
import terminal_picture  # noqa: E402
import world  # noqa: E402
from smimed_session import source_root  # noqa: E402
from tap import test  # noqa: E402
from terminal import Terminal  # noqa: E402

ALICE, BOB, CAROL, TRUDY = 'alice@example.org', 'bob@example.org', 'carol@example.org', 'trudy@example.org'
PROGRAMS = ('mutt', 'neomutt')
TEXT = 'Shall we meet at noon?'
VERIFIED, MISMATCH, NOT_VERIFIED = 'S/MIME signature successfully verified', 'certificate owner does not match sender', 'could NOT be verified'


class Mail:
    """One program, its configuration, a maildir, and a stub in sendmail's place that keeps what is sent."""

    def __init__(self, w, program):
        if shutil.which(program) is None or shutil.which('tmux') is None:
            raise tap.Skip('%s or tmux is not installed' % program)
        self.w, self.program = w, program
        self.folder = os.path.join(w.session.folder, program)
        if not os.path.isdir(self.folder):
            self._set_up()
        self.sent()
        w.client.enable()
        self.environment = dict(w.session.environment, PATH=os.path.dirname(os.environ['SMIMECTL']) + ':' + os.environ['PATH'],
                                MAIL='', EMAIL='', MUTTRC='')

    def _set_up(self):
        for name in ('new', 'cur', 'tmp', 'sent'):
            os.makedirs(os.path.join(self.folder, name if name == 'sent' else os.path.join('inbox', name)))
        sendmail = os.path.join(self.folder, 'sendmail')
        with open(sendmail, 'w', encoding='utf-8') as script:
            script.write('#!/bin/sh\ncat > "%s/sent/.$$" && mv "%s/sent/.$$" "%s/sent/$$"\n' % ((self.folder,) * 3))
        os.chmod(sendmail, stat.S_IRWXU)
        self._write('body', TEXT + '\n')
        self._write('muttrc', '\n'.join([
            'set from=%s' % ALICE, 'set realname=Alice', 'set use_from', 'set envelope_from', 'set folder="%s"' % self.folder,
            'set spoolfile="%s/inbox"' % self.folder, 'set mbox_type=Maildir', 'set sendmail="%s"' % sendmail, 'set record=""',
            'set editor=true', 'set autoedit', 'set edit_headers', 'set abort_unmodified=no', 'set header_cache=""', 'set sleep_time=0', 'unset mark_old', 'ignore *', 'unignore from to subject date', 'set sort=date',
            'set quit=yes', 'set delete=no', 'set move=no', 'unset confirmappend', 'set sendmail_wait=0', 'alternates %s' % BOB,
            'set tmpdir="%s"' % self.folder, 'source "%s/data/mutt/smimed.rc"' % source_root(), '']))

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as out:
            out.write(text)

    def deliver(self, message):
        """The only message in the inbox."""
        for name in ('new', 'cur'):
            folder = os.path.join(self.folder, 'inbox', name)
            for file in os.listdir(folder):
                os.unlink(os.path.join(folder, file))
        with open(os.path.join(self.folder, 'inbox/new/1.1.localhost'), 'wb') as out:
            out.write(message.replace(b'\r\n', b'\n'))

    def run(self, *arguments, **options):
        command = ' '.join([self.program, '-n', '-F', os.path.join(self.folder, 'muttrc'), *arguments])
        return Terminal(command, self.environment, self.w.session.folder, **options)

    def read(self, message, **options):
        """The program with this message open."""
        self.deliver(message)
        screen = self.run(**options)
        try:
            screen.wait('Msgs:1', 'Msgs: 1')
            screen.press('Enter')
            if screen.wait('Enter S/MIME passphrase', 'Date:', 'From:', 'Press any key') == 'Enter S/MIME passphrase':
                screen.press('Enter')
            return screen
        except BaseException:
            screen.__exit__()
            raise

    def compose(self, *recipients, subject='Lunch', bcc=None):
        """The program in its compose menu."""
        options = ['-b', bcc] if bcc else []
        screen = self.run('-s', subject, '-i', os.path.join(self.folder, 'body'), *options, '--', *recipients)
        try:
            screen.wait('Security:')
            return screen
        except BaseException:
            screen.__exit__()
            raise

    def protect(self, screen, letter):
        """S/MIME menu: e, s or b."""
        screen.press('S')
        screen.wait('or (c)lear')
        screen.press(letter)
        screen.wait({'s': 'Sign (S/MIME)', 'e': 'Encrypt (S/MIME)', 'b': 'Sign, Encrypt (S/MIME)'}[letter])

    def send(self, screen):
        """Sends; returns what the stub got."""
        screen.press('y')
        if screen.wait_or_end('Enter S/MIME passphrase', 'Press any key') == 'Enter S/MIME passphrase':
            screen.press('Enter')
        screen.wait_end()
        return self.sent()

    def sent(self):
        folder = os.path.join(self.folder, 'sent')
        names = [name for name in os.listdir(folder) if not name.startswith('.')]
        if not names:
            return None
        with open(os.path.join(folder, names[0]), 'rb') as file:
            data = file.read()
        for name in names:
            os.unlink(os.path.join(folder, name))
        return data.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


def both(sentence):
    def register(function):
        for program in PROGRAMS:
            test('%s: %s' % (program, sentence))(lambda w, program=program: function(Mail(w, program)))
        return function
    return register


def picture(mail, screen, name):
    for folder in [word.partition('=')[2] for word in sys.argv if word.startswith('--pictures=') and mail.program == 'mutt']:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + '.svg'), 'w', encoding='utf-8') as out:
            out.write(terminal_picture.to_svg(screen.picture(), 'mutt: ' + name.replace('-', ' ')))


# As a sender

@both('what is signed is verified by smimed and by openssl')
def _(mail):
    with mail.compose(BOB) as screen:
        mail.protect(screen, 's')
        picture(mail, screen, 'compose-sign')
        message = mail.send(screen)
    content, report = mail.w.client.open(message)
    world.check_authenticated(report, mail.w.pki['alice'])
    tap.equal((report['protection'], samples.body(content).strip()), ('verified', TEXT.encode()), 'what is inside')
    mail.w.openssl_verify(message, '-purpose', 'smimesign')


@both('what is encrypted can be read by the recipient and the sender, and nobody learns who wrote it')
def _(mail):
    with mail.compose(BOB) as screen:
        mail.protect(screen, 'e')
        message = mail.send(screen)
    tap.true(TEXT.encode() not in message, 'the text is in the clear')
    content, report = mail.w.client.open(message)
    tap.equal((report['protection'], samples.body(content).strip()), ('confidential', TEXT.encode()), 'what is inside')
    tap.contains(samples.header(message), b'smime-type=enveloped-data')
    for name in ('alice', 'bob'):
        tap.contains(mail.w.openssl_decrypt(samples.cms_of(message), name), TEXT.encode())


@both('what is signed and encrypted is both')
def _(mail):
    with mail.compose(BOB) as screen:
        mail.protect(screen, 'b')
        message = mail.send(screen)
    content, report = mail.w.client.open(message)
    tap.equal(report['protection'], 'verified-confidential', 'protection')
    tap.equal([one['type'] for one in report['layers']], ['encrypted', 'signed'], 'layers')
    tap.equal(samples.body(content).strip(), TEXT.encode(), 'what is inside')


@both('to somebody whose certificate has expired nothing is sent, and the reason is told')
def _(mail):
    mail.w.know('frank-expired')
    with mail.compose('frank@example.org', BOB) as screen:
        mail.protect(screen, 'e')
        screen.press('y')
        screen.wait('Press any key')
        screen.wait('frank@example.org: can')
        screen.wait('[expired]')
        picture(mail, screen, 'expired-recipient')
        tap.equal(mail.sent(), None, 'sent')
        screen.press('Enter')
        screen.wait('Security:')
        tap.equal(mail.sent(), None, 'sent after all')


@both('to somebody without a certificate nothing is sent')
def _(mail):
    with mail.compose(BOB, 'nobody@example.org') as screen:
        mail.protect(screen, 'e')
        screen.press('y')
        screen.wait('Enter keyID for nobody@example.org')
        screen.press('C-g')
        screen.wait('No (valid) certificate found for nobody@example.org')
        tap.equal(mail.sent(), None, 'sent')


@both('while S/MIME is off, neither signing nor encrypting sends anything')
def _(mail):
    for letter in 'seb':
        with mail.compose(BOB) as screen:
            mail.protect(screen, letter)
            mail.w.client.enable(False)
            screen.press('y')
            if screen.wait('Enter S/MIME passphrase', 'Press any key') == 'Enter S/MIME passphrase':
                screen.press('Enter')
            screen.wait('switched off')
            tap.equal(mail.sent(), None, 'sent')
            mail.w.client.enable(True)


@both('from an address that is no account nothing is signed and nothing encrypted')
def _(mail):
    for letter in 'se':
        with mail.run('-e', '"set from=stranger@example.org"', '-s', 'x', '-i', os.path.join(mail.folder, 'body'), '--', BOB) as screen:
            screen.wait('Security:')
            mail.protect(screen, letter)
            screen.press('y')
            if screen.wait('Enter S/MIME passphrase', 'Press any key') == 'Enter S/MIME passphrase':
                screen.press('Enter')
            screen.wait('no S/MIME account')
            tap.equal(mail.sent(), None, 'sent')


@both('each account signs with its own key')
def _(mail):
    with mail.run('-e', '"set from=%s"' % TRUDY, '-s', 'x', '-i', os.path.join(mail.folder, 'body'), '--', BOB) as screen:
        screen.wait('Security:')
        mail.protect(screen, 's')
        message = mail.send(screen)
    report = mail.w.client.open(message)[1]
    tap.true(report['authenticated'], world.brief(report))
    tap.equal(report['sender'], TRUDY, 'sender')


@both('a digest other than the one that would be announced is refused, with the line to add')
def _(mail):
    mail.w.own('dan')
    for setting, signs in (('sha256', False), ('sha384', True)):
        with mail.run('-e', '"set from=dan@example.org smime_sign_digest_alg=%s"' % setting, '-s', 'x', '-i', os.path.join(mail.folder, 'body'),
                      '--', BOB) as screen:
            screen.wait('Security:')
            mail.protect(screen, 's')
            if signs:
                message = mail.send(screen)
                continue
            screen.press('y')
            screen.wait('Enter S/MIME passphrase')
            screen.press('Enter')
            screen.wait('Add to your muttrc: set smime_sign_digest_alg="sha384"')
            tap.equal(mail.sent(), None, 'sent')
    tap.contains(samples.header(message), b'sha-384')
    tap.true(mail.w.client.open(message)[1]['authenticated'], 'not authenticated')


@both('a list of recipients that the program cuts is refused, never sent to some of them')
def _(mail):
    many = ['somebody.with.a.long.name.%03d@subdomain.of.example.org' % n for n in range(60)]
    index = os.path.join(mail.w.session.folder, 'runtime/smimed-mutt/.index')
    with mail.compose(BOB) as screen:
        mail.protect(screen, 'e')
        with open(index, 'a', encoding='utf-8') as out:
            out.write(''.join('%s %s elsewhere ? t e\n' % (one, one) for one in many))
        screen.press('b')
        screen.wait('\nBcc:')
        screen.type(', '.join(many))
        screen.press('Enter')
        screen.wait('059@', '000@')
        screen.press('y')
        screen.wait('Press any key')
        screen.wait('not passed on all recipients')
        tap.equal(mail.sent(), None, 'sent')


# As a reader

@both('a signed message is verified, and says who signed it')
def _(mail):
    with mail.read(mail.w.client.sign(samples.PLAIN, ALICE)[0]) as screen:
        screen.wait(VERIFIED)
        tap.contains(screen.screen, 'Verification successful')
        tap.contains(screen.screen, 'Signed by alice@example.org')
        tap.contains(screen.screen, TEXT)
        tap.true('[' + 'address-mismatch' not in screen.screen, 'a comparison is told of that nobody made')
        picture(mail, screen, 'signed')


@both('an opaque-signed message is verified')
def _(mail):
    with mail.read(mail.w.client.sign(samples.PLAIN, ALICE, format='opaque')[0]) as screen:
        screen.wait(VERIFIED)
        tap.contains(screen.screen, 'Signed by alice@example.org')
        tap.contains(screen.screen, TEXT)


@both('an encrypted message is decrypted, and is said to be by nobody known')
def _(mail):
    (_, sealed), = mail.w.client.encrypt(samples.PLAIN, ALICE, [BOB])[0]
    with mail.read(sealed) as screen:
        screen.wait(TEXT)
        tap.contains(screen.screen, 'It is not signed')
        tap.true(VERIFIED not in screen.screen, 'a signature is told of')
        picture(mail, screen, 'encrypted')


@both('a signed and encrypted message is decrypted, and its sender is proven')
def _(mail):
    (_, sealed), = mail.w.client.encrypt(samples.PLAIN, ALICE, [BOB], sign=True)[0]
    with mail.read(sealed) as screen:
        screen.wait(VERIFIED, MISMATCH, NOT_VERIFIED, 'certfile')
        tap.contains(screen.screen, VERIFIED)
        tap.contains(screen.screen, 'Signed by alice@example.org')
        tap.contains(screen.screen, TEXT)
        picture(mail, screen, 'signed-and-encrypted')


@both('a message that was changed is never called good')
def _(mail):
    for form in ('clear', 'opaque'):
        signed = mail.w.client.sign(samples.PLAIN, ALICE, format=form)[0]
        if form == 'clear':
            signed = signed.replace(b'at noon', b'at nine')
        else:
            der = samples.cms_of(signed)
            signed = samples.pkcs7_mime(der.replace(b'at noon', b'at nine'), 'signed-data')
        with mail.read(signed) as screen:
            screen.wait(NOT_VERIFIED)
            tap.contains(screen.screen, 'Verification failure')
            tap.contains(screen.screen, 'changed after it was signed')
            tap.true(VERIFIED not in screen.screen and 'Verification successful' not in screen.screen, screen.screen)
            if form == 'clear':
                picture(mail, screen, 'changed')


@both('a message that somebody else signed is not the sender\'s')
def _(mail):
    signed = mail.w.client.sign(samples.PLAIN, ALICE)[0]
    beginning = 'alice@example.or'  # mutt compares beginnings
    for other in (BOB, beginning):
        with mail.read(signed.replace(b'From: Alice <alice@example.org>', b'From: Boss <%s>' % other.encode())) as screen:
            screen.wait(MISMATCH)
            tap.true(VERIFIED not in screen.screen, screen.screen)
    (_, sealed), = mail.w.client.encrypt(samples.PLAIN, ALICE, [BOB], sign=True)[0]
    with mail.read(sealed.replace(b'From: Alice <alice@example.org>', b'From: Boss <bob@example.org>')) as screen:
        screen.wait(MISMATCH)
        tap.true(VERIFIED not in screen.screen, screen.screen)
        picture(mail, screen, 'not-the-sender')


@both('of two authors, the one who signed does not vouch for the other')
def _(mail):
    signed = mail.w.client.sign(samples.PLAIN, ALICE)[0]
    two = b'From: Boss <alice@example.or>, Alice <alice@example.org>\r\nSender: alice@example.org'
    with mail.read(signed.replace(b'From: Alice <alice@example.org>', two)) as screen:
        screen.wait(MISMATCH, VERIFIED)
        tap.true(VERIFIED not in screen.screen, screen.screen)


@both('a signature by somebody whom nobody trusts is not called good, and the reason is told')
def _(mail):
    signature = mail.w.openssl_sign(samples.entity(samples.PLAIN), 'judy-other')
    message = samples.multipart_signed(samples.entity(samples.PLAIN), signature, head=samples.HEAD.replace(b'alice@', b'judy@'))
    with mail.read(message) as screen:
        screen.wait(NOT_VERIFIED)
        tap.contains(screen.screen, 'who has signed it is not proven')
        tap.contains(screen.screen, '[untrusted-root]')


@both('what was encrypted to others stays closed, and the reason is told')
def _(mail):
    sealed = samples.pkcs7_mime(mail.w.openssl_encrypt(samples.entity(samples.PLAIN), ['victor'], '-aes-256-cbc'))
    with mail.read(sealed) as screen:
        screen.wait('smimectl: ', 'Could not copy message')  # the latter is all that neomutt says
        tap.true(TEXT not in screen.screen, 'it was shown')
        screen.press('Escape', 'o')
        screen.wait('none of your keys is among its recipients')
        tap.true(TEXT not in screen.screen, 'it was shown')


@both('Esc o opens with smimectl what the program does not know')
def _(mail):
    (_, sealed), = mail.w.client.encrypt(samples.PLAIN, ALICE, [BOB], sign=True, cipher='aes-256-gcm')[0]
    with mail.read(sealed) as screen:
        screen.wait('unsupported')
        screen.press('Escape', 'o')
        screen.wait(TEXT)
        tap.contains(screen.screen, 'The sender is proven, and the message was encrypted')


@both('Esc k in the compose menu tells whether a recipient can be encrypted to')
def _(mail):
    with mail.compose(BOB) as screen:
        for address, answer in (('bob@example.org', 'can be encrypted to'), ('nobody@example.org', 'can\'t be encrypted to')):
            screen.press('Escape', 'k')
            screen.wait('smimectl mutt find')
            screen.type(address)
            screen.press('Enter')
            screen.wait(address + ': ' + answer)
            screen.press('Enter')
            screen.wait('Security:')


@both('Ctrl-K stores the sender\'s certificate, and then mail to him can be encrypted')
def _(mail):
    # victor isn't known: his message comes from another world with the same people
    with world.world(own=['victor', 'alice'], pki=mail.w.pki) as other:
        plain = samples.message('victor@example.org', ALICE)
        messages = [other.client.sign(plain, 'victor@example.org')[0],
                    other.client.encrypt(plain, 'victor@example.org', [ALICE], sign=True)[0][0][1]]
    path = mail.w.client.certificate_path(mail.w.pki['victor'].fingerprint)
    for message in messages:
        if path in mail.w.client.find(address='victor@example.org'):
            mail.w.client.delete(path)
        with mail.read(message) as screen:
            screen.wait(VERIFIED)
            screen.press('C-k')
            screen.wait('The certificate of victor@example.org')
            picture(mail, screen, 'import')
        tap.contains(mail.w.client.find(address='victor@example.org'), path)
        with mail.compose('victor@example.org') as screen:
            mail.protect(screen, 'e')
            tap.true(mail.send(screen), 'nothing was sent')
    mail.w.client.delete(path)


@both('of a message that was changed no certificate is stored')
def _(mail):
    signed = mail.w.client.sign(samples.PLAIN, ALICE)[0].replace(b'at noon', b'at nine')
    with mail.read(signed) as screen:
        screen.wait(NOT_VERIFIED)
        screen.press('C-k')
        screen.wait('nothing was stored')


if __name__ == '__main__':
    world.run(own=['alice', 'bob', 'trudy'])
