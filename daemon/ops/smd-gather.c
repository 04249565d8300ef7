/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-gather.h"

#include "smd-issuers.h"
#include "smd-limits.h"

void
smd_gathered_free (SmdGathered *self)
{
  g_ptr_array_unref (self->candidates);
  g_ptr_array_unref (self->anchors);
  g_hash_table_unref (self->distrusted);
  g_free (self);
}

static SmdGathered *
gathered_new (void)
{
  SmdGathered *self = g_new0 (SmdGathered, 1);

  self->candidates = smd_certificates_new ();
  self->anchors = smd_certificates_new ();
  self->distrusted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
take_record (SmdGathered *self, const SmdCertRecord *record, GPtrArray *open)
{
  gboolean trusted = record->role == SMD_ROLE_ANCHOR || record->trust == SMD_TRUST_TRUSTED;

  if (trusted && record->trust != SMD_TRUST_DISTRUSTED)
    smd_certificates_add (self->anchors, record->certificate);

  smd_certificates_add (open, record->certificate);
}

static gboolean
take_stored (SmdGathered *self, GPtrArray *records, GPtrArray *open)
{
  for (guint i = 0; records != NULL && i < records->len; i++)
    take_record (self, records->pdata[i], open);
  return records != NULL;
}

typedef struct
{
  const SmdEnv *env;  /* (unowned) */
  GPtrArray *borne;   /* (unowned) (nullable) */
  GPtrArray *fetched; /* (unowned) (nullable) */
  GPtrArray *open;    /* (unowned) */
  GPtrArray *others;  /* (unowned) anchors that aren't stored */
  GArray *names;      /* (unowned) of SmdSpan: that were looked for */
} Search;

/* Whose certificates are looked for */
typedef struct
{
  SmdSpan der;
  SmdCertificate *child; /* (unowned) (nullable) whose issuer's name it is */
} Name;

static gboolean
has_name (SmdCertificate *certificate, const Name *name)
{
  return name->child != NULL ? smd_certificate_is_issuer_name_of (certificate, name->child)
                             : smd_certificate_is_named (certificate, name->der);
}

static void
take_named (const Search *search, GPtrArray *certificates, const Name *name)
{
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    if (has_name (certificates->pdata[i], name))
      smd_certificates_add (search->open, certificates->pdata[i]);
}

/* What the user distrusts is no anchor, whoever else trusts it. */
static gboolean
take_other_anchor (SmdGathered *self, const Search *search, SmdCertificate *anchor, GError **error)
{
  SmdTrust trust = SMD_TRUST_DEFAULT;

  if (!smd_cert_store_get_trust (search->env->certs, smd_certificate_get_fingerprint (anchor), &trust, error))
    return FALSE;

  if (trust != SMD_TRUST_DISTRUSTED)
    smd_certificates_add (self->anchors, anchor);
  smd_certificates_add (search->open, anchor);
  return TRUE;
}

static gboolean
take_other_anchors (SmdGathered *self, const Search *search, const Name *name, GError **error)
{
  for (guint i = 0; i < search->others->len; i++)
    if (has_name (search->others->pdata[i], name)
        && !take_other_anchor (self, search, search->others->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Hundreds that name themselves as their issuers are found once, not once for each. */
static gboolean
is_new (const Search *search, SmdSpan name)
{
  for (guint i = 0; i < search->names->len; i++)
    if (smd_span_equal (g_array_index (search->names, SmdSpan, i), name))
      return FALSE;

  g_array_append_val (search->names, name);
  return TRUE;
}

static gboolean
take_all_named (SmdGathered *self, const Search *search, const Name *name, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;

  if (!is_new (search, name->der))
    return TRUE;

  records = smd_issuers_find (search->env, name->der, error);
  take_named (search, search->borne, name);
  take_named (search, search->fetched, name);
  return take_stored (self, records, search->open) && take_other_anchors (self, search, name, error);
}

static gboolean
take_issuers (SmdGathered *self, const Search *search, SmdCertificate *certificate, GError **error)
{
  GPtrArray *others = smd_certificate_get_crl_issuer_names (certificate);
  const Name issuer = { smd_certificate_get_issuer_der (certificate), certificate };

  if (!take_all_named (self, search, &issuer, error))
    return FALSE;

  for (guint i = 0; i < others->len; i++)
    {
      const Name name = { smd_span_bytes (others->pdata[i]), NULL };

      if (!take_all_named (self, search, &name, error))
        return FALSE;
    }
  return TRUE;
}

/* Who is trusted by himself is his own anchor: a path over somebody who is distrusted is none for him. */
static gboolean
is_excluded (const SmdGathered *self, gboolean trusted, SmdCertificate *issuer)
{
  return trusted && g_hash_table_contains (self->distrusted, smd_certificate_get_fingerprint (issuer));
}

/* Wherever it comes from: what was deleted stays distrusted, and may come again with any message. */
static gboolean
note_distrust (SmdGathered *self, const SmdEnv *env, SmdCertificate *certificate, GError **error)
{
  const char *fingerprint = smd_certificate_get_fingerprint (certificate);
  SmdTrust trust = SMD_TRUST_DEFAULT;

  if (!smd_cert_store_get_trust (env->certs, fingerprint, &trust, error))
    return FALSE;
  if (trust == SMD_TRUST_DISTRUSTED)
    g_hash_table_add (self->distrusted, g_strdup (fingerprint));
  return TRUE;
}

SmdGathered *
smd_gather (const SmdEnv *env, SmdCertificate *leaf, GPtrArray *borne, GPtrArray *fetched, GError **error)
{
  g_autoptr (SmdGathered) self = gathered_new ();
  g_autoptr (GPtrArray) open = smd_certificates_new ();
  g_autoptr (GPtrArray) others = env->anchors != NULL ? smd_anchor_source_list (env->anchors) : smd_certificates_new ();
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (SmdSpan));
  const Search search = { env, borne, fetched, open, others, names };
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) records = NULL;
  gboolean trusted;

  /* The leaf itself may be distrusted, or trusted directly. */
  query.fingerprint = smd_certificate_get_fingerprint (leaf);
  smd_certificates_add (open, leaf);
  records = smd_cert_store_find (env->certs, &query, error);
  if (!take_stored (self, records, open))
    return NULL;
  trusted = self->anchors->len > 0;

  for (guint i = 0; i < open->len && i < SMD_LIMIT_CERTIFICATES; i++)
    {
      if (!note_distrust (self, env, open->pdata[i], error))
        return NULL;
      if (is_excluded (self, trusted, open->pdata[i]))
        continue;
      if (!take_issuers (self, &search, open->pdata[i], error))
        return NULL;
      if (i > 0)
        smd_certificates_add (self->candidates, open->pdata[i]);
    }

  return g_steal_pointer (&self);
}
