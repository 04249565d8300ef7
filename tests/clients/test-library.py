#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the client library does for a mail program, with the real service."""
import contextlib
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import pki  # noqa: E402
import smimed_library  # noqa: E402
import samples  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from smimed_library import GLib, Gio, Smimed, content, of  # noqa: E402
from tap import test  # noqa: E402

ALICE, BOB, CAROL = 'alice@example.org', 'bob@example.org', 'carol@example.org'


def refused(function, *arguments):
    """The error that a call fails with."""
    try:
        function(*arguments)
    except GLib.Error as error:
        return error
    raise AssertionError('it was done')


def await_true(w, condition, what):
    w.client.wait_until(condition, 20, what)


class Answer:
    """An asynchronous call of the library, started in the main context."""

    def __init__(self, w, method, *arguments):
        self.w, self.method, self.result = w, method, None
        getattr(w.library, method)(*arguments, self.done)

    def done(self, _source, result):
        self.result = result

    def wait(self):
        await_true(self.w, lambda: self.result, self.method)
        return getattr(self.w.library, self.method + '_finish')(self.result)


@test('Bytes, a stream, a file and a pipe are one message')
def _(w):
    message = samples.big(3000000)
    signed, _ = w.client.sign(message, ALICE)
    wanted, _ = w.client.open(signed)
    path = w.file('signed.eml', signed)
    reader, writer = os.pipe()
    feeder = threading.Thread(target=lambda: [os.write(writer, signed[at:at + 60000]) for at in range(0, len(signed), 60000)]
                              and os.close(writer))
    feeder.start()
    inputs = [of(signed), Smimed.Input.new_for_path(path), Smimed.Input.new_for_fd(reader),
              Smimed.Input.new_for_stream(Gio.File.new_for_path(path).read(None)),
              Smimed.Input.new_for_stream(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes(signed)))]
    os.close(reader)
    for one in inputs:
        report = w.library.open_sync(one, None, None)
        tap.true(report.is_authenticated() and content(report.get_content()) == wanted, 'the same answer')
    feeder.join()


@test('What comes out is the same as bytes, as a stream and as a file descriptor, and nobody can change it')
def _(w):
    sealed = w.library.sign_sync(of(samples.PLAIN), ALICE, None, None)
    output = sealed.get_output()
    data = content(output)
    tap.equal(output.get_size(), len(data), 'size')
    tap.equal(output.read().read_bytes(1000000, None).get_data(), data, 'stream')
    for _ in range(2):
        fd = output.dup_fd()
        tap.equal(os.read(fd, 1000000), data, 'descriptor')
        try:
            os.ftruncate(fd, 0)
            raise AssertionError('it can be changed')
        except OSError:
            os.close(fd)


@test('Nothing blocks: the main loop turns while a large message is signed')
def _(w):
    turns = []
    source = GLib.idle_add(lambda: turns.append(1) or True)
    sealed = Answer(w, 'sign', of(samples.big(20000000)), ALICE, None, None).wait()
    GLib.source_remove(source)
    tap.true(sealed.get_output().get_size() > 20000000, 'size')
    tap.true(len(turns) > 20, 'the main loop turned %d times' % len(turns))


@test('Progress is told while a large message is worked on')
def _(w):
    told = []
    options = Smimed.Options()
    options.set_progress(lambda fraction, done, stage: told.append((fraction, done, stage)))
    reader, writer = os.pipe()
    answer = Answer(w, 'sign', Smimed.Input.new_for_fd(reader), ALICE, options, None)
    os.close(reader)
    os.write(writer, samples.PLAIN)
    await_true(w, lambda: told, 'progress')
    os.close(writer)
    answer.wait()
    tap.true(all(-1 <= fraction <= 1 and stage for fraction, _, stage in told), 'progress: %s' % told)


def held_call(w, cancellable):
    """A Sign call that stays under way, because its message comes through a pipe that is still open."""
    reader, writer = os.pipe()
    os.write(writer, samples.PLAIN)
    answer = Answer(w, 'sign', Smimed.Input.new_for_fd(reader), ALICE, None, cancellable)
    os.close(reader)
    return answer, writer


@test('A call that is cancelled fails as cancelled, and the service stops working on it')
def _(w):
    changes = w.client.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged')
    cancellable = Gio.Cancellable()
    answer, writer = held_call(w, cancellable)
    await_true(w, lambda: any('/jobs/' in path for path, _ in changes.seen), 'the job')
    job = next(path for path, _ in changes.seen if '/jobs/' in path)
    cancellable.cancel()
    tap.true(refused(answer.wait).matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), 'cancelled')
    try:
        w.client.get_all('Job', job)
        raise AssertionError('the job is still there')
    except smimed_session.Failure:
        pass
    os.close(writer)
    changes.stop()


@test('Cancelling right behind the call, and before it, works as well')
def _(w):
    for _ in range(20):
        cancellable = Gio.Cancellable()
        answer, writer = held_call(w, cancellable)
        GLib.MainContext.default().iteration(False)
        cancellable.cancel()
        tap.true(refused(answer.wait).matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), 'cancelled')
        os.close(writer)
    tap.true(refused(w.library.sign_sync, of(samples.PLAIN), ALICE, None, cancellable), 'before')


@test('Synchronous calls may be made from many threads at once')
def _(w):
    signed, _ = w.client.sign(samples.PLAIN, ALICE)
    answers = []

    def work():
        for _ in range(10):
            answers.append(w.library.open_sync(of(signed), None, None).is_authenticated())
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.equal(answers, [True] * 60, 'answers')


@test('What another program changes is notified')
def _(w):
    seen = []
    handler = w.library.connect('notify', lambda client, spec: seen.append((spec.name, client.get_property(spec.name))))
    w.client.enable(False)
    await_true(w, lambda: ('enabled', False) in seen, 'notify::enabled')
    tap.contains(seen, ('threading-advice', Smimed.ThreadingAdvice.KEEP))
    w.library.enable_sync(True, None)
    await_true(w, lambda: ('enabled', True) in seen, 'notify::enabled')
    w.library.disconnect(handler)


@test('Accounts come, change and go in the list')
def _(w):
    changes = []
    accounts = w.library.get_accounts()
    handler = accounts.connect('items-changed', lambda _list, at, gone, come: changes.append((gone, come)))
    path = w.client.register_account(CAROL, aliases=['c@example.org'])
    await_true(w, lambda: (0, 1) in changes, 'the account to come')
    account = w.library.find_account('C@example.org')
    tap.equal((account.get_address(), account.is_ready()), (CAROL, False), 'account')
    tap.equal(account.get_missing(), Smimed.Usage.SIGN | Smimed.Usage.ENCRYPT, 'missing')
    account.store_sign_by_default_sync(True, None)
    await_true(w, account.get_sign_by_default, 'sign-by-default')
    w.client.own(w.pki['carol'])
    await_true(w, account.is_ready, 'the account to be ready')
    tap.equal(account.get_sentence(), 'Ready to sign and to encrypt.', 'sentence')
    account.set_certificates_sync(account.get_signing_certificate(), None, None, None)
    tap.equal(refused(account.set_certificates_sync, 'ff' * 32, None, None, None).code, Smimed.Error.NOT_FOUND, 'unknown')
    w.client.unregister_account(path)
    await_true(w, lambda: (1, 0) in changes, 'the account to go')
    accounts.disconnect(handler)
    again = w.library.register_account_sync(CAROL, Smimed.Options(aliases=['c@example.org']), None)
    tap.equal(again.get_aliases(), ['c@example.org'], 'aliases')
    tap.true(w.library.unregister_account_sync(again, None, None), 'unregistered')


@test('A service that was killed starts again with the next call, and what changed meanwhile is notified')
def _(w):
    seen = []
    handler = w.library.connect('notify::policy', lambda client, _spec: seen.append(client.ref_policy().unpack()['expiry-warning-days']))
    before = w.session.daemon_pid()
    w.session.kill_daemon()
    w.session.settings['expiry-warning-days'] = 'uint32 77'
    w.session._write_settings()
    tap.true(w.library.sign_sync(of(samples.PLAIN), ALICE, None, None).get_output().get_size() > 0, 'signed')
    await_true(w, lambda: 77 in seen, 'notify::policy')
    tap.true(w.session.daemon_pid() not in (0, before), 'another service')
    tap.equal([one.get_address() for one in w.library.get_accounts()], [ALICE], 'accounts')
    w.library.disconnect(handler)


@test('Keys go out and come in again, one password for many calls')
def _(w):
    fingerprint = w.pki['alice'].fingerprint
    options = Smimed.Options()
    options.set_password(GLib.Bytes(b'correct horse battery staple'))
    file = w.library.export_pkcs12_sync([fingerprint], options, None)
    for _ in range(2):
        found = w.library.import_pkcs12_sync(of(content(file)), options, None)
        tap.equal(found[0].get_fingerprint(), fingerprint, 'certificate')
    options.set_password(GLib.Bytes(b'wrong'))
    error = refused(w.library.import_pkcs12_sync, of(content(file)), options, None)
    tap.equal((error.code, Smimed.Error.describe(error)), (Smimed.Error.WRONG_PASSWORD, 'The password is wrong.'), 'wrong password')
    reader, writer = os.pipe()
    os.write(writer, b'correct horse battery staple\n')
    os.close(writer)
    options.set_password_fd(reader)
    os.close(reader)
    tap.equal(len(w.library.import_pkcs12_sync(of(content(file)), options, None)), len(found), 'by a descriptor')


@test('Certificates are imported, found, judged, trusted and deleted')
def _(w):
    der = w.pki['dan'].der
    found, problems = w.library.import_certificates_sync(of(der), Smimed.Role.CORRESPONDENT, None, None)
    tap.equal((len(found), len(problems)), (1, 0), 'imported')
    one = w.library.find_sync(Smimed.Query(address='dan@example.org', usage=Smimed.Usage.SIGN), None, None)[0]
    tap.equal((one.get_encoded().get_data(), one.get_role(), one.dup_name()), (der, Smimed.Role.CORRESPONDENT, 'dan'), 'found')
    tap.equal(one.validate_sync(Smimed.Usage.SIGN, None, None).get_chain(), Smimed.Chain.VALID, 'judged')
    one.change_trust_sync(Smimed.Trust.DISTRUSTED, None, None)
    validation = one.validate_sync(Smimed.Usage.SIGN, None, None)
    tap.equal([problem.get_code() for problem in validation.get_problems()], ['distrusted'], 'distrusted')
    fingerprint = one.get_fingerprint()
    tap.equal(w.library.load_certificate_sync(fingerprint, None).get_trust(), Smimed.Trust.DISTRUSTED, 'loaded')
    one.remove_sync(None, None)
    for wrong in (fingerprint, 'nonsense', ''):
        error = refused(w.library.load_certificate_sync, wrong, None)
        tap.equal((error.domain, error.code), ('smimed-error-quark', Smimed.Error.NOT_FOUND), wrong)


@test('An option that this library does not know yet can be given all the same')
def _(w):
    options = Smimed.Options(deadline=60000, interactive=False)
    options.set_extra(GLib.Variant('a{sv}', {'format': GLib.Variant('s', 'opaque')}))
    tap.contains(content(w.library.sign_sync(of(samples.PLAIN), ALICE, options, None).get_output()), b'application/pkcs7-mime')
    options.set_extra(GLib.Variant('a{sv}', {'from-the-future': GLib.Variant('b', True)}))
    tap.contains(refused(w.library.sign_sync, of(samples.PLAIN), ALICE, options, None).message, 'from-the-future')


@test('A key that was made here waits for its certificate, and can be given up')
def _(w):
    csr, request = w.library.create_request_sync(BOB, Smimed.Options(key_type='p-256'), None)
    tap.contains(content(csr), b'BEGIN CERTIFICATE REQUEST')
    waiting = w.library.list_requests_sync(None, None)
    tap.equal([(one.get_name(), one.get_address()) for one in waiting], [(request, BOB)], 'requests')
    tap.true(w.library.discard_request_sync(request, None, None), 'given up')
    tap.equal(refused(w.library.complete_request_sync, request, of(w.pki['bob'].der), None, None).code, Smimed.Error.NOT_FOUND, 'gone')
    tap.true(w.library.generate_password_sync(None, None).get_size() >= 25, 'a password')


@test('Revocation information is listed')
def _(w):
    tap.equal(w.library.list_revocation_sync(None, None), [], 'nothing is at hand')
    tap.true(w.library.flush_revocation_sync(None, None), 'flushed')
    error = refused(w.library.import_crl_sync, of(b'not a CRL'), None, None)
    tap.equal(error.domain, 'smimed-error-quark', 'domain')


@contextlib.contextmanager
def with_library():
    with world.world(own=('alice',), know=('bob',)) as w:
        w.library = smimed_library.connect(w.session)
        w.password = pki.PASSWORD
        yield w


if __name__ == '__main__':
    tap.main(with_library, log=lambda w: w.session.log())
