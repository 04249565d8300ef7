/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-issuers.h"

#include "smd-limits.h"

/* Authorities whose names are compared one by one: more than any collection of anchors has */
#define MOST_COMPARED 1024

static gboolean
add_named (const SmdEnv *env, SmdRole role, SmdSpan name, GPtrArray *records, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) all = NULL;

  query.role = role;
  query.limit = MOST_COMPARED;
  all = smd_cert_store_find (env->certs, &query, error);
  for (guint i = 0; all != NULL && i < all->len; i++)
    if (smd_certificate_is_named (((const SmdCertRecord *) all->pdata[i])->certificate, name))
      g_ptr_array_add (records, smd_cert_record_copy (all->pdata[i]));
  return all != NULL;
}

GPtrArray *
smd_issuers_find (const SmdEnv *env, SmdSpan name, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) found = NULL;

  query.subject_der = name;
  query.limit = SMD_LIMIT_CERTIFICATES;
  found = smd_cert_store_find (env->certs, &query, error);
  if (found == NULL || found->len > 0)
    return g_steal_pointer (&found);

  records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  if (!add_named (env, SMD_ROLE_INTERMEDIATE, name, records, error) || !add_named (env, SMD_ROLE_ANCHOR, name, records, error))
    return NULL;

  return g_steal_pointer (&records);
}
