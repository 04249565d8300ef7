/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_WANT_ISSUER,
  SMD_WANT_CRL,
  SMD_WANT_DELTA_CRL,
  SMD_WANT_OCSP,
} SmdWantKind;

/**
 * SmdWant:
 * @url: (owned)
 * @certificate: (owned): whose issuer or revocation it is about
 * @issuer: (owned) (nullable): for OCSP: the next one in its chain
 *
 * Something that a verdict lacks, and one place where it may be had.
 */
typedef struct
{
  SmdWantKind kind;
  char *url;                   /* (owned) */
  SmdCertificate *certificate; /* (owned) */
  SmdCertificate *issuer;      /* (owned) */
} SmdWant;

SmdWant *smd_want_new (SmdWantKind kind, const char *url, SmdCertificate *certificate, SmdCertificate *issuer);
void smd_want_free (SmdWant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdWant, smd_want_free)
/* Returns: (transfer full) (element-type SmdWant): an empty list that owns its elements */
GPtrArray *smd_wants_new (void);

typedef enum
{
  SMD_PLACE_UNTRIED, /* or its answer is on its way */
  SMD_PLACE_AWAITED, /* it was asked for this verdict, and is slow to answer: others may be asked besides */
  SMD_PLACE_FRESH,   /* what it has is here already, and not due yet */
  SMD_PLACE_FAILED,  /* it was asked for this verdict, in vain */
} SmdPlaceState;

/* What is known of a place. */
typedef SmdPlaceState (*SmdPlaceFunc) (const SmdWant *want, gpointer data);

G_END_DECLS
