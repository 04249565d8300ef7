/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-der.h"

G_BEGIN_DECLS

/**
 * SmdCmsAlgorithm:
 * @oid: content octets of the object identifier, as smd_algorithm_find_digest() and the like want it
 * @parameters: the parameters with their header, empty if absent
 * @whole: the AlgorithmIdentifier with its header
 *
 * An AlgorithmIdentifier (RFC 5280 section 4.1.1.2) where it lies.
 */
typedef struct
{
  SmdSpan oid;
  SmdSpan parameters;
  SmdSpan whole;
} SmdCmsAlgorithm;

/* @tag: SMD_DER_SEQUENCE unless it is tagged implicitly */
gboolean smd_cms_algorithm_read (SmdCmsAlgorithm *self, SmdDerReader *reader, guint tag,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @der, one AlgorithmIdentifier with nothing behind it. */
gboolean smd_cms_algorithm_parse (SmdCmsAlgorithm *self, SmdSpan der, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
