/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-context.h"

const SmimectlEntry smimectl_entries[] = {
  { "status", smimectl_status, "", N_ ("Whether S/MIME is on, and which accounts are ready") },
  { "enable", smimectl_enable, "", N_ ("Switch S/MIME on") },
  { "disable", smimectl_disable, "", N_ ("Switch S/MIME off") },
  { "account", smimectl_account, "add|remove ADDRESS", N_ ("Register or unregister an account") },
  { "import", smimectl_import, "FILE", N_ ("Import a PKCS#12 file with your keys, or with --role certificates of others") },
  { "export", smimectl_export, "FINGERPRINT… -o FILE", N_ ("Write your keys to a PKCS#12 file") },
  { "certificates", smimectl_certificates, "[TEXT]", N_ ("List certificates") },
  { "delete", smimectl_delete, "FINGERPRINT", N_ ("Delete a certificate") },
  { "trust", smimectl_trust, "FINGERPRINT default|trusted|distrusted", N_ ("Say whether you trust a certificate") },
  { "recipients", smimectl_recipients, "--from ADDRESS ADDRESS…", N_ ("Check whether a message to these can be encrypted") },
  { "sign", smimectl_sign, "--from ADDRESS [FILE]", N_ ("Sign a message") },
  { "encrypt", smimectl_encrypt, "--from ADDRESS --to ADDRESS [FILE]", N_ ("Encrypt a message") },
  { "open", smimectl_open, "[FILE]", N_ ("Verify and decrypt a message") },
  { "verify", smimectl_verify, "CONTENT SIGNATURE", N_ ("Verify a detached signature") },
  { "inspect", smimectl_inspect, "[FILE]", N_ ("Show a message's outer layer, without any key") },
  { NULL, NULL, NULL, NULL },
};
