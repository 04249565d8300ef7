/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-cms-object.h"
#include "smd-openssl.h"
#include "smd-output.h"

G_BEGIN_DECLS

#define SMD_CMS_CEK_MAX 32

/**
 * SmdCmsContent:
 * @algorithm: (unowned) static
 * @iv: points into the message
 * @aad: (owned) (nullable): the authenticated attributes as a SET OF
 * @tag_size: in bytes; 0: CBC
 *
 * How to decrypt the content of an EnvelopedData or AuthEnvelopedData.
 */
typedef struct
{
  SmdCrypto *crypto;                    /* (unowned) */
  const SmdContentAlgorithm *algorithm; /* (unowned) */
  const EVP_CIPHER *cipher;             /* (unowned) */
  const SmdDerOctets *octets;           /* (unowned) */
  SmdSpan iv;
  GByteArray *aad;                      /* (owned) */
  guint8 tag[16];
  gsize tag_size;
} SmdCmsContent;

/* Reads the algorithm and its parameters, before any key is used; @self is zeroed. Errors: `LegacyAlgorithm`, `NotSupported`,
 * `Malformed`, `LimitExceeded`, `Failed` */
gboolean smd_cms_content_init (SmdCmsContent *self, SmdCms *cms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_cms_content_clear (SmdCmsContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdCmsContent, smd_cms_content_clear)

/**
 * smd_cms_content_decrypt:
 * @cek: `algorithm->key_size` bytes
 * @place: (nullable): where the ciphertext lies, if the plaintext may take its place
 * @good: (out): whether tag or padding are right
 *
 * Returns: (transfer full): the plaintext, over @place or to be sealed; to be dropped unless @good; on error `Cancelled`, `Failed`
 */
SmdOutput *smd_cms_content_decrypt (const SmdCmsContent *self, const guint8 *cek, guint8 *place, gboolean *good,
                                    SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
