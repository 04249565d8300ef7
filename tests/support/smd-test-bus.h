/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-fake-world.h"
#include "smd-service.h"
#include "smimed-error.h"

G_BEGIN_DECLS

#define SMD_TEST_BUS_NAME "org.smimed.Smime1"
#define SMD_TEST_BUS_ROOT "/org/smimed/Smime1"

/* The whole service in this process, on a bus of its own, over a world in memory. */
typedef struct
{
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *connection; /* (owned) the service's */
  GDBusConnection *client;     /* (owned) */
  SmdFakeWorld *world;         /* (owned) */
  SmdEnv env;
  SmdSettings *settings;       /* (owned) */
  SmdService *service;         /* (owned) */
  gint answers;                /* (atomic) that have come to the client */
} SmdTestBus;

/* A caller's first call begins in the main thread, because it has to be asked who that is; the next ones begin where the bus is read. */
#define SMD_TEST_BUS_FIRST "first"
#define SMD_TEST_BUS_KNOWN "known"

/* A reply that comes. */
typedef struct
{
  GVariant *value; /* (owned) (nullable) */
  GError *error;   /* (owned) (nullable) */
  gboolean done;
} SmdTestReply;

GDBusConnection *smd_test_bus_connect (GTestDBus *bus);

/* @way: of the client's calls: %SMD_TEST_BUS_FIRST or %SMD_TEST_BUS_KNOWN */
void smd_test_bus_set_up (SmdTestBus *fixture, gconstpointer way);
void smd_test_bus_tear_down (SmdTestBus *fixture, gconstpointer way);

/* Makes @client one that is known, if that is the way. */
void smd_test_bus_introduce (SmdTestBus *fixture, GDBusConnection *client, gconstpointer way);

/* @interface: of the root object, without %SMD_TEST_BUS_NAME; @arguments: (nullable): as text. Returns: (transfer full) */
GDBusMessage *smd_test_bus_new_call (SmdTestBus *fixture, const char *interface, const char *method, const char *arguments);

/* @fd: (transfer full): -1 = none */
void smd_test_bus_send (SmdTestBus *fixture, GDBusConnection *client, SmdTestReply *reply, const char *path, const char *interface,
                        const char *method, GVariant *parameters, int fd);

/* An Open whose message comes through a pipe that stays open: it is under way until something ends it. Returns: its other end */
int smd_test_bus_start_open (SmdTestBus *fixture, GDBusConnection *client, SmdTestReply *reply, const char *options);

/* What was sent before has been read by the service, and what it has answered has come. */
void smd_test_bus_settle (SmdTestBus *fixture, GDBusConnection *client);

void smd_test_bus_await_busy (SmdTestBus *fixture, GDBusConnection *client);
void smd_test_bus_await_idle (SmdTestBus *fixture);
char *smd_test_bus_dup_job_path (SmdTestBus *fixture, const char *token);

void smd_test_reply_await (SmdTestReply *reply);
void smd_test_reply_assert_error (SmdTestReply *reply, SmimedError code);

G_END_DECLS
