/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-crl.h"
#include "smd-ocsp.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_REVOCATION_CRL,
  SMD_REVOCATION_DELTA_CRL,
  SMD_REVOCATION_OCSP,
} SmdRevocationKind;

typedef enum
{
  SMD_REVOCATION_FRESH,
  SMD_REVOCATION_STALE,
  SMD_REVOCATION_FAILED,
} SmdRevocationState;

/**
 * SmdRevocationEntry:
 *
 * What is known of one source of revocation information: an `Entry` of the contract. @url is "" for what was imported by hand or came
 * with a message. An entry whose last fetch failed keeps what an earlier one brought. Of OCSP there is one for each certificate.
 */
typedef struct
{
  char *url;         /* (owned) never NULL */
  char *issuer;      /* (owned) RFC 4514, "" if unknown */
  SmdSpan issuer_der; /* into @issuer_bytes */
  GBytes *issuer_bytes; /* (owned) (nullable) */
  SmdRevocationKind kind;
  gint64 this_update; /* seconds since 1970 UTC, 0 = never got any */
  gint64 next_update;
  char *number;      /* (owned) hex, "" if none */
  guint64 entries;
  gint64 fetched_at; /* 0 = never */
  gint64 tried_at;   /* last try, also a failed one */
  gint64 used_at;    /* when a judgement last asked for it */
  char *etag;        /* (owned) (nullable) */
  gint64 modified;
  char *detail;      /* (owned) "" unless the last try failed */
  char *certificate; /* (owned) (nullable) OCSP: fingerprint of whom it speaks of */
  gboolean outdated; /* a delta CRL has told that there is a newer one */
  GBytes *der;       /* (owned) (nullable) OCSP: the certificate itself, once a judgement has asked for it */
} SmdRevocationEntry;

/* The URL of a CRL that came with a message, when it is imported */
#define SMD_REVOCATION_BORNE "message:"
/* In the store, the URL of a delta CRL whose place one on a later base has taken: it counts as long as that base isn't at hand */
#define SMD_REVOCATION_EARLIER "earlier:"

void smd_revocation_entry_free (SmdRevocationEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdRevocationEntry, smd_revocation_entry_free)
SmdRevocationState smd_revocation_entry_get_state (const SmdRevocationEntry *self, gint64 now);

#define SMD_TYPE_REVOCATION_STORE (smd_revocation_store_get_type ())
G_DECLARE_INTERFACE (SmdRevocationStore, smd_revocation_store, SMD, REVOCATION_STORE, GObject)

typedef void (*SmdRevocationChanged) (gpointer data);

/**
 * SmdRevocationStoreInterface:
 *
 * CRL indexes and OCSP answers, kept across restarts; whole or absent after a kill at any moment. Any thread.
 *
 * @find_crls: (transfer full) (element-type SmdCrl): all CRLs that are kept of this issuer name, or that came from one of @urls (an indirect CRL
 *   has another issuer); @borne: those that came with messages, too; newest first; cheap (indexes stay open in a small cache)
 * @import_crl: @url: "" if it wasn't fetched, %SMD_REVOCATION_BORNE if it came with a message. Replaces an older one of the same url
 *   and scope (smd_crl_make_scope()), not a newer one; a delta CRL that one on a later base replaces is still found, though not listed.
 *   Gives the entry that counts now; the key of the CRL that came from @url before counts like one of @issuers. If the CRL was older than
 *   that, its detail says so. One whose thisUpdate is after @now is refused (`CertificateInvalid`). On an error of smd_crl_import() or
 *   `Failed` everything is as before: tell it with @note_failure.
 * @note_failure: remembers that @url could not be had, and why
 * @note_unchanged: a 304
 * @lookup: the entry for @url; NULL without error if there is none
 * @touch: @urls were asked for by a judgement; from then on they are refreshed ahead of need. Cheap: written down once a day.
 * @list: (transfer full) (element-type SmdRevocationEntry)
 * @flush: forgets everything
 * @get_ocsp: the kept answer for @certificate (fingerprint); FALSE without error if there is none
 * @put_ocsp: keeps one, unless a newer one is there
 * @note_mute: remembers that the responder @url gave no answer of use for @certificate (fingerprint), and why
 * @touch_ocsp: like @touch, for @certificates (element-type SmdCertificate) whose revocation is told by OCSP
 * @lookup_ocsp: the entry for @certificate (fingerprint); NULL without error if there is none
 * @set_listener: @changed (nullable) is told, in whatever thread, when something was imported, failed or was asked for the first time; must
 *   be quick. Nothing is told any more when this has come back from setting another one.
 */
struct _SmdRevocationStoreInterface
{
  GTypeInterface parent;
  GPtrArray *(*find_crls) (SmdRevocationStore *self, SmdSpan issuer_der, const char *const *urls, gboolean borne, GError **error);
  SmdRevocationEntry *(*import_crl) (SmdRevocationStore *self, const char *url, SmdBlob *file, GPtrArray *issuers, const char *etag,
                                     gint64 modified, gint64 now, GCancellable *cancellable, GError **error);
  gboolean (*note_failure) (SmdRevocationStore *self, const char *url, SmdRevocationKind kind, const char *detail, gint64 now,
                            GError **error);
  gboolean (*note_unchanged) (SmdRevocationStore *self, const char *url, gint64 now, GError **error);
  SmdRevocationEntry *(*lookup) (SmdRevocationStore *self, const char *url, GError **error);
  gboolean (*touch) (SmdRevocationStore *self, const char *const *urls, gint64 now, GError **error);
  GPtrArray *(*list) (SmdRevocationStore *self, GError **error);
  gboolean (*flush) (SmdRevocationStore *self, GError **error);
  gboolean (*get_ocsp) (SmdRevocationStore *self, const char *certificate, SmdOcspAnswer *answer, char **url, GError **error);
  gboolean (*put_ocsp) (SmdRevocationStore *self, const char *certificate, const char *url, const SmdOcspAnswer *answer, gint64 now,
                        GError **error);
  gboolean (*note_mute) (SmdRevocationStore *self, const char *certificate, const char *url, const char *detail, gint64 now,
                         GError **error);
  gboolean (*touch_ocsp) (SmdRevocationStore *self, GPtrArray *certificates, gint64 now, GError **error);
  SmdRevocationEntry *(*lookup_ocsp) (SmdRevocationStore *self, const char *certificate, GError **error);
  void (*set_listener) (SmdRevocationStore *self, SmdRevocationChanged changed, gpointer data);
};

GPtrArray *smd_revocation_store_find_crls (SmdRevocationStore *self, SmdSpan issuer_der, const char *const *urls, gboolean borne,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdRevocationEntry *smd_revocation_store_import_crl (SmdRevocationStore *self, const char *url, SmdBlob *file, GPtrArray *issuers,
                                                     const char *etag, gint64 modified, gint64 now, GCancellable *cancellable,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_note_failure (SmdRevocationStore *self, const char *url, SmdRevocationKind kind, const char *detail,
                                            gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_note_unchanged (SmdRevocationStore *self, const char *url, gint64 now,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdRevocationEntry *smd_revocation_store_lookup (SmdRevocationStore *self, const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_touch (SmdRevocationStore *self, const char *const *urls, gint64 now,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *smd_revocation_store_list (SmdRevocationStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_flush (SmdRevocationStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_get_ocsp (SmdRevocationStore *self, const char *certificate, SmdOcspAnswer *answer, char **url,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_put_ocsp (SmdRevocationStore *self, const char *certificate, const char *url, const SmdOcspAnswer *answer,
                                        gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_note_mute (SmdRevocationStore *self, const char *certificate, const char *url, const char *detail,
                                         gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_revocation_store_touch_ocsp (SmdRevocationStore *self, GPtrArray *certificates, gint64 now,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdRevocationEntry *smd_revocation_store_lookup_ocsp (SmdRevocationStore *self, const char *certificate,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_revocation_store_set_listener (SmdRevocationStore *self, SmdRevocationChanged changed, gpointer data);

G_END_DECLS
