/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-cert-record.h"
#include "smd-cipher.h"

G_BEGIN_DECLS

#define SMD_TYPE_CERT_STORE (smd_cert_store_get_type ())
G_DECLARE_INTERFACE (SmdCertStore, smd_cert_store, SMD, CERT_STORE, GObject)

/**
 * SmdCertQuery:
 *
 * What to find; all given conditions must hold. An empty query finds everything.
 */
typedef struct
{
  const char *address;         /* (unowned) (nullable) any of the certificate's addresses, compared as smd_address_normalize() */
  const char *fingerprint;     /* (unowned) (nullable) */
  const char *key_fingerprint; /* (unowned) (nullable) */
  const char *text;            /* (unowned) (nullable) part of subject, issuer or an address, without case */
  SmdUsage usage;              /* SMD_USAGE_ANY: no condition */
  int role;                    /* SmdRole, -1: no condition */
  int own;                     /* 1 only own, 0 only others, -1: no condition */
  SmdSpan issuer_der;          /* empty: no condition */
  SmdSpan serial;              /* empty: no condition */
  SmdSpan key_id;              /* empty: no condition; matches the extension or the computed key id */
  SmdSpan subject_der;         /* empty: no condition: for finding issuers */
  guint limit;                 /* 0: none */
} SmdCertQuery;

#define SMD_CERT_QUERY_INIT { .usage = SMD_USAGE_ANY, .role = -1, .own = -1 }

/**
 * SmdCertStoreInterface:
 *
 * Certificates that are not secret: those of correspondents, issuers, anchors, and the public halves of own identities. All methods may
 * be called from any thread, block only for the disk, and give `Failed` with a clear text (disk full, damaged) on error.
 *
 * @find: (transfer full) (element-type SmdCertRecord): newest notBefore first
 * @list_at_once: (transfer full) (element-type utf8): shared, not to be changed: the fingerprints of what @find gives for this address alone, in its order; rather %NULL
 *   without an error than waiting for another thread that writes
 * @add: stores all of @records in one transaction, or none. One that is there already keeps its trust and gets the higher role.
 *   Own rows are written by the key store only.
 * @set_trust: `NotFound` if it isn't stored
 * @get_trust: what the user has said of this certificate, whether it is stored or not
 * @remove: `NotFound` if it isn't stored
 * @get_capabilities: what was learned of @address; FALSE and no error if nothing
 * @get_serial: a number that is another one after each change of what this store keeps, and of the CRLs beside it; 0: can't tell
 * @set_capabilities: remembers what a verified signature of @address said, unless a later one (@signing_time) is known
 */
struct _SmdCertStoreInterface
{
  GTypeInterface parent;
  GPtrArray *(*find) (SmdCertStore *self, const SmdCertQuery *query, GError **error);
  GPtrArray *(*list_at_once) (SmdCertStore *self, const char *address, GError **error);
  gboolean (*add) (SmdCertStore *self, GPtrArray *records, GError **error);
  gboolean (*set_trust) (SmdCertStore *self, const char *fingerprint, SmdTrust trust, GError **error);
  gboolean (*get_trust) (SmdCertStore *self, const char *fingerprint, SmdTrust *trust, GError **error);
  gboolean (*remove) (SmdCertStore *self, const char *fingerprint, GError **error);
  gboolean (*get_capabilities) (SmdCertStore *self, const char *address, SmdCapabilities *capabilities, GError **error);
  guint (*get_serial) (SmdCertStore *self);
  gboolean (*set_capabilities) (SmdCertStore *self, const char *address, SmdCapabilities capabilities, gint64 signing_time,
                                GError **error);
};

GPtrArray *smd_cert_store_find (SmdCertStore *self, const SmdCertQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *smd_cert_store_list_at_once (SmdCertStore *self, const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): the one record; `NotFound` if there is none */
SmdCertRecord *smd_cert_store_lookup (SmdCertStore *self, const char *fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_cert_store_add (SmdCertStore *self, GPtrArray *records, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_cert_store_set_trust (SmdCertStore *self, const char *fingerprint, SmdTrust trust, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_cert_store_get_trust (SmdCertStore *self, const char *fingerprint, SmdTrust *trust, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_cert_store_remove (SmdCertStore *self, const char *fingerprint, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_cert_store_get_capabilities (SmdCertStore *self, const char *address, SmdCapabilities *capabilities,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint smd_cert_store_get_serial (SmdCertStore *self);
gboolean smd_cert_store_set_capabilities (SmdCertStore *self, const char *address, SmdCapabilities capabilities,
                                          gint64 signing_time, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
