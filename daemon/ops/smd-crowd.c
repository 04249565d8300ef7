/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crowd.h"

#include "smd-gather.h"
#include "smd-path-check.h"

#define MOST_AUTHORITIES 4096 /* of each role that are looked at */
#define MOST_OF_NAME 8        /* trusted ones with one name */

/* Authorities with one name: first all that are known, then those that lead to an anchor */
typedef struct
{
  GPtrArray *authorities; /* (owned) of SmdCertificate */
  gboolean proven;
} Name;

typedef struct
{
  const SmdEnv *env;   /* (unowned) */
  const SmdCall *call; /* (unowned) */
  GHashTable *names;   /* (owned) hash of the name, however it is encoded -> Name */
  gint64 now;
} Crowd;

static void
name_free (gpointer data)
{
  Name *self = data;

  g_ptr_array_unref (self->authorities);
  g_free (self);
}

static gpointer
hash_name (const Crowd *self, SmdSpan name)
{
  return GUINT_TO_POINTER (smd_crl_hash_issuer (self->env->crypto, name));
}

static void
add_authority (Crowd *self, SmdCertificate *authority)
{
  gpointer hash = hash_name (self, smd_certificate_get_subject_der (authority));
  Name *name = g_hash_table_lookup (self->names, hash);

  if (name == NULL)
    {
      name = g_new0 (Name, 1);
      name->authorities = smd_certificates_new ();
      g_hash_table_insert (self->names, hash, name);
    }
  g_ptr_array_add (name->authorities, smd_certificate_ref (authority));
}

static gboolean
add_stored (Crowd *self, SmdRole role, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) records = NULL;

  query.role = role;
  query.limit = MOST_AUTHORITIES;
  records = smd_cert_store_find (self->env->certs, &query, error);
  for (guint i = 0; records != NULL && i < records->len; i++)
    add_authority (self, ((const SmdCertRecord *) records->pdata[i])->certificate);
  return records != NULL;
}

static gboolean
add_all (Crowd *self, GError **error)
{
  g_autoptr (GPtrArray) others = self->env->anchors != NULL ? smd_anchor_source_list (self->env->anchors) : NULL;

  for (guint i = 0; others != NULL && i < others->len; i++)
    add_authority (self, others->pdata[i]);
  return add_stored (self, SMD_ROLE_ANCHOR, error) && add_stored (self, SMD_ROLE_INTERMEDIATE, error);
}

static gboolean
leads_to_anchor (const Crowd *self, SmdCertificate *authority)
{
  g_autoptr (SmdGathered) gathered = smd_gather (self->env, authority, NULL, NULL, NULL);
  SmdPathQuery query = { .leaf = authority, .at = self->now };
  g_autoptr (SmdPath) path = NULL;

  if (gathered == NULL)
    return FALSE;
  query.candidates = gathered->candidates;
  query.anchors = gathered->anchors;
  path = smd_path_check (self->env->crypto, &query, NULL);
  return path != NULL && path->anchored && path->problems->len == 0;
}

/* Once for each name: others may have made as many authorities of it as they like. */
static void
prove (const Crowd *self, Name *name)
{
  GPtrArray *trusted = smd_certificates_new ();

  for (guint i = 0; i < name->authorities->len && trusted->len < MOST_OF_NAME && !g_cancellable_is_cancelled (self->call->cancellable); i++)
    if (leads_to_anchor (self, name->authorities->pdata[i]))
      g_ptr_array_add (trusted, smd_certificate_ref (name->authorities->pdata[i]));
  g_ptr_array_unref (name->authorities);
  name->authorities = trusted;
  name->proven = TRUE;
}

static gboolean
is_signed (const Crowd *self, SmdCertificate *certificate)
{
  Name *name = g_hash_table_lookup (self->names, hash_name (self, smd_certificate_get_issuer_der (certificate)));

  if (name == NULL || smd_certificate_get_not_before (certificate) > self->now || smd_certificate_get_not_after (certificate) < self->now)
    return FALSE;
  if (!name->proven)
    prove (self, name);
  for (guint i = 0; i < name->authorities->len; i++)
    if (smd_certificate_is_signed_by (certificate, name->authorities->pdata[i]))
      return TRUE;

  return FALSE;
}

GPtrArray *
smd_crowd_sort (const SmdEnv *env, const SmdCall *call, GPtrArray *certificates, guint most, gint64 now, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (NULL, NULL, NULL, name_free);
  Crowd self = { env, call, names, now };
  g_autoptr (GPtrArray) best = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  if (!add_all (&self, error))
    return NULL;
  for (guint i = 0; i < certificates->len; i++)
    {
      gboolean wanted = best->len < most && !g_cancellable_is_cancelled (call->cancellable);

      g_ptr_array_add (wanted && is_signed (&self, certificates->pdata[i]) ? best : others, certificates->pdata[i]);
    }
  g_ptr_array_extend (best, others, NULL, NULL);
  return g_steal_pointer (&best);
}
