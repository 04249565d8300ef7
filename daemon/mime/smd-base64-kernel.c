/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-base64-kernel.h"

#include <string.h>

#if defined (__x86_64__) && defined (__GNUC__)
#include <immintrin.h>
#define HAVE_AVX2 1
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif
#else
#define HAVE_AVX2 0
#endif

#include "smd-base64-tables.h"

/* Writes four octets at a time, each overlapping the next. */
static gboolean
decode_portable (const guint8 *in, gsize groups, guint8 *out)
{
  guint32 bad = 0;

  for (gsize i = 0; i < groups; i++, in += 4, out += 3)
    {
      guint32 group = smd_base64_decode_group (in);

      bad |= group;
      group = GUINT32_TO_LE (group);
      memcpy (out, &group, sizeof group);
    }
  return (bad & B64_BAD) == 0;
}

static inline void
encode_three (const guint8 *in, guint8 *out)
{
  guint bits = (guint) in[0] << 16 | (guint) in[1] << 8 | in[2];

  memcpy (out, smd_base64_pair[bits >> 12], 2);
  memcpy (out + 2, smd_base64_pair[bits & 4095], 2);
}

/* Reads eight octets and encodes six of them. */
static inline void
encode_six (const guint8 *in, guint8 *out)
{
  guint64 bits;

  memcpy (&bits, in, sizeof bits);
  bits = GUINT64_FROM_BE (bits);
  memcpy (out, smd_base64_pair[bits >> 52], 2);
  memcpy (out + 2, smd_base64_pair[bits >> 40 & 4095], 2);
  memcpy (out + 4, smd_base64_pair[bits >> 28 & 4095], 2);
  memcpy (out + 6, smd_base64_pair[bits >> 16 & 4095], 2);
}

static void
encode_portable (const guint8 *in, guint8 *out)
{
  for (gsize i = 0; i + 1 < SMD_BASE64_LINE_OCTETS / 6; i++)
    encode_six (in + i * 6, out + i * 8);

  encode_three (in + SMD_BASE64_LINE_OCTETS - 6, out + SMD_BASE64_LINE_CHARACTERS - 8);
  encode_three (in + SMD_BASE64_LINE_OCTETS - 3, out + SMD_BASE64_LINE_CHARACTERS - 4);
}

static const SmdBase64Kernel portable = { decode_portable, encode_portable };

const SmdBase64Kernel *
smd_base64_kernel_get_portable (void)
{
  return &portable;
}

#if HAVE_AVX2

#define AVX2 __attribute__ ((target ("avx2")))

/* A table of 16 octets, for both halves of a register */
#define TABLE(...) _mm256_broadcastsi128_si256 (_mm_setr_epi8 (__VA_ARGS__))

/* Characters to values, by tables that the two halves of an octet are looked up in (Wojciech Muła's and Daniel Lemire's way,
 * https://arxiv.org/abs/1704.00605). Octets of @bad are 0 as long as every character is one of the 64: each row of them
 * that shares a higher half has a bit in @rows, which the columns of what is foreign in that row have, too. */
static inline __m256i AVX2
find_values (__m256i c, __m256i *bad)
{
  __m256i columns = TABLE (0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
  __m256i rows = TABLE (0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
  /* By row; '/' has the other one's in front of its own */
  __m256i offsets = TABLE (0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
  __m256i slash = _mm256_set1_epi8 ('/');
  __m256i high = _mm256_and_si256 (_mm256_srli_epi32 (c, 4), _mm256_set1_epi8 (0x0f));
  __m256i low = _mm256_and_si256 (c, _mm256_set1_epi8 (0x0f));

  *bad = _mm256_or_si256 (*bad, _mm256_and_si256 (_mm256_shuffle_epi8 (rows, high), _mm256_shuffle_epi8 (columns, low)));
  return _mm256_add_epi8 (c, _mm256_shuffle_epi8 (offsets, _mm256_add_epi8 (high, _mm256_cmpeq_epi8 (c, slash))));
}

/* Four values of six bits in each word become 24 bits, then three octets, which go to the front */
static inline __m256i AVX2
pack_values (__m256i v)
{
  __m256i order = TABLE (2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);

  v = _mm256_maddubs_epi16 (v, _mm256_set1_epi16 (0x0140)); /* the first of two times 64, and the second */
  v = _mm256_madd_epi16 (v, _mm256_set1_epi32 (0x00011000)); /* the first pair times 4096, and the second */
  v = _mm256_shuffle_epi8 (v, order);
  return _mm256_permutevar8x32_epi32 (v, _mm256_setr_epi32 (0, 1, 2, 4, 5, 6, 3, 7));
}

static gboolean AVX2
decode_avx2 (const guint8 *in, gsize groups, guint8 *out)
{
  __m256i bad = _mm256_setzero_si256 ();

  for (; groups >= 8; groups -= 8, in += 32, out += 24)
    {
      __m256i values = find_values (_mm256_loadu_si256 ((const __m256i *) in), &bad);

      _mm256_storeu_si256 ((__m256i *) out, pack_values (values));
    }
  return _mm256_testz_si256 (bad, bad) && decode_portable (in, groups, out);
}

/* 24 octets (three in each word, as @order finds them) to 32 characters */
static inline __m256i AVX2
encode_half (__m128i first, __m128i second, __m256i order)
{
  __m256i x = _mm256_shuffle_epi8 (_mm256_set_m128i (second, first), order);
  __m256i even = _mm256_or_si256 (_mm256_and_si256 (_mm256_srli_epi32 (x, 18), _mm256_set1_epi32 (0x3f)),
                                  _mm256_and_si256 (_mm256_slli_epi32 (x, 10), _mm256_set1_epi32 (0x3f0000)));
  __m256i odd = _mm256_or_si256 (_mm256_and_si256 (_mm256_srli_epi32 (x, 4), _mm256_set1_epi32 (0x3f00)),
                                 _mm256_and_si256 (_mm256_slli_epi32 (x, 24), _mm256_set1_epi32 (0x3f000000)));
  __m256i value = _mm256_or_si256 (even, odd);
  __m256i c = _mm256_add_epi8 (value, _mm256_set1_epi8 ('A'));
  __m256i lower = _mm256_cmpgt_epi8 (value, _mm256_set1_epi8 (25));
  __m256i digit = _mm256_cmpgt_epi8 (value, _mm256_set1_epi8 (51));
  __m256i plus = _mm256_cmpgt_epi8 (value, _mm256_set1_epi8 (61));
  __m256i slash = _mm256_cmpgt_epi8 (value, _mm256_set1_epi8 (62));

  /* Each range begins with a step from the one before it. */
  c = _mm256_add_epi8 (c, _mm256_and_si256 (lower, _mm256_set1_epi8 ('a' - 26 - 'A')));
  c = _mm256_add_epi8 (c, _mm256_and_si256 (digit, _mm256_set1_epi8 (('0' - 52) - ('a' - 26))));
  c = _mm256_add_epi8 (c, _mm256_and_si256 (plus, _mm256_set1_epi8 (('+' - 62) - ('0' - 52))));
  return _mm256_add_epi8 (c, _mm256_and_si256 (slash, _mm256_set1_epi8 (('/' - 63) - ('+' - 62))));
}

static void AVX2
encode_avx2 (const guint8 *in, guint8 *out)
{
  __m256i order = _mm256_setr_epi8 (2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1,
                                    2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
  /* The last load begins four octets early, so as not to read beyond the line. */
  __m256i late = _mm256_setr_epi8 (2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1,
                                   6, 5, 4, -1, 9, 8, 7, -1, 12, 11, 10, -1, 15, 14, 13, -1);

  _mm256_storeu_si256 ((__m256i *) out, encode_half (_mm_loadu_si128 ((const __m128i *) in),
                                                     _mm_loadu_si128 ((const __m128i *) (in + 12)), order));
  _mm256_storeu_si256 ((__m256i *) (out + 32), encode_half (_mm_loadu_si128 ((const __m128i *) (in + 24)),
                                                            _mm_loadu_si128 ((const __m128i *) (in + 32)), late));
}

static const SmdBase64Kernel avx2 = { decode_avx2, encode_avx2 };

const SmdBase64Kernel *
smd_base64_kernel_get (void)
{
  /* The C library has asked the processor already. GCC would ask again at each start of the program: 0.1 ms in a virtual machine. */
#ifdef CPU_FEATURE_ACTIVE
  return CPU_FEATURE_ACTIVE (AVX2) ? &avx2 : &portable;
#else
  return __builtin_cpu_supports ("avx2") ? &avx2 : &portable;
#endif
}

#else

const SmdBase64Kernel *
smd_base64_kernel_get (void)
{
  return &portable;
}

#endif
