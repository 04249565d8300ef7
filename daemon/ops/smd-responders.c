/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-responders.h"

#include "smd-crl-signers.h"
#include "smd-supply-private.h"

#define MOST_ROUNDS 16

struct _SmdResponders
{
  const SmdEnv *env;  /* (unowned) */
  SmdSupply *supply;  /* (owned) */
};

SmdResponders *
smd_responders_new (const SmdEnv *env, const SmdCall *call)
{
  SmdResponders *self = g_new0 (SmdResponders, 1);

  self->env = env;
  self->supply = smd_supply_new (env, call);
  return self;
}

void
smd_responders_free (SmdResponders *self)
{
  smd_supply_free (self->supply);
  g_free (self);
}

static void
know (SmdResponders *self, SmdCertificate *certificate, const SmdGathered *gathered)
{
  g_autoptr (GPtrArray) all = smd_certificates_new ();
  g_autoptr (GPtrArray) signers = smd_crl_signers_find (self->env, gathered);

  smd_certificates_add (all, certificate);
  for (guint i = 0; i < gathered->candidates->len; i++)
    smd_certificates_add (all, gathered->candidates->pdata[i]);
  smd_supply_know (self->supply, all, gathered->anchors, signers);
}

/* An answer is the issuer's word; nobody is asked about what leads to no anchor, as in a verdict.
 * Returns: (transfer full) (nullable): the proven issuer */
static SmdCertificate *
introduce (SmdResponders *self, SmdCertificate *certificate, GPtrArray *others)
{
  g_autoptr (SmdGathered) gathered = smd_gather (self->env, certificate, others, NULL, NULL);
  g_autoptr (SmdPath) path = gathered != NULL ? smd_crl_signers_find_path (self->env, gathered, certificate, NULL) : NULL;

  if (path == NULL || !path->anchored || path->chain->len < 2 || smd_crl_signers_is_forged (path))
    return NULL;
  know (self, certificate, gathered);
  return smd_certificate_ref (path->chain->pdata[1]);
}

SmdFetchRequest *
smd_responders_ask (SmdResponders *self, SmdCertificate *certificate, const char *url)
{
  g_autoptr (SmdCertificate) issuer = introduce (self, certificate, NULL);
  g_autoptr (SmdWant) want = smd_want_new (SMD_WANT_OCSP, url, certificate, issuer);
  g_autoptr (GError) error = NULL;
  SmdOcspRequest *ocsp
      = issuer != NULL ? smd_ocsp_request_new (self->env->crypto, certificate, issuer, self->supply->known, &error) : NULL;

  if (ocsp != NULL)
    return smd_fetch_request_new_ocsp (url, ocsp);
  smd_supply_note_mute (self->supply, want, TRUE,
                        g_strdup (error != NULL ? error->message : "The certificate leads to no anchor: nobody is asked about it"));
  return NULL;
}

void
smd_responders_take (SmdResponders *self, const SmdOcspRequest *asked, const SmdFetchResult *result)
{
  g_autoptr (SmdCertificate) issuer = introduce (self, asked->certificate, asked->others);
  g_autoptr (SmdWant) want = smd_want_new (SMD_WANT_OCSP, result->url, asked->certificate, asked->issuer);

  if (issuer != NULL && result->body != NULL && result->ocsp != NULL)
    smd_supply_take_answer (self->supply, want, result);
  else
    smd_supply_note_mute (self->supply, want, TRUE,
                          g_strdup (result->failure != NULL ? result->failure->message : "Nothing came that could be judged"));
}

void
smd_responders_settle (SmdResponders *self)
{
  for (guint round = 0; round < MOST_ROUNDS; round++)
    {
      g_autoptr (GPtrArray) wants = smd_wants_new ();

      if (smd_supply_plan_delegates (self->supply, wants))
        continue;
      if (wants->len == 0 || !smd_supply_fetch (self->supply, wants))
        return;
    }
}
