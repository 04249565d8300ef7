/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"
#include "smd-database-private.h"
#include "smd-search-terms.h"
#include "smimed-error.h"

/* ---- add ---- */

static gboolean
put_addresses (SmdDatabase *self, gint64 id, SmdCertificate *certificate, GError **error)
{
  const char *const *addresses = smd_certificate_get_addresses (certificate);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *folded = NULL;

  g_string_printf (text, "%s\n%s", smd_certificate_get_subject (certificate), smd_certificate_get_issuer (certificate));
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autofree char *normal = smd_address_normalize (addresses[i]);

      g_string_append_printf (text, "\n%s", addresses[i]);
      if (normal != NULL
          && !smd_database_run (self, NULL, error,
                                "INSERT OR IGNORE INTO addresses (address, not_before, certificate, fingerprint) VALUES (?, ?, ?, ?)", "siis",
                                normal, smd_certificate_get_not_before (certificate), id, smd_certificate_get_fingerprint (certificate)))
        return FALSE;
    }
  folded = smd_search_fold_text (text->str);
  return smd_database_run (self, NULL, error, "INSERT INTO texts (certificate, text) VALUES (?, ?)", "is", id, folded);
}

static gboolean
insert_row (SmdDatabase *self, SmdCertificate *certificate, SmdRole role, SmdOrigin origin, GError **error)
{
  gint64 usages = (smd_certificate_permits (certificate, SMD_USAGE_SIGN) ? SMD_USAGE_SIGN : 0) |
                  (smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT) ? SMD_USAGE_ENCRYPT : 0);
  SmdNameDigest subject, issuer;
  gint64 id;

  return smd_database_run (self, NULL, error,
                           "INSERT INTO certificates (fingerprint, subject, issuer, serial, key_id, computed_key_id, key_fingerprint,"
                           " not_before, not_after, usages, role, origin, der) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           "sbbbbbsiiiiib", smd_certificate_get_fingerprint (certificate),
                           smd_search_digest_name (smd_certificate_get_subject_der (certificate), &subject),
                           smd_search_digest_name (smd_certificate_get_issuer_der (certificate), &issuer),
                           smd_certificate_get_serial (certificate), smd_certificate_get_key_id (certificate),
                           smd_certificate_get_computed_key_id (certificate), smd_certificate_get_key_fingerprint (certificate),
                           smd_certificate_get_not_before (certificate), smd_certificate_get_not_after (certificate), usages,
                           (gint64) role, (gint64) origin, smd_certificate_get_der (certificate)) &&
         smd_database_get_number (self, &id, error, "SELECT last_insert_rowid ()", "") &&
         put_addresses (self, id, certificate, error);
}

/* @role: (inout): own, if the Secret Service holds the key */
static gboolean
choose_role (SmdDatabase *self, SmdCertificate *certificate, SmdRole *role, GError **error)
{
  gint64 has_key = 0;

  if (*role == SMD_ROLE_OWN)
    return TRUE;
  if (!smd_database_get_number (self, &has_key, error, "SELECT EXISTS (SELECT 1 FROM items WHERE key_fingerprint = ?)", "s",
                                smd_certificate_get_key_fingerprint (certificate)))
    return FALSE;
  if (has_key)
    *role = SMD_ROLE_OWN;
  return TRUE;
}

gboolean
smd_database_certs_put (SmdDatabase *self, SmdCertificate *certificate, SmdRole role, SmdOrigin origin, SmdTrust trust,
                        gboolean *changed, GError **error)
{
  const char *fingerprint = smd_certificate_get_fingerprint (certificate);
  gint64 present = 0;
  int changes = 0;

  if (!choose_role (self, certificate, &role, error) ||
      !smd_database_get_number (self, &present, error, "SELECT EXISTS (SELECT 1 FROM certificates WHERE fingerprint = ?)", "s",
                                fingerprint))
    return FALSE;

  if (present)
    {
      if (!smd_database_run (self, &changes, error, "UPDATE certificates SET role = ?1, origin = ?2 WHERE fingerprint = ?3 AND role < ?1",
                             "iis", (gint64) role, (gint64) origin, fingerprint))
        return FALSE;
    }
  else if (!insert_row (self, certificate, role, origin, error))
    return FALSE;

  if (changed != NULL && (!present || changes > 0))
    *changed = TRUE;
  return present || trust == SMD_TRUST_DEFAULT ||
         smd_database_run (self, NULL, error, "INSERT OR IGNORE INTO trust (fingerprint, trust) VALUES (?, ?)", "si", fingerprint,
                           (gint64) trust);
}

static gboolean
add_work (SmdDatabase *self, gpointer data, GError **error)
{
  GPtrArray *records = data;

  for (guint i = 0; i < records->len; i++)
    {
      const SmdCertRecord *record = records->pdata[i];

      if (!smd_database_certs_put (self, record->certificate, record->role, record->origin, record->trust, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_certificates (SmdCertStore *store, GPtrArray *records, GError **error)
{
  for (guint i = 0; i < records->len; i++)
    if (((const SmdCertRecord *) records->pdata[i])->role == SMD_ROLE_OWN)
      {
        g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                             "A certificate becomes an own one by its private key: import that with ImportPkcs12");
        return FALSE;
      }

  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, add_work, records, error);
}

/* ---- trust, removal ---- */

typedef struct
{
  const char *fingerprint; /* (unowned) */
  SmdTrust trust;
} TrustWork;

static gboolean
set_not_found (const char *fingerprint, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "No certificate with the fingerprint %s is stored", fingerprint);
  return FALSE;
}

static gboolean
trust_work (SmdDatabase *self, gpointer data, GError **error)
{
  const TrustWork *work = data;
  gint64 present = 0;

  if (!smd_database_get_number (self, &present, error, "SELECT EXISTS (SELECT 1 FROM certificates WHERE fingerprint = ?)", "s",
                                work->fingerprint))
    return FALSE;
  if (!present)
    return set_not_found (work->fingerprint, error);
  if (work->trust == SMD_TRUST_DEFAULT)
    return smd_database_run (self, NULL, error, "DELETE FROM trust WHERE fingerprint = ?", "s", work->fingerprint);
  return smd_database_run (self, NULL, error,
                           "INSERT INTO trust (fingerprint, trust) VALUES (?, ?)"
                           " ON CONFLICT (fingerprint) DO UPDATE SET trust = excluded.trust",
                           "si", work->fingerprint, (gint64) work->trust);
}

static gboolean
set_trust (SmdCertStore *store, const char *fingerprint, SmdTrust trust, GError **error)
{
  TrustWork work = { fingerprint, trust };

  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, trust_work, &work, error);
}

static gboolean
read_trust_work (SmdDatabase *self, gpointer trusts, GError **error)
{
  g_autoptr (SmdStatement) statement = smd_database_query (self, error, "SELECT fingerprint, trust FROM trust", "");
  int rc = statement != NULL ? SQLITE_ROW : SQLITE_ERROR;

  while (rc == SQLITE_ROW && (rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    g_hash_table_insert (trusts, smd_statement_dup_text (statement, 0), GINT_TO_POINTER (sqlite3_column_int (statement, 1)));
  return rc == SQLITE_DONE;
}

/* Returns: (transfer full) (element-type GHashTable): fingerprint -> SmdTrust, alone in it */
static GPtrArray *
read_trust (SmdDatabase *self, GError **error)
{
  g_autoptr (GPtrArray) answer = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);

  g_ptr_array_add (answer, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL));
  return smd_database_read (self, read_trust_work, answer->pdata[0], error) ? g_steal_pointer (&answer) : NULL;
}

/* Asked for each certificate that comes with a message: what the user has said of all together is read once. */
static gboolean
get_trust (SmdCertStore *store, const char *fingerprint, SmdTrust *trust, GError **error)
{
  SmdDatabase *self = SMD_DATABASE (store);
  g_autoptr (GBytes) question = g_bytes_new_static ("trust", sizeof "trust");
  guint generation = 0;
  g_autoptr (GPtrArray) answer = smd_memo_get (smd_database_get_memo (self), question, &generation);

  if (answer == NULL)
    {
      answer = read_trust (self, error);
      if (answer == NULL)
        return FALSE;
      smd_memo_put (smd_database_get_memo (self), question, generation, answer);
    }

  *trust = (SmdTrust) GPOINTER_TO_INT (g_hash_table_lookup (answer->pdata[0], fingerprint));
  return TRUE;
}

gboolean
smd_database_certs_drop (SmdDatabase *self, const char *fingerprint, int *changes, GError **error)
{
  return smd_database_run (self, NULL, error, "DELETE FROM trust WHERE fingerprint = ? AND trust <> ?", "si", fingerprint,
                           (gint64) SMD_TRUST_DISTRUSTED) &&
         smd_database_run (self, changes, error, "DELETE FROM certificates WHERE fingerprint = ?", "s", fingerprint);
}

gboolean
smd_database_certs_is_own (SmdDatabase *self, const char *fingerprint, gint64 *own, GError **error)
{
  return smd_database_get_number (self, own, error, "SELECT EXISTS (SELECT 1 FROM certificates WHERE fingerprint = ? AND role = ?)", "si",
                                  fingerprint, (gint64) SMD_ROLE_OWN);
}

static gboolean
remove_work (SmdDatabase *self, gpointer data, GError **error)
{
  const char *fingerprint = data;
  gint64 own = 0;
  int changes = 0;

  if (!smd_database_certs_is_own (self, fingerprint, &own, error))
    return FALSE;
  if (own)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                           "This is an own certificate: delete it together with its private key (delete-key)");
      return FALSE;
    }
  if (!smd_database_certs_drop (self, fingerprint, &changes, error))
    return FALSE;
  return changes > 0 || set_not_found (fingerprint, error);
}

static gboolean
remove_certificate (SmdCertStore *store, const char *fingerprint, GError **error)
{
  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, remove_work, (gpointer) fingerprint, error);
}

static guint
get_serial (SmdCertStore *store)
{
  /* 0 means that nothing can be said. */
  return smd_memo_get_generation (smd_database_get_memo (SMD_DATABASE (store))) + 1;
}

void
smd_database_certs_init_interface (SmdCertStoreInterface *iface)
{
  smd_database_addresses_init_interface (iface);
  smd_database_find_init_interface (iface);
  iface->add = add_certificates;
  iface->set_trust = set_trust;
  iface->get_trust = get_trust;
  iface->get_serial = get_serial;
  iface->remove = remove_certificate;
  smd_database_capabilities_init_interface (iface);
}
