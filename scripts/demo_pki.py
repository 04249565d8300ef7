# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small certification authority with the openssl command, for the demo."""

import os
import subprocess

CA_EXTENSIONS = """basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
"""
PERSON_EXTENSIONS = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=emailProtection
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=@names
[names]
{name}
"""


def alternative_name(address):
    """The subject alternative name that names ADDRESS: rfc822Name, or SmtpUTF8Mailbox (RFC 9598)."""
    local, _, domain = address.rpartition("@")
    if local.isascii():
        return f"email.1={local}@{domain.encode('idna').decode()}"
    return f"otherName.1=1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:{address}"


class Authority:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.certificate = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        self._openssl("genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self._key)
        self._openssl("req", "-new", "-key", self._key, "-subj", "/O=Demo/CN=Demo Root CA", "-out", f"{folder}/ca.csr")
        self._sign(f"{folder}/ca.csr", CA_EXTENSIONS, self.certificate, "-signkey", self._key, "-days", "3650")

    def issue(self, name, address, password):
        """A key and a certificate for ADDRESS; returns the paths of the certificate (PEM) and the PKCS#12 file."""
        base = os.path.join(self.folder, "".join(letter if letter.isalnum() else "_" for letter in address))
        self._openssl("req", "-new", "-newkey", "rsa:2048", "-noenc", "-keyout", f"{base}.key", "-utf8",
                      "-subj", f"/O=Demo/CN={self._escape(name or address)}", "-out", f"{base}.csr")
        self._sign(f"{base}.csr", PERSON_EXTENSIONS.format(name=alternative_name(address)), f"{base}.pem",
                   "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", "365")
        self._openssl("pkcs12", "-export", "-inkey", f"{base}.key", "-in", f"{base}.pem", "-certfile", self.certificate,
                      "-name", address, "-passout", "stdin", "-out", f"{base}.p12", stdin=password + "\n")
        return f"{base}.pem", f"{base}.p12"

    def _sign(self, request, extensions, out, *how):
        path = f"{out}.ext"
        with open(path, "w", encoding="utf-8") as file:
            file.write(extensions)
        self._openssl("x509", "-req", "-in", request, "-extfile", path, "-sha256", "-out", out, *how)

    @staticmethod
    def _escape(text):
        return text.replace("\\", "\\\\").replace("/", "\\/").replace("+", "\\+")[:60]

    @staticmethod
    def _openssl(*arguments, stdin=""):
        done = subprocess.run(["openssl", *arguments], input=stdin.encode(), capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
