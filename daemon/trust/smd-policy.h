/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cipher.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_REVOCATION_HARD_FAIL,
  SMD_REVOCATION_SOFT_FAIL,
  SMD_REVOCATION_OFF,
} SmdRevocationMode;

/* Who tells of a certificate's revocation */
typedef enum
{
  SMD_REVOCATION_SOURCE_NONE,
  SMD_REVOCATION_SOURCE_CRL,
  SMD_REVOCATION_SOURCE_OCSP,
} SmdRevocationSource;

typedef enum
{
  SMD_HARVEST_ASK,
  SMD_HARVEST_AUTOMATIC,
  SMD_HARVEST_NEVER,
} SmdHarvestMode;

/* Two kinds of places where something is looked for, in order. */
typedef enum
{
  SMD_ORDER_NEITHER,
  SMD_ORDER_FIRST_ONLY,  /* `crl`; `directory` */
  SMD_ORDER_SECOND_ONLY, /* `ocsp`; `local` */
  SMD_ORDER_FIRST_THEN_SECOND,
  SMD_ORDER_SECOND_THEN_FIRST,
} SmdOrder;

/**
 * SmdPolicy:
 * @revocation_sources: `crl` and `ocsp`
 * @lookup_order: `directory` and `local`
 * @directories: (unowned): LDAP URIs
 * @expiry_thresholds: (unowned): days, descending, each once
 * @network_allow: (unowned): hosts, addresses and networks that the guard lets pass
 *
 * A snapshot of the settings (GSettings schema `org.smimed`), taken once for each call: a change never strikes a call that is
 * under way. Plain value; lists belong to the settings object, which keeps old ones until its end, and are never %NULL.
 */
typedef struct
{
  gboolean enabled;
  SmdRevocationMode revocation;
  SmdCipher unknown_recipient_cipher;
  gboolean use_system_anchors;
  SmdHarvestMode harvest;
  guint expiry_warning_days;
  gsize max_message_size;       /* bytes */
  guint network_deadline;       /* milliseconds */
  guint key_cache_seconds;
  SmdOrder revocation_sources;
  SmdOrder lookup_order;
  const char *const *directories;   /* (unowned) */
  const guint *expiry_thresholds;   /* (unowned) */
  guint n_expiry_thresholds;
  guint correspondent_expiry_days;
  const char *const *network_allow; /* (unowned) */
  gboolean fetch_when_metered;
  guint caller_calls;               /* of one caller, under way */
  gsize caller_bytes;               /* likewise */
  guint caller_rate;                /* a second */
} SmdPolicy;

G_END_DECLS
