/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-validate-call.h"

#include "smd-job.h"
#include "smd-limits.h"
#include "smd-validate.h"
#include "smd-wire.h"
#include "smimed-error.h"

typedef struct
{
  GVariant *chain;   /* (owned) (nullable) */
  char *fingerprint; /* (owned) (nullable) */
  SmdUsage usage;
  gint64 at;
  char *address;     /* (owned) (nullable) */
  char **policies;   /* (owned) (nullable) */
  gboolean require_explicit_policy;
  gboolean inhibit_policy_mapping;
  gboolean inhibit_any_policy;
  int revocation;    /* -1: as the policy says */
} Request;

#define AT(field) G_STRUCT_OFFSET (Request, field)

static const char *const revocation_words[] = { "hard-fail", "soft-fail", "off", NULL };

static const SmdOption validate_options[] = {
  { "at", "x", AT (at) },
  { "address", "s", AT (address) },
  { "policies", "as", AT (policies) },
  { "require-explicit-policy", "b", AT (require_explicit_policy) },
  { "inhibit-policy-mapping", "b", AT (inhibit_policy_mapping) },
  { "inhibit-any-policy", "b", AT (inhibit_any_policy) },
  { "revocation", "s", AT (revocation), revocation_words },
  { NULL }
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->chain, g_variant_unref);
  g_free (request->fingerprint);
  g_free (request->address);
  g_strfreev (request->policies);
  g_free (request);
}

static gboolean
find_usage (const char *word, SmdUsage *usage, GError **error)
{
  if (g_str_equal (word, "sign"))
    *usage = SMD_USAGE_SIGN;
  else if (g_str_equal (word, "encrypt"))
    *usage = SMD_USAGE_ENCRYPT;
  else if (g_str_equal (word, "any"))
    *usage = SMD_USAGE_ANY;
  else
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "The usage can't be “%s”; it is sign, encrypt or any", word);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_policies (const Request *request, GError **error)
{
  for (char **policy = request->policies; policy != NULL && *policy != NULL; policy++)
    if (!g_regex_match_simple ("^[0-2](\\.(0|[1-9][0-9]*))+$", *policy, G_REGEX_DOLLAR_ENDONLY, 0))
      {
        g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                     "“policies”: “%s” isn't an object identifier such as 2.16.840.1.101.3.2.1.48.1", *policy);
        return FALSE;
      }

  return TRUE;
}

static SmdCertificate *
read_certificate (const SmdEnv *env, GVariant *chain, gsize index, GError **error)
{
  g_autoptr (GVariant) bytes = g_variant_get_child_value (chain, index);
  gsize size;
  const guint8 *data = g_variant_get_fixed_array (bytes, &size, 1);

  return smd_certificate_new (env->crypto, smd_span (data, size), error);
}

/* Candidate issuers that can't be read are none; the certificate itself has to be readable. */
static GPtrArray *
read_chain (const SmdEnv *env, GVariant *chain, GError **error)
{
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  gsize count = g_variant_n_children (chain);

  if (count == 0 || count > SMD_LIMIT_CERTIFICATES)
    {
      g_set_error (error, SMIMED_ERROR, count == 0 ? SMIMED_ERROR_INVALID_ARGUMENT : SMIMED_ERROR_LIMIT_EXCEEDED,
                   "The chain has %" G_GSIZE_FORMAT " certificates; it must have 1 to %d", count, SMD_LIMIT_CERTIFICATES);
      return NULL;
    }

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (SmdCertificate) certificate = read_certificate (env, chain, i, i == 0 ? error : NULL);

      if (certificate != NULL)
        smd_certificates_add (certificates, certificate);
      else if (i == 0)
        return NULL;
    }

  return g_steal_pointer (&certificates);
}

static GPtrArray *
find_chain (const SmdEnv *env, const char *fingerprint, GError **error)
{
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (env->certs, fingerprint, error);
  GPtrArray *certificates;

  if (record == NULL)
    return NULL;

  certificates = smd_certificates_new ();
  smd_certificates_add (certificates, record->certificate);
  return certificates;
}

static GVariant *
run_validate (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdEnv *env = smd_job_get_env (job);
  const SmdCall *call = smd_job_get_call (job);
  SmdValidateRequest validate = SMD_VALIDATE_REQUEST_INIT (call);
  g_autoptr (SmdValidation) validation = NULL;
  g_autoptr (GPtrArray) chain = request->chain != NULL ? read_chain (env, request->chain, error)
                                                       : find_chain (env, request->fingerprint, error);

  if (chain == NULL)
    return NULL;

  validate.chain = chain;
  validate.usage = request->usage;
  validate.at = request->at;
  validate.address = request->address;
  validate.policies = (const char *const *) request->policies;
  validate.require_explicit_policy = request->require_explicit_policy;
  validate.inhibit_policy_mapping = request->inhibit_policy_mapping;
  validate.inhibit_any_policy = request->inhibit_any_policy;
  if (request->revocation >= 0)
    validate.revocation = request->revocation;
  validation = smd_validate (env, call, &validate, error);
  return validation != NULL ? g_variant_new ("(@a{sv})", smd_wire_validation (validation)) : NULL;
}

static const SmdJobKind validate_kind = { "Validate", run_validate, request_free, .right = SMD_RIGHT_LOOK };

static Request *
request_new (GVariant *chain, const char *fingerprint)
{
  Request *request = g_new0 (Request, 1);

  request->chain = chain;
  request->fingerprint = g_strdup (fingerprint);
  request->at = G_MININT64;
  request->revocation = -1;
  return request;
}

static void
launch (SmdJob *job, Request *request, const char *usage, GVariant *options)
{
  g_autoptr (GError) error = NULL;
  gboolean ready = find_usage (usage, &request->usage, &error) && smd_job_parse (job, options, validate_options, &error)
                   && check_policies (request, &error);

  smd_job_launch (job, ready, error);
}

static gboolean
begin_validate (SmdJobHost *host, GDBusMessage *call)
{
  g_autoptr (GVariant) options = NULL;
  GVariant *chain;
  const char *usage;
  Request *request;

  g_variant_get (g_dbus_message_get_body (call), "(@aay&s@a{sv})", &chain, &usage, &options);
  request = request_new (chain, NULL);
  launch (smd_job_new (host, call, &validate_kind, request), request, usage, options);
  return TRUE;
}

const SmdMethod smd_validate_methods[] = {
  { "org.smimed.Smime1.Certificates", "Validate", "handle-validate", "aaysa{sv}", begin_validate },
  { NULL }
};

void
smd_validate_call_launch (SmdJobHost *host, GDBusMethodInvocation *invocation, const char *fingerprint, const char *usage,
                          GVariant *options)
{
  Request *request = request_new (NULL, fingerprint);

  launch (smd_job_new_invoked (host, invocation, &validate_kind, request), request, usage, options);
}
