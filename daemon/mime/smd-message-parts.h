/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"
#include "smd-part.h"

G_BEGIN_DECLS

/* For the rest of this folder: the root part, whose spans live as long as the message */
SmdPart *smd_message_get_part (SmdMessage *self);

G_END_DECLS
