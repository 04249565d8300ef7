/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-method.h"

G_BEGIN_DECLS

/**
 * smd_quick_find_methods:
 *
 * `Certificates.Find` by nothing but an address, answered where the bus is read: the database finds it in less time than handing it to another
 * thread takes, and mail clients ask for each address of each message. Whatever else is asked, and whatever would have to wait for a writer, goes
 * the way of all calls.
 */
extern const SmdMethod smd_quick_find_methods[];

G_END_DECLS
