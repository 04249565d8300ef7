# SPDX-License-Identifier: LGPL-2.1-or-later
"""Authorities that publish: issuers' certificates, CRLs of all kinds and OCSP answers, on the tests' own web server."""
import contextlib
import datetime
import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'pki'))
import der  # noqa: E402
import forge  # noqa: E402
import pki  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: E402
from cryptography.x509 import ocsp  # noqa: E402
from cryptography.x509.oid import AuthorityInformationAccessOID as AIA, ExtendedKeyUsageOID as EKU  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from smimed_client import Failure, raises  # noqa: E402,F401

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
DAY = datetime.timedelta(days=1)
FORMS = {'der': lambda cert: cert.public_bytes(DER), 'pem': lambda cert: cert.public_bytes(PEM),
         'p7c': lambda cert: pkcs7.serialize_certificates([cert], DER)}


def judge(w, leaf, *others, **options):
    return w.client.validate([leaf.der] + [one.der for one in others], 'sign', **options)


def problem(report, code):
    found = [one for one in report['problems'] if one['code'] == code]
    tap.true(found, '%s among %s' % (code, report['problems']))
    return found[0]


# What issuers have others answer in their place with, and what those lack
DELEGATES = {'delegate': {}, 'delegate-nocheck': {'exempt': True}, 'delegate-expired': {'exempt': True, 'days': (-300, -10)},
             'delegate-future': {'exempt': True, 'days': (10, 300)}, 'delegate-unfit': {'exempt': True, 'usage': EKU.EMAIL_PROTECTION},
             "delegate-root's": {'exempt': True, 'signer': lambda self: self.root}}


def ocsp_response(body, signer, revoked, nonce, days, about):
    """A responder's answer to a request."""
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    begin, end = [None if day is None else pki.NOW + day * DAY for day in days]
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.cert, issuer=about.issuer.cert, algorithm=hashes.SHA1(), cert_status=status, this_update=begin, next_update=end,
        revocation_time=pki.NOW - DAY if revoked else None, revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, signer.cert)
    if signer is not about.issuer:
        builder = builder.certificates([signer.cert])
    for extension in ocsp.load_der_ocsp_request(body).extensions:
        if nonce != 'none' and isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value if nonce == 'same' else x509.OCSPNonce(b'another one'), False)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(DER)


def now():
    return int(pki.NOW.replace(tzinfo=datetime.timezone.utc).timestamp())


class One:
    """A certificate with its key; enough of pki.Identity for forge."""

    def __init__(self, name, cert, key, address=None):
        self.name, self.cert, self.key, self.address = name, cert, key, address
        self.der = cert.public_bytes(DER)
        self.fingerprint = hashlib.sha256(self.der).hexdigest()


def verdict(pending):
    """What a `Validate` that was given a deadline brings. A busy machine may have no time left to say it."""
    try:
        return pending.wait()[0]
    except Failure as failure:
        if failure.code == 'DeadlineExceeded':
            raise tap.TooLate('no verdict came, but %s' % failure) from failure
        raise


def uris(urls):
    return [x509.UniformResourceIdentifier(url) for url in urls]


class Authorities:
    """A root, `intermediates` authorities below it (`ca1` issues people's certificates, the last is signed by the root), all publishing
    under /NAME/ of the server. `days`: validity of their CRLs."""

    def __init__(self, server, name, intermediates=1, key='p-256', days=(-1, 7), **changes):
        self.server, self.name, self.days, self.key_kind = server, name, days, key
        self.revoked, self.numbers, self.ones, self.answers = {}, {}, {}, {}
        self.root = self._authority('root', None, None, {})
        above = self.root
        for number in range(intermediates, 0, -1):
            above = self._authority('ca%d' % number, above, number, changes)
        self.signer = above

    def url(self, file):
        return self.server.url('/%s/%s' % (self.name, file))

    def crl_url(self, who):
        return self.url(who + '.crl')

    def hits(self, file):
        return self.server.hits['/' + self.name + file]

    def _key(self, name):
        return pki.cached_key(os.environ.get('SMIMED_TEST_KEYS'), 'revocation-' + name, self.key_kind)

    def _authority(self, name, issuer, number, changes):
        key = self._key(name)
        subject = pki._name('%s %s' % (self.name, name))
        extensions = pki._authority_extensions(key, issuer.key if issuer else key)
        if issuer:
            extensions += self.sources(issuer)
        one = One(name, pki.certificate(subject, key.public_key(), issuer.cert.subject if issuer else subject, issuer.key if issuer else key,
                                        (-500, 3650), extensions), key)
        one.issuer = issuer
        self.ones[name], self.revoked[name] = one, []
        for form, write in FORMS.items():
            self.server.files['/%s/%s.%s' % (self.name, name, form)] = write(one.cert)
        self.publish(name)
        return one

    def sources(self, issuer, crl_urls=None, issuer_form='der', issuer_url=None, ocsp_path=None, freshest=(), crl_issuer=None):
        """The extensions that say where things are."""
        crl_urls = [self.crl_url(issuer.name)] if crl_urls is None else crl_urls
        access = [x509.AccessDescription(AIA.CA_ISSUERS, *uris([issuer_url or self.url('%s.%s' % (issuer.name, issuer_form))]))]
        for path in [ocsp_path] if isinstance(ocsp_path, str) else ocsp_path or ():
            access.append(x509.AccessDescription(AIA.OCSP, *uris([self._full(path)])))
        extensions = [(x509.AuthorityInformationAccess(access), False)]
        names = [x509.DirectoryName(crl_issuer.cert.subject)] if crl_issuer else None
        if crl_urls:
            extensions.append((x509.CRLDistributionPoints([x509.DistributionPoint(uris(map(self._full, crl_urls)), None, None, names)]), False))
        if freshest:
            extensions.append((x509.FreshestCRL([x509.DistributionPoint(uris(map(self._full, freshest)), None, None, None)]), False))
        return extensions

    def _full(self, url):
        return self.server.url(url) if url.startswith('/') else url

    def issue(self, name, signer=None, days=(-10, 300), ocsp=None, person=None, extensions=(), **sources):
        """Somebody's certificate, of ca1 unless `signer` says otherwise; `sources`: see sources()."""
        signer = signer or self.signer
        key = self._key('leaf')
        person = person or pki.Person(name, 'p-256', usage=pki.SIGN)
        every = pki._person_extensions(person, key, signer.key) + self.sources(signer, ocsp_path=ocsp, **sources) + list(extensions)
        cert = pki.certificate(pki._name('%s %s' % (self.name, name)), key.public_key(), signer.cert.subject, signer.key, days, every)
        one = One(name, cert, key, person.addresses[0] if person.addresses else None)
        one.issuer = signer
        return one

    def crl_signer(self, name, signer=None):
        """Somebody who signs CRLs in the place of an authority."""
        signer, key = signer or self.signer, self._key('crl-signer')
        cert = pki.certificate(pki._name('%s %s' % (self.name, name)), key.public_key(), signer.cert.subject, signer.key, (-10, 300),
                               [(x509.BasicConstraints(False, None), True), (pki._usage(('crl_sign',)), True)]
                               + self.sources(signer, ['/%s/responders.crl' % self.name]))
        one = One(name, cert, key)
        one.issuer = signer
        self.revoke_delegate()
        return one

    # CRLs

    def revoke(self, one, days_ago=2, reason=x509.ReasonFlags.key_compromise):
        entry = (x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(pki.NOW - days_ago * DAY)
                 .add_extension(x509.CRLReason(reason), False).build())
        self.revoked[one.issuer.name].append(entry)
        self.publish(one.issuer.name)

    def crl(self, name, days=None, entries=None, key=None, extensions=(), signer=None):
        signer = signer or self.ones[name]
        begin, end = days or self.days
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        builder = (x509.CertificateRevocationListBuilder().issuer_name(signer.cert.subject).last_update(pki.NOW + begin * DAY)
                   .next_update(pki.NOW + end * DAY).add_extension(x509.CRLNumber(number), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        for entry in self.revoked[name] if entries is None else entries:
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(key or signer.key, hashes.SHA256()).public_bytes(DER)

    def publish(self, name, **options):
        self.server.files['/%s/%s.crl' % (self.name, name)] = self.crl(name, **options)

    def publish_delta(self, name, revoked, **options):
        base = self.numbers[name]
        entries = [x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(pki.NOW - DAY).build() for one in revoked]
        self.server.files['/%s/delta.crl' % self.name] = self.crl(name, entries=entries, extensions=[(x509.DeltaCRLIndicator(base), True)], **options)

    def publish_indirect(self, signer, revoked):
        entries = [x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(pki.NOW - DAY)
                   .add_extension(x509.CertificateIssuer([x509.DirectoryName(one.cert.issuer)]), True).build() for one in revoked]
        path = '/%s/%s.crl' % (self.name, signer.name)
        point = x509.IssuingDistributionPoint(uris([self.server.url(path)]), None, False, False, None, True, False)
        self.server.files[path] = self.crl(signer.name, entries=entries, signer=signer, extensions=[(point, True)])

    # OCSP

    def answer_ocsp(self, one, who='issuer', revoked=False, nonce='same', days=(-1, 1), about=None, signer=None, gate=None):
        """Answers the OCSP requests for this certificate; afterwards `answer` may be changed. `who` signs: the issuer, or a delegate of its
        (see DELEGATES); `nonce`: `same`, `other` or `none`; `days`: thisUpdate and nextUpdate (None: none); `about`: another certificate;
        `signer`: somebody else altogether; `gate`: an event that is waited for. Returns the signer. Of several responders it is the last."""
        signer = signer or (one.issuer if who == 'issuer' else self._delegate(one.issuer, **DELEGATES[who]))
        access = one.cert.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        url = [place.access_location.value for place in access if place.access_method == AIA.OCSP][-1]
        answer = {'signer': signer, 'revoked': revoked, 'nonce': nonce, 'days': days, 'about': about or one}

        def respond(body):
            if gate is not None:
                gate.wait()
            return ocsp_response(body, **answer)

        self.server.responders[url[url.index('/ocsp/'):]] = respond
        self.answers[one.name] = answer
        return signer

    def _delegate(self, issuer, exempt=False, days=(-10, 300), usage=EKU.OCSP_SIGNING, signer=None):
        key = self._key('responder')
        extensions = [(x509.BasicConstraints(False, None), True), (pki._usage(('digital_signature',)), True),
                      (x509.ExtendedKeyUsage([usage]), False)] + self.sources(issuer, ['/%s/responders.crl' % self.name])
        if exempt:
            extensions.append((x509.OCSPNoCheck(), False))
        above = signer(self) if signer else issuer
        one = One('responder', pki.certificate(pki._name('%s responder' % self.name), key.public_key(), above.cert.subject, above.key,
                                               days, extensions), key)
        one.issuer = issuer
        self.revoke_delegate()
        return one

    def revoke_delegate(self, *ones):
        """Responders have a CRL of their own, which says nothing of anybody else."""
        path = '/%s/responders.crl' % self.name
        point = x509.IssuingDistributionPoint(uris([self.server.url(path)]), None, False, False, None, False, False)
        entries = [x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(pki.NOW - DAY).build() for one in ones]
        self.server.files[path] = self.crl('ca1', entries=entries, extensions=[(point, True)])


def signed_with_crl(identity, content, chain, crl):
    """A detached SignedData that brings a CRL along."""
    info = forge.signer_info(identity, forge.attributes_for(content))
    certificates = der.ctx(0, *sorted(one.der for one in [identity] + list(chain)))
    return forge.content_info('signed-data', der.seq(
        der.integer(1), der.set_of(der.algorithm('sha256', der.null())), der.seq(der.oid('data')), certificates, der.ctx(1, crl),
        der.set_of(info)))


@contextlib.contextmanager
def served(**options):
    with FaultServer() as server, world.world(**options) as w:
        w.server = server
        yield w


def run(**options):
    tap.main(lambda: served(**options), log=lambda w: w.session.log())
