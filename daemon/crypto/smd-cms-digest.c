/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-digest.h"

#include "smd-openssl-error.h"

#define MOST_ALGORITHMS 6
/* Fits into the second-level cache, so that searching line ends and hashing read memory once. */
#define STEP ((gsize) 128 * 1024)
/* Runs of bytes shorter than this are gathered: a call to OpenSSL costs as much as hashing some lines. */
#define SHORT_RUN ((gsize) 1024)
#define GATHERED ((gsize) 8 * 1024)

typedef struct
{
  const SmdDigestAlgorithm *algorithm; /* (unowned) */
  EVP_MD_CTX *context;                 /* (owned) (nullable) */
  guint8 value[EVP_MAX_MD_SIZE];
} Digest;

struct _SmdCmsDigests
{
  SmdCrypto *crypto; /* (owned) */
  Digest digests[MOST_ALGORITHMS];
  guint count;
  gboolean failed;
  gboolean after_cr;
  gsize gathered;
  guint8 buffer[GATHERED];
};

SmdCmsDigests *
smd_cms_digests_new (SmdCrypto *crypto)
{
  SmdCmsDigests *self = g_malloc (sizeof *self);

  memset (self, 0, G_STRUCT_OFFSET (SmdCmsDigests, buffer));
  self->crypto = smd_crypto_ref (crypto);
  return self;
}

void
smd_cms_digests_free (SmdCmsDigests *self)
{
  for (guint i = 0; i < self->count; i++)
    EVP_MD_CTX_free (self->digests[i].context);
  smd_crypto_unref (self->crypto);
  g_free (self);
}

void
smd_cms_digests_want (SmdCmsDigests *self, const SmdDigestAlgorithm *algorithm)
{
  const EVP_MD *md;
  Digest *digest;

  if (smd_cms_digests_get (self, algorithm).size > 0)
    return;

  g_return_if_fail (self->count < MOST_ALGORITHMS);
  md = smd_crypto_get_digest (self->crypto, algorithm->name);
  digest = &self->digests[self->count++];
  digest->algorithm = algorithm;
  digest->context = EVP_MD_CTX_new ();
  if (md == NULL || digest->context == NULL || !EVP_DigestInit_ex2 (digest->context, md, NULL))
    self->failed = TRUE;
}

static void
update (SmdCmsDigests *self, SmdSpan span)
{
  for (guint i = 0; i < self->count && span.size > 0; i++)
    if (!self->failed && !EVP_DigestUpdate (self->digests[i].context, span.data, span.size))
      self->failed = TRUE;
}

static void
flush (SmdCmsDigests *self)
{
  update (self, smd_span (self->buffer, self->gathered));
  self->gathered = 0;
}

static void
gather (SmdCmsDigests *self, const guint8 *data, gsize size)
{
  if (self->gathered + size > GATHERED || size >= SHORT_RUN)
    flush (self);
  if (size >= SHORT_RUN)
    {
      update (self, smd_span (data, size));
      return;
    }

  memcpy (self->buffer + self->gathered, data, size);
  self->gathered += size;
}

/* Runs without a bare LF are hashed where they lie. */
static void
update_lines (SmdCmsDigests *self, SmdSpan span)
{
  const guint8 *run = span.data, *at = span.data, *end = span.data + span.size, *lf;

  while (at < end && (lf = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      gboolean after_cr = lf == span.data ? self->after_cr : lf[-1] == '\r';

      at = lf + 1;
      if (after_cr)
        continue;

      gather (self, run, (gsize) (lf - run));
      gather (self, (const guint8 *) "\r\n", 2);
      run = at;
    }

  gather (self, run, (gsize) (end - run));
  self->after_cr = end[-1] == '\r';
}

static gboolean
update_piece (SmdCmsDigests *self, SmdSpan piece, SmdLines lines, SmdProgress *progress, GError **error)
{
  while (piece.size > 0)
    {
      SmdSpan step = smd_span_head (piece, STEP);

      if (!smd_progress_go_on (progress, step.size, error))
        return FALSE;

      if (lines == SMD_LINES_CRLF)
        update_lines (self, step);
      else
        update (self, step);
      piece = smd_span_skip (piece, step.size);
    }

  return TRUE;
}

gboolean
smd_cms_digests_compute (SmdCmsDigests *self, const SmdDerOctets *content, SmdLines lines, SmdProgress *progress,
                         GError **error)
{
  gsize position = 0;
  SmdSpan piece;

  smd_progress_expect (progress, content->size);
  while (self->count > 0 && smd_der_octets_next (content, &position, &piece))
    if (!update_piece (self, piece, lines, progress, error))
      return FALSE;

  flush (self);
  for (guint i = 0; i < self->count && !self->failed; i++)
    self->failed = !EVP_DigestFinal_ex (self->digests[i].context, self->digests[i].value, NULL);
  if (self->failed)
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The content's digest could not be computed");
  return TRUE;
}

SmdSpan
smd_cms_digests_get (SmdCmsDigests *self, const SmdDigestAlgorithm *algorithm)
{
  for (guint i = 0; i < self->count; i++)
    if (self->digests[i].algorithm == algorithm)
      return smd_span (self->digests[i].value, algorithm->size);

  return SMD_SPAN_EMPTY;
}
