/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client-state.h"
#include "smimed-client.h"

G_BEGIN_DECLS

SmimedClientState *smimed_client_get_state (SmimedClient *self);

/* @changes: `a{sv}` of properties of the root object's interfaces */
void smimed_client_update (SmimedClient *self, GVariant *changes);
void smimed_client_tell_expiry (SmimedClient *self, GVariant *parameters);
void smimed_client_tell_activation (SmimedClient *self, GVariant *parameters);

G_END_DECLS
