/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-account.h"
#include "smd-alarm.h"
#include "smd-anchor-source.h"
#include "smd-cert-store.h"
#include "smd-clock.h"
#include "smd-expiry-store.h"
#include "smd-deliveries.h"
#include "smd-delivery-store.h"
#include "smd-directory.h"
#include "smd-fetcher.h"
#include "smd-grant-store.h"
#include "smd-key-store.h"
#include "smd-memo.h"
#include "smd-policy.h"
#include "smd-prompter.h"
#include "smd-request-store.h"
#include "smd-revocation-store.h"
#include "smd-verdict-store.h"

G_BEGIN_DECLS

/**
 * SmdEnv:
 *
 * The world as an operation sees it: one bundle of interfaces, filled by the composition root, the same for all calls.
 * Everything in it is thread-safe.
 */
typedef struct
{
  SmdCrypto *crypto;         /* (unowned) */
  SmdCertStore *certs;       /* (unowned) */
  SmdAnchorSource *anchors;  /* (unowned) (nullable) those that aren't stored */
  SmdKeyStore *keys;         /* (unowned) */
  SmdAccountStore *accounts; /* (unowned) */
  SmdClock *clock;           /* (unowned) */
  SmdPrompter *prompter;     /* (unowned) (nullable) */
  SmdFetcher *fetcher;       /* (unowned) (nullable) no network at all */
  SmdRequestStore *requests; /* (unowned) (nullable) which keys wait for a certificate */
  SmdRevocationStore *revocation; /* (unowned) (nullable) */
  SmdAlarm *alarm;           /* (unowned) (nullable) main thread only */
  SmdExpiryStore *expiries; /* (unowned) (nullable) without it nothing is told ahead of time */
  SmdDirectory *directory;   /* (unowned) (nullable) */
  SmdVerdictStore *verdicts; /* (unowned) (nullable) */
  SmdDeliveries *deliveries; /* (unowned) (nullable) */
  SmdDeliveryStore *delivered; /* (unowned) (nullable) there where @deliveries is */
  SmdMemo *evaluations;      /* (unowned) (nullable) of Evaluate */
  SmdGrantStore *grants;     /* (unowned) (nullable) without it sandboxed applications may do nothing */
} SmdEnv;

G_END_DECLS
