/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory-url.h"
#include "smd-directory.h"
#include "smd-ldap-library.h"

G_BEGIN_DECLS

#define SMD_DIRECTORY_WINDOW 16                       /* searches under way in one connection; some servers end those with 100 */
#define SMD_DIRECTORY_LARGEST (4 * 1024 * 1024)       /* bytes of one entry */

/**
 * SmdDirectoryQuestion:
 * @address: (owned): as smd_address_normalize() gives it
 * @answer: (owned): grows while it is being asked
 * @open: its searches that haven't ended
 * @members: of the group that the address is; so many have been heard of
 * @tries: connections that it was asked over
 *
 * One address on its way through one directory. While it is being asked it belongs to the session's thread.
 */
typedef struct
{
  char *address;              /* (owned) */
  SmdDirectoryAnswer *answer; /* (owned) */
  guint open;
  guint members;
  guint tries;
  /* For whoever waits; with its lock */
  gboolean landed;
  int references;
} SmdDirectoryQuestion;

/**
 * SmdDirectorySource:
 * @wake: an eventfd: there may be more questions
 * @next: the next question, %NULL if there is none now
 * @landed: this one has its answer
 *
 * Where a session's questions come from and go to. Called in the session's thread.
 */
typedef struct
{
  SmdCrypto *crypto;             /* (unowned) */
  const SmdLdapLibrary *library; /* (unowned) */
  const SmdDirectoryUrl *url;    /* (unowned) */
  GCancellable *stop;            /* (unowned) */
  int wake;
  SmdDirectoryQuestion *(*next) (gpointer data);
  void (*landed) (SmdDirectoryQuestion *question, gpointer data);
  gpointer data;                 /* (unowned) */
} SmdDirectorySource;

/**
 * SmdDirectorySession:
 *
 * A connection to a directory over which many searches run side by side. For one thread.
 */
typedef struct _SmdDirectorySession SmdDirectorySession;

/**
 * smd_directory_session_new:
 *
 * Connects: `ldaps` with TLS from the start; `ldap` with StartTLS, in the clear only where the server says that it has none; `ldapi` as the user
 * of this process (SASL EXTERNAL), or anonymously where the server doesn't want that. What fails in TLS fails the connection.
 *
 * Returns: (transfer full): on error `Failed`
 */
SmdDirectorySession *smd_directory_session_new (const SmdDirectorySource *source, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_directory_session_free (SmdDirectorySession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDirectorySession, smd_directory_session_free)

/**
 * smd_directory_session_run:
 *
 * Asks until there are no more questions.
 *
 * Returns: FALSE on error: the connection is lost; smd_directory_session_take_open() gives the questions that have no answer
 */
gboolean smd_directory_session_run (SmdDirectorySession *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full) (element-type SmdDirectoryQuestion) */
GPtrArray *smd_directory_session_take_open (SmdDirectorySession *self);

G_END_DECLS
