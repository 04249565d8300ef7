/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-blob.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_SIGN_CLEAR,
  SMD_SIGN_OPAQUE,
  SMD_SIGN_DETACHED,
} SmdSignFormat;

/* A recipient that was encrypted to. */
typedef struct
{
  char *address;     /* (owned) */
  char *certificate; /* (owned) fingerprint */
} SmdSealRecipient;

/* What `Sign` and `Encrypt` did. */
typedef struct
{
  char *certificate;     /* (owned) (nullable) fingerprint of the own signing certificate, or of the own encryption certificate if not signed */
  char *digest;          /* (owned) (nullable) `sha-256`, ...; signed only */
  SmdCipher cipher;      /* SMD_CIPHER_UNKNOWN: not encrypted */
  GPtrArray *recipients; /* (owned) of SmdSealRecipient; never NULL */
  GPtrArray *warnings;   /* (owned) of SmdProblem */
} SmdSealReport;

SmdSealReport *smd_seal_report_new (void);
void smd_seal_report_free (SmdSealReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSealReport, smd_seal_report_free)

/* One encrypted message and the addresses that it may be sent to. */
typedef struct
{
  char **addresses; /* (owned) */
  SmdBlob *message; /* (owned) */
} SmdSealedCopy;

void smd_sealed_copy_free (SmdSealedCopy *self);

typedef struct
{
  SmdBlob *message; /* (unowned) */
  const char *from; /* (unowned) */
  SmdSignFormat format;
} SmdSignRequest;

/**
 * smd_sign:
 * @report: (out) (transfer full): set on success only
 *
 * Signs with the account's signing certificate, after it has been checked.
 *
 * Returns: (transfer full): the signed message, or with %SMD_SIGN_DETACHED the DER SignedData alone; on error `NoSuchAccount`,
 *   `AddressMismatch`, `NoCertificate`, `NoPrivateKey`, `CertificateInvalid`, `Malformed`, `Locked` and its kin, `Cancelled`
 */
SmdBlob *smd_sign (const SmdEnv *env, const SmdCall *call, const SmdSignRequest *request, SmdSealReport **report,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  SmdBlob *message;              /* (unowned) */
  const char *from;              /* (unowned) */
  const char *const *recipients; /* (unowned) */
  const char *const *bcc;        /* (unowned) (nullable) */
  gboolean sign;
  SmdSignFormat signature_format; /* clear or opaque */
  SmdCipher cipher;               /* SMD_CIPHER_UNKNOWN: auto */
  gboolean raw;                   /* the DER alone */
} SmdEncryptRequest;

/**
 * smd_encrypt:
 * @report: (out) (transfer full): set on success only
 *
 * All or nothing: one copy for all of the recipients, then one for each Bcc address; the sender can decrypt every one.
 *
 * Returns: (transfer full) (element-type SmdSealedCopy): the copies; on error those of smd_sign(), and `RecipientsNotReady` (the
 *   text names every address that has no usable certificate)
 */
GPtrArray *smd_encrypt (const SmdEnv *env, const SmdCall *call, const SmdEncryptRequest *request, SmdSealReport **report,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
