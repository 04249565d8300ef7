/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-crypto.h"
#include "smd-crl-entries.h"
#include "smd-crl-object.h"
#include "smd-crl-outline.h"

/* Everything that an import does but for the signature, which would let no input pass. */

#define MOST_ENTRIES 65536

static gboolean
passed (gpointer data, SmdSpan piece)
{
  g_assert_cmpuint (piece.size, >, 0);
  return TRUE;
}

static void
check_sorted (const SmdCrlEntries *entries)
{
  for (guint64 i = 1; i < entries->n_records; i++)
    g_assert_cmpint (memcmp (entries->records[i - 1].serial, entries->records[i].serial, SMD_CRL_SERIAL_SIZE), <=, 0);
}

static void
make_stub (const SmdCrlOutline *outline, SmdSpan entry)
{
  g_autoptr (GBytes) der = smd_crl_outline_make_stub (outline, entry);
  g_autoptr (X509_CRL) stub = smd_crl_stub_new (crypto (), smd_span_bytes (der), NULL);

  if (stub != NULL)
    g_assert_cmpint (sk_X509_REVOKED_num (X509_CRL_get_REVOKED (stub)), ==, entry.size > 0 ? 3 : 2);
}

static void
read_entries (const SmdCrlOutline *outline)
{
  g_auto (SmdCrlEntries) entries = { 0 };
  g_autofree SmdCrlRecord *records = NULL;

  if (!smd_crl_entries_count (outline->entries, &entries.n_records, NULL) || entries.n_records > MOST_ENTRIES)
    return;

  records = g_new0 (SmdCrlRecord, entries.n_records + 1);
  entries.records = records;
  if (!smd_crl_entries_read (&entries, outline->entries, passed, NULL, NULL))
    return;

  check_sorted (&entries);
  if (entries.unknown.size > 0)
    make_stub (outline, entries.unknown);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdBlob) file = smd_blob_new_copy (smd_span (data, size));
  g_autoptr (SmdBlob) der = smd_crl_file_to_der (file, NULL);
  SmdCrlOutline outline;

  if (der == NULL || !smd_crl_outline_read (&outline, smd_blob_get_span (der), NULL))
    return 0;

  make_stub (&outline, SMD_SPAN_EMPTY);
  read_entries (&outline);
  return 0;
}
