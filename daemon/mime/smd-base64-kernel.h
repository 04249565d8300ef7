/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Octets behind the end of its output that a kernel may overwrite */
#define SMD_BASE64_SLACK 32
#define SMD_BASE64_LINE_CHARACTERS 64
#define SMD_BASE64_LINE_OCTETS 48

/**
 * SmdBase64Kernel:
 * @decode: decodes so many groups (at least one) of four characters. FALSE if one isn't of the 64
 * @encode: makes one line of 64 characters of 48 octets, without a line end
 *
 * The inner loops of base64. All kernels give the same; they differ in speed.
 */
typedef struct
{
  gboolean (*decode) (const guint8 *in, gsize groups, guint8 *out);
  void (*encode) (const guint8 *in, guint8 *out);
} SmdBase64Kernel;

/* The fastest for this processor */
const SmdBase64Kernel *smd_base64_kernel_get (void);

/* By tables, for every processor */
const SmdBase64Kernel *smd_base64_kernel_get_portable (void);

G_END_DECLS
