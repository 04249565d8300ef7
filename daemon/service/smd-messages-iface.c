/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-messages-iface.h"

#include "smd-dbus-generated.h"
#include "smd-import.h"
#include "smd-open.h"
#include "smd-seal.h"
#include "smd-wire.h"
#include "smimed-error.h"

/* All requests of this interface; each method uses what it needs. */
typedef struct
{
  char *from;                 /* (owned) */
  char **recipients;          /* (owned) */
  char **bcc;                 /* (owned) (nullable) */
  char *cipher;               /* (owned) (nullable) */
  char *content_type;         /* (owned) (nullable) */
  char *sender;               /* (owned) (nullable) */
  int format;
  int purpose;
  int signature_format;
  gboolean sign;
  gboolean entity_only;
  gboolean as_is;
  guint depth;
  gint64 received_at;
  SmdCipher chosen;
} Request;

#define AT(field) G_STRUCT_OFFSET (Request, field)

/* The words stand in the order of their enumerations. */
static const char *const purpose_words[] = { "send", "draft", NULL };
static const char *const sign_format_words[] = { "clear", "opaque", "detached", NULL };
static const char *const signature_format_words[] = { "clear", "opaque", NULL };
static const char *const encrypt_format_words[] = { "mime", "raw", NULL };

static const SmdOption sign_options[] = {
  { "format", "s", AT (format), sign_format_words },
  { "purpose", "s", AT (purpose), purpose_words },
  { NULL }
};

static const SmdOption encrypt_options[] = {
  { "sign", "b", AT (sign) },
  { "signature-format", "s", AT (signature_format), signature_format_words },
  { "bcc", "as", AT (bcc) },
  { "cipher", "s", AT (cipher) },
  { "format", "s", AT (format), encrypt_format_words },
  { "purpose", "s", AT (purpose), purpose_words },
  { NULL }
};

static const SmdOption open_options[] = {
  { "entity-only", "b", AT (entity_only) },
  { "content-type", "s", AT (content_type) },
  { "sender", "s", AT (sender) },
  { "received-at", "x", AT (received_at) },
  { "depth", "u", AT (depth) },
  { NULL }
};

static const SmdOption verify_options[] = {
  { "as-is", "b", AT (as_is) },
  { "sender", "s", AT (sender) },
  { "received-at", "x", AT (received_at) },
  { NULL }
};

static const SmdOption inspect_options[] = {
  { "content-type", "s", AT (content_type) },
  { NULL }
};

static Request *
request_new (const char *from, const char *const *recipients)
{
  Request *request = g_new0 (Request, 1);

  request->from = g_strdup (from);
  request->recipients = g_strdupv ((char **) recipients);
  request->received_at = G_MININT64;
  return request;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->from);
  g_strfreev (request->recipients);
  g_strfreev (request->bcc);
  g_free (request->cipher);
  g_free (request->content_type);
  g_free (request->sender);
  g_free (request);
}

gboolean
smd_iface_check_enabled (SmdJobHost *host, GError **error)
{
  if (smd_settings_get_policy (host->settings)->enabled)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_DISABLED,
               "S/MIME is switched off; set the property Enabled of org.smimed.Smime1.Manager to turn it on");
  return FALSE;
}

static gboolean
refuse_draft (const Request *request, GError **error)
{
  if (request->purpose == 0)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_DRAFT,
               "Drafts are never signed or encrypted; call again with the purpose “send” when the message is sent");
  return FALSE;
}

static gboolean
find_cipher (Request *request, GError **error)
{
  request->chosen = SMD_CIPHER_UNKNOWN;
  if (request->cipher == NULL || g_str_equal (request->cipher, "auto"))
    return TRUE;

  if (smd_cipher_from_word (request->cipher, &request->chosen) && smd_cipher_is_writable (request->chosen))
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“cipher” can't be “%s”; it is “auto” or one of the ciphers among Manager.Features", request->cipher);
  return FALSE;
}

/* Parameters don't matter, nor does the name from before RFC 2311's types were registered. */
static gboolean
check_content_type (Request *request, GError **error)
{
  static const char *const types[] = { "application/pkcs7-mime", "application/pkcs7-signature", "application/x-pkcs7-mime",
                                       "application/x-pkcs7-signature" };
  g_autofree char *type = g_strdup (request->content_type);

  if (type == NULL)
    return TRUE;

  g_strstrip (g_strdelimit (type, ";", '\0'));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (type, types[i]) == 0)
      {
        g_free (request->content_type);
        request->content_type = g_strdup (types[i % 2]);
        return TRUE;
      }

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“content-type” can't be “%s”; it is application/pkcs7-mime or application/pkcs7-signature", type);
  return FALSE;
}

static GVariant *
reply_with_output (SmdJob *job, SmdBlob *output, GVariant *report, GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (report);
  int handle = smd_job_add_output (job, output, error);

  return handle >= 0 ? g_variant_new ("(h@a{sv})", handle, owned) : NULL;
}

static GVariant *
run_sign (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdSignRequest sign = { smd_job_get_blob (job, 0), request->from, request->format };
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (SmdBlob) output = smd_sign (smd_job_get_env (job), smd_job_get_call (job), &sign, &report, error);

  return output != NULL ? reply_with_output (job, output, smd_wire_seal_report (report), error) : NULL;
}

static GVariant *
outputs_to_variant (SmdJob *job, GPtrArray *copies, GError **error)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ash)"));

  for (guint i = 0; i < copies->len; i++)
    {
      const SmdSealedCopy *copy = copies->pdata[i];
      int handle = smd_job_add_output (job, copy->message, error);

      if (handle < 0)
        return NULL;
      g_variant_builder_add (&list, "(^ash)", copy->addresses, handle);
    }

  return g_variant_builder_end (&list);
}

static GVariant *
run_encrypt (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdEncryptRequest encrypt = {
    .message = smd_job_get_blob (job, 0),
    .from = request->from,
    .recipients = (const char *const *) request->recipients,
    .bcc = (const char *const *) request->bcc,
    .sign = request->sign,
    .signature_format = request->signature_format,
    .cipher = request->chosen,
    .raw = request->format == 1,
  };
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GPtrArray) copies = smd_encrypt (smd_job_get_env (job), smd_job_get_call (job), &encrypt, &report, error);
  GVariant *outputs = copies != NULL ? outputs_to_variant (job, copies, error) : NULL;

  return outputs != NULL ? g_variant_new ("(@a(ash)@a{sv})", outputs, smd_wire_seal_report (report)) : NULL;
}

static GVariant *
run_open (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdOpenRequest open = {
    .message = smd_job_get_blob (job, 0),
    .entity_only = request->entity_only,
    .content_type = request->content_type,
    .sender = request->sender,
    .received_at = request->received_at,
    .depth = request->depth,
  };
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (SmdBlob) content = smd_open (smd_job_get_env (job), smd_job_get_call (job), &open, &report, error);

  if (content != NULL)
    smd_harvest (smd_job_get_env (job), smd_job_get_call (job), report);
  return content != NULL ? reply_with_output (job, content, smd_wire_report (report), error) : NULL;
}

static GVariant *
run_verify (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdVerifyRequest verify = {
    .content = smd_job_get_blob (job, 0),
    .signature = smd_job_get_blob (job, 1),
    .as_is = request->as_is,
    .sender = request->sender,
    .received_at = request->received_at,
  };
  g_autoptr (SmdReport) report = smd_verify (smd_job_get_env (job), smd_job_get_call (job), &verify, error);

  if (report != NULL)
    smd_harvest (smd_job_get_env (job), smd_job_get_call (job), report);
  return report != NULL ? g_variant_new ("(@a{sv})", smd_wire_report (report)) : NULL;
}

static GVariant *
run_inspect (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (SmdReport) report = smd_inspect (smd_job_get_env (job), smd_job_get_call (job), smd_job_get_blob (job, 0),
                                              request->content_type, error);

  return report != NULL ? g_variant_new ("(@a{sv})", smd_wire_inspection (report)) : NULL;
}

static const SmdJobKind sign_kind = { "Sign", run_sign, request_free, .right = SMD_RIGHT_USE };
static const SmdJobKind encrypt_kind = { "Encrypt", run_encrypt, request_free, .right = SMD_RIGHT_USE };
static const SmdJobKind open_kind = { "Open", run_open, request_free, .right = SMD_RIGHT_LAYERS };
static const SmdJobKind verify_kind = { "Verify", run_verify, request_free, .right = SMD_RIGHT_LOOK };
static const SmdJobKind inspect_kind = { "Inspect", run_inspect, request_free, .right = SMD_RIGHT_NOTHING };

static gboolean
take_message (SmdJob *job, GVariant *handle, const char *what, GError **error)
{
  return smd_job_take_fd (job, g_variant_get_handle (handle), 0, what, error);
}

static gboolean
on_sign (SmdDbusMessages *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *message, const char *from,
         GVariant *options, SmdJobHost *host)
{
  Request *request = request_new (from, NULL);
  SmdJob *job = smd_job_new (host, invocation, fds, &sign_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_iface_check_enabled (host, &error) && smd_job_parse (job, options, sign_options, &error)
          && refuse_draft (request, &error) && take_message (job, message, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_encrypt (SmdDbusMessages *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *message, const char *from,
            const char *const *recipients, GVariant *options, SmdJobHost *host)
{
  Request *request = request_new (from, recipients);
  SmdJob *job = smd_job_new (host, invocation, fds, &encrypt_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_iface_check_enabled (host, &error) && smd_job_parse (job, options, encrypt_options, &error)
          && refuse_draft (request, &error) && find_cipher (request, &error)
          && take_message (job, message, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_open (SmdDbusMessages *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *message, GVariant *options,
         SmdJobHost *host)
{
  Request *request = request_new (NULL, NULL);
  SmdJob *job = smd_job_new (host, invocation, fds, &open_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_iface_check_enabled (host, &error) && smd_job_parse (job, options, open_options, &error)
          && check_content_type (request, &error) && take_message (job, message, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_verify (SmdDbusMessages *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *content, GVariant *signature,
           GVariant *options, SmdJobHost *host)
{
  SmdJob *job = smd_job_new (host, invocation, fds, &verify_kind, request_new (NULL, NULL));
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_iface_check_enabled (host, &error) && smd_job_parse (job, options, verify_options, &error)
          && take_message (job, content, "content", &error) && take_message (job, signature, "signature", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_inspect (SmdDbusMessages *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *message, GVariant *options,
            SmdJobHost *host)
{
  Request *request = request_new (NULL, NULL);
  SmdJob *job = smd_job_new (host, invocation, fds, &inspect_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_iface_check_enabled (host, &error) && smd_job_parse (job, options, inspect_options, &error)
          && check_content_type (request, &error) && take_message (job, message, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

GDBusInterfaceSkeleton *
smd_messages_iface_new (SmdJobHost *host)
{
  SmdDbusMessages *skeleton = smd_dbus_messages_skeleton_new ();

  g_signal_connect (skeleton, "handle-sign", G_CALLBACK (on_sign), host);
  g_signal_connect (skeleton, "handle-encrypt", G_CALLBACK (on_encrypt), host);
  g_signal_connect (skeleton, "handle-open", G_CALLBACK (on_open), host);
  g_signal_connect (skeleton, "handle-verify", G_CALLBACK (on_verify), host);
  g_signal_connect (skeleton, "handle-inspect", G_CALLBACK (on_inspect), host);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
