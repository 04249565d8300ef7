# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages to protect: as mail programs write them, CRLF, and some that only tests would write."""
import base64
import email
import email.policy
import email.utils
import os

# Now: a signing time far from it is warned of
DATE = email.utils.formatdate()

PLAIN = ('From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: Lunch\r\nDate: ' + DATE + '\r\n'
         'Message-ID: <lunch@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n'
         'Content-Transfer-Encoding: 7bit\r\n\r\nShall we meet at noon?\r\n\r\n-- \r\nAlice\r\n').encode()

RICH = ('From: =?utf-8?q?Alice_L=C3=B6w?= <alice@example.org>\r\nTo: bob@example.org\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\r\n'
        'Date: ' + DATE + '\r\nMessage-ID: <rich@example.org>\r\nReferences: <a@example.org>\r\n <b@example.org>\r\n'
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="outer"\r\n\r\nThis is MIME.\r\n'
        '--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n'
        '--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        'Gr=C3=BC=C3=9Fe\r\n'
        '--inner\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        '<p>Gr=C3=BC=C3=9Fe</p>\r\n--inner--\r\n'
        '--outer\r\nContent-Type: application/octet-stream; name="daten.bin"\r\nContent-Disposition: attachment; filename="daten.bin"\r\n'
        'Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ==\r\n--outer--\r\n').encode()

EIGHT_BIT = ('From: alice@example.org\r\nTo: bob@example.org\r\nSubject: eight bit\r\nMIME-Version: 1.0\r\n'
             'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\u00fc\u00dfe aus K\u00f6ln\r\n').encode()


def message(sender='alice@example.org', to='bob@example.org', body='Hello.\r\n', subject='test', extra=''):
    return ('From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <t@example.org>\r\n%s'
            'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s' % (sender, to, subject, DATE, extra, body)).encode()


def big(size, sender='alice@example.org', to='bob@example.org'):
    """A message of about `size` bytes: a short text and one attachment in base64."""
    lines = max(1, (size - 700) // 78)
    block = os.urandom(57 * 1024)
    raw = (block * (lines * 57 // len(block) + 1))[:lines * 57]
    attachment = base64.encodebytes(raw).replace(b'\n', b'\r\n')
    head = ('From: %s\r\nTo: %s\r\nSubject: big\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n'
            '--b1\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n--b1\r\nContent-Type: application/octet-stream\r\n'
            'Content-Transfer-Encoding: base64\r\n\r\n' % (sender, to)).encode()
    return head + attachment + b'--b1--\r\n'


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.compat32)


def body(data):
    """What comes after the header."""
    return data.split(b'\r\n\r\n', 1)[1]


def header(data):
    return data.split(b'\r\n\r\n', 1)[0] + b'\r\n'


def entity(data):
    """The MIME entity of a message: its Content-* fields and its body."""
    fields, keep = [], False
    for line in header(data).split(b'\r\n')[:-1]:
        if line[:1] not in (b' ', b'\t'):
            keep = line.lower().startswith((b'content-', b'mime-version'))
        if keep and not line.lower().startswith(b'mime-version'):
            fields.append(line)
    return b'\r\n'.join(fields) + b'\r\n\r\n' + body(data)


def signed_parts(data):
    """(the signed entity as raw bytes, the DER signature) of a multipart/signed message, found without a MIME library's rewriting."""
    boundary = b'--' + parse(data).get_boundary().encode()
    first = data.index(boundary + b'\r\n') + len(boundary) + 2
    middle = data.index(b'\r\n' + boundary, first)
    end = data.index(b'\r\n' + boundary + b'--', middle + 2)
    part = data[middle + 4 + len(boundary):end]
    return data[first:middle], base64.b64decode(body(part))


def cms_of(data):
    """The DER of an application/pkcs7-mime message."""
    return base64.b64decode(body(data))


HEAD = b'From: alice@example.org\r\nTo: bob@example.org\r\nSubject: test\r\nDate: ' + DATE.encode() + b'\r\n'


def pkcs7_mime(der, kind='enveloped-data', head=None, name='smime.p7m'):
    """A message around a CMS object."""
    head = head or HEAD
    text = base64.encodebytes(der).replace(b'\n', b'\r\n')
    return head + ('MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=%s; name="%s"\r\n'
                   'Content-Transfer-Encoding: base64\r\n\r\n' % (kind, name)).encode() + text


def multipart_signed(entity_bytes, der, micalg='sha-256', head=None, protocol='application/pkcs7-signature'):
    head = head or HEAD
    text = base64.encodebytes(der).replace(b'\n', b'\r\n')
    return b''.join([head, ('MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol="%s"; micalg=%s; boundary="sig"\r\n\r\n'
                            '--sig\r\n' % (protocol, micalg)).encode(), entity_bytes, b'\r\n--sig\r\nContent-Type: ', protocol.encode(),
                     b'; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n', text, b'--sig--\r\n'])
