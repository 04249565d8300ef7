#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups whose members the directory tells in parts, as Active Directory does: all of them count, or the group can't be written to."""
import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import smimed_session  # noqa: E402,F401  (sets the path of pki, too)
import tap  # noqa: E402
import world  # noqa: E402
from scripted_directory import ScriptedDirectory  # noqa: E402
from smimed_client import PATIENCE, raises  # noqa: E402
from tap import test  # noqa: E402
import samples  # noqa: E402

GROUP, ENTRY = 'team@example.org', 'cn=team,o=Test'
PEOPLE = ('bob', 'carol', 'dan', 'victor')
MOST = 500


@contextlib.contextmanager
def sender():
    # A silent machine isn't what is tested here.
    settings = {'network-deadline': 'uint32 %d' % (60000 * PATIENCE)}
    with world.world(own=['alice'], settings=settings) as one:
        yield one


def part(names, first, size):
    """The `size` members from number `first` on, in Active Directory's way."""
    last = first + size
    end = '*' if last >= len(names) else str(last - 1)
    return [('member;range=%d-%s' % (first, end), ['cn=%s,o=Test' % name for name in names[first:last]])]


def team(one, names, size, rest=None):
    """A directory whose group has `names`, in parts of `size`; `rest(first)` answers in the group's place when further members are asked for."""
    def person(base):
        return [(base, [('mail', [base.split(',')[0][3:] + '@example.org'])])]

    def answer(base, search, attributes):
        if base == ENTRY:
            first = int(attributes[0].split('=')[1].split('-')[0])
            return rest(first) if rest else [(ENTRY, part(names, first, size))]
        if base is not None:
            return person(base)
        if GROUP.encode() in search:
            return [(ENTRY, [('member', [])] + part(names, 0, size))]
        return [('cn=' + name, [('userCertificate;binary', [one.pki[name].der])]) for name in PEOPLE if name.encode() + b'@' in search]

    return ScriptedDirectory(answer)


@contextlib.contextmanager
def using(one, directory):
    with directory:
        one.session.set('directories', repr([directory.url]))
        yield
        one.session.set('directories', '@as []')


def verdict(one):
    return one.client.evaluate('alice@example.org', [GROUP])[1][0]


@test('every member of a group that comes in parts is encrypted to, however small the parts are')
def whole(one):
    for size in (1, 2, 3, 4, 5):
        directory = team(one, PEOPLE, size)
        with using(one, directory):
            found = verdict(one)
            tap.true(found['usable'], 'parts of %d: %r' % (size, found))
            tap.equal(sorted(each['address'] for each in found['members']), [name + '@example.org' for name in PEOPLE], 'parts of %d' % size)
            outputs, _ = one.client.encrypt(samples.message(), 'alice@example.org', [GROUP], format='raw')
            for name in PEOPLE:
                tap.true(one.openssl_decrypt(outputs[0][1], name), name)


REST = {
    'no entry': lambda first: [],
    'another part': lambda first: [(ENTRY, [('member;range=0-*', ['cn=bob,o=Test'])])],
    'no part': lambda first: [(ENTRY, [('member', ['cn=bob,o=Test'])])],
    'no members': lambda first: [(ENTRY, [('member;range=%d-%d' % (first, first + 5), [])])],
    'empty members for ever': lambda first: [(ENTRY, [('member;range=%d-%d' % (first, first), [''])])] * 1000,
    'no number': lambda first: [(ENTRY, [('member;range=%d-x' % first, ['cn=bob,o=Test'])])],
    'a number without end': lambda first: [(ENTRY, [('member;range=%d-%s' % (first, '9' * 40), ['cn=bob,o=Test'])])],
    'an endless name': lambda first: [(ENTRY, [('member;range=%d-*' % first, ['cn=%s,o=Test' % ('x' * 5000)])])],
}


@test('a group whose other parts do not come is not encrypted to')
def torn(one):
    for name, rest in REST.items():
        directory = team(one, PEOPLE, 2, rest)
        with using(one, directory):
            found = verdict(one)
            tap.equal((found['usable'], found['action']), (False, 'remove'), name)
            with raises('RecipientsNotReady') as caught:
                one.client.encrypt(samples.message(), 'alice@example.org', [GROUP])
            tap.true(GROUP in caught.text, caught.text)
            tap.true(sum(each[0].startswith('member;') for each in directory.searches) == 1, '%s: %r' % (name, directory.searches))


@test('500 members are a group, one more is too many, and then nobody is asked for the rest')
def limit(one):
    for count, size, room in ((MOST, 1500, True), (MOST, 100, True), (MOST + 1, 1500, False), (MOST + 1, 100, False), (5000, 250, False)):
        names = ['p%d' % number for number in range(count)]
        directory = team(one, names, size)
        with using(one, directory):
            found = verdict(one)
            tap.equal(len(found['members']), MOST if room else 1, '%d in parts of %d' % (count, size))
            tap.equal('too large' in found['problems'][0]['detail'], not room, repr(found['problems'][:1]))
            tap.true(sum(each[0].startswith('member;') for each in directory.searches) < MOST // size + 1, 'what was asked for')


if __name__ == '__main__':
    tap.main(sender, log=lambda one: one.session.log())
