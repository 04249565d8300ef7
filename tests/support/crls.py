# SPDX-License-Identifier: LGPL-2.1-or-later
"""CRLs (RFC 5280 section 5), made by hand: in any state, of any size, and soon enough for a million entries."""
import os
import time

import der
import forge

DAY = 86400
# reason keyCompromise, as most entries carry one
REASON = bytes.fromhex('300c300a0603551d1504030a0101')


def utc(seconds):
    return der.tlv(0x17, time.strftime('%y%m%d%H%M%SZ', time.gmtime(seconds)).encode())


def entries_of(serials, date):
    """revokedCertificates without its header."""
    when = utc(date)
    return b''.join(der.seq(der.integer(serial), when, REASON) for serial in serials)


def many_entries(count, date=1700000000):
    """`count` entries of 49 octets, with random serial numbers."""
    tail = utc(date) + REASON
    random = os.urandom(count * 15)
    head = bytes([0x30, 18 + len(tail), 0x02, 16, 0x55])
    return b''.join([head + random[place:place + 15] + tail for place in range(0, count * 15, 15)])


def extension(kind, value, critical=False):
    return der.seq(der.oid(kind), b'\x01\x01\xff' if critical else b'', der.octets(value))


def crl(issuer, number=1, this=None, until=None, serials=(), entries=b'', base=None, scope=None, signer=None):
    """A CRL in DER. `this`, `until`: seconds since 1970, by default since an hour for a week; `base`: of a delta CRL; `scope`: the URL in its
    issuing distribution point; `signer`: somebody else, who signs in the issuer's place."""
    this = int(time.time()) - 3600 if this is None else this
    until = this + 7 * DAY if until is None else until
    name = der.Node(issuer.cert.tbs_certificate_bytes)[5].encoded
    extensions = [extension('2.5.29.20', der.integer(number))]
    if base is not None:
        extensions.append(extension('2.5.29.27', der.integer(base), True))
    if scope is not None:
        point = der.ctx(0, der.ctx(0, der.tlv(0x86, scope.encode())))
        extensions.append(extension('2.5.29.28', der.seq(point), True))
    listed = entries or entries_of(serials, this)
    algorithm = der.seq(der.oid('1.2.840.113549.1.1.11'), der.null())
    tbs = der.seq(der.integer(1), algorithm, name, utc(this), utc(until), der.seq(listed) if listed else b'',
                  der.ctx(0, der.seq(*extensions)))
    _, signature = forge.raw_sign(signer or issuer, tbs)
    return der.seq(tbs, algorithm, der.tlv(der.BIT_STRING, b'\0', signature))


def pem(data):
    import base64
    return b'-----BEGIN X509 CRL-----\n' + base64.encodebytes(data) + b'-----END X509 CRL-----\n'
