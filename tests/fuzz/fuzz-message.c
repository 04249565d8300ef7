/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-lines.h"
#include "smd-message-writer.h"

#define LIMIT (16 * 1024 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

/* What we write around an entity, we find again. */
static void
check_signed (SmdMessage *outer, SmdBlob *entity)
{
  g_autoptr (SmdBlob) text = smd_message_write_clear_signed (outer, smd_blob_get_span (entity), smd_span ("\x30\x00", 2), "sha-256",
                                                             LIMIT, NULL);
  g_autoptr (SmdMessage) message = text != NULL ? smd_message_parse (text, NULL) : NULL;

  if (message == NULL)
    return;

  /* Fields of the original may say otherwise, for example a second Content-Type behind a "From " line; then nothing is claimed. */
  if (smd_message_get_root (message) == SMD_ROOT_CLEAR_SIGNED)
    g_assert_true (smd_span_equal (smd_message_get_signed_entity (message), smd_blob_get_span (entity)));
}

static void
check_entity (SmdMessage *message, gboolean transport_safe)
{
  g_autoptr (SmdBlob) entity = smd_message_make_entity (message, transport_safe, LIMIT, NULL);
  g_autoptr (SmdBlob) replaced = NULL;

  if (entity == NULL)
    return;

  check_signed (message, entity);
  check_signed (NULL, entity);
  replaced = smd_message_replace_entity (message, entity, LIMIT, NULL);
  g_assert_nonnull (replaced);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span (data, size));
  g_autoptr (SmdMessage) message = smd_message_parse (blob, NULL);
  g_autoptr (SmdBlob) bare = smd_cms_decode_bare (blob, LIMIT, NULL);
  g_autoptr (SmdBlob) cms = NULL;
  g_autoptr (SmdBlob) replaced = NULL;

  if (message == NULL)
    return 0;

  cms = smd_message_decode_cms (message, LIMIT, NULL);
  g_assert_true (cms == NULL || smd_message_get_root (message) != SMD_ROOT_NONE);
  smd_message_has_errant_layer (message);
  replaced = smd_message_replace_entity (message, blob, LIMIT, NULL);
  check_entity (message, FALSE);
  check_entity (message, TRUE);
  return 0;
}
