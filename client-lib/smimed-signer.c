/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-signer.h"

#include "smimed-enum-types.h"
#include "smimed-problem-private.h"
#include "smimed-signer-private.h"
#include "smimed-value-private.h"

struct _SmimedSigner
{
  SmimedValue parent;
  GPtrArray *chain_der; /* (owned) of GBytes */
  GPtrArray *problems;  /* (owned) of SmimedProblem */
};

G_DEFINE_FINAL_TYPE (SmimedSigner, smimed_signer, SMIMED_TYPE_VALUE)

static void
smimed_signer_finalize (GObject *object)
{
  SmimedSigner *self = SMIMED_SIGNER (object);

  g_clear_pointer (&self->chain_der, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  G_OBJECT_CLASS (smimed_signer_parent_class)->finalize (object);
}

static void
smimed_signer_class_init (SmimedSignerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_signer_finalize;
}

static void
smimed_signer_init (SmimedSigner *self)
{
}

gpointer
smimed_signer_new (GVariant *raw)
{
  SmimedSigner *self = smimed_value_new (SMIMED_TYPE_SIGNER, raw);

  self->chain_der = smimed_value_bytes_list (self, "chain-der");
  self->problems = smimed_value_list (self, "problems", smimed_problem_new);
  return self;
}

SmimedSignature
smimed_signer_get_signature (SmimedSigner *self)
{
  return smimed_value_word (self, "signature", SMIMED_TYPE_SIGNATURE, SMIMED_SIGNATURE_BAD, SMIMED_SIGNATURE_BAD);
}

SmimedChain
smimed_signer_get_chain (SmimedSigner *self)
{
  return smimed_value_word (self, "chain", SMIMED_TYPE_CHAIN, SMIMED_CHAIN_UNJUDGED, SMIMED_CHAIN_INVALID);
}

SmimedChain
smimed_signer_get_at_delivery (SmimedSigner *self)
{
  return smimed_value_word (self, "at-delivery", SMIMED_TYPE_CHAIN, SMIMED_CHAIN_UNJUDGED, SMIMED_CHAIN_INVALID);
}

gboolean
smimed_signer_get_address_match (SmimedSigner *self)
{
  return smimed_value_boolean (self, "address-match");
}

const char *
smimed_signer_get_certificate (SmimedSigner *self)
{
  return smimed_value_string (self, "certificate");
}

GBytes *
smimed_signer_get_certificate_der (SmimedSigner *self)
{
  return smimed_value_bytes (self, "certificate-der");
}

GPtrArray *
smimed_signer_get_chain_der (SmimedSigner *self)
{
  return self->chain_der;
}

char **
smimed_signer_get_addresses (SmimedSigner *self)
{
  return smimed_value_strv (self, "addresses");
}

const char *
smimed_signer_get_subject (SmimedSigner *self)
{
  return smimed_value_string (self, "subject");
}

const char *
smimed_signer_get_issuer (SmimedSigner *self)
{
  return smimed_value_string (self, "issuer");
}

const char *
smimed_signer_get_serial (SmimedSigner *self)
{
  return smimed_value_string (self, "serial");
}

const char *
smimed_signer_get_key_id (SmimedSigner *self)
{
  return smimed_value_string (self, "key-id");
}

gint64
smimed_signer_get_signing_time (SmimedSigner *self)
{
  return smimed_value_int64 (self, "signing-time", 0);
}

const char *
smimed_signer_get_digest (SmimedSigner *self)
{
  return smimed_value_string (self, "digest");
}

const char *
smimed_signer_get_algorithm (SmimedSigner *self)
{
  return smimed_value_string (self, "algorithm");
}

GPtrArray *
smimed_signer_get_problems (SmimedSigner *self)
{
  return self->problems;
}

/* The service says so, and nothing that this library understands speaks against it. */
gboolean
smimed_signer_is_authenticated (SmimedSigner *self)
{
  return smimed_value_boolean (self, "authenticated") && smimed_value_boolean (self, "address-match") &&
         smimed_signer_get_signature (self) == SMIMED_SIGNATURE_GOOD &&
         smimed_signer_get_chain (self) == SMIMED_CHAIN_VALID;
}
