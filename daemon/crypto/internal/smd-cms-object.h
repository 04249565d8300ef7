/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms-algorithm.h"
#include "smd-cms.h"
#include "smd-signer-id.h"

G_BEGIN_DECLS

/* Inside crypto/: what a #SmdCms holds once it is parsed. All spans point into its message. */

/**
 * SmdSignerInfo:
 * @signed_attributes: with their header, [0]; empty if absent
 * @unsigned_attributes: the same, [1]
 *
 * RFC 5652 section 5.3.
 */
typedef struct
{
  SmdSignerId id;
  SmdCmsAlgorithm digest_algorithm;
  SmdSpan signed_attributes;
  SmdCmsAlgorithm signature_algorithm;
  SmdDerOctets signature;
  SmdSpan unsigned_attributes;
} SmdSignerInfo;

typedef struct
{
  SmdSpan content_type; /* content octets of the OID */
  gboolean has_content;
  SmdDerOctets content;
  GPtrArray *certificates; /* (owned) of SmdCertificate */
  GArray *crls;            /* (owned) of SmdSpan, with their headers */
  GArray *signers;         /* (owned) of SmdSignerInfo */
} SmdSignedData;

/**
 * SmdRecipientInfo:
 * @public: what the public header shows
 * @algorithm: of the key encryption
 * @originator_algorithm: of the originator's public key (key agreement)
 * @originator_key: its bits; data %NULL if the originator is named in another way
 * @ukm: data of the region %NULL if absent
 *
 * RFC 5652 section 6.2; of a KeyAgreeRecipientInfo one for each RecipientEncryptedKey.
 */
typedef struct
{
  SmdRecipient public; /* (owned) first: the public list points here */
  SmdCmsAlgorithm algorithm;
  SmdDerOctets encrypted_key;
  SmdCmsAlgorithm originator_algorithm;
  SmdSpan originator_key;
  SmdDerOctets ukm;
} SmdRecipientInfo;

typedef struct
{
  GPtrArray *recipients; /* (owned) of SmdRecipientInfo */
  SmdSpan content_type;
  SmdCmsAlgorithm algorithm;
  gboolean has_content;
  SmdDerOctets content;
  SmdSpan authenticated_attributes; /* with their header, [1]; empty if absent */
  SmdDerOctets mac;                 /* AuthEnvelopedData only */
} SmdEnvelopedData;

typedef struct
{
  SmdCmsAlgorithm algorithm;
  SmdDerOctets content;
} SmdCompressedData;

struct _SmdCms
{
  SmdCrypto *crypto; /* (owned) */
  SmdBlob *blob;     /* (owned) */
  SmdCmsType type;
  /* that which fits the type: */
  SmdSignedData *signed_data;         /* (owned) (nullable) */
  SmdEnvelopedData *enveloped;        /* (owned) (nullable) */
  SmdCompressedData *compressed;      /* (owned) (nullable) */
};

/* Each reads the content of a ContentInfo. Returns: (transfer full): on error `Malformed`, `LimitExceeded` */
SmdSignedData *smd_signed_data_read (SmdCrypto *crypto, SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdEnvelopedData *smd_enveloped_data_read (SmdDerReader *reader, SmdCmsType type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdCompressedData *smd_compressed_data_read (SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_signed_data_free (SmdSignedData *self);
void smd_enveloped_data_free (SmdEnvelopedData *self);
void smd_compressed_data_free (SmdCompressedData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSignedData, smd_signed_data_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdEnvelopedData, smd_enveloped_data_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCompressedData, smd_compressed_data_free)

/* EncapsulatedContentInfo (RFC 5652 section 5.2). @has_content: (out): whether there are octets, be it none */
gboolean smd_cms_read_encapsulated (SmdDerReader *reader, SmdSpan *content_type, gboolean *has_content,
                                    SmdDerOctets *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
