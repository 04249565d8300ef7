/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SmdRequest:
 * @token: (owned): the key's fingerprint, smd_private_key_get_fingerprint()
 * @address: (owned): whom the certificate is wanted for; empty for a key that came without a certificate, or if the database was lost since
 * @created_at: seconds since 1970 UTC, 0 = unknown
 *
 * A private key that waits for its certificate.
 */
typedef struct
{
  char *token;   /* (owned) */
  char *address; /* (owned) */
  gint64 created_at;
} SmdRequest;

SmdRequest *smd_request_new (const char *token, const char *address, gint64 created_at);
void smd_request_free (SmdRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdRequest, smd_request_free)

#define SMD_TYPE_REQUEST_STORE (smd_request_store_get_type ())
G_DECLARE_INTERFACE (SmdRequestStore, smd_request_store, SMD, REQUEST_STORE, GObject)

/**
 * SmdRequestStoreInterface:
 * @list: (transfer full) (element-type SmdRequest): the keys that wait now, oldest first
 * @note: remembers whom a key that is about to be stored is for; nothing waits before the key itself is stored
 *
 * Which keys of the key store wait for a certificate. Any thread; blocks only for the disk.
 */
struct _SmdRequestStoreInterface
{
  GTypeInterface parent;
  GPtrArray *(*list) (SmdRequestStore *self, GError **error);
  gboolean (*note) (SmdRequestStore *self, const SmdRequest *request, GError **error);
};

GPtrArray *smd_request_store_list (SmdRequestStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_request_store_note (SmdRequestStore *self, const SmdRequest *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the key with this fingerprint waits for its certificate; FALSE, too, if that can't be read */
gboolean smd_request_store_waits (SmdRequestStore *self, const char *key_fingerprint);

G_END_DECLS
