/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The public header of smimed's client library. */

#include "smimed-client.h"
#include "smimed-error.h"
#include "smimed-problem-code.h"
#include "smimed-words.h"
