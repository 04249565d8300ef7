/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-layer.h"

#include "smimed-enum-types.h"
#include "smimed-layer-private.h"
#include "smimed-recipient-private.h"
#include "smimed-signer-private.h"
#include "smimed-value-private.h"

struct _SmimedLayer
{
  SmimedValue parent;
  GPtrArray *signers;    /* (owned) of SmimedSigner */
  GPtrArray *recipients; /* (owned) of SmimedRecipient */
};

G_DEFINE_FINAL_TYPE (SmimedLayer, smimed_layer, SMIMED_TYPE_VALUE)

static void
smimed_layer_finalize (GObject *object)
{
  SmimedLayer *self = SMIMED_LAYER (object);

  g_clear_pointer (&self->signers, g_ptr_array_unref);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_layer_parent_class)->finalize (object);
}

static void
smimed_layer_class_init (SmimedLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_layer_finalize;
}

static void
smimed_layer_init (SmimedLayer *self)
{
}

gpointer
smimed_layer_new (GVariant *raw)
{
  SmimedLayer *self = smimed_value_new (SMIMED_TYPE_LAYER, raw);

  self->signers = smimed_value_list (self, "signers", smimed_signer_new);
  self->recipients = smimed_value_list (self, "recipients", smimed_recipient_new);
  return self;
}

SmimedLayerType
smimed_layer_get_layer_type (SmimedLayer *self)
{
  return smimed_value_word (self, "type", SMIMED_TYPE_LAYER_TYPE, SMIMED_LAYER_UNKNOWN, SMIMED_LAYER_UNKNOWN);
}

const char *
smimed_layer_get_format (SmimedLayer *self)
{
  return smimed_value_string (self, "format");
}

GPtrArray *
smimed_layer_get_signers (SmimedLayer *self)
{
  return self->signers;
}

const char *
smimed_layer_get_cipher (SmimedLayer *self)
{
  return smimed_value_string (self, "cipher");
}

const char *
smimed_layer_get_key_encryption (SmimedLayer *self)
{
  return smimed_value_string (self, "key-encryption");
}

const char *
smimed_layer_get_decrypted_with (SmimedLayer *self)
{
  return smimed_value_string (self, "decrypted-with");
}

GPtrArray *
smimed_layer_get_recipients (SmimedLayer *self)
{
  return self->recipients;
}

gboolean
smimed_layer_has_integrity (SmimedLayer *self)
{
  return g_strcmp0 (smimed_value_string (self, "integrity"), "aead") == 0;
}
