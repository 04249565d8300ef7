/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job-host.h"

G_BEGIN_DECLS

/**
 * SmdMethod:
 * @interface: full name, of the root object
 * @signal: (nullable): of its skeleton; %NULL if only some calls can be begun so, and the skeleton has a handler for the others
 * @signature: of all arguments
 * @begin: any thread; @call has the arguments, and the descriptors, which it takes. Returns: FALSE if nothing was done: it isn't one of those
 *   that can be begun so
 *
 * A method whose calls are begun by the same function whichever thread they come in: that of the bus (#SmdEntrance), or the main thread. Tables
 * of them end with a %NULL name.
 */
typedef struct
{
  const char *interface; /* (unowned) static */
  const char *name;      /* (unowned) static */
  const char *signal;    /* (unowned) static */
  const char *signature; /* (unowned) static */
  gboolean (*begin) (SmdJobHost *host, GDBusMessage *call);
} SmdMethod;

/* Returns: (nullable): the method of the table that @message calls, with arguments of the right types */
const SmdMethod *smd_method_find (const SmdMethod *table, GDBusMessage *message);

/* Has all calls that come to @skeleton begun as the table says. */
void smd_methods_connect (const SmdMethod *table, gpointer skeleton, SmdJobHost *host);

G_END_DECLS
