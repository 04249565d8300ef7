# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that read as sentences, counted one by one by meson (TAP)."""
import contextlib
import sys
import time
import traceback

TRIES = 3  # of a test that measures real time
_tests = []


class Skip(Exception):
    """The test can't run here; the text says why."""


class TooLate(AssertionError):
    """Something took longer than promised: the daemon's fault if it does so each time, else that of a busy machine."""


def test(sentence, bug=None):
    """`bug`: what is known to be wrong; while it is, the failure is expected and counted as such."""
    def register(function):
        function.bug = bug
        _tests.append((sentence, function))
        return function
    return register


def in_one_line(text):
    return ' '.join(str(text).split())


def diagnose(text):
    for line in str(text).splitlines():
        print('# ' + line)
    sys.stdout.flush()


def _try(function, context):
    for number in range(1, TRIES):
        try:
            return function(context)
        except TooLate as late:
            diagnose('try %d: %s' % (number, late))
    return function(context)


def _run(number, sentence, function, context):
    started = time.monotonic()
    try:
        _try(function, context)
        print('ok %d - %s' % (number, sentence))
        return True
    except Skip as reason:
        print('ok %d - %s # SKIP %s' % (number, sentence, in_one_line(reason)))
        return True
    except Exception:  # pylint: disable=broad-except
        print('not ok %d - %s%s' % (number, sentence, ' # TODO ' + function.bug if function.bug else ''))
        diagnose(traceback.format_exc())
        return bool(function.bug)
    finally:
        if '--times' in sys.argv:
            diagnose('%.2f s' % (time.monotonic() - started))
        sys.stdout.flush()


def _plan(chosen):
    words = [word for word in sys.argv[1:] if not word.startswith('--')]
    return [entry for entry in chosen if not words or any(word in entry[0] for word in words)]


@contextlib.contextmanager
def or_skip_all():
    """What a whole file needs: if it isn't there, the file is skipped."""
    try:
        yield
    except Skip as reason:
        print('1..0 # SKIP %s' % in_one_line(reason))
        sys.exit(0)


def main(context_manager, log=None):
    """Runs the tests registered so far inside one `context_manager()`; arguments choose tests by words of their sentences.
    `log(context)`, where given, is asked after a failure for what the daemon wrote."""
    if '--list' in sys.argv:
        print('\n'.join(sentence for sentence, _ in _tests))
        return
    chosen = _plan(_tests)
    try:
        context = context_manager()
        with contextlib.ExitStack() as stack:
            value = stack.enter_context(context)
            print('1..%d' % len(chosen), flush=True)
            failed = 0
            for number, (sentence, function) in enumerate(chosen, 1):
                if not _run(number, sentence, function, value):
                    failed += 1
            if failed and log:
                diagnose(log(value))
    except Skip as reason:
        print('1..0 # SKIP %s' % in_one_line(reason))
        return
    sys.exit(1 if failed else 0)


def within(seconds, bound, what):
    """`seconds`, measured, aren't more than `bound`. The test that fails here is tried again, so all of it must be repeatable."""
    if seconds > bound:
        raise TooLate('%s took %.3f s, not %.3f s at most' % (what, seconds, bound))


def equal(seen, wanted, what=''):
    if seen != wanted:
        raise AssertionError('%s: saw %r, wanted %r' % (what or 'value', seen, wanted))


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def contains(whole, part, what=''):
    if part not in whole:
        raise AssertionError('%s: %r is not in %r' % (what or 'value', part, whole if len(whole) < 2000 else whole[:2000]))
