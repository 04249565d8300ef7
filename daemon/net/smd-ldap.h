/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-flight.h"

G_BEGIN_DECLS

/**
 * SmdLdap:
 *
 * LDAP URLs (RFC 4516) by libldap, each fetch in a thread of a bounded pool. The library comes with the first fetch. Thread-safe.
 */
typedef struct _SmdLdap SmdLdap;

#define SMD_LDAP_THREADS 32

/* @landed: told of each flight that was started, in its thread */
SmdLdap *smd_ldap_new (SmdFlightFunc landed, gpointer data);

/* Waits for the threads, which is short once their flights have been stopped. */
void smd_ldap_free (SmdLdap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdLdap, smd_ldap_free)

/**
 * smd_ldap_start:
 *
 * Fetches the first value of the URL's attribute from the first entry that it finds, without logging in and without following
 * referrals. Several certificates come as one PEM text. Each address is guarded before it is connected to.
 */
void smd_ldap_start (SmdLdap *self, SmdFlight *flight);

G_END_DECLS
