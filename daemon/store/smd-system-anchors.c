/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-system-anchors.h"

#include <errno.h>
#include <sys/stat.h>

#include "smd-limits.h"

/* Fedora and its kin (update-ca-trust, with the purposes that Mozilla's list tells); Debian, Arch, Alpine (all purposes in one) */
static const char *const standard[] = { "/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem", "/etc/ca-certificates/extracted/email-ca-bundle.pem",
                                        "/etc/ssl/certs/ca-certificates.crt", NULL };

/* What tells one state of a file from another. */
typedef struct
{
  dev_t device;
  ino_t inode;
  off_t size;
  struct timespec modified;
  struct timespec changed;
} Mark;

struct _SmdSystemAnchors
{
  GObject parent_instance;
  SmdCrypto *crypto;  /* (owned) */
  char **bundles;     /* (owned) */
  GMutex mutex;       /* guards what follows */
  gboolean enabled;
  guint serial;
  Mark mark;          /* of what was read */
  GPtrArray *anchors; /* (owned) of SmdCertificate: never changed */
};

static void init_interface (SmdAnchorSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdSystemAnchors, smd_system_anchors, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_ANCHOR_SOURCE, init_interface))

static void
smd_system_anchors_finalize (GObject *object)
{
  SmdSystemAnchors *self = SMD_SYSTEM_ANCHORS (object);

  g_ptr_array_unref (self->anchors);
  g_mutex_clear (&self->mutex);
  g_strfreev (self->bundles);
  smd_crypto_unref (self->crypto);
  G_OBJECT_CLASS (smd_system_anchors_parent_class)->finalize (object);
}

static void
smd_system_anchors_class_init (SmdSystemAnchorsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_system_anchors_finalize;
}

static void
smd_system_anchors_init (SmdSystemAnchors *self)
{
  g_mutex_init (&self->mutex);
  self->anchors = smd_certificates_new ();
  self->serial = 1;
}

SmdSystemAnchors *
smd_system_anchors_new (SmdCrypto *crypto, const char *const *bundles)
{
  SmdSystemAnchors *self = g_object_new (SMD_TYPE_SYSTEM_ANCHORS, NULL);

  self->crypto = smd_crypto_ref (crypto);
  self->bundles = g_strdupv ((char **) (bundles != NULL ? bundles : standard));
  return self;
}

void
smd_system_anchors_set_enabled (SmdSystemAnchors *self, gboolean enabled)
{
  g_mutex_lock (&self->mutex);
  self->serial += self->enabled != enabled;
  self->enabled = enabled;
  g_mutex_unlock (&self->mutex);
}

/* Returns: (nullable): the first bundle that is there */
static const char *
find_bundle (SmdSystemAnchors *self, Mark *mark)
{
  struct stat info;

  memset (mark, 0, sizeof *mark);
  for (guint i = 0; self->bundles[i] != NULL; i++)
    if (stat (self->bundles[i], &info) == 0 && S_ISREG (info.st_mode))
      {
        mark->device = info.st_dev;
        mark->inode = info.st_ino;
        mark->size = info.st_size;
        mark->modified = info.st_mtim;
        mark->changed = info.st_ctim;
        return self->bundles[i];
      }
  return NULL;
}

/* Returns: (transfer full): authorities and self-signed ones; none if it can't be read */
static GPtrArray *
read_bundle (SmdSystemAnchors *self, const char *path, const Mark *mark)
{
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;

  if (mark->size > SMD_LIMIT_CERTIFICATE_FILE)
    {
      g_warning ("“%s” is too large for a list of authorities; none is trusted for standing there", path);
      return g_steal_pointer (&anchors);
    }

  if (g_file_get_contents (path, &text, &size, &error))
    all = smd_certificates_read_file (self->crypto, (SmdSpan){ (const guint8 *) text, size }, NULL, &error);
  if (all == NULL)
    g_warning ("The system's authorities can't be read from “%s”: %s", path, error->message);
  for (guint i = 0; all != NULL && i < all->len; i++)
    if (smd_certificate_is_ca (all->pdata[i]) || smd_certificate_is_self_signed (all->pdata[i]))
      smd_certificates_add (anchors, all->pdata[i]);
  return g_steal_pointer (&anchors);
}

/* With the mutex held. What fails is tried again when the file changes. */
static void
update (SmdSystemAnchors *self)
{
  Mark mark;
  const char *path = find_bundle (self, &mark);

  if (memcmp (&mark, &self->mark, sizeof mark) == 0)
    return;

  self->mark = mark;
  self->serial++;
  g_ptr_array_unref (self->anchors);
  self->anchors = path != NULL ? read_bundle (self, path, &mark) : smd_certificates_new ();
  g_debug ("%u authorities of the system are trusted", self->anchors->len);
}

static GPtrArray *
list (SmdAnchorSource *source)
{
  SmdSystemAnchors *self = SMD_SYSTEM_ANCHORS (source);
  GPtrArray *anchors;

  g_mutex_lock (&self->mutex);
  if (self->enabled)
    update (self);
  anchors = self->enabled ? g_ptr_array_ref (self->anchors) : smd_certificates_new ();
  g_mutex_unlock (&self->mutex);
  return anchors;
}

static guint
get_serial (SmdAnchorSource *source)
{
  SmdSystemAnchors *self = SMD_SYSTEM_ANCHORS (source);
  guint serial;

  g_mutex_lock (&self->mutex);
  if (self->enabled)
    update (self);
  serial = self->serial;
  g_mutex_unlock (&self->mutex);
  return serial;
}

static void
init_interface (SmdAnchorSourceInterface *iface)
{
  iface->list = list;
  iface->get_serial = get_serial;
}
