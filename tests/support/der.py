# SPDX-License-Identifier: LGPL-2.1-or-later
"""Just enough DER (and BER reading) to build messages that no honest program writes, and to look inside those that smimed writes."""

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, UTF8, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x30, 0x31
UTC_TIME, BMP = 0x17, 0x1E

OIDS = {
    'data': '1.2.840.113549.1.7.1', 'signed-data': '1.2.840.113549.1.7.2', 'enveloped-data': '1.2.840.113549.1.7.3',
    'encrypted-data': '1.2.840.113549.1.7.6', 'compressed-data': '1.2.840.113549.1.9.16.1.9',
    'auth-enveloped-data': '1.2.840.113549.1.9.16.1.23',
    'content-type': '1.2.840.113549.1.9.3', 'message-digest': '1.2.840.113549.1.9.4', 'signing-time': '1.2.840.113549.1.9.5',
    'capabilities': '1.2.840.113549.1.9.15', 'key-preference': '1.2.840.113549.1.9.16.2.11',
    'signing-certificate-v2': '1.2.840.113549.1.9.16.2.47',
    'sha1': '1.3.14.3.2.26', 'sha256': '2.16.840.1.101.3.4.2.1', 'sha384': '2.16.840.1.101.3.4.2.2',
    'sha512': '2.16.840.1.101.3.4.2.3', 'rsa': '1.2.840.113549.1.1.1', 'sha256-rsa': '1.2.840.113549.1.1.11',
    'rsa-oaep': '1.2.840.113549.1.1.7', 'rsa-pss': '1.2.840.113549.1.1.10', 'mgf1': '1.2.840.113549.1.1.8',
    'ecdsa-sha256': '1.2.840.10045.4.3.2', 'zlib': '1.2.840.113549.1.9.16.3.8',
    'aes-128-cbc': '2.16.840.1.101.3.4.1.2', 'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
    'aes-128-gcm': '2.16.840.1.101.3.4.1.6', 'aes-256-gcm': '2.16.840.1.101.3.4.1.46', 'des-ede3-cbc': '1.2.840.113549.3.7',
    'chacha20-poly1305': '1.2.840.113549.1.9.16.3.18',
    'p12-key': '1.2.840.113549.1.12.10.1.1', 'p12-shrouded-key': '1.2.840.113549.1.12.10.1.2',
    'p12-cert': '1.2.840.113549.1.12.10.1.3', 'x509-cert': '1.2.840.113549.1.9.22.1',
    'local-key-id': '1.2.840.113549.1.9.21', 'friendly-name': '1.2.840.113549.1.9.20',
}


def tlv(tag, *parts):
    content = b''.join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def seq(*parts):
    return tlv(SEQUENCE, *parts)


def set_of(*parts):
    return tlv(SET, *sorted(parts))


def ctx(number, *parts, constructed=True):
    return tlv(0x80 | (0x20 if constructed else 0) | number, *parts)


def octets(data):
    return tlv(OCTET_STRING, data)


def null():
    return tlv(NULL)


def integer(value):
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, 'big', signed=True))


def oid(name):
    arcs = [int(arc) for arc in OIDS.get(name, name).split('.')]
    body = bytearray()
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        chunk = [arc & 0x7F]
        while arc > 0x7F:
            arc >>= 7
            chunk.append(0x80 | (arc & 0x7F))
        body += bytes(reversed(chunk))
    return tlv(OID, bytes(body))


def algorithm(name, *parameters):
    return seq(oid(name), *parameters)


def attribute(name, *values):
    return seq(oid(name), set_of(*values))


class Node:
    """One TLV inside `data`: `start`..`end` with header, `body`..`body_end` without. Indefinite lengths are understood."""

    def __init__(self, data, start=0):
        self.data, self.start, self.tag = data, start, data[start]
        if self.tag & 0x1F == 0x1F:
            raise ValueError('high tag numbers are not used in CMS')
        length, pos = data[start + 1], start + 2
        self.indefinite = length == 0x80
        if length & 0x80:
            count = length & 0x7F
            length, pos = int.from_bytes(data[pos:pos + count], 'big'), pos + count
        self.body = pos
        self.children = None
        if self.indefinite:
            self.children = []
            while data[pos:pos + 2] != b'\0\0':
                self.children.append(Node(data, pos))
                pos = self.children[-1].end
            self.body_end, self.end = pos, pos + 2
        else:
            self.body_end = self.end = pos + length
        if self.end > len(data):
            raise ValueError('cut short')

    @property
    def content(self):
        return self.data[self.body:self.body_end]

    @property
    def encoded(self):
        return self.data[self.start:self.end]

    @property
    def oid(self):
        arcs, value = [], 0
        for octet in self.content:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return '.'.join(str(arc) for arc in [first, arcs[0] - 40 * first] + arcs[1:])

    @property
    def octets(self):
        """The value of an OCTET STRING, its segments joined."""
        return b''.join(child.octets for child in self) if self.tag & 0x20 else self.content

    def _load(self):
        if self.children is None:
            self.children, pos = [], self.body
            while pos < self.body_end:
                self.children.append(Node(self.data, pos))
                pos = self.children[-1].end
        return self.children

    def __iter__(self):
        return iter(self._load())

    def __getitem__(self, index):
        return self._load()[index]

    def __len__(self):
        return len(self._load())

    def find_oid(self, name):
        """Whether the object identifier stands anywhere below."""
        return oid(name) in self.encoded
