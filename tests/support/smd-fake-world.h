/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

#define SMD_TYPE_FAKE_WORLD (smd_fake_world_get_type ())
G_DECLARE_FINAL_TYPE (SmdFakeWorld, smd_fake_world, SMD, FAKE_WORLD, GObject)

/**
 * SmdFakeWorld:
 *
 * All the ports that an operation needs, in memory: for tests of operations without keyring, disk or bus.
 */
struct _SmdFakeWorld
{
  GObject parent;
  SmdCrypto *crypto;        /* (owned) */
  GPtrArray *records;       /* (owned) of SmdCertRecord */
  GHashTable *keys;         /* (owned) key fingerprint -> SmdPrivateKey */
  GPtrArray *accounts;      /* (owned) of SmdAccount */
  GHashTable *capabilities; /* (owned) address -> SmdCapabilities */
  gint64 now;
  guint serial;             /* of the certificate store */
  gboolean locked;          /* key look-ups need interaction */
  guint looked;             /* look-ups of certificates */
};

SmdFakeWorld *smd_fake_world_new (void);
/* The bundle that operations take; valid as long as @self */
SmdEnv smd_fake_world_get_env (SmdFakeWorld *self);
/* A call under a policy without revocation */
SmdCall smd_fake_world_get_call (SmdFakeWorld *self);

/* Read NAME.crt (and NAME.key) of the test PKI, whose folder is in SMIMED_TEST_PEOPLE. */
SmdCertificate *smd_fake_world_read (SmdFakeWorld *self, const char *name);
void smd_fake_world_know (SmdFakeWorld *self, const char *name, SmdRole role);
void smd_fake_world_own (SmdFakeWorld *self, const char *name);

G_END_DECLS
