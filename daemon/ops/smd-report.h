/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_CHAIN_INVALID,
  SMD_CHAIN_VALID,
  SMD_CHAIN_UNKNOWN, /* never judged: the key is left out of the report */
} SmdChainState;

/* One signer's verdict; section 3 of the contract. */
typedef struct
{
  SmdSignatureState signature;
  SmdChainState chain;
  SmdChainState at_delivery;
  gboolean address_match;
  gboolean authenticated;
  SmdCertificate *certificate; /* (owned) (nullable) */
  GPtrArray *chain_path;       /* (owned) of SmdCertificate, leaf first; never NULL */
  char *digest;                /* (owned) (nullable) */
  char *algorithm;             /* (owned) (nullable) */
  char *issuer;                /* (owned) (nullable) the signer's id where there is no certificate */
  char *serial;                /* (owned) (nullable) */
  char *key_id;                /* (owned) (nullable) */
  SmdCertificate *encryption_certificate; /* (owned) (nullable) the signer's encryption key preference */
  GPtrArray *borne;            /* (owned) of SmdCertificate: all that the layer brought; never NULL */
  gint64 signing_time;         /* seconds since 1970 UTC, G_MININT64 = absent */
  GPtrArray *problems;         /* (owned) of SmdProblem */
} SmdSignerReport;

typedef enum
{
  SMD_LAYER_SIGNED,
  SMD_LAYER_ENCRYPTED,
  SMD_LAYER_COMPRESSED,
} SmdLayerType;

/* One recipient's id as the message names it. */
typedef struct
{
  char *issuer;         /* (owned) (nullable) RFC 4514 */
  char *serial;         /* (owned) (nullable) hex */
  char *key_id;         /* (owned) (nullable) hex */
  char *key_encryption; /* (owned) `rsa`, `rsa-oaep`, `ecdh`, `x25519`, `unknown` */
} SmdRecipientId;

typedef struct
{
  SmdLayerType type;
  gboolean opaque;        /* signed: `opaque` or `clear` */
  GPtrArray *signers;     /* (owned) of SmdSignerReport; signed only, never NULL */
  SmdCipher cipher;       /* encrypted only */
  char *key_encryption;   /* (owned) (nullable) of the recipient that was used */
  char *decrypted_with;   /* (owned) (nullable) fingerprint of the own certificate */
  GPtrArray *recipients;  /* (owned) of SmdRecipientId; encrypted only, never NULL */
} SmdLayer;

/* What `Open`, `Verify` and `Inspect` found. */
typedef struct
{
  gboolean authenticated;
  gboolean confidential;
  GPtrArray *layers;   /* (owned) of SmdLayer, outermost first */
  char *sender;        /* (owned) (nullable) the address compared */
  GPtrArray *warnings; /* (owned) of SmdProblem */
} SmdReport;

SmdSignerReport *smd_signer_report_new (void);
void smd_signer_report_free (SmdSignerReport *self);
void smd_recipient_id_free (SmdRecipientId *self);
SmdLayer *smd_layer_new (SmdLayerType type);
void smd_layer_free (SmdLayer *self);
SmdReport *smd_report_new (void);
void smd_report_free (SmdReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSignerReport, smd_signer_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdLayer, smd_layer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdReport, smd_report_free)

G_END_DECLS
