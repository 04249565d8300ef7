/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-revocation-database.h"

#include "smd-database-private.h"
#include "smd-revocation-answers.h"
#include "smd-revocation-files.h"
#include "smd-revocation-rows.h"
#include "smimed-error.h"

#define DAY G_GINT64_CONSTANT (86400)
#define KEPT (90 * DAY)       /* seconds that something is kept without use */
#define MOST_TOUCHED 1024
#define RECENT 10             /* seconds in which two imports from one place are of one fetch */

struct _SmdRevocationDatabase
{
  GObject parent_instance;
  SmdDatabase *database;     /* (owned) */
  SmdRevocationFiles *files; /* (owned) */
  GMutex mutex;              /* guards what follows */
  GHashTable *touched;       /* (owned) URLs, or certificates' fingerprints, whose use was written down since @touched_at */
  gint64 touched_at;         /* seconds since 1970 UTC */
  GHashTable *importing;     /* (owned) URLs whose CRL is being imported */
  GCond imported;
  GMutex telling;            /* guards what follows */
  SmdRevocationChanged changed;
  gpointer changed_data;     /* (unowned) */
};

static void init_interface (SmdRevocationStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdRevocationDatabase, smd_revocation_database, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_REVOCATION_STORE, init_interface))

static void
smd_revocation_database_finalize (GObject *object)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->files, smd_revocation_files_free);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->importing);
  g_cond_clear (&self->imported);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->telling);
  G_OBJECT_CLASS (smd_revocation_database_parent_class)->finalize (object);
}

static void
smd_revocation_database_class_init (SmdRevocationDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_revocation_database_finalize;
}

static void
smd_revocation_database_init (SmdRevocationDatabase *self)
{
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->telling);
  g_cond_init (&self->imported);
  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->importing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
set_listener (SmdRevocationStore *store, SmdRevocationChanged changed, gpointer data)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->telling);

  self->changed = changed;
  self->changed_data = data;
}

/* Passes @done on, so that it can end a function. */
static gboolean
tell (SmdRevocationDatabase *self, gboolean done)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->telling);

  if (done && self->changed != NULL)
    self->changed (self->changed_data);
  return done;
}

static void
tidy_up (SmdRevocationDatabase *self, gint64 now)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  if (smd_revocation_rows_prune (self->database, now - KEPT, &error)
      && smd_revocation_answers_prune (self->database, now - KEPT, &error)
      && smd_revocation_rows_list_files (self->database, known, &error))
    smd_revocation_files_sweep (self->files, known);
  else
    g_warning ("Old revocation information stays for now: %s", error->message);
}

SmdRevocationDatabase *
smd_revocation_database_new (SmdDatabase *database, const char *folder, gint64 now)
{
  SmdRevocationDatabase *self = g_object_new (SMD_TYPE_REVOCATION_DATABASE, NULL);

  self->database = g_object_ref (database);
  self->files = smd_revocation_files_new (smd_database_get_crypto (database), folder);
  tidy_up (self, now);
  return self;
}

/* ---- CRLs ---- */

/* Whatever is wrong with it, it can be had again. */
static gboolean
drop_damaged (SmdRevocationDatabase *self, const char *file, const GError *why, GError **error)
{
  g_warning ("A CRL's index is dropped, and fetched again when it is needed: %s", why->message);
  if (!smd_revocation_rows_drop_file (self->database, file, error))
    return FALSE;

  smd_revocation_files_remove (self->files, file);
  return tell (self, TRUE);
}

static gboolean
add_crl (SmdRevocationDatabase *self, const char *file, GPtrArray *crls, GError **error)
{
  g_autoptr (GError) local = NULL;
  SmdCrl *crl = smd_revocation_files_open (self->files, file, &local);

  if (crl == NULL)
    return drop_damaged (self, file, local, error);

  g_ptr_array_add (crls, crl);
  return TRUE;
}

static GPtrArray *
read_crls (SmdRevocationDatabase *self, SmdSpan issuer_der, const char *const *urls, gboolean borne, GError **error)
{
  guint32 hash = smd_crl_hash_issuer (smd_database_get_crypto (self->database), issuer_der);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) crls = smd_crls_new ();

  if (!smd_revocation_rows_find_files (self->database, hash, urls, borne, files, error))
    return NULL;
  for (guint i = 0; i < files->len; i++)
    if (!add_crl (self, files->pdata[i], crls, error))
      return NULL;
  return g_steal_pointer (&crls);
}

static GBytes *
make_question (SmdSpan issuer_der, const char *const *urls, gboolean borne)
{
  GByteArray *text = g_byte_array_new ();

  g_byte_array_append (text, (const guint8 *) (borne ? "CRLs" : "crls"), sizeof "crls");
  g_byte_array_append (text, issuer_der.data, (guint) issuer_der.size);
  for (guint i = 0; urls != NULL && urls[i] != NULL; i++)
    g_byte_array_append (text, (const guint8 *) urls[i], (guint) strlen (urls[i]) + 1);
  return g_byte_array_free_to_bytes (text);
}

/* Asked for each certificate of each path; a CRL that comes, or is flushed, makes the database's memo forget. */
static GPtrArray *
find_crls (SmdRevocationStore *store, SmdSpan issuer_der, const char *const *urls, gboolean borne, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  SmdMemo *memo = smd_database_get_memo (self->database);
  g_autoptr (GBytes) question = make_question (issuer_der, urls, borne);
  guint generation = 0;
  GPtrArray *crls = smd_memo_get (memo, question, &generation);

  if (crls != NULL)
    return crls;
  crls = read_crls (self, issuer_der, urls, borne, error);
  if (crls != NULL)
    smd_memo_put (memo, question, generation, crls);
  return crls;
}

/* It would take the place of one that is valid now. */
static gboolean
is_of_the_past (SmdCrl *crl, gint64 now, GError **error)
{
  g_autoptr (GDateTime) begin = g_date_time_new_from_unix_utc (smd_crl_get_this_update (crl));
  g_autofree char *text = NULL;

  if (smd_crl_get_this_update (crl) <= now)
    return TRUE;

  text = begin != NULL ? g_date_time_format_iso8601 (begin) : g_strdup ("a far future");
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
               "The CRL is not valid before %s, and was not used; try again then, or set this machine's clock", text);
  return FALSE;
}

/* @useless: (out): see smd_revocation_rows_put() */
static SmdRevocationEntry *
put (SmdRevocationDatabase *self, SmdCrl *crl, const char *file, const SmdRevocationEntry *origin, char **useless, GError **error)
{
  SmdRevocationEntry entry = *origin;
  g_autofree char *scope = smd_crl_make_scope (crl);

  entry.issuer = (char *) smd_crl_get_issuer (crl);
  entry.issuer_der = smd_crl_get_issuer_der (crl);
  entry.kind = smd_crl_is_delta (crl) ? SMD_REVOCATION_DELTA_CRL : SMD_REVOCATION_CRL;
  entry.this_update = smd_crl_get_this_update (crl);
  entry.next_update = smd_crl_get_next_update (crl);
  entry.number = (char *) smd_crl_get_number (crl);
  entry.entries = smd_crl_get_n_entries (crl);
  return smd_revocation_rows_put (self->database, &entry, scope, smd_crl_get_base (crl),
                                  smd_crl_hash_issuer (smd_database_get_crypto (self->database), entry.issuer_der), file, useless, error);
}

/* Who was revoked between two bases stands in the later one, which may not be at hand yet. Returns: whether @replaced is kept */
static gboolean
put_aside (SmdRevocationDatabase *self, const char *replaced, SmdCrl *crl, gint64 now)
{
  const SmdRevocationEntry origin = { .url = (char *) SMD_REVOCATION_EARLIER, .fetched_at = now, .tried_at = now };
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCrl) earlier = smd_crl_is_delta (crl) ? smd_revocation_files_open (self->files, replaced, &error) : NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autofree char *useless = NULL;

  if (earlier != NULL && smd_crl_is_based_before (earlier, crl))
    entry = put (self, earlier, replaced, &origin, &useless, &error);
  if (error != NULL)
    g_warning ("An earlier delta CRL is lost: %s", error->message);
  if (entry != NULL && useless != NULL && !g_str_equal (useless, replaced))
    smd_revocation_files_remove (self->files, useless);
  return entry != NULL && g_strcmp0 (useless, replaced) != 0;
}

static SmdRevocationEntry *
keep (SmdRevocationDatabase *self, SmdCrl *crl, const char *file, const SmdRevocationEntry *origin, GError **error)
{
  g_autofree char *useless = NULL;
  SmdRevocationEntry *kept = put (self, crl, file, origin, &useless, error);
  gboolean counts = kept != NULL && !g_str_equal (origin->url, SMD_REVOCATION_BORNE);

  if (useless != NULL && !(counts && put_aside (self, useless, crl, origin->fetched_at)))
    smd_revocation_files_remove (self->files, useless);
  tell (self, kept != NULL);
  return kept;
}

/* Whether it is somewhere from where one CRL comes after the other */
static gboolean
is_place (const char *url)
{
  return url[0] != '\0' && !g_str_equal (url, SMD_REVOCATION_BORNE);
}

/* Returns: (transfer full) (nullable): what @url gave last */
static SmdCrl *
find_previous (SmdRevocationDatabase *self, const char *url)
{
  const char *const urls[] = { url, NULL };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (!is_place (url) || !smd_revocation_rows_find_files (self->database, 0, urls, FALSE, files, NULL) || files->len == 0)
    return NULL;
  return smd_revocation_files_open (self->files, files->pdata[0], NULL);
}

/* Many may have waited for the same fetch: one imports what came, the others wait for him.
 * Returns: whether somebody else was at it */
static gboolean
begin_import (SmdRevocationDatabase *self, const char *url)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gboolean waited = FALSE;

  while (is_place (url) && g_hash_table_contains (self->importing, url))
    {
      g_cond_wait (&self->imported, &self->mutex);
      waited = TRUE;
    }

  g_hash_table_add (self->importing, g_strdup (url));
  return waited;
}

static void
end_import (SmdRevocationDatabase *self, const char *url)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->importing, url);
  g_cond_broadcast (&self->imported);
}

/* Returns: (transfer full) (nullable): what another thread has just made of the same fetch */
static SmdRevocationEntry *
find_imported (SmdRevocationDatabase *self, const char *url, gint64 now)
{
  g_autoptr (SmdRevocationEntry) entry = smd_revocation_rows_lookup (self->database, url, NULL);
  gboolean recent = entry != NULL && ABS (entry->fetched_at - now) <= RECENT && entry->detail[0] == '\0';

  return recent ? g_steal_pointer (&entry) : NULL;
}

static SmdRevocationEntry *
import_file (SmdRevocationStore *store, const char *url, SmdBlob *file, GPtrArray *issuers, const char *etag, gint64 modified, gint64 now,
             GCancellable *cancellable, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  const SmdRevocationEntry origin
      = { .url = (char *) url, .etag = (char *) etag, .modified = modified, .fetched_at = now, .tried_at = now };
  g_autofree char *name = NULL;
  g_autoptr (SmdCrl) previous = find_previous (self, url);
  g_autoptr (SmdCrl) crl = smd_revocation_files_import (self->files, file, issuers, previous, &name, cancellable, error);
  SmdRevocationEntry *entry = NULL;

  if (crl == NULL)
    return NULL;

  if (is_of_the_past (crl, now, error))
    entry = keep (self, crl, name, &origin, error);
  if (entry == NULL)
    smd_revocation_files_remove (self->files, name);
  return entry;
}

static SmdRevocationEntry *
import_crl (SmdRevocationStore *store, const char *url, SmdBlob *file, GPtrArray *issuers, const char *etag, gint64 modified, gint64 now,
            GCancellable *cancellable, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  gboolean waited = begin_import (self, url);
  SmdRevocationEntry *entry = waited ? find_imported (self, url, now) : NULL;

  if (entry == NULL)
    entry = import_file (store, url, file, issuers, etag, modified, now, cancellable, error);
  end_import (self, url);
  return entry;
}

/* ---- notes ---- */

static gboolean
note_failure (SmdRevocationStore *store, const char *url, SmdRevocationKind kind, const char *detail, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);

  return tell (self, smd_revocation_rows_note_failure (self->database, url, kind, detail, now, error));
}

static gboolean
note_unchanged (SmdRevocationStore *store, const char *url, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);

  return tell (self, smd_revocation_rows_note_success (self->database, url, now, error));
}

static SmdRevocationEntry *
lookup (SmdRevocationStore *store, const char *url, GError **error)
{
  return smd_revocation_rows_lookup (SMD_REVOCATION_DATABASE (store)->database, url, error);
}

/* Called with the mutex held. Each judgement comes here: what was written down today isn't written again. */
static gboolean
is_touched (SmdRevocationDatabase *self, const char *const *urls, gint64 now)
{
  if (ABS (now - self->touched_at) >= DAY || g_hash_table_size (self->touched) > MOST_TOUCHED)
    g_hash_table_remove_all (self->touched);
  if (g_hash_table_size (self->touched) == 0)
    self->touched_at = now;

  for (guint i = 0; urls[i] != NULL; i++)
    if (!g_hash_table_contains (self->touched, urls[i]))
      return FALSE;
  return TRUE;
}

static void
note_touched (SmdRevocationDatabase *self, const char *const *urls)
{
  for (guint i = 0; urls[i] != NULL; i++)
    g_hash_table_add (self->touched, g_strdup (urls[i]));
}

static gboolean
touch (SmdRevocationStore *store, const char *const *urls, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (is_touched (self, urls, now))
    return TRUE;
  if (!smd_revocation_rows_touch (self->database, urls, now, error))
    return FALSE;

  note_touched (self, urls);
  return tell (self, TRUE);
}

/* ---- everything ---- */

static GPtrArray *
list (SmdRevocationStore *store, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_revocation_entry_free);

  return smd_revocation_rows_list (self->database, entries, error) && smd_revocation_answers_list (self->database, entries, error)
             ? g_steal_pointer (&entries)
             : NULL;
}

static gboolean
flush (SmdRevocationStore *store, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (!smd_revocation_rows_list_files (self->database, files, error) || !smd_revocation_rows_clear (self->database, error)
      || !smd_revocation_answers_clear (self->database, error))
    return FALSE;

  g_hash_table_remove_all (self->touched);
  for (guint i = 0; i < files->len; i++)
    smd_revocation_files_remove (self->files, files->pdata[i]);
  return tell (self, TRUE);
}

/* ---- OCSP ---- */

static gboolean
get_ocsp (SmdRevocationStore *store, const char *certificate, SmdOcspAnswer *answer, char **url, GError **error)
{
  return smd_revocation_answers_get (SMD_REVOCATION_DATABASE (store)->database, certificate, answer, url, error);
}

static gboolean
put_ocsp (SmdRevocationStore *store, const char *certificate, const char *url, const SmdOcspAnswer *answer, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);

  return tell (self, smd_revocation_answers_put (self->database, certificate, url, answer, now, error));
}

static gboolean
note_mute (SmdRevocationStore *store, const char *certificate, const char *url, const char *detail, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);

  return tell (self, smd_revocation_answers_note_mute (self->database, certificate, url, detail, now, error));
}

static gboolean
touch_ocsp (SmdRevocationStore *store, GPtrArray *certificates, gint64 now, GError **error)
{
  SmdRevocationDatabase *self = SMD_REVOCATION_DATABASE (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < certificates->len; i++)
    g_ptr_array_add (names, (gpointer) smd_certificate_get_fingerprint (certificates->pdata[i]));
  g_ptr_array_add (names, NULL);
  if (is_touched (self, (const char *const *) names->pdata, now))
    return TRUE;
  if (!smd_revocation_answers_touch (self->database, certificates, now, error))
    return FALSE;

  note_touched (self, (const char *const *) names->pdata);
  return tell (self, TRUE);
}

static SmdRevocationEntry *
lookup_ocsp (SmdRevocationStore *store, const char *certificate, GError **error)
{
  return smd_revocation_answers_lookup (SMD_REVOCATION_DATABASE (store)->database, certificate, error);
}

static void
init_interface (SmdRevocationStoreInterface *iface)
{
  iface->find_crls = find_crls;
  iface->import_crl = import_crl;
  iface->note_failure = note_failure;
  iface->note_unchanged = note_unchanged;
  iface->lookup = lookup;
  iface->touch = touch;
  iface->list = list;
  iface->flush = flush;
  iface->get_ocsp = get_ocsp;
  iface->put_ocsp = put_ocsp;
  iface->note_mute = note_mute;
  iface->touch_ocsp = touch_ocsp;
  iface->lookup_ocsp = lookup_ocsp;
  iface->set_listener = set_listener;
}
