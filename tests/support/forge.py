# SPDX-License-Identifier: LGPL-2.1-or-later
"""CMS objects built by hand: what openssl can't write, and what nobody should."""
import hashlib
import os
import zlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

import der

DIGESTS = {'sha1': hashes.SHA1, 'sha256': hashes.SHA256, 'sha384': hashes.SHA384, 'sha512': hashes.SHA512}


def content_info(kind, body):
    return der.seq(der.oid(kind), der.ctx(0, body))


def issuer_and_serial(identity):
    tbs = der.Node(identity.cert.tbs_certificate_bytes)
    return der.seq(tbs[3].encoded, tbs[1].encoded)


def digest_of(data, digest='sha256'):
    return hashlib.new(digest, data).digest()


def attributes_for(content, digest='sha256', kind='data', extra=()):
    """The signed attributes that have to be there, and `extra`."""
    return [der.attribute('content-type', der.oid(kind)),
            der.attribute('message-digest', der.octets(digest_of(content, digest)))] + list(extra)


def raw_sign(identity, data, digest='sha256'):
    """(signature algorithm, signature) over the bytes themselves."""
    key = identity.key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return der.algorithm('1.3.101.112'), key.sign(data)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        names = {'sha256': '1.2.840.10045.4.3.2', 'sha384': '1.2.840.10045.4.3.3', 'sha512': '1.2.840.10045.4.3.4', 'sha1': '1.2.840.10045.4.1'}
        return der.algorithm(names[digest]), key.sign(data, ec.ECDSA(DIGESTS[digest]()))
    return der.algorithm('rsa', der.null()), key.sign(data, padding.PKCS1v15(), DIGESTS[digest]())


def signer_info(identity, attributes=None, content=None, digest='sha256', signature=None, unsigned=()):
    """A SignerInfo; without attributes it signs the content itself. `signature`: (algorithm, octets) of somewhere else."""
    signed = b''
    if attributes is not None:
        signed = der.set_of(*attributes)
        content = signed
    algorithm, octets = signature or raw_sign(identity, content, digest)
    return der.seq(der.integer(1), issuer_and_serial(identity), der.algorithm(digest, der.null()),
                   b'\xa0' + signed[1:] if signed else b'', algorithm, der.octets(octets),
                   der.ctx(1, *sorted(unsigned)) if unsigned else b'')


def with_key(cert, key, issuer_key):
    """The DER of `cert`, with the SubjectPublicKeyInfo `key` in the place of its own and the issuer's signature"""
    parts = [part.encoded for part in der.Node(cert.tbs_certificate_bytes)]
    tbs = der.seq(*parts[:6], key, *parts[7:])
    if isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        signature = issuer_key.sign(tbs, ec.ECDSA(hashes.SHA256()))
    else:
        signature = issuer_key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    return der.seq(tbs, parts[2], der.tlv(der.BIT_STRING, b'\0', signature))


def signed_data(content, signers, certificates, digests=('sha256',), kind='data'):
    """`content` None: detached."""
    inner = der.seq(der.oid(kind), der.ctx(0, der.octets(content)) if content is not None else b'')
    return content_info('signed-data', der.seq(
        der.integer(1), der.set_of(*[der.algorithm(name, der.null()) for name in digests]), inner,
        der.ctx(0, *sorted(one.der for one in certificates)) if certificates else b'', der.set_of(*signers)))


def simple_signed(identity, content, detached=False, digest='sha256', extra=(), chain=()):
    info = signer_info(identity, attributes_for(content, digest, extra=extra), digest=digest)
    return signed_data(None if detached else content, [info], [identity] + list(chain), (digest,))


def key_transport(identity, key):
    """RSA PKCS#1 v1.5"""
    return der.seq(der.integer(0), issuer_and_serial(identity), der.algorithm('rsa', der.null()),
                   der.octets(identity.cert.public_key().encrypt(key, padding.PKCS1v15())))


def auth_enveloped(content, identities, cipher='aes-256-gcm', attributes=(), unauthenticated=(), aad=None, kind='data', tag_size=16):
    """AuthEnvelopedData (RFC 5083, 5084). `aad`: authenticate this instead of the attributes that are written."""
    nonce = os.urandom(12)
    size = 16 if '128' in cipher else 32
    key = os.urandom(size)
    protected = der.set_of(*attributes) if attributes else b''
    seal = ChaCha20Poly1305(key) if cipher.startswith('chacha') else AESGCM(key)
    sealed = seal.encrypt(nonce, content, (protected if aad is None else aad) or None)
    ciphertext, tag = sealed[:-16], sealed[-16:][:tag_size]
    parameters = der.octets(nonce) if cipher.startswith('chacha') else \
        der.seq(der.octets(nonce), der.integer(tag_size) if tag_size != 12 else b'')
    return content_info('auth-enveloped-data', der.seq(
        der.integer(0), der.set_of(*[key_transport(one, key) for one in identities]),
        der.seq(der.oid(kind), der.algorithm(cipher, parameters), der.ctx(0, ciphertext, constructed=False)),
        b'\xa1' + protected[1:] if protected else b'', der.octets(tag),
        der.ctx(2, *sorted(unauthenticated)) if unauthenticated else b''))


def compressed(content):
    return content_info('compressed-data', der.seq(
        der.integer(0), der.algorithm('zlib'), der.seq(der.oid('data'), der.ctx(0, der.octets(zlib.compress(content, 9))))))


class Signed:
    """The parts of an encoded SignedData."""

    def __init__(self, data):
        info = der.Node(data)
        self.body = info[1][0]
        children = list(self.body)
        self.content = children[2]
        self.signers = list(children[-1])
        self.certificates = [child for child in children if child.tag == 0xA0]

    def attributes(self, index=0):
        """{oid: [values]} of a signer's signed attributes."""
        found = {}
        for child in self.signers[index]:
            if child.tag == 0xA0:
                for one in child:
                    found.setdefault(one[0].oid, []).extend(one[1])
        return found

    def signed_attributes(self, index=0):
        """As they are signed: SET OF."""
        block = next(child for child in self.signers[index] if child.tag == 0xA0)
        return der.tlv(der.SET, block.content)

    def signature(self, index=0):
        """(algorithm, octets)"""
        children = [child for child in self.signers[index] if child.tag != 0xA1]
        return children[-2].encoded, children[-1].content


class Enveloped:
    """The parts of an encoded EnvelopedData or AuthEnvelopedData."""

    def __init__(self, data):
        info = der.Node(data)
        self.type = info[0].oid
        children = [child for child in info[1][0] if child.tag != 0xA0]
        self.recipients = list(children[1])
        self.cipher = children[2][1][0].oid
        self.content = children[2][2]
