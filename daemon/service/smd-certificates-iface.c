/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificates-iface.h"

#include "smd-dbus-generated.h"
#include "smd-import.h"
#include "smd-limits.h"
#include "smd-paths.h"
#include "smd-pkcs12-calls.h"
#include "smd-request-calls.h"
#include "smd-validate-call.h"
#include "smd-wire.h"
#include "smimed-error.h"

/* All requests of this interface; each method uses what it needs. */
typedef struct
{
  SmdRole role;
  char *address;       /* (owned) (nullable) */
  char *fingerprint;   /* (owned) (nullable) */
  char *text;          /* (owned) (nullable) */
  char *role_word;     /* (owned) (nullable) */
  int usage;
  gboolean own;
} Request;

#define AT(field) G_STRUCT_OFFSET (Request, field)

/* In the order of SmdUsage; “any” is what an absent key means */
static const char *const usage_words[] = { "any", "sign", "encrypt", NULL };

static const SmdOption find_query[] = {
  { "address", "s", AT (address) },
  { "usage", "s", AT (usage), usage_words },
  { "own", "b", AT (own) },
  { "role", "s", AT (role_word) },
  { "fingerprint", "s", AT (fingerprint) },
  { "text", "s", AT (text) },
  { NULL }
};

static Request *
request_new (void)
{
  Request *request = g_new0 (Request, 1);

  request->own = -1;
  return request;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->address);
  g_free (request->fingerprint);
  g_free (request->text);
  g_free (request->role_word);
  g_free (request);
}

static GVariant *
run_import (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) certificates = smd_import_certificates (smd_job_get_env (job), smd_job_get_call (job),
                                                                smd_job_get_blob (job, 0), request->role, &refused, error);

  if (certificates == NULL)
    return NULL;

  return g_variant_new ("(@ao@aa{sv})", smd_wire_paths (certificates), smd_wire_problems (refused));
}

static GVariant *
run_import_from_message (SmdJob *job, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) certificates = smd_import_from_message (smd_job_get_env (job), smd_job_get_call (job),
                                                                smd_job_get_blob (job, 0), error);

  return certificates != NULL ? g_variant_new ("(@ao)", smd_wire_paths (certificates)) : NULL;
}

static GVariant *
run_find (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) records = NULL;
  GVariantBuilder paths;

  query.address = request->address;
  query.fingerprint = request->fingerprint;
  query.text = request->text;
  query.usage = request->usage;
  query.own = request->own;
  query.role = request->role_word != NULL ? (int) request->role : -1;
  records = smd_cert_store_find (smd_job_get_env (job)->certs, &query, error);
  if (records == NULL)
    return NULL;

  g_variant_builder_init (&paths, G_VARIANT_TYPE ("ao"));
  for (guint i = 0; i < records->len; i++)
    {
      const SmdCertRecord *record = records->pdata[i];
      g_autofree char *path = smd_path_for_certificate (smd_certificate_get_fingerprint (record->certificate));

      g_variant_builder_add (&paths, "o", path);
    }

  return g_variant_new ("(@ao)", g_variant_builder_end (&paths));
}

/* Any file and any message may hold the certificate that one of the user's keys waits for. */
static const SmdJobKind import_kind = { "Import", run_import, request_free, SMD_JOB_CHANGES_LISTED,
                                        .right = SMD_RIGHT_MANAGE };
static const SmdJobKind import_from_message_kind = { "ImportFromMessage", run_import_from_message, request_free,
                                                     SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };
static const SmdJobKind find_kind = { "Find", run_find, request_free, .right = SMD_RIGHT_LOOK };

static gboolean
find_import_role (const char *word, SmdRole *role, GError **error)
{
  if (smd_role_from_word (word, role) && *role != SMD_ROLE_OWN)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "The role can't be “%s”; it is correspondent, intermediate or anchor (own certificates come with ImportPkcs12)", word);
  return FALSE;
}

static gboolean
on_import (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *file, const char *role,
           GVariant *options, SmdJobHost *host)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new_invoked (host, invocation, &import_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = find_import_role (role, &request->role, &error) && smd_job_parse (job, options, smd_options_none, &error)
          && smd_job_take_fd (job, g_variant_get_handle (file), SMD_LIMIT_CERTIFICATE_FILE, "file", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_import_from_message (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *message,
                        GVariant *options, SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &import_from_message_kind, request_new ());
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_job_parse (job, options, smd_options_none, &error)
          && smd_job_take_fd (job, g_variant_get_handle (message), 0, "message", &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
take_query (Request *request, GVariant *query, GError **error)
{
  if (!smd_options_parse (query, find_query, request, NULL, error))
    return FALSE;

  if (request->role_word == NULL || smd_role_from_word (request->role_word, &request->role))
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
               "“role” can't be “%s”; it is own, correspondent, intermediate or anchor", request->role_word);
  return FALSE;
}

static gboolean
on_find (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GVariant *query, GVariant *options, SmdJobHost *host)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new_invoked (host, invocation, &find_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready = take_query (request, query, &error) && smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

GDBusInterfaceSkeleton *
smd_certificates_iface_new (SmdJobHost *host)
{
  SmdDbusCertificates *skeleton = smd_dbus_certificates_skeleton_new ();

  smd_pkcs12_calls_connect (skeleton, host);
  g_signal_connect (skeleton, "handle-import", G_CALLBACK (on_import), host);
  g_signal_connect (skeleton, "handle-import-from-message", G_CALLBACK (on_import_from_message), host);
  g_signal_connect (skeleton, "handle-find", G_CALLBACK (on_find), host);
  smd_methods_connect (smd_validate_methods, skeleton, host);
  smd_request_calls_connect (skeleton, host);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
