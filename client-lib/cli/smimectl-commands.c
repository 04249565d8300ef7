/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-entry.h"
#include "smimectl-mutt.h"

#define SAID "json quiet"
#define CALL SAID " deadline no-prompt offline"

/* --help, completion and smimectl(1) are made from this table. */
const SmimectlEntry smimectl_entries[] = {
  { "status", smimectl_status, "", N_ ("Whether S/MIME is on, which accounts are ready, what expires, and what to do about it"), NULL, CALL, NULL,
    "the properties of Manager, with Accounts (a list as of “account list”) and Revocation (its properties and Entries)" },
  { "enable", smimectl_enable, "", N_ ("Switch S/MIME on"), NULL, SAID, NULL, "an object with Enabled" },
  { "disable", smimectl_disable, "", N_ ("Switch S/MIME off"),
    N_ ("Keys, certificates and settings stay. While it is off no message is signed, encrypted or opened."), SAID, NULL, "an object with Enabled" },
  { "account", smimectl_account, N_ ("[list|show ADDRESS|add ADDRESS|set ADDRESS|remove ADDRESS]"), N_ ("List, register, change or unregister accounts"),
    N_ ("“set” fixes the certificates that an account uses (--signing and --encryption together; “auto” lets the service choose) and its defaults. "
        "“remove” keeps certificates and keys."),
    CALL " alias signing encryption sign-by-default encrypt-by-default", "list|show|add|set|remove account",
    "an account: its properties and Path; a list of them for “list”; an empty object for “remove”" },
  { "import", smimectl_import, N_ ("FILE"), N_ ("Import keys, certificates, or the sender's certificate of a signed message"),
    N_ ("What FILE is, its content tells: PKCS#12 holds your keys; PEM, DER and PKCS#7 hold certificates, which become correspondents' unless --role "
        "says otherwise; from a signed message the sender's certificate is learned, if the signature is proven. An authority that you trust is "
        "imported with --role anchor."),
    CALL " role password-fd prompter notify", "file", "a list of certificates' properties; for certificates without keys an object with certificates and refused" },
  { "export", smimectl_export, N_ ("FINGERPRINT…"), N_ ("Write your keys to a PKCS#12 file"),
    N_ ("The file is encrypted with a new password, which is asked for twice. Weak passwords are refused."), CALL " output password-fd prompter",
    "own*", "an empty object (with --output)" },
  { "generate-password", smimectl_generate_password, "", N_ ("Make a strong password, such as “export” asks for"),
    N_ ("It isn't kept anywhere. Without --output it is written to standard output, without a newline, as --password-fd reads it."), CALL " output",
    NULL, "an empty object (with --output)" },
  { "managed", smimectl_managed, "", N_ ("List the PKCS#12 files that an administrator delivered, and what became of them"),
    N_ ("Exit code 3 if one of them isn't imported; below it stands why, and what helps."), CALL, NULL, "the files of ListManaged" },
  { "request", smimectl_request, N_ ("[list|create ADDRESS|complete REQUEST FILE|discard REQUEST]"), N_ ("Make a key and ask an authority for a certificate"),
    N_ ("“create” makes a key, which never leaves the keyring, and writes a PKCS#10 request. Send that to a certification authority, and give what it "
        "answers to “complete”. “list” tells which keys wait for their certificate, “discard” deletes one."),
    CALL " output key-type", "list|create|complete|discard text file",
    "“list”: that of ListRequests; “create”: an object with request (with --output); “complete”: a list of certificates' properties; “discard”: an empty object" },
  { "certificates", smimectl_certificates, N_ ("[TEXT]"), N_ ("List certificates"),
    N_ ("All of them, or those in whose names and addresses TEXT is found."), CALL " any-role usage address own check details pem", "text",
    "a list of certificates' properties; with --check a list of reports of Validate, with certificate" },
  { "delete", smimectl_delete, N_ ("FINGERPRINT"), N_ ("Delete a certificate"), N_ ("One of your own is deleted only with --delete-key."),
    CALL " delete-key", "certificate", "an empty object" },
  { "trust", smimectl_trust, N_ ("FINGERPRINT [default|trusted|distrusted]"), N_ ("Say whether you trust a certificate, or see whether it is valid"),
    N_ ("A trusted certificate is an authority; nothing that a distrusted one has issued is valid. Without a word the certificate is judged."),
    CALL " usage details", "certificate default|trusted|distrusted",
    "a list with the certificate's properties; without a word a list with the report of Validate" },
  { "recipients", smimectl_recipients, N_ ("--from ADDRESS ADDRESS…"), N_ ("Check whether a message to these can be encrypted"),
    N_ ("One line for each: whether, why not, and what helps."), CALL " from", "recipient*", "the verdicts of Evaluate" },
  { "sign", smimectl_sign, N_ ("--from ADDRESS [FILE]"), N_ ("Sign a message"), NULL, CALL " from output sign-format", "file",
    "the report of Sign (with --output)" },
  { "encrypt", smimectl_encrypt, N_ ("--from ADDRESS --to ADDRESS [FILE]"), N_ ("Encrypt a message"),
    N_ ("For To and Cc there is one copy. Each --bcc gets a copy of its own, in a file beside that of --output, with a dot and the address behind its "
        "name, so that no copy tells of another's. With one address that can't be encrypted to nothing is written."),
    CALL " from to bcc output sign signature-format encrypt-format cipher", "file", "the report of Encrypt (with --output)" },
  { "open", smimectl_open, N_ ("[FILE]"), N_ ("Verify and decrypt a message"),
    N_ ("Standard error tells who it is from and whether that is proven, whether it was confidential, what is wrong and what can be done; standard "
        "output, or --output, gets the message inside. Exit code 3 if the sender isn't proven. With --json and without --output only the report is "
        "written."),
    CALL " output sender received-at content-type entity-only depth", "file", "the report of Open" },
  { "verify", smimectl_verify, N_ ("[MESSAGE|CONTENT SIGNATURE]"), N_ ("Verify a message, or a detached signature"),
    N_ ("Of a message only the verdict is told, and its content isn't written. With two files CONTENT is the signed entity with its header fields, "
        "SIGNATURE is DER, base64 or PEM. Exit code 3 if the sender isn't proven."),
    CALL " sender received-at as-is", "file file", "the report of Open, or of Verify with two files" },
  { "inspect", smimectl_inspect, N_ ("[FILE]"), N_ ("Show a message's outer layer, without any key"), NULL, CALL " content-type", "file", "the report of Inspect" },
  { "revocation", smimectl_revocation, N_ ("[list|refresh|import FILE|flush]"), N_ ("List, fetch, import or forget revocation lists"),
    N_ ("“refresh” fetches what is due, with --force all; exit code 3 if something can't be fetched."), CALL " force", "list|refresh|import|flush file",
    "the entries of List or Refresh; the entry for “import”; an empty object for “flush”" },
  { "monitor", smimectl_monitor, "", N_ ("Print signals and changes as they come"), N_ ("Until Ctrl-C."), SAID, NULL,
    "one object a line: signal (PropertiesChanged, InterfacesAdded, InterfacesRemoved, CertificateExpiring, ExpiryActivated, NameOwnerChanged) and its arguments" },
  { "policy", smimectl_policy, N_ ("[list|get KEY|set KEY VALUE…|reset KEY]"), N_ ("Show and change the settings"),
    N_ ("smimed-policy(5) describes them. A list is given as several values. What the administrator has locked can't be changed."), SAID,
    "list|get|set|reset key text*", "for “list” an object of all settings; each an object with value, default and locked", TRUE },
  { "mutt", smimectl_mutt, "ACTION [FILE…]", N_ ("What mutt and neomutt call"),
    N_ ("The configuration smimed.rc calls it, which a muttrc sources. By hand only “find ADDRESS” is of use: it looks for a recipient's certificate, in "
        "the directories too, and lets mutt know."),
    "json from", "find recipient*", "“find”: the verdicts of Evaluate" },
  { NULL },
};
