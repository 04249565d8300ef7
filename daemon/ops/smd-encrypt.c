/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-seal.h"

#include "smd-address.h"
#include "smd-cms-writer.h"
#include "smd-evaluate.h"
#include "smd-judge.h"
#include "smd-learn.h"
#include "smd-limits.h"
#include "smd-message-writer.h"
#include "smd-output.h"
#include "smd-signing.h"
#include "smimed-error.h"

/**
 * Sealing:
 *
 * One Encrypt call: who, with what, and the entity that goes into every copy.
 */
typedef struct
{
  const SmdEnv *env;                /* (unowned) */
  const SmdCall *call;              /* (unowned) */
  const SmdEncryptRequest *request; /* (unowned) */
  const SmdOwnKeys *keys;           /* (unowned) */
  SmdMessage *message;              /* (unowned) */
  SmdBlob *entity;                  /* (unowned) */
  SmdSealReport *report;            /* (unowned) */
} Sealing;

static char **
join (const char *const *a, const char *const *b)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) a);
  if (b != NULL)
    g_strv_builder_addv (builder, (const char **) b);
  return g_strv_builder_end (builder);
}

static void
append_reasons (GString *text, GPtrArray *problems, SmdRevocationMode revocation)
{
  const char *separator = "";

  for (guint i = 0; i < problems->len; i++)
    {
      const SmdProblem *problem = problems->pdata[i];

      if (!smd_judge_is_decisive (problem, revocation))
        continue;
      g_string_append_printf (text, "%s%s", separator, smimed_problem_code_to_word (problem->code));
      separator = ", ";
    }
}

static void
fail_recipients (GPtrArray *verdicts, const SmdCall *call, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean retry = FALSE;

  for (guint i = 0; i < verdicts->len; i++)
    {
      const SmdVerdict *verdict = verdicts->pdata[i];

      if (verdict->usable)
        continue;
      retry = retry || verdict->action == SMD_ACTION_RETRY;
      g_string_append_printf (text, "%s%s (", text->len > 0 ? ", " : "", verdict->address);
      append_reasons (text, verdict->problems, call->policy.revocation);
      g_string_append_c (text, ')');
    }
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_RECIPIENTS_NOT_READY,
               "Nothing was encrypted: no usable certificate for %s. %s; Recipients.Evaluate tells the details", text->str,
               retry ? "Leave them out, get their certificates, or try again later" : "Leave them out, or get their certificates");
}

/* Returns: (transfer full): a verdict for each address, all of them usable */
static GPtrArray *
require_all (const SmdEnv *env, const SmdCall *call, const SmdEncryptRequest *request, GError **error)
{
  g_auto (GStrv) all = join (request->recipients, request->bcc);
  gboolean ready = FALSE;
  g_autoptr (GPtrArray) verdicts = NULL;

  if (all[0] == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "There is no recipient to encrypt to");
      return NULL;
    }
  if (g_strv_length ((char **) request->recipients) >= SMD_LIMIT_RECIPIENTS)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "A message can be encrypted to no more than %d recipients: send it in several parts", SMD_LIMIT_RECIPIENTS - 1);
      return NULL;
    }

  verdicts = smd_evaluate (env, call, request->from, (const char *const *) all, &ready, error);
  if (verdicts != NULL && !ready)
    {
      fail_recipients (verdicts, call, error);
      return NULL;
    }

  return g_steal_pointer (&verdicts);
}

static const SmdVerdict *
find_verdict (GPtrArray *verdicts, const char *address)
{
  /* Nearly always it is written the same way, and that is cheap to see. */
  for (guint i = 0; i < verdicts->len; i++)
    if (g_str_equal (((SmdVerdict *) verdicts->pdata[i])->address, address))
      return verdicts->pdata[i];
  for (guint i = 0; i < verdicts->len; i++)
    if (smd_address_equal (((SmdVerdict *) verdicts->pdata[i])->address, address))
      return verdicts->pdata[i];

  return NULL;
}

static gboolean
get_capabilities (const Sealing *sealing, const char *address, SmdCapabilities *capabilities, GError **error)
{
  g_autoptr (GError) failure = NULL;

  /* Where nothing is known: what the policy supposes everybody to read. */
  if (!smd_cert_store_get_capabilities (sealing->env->certs, address, capabilities, &failure))
    *capabilities = 1u << sealing->call->policy.unknown_recipient_cipher;
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The capabilities of everybody who gets a copy */
typedef struct
{
  const Sealing *sealing; /* (unowned) */
  GArray *all;            /* (unowned) of SmdCapabilities */
  GError *error;          /* (owned) (nullable) */
} Audience;

static void
add_capabilities (const SmdVerdict *verdict, gpointer data)
{
  Audience *self = data;
  SmdCapabilities capabilities = 0;

  if (self->error == NULL && get_capabilities (self->sealing, verdict->address, &capabilities, &self->error))
    g_array_append_val (self->all, capabilities);
}

static SmdCipher
choose_cipher (const Sealing *sealing, GPtrArray *verdicts, const char *const *addresses, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SmdCapabilities));
  Audience audience = { sealing, all, NULL };
  SmdCipher cipher;

  if (sealing->request->cipher != SMD_CIPHER_UNKNOWN)
    return sealing->request->cipher;

  for (guint i = 0; addresses[i] != NULL; i++)
    smd_verdict_foreach (find_verdict (verdicts, addresses[i]), add_capabilities, &audience);
  if (audience.error != NULL)
    {
      g_propagate_error (error, audience.error);
      return SMD_CIPHER_UNKNOWN;
    }

  cipher = smd_capabilities_choose ((const SmdCapabilities *) all->data, all->len);
  return cipher != SMD_CIPHER_UNKNOWN ? cipher : sealing->call->policy.unknown_recipient_cipher;
}

static SmdBlob *
encrypt_raw (const Sealing *sealing, GPtrArray *certificates, SmdCipher cipher, GError **error)
{
  SmdSpan content = smd_blob_get_span (sealing->entity);
  g_autoptr (SmdOutput) output = smd_output_new ("smimed-encrypted", content.size + 64 * SMD_LIMIT_HEADER, error);

  if (output == NULL
      || !smd_cms_encrypt (sealing->env->crypto, certificates, cipher, content, smd_output_get_sink (output),
                           sealing->call->progress, error))
    return NULL;

  return smd_output_seal (g_steal_pointer (&output), error);
}

static SmdBlob *
encrypt_mime (const Sealing *sealing, GPtrArray *certificates, SmdCipher cipher, GError **error)
{
  SmdSpan content = smd_blob_get_span (sealing->entity);
  const char *type = smd_cipher_is_aead (cipher) ? "authEnveloped-data" : "enveloped-data";
  g_autoptr (SmdPkcs7Writer) writer
      = smd_pkcs7_writer_new (sealing->message, type, content.size * 2 + 64 * SMD_LIMIT_HEADER, error);

  if (writer == NULL
      || !smd_cms_encrypt (sealing->env->crypto, certificates, cipher, content, smd_pkcs7_writer_get_sink (writer),
                           sealing->call->progress, error))
    return NULL;

  return smd_pkcs7_writer_finish (g_steal_pointer (&writer), error);
}

static void
add_certificate (const SmdVerdict *verdict, gpointer certificates)
{
  smd_certificates_add (certificates, verdict->certificate);
}

/* The certificates of @addresses, and the sender's own: he can read what he has sent. */
static GPtrArray *
certificates_of (const Sealing *sealing, GPtrArray *verdicts, const char *const *addresses)
{
  GPtrArray *certificates = smd_certificates_new ();

  for (guint i = 0; addresses[i] != NULL; i++)
    smd_verdict_foreach (find_verdict (verdicts, addresses[i]), add_certificate, certificates);
  smd_certificates_add (certificates, sealing->keys->state->encryption);
  return certificates;
}

static gboolean
add_copy (const Sealing *sealing, GPtrArray *verdicts, const char *const *addresses, GPtrArray *copies, GError **error)
{
  g_autoptr (GPtrArray) certificates = certificates_of (sealing, verdicts, addresses);
  SmdCipher cipher = choose_cipher (sealing, verdicts, addresses, error);
  SmdSealedCopy *copy;
  SmdBlob *message;

  if (cipher == SMD_CIPHER_UNKNOWN)
    return FALSE;

  message = sealing->request->raw ? encrypt_raw (sealing, certificates, cipher, error)
                                  : encrypt_mime (sealing, certificates, cipher, error);
  if (message == NULL)
    return FALSE;

  copy = g_new0 (SmdSealedCopy, 1);
  copy->addresses = g_strdupv ((char **) addresses);
  copy->message = message;
  g_ptr_array_add (copies, copy);

  /* The weakest of the copies is what the report owns up to. */
  if (sealing->report->cipher == SMD_CIPHER_UNKNOWN || cipher < sealing->report->cipher)
    sealing->report->cipher = cipher;
  return TRUE;
}

/* Who is named twice, perhaps in other case, gets one copy, which names him in all the ways that the caller does.
 * Returns: (transfer full) (element-type GPtrArray): for each Bcc the ways to write it, %NULL-terminated */
static GPtrArray *
fold_bcc (const Sealing *sealing, GPtrArray *verdicts)
{
  const char *const *bcc = sealing->request->bcc;
  GPtrArray *folded = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);

  for (guint i = 0; bcc != NULL && bcc[i] != NULL; i++)
    {
      const SmdVerdict *verdict = find_verdict (verdicts, bcc[i]);
      GPtrArray *ways = g_hash_table_lookup (known, verdict);

      if (ways == NULL)
        {
          ways = g_ptr_array_new ();
          g_hash_table_insert (known, (gpointer) verdict, ways);
          g_ptr_array_add (folded, ways);
        }
      if (!g_ptr_array_find_with_equal_func (ways, bcc[i], g_str_equal, NULL))
        g_ptr_array_add (ways, (gpointer) bcc[i]);
    }

  for (guint i = 0; i < folded->len; i++)
    g_ptr_array_add (folded->pdata[i], NULL);
  return folded;
}

/* One copy for all of To and Cc, then one for each Bcc: no copy's recipient list gives a Bcc away. */
static GPtrArray *
make_copies (const Sealing *sealing, GPtrArray *verdicts, GError **error)
{
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_sealed_copy_free);
  g_autoptr (GPtrArray) bcc = fold_bcc (sealing, verdicts);
  gsize count = (sealing->request->recipients[0] != NULL) + bcc->len;

  smd_progress_enter (sealing->call->progress, "encrypting", smd_blob_get_span (sealing->entity).size * count);
  if (sealing->request->recipients[0] != NULL && !add_copy (sealing, verdicts, sealing->request->recipients, copies, error))
    return NULL;

  for (guint i = 0; i < bcc->len; i++)
    if (!add_copy (sealing, verdicts, (const char *const *) ((GPtrArray *) bcc->pdata[i])->pdata, copies, error))
      return NULL;

  return g_steal_pointer (&copies);
}

static void
describe_one (const SmdVerdict *verdict, gpointer report)
{
  SmdSealRecipient *recipient = g_new0 (SmdSealRecipient, 1);

  recipient->address = g_strdup (verdict->address);
  recipient->certificate = g_strdup (smd_certificate_get_fingerprint (verdict->certificate));
  g_ptr_array_add (((SmdSealReport *) report)->recipients, recipient);
  smd_problems_append (((SmdSealReport *) report)->warnings, verdict->problems);
}

/* Of a group, everybody in it */
static void
describe (SmdSealReport *report, GPtrArray *verdicts)
{
  for (guint i = 0; i < verdicts->len; i++)
    smd_verdict_foreach (verdicts->pdata[i], describe_one, report);
}

static SmdBlob *
make_entity (const Sealing *sealing, GError **error)
{
  gboolean clear = sealing->request->sign && sealing->request->signature_format == SMD_SIGN_CLEAR;
  gsize limit = sealing->call->policy.max_message_size * 2;
  g_autoptr (SmdBlob) entity = smd_message_make_entity (sealing->message, clear, limit, error);

  if (entity == NULL || !sealing->request->sign)
    return g_steal_pointer (&entity);

  return smd_signing_apply (sealing->env, sealing->call, sealing->keys, NULL, entity, sealing->request->signature_format,
                            sealing->report, error);
}

static GPtrArray *
seal (Sealing *sealing, GPtrArray *verdicts, GError **error)
{
  g_autoptr (SmdBlob) entity = make_entity (sealing, error);

  if (entity == NULL)
    return NULL;

  sealing->entity = entity;
  if (sealing->report->certificate == NULL)
    sealing->report->certificate = g_strdup (smd_certificate_get_fingerprint (sealing->keys->state->encryption));
  smd_problems_append (sealing->report->warnings, sealing->keys->state->problems);
  describe (sealing->report, verdicts);
  return make_copies (sealing, verdicts, error);
}

GPtrArray *
smd_encrypt (const SmdEnv *env, const SmdCall *call, const SmdEncryptRequest *request, SmdSealReport **report, GError **error)
{
  g_autoptr (SmdSealReport) done = smd_seal_report_new ();
  g_autoptr (SmdMessage) message = smd_message_parse (request->message, error);
  g_autoptr (GPtrArray) verdicts = NULL;
  g_autoptr (SmdOwnKeys) keys = NULL;
  g_autoptr (GPtrArray) copies = NULL;

  /* As Sign does it: who isn't one of ours is told so, whatever the message says. */
  keys = message != NULL ? smd_own_keys_new (env, call, request->from, request->sign, TRUE, error) : NULL;
  if (keys == NULL || !smd_signing_check_from (message, request->from, error))
    return NULL;

  verdicts = require_all (env, call, request, error);
  if (verdicts == NULL || !smd_learn_capabilities (env, call, verdicts, error))
    return NULL;

  copies = seal (&(Sealing){ env, call, request, keys, message, NULL, done }, verdicts, error);
  if (copies != NULL)
    {
      smd_learn_certificates (env, verdicts);
      *report = g_steal_pointer (&done);
    }
  return g_steal_pointer (&copies);
}
