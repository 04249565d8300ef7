/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-call.h"

G_BEGIN_DECLS

/*
 * SmimedCertificateList:
 *
 * A call whose reply is certificates' paths, together with reading the certificates.
 */
typedef struct
{
  GPtrArray *certificates; /* (owned) of SmimedCertificate */
  GVariant *refused;       /* (owned) (nullable) `aa{sv}` */
} SmimedCertificateList;

/* The kind's read function, for "(ao)" and "(aoaa{sv})" */
gpointer smimed_certificate_list_read (GVariant *reply, GUnixFDList *fds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smimed_certificate_list_free (gpointer list);

/* @call: (transfer full): of @kind */
void smimed_certificate_list_run (SmimedCall *call, const SmimedCallKind *kind, gpointer source,
                                  GDBusConnection *connection, SmimedOptions *options, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/* @refused: (out) (optional): `aa{sv}`. Returns: (transfer full): the certificates */
GPtrArray *smimed_certificate_list_finish (gpointer source, const SmimedCallKind *kind, GAsyncResult *result,
                                           GVariant **refused, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
