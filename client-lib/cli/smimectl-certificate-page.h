/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* Shows the certificates at @paths, an `ao`: a line for each, with --details everything, or as JSON. FALSE on error */
gboolean smimectl_certificates_show (SmimectlContext *context, GVariant *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;
