/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed.h"

G_BEGIN_DECLS

#define NAME "org.smimed.Smime1"
#define ROOT "/org/smimed/Smime1"
#define SIGNER "'certificate': <'ab'>, 'addresses': <['a@example.org']>, 'address-match': <true>, 'authenticated': <true>"
#define GOOD "{'signature': <'good'>, 'chain': <'valid'>, " SIGNER "}"
#define VERIFIED "'authenticated': <true>, 'confidential': <false>, 'sender': <'a@example.org'>"
#define REPORT(protection, signer) \
  "{'protection': <'" protection "'>, " VERIFIED \
  ", 'layers': <[{'type': <'signed'>, 'format': <'clear'>, 'signers': <[" signer "]>}]>}"

/* A service on a bus of its own that says what the test wants: words that nobody knows, silence, an end in the middle. */
typedef struct
{
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *service;    /* (owned) */
  GDBusConnection *connection; /* (owned) the client's */
  const char *report;          /* (unowned) */
  gboolean holds;              /* calls of Messages stay unanswered until Job.Cancel */
  gboolean enabled;
  GDBusMessage *held;          /* (owned) */
  GVariant *options;           /* (owned) of the last call */
  guint calls;                 /* of Messages */
  GMutex lock;
} FakeService;

void fake_service_set_up (FakeService *f, gconstpointer data);
void fake_service_tear_down (FakeService *f, gconstpointer data);
void fake_service_start (FakeService *f);
void fake_service_stop (FakeService *f);

/* Returns: (transfer full): a client of it */
SmimedClient *fake_service_new_client (FakeService *f);
/* Returns: (transfer full): a message */
SmimedInput *fake_service_input (void);
/* Returns: (transfer full): what Open answers when the service reports this */
SmimedReport *fake_service_open (FakeService *f, const char *report);

G_END_DECLS
