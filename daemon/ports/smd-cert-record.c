/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cert-record.h"

static const char *const role_words[] = {
  [SMD_ROLE_INTERMEDIATE] = "intermediate",
  [SMD_ROLE_CORRESPONDENT] = "correspondent",
  [SMD_ROLE_ANCHOR] = "anchor",
  [SMD_ROLE_OWN] = "own",
};
static const char *const trust_words[] = {
  [SMD_TRUST_DEFAULT] = "default",
  [SMD_TRUST_TRUSTED] = "trusted",
  [SMD_TRUST_DISTRUSTED] = "distrusted",
};
static const char *const origin_words[] = {
  [SMD_ORIGIN_USER] = "user",
  [SMD_ORIGIN_MANAGED] = "managed",
  [SMD_ORIGIN_MESSAGE] = "message",
  [SMD_ORIGIN_DIRECTORY] = "directory",
};

static int
find_word (const char *const *words, int n, const char *word)
{
  for (int i = 0; i < n; i++)
    if (g_str_equal (words[i], word))
      return i;

  return -1;
}

const char *
smd_role_to_word (SmdRole role)
{
  return role_words[role];
}

gboolean
smd_role_from_word (const char *word, SmdRole *role)
{
  int i = find_word (role_words, SMD_N_ROLES, word);

  if (i >= 0)
    *role = (SmdRole) i;
  return i >= 0;
}

const char *
smd_trust_to_word (SmdTrust trust)
{
  return trust_words[trust];
}

gboolean
smd_trust_from_word (const char *word, SmdTrust *trust)
{
  int i = find_word (trust_words, SMD_N_TRUSTS, word);

  if (i >= 0)
    *trust = (SmdTrust) i;
  return i >= 0;
}

const char *
smd_origin_to_word (SmdOrigin origin)
{
  return origin_words[origin];
}

SmdCertRecord *
smd_cert_record_new (SmdCertificate *certificate, SmdRole role, SmdOrigin origin, SmdTrust trust)
{
  SmdCertRecord *self = g_new0 (SmdCertRecord, 1);

  self->certificate = smd_certificate_ref (certificate);
  self->role = role;
  self->origin = origin;
  self->trust = trust;
  return self;
}

SmdCertRecord *
smd_cert_record_copy (const SmdCertRecord *self)
{
  return smd_cert_record_new (self->certificate, self->role, self->origin, self->trust);
}

void
smd_cert_record_free (SmdCertRecord *self)
{
  smd_certificate_unref (self->certificate);
  g_free (self);
}
