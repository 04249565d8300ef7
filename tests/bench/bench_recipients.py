# SPDX-License-Identifier: LGPL-2.1-or-later
"""Evaluate of 50 people in a directory of 10,000, each certificate with its revocation checked, against a bare ping."""
import statistics

import address_book
import crls

PEOPLE, CROWD = 50, 10000


def crowd():
    template = address_book.make_template()
    for number in range(CROWD):
        yield address_book.person('c%d' % number, 'c%d@example.org' % number, address_book.cheap_certificate(template, number))


def latency(bench, method, calls, options):
    """Seconds of one call, one after the other."""
    bench.load(method, 20, **options)
    return 1 / bench.rate(bench.load(method, calls, **options))


def cold(bench, book, number, options):
    """Another spelling of the URL is another directory, of which nothing is known."""
    bench.session.set('directories', repr(['%s?mail%d' % (book.url, number)]))
    return bench.load('evaluate', 1, **options)['seconds']


def measure(bench):
    pki, runs = bench.pki, 3 if bench.quick else 7
    people = [pki.issue('r%d' % number, addresses=['r%d@example.org' % number]) for number in range(PEOPLE)]
    for issuer in ('root', 'intermediate'):
        bench.client.import_crl(crls.crl(pki[issuer]))
    bench.session.set('revocation', "'hard-fail'")
    entries = [address_book.person(one.name, one.address, one.der) for one in people]
    options = {'from_': pki['alice'].address, 'to': ','.join(one.address for one in people)}
    with address_book.AddressBook(entries + list(crowd())) as book:
        first = statistics.median(cold(bench, book, number, options) for number in range(runs))
        bench.session.set('directories', repr([book.url]))
        # They take turns, and the best of each counts: what else the machine does only adds.
        pairs = [(latency(bench, 'ping', 200, {}), latency(bench, 'evaluate', 50, options)) for _ in range(runs * 3)]
        ready, verdicts = bench.client.evaluate(options['from_'], options['to'].split(','))
    ping, warm = (min(side) for side in zip(*pairs))
    if not ready or {one['source'] for one in verdicts} != {'directory'}:
        raise SystemExit('not everybody was found: %r' % verdicts[:2])
    for what, seconds, limit in (('warm', warm, 5), ('cold, all asked of slapd', first, None)):
        bench.row('Evaluate, %d recipients, %s' % (PEOPLE, what), round(seconds * 1000, 2), round(ping * 1000, 3), round(seconds / ping, 2),
                  '< %d pings' % limit if limit else '', not limit or seconds < limit * ping, 'ms')
    bench.session.set('directories', '@as []')
    bench.session.set('revocation', "'off'")
