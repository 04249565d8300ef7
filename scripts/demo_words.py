# SPDX-License-Identifier: LGPL-2.1-or-later
"""A report in words. (On the bus there are words of closed lists; a client makes sentences of them.)"""

PROTECTION = {
    "none": "NOT PROTECTED",
    "verified": "SIGNED by the sender, not encrypted",
    "confidential": "ENCRYPTED, but nobody knows by whom it was written",
    "verified-confidential": "ENCRYPTED, and SIGNED by the sender",
}
PROBLEMS = {
    "revocation-unavailable": "there is no revocation information, so nobody knows whether it was revoked",
    "signature-mismatch": "the message isn't what was signed",
    "signing-time-skew": "it was signed at another time than its Date says",
    "untrusted-root": "no authority that you trust has issued it",
    "address-mismatch": "it names another address",
    "no-integrity": "the cipher alone wouldn't notice changes (the signature inside does)",
    "expiring-soon": "it expires soon",
    "no-certificate": "there is no certificate for this address",
}


def problem(one):
    text = PROBLEMS.get(one["code"], one["code"])
    return f"{text} [{one['code']}]"


def problems(indent, title, found):
    return [f"{indent}{title}: {problem(one)}" for one in found]


def signer(one):
    yes = {True: "is the sender's", False: "is NOT the sender's"}
    lines = [
        f"    signer: {one.get('subject', '?')}",
        f"      signature {one['signature']}, chain {one.get('chain', '?')}, address {yes[one.get('address-match', False)]}",
        f"      {one.get('algorithm', '?')}, {one.get('digest', '?')}",
    ]
    return lines + problems("      ", "note", one.get("problems", []))


def layer(one):
    if one["type"] == "signed":
        lines = [f"  signed ({one.get('format', '?')})"]
        for who in one.get("signers", []):
            lines += signer(who)
        return lines
    if one["type"] == "encrypted":
        return [f"  encrypted: {one.get('cipher', '?')}, key: {one.get('key-encryption', '?')}, "
                f"{len(one.get('recipients', []))} recipients, opened with {one.get('decrypted-with', 'no key')[:16]}"]
    return [f"  {one['type']}"]


def report(one):
    """Lines that say what a report of Open or Verify says."""
    lines = [f"{PROTECTION.get(one['protection'], one['protection'])}. Compared with: {one.get('sender', 'nobody')}. Outside in:"]
    for each in one.get("layers", []):
        lines += layer(each)
    return lines + problems("  ", "warning", one.get("warnings", []))
