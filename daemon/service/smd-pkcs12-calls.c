/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pkcs12-calls.h"

#include "smd-import.h"
#include "smd-limits.h"
#include "smd-paths.h"
#include "smd-pkcs12.h"
#include "smd-wire.h"
#include "smimed-error.h"

typedef struct
{
  int password_fd;
  int origin;
  char **fingerprints; /* (owned) (nullable) */
} Request;

#define AT(field) G_STRUCT_OFFSET (Request, field)

static const char *const origin_words[] = { "user", "managed", NULL };

static const SmdOption import_pkcs12_options[] = {
  { "password-fd", "h", AT (password_fd) },
  { "origin", "s", AT (origin), origin_words },
  { NULL }
};

static const SmdOption export_pkcs12_options[] = {
  { "password-fd", "h", AT (password_fd) },
  { NULL }
};

static Request *
request_new (void)
{
  Request *request = g_new0 (Request, 1);

  request->password_fd = -1;
  return request;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_strfreev (request->fingerprints);
  g_free (request);
}

static GVariant *
run_import_pkcs12 (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  SmdOrigin origin = request->origin == 0 ? SMD_ORIGIN_USER : SMD_ORIGIN_MANAGED;
  g_autoptr (GPtrArray) certificates = smd_import_pkcs12 (smd_job_get_env (job), smd_job_get_call (job), smd_job_get_blob (job, 0),
                                                          smd_job_get_password (job), origin, error);

  return certificates != NULL ? g_variant_new ("(@ao)", smd_wire_paths (certificates)) : NULL;
}

static GVariant *
run_export_pkcs12 (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (SmdBlob) file = smd_export_pkcs12 (smd_job_get_env (job), smd_job_get_call (job),
                                                (const char *const *) request->fingerprints, smd_job_get_password (job), error);
  int handle = file != NULL ? smd_job_add_output (job, file, error) : -1;

  return handle >= 0 ? g_variant_new ("(h)", handle) : NULL;
}

static GVariant *
run_generate_password (SmdJob *job, gpointer data, GError **error)
{
  g_autoptr (SmdSecret) password = smd_password_generate (smd_job_get_env (job)->crypto, error);
  g_autoptr (SmdBlob) blob = NULL;
  int handle;

  if (password == NULL)
    return NULL;

  /* No copy that would not be wiped */
  blob = smd_blob_new_writable (smd_secret_get_data (password), smd_secret_get_span (password).size, (GDestroyNotify) smd_secret_unref,
                                smd_secret_ref (password));
  handle = smd_job_add_output (job, blob, error);
  return handle >= 0 ? g_variant_new ("(h)", handle) : NULL;
}

static const SmdJobKind import_pkcs12_kind = { "ImportPkcs12", run_import_pkcs12, request_free,
                                               SMD_JOB_CHANGES_LISTED, .right = SMD_RIGHT_MANAGE };
static const SmdJobKind export_pkcs12_kind = { "ExportPkcs12", run_export_pkcs12, request_free,
                                               .right = SMD_RIGHT_EXPORT };
static const SmdJobKind generate_password_kind = { "GeneratePassword", run_generate_password, request_free,
                                                   .right = SMD_RIGHT_NOTHING };

static gboolean
on_import_pkcs12 (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *file,
                  GVariant *options, SmdJobHost *host)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new_invoked (host, invocation, &import_pkcs12_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_job_parse (job, options, import_pkcs12_options, &error)
          && smd_job_take_fd (job, g_variant_get_handle (file), SMD_LIMIT_PKCS12, "file", &error)
          && smd_job_take_password (job, request->password_fd, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
take_fingerprints (Request *request, const char *const *paths, GError **error)
{
  g_autoptr (GStrvBuilder) fingerprints = g_strv_builder_new ();

  if (paths[0] == NULL)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "No certificate is given");
      return FALSE;
    }

  for (; *paths != NULL; paths++)
    {
      const char *fingerprint = smd_path_get_certificate (*paths);

      if (fingerprint == NULL)
        {
          g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, "“%s” isn't a certificate's object", *paths);
          return FALSE;
        }
      g_strv_builder_add (fingerprints, fingerprint);
    }

  request->fingerprints = g_strv_builder_end (fingerprints);
  return TRUE;
}

static gboolean
on_export_pkcs12 (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *const *certificates,
                  GVariant *options, SmdJobHost *host)
{
  Request *request = request_new ();
  SmdJob *job = smd_job_new_invoked (host, invocation, &export_pkcs12_kind, request);
  g_autoptr (GError) error = NULL;
  gboolean ready;

  ready = smd_job_parse (job, options, export_pkcs12_options, &error) && take_fingerprints (request, certificates, &error)
          && smd_job_take_password (job, request->password_fd, &error);
  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_generate_password (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, GVariant *options,
                      SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &generate_password_kind, request_new ());
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

void
smd_pkcs12_calls_connect (SmdDbusCertificates *skeleton, SmdJobHost *host)
{
  g_signal_connect (skeleton, "handle-import-pkcs12", G_CALLBACK (on_import_pkcs12), host);
  g_signal_connect (skeleton, "handle-export-pkcs12", G_CALLBACK (on_export_pkcs12), host);
  g_signal_connect (skeleton, "handle-generate-password", G_CALLBACK (on_generate_password), host);
}
