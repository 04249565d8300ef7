/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The tables of base64, computed by the preprocessor. Only smd-base64.c (the first) and smd-base64-kernel.c include this file. */

/* What a character is, in smd_base64_value[]: 0 to 63, or one of these. */
#define B64_PAD 0xfd
#define B64_SPACE 0xfe
#define B64_OTHER 0xff
/* Set in a decoded group if one of its characters is none of the 64. */
#define B64_BAD 0x80000000u

#define B64_IS(c, low, high) ((c) >= (low) && (c) <= (high))
#define B64_IS_SPACE(c) ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')
#define B64_NOT_VALUE(c) ((c) == '=' ? B64_PAD : B64_IS_SPACE (c) ? B64_SPACE : B64_OTHER)
#define B64_SIGN(c) ((c) == '+' ? 62 : (c) == '/' ? 63 : B64_NOT_VALUE (c))
#define B64_DIGIT(c) (B64_IS (c, '0', '9') ? ((c) - '0' + 52) & 63 : B64_SIGN (c))
#define B64_LOWER(c) (B64_IS (c, 'a', 'z') ? (c) - 'a' + 26 : B64_DIGIT (c))
#define B64_VALUE(c) (B64_IS (c, 'A', 'Z') ? (c) - 'A' : B64_LOWER (c))

/* The bits of the first to fourth character of a group, where they belong in a little-endian word of three octets. */
#define B64_PLACE(c, bits) (B64_VALUE (c) > 63 ? B64_BAD : (guint32) (bits))
#define B64_FIRST(c) B64_PLACE (c, B64_VALUE (c) << 2)
#define B64_SECOND(c) B64_PLACE (c, (B64_VALUE (c) >> 4) | ((B64_VALUE (c) & 15) << 12))
#define B64_THIRD(c) B64_PLACE (c, ((B64_VALUE (c) >> 2) << 8) | ((B64_VALUE (c) & 3) << 22))
#define B64_FOURTH(c) B64_PLACE (c, B64_VALUE (c) << 16)

#define B64_CHAR_HIGH(i) ((i) < 62 ? '0' + (i) - 52 : (i) == 62 ? '+' : '/')
#define B64_CHAR(i) ((i) < 26 ? 'A' + (i) : (i) < 52 ? 'a' + (i) - 26 : B64_CHAR_HIGH (i))
#define B64_PAIR(i) { B64_CHAR ((i) / 64), B64_CHAR ((i) % 64) }

#define B64_4(f, i) f ((i)), f ((i + 1)), f ((i + 2)), f ((i + 3))
#define B64_16(f, i) B64_4 (f, i), B64_4 (f, i + 4), B64_4 (f, i + 8), B64_4 (f, i + 12)
#define B64_64(f, i) B64_16 (f, i), B64_16 (f, i + 16), B64_16 (f, i + 32), B64_16 (f, i + 48)
#define B64_256(f, i) B64_64 (f, i), B64_64 (f, i + 64), B64_64 (f, i + 128), B64_64 (f, i + 192)
#define B64_1024(f, i) B64_256 (f, i), B64_256 (f, i + 256), B64_256 (f, i + 512), B64_256 (f, i + 768)

static const guint8 smd_base64_value[256] = { B64_256 (B64_VALUE, 0) };
static const guint32 smd_base64_group[4][256] = {
  { B64_256 (B64_FIRST, 0) },
  { B64_256 (B64_SECOND, 0) },
  { B64_256 (B64_THIRD, 0) },
  { B64_256 (B64_FOURTH, 0) },
};

/* Four characters; with B64_BAD if one of them is none of the 64 */
static inline guint32
smd_base64_decode_group (const guint8 *in)
{
  return smd_base64_group[0][in[0]] | smd_base64_group[1][in[1]] | smd_base64_group[2][in[2]] | smd_base64_group[3][in[3]];
}

/* Two characters for each 12 bits. */
static const char smd_base64_pair[4096][2] = {
  B64_1024 (B64_PAIR, 0),
  B64_1024 (B64_PAIR, 1024),
  B64_1024 (B64_PAIR, 2048),
  B64_1024 (B64_PAIR, 3072),
};
