/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-messages-iface.h"

#include "smd-dbus-generated.h"
#include "smd-import.h"
#include "smd-job.h"
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
request_new (void)
{
  Request *request = g_new0 (Request, 1);

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
begin_sign (SmdJobHost *host, GDBusMessage *call)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new (host, call, &sign_kind, request);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ready;
  int message;

  g_variant_get (g_dbus_message_get_body (call), "(hs@a{sv})", &message, &request->from, &options);
  ready = smd_job_check_enabled (job, &error) && smd_job_parse (job, options, sign_options, &error)
          && refuse_draft (request, &error) && smd_job_take_fd (job, message, 0, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
begin_encrypt (SmdJobHost *host, GDBusMessage *call)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new (host, call, &encrypt_kind, request);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ready;
  int message;

  g_variant_get (g_dbus_message_get_body (call), "(hs^as@a{sv})", &message, &request->from, &request->recipients, &options);
  ready = smd_job_check_enabled (job, &error) && smd_job_parse (job, options, encrypt_options, &error)
          && refuse_draft (request, &error) && find_cipher (request, &error)
          && smd_job_take_fd (job, message, 0, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

/* Those that take a message alone, and perhaps its content type */
static gboolean
begin_with_message (SmdJobHost *host, GDBusMessage *call, const SmdJobKind *kind, const SmdOption *table)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new (host, call, kind, request);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ready;
  int message;

  g_variant_get (g_dbus_message_get_body (call), "(h@a{sv})", &message, &options);
  ready = smd_job_check_enabled (job, &error) && smd_job_parse (job, options, table, &error)
          && check_content_type (request, &error) && smd_job_take_fd (job, message, 0, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
begin_open (SmdJobHost *host, GDBusMessage *call)
{
  return begin_with_message (host, call, &open_kind, open_options);
}

static gboolean
begin_verify (SmdJobHost *host, GDBusMessage *call)
{
  SmdJob *job = smd_job_new (host, call, &verify_kind, request_new ());
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ready;
  int content;
  int signature;

  g_variant_get (g_dbus_message_get_body (call), "(hh@a{sv})", &content, &signature, &options);
  ready = smd_job_check_enabled (job, &error) && smd_job_parse (job, options, verify_options, &error)
          && smd_job_take_fd (job, content, 0, "content", &error) && smd_job_take_fd (job, signature, 0, "signature", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
begin_inspect (SmdJobHost *host, GDBusMessage *call)
{
  return begin_with_message (host, call, &inspect_kind, inspect_options);
}

#define INTERFACE "org.smimed.Smime1.Messages"

const SmdMethod smd_messages_methods[] = {
  { INTERFACE, "Sign", "handle-sign", "hsa{sv}", begin_sign },
  { INTERFACE, "Encrypt", "handle-encrypt", "hsasa{sv}", begin_encrypt },
  { INTERFACE, "Open", "handle-open", "ha{sv}", begin_open },
  { INTERFACE, "Verify", "handle-verify", "hha{sv}", begin_verify },
  { INTERFACE, "Inspect", "handle-inspect", "ha{sv}", begin_inspect },
  { NULL }
};

GDBusInterfaceSkeleton *
smd_messages_iface_new (SmdJobHost *host)
{
  SmdDbusMessages *skeleton = smd_dbus_messages_skeleton_new ();

  smd_methods_connect (smd_messages_methods, skeleton, host);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
