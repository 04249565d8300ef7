/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-open.h"

#include "smd-access.h"
#include "smd-decrypt.h"
#include "smd-limits.h"
#include "smd-lines.h"
#include "smd-message.h"
#include "smd-sender.h"
#include "smd-signers.h"
#include "smimed-error.h"

/**
 * Onion:
 *
 * The state of peeling: what is left, and what was found.
 */
typedef struct
{
  const SmdEnv *env;             /* (unowned) */
  const SmdCall *call;           /* (unowned) */
  const SmdOpenRequest *request; /* (unowned) */
  SmdReport *report;             /* (unowned) */
  gint64 date;
  SmdBlob *rest;                 /* (owned) the entity inside all layers peeled until now */
} Onion;

static gboolean
judge_signers (Onion *onion, SmdCms *cms, SmdSpan content, GError **error)
{
  SmdLayer *layer = smd_layer_new (SMD_LAYER_SIGNED);
  SmdSignedContent signed_content = {
    .cms = cms,
    .content = content,
    .lines = SMD_LINES_AS_IS,
    .sender = onion->report->sender,
    .date = onion->date,
    .received_at = onion->request->received_at,
  };

  layer->opaque = content.data == NULL;
  g_ptr_array_add (onion->report->layers, layer);
  return smd_access_require (onion->env, onion->call, SMD_RIGHT_LOOK, error)
         && smd_signers_judge (onion->env, onion->call, &signed_content, layer, error);
}

static void
take_rest (Onion *onion, SmdBlob *rest)
{
  g_clear_pointer (&onion->rest, smd_blob_unref);
  onion->rest = rest;
}

static gboolean
peel_clear (Onion *onion, SmdMessage *message, SmdCms *cms, GError **error)
{
  gsize limit = onion->call->policy.max_message_size;
  g_autoptr (SmdBlob) canonical = NULL;

  if (smd_cms_get_type (cms) != SMD_CMS_SIGNED)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The second part of the signed message holds no signature");
      return FALSE;
    }

  /* What is verified is what is handed out: the canonical bytes (RFC 8551 section 3.1.1). */
  canonical = smd_lines_canonicalize (onion->rest, smd_message_get_signed_entity (message), limit, error);
  if (canonical == NULL || !judge_signers (onion, cms, smd_blob_get_span (canonical), error))
    return FALSE;

  take_rest (onion, g_steal_pointer (&canonical));
  return TRUE;
}

static gboolean
peel_opaque (Onion *onion, SmdCms *cms, GError **error)
{
  SmdBlob *content = smd_cms_signed_dup_content (cms, onion->call->policy.max_message_size, error);

  if (content == NULL)
    return FALSE;

  take_rest (onion, content);
  return judge_signers (onion, cms, SMD_SPAN_EMPTY, error);
}

static gboolean
peel_encrypted (Onion *onion, SmdCms *cms, GError **error)
{
  SmdLayer *layer = smd_layer_new (SMD_LAYER_ENCRYPTED);
  SmdBlob *content;

  /* A layer inside a clear signature doesn't cover the headers and parts around it, but it does cover all that is shown. */
  onion->report->confidential = TRUE;
  g_ptr_array_add (onion->report->layers, layer);
  content = smd_decrypt (onion->env, onion->call, cms, layer, error);
  if (content == NULL)
    return FALSE;

  if (!smd_cipher_is_aead (layer->cipher))
    smd_problems_add (onion->report->warnings, SMIMED_PROBLEM_NO_INTEGRITY, smd_cipher_to_word (layer->cipher));
  if (layer->cipher < SMD_CIPHER_AES_128_CBC)
    smd_problems_add (onion->report->warnings, SMIMED_PROBLEM_WEAK_ALGORITHM, smd_cipher_to_word (layer->cipher));
  take_rest (onion, content);
  return TRUE;
}

static gboolean
peel_compressed (Onion *onion, SmdCms *cms, GError **error)
{
  SmdBlob *content;

  g_ptr_array_add (onion->report->layers, smd_layer_new (SMD_LAYER_COMPRESSED));
  smd_progress_enter (onion->call->progress, "expanding", 0);
  content = smd_cms_compressed_expand (cms, onion->call->policy.max_message_size, onion->call->progress, error);
  if (content == NULL)
    return FALSE;

  take_rest (onion, content);
  return TRUE;
}

static gboolean
peel_cms (Onion *onion, SmdCms *cms, GError **error)
{
  switch (smd_cms_get_type (cms))
    {
    case SMD_CMS_SIGNED:
      return peel_opaque (onion, cms, error);
    case SMD_CMS_COMPRESSED:
      return peel_compressed (onion, cms, error);
    default:
      return peel_encrypted (onion, cms, error);
    }
}

/* Certificates alone (RFC 8551 section 3.8) and CMS's other types protect nothing. */
static gboolean
is_layer (SmdCms *cms)
{
  SmdCmsType type = smd_cms_get_type (cms);

  return (type == SMD_CMS_SIGNED && smd_cms_signed_get_n_signers (cms) > 0) || type == SMD_CMS_ENVELOPED
         || type == SMD_CMS_AUTH_ENVELOPED || type == SMD_CMS_COMPRESSED;
}

static SmdCms *
decode_layer (Onion *onion, SmdMessage *message, GError **error)
{
  gsize limit = onion->call->policy.max_message_size;
  g_autoptr (SmdBlob) der = message != NULL ? smd_message_decode_cms (message, limit, error)
                                            : smd_cms_decode_bare (onion->rest, limit, error);

  return der != NULL ? smd_cms_parse (onion->env->crypto, der, error) : NULL;
}

/* One layer: FALSE with an error, or TRUE with @found telling whether there was one. @message: NULL for a bare CMS object. */
static gboolean
peel (Onion *onion, SmdMessage *message, gboolean *found, GError **error)
{
  g_autoptr (SmdCms) cms = NULL;

  *found = message == NULL || smd_message_get_root (message) != SMD_ROOT_NONE;
  if (!*found)
    return TRUE;

  smd_progress_enter (onion->call->progress, "parsing", 0);
  cms = decode_layer (onion, message, error);
  if (cms == NULL)
    return FALSE;

  if (message != NULL && smd_message_get_root (message) == SMD_ROOT_CLEAR_SIGNED)
    return peel_clear (onion, message, cms, error);

  *found = is_layer (cms);
  return !*found || peel_cms (onion, cms, error);
}

/* Inside a layer anything may lie, also what isn't MIME: then there is nothing more to peel. */
static gboolean
peel_next (Onion *onion, gboolean *found, GError **error)
{
  g_autoptr (SmdMessage) message = smd_message_parse (onion->rest, NULL);

  *found = FALSE;
  if (g_cancellable_set_error_if_cancelled (onion->call->cancellable, error))
    return FALSE;

  return message == NULL || peel (onion, message, found, error);
}

static gboolean
peel_all (Onion *onion, SmdMessage *outer, GError **error)
{
  guint depth = onion->request->depth;
  gboolean partial = depth > 0 && depth < SMD_LIMIT_LAYERS;
  guint most = partial ? depth : SMD_LIMIT_LAYERS;
  gboolean found = FALSE;

  if (!peel (onion, outer, &found, error))
    return FALSE;

  if (!found)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED,
                         "The message is neither signed nor encrypted nor compressed at its root: show it as it is. If it only brings "
                         "certificates, Certificates.Import takes them");
  for (guint i = 1; found && i < most; i++)
    if (!peel_next (onion, &found, error))
      return FALSE;

  if (found && !partial)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "The message has %d layers of protection or more",
                 SMD_LIMIT_LAYERS);
  return (!found || partial) && onion->report->layers->len > 0;
}

static void
sum_up (SmdReport *report, SmdMessage *innermost)
{
  for (guint i = 0; i < report->layers->len; i++)
    {
      SmdLayer *layer = report->layers->pdata[i];

      for (guint j = 0; j < layer->signers->len; j++)
        report->authenticated |= ((SmdSignerReport *) layer->signers->pdata[j])->authenticated;
    }

  if (innermost != NULL && smd_message_has_errant_layer (innermost))
    smd_problems_add (report->warnings, SMIMED_PROBLEM_ERRANT_LAYER,
                      "A part below the root is signed or encrypted for itself; it says nothing about the message");
}

static SmdBlob *
finish (Onion *onion, SmdMessage *outer, GError **error)
{
  g_autoptr (SmdMessage) innermost = smd_message_parse (onion->rest, NULL);

  sum_up (onion->report, innermost);
  smd_progress_enter (onion->call->progress, "writing", 0);
  if (outer == NULL || onion->request->entity_only)
    return g_steal_pointer (&onion->rest);

  return smd_message_replace_entity (outer, onion->rest, onion->call->policy.max_message_size + SMD_LIMIT_HEADER, error);
}

SmdBlob *
smd_open (const SmdEnv *env, const SmdCall *call, const SmdOpenRequest *request, SmdReport **report, GError **error)
{
  gboolean bare = request->content_type != NULL;
  g_autoptr (SmdReport) found = smd_report_new ();
  g_autoptr (SmdMessage) outer = bare ? NULL : smd_message_parse (request->message, error);
  Onion onion = { env, call, request, found, G_MININT64, smd_blob_ref (request->message) };
  g_autoptr (SmdBlob) content = NULL;

  if (outer != NULL)
    onion.date = smd_message_get_date (outer);
  found->sender = smd_sender_choose (outer, request->sender);
  if ((bare || outer != NULL) && peel_all (&onion, outer, error))
    content = finish (&onion, outer, error);

  g_clear_pointer (&onion.rest, smd_blob_unref);
  if (content != NULL)
    *report = g_steal_pointer (&found);
  return g_steal_pointer (&content);
}
