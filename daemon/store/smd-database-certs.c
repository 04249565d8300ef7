/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"
#include "smd-database-private.h"
#include "smimed-error.h"

#define NAME_SIZE 16 /* bytes kept of a name's SHA-256 */

/* Names are long and are only looked up whole: a digest keeps their index small. */
typedef struct
{
  guint8 digest[32];
} NameDigest;

static SmdSpan
digest_name (SmdSpan name, NameDigest *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = sizeof digest->digest;

  if (name.size == 0)
    return SMD_SPAN_EMPTY;

  g_checksum_update (checksum, name.data, (gssize) name.size);
  g_checksum_get_digest (checksum, digest->digest, &size);
  return smd_span (digest->digest, NAME_SIZE);
}

static char *
fold_text (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (composed ? composed : "", -1);
}

/* ---- find ---- */

/* Parameters have fixed numbers, so that one binding fits each of the statements. */
char *
smd_database_certs_build_query (const SmdCertQuery *query)
{
  GString *sql = g_string_new ("SELECT c.der, c.role, c.origin, coalesce (t.trust, 0) FROM ");
  gboolean selective = query->address || query->fingerprint || query->key_fingerprint || query->issuer_der.size > 0 ||
                       query->key_id.size > 0 || query->subject_der.size > 0;

  /* Has each certificate once; IN would make a table of them. */
  if (query->address != NULL)
    g_string_append (sql, "addresses a JOIN ");
  g_string_append (sql, "certificates c LEFT JOIN trust t ON t.fingerprint = c.fingerprint WHERE TRUE");
  if (query->address != NULL)
    g_string_append (sql, " AND a.address = ?1 AND c.id = a.certificate");
  if (query->fingerprint != NULL)
    g_string_append (sql, " AND c.fingerprint = ?2");
  if (query->key_fingerprint != NULL)
    g_string_append (sql, " AND c.key_fingerprint = ?3");
  if (query->text != NULL)
    g_string_append (sql, " AND EXISTS (SELECT 1 FROM texts x WHERE x.certificate = c.id AND instr (x.text, ?4))");
  if (query->usage != SMD_USAGE_ANY)
    g_string_append (sql, " AND c.usages & ?5");
  /* With a better condition at hand, + keeps the planner off the index of roles: most rows have the same one. */
  if (query->role >= 0)
    g_string_append (sql, selective ? " AND +c.role = ?6" : " AND c.role = ?6");
  if (query->own >= 0)
    g_string_append_printf (sql, " AND %sc.role %s %d", selective ? "+" : "", query->own ? "=" : "<>", SMD_ROLE_OWN);
  if (query->issuer_der.size > 0)
    g_string_append (sql, " AND c.issuer = ?7");
  if (query->serial.size > 0)
    g_string_append (sql, " AND c.serial = ?8");
  if (query->key_id.size > 0)
    g_string_append (sql, " AND (c.key_id = ?9 OR c.computed_key_id = ?9)");
  if (query->subject_der.size > 0)
    g_string_append (sql, " AND c.subject = ?10");
  /* So an address has them in order already. */
  g_string_append (sql, query->address ? " ORDER BY a.not_before DESC, a.certificate DESC LIMIT ?11" : " ORDER BY c.not_before DESC, c.id DESC LIMIT ?11");
  return g_string_free (sql, FALSE);
}

/* What was read of one row while the connection was locked. */
typedef struct
{
  GBytes *der; /* (owned) */
  SmdRole role;
  SmdOrigin origin;
  SmdTrust trust;
} FoundRow;

static void
found_row_clear (gpointer data)
{
  g_bytes_unref (((FoundRow *) data)->der);
}

typedef struct
{
  const SmdCertQuery *query; /* (unowned) */
  const char *address;       /* (unowned) (nullable) normalized */
  GArray *rows;              /* (unowned) of FoundRow */
} FindWork;

static gboolean
collect_rows (SmdDatabase *self, SmdStatement *statement, GArray *rows, GError **error)
{
  int rc;

  while ((rc = smd_database_step (self, statement, error)) == SQLITE_ROW)
    {
      SmdSpan der = smd_statement_get_blob (statement, 0);
      FoundRow row = { NULL, (SmdRole) sqlite3_column_int (statement, 1), (SmdOrigin) sqlite3_column_int (statement, 2),
                       (SmdTrust) sqlite3_column_int (statement, 3) };

      row.der = g_bytes_new (der.data, der.size);
      g_array_append_val (rows, row);
    }
  return rc == SQLITE_DONE;
}

static gboolean
find_work (SmdDatabase *self, gpointer data, GError **error)
{
  const FindWork *work = data;
  const SmdCertQuery *query = work->query;
  g_autofree char *sql = smd_database_certs_build_query (query);
  g_autofree char *text = query->text ? fold_text (query->text) : NULL;
  gint64 limit = query->limit > 0 ? (gint64) query->limit : -1;
  NameDigest issuer, subject;
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, sql, "ssssiibbbbi", work->address, query->fingerprint, query->key_fingerprint, text,
                            (gint64) query->usage, (gint64) query->role, digest_name (query->issuer_der, &issuer), query->serial,
                            query->key_id, digest_name (query->subject_der, &subject), limit);

  return statement != NULL && collect_rows (self, statement, work->rows, error);
}

static GPtrArray *
decode_rows (SmdDatabase *self, GArray *rows)
{
  GPtrArray *records = g_ptr_array_new_full (rows->len, (GDestroyNotify) smd_cert_record_free);

  for (guint i = 0; i < rows->len; i++)
    {
      const FoundRow *row = &g_array_index (rows, FoundRow, i);
      g_autoptr (GError) local_error = NULL;
      gsize size;
      const guint8 *der = g_bytes_get_data (row->der, &size);
      g_autoptr (SmdCertificate) certificate
          = smd_certificate_new (smd_database_get_crypto (self), smd_span (der, size), &local_error);

      /* One that this version can't read must not hide the others. */
      if (certificate == NULL)
        g_warning ("A stored certificate can't be read and is left out: %s", local_error->message);
      else
        g_ptr_array_add (records, smd_cert_record_new (certificate, row->role, row->origin, row->trust));
    }
  return records;
}

static void
put_string (GByteArray *question, const char *text)
{
  g_byte_array_append (question, (const guint8 *) (text != NULL ? text : "\x01"), text != NULL ? strlen (text) + 1 : 1);
}

static void
put_span (GByteArray *question, SmdSpan span)
{
  guint64 size = span.size;

  g_byte_array_append (question, (const guint8 *) &size, sizeof size);
  if (span.size > 0)
    g_byte_array_append (question, span.data, (guint) span.size);
}

/* Everything that the answer depends on, unmistakably */
static GBytes *
make_question (const SmdCertQuery *query, const char *address)
{
  const int numbers[] = { (int) query->usage, query->role, query->own, (int) query->limit, query->address != NULL };
  GByteArray *question = g_byte_array_sized_new (512);

  g_byte_array_append (question, (const guint8 *) numbers, sizeof numbers);
  put_string (question, address);
  put_string (question, query->fingerprint);
  put_string (question, query->key_fingerprint);
  put_span (question, query->issuer_der);
  put_span (question, query->serial);
  put_span (question, query->key_id);
  put_span (question, query->subject_der);
  return g_byte_array_free_to_bytes (question);
}

static GPtrArray *
read_certificates (SmdDatabase *self, const SmdCertQuery *query, const char *address, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (FoundRow));
  FindWork work = { query, address, rows };

  g_array_set_clear_func (rows, found_row_clear);
  /* What isn't an address is in no certificate: NULL matches nothing. */
  return smd_database_read (self, find_work, &work, error) ? decode_rows (self, rows) : NULL;
}

static gpointer
copy_record (gconstpointer record, gpointer data)
{
  return smd_cert_record_copy (record);
}

static GPtrArray *
find_certificates (SmdCertStore *store, const SmdCertQuery *query, GError **error)
{
  SmdDatabase *self = SMD_DATABASE (store);
  g_autofree char *address = query->address ? smd_address_normalize (query->address) : NULL;
  g_autoptr (GBytes) question = query->text == NULL ? make_question (query, address) : NULL;
  g_autoptr (GPtrArray) answer = NULL;
  guint generation = 0;

  if (question == NULL)
    return read_certificates (self, query, address, error);

  answer = smd_memo_get (smd_database_get_memo (self), question, &generation);
  if (answer == NULL)
    {
      answer = read_certificates (self, query, address, error);
      if (answer == NULL)
        return NULL;
      smd_memo_put (smd_database_get_memo (self), question, generation, answer);
    }
  return g_ptr_array_copy (answer, (GCopyFunc) copy_record, NULL);
}

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
  folded = fold_text (text->str);
  return smd_database_run (self, NULL, error, "INSERT INTO texts (certificate, text) VALUES (?, ?)", "is", id, folded);
}

static gboolean
insert_row (SmdDatabase *self, SmdCertificate *certificate, SmdRole role, SmdOrigin origin, GError **error)
{
  gint64 usages = (smd_certificate_permits (certificate, SMD_USAGE_SIGN) ? SMD_USAGE_SIGN : 0) |
                  (smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT) ? SMD_USAGE_ENCRYPT : 0);
  NameDigest subject, issuer;
  gint64 id;

  return smd_database_run (self, NULL, error,
                           "INSERT INTO certificates (fingerprint, subject, issuer, serial, key_id, computed_key_id, key_fingerprint,"
                           " not_before, not_after, usages, role, origin, der) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           "sbbbbbsiiiiib", smd_certificate_get_fingerprint (certificate),
                           digest_name (smd_certificate_get_subject_der (certificate), &subject),
                           digest_name (smd_certificate_get_issuer_der (certificate), &issuer),
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
get_trust_work (SmdDatabase *self, gpointer data, GError **error)
{
  TrustWork *work = data;
  gint64 trust = SMD_TRUST_DEFAULT;

  if (!smd_database_get_number (self, &trust, error, "SELECT trust FROM trust WHERE fingerprint = ?", "s", work->fingerprint))
    return FALSE;

  work->trust = (SmdTrust) trust;
  return TRUE;
}

static gboolean
get_trust (SmdCertStore *store, const char *fingerprint, SmdTrust *trust, GError **error)
{
  TrustWork work = { fingerprint, SMD_TRUST_DEFAULT };

  if (!smd_database_read (SMD_DATABASE (store), get_trust_work, &work, error))
    return FALSE;

  *trust = work.trust;
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
  iface->find = find_certificates;
  iface->add = add_certificates;
  iface->set_trust = set_trust;
  iface->get_trust = get_trust;
  iface->get_serial = get_serial;
  iface->remove = remove_certificate;
  smd_database_capabilities_init_interface (iface);
}
