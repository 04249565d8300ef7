#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""demo.py [FILE.eml], inside a private session (./dev demo): one message's way from the sender to the recipient.

Two people with a desktop each: the sender's is the session that this runs in, the recipient's is a second one, which
has the recipient's key alone. Ends with an error unless every step comes out as it should.
"""

import email
import email.policy
import email.utils
import json
import os
import re
import subprocess
import sys

from demo_client import Bytes, Client, Refused
from demo_pki import Authority
from demo_words import report as in_words

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.join(HERE, "..", "data", "demo", "invitation.eml")
PASSWORD = "correct horse battery staple"
PROTECTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/signed", "multipart/encrypted")


class Unexpected(Exception):
    """A step came out otherwise than it should."""


def expect(condition, text):
    if not condition:
        raise Unexpected(text)


def say(text=""):
    print(text, flush=True)


def step(text):
    say(f"\n== {text}")


def show_progress(changed):
    known = [str(changed[key]) for key in ("Stage", "Progress", "BytesDone") if key in changed]
    if known:
        say(f"   ... {', '.join(known)}")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def dated_now(data):
    """The message with the Date of this moment, as a mail program writes it when it sends."""
    now = f"Date: {email.utils.formatdate(localtime=True)}".encode()
    return re.sub(rb"^Date: .*$", now, data, count=1, flags=re.MULTILINE)


class Letter:
    """The message, and who is in it."""

    def __init__(self, data):
        self.data = data
        self.parsed = email.message_from_bytes(data, policy=email.policy.SMTP)
        senders = self.addresses("From")
        expect(len(senders) == 1, "the message needs a From field with one address")
        expect(self.parsed.get_content_type() not in PROTECTED, "the message is signed or encrypted already; take a plain one")
        self.sender = senders[0]
        people = {address: (name, address) for name, address in self.addresses("To") + self.addresses("Cc")}
        self.recipients = list(people.values()) or [self.sender]

    def addresses(self, field):
        values = [str(value) for value in self.parsed.get_all(field, [])]
        return [(name, address) for name, address in email.utils.getaddresses(values) if "@" in address]


def content(data):
    """What a reader sees: fields that S/MIME keeps, and each part, decoded. Line ends don't count."""
    message = email.message_from_bytes(data)
    fields = {name: "".join(str(message.get(name, "")).split()) for name in ("From", "To", "Cc", "Subject", "Date")}
    parts = [(part.get_content_type(), part.get_filename(), (part.get_payload(decode=True) or b"").replace(b"\r\n", b"\n").rstrip(b"\n"))
             for part in message.walk() if not part.is_multipart()]
    return fields, parts


def set_up_sender(client, letter, identities, authority):
    step(f"{letter.sender[1]} sets up")
    expect(client.get("Manager", "Enabled") is False, "S/MIME is off for a new user")
    (anchors, refused), _ = client.call("Certificates.Import", "hs", Bytes(read(authority.certificate)), "anchor")
    expect(len(anchors) == 1 and not refused, f"the anchor is refused: {refused}")
    say(f"   trusts the Demo Root CA           {anchors[0][-64:][:16]}")
    certificate, pkcs12 = identities[letter.sender[1]]
    (own,), _ = client.call("Certificates.ImportPkcs12", "h", Bytes(read(pkcs12)), job=True, password_fd=Bytes(PASSWORD.encode()))
    say(f"   key and certificate in the keyring {own[0][-64:][:16]}")
    (account,), _ = client.call("Manager.RegisterAccount", "s", letter.sender[1])
    client.set("Manager", "Enabled", variant_true())
    expect(client.get("Manager", "Enabled") is True, "S/MIME can be switched on")
    expect(client.get("Account", "Ready", account), f"the account is ready; it isn't: {client.get('Account', 'Problems', account)}")
    say(f"   S/MIME is on, the account is ready {account}")
    return own[0]


def variant_true():
    from gi.repository import GLib

    return GLib.Variant("b", True)


def learn_recipients(client, letter, identities):
    step("and learns the recipients' certificates")
    wanted = [address for _, address in letter.recipients]
    (ready, verdicts), _ = client.call("Recipients.Evaluate", "sas", letter.sender[1], wanted)
    for verdict in verdicts:
        codes = ", ".join(one["code"] for one in verdict.get("problems", [])) or "-"
        say(f"   before: {verdict['address']}: usable {verdict['usable']}, problems {codes}")
    for address in wanted:
        client.call("Certificates.Import", "hs", Bytes(read(identities[address][0])), "correspondent")
    (ready, verdicts), _ = client.call("Recipients.Evaluate", "sas", letter.sender[1], wanted)
    for verdict in verdicts:
        say(f"   after:  {verdict['address']}: usable {verdict['usable']}, source {verdict.get('source', '?')}")
    expect(ready, f"every recipient is usable; they aren't: {verdicts}")
    return wanted


def seal(client, letter, wanted, folder):
    step("The message is signed and encrypted")
    (outputs, report), files = client.call(
        "Messages.Encrypt", "hsas", Bytes(letter.data), letter.sender[1], wanted, job=True, sign=True)
    expect(len(outputs) == 1 and set(outputs[0][0]) == set(wanted), f"one copy for all: {outputs}")
    sealed = files[outputs[0][1]]
    say(f"   {len(letter.data)} bytes became {len(sealed)}; {report.get('cipher')}, {report.get('digest')}")
    for _, _, payload in content(letter.data)[1]:
        expect(len(payload) < 16 or payload[:64] not in sealed, "nothing of the message can be read in what is sent")
    say("   What travels begins like this:")
    for line in sealed.decode("ascii", "replace").splitlines()[:14]:
        say(f"   | {line}")
    write(os.path.join(folder, "sealed.eml"), sealed)
    return sealed


def tamper(client, letter, folder):
    step("What happens if somebody changes a signed message on its way")
    (_, _), files = client.call("Messages.Sign", "hs", Bytes(letter.data), letter.sender[1])
    signed = files[0]
    write(os.path.join(folder, "signed.eml"), signed)
    (_, report), _ = client.call("Messages.Open", "h", Bytes(signed))
    say("   " + "\n   ".join(in_words(report)))
    expect(report["protection"] == "verified", f"the signed message is verified: {report}")
    forged = change_one_letter(signed)
    write(os.path.join(folder, "forged.eml"), forged)
    (_, report), _ = client.call("Messages.Open", "h", Bytes(forged))
    say("   One letter changed:")
    say("   " + "\n   ".join(in_words(report)))
    expect(report["protection"] == "none" and report["layers"][0]["signers"][0]["signature"] == "bad",
           f"the forged message is found out: {report}")


def change_one_letter(signed):
    """Another letter in the middle of the signed part."""
    boundary = b"--" + email.message_from_bytes(signed).get_boundary().encode()
    begin = signed.index(b"\r\n" + boundary)
    end = signed.index(b"\r\n" + boundary, begin + 1)
    at = next(index for index in range((begin + end) // 2, end) if chr(signed[index]).isalpha())
    return signed[:at] + (b"x" if signed[at:at + 1] != b"x" else b"y") + signed[at + 1:]


def receive(folder):
    """The recipient's part, in a session of their own."""
    with open(os.path.join(folder, "receive.json"), encoding="utf-8") as file:
        task = json.load(file)
    client = Client(show_progress)
    client.call("Certificates.Import", "hs", Bytes(read(task["anchor"])), "anchor")
    client.call("Certificates.ImportPkcs12", "h", Bytes(read(task["pkcs12"])), password_fd=Bytes(PASSWORD.encode()))
    client.set("Manager", "Enabled", variant_true())
    (_, report), files = client.call("Messages.Open", "h", Bytes(read(task["sealed"])), job=True)
    write(os.path.join(folder, "opened.eml"), files[0])
    say("   " + "\n   ".join(in_words(report)))
    expect(report["protection"] == "verified-confidential", f"the message is verified and confidential: {report}")
    expect([one["type"] for one in report["layers"]] == ["encrypted", "signed"], "signed inside, encrypted outside")
    own = client.call("Certificates.Find", "a{sv}", {"own": variant_true()})[0][0]
    expect(report["layers"][0]["decrypted-with"] in own[0], "it was the recipient's key that opened it")


def open_as_recipient(folder, letter, identities, authority):
    name, address = letter.recipients[0]
    step(f"{name or address} opens it, in another session with another keyring")
    task = {"anchor": authority.certificate, "pkcs12": identities[address][1], "sealed": os.path.join(folder, "sealed.eml")}
    with open(os.path.join(folder, "receive.json"), "w", encoding="utf-8") as file:
        json.dump(task, file)
    command = [sys.executable, os.path.join(HERE, "session.py"), os.environ["SMIMED_PREFIX"],
               sys.executable, os.path.abspath(__file__), "--receive", folder]
    expect(subprocess.run(command, check=False).returncode == 0, "the recipient opens the message")
    opened = read(os.path.join(folder, "opened.eml"))
    expect(content(opened) == content(letter.data), "what was opened is what was written, field by field and part by part")
    say("   What came out is what went in:")
    parsed = email.message_from_bytes(opened, policy=email.policy.SMTP)
    for field in ("From", "To", "Subject"):
        say(f"   | {field}: {parsed.get(field, '')}")
    for kind, filename, payload in content(opened)[1]:
        say(f"   | {kind}, {len(payload)} bytes{', ' + str(parsed_name(filename)) if filename else ''}")


def parsed_name(filename):
    return email.utils.collapse_rfc2231_value(filename)


def look_around(folder):
    step("The objects on the sender's bus: busctl --user tree org.smimed.Smime1")
    tree = subprocess.run(["busctl", "--user", "tree", "--no-pager", "org.smimed.Smime1"], check=False).returncode
    expect(tree == 0, "busctl shows the objects")
    step("Where things lie")
    for path, folders, files in os.walk(os.environ["XDG_DATA_HOME"]):
        folders.sort()
        for name in sorted(files):
            full = os.path.join(path, name)
            say(f"   {os.path.getsize(full):8} {full.replace(os.environ['XDG_DATA_HOME'], '$XDG_DATA_HOME')}")
    say("   Keys are in the Secret Service (keyrings/), certificates in the database; both end with this session.")
    say(f"   What you have seen stays in {os.path.relpath(folder, os.path.join(HERE, '..'))}:")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".eml"):
            say(f"   {os.path.getsize(os.path.join(folder, name)):8} {name}")


def demonstrate(path):
    folder = os.path.join(os.path.dirname(os.environ["SMIMED_PREFIX"]), "demo")
    os.makedirs(folder, exist_ok=True)
    letter = Letter(read(path) if path else dated_now(read(DEFAULT)))
    write(os.path.join(folder, "original.eml"), letter.data)
    say(f"{path or 'data/demo/invitation.eml'}: from {letter.sender[1]} to {', '.join(address for _, address in letter.recipients)}")
    authority = Authority(os.path.join(os.environ["XDG_RUNTIME_DIR"], "demo-ca"))
    identities = {address: authority.issue(name, address, PASSWORD) for name, address in [letter.sender, *letter.recipients]}
    say(f"A demo authority has issued {len(identities)} certificates. It publishes no revocation lists: by default nothing that it")
    say("issued would be valid (revocation 'hard-fail'). For the demo that is 'soft-fail': told, but not decisive.")
    client = Client(show_progress)
    set_up_sender(client, letter, identities, authority)
    wanted = learn_recipients(client, letter, identities)
    seal(client, letter, wanted, folder)
    open_as_recipient(folder, letter, identities, authority)
    tamper(client, letter, folder)
    look_around(folder)
    say("\nAll went as it should.")


def main():
    subprocess.run(["gsettings", "set", "org.smimed", "revocation", "soft-fail"], check=True)
    try:
        if sys.argv[1:2] == ["--receive"]:
            receive(sys.argv[2])
        else:
            demonstrate(sys.argv[1] if len(sys.argv) > 1 else None)
    except (Unexpected, Refused, OSError, RuntimeError) as error:
        sys.stdout.flush()
        print(f"\nTHE DEMO FAILED: {error}", file=sys.stderr)
        with open(os.environ["SMIMED_LOG"], encoding="utf-8", errors="replace") as log:
            lines = [line for line in log if "Failed to set fd limit" not in line and "uccessfully activated" not in line]
        sys.stderr.write("".join(["The session's messages:\n", *lines[-40:]] if lines else ""))
        sys.exit(1)


if __name__ == "__main__":
    main()
