/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <openssl/rand.h>

#include "smd-library.h"
#include "smd-limits.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-pkcs12.h"
#include "smd-secret.h"
#include "smimed-error.h"

#ifdef SMD_PWQUALITY_LIBRARY
#include <pwquality.h>
#endif

/* Characters; fewer only with more entropy in each */
#define MIN_LENGTH 12
#define MIN_LENGTH_STRONG 8

/* Bits: with 100,000 rounds of SHA-256 for each guess, out of reach of whoever finds the file */
#define MIN_ENTROPY 50.0
/* Bits, for a password between the two lengths */
#define MIN_ENTROPY_SHORT 65.0

/* Characters */
#define SHORTEST_WORD 3

/* Characters that the password may have been taken from. */
static double
alphabet_size (const char *text)
{
  gboolean lower = FALSE, upper = FALSE, digit = FALSE, other = FALSE, foreign = FALSE;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      foreign |= c >= 0x80;
      lower |= c < 0x80 && g_ascii_islower ((char) c);
      upper |= c < 0x80 && g_ascii_isupper ((char) c);
      digit |= c < 0x80 && g_ascii_isdigit ((char) c);
      other |= c < 0x80 && !g_ascii_isalnum ((char) c);
    }
  return 26.0 * lower + 26.0 * upper + 10.0 * digit + 33.0 * other + 64.0 * foreign;
}

/* Whether a character repeats or continues what stands before it: "aaa", "abc", "321". */
static gboolean
is_foreseeable (gunichar before, gunichar last, gunichar c)
{
  gint64 step = (gint64) c - last;

  return step == 0 || ((step == 1 || step == -1) && (gint64) last - before == step);
}

/* Bits: each character that isn't foreseen counts as one drawn from the alphabet, each other as one bit; a password
 * made of few different characters is worth no more than these. */
static double
estimate_entropy (const char *text)
{
  double bits_each = log2 (MAX (alphabet_size (text), 2.0));
  double bits = 0.0;
  gunichar before = 0, last = 0;
  g_autoptr (GHashTable) different = g_hash_table_new (NULL, NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      bits += is_foreseeable (before, last, c) ? 1.0 : bits_each;
      g_hash_table_add (different, GUINT_TO_POINTER (c));
      before = last;
      last = c;
    }
  return MIN (bits, g_hash_table_size (different) * bits_each * 1.5);
}

static void
strike_out (char *text, const char *word)
{
  gsize size = strlen (word);
  char *found;

  while (size >= SHORTEST_WORD && (found = strcasestr (text, word)) != NULL)
    memmove (found, found + size, strlen (found + size) + 1);
}

/* Of what remains without @known and the words in it */
static double
estimate_unknown (const char *text, const char *const *known)
{
  g_autoptr (SmdSecret) rest = smd_secret_new_copy (smd_span_string (text));
  char *left = (char *) smd_secret_get_data (rest);

  for (guint i = 0; known != NULL && known[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (known[i], "@.-_+", -1);

      strike_out (left, known[i]);
      for (char **word = words; *word != NULL; word++)
        strike_out (left, *word);
    }
  return estimate_entropy (left);
}

#ifdef SMD_PWQUALITY_LIBRARY

#define PWQUALITY_FUNCTIONS(FUNCTION) \
  FUNCTION (default_settings) FUNCTION (free_settings) FUNCTION (set_int_value) FUNCTION (check) FUNCTION (strerror)
#define DECLARE(name) typeof (pwquality_##name) *name; /* (unowned) */
#define SYMBOL(name) { "pwquality_" #name, G_STRUCT_OFFSET (PwQuality, name) },

typedef struct
{
  PWQUALITY_FUNCTIONS (DECLARE)
} PwQuality;

static const SmdSymbol symbols[] = { PWQUALITY_FUNCTIONS (SYMBOL) { NULL } };

/* Returns: (nullable): NULL if it isn't installed */
static const PwQuality *
pwquality (void)
{
  static const SmdLibrary library = { SMD_PWQUALITY_LIBRARY, symbols, sizeof (PwQuality) };
  static gsize functions = 0;
  const PwQuality *self = smd_library_get (&library, &functions);

  if (self == NULL)
    g_warning ("%s is missing: passwords are not compared with words", library.file);
  return self;
}

static int
quality_of (pwquality_settings_t *settings, const char *text)
{
  static gsize lock = 0; /* cracklib keeps its dictionary in static variables */
  char why[PWQ_MAX_ERROR_MESSAGE_LEN];
  void *detail = NULL;
  int quality;

  g_pointer_bit_lock (&lock, 0);
  quality = pwquality ()->check (settings, text, NULL, NULL, &detail);
  if (quality < 0)
    pwquality ()->strerror (why, sizeof why, quality, detail); /* frees @detail; its text is translated, so it isn't used */
  g_pointer_bit_unlock (&lock, 0);
  return quality;
}

/* Whether libpwquality, which knows dictionaries and patterns, has something against it. */
static gboolean
is_known_weak (const char *text)
{
  pwquality_settings_t *settings = pwquality () != NULL ? pwquality ()->default_settings () : NULL;
  int quality;

  if (settings == NULL)
    return FALSE;
  pwquality ()->set_int_value (settings, PWQ_SETTING_MIN_LENGTH, MIN_LENGTH_STRONG);
  quality = quality_of (settings, text);
  /* Without a dictionary it refuses everything: then it can't be asked about words. */
  if (quality == PWQ_ERROR_CRACKLIB_CHECK && quality_of (settings, "Vq7#kd92!mXeLp04tzRw") == PWQ_ERROR_CRACKLIB_CHECK)
    quality = 0;
  pwquality ()->free_settings (settings);
  return quality < 0 && quality != PWQ_ERROR_FATAL_FAILURE && quality != PWQ_ERROR_MEM_ALLOC;
}
#else
static gboolean
is_known_weak (const char *text)
{
  return FALSE;
}
#endif

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_WEAK_PASSWORD,
               "The password is too weak to protect a private key (%s): take at least %d characters, such as four or "
               "more words picked at random",
               why, MIN_LENGTH);
  return FALSE;
}

gboolean
smd_password_check (SmdSpan password, const char *const *known, GError **error)
{
  g_autoptr (SmdSecret) secret = smd_secret_new_copy (smd_span_head (password, SMD_LIMIT_PASSWORD));
  const char *text = (const char *) smd_secret_get_data (secret);
  glong length;
  double entropy;

  if (password.size > SMD_LIMIT_PASSWORD || !g_utf8_validate (text, (gssize) password.size, NULL))
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                           "The password is not UTF-8 text without NUL of at most 4096 bytes");
      return FALSE;
    }
  length = g_utf8_strlen (text, -1);
  entropy = estimate_entropy (text);
  if (length < MIN_LENGTH_STRONG)
    return refuse (error, "too short");
  if (entropy < (length < MIN_LENGTH ? MIN_ENTROPY_SHORT : MIN_ENTROPY))
    return refuse (error, length < MIN_LENGTH ? "too short" : "too easy to guess");
  if (estimate_unknown (text, known) < MIN_ENTROPY)
    return refuse (error, "little more than your address");
  if (is_known_weak (text))
    return refuse (error, "too close to a word or a pattern that is easy to guess");
  return TRUE;
}

#define LETTERS "abcdefghjkmnpqrstuvwxyz23456789"
#define N_LETTERS (sizeof LETTERS - 1)
#define GROUPS 5
#define GROUP_SIZE 5

/* Returns: FALSE if there is no randomness */
static gboolean
draw_letter (SmdCrypto *crypto, guint8 *letter)
{
  guint8 byte = 0;

  /* Bytes beyond a multiple of the alphabet would make some letters likelier. */
  do
    if (RAND_priv_bytes_ex (smd_crypto_get_libctx (crypto), &byte, 1, 0) != 1)
      return FALSE;
  while (byte >= G_MAXUINT8 / N_LETTERS * N_LETTERS);

  *letter = (guint8) LETTERS[byte % N_LETTERS];
  return TRUE;
}

static gboolean
draw (SmdCrypto *crypto, SmdSecret *password)
{
  guint8 *text = smd_secret_get_data (password);
  gsize size = smd_secret_get_span (password).size;

  for (gsize i = 0; i < size; i++)
    {
      text[i] = '-';
      if (i % (GROUP_SIZE + 1) != GROUP_SIZE && !draw_letter (crypto, &text[i]))
        return FALSE;
    }
  return TRUE;
}

SmdSecret *
smd_password_generate (SmdCrypto *crypto, GError **error)
{
  g_autoptr (SmdSecret) password = smd_secret_new (GROUPS * (GROUP_SIZE + 1) - 1);

  if (draw (crypto, password))
    return g_steal_pointer (&password);

  smd_openssl_fail (error, SMIMED_ERROR_FAILED, "No password could be made: the system gives no randomness");
  return NULL;
}
