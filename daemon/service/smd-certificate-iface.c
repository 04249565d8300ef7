/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate-iface.h"

#include "smd-import.h"
#include "smd-validate-call.h"
#include "smd-wire.h"
#include "smimed-error.h"

typedef struct
{
  char *fingerprint; /* (owned) */
  SmdTrust trust;
  gboolean delete_key;
} Request;

static const SmdOption delete_options[] = {
  { "delete-key", "b", G_STRUCT_OFFSET (Request, delete_key) },
  { NULL }
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->fingerprint);
  g_free (request);
}

static GVariant *
run_set_trust (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;

  if (!smd_cert_store_set_trust (smd_job_get_env (job)->certs, request->fingerprint, request->trust, error))
    return NULL;

  return g_variant_new ("()");
}

static GVariant *
run_delete (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;

  if (!smd_delete_certificate (smd_job_get_env (job), smd_job_get_call (job), request->fingerprint, request->delete_key, error))
    return NULL;

  return g_variant_new ("()");
}

static const SmdJobKind set_trust_kind = { "SetTrust", run_set_trust, request_free, SMD_JOB_CHANGES_LISTED,
                                           .right = SMD_RIGHT_MANAGE };
static const SmdJobKind delete_kind = { "Delete", run_delete, request_free, SMD_JOB_CHANGES_LISTED,
                                        .right = SMD_RIGHT_MANAGE };

static gboolean
on_validate (SmdDbusCertificate *skeleton, GDBusMethodInvocation *invocation, const char *usage, GVariant *options, SmdJobHost *host)
{
  smd_validate_call_launch (host, invocation, smd_dbus_certificate_get_fingerprint (skeleton), usage, options);
  return TRUE;
}

static gboolean
find_trust (const char *word, SmdTrust *trust, GError **error)
{
  if (smd_trust_from_word (word, trust))
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "The trust can't be “%s”; it is default, trusted or distrusted",
               word);
  return FALSE;
}

static gboolean
on_set_trust (SmdDbusCertificate *skeleton, GDBusMethodInvocation *invocation, const char *trust, GVariant *options, SmdJobHost *host)
{
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new_invoked (host, invocation, &set_trust_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  request->fingerprint = smd_dbus_certificate_dup_fingerprint (skeleton);
  ready = find_trust (trust, &request->trust, &error) && smd_job_parse (job, options, smd_options_none, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_delete (SmdDbusCertificate *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdJobHost *host)
{
  Request *request = g_new0 (Request, 1);
  SmdJob *job = smd_job_new_invoked (host, invocation, &delete_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  request->fingerprint = smd_dbus_certificate_dup_fingerprint (skeleton);
  ready = smd_job_parse (job, options, delete_options, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

/* Whether a word of the kebab-case kind begins at @at: digitalSignature -> digital-signature, cRLSign -> crl-sign */
static gboolean
begins_word (const char *text, gsize at)
{
  if (at < 2 || !g_ascii_isupper (text[at]))
    return FALSE;

  return !g_ascii_isupper (text[at - 1]) || g_ascii_islower (text[at + 1]);
}

static void
set_words (SmdDbusCertificate *skeleton, const char *const *names, void (*set) (SmdDbusCertificate *, const char *const *))
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (; *names != NULL; names++)
    {
      GString *word = g_string_new (NULL);

      for (gsize i = 0; (*names)[i] != '\0'; i++)
        {
          if (begins_word (*names, i))
            g_string_append_c (word, '-');
          g_string_append_c (word, g_ascii_tolower ((*names)[i]));
        }
      g_ptr_array_add (words, g_string_free (word, FALSE));
    }

  g_ptr_array_add (words, NULL);
  set (skeleton, (const char *const *) words->pdata);
}

static void
set_usages (SmdDbusCertificate *skeleton, SmdCertificate *certificate)
{
  const char *words[3] = { NULL };
  guint count = 0;

  if (smd_certificate_permits (certificate, SMD_USAGE_SIGN))
    words[count++] = "sign";
  if (smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT))
    words[count++] = "encrypt";
  smd_dbus_certificate_set_usages (skeleton, words);
}

void
smd_certificate_iface_show (SmdDbusCertificate *skeleton, const SmdCertRecord *record)
{
  smd_dbus_certificate_set_own (skeleton, record->role == SMD_ROLE_OWN);
  smd_dbus_certificate_set_role (skeleton, smd_role_to_word (record->role));
  smd_dbus_certificate_set_origin (skeleton, smd_origin_to_word (record->origin));
  smd_dbus_certificate_set_trust (skeleton, smd_trust_to_word (record->trust));
}

SmdDbusCertificate *
smd_certificate_iface_new (SmdJobHost *host, const SmdCertRecord *record)
{
  SmdDbusCertificate *skeleton = smd_dbus_certificate_skeleton_new ();
  SmdCertificate *certificate = record->certificate;

  smd_dbus_certificate_set_fingerprint (skeleton, smd_certificate_get_fingerprint (certificate));
  smd_dbus_certificate_set_subject (skeleton, smd_certificate_get_subject (certificate));
  smd_dbus_certificate_set_issuer (skeleton, smd_certificate_get_issuer (certificate));
  smd_dbus_certificate_set_serial_number (skeleton, smd_certificate_get_serial_hex (certificate));
  smd_dbus_certificate_set_addresses (skeleton, smd_certificate_get_addresses (certificate));
  smd_dbus_certificate_set_not_before (skeleton, smd_certificate_get_not_before (certificate));
  smd_dbus_certificate_set_not_after (skeleton, smd_certificate_get_not_after (certificate));
  smd_dbus_certificate_set_key_algorithm (skeleton, smd_certificate_get_key_algorithm (certificate));
  smd_dbus_certificate_set_key_bits (skeleton, smd_certificate_get_key_bits (certificate));
  set_words (skeleton, smd_certificate_get_key_usage_words (certificate), smd_dbus_certificate_set_key_usage);
  set_words (skeleton, smd_certificate_get_extended_key_usage (certificate), smd_dbus_certificate_set_extended_key_usage);
  set_usages (skeleton, certificate);
  smd_dbus_certificate_set_encoded (skeleton, smd_wire_bytes (smd_certificate_get_der (certificate)));
  smd_certificate_iface_show (skeleton, record);

  g_signal_connect (skeleton, "handle-validate", G_CALLBACK (on_validate), host);
  g_signal_connect (skeleton, "handle-set-trust", G_CALLBACK (on_set_trust), host);
  g_signal_connect (skeleton, "handle-delete", G_CALLBACK (on_delete), host);
  return skeleton;
}
