/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-address.h"
#include "smd-database-private.h"
#include "smd-search-terms.h"

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
  g_autofree char *text = query->text ? smd_search_fold_text (query->text) : NULL;
  gint64 limit = query->limit > 0 ? (gint64) query->limit : -1;
  SmdNameDigest issuer, subject;
  g_autoptr (SmdStatement) statement
      = smd_database_query (self, error, sql, "ssssiibbbbi", work->address, query->fingerprint, query->key_fingerprint, text,
                            (gint64) query->usage, (gint64) query->role, smd_search_digest_name (query->issuer_der, &issuer), query->serial,
                            query->key_id, smd_search_digest_name (query->subject_der, &subject), limit);

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
      g_autoptr (SmdCertificate) certificate
          = smd_certificate_new (smd_database_get_crypto (self), smd_span_bytes (row->der), &local_error);

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

void
smd_database_find_init_interface (SmdCertStoreInterface *iface)
{
  iface->find = find_certificates;
}
