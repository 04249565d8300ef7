/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-openssl-memory.h"

#include <glib.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Bytes: the private numbers of about 400 RSA-4096 keys */
#define SECURE_HEAP_SIZE (1024 * 1024)
#define SECURE_HEAP_MINIMUM 32

/* LeakSanitizer doesn't look for pointers in the secure heap, and would call lost what is only known from there. */
#if defined(__SANITIZE_ADDRESS__)
#define HAVE_SECURE_HEAP 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_SECURE_HEAP 0
#endif
#endif
#ifndef HAVE_SECURE_HEAP
#define HAVE_SECURE_HEAP 1
#endif

static void *
heap_alloc (size_t size, const char *file, int line)
{
  return malloc (size);
}

static void
heap_free (void *data, const char *file, int line)
{
  if (data == NULL)
    return;
  explicit_bzero (data, malloc_usable_size (data));
  free (data);
}

/* Not realloc(), which leaves the old bytes behind when it moves. */
static void *
heap_realloc (void *data, size_t size, const char *file, int line)
{
  size_t old = data != NULL ? malloc_usable_size (data) : 0;
  void *moved;

  if (size > 0 && size <= old && size >= old / 2)
    return data;
  moved = malloc (size);
  if (moved == NULL)
    return NULL;
  if (data != NULL)
    memcpy (moved, data, MIN (old, size));
  heap_free (data, file, line);
  return moved;
}

void
smd_openssl_memory_prepare (void)
{
  static gsize prepared = 0;

  if (!g_once_init_enter (&prepared))
    return;
  /* Refused if another library of the process has used OpenSSL already: then its heap stays as it is. */
  if (!CRYPTO_set_mem_functions (heap_alloc, heap_realloc, heap_free))
    g_debug ("OpenSSL's heap was in use already: it doesn't wipe what it frees");
  /* 2 means that memory was found but not locked (RLIMIT_MEMLOCK): keys are wiped all the same, but may reach swap. */
  if (HAVE_SECURE_HEAP && CRYPTO_secure_malloc_init (SECURE_HEAP_SIZE, SECURE_HEAP_MINIMUM) == 0)
    g_warning ("No locked memory for private keys: they will lie in ordinary memory");
  /* No openssl.cnf: a user's engines and providers have no business here. */
  OPENSSL_init_crypto (OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
  g_once_init_leave (&prepared, 1);
}
