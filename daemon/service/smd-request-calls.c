/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-request-calls.h"

#include "smd-import.h"
#include "smd-limits.h"
#include "smd-wire-dict.h"
#include "smd-wire.h"

typedef struct
{
  char *address; /* (owned) (nullable) */
  char *token;   /* (owned) (nullable) */
  int key_type;
} Request;

/* The default first */
static const char *const key_types[] = { "rsa-3072", "rsa-2048", "rsa-4096", "p-256", "p-384", NULL };

static const SmdOption create_options[] = {
  { "key-type", "s", G_STRUCT_OFFSET (Request, key_type), key_types },
  { NULL }
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->address);
  g_free (request->token);
  g_free (request);
}

static Request *
request_new (const char *address, const char *token)
{
  Request *request = g_new0 (Request, 1);

  request->address = g_strdup (address);
  request->token = g_strdup (token);
  return request;
}

static GVariant *
run_create (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autofree char *token = NULL;
  g_autoptr (SmdBlob) csr = smd_create_request (smd_job_get_env (job), smd_job_get_call (job), request->address,
                                                key_types[request->key_type], &token, error);
  int handle = csr != NULL ? smd_job_add_output (job, csr, error) : -1;

  return handle >= 0 ? g_variant_new ("(hs)", handle, token) : NULL;
}

static GVariant *
run_complete (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  g_autoptr (GPtrArray) certificates = smd_complete_request (smd_job_get_env (job), smd_job_get_call (job), request->token,
                                                             smd_job_get_blob (job, 0), error);

  return certificates != NULL ? g_variant_new ("(@ao)", smd_wire_paths (certificates)) : NULL;
}

static GVariant *
run_list (SmdJob *job, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) requests = smd_request_store_list (smd_job_get_env (job)->requests, error);
  GVariantBuilder list;

  if (requests == NULL)
    return NULL;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < requests->len; i++)
    {
      const SmdRequest *request = requests->pdata[i];
      GVariantBuilder dict;

      smd_wire_dict_init (&dict);
      smd_wire_dict_string (&dict, "request", request->token);
      smd_wire_dict_string (&dict, "address", request->address);
      smd_wire_dict_int64 (&dict, "created-at", request->created_at);
      g_variant_builder_add_value (&list, g_variant_builder_end (&dict));
    }
  return g_variant_new ("(@aa{sv})", g_variant_builder_end (&list));
}

static GVariant *
run_discard (SmdJob *job, gpointer data, GError **error)
{
  const Request *request = data;
  const SmdCall *call = smd_job_get_call (job);

  if (!smd_key_store_discard (smd_job_get_env (job)->keys, request->token, call->interactive, call->cancellable, error))
    return NULL;

  return g_variant_new ("()");
}

static const SmdJobKind create_kind = { "CreateRequest", run_create, request_free, .right = SMD_RIGHT_MANAGE };
static const SmdJobKind complete_kind = { "CompleteRequest", run_complete, request_free, SMD_JOB_CHANGES_LISTED,
                                          .right = SMD_RIGHT_MANAGE };
static const SmdJobKind list_kind = { "ListRequests", run_list, request_free, .right = SMD_RIGHT_LOOK };
static const SmdJobKind discard_kind = { "DiscardRequest", run_discard, request_free, .right = SMD_RIGHT_MANAGE };

static gboolean
on_create (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *address, GVariant *options,
           SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &create_kind, request_new (address, NULL));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, create_options, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_complete (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *token,
             GVariant *certificates, GVariant *options, SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &complete_kind, request_new (NULL, token));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error)
                   && smd_job_take_fd (job, g_variant_get_handle (certificates), SMD_LIMIT_CERTIFICATE_FILE, "certificates", &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_list (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, GVariant *options, SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &list_kind, request_new (NULL, NULL));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

static gboolean
on_discard (SmdDbusCertificates *skeleton, GDBusMethodInvocation *invocation, const char *token, GVariant *options, SmdJobHost *host)
{
  SmdJob *job = smd_job_new_invoked (host, invocation, &discard_kind, request_new (NULL, token));
  g_autoptr (GError) error = NULL;
  gboolean ready = smd_job_parse (job, options, smd_options_none, &error);

  smd_job_launch (job, ready, error);
  return TRUE;
}

void
smd_request_calls_connect (SmdDbusCertificates *skeleton, SmdJobHost *host)
{
  g_signal_connect (skeleton, "handle-create-request", G_CALLBACK (on_create), host);
  g_signal_connect (skeleton, "handle-complete-request", G_CALLBACK (on_complete), host);
  g_signal_connect (skeleton, "handle-list-requests", G_CALLBACK (on_list), host);
  g_signal_connect (skeleton, "handle-discard-request", G_CALLBACK (on_discard), host);
}
