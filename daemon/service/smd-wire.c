/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-wire.h"

#include "smd-paths.h"
#include "smd-wire-certificate.h"
#include "smd-wire-dict.h"

typedef GVariant *(*ToVariant) (gconstpointer value);

static GVariant *
list_of_dicts (GPtrArray *values, ToVariant to_variant)
{
  guint count = values != NULL ? values->len : 0;
  g_autofree GVariant **dicts = g_new (GVariant *, count);

  for (guint i = 0; i < count; i++)
    dicts[i] = to_variant (values->pdata[i]);
  return g_variant_new_array (G_VARIANT_TYPE_VARDICT, dicts, count);
}

static GVariant *
problem_to_variant (gconstpointer value)
{
  const SmdProblem *problem = value;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "code", smimed_problem_code_to_word (problem->code));
  smd_wire_dict_string (&dict, "certificate", problem->certificate);
  if (problem->depth >= 0)
    smd_wire_dict_value (&dict, "depth", g_variant_new_uint32 (problem->depth));
  smd_wire_dict_boolean (&dict, "temporary", problem->temporary);
  smd_wire_dict_string (&dict, "url", problem->url);
  if (problem->at != 0)
    smd_wire_dict_int64 (&dict, "at", problem->at);
  if (problem->days != G_MININT)
    smd_wire_dict_value (&dict, "days", g_variant_new_int32 (problem->days));
  smd_wire_dict_string (&dict, "detail", problem->detail);
  return g_variant_builder_end (&dict);
}

GVariant *
smd_wire_problems (GPtrArray *problems)
{
  return list_of_dicts (problems, problem_to_variant);
}

GVariant *
smd_wire_bytes (SmdSpan span)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, span.data, span.size, 1);
}

static GVariant *
chain_to_variant (GPtrArray *chain)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aay"));
  for (guint i = 0; chain != NULL && i < chain->len; i++)
    g_variant_builder_add_value (&list, smd_wire_certificate_get_der (chain->pdata[i]));

  return g_variant_builder_end (&list);
}

GVariant *
smd_wire_paths (GPtrArray *certificates)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("ao"));
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *path = smd_path_for_certificate (smd_certificate_get_fingerprint (certificates->pdata[i]));

      g_variant_builder_add (&list, "o", path);
    }

  return g_variant_builder_end (&list);
}

/* Left out if it was never judged */
static void
add_chain_state (GVariantBuilder *dict, const char *key, SmdChainState state)
{
  if (state != SMD_CHAIN_UNKNOWN)
    smd_wire_dict_string (dict, key, state == SMD_CHAIN_VALID ? "valid" : "invalid");
}

static const char *
signature_word (SmdSignatureState state)
{
  switch (state)
    {
    case SMD_SIGNATURE_GOOD:
      return "good";
    case SMD_SIGNATURE_UNSUPPORTED:
      return "unsupported";
    case SMD_SIGNATURE_BAD:
    default:
      return "bad";
    }
}

static void
add_signer_id (GVariantBuilder *dict, const SmdSignerReport *signer)
{
  smd_wire_dict_string (dict, "issuer", signer->issuer);
  smd_wire_dict_string (dict, "serial", signer->serial);
  smd_wire_dict_string (dict, "key-id", signer->key_id);
}

static void
add_signer_certificate (GVariantBuilder *dict, const SmdSignerReport *signer)
{
  smd_wire_certificate_add (dict, signer->certificate);
  smd_wire_dict_value (dict, "chain-der", chain_to_variant (signer->chain_path));
}

static GVariant *
signer_to_variant (gconstpointer value)
{
  const SmdSignerReport *signer = value;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "signature", signature_word (signer->signature));
  add_chain_state (&dict, "chain", signer->chain);
  add_chain_state (&dict, "at-delivery", signer->at_delivery);
  smd_wire_dict_boolean (&dict, "address-match", signer->address_match);
  smd_wire_dict_boolean (&dict, "authenticated", signer->authenticated);
  if (signer->certificate != NULL)
    add_signer_certificate (&dict, signer);
  else
    add_signer_id (&dict, signer);
  if (signer->signing_time != G_MININT64)
    smd_wire_dict_int64 (&dict, "signing-time", signer->signing_time);
  smd_wire_dict_string (&dict, "digest", signer->digest);
  smd_wire_dict_string (&dict, "algorithm", signer->algorithm);
  smd_wire_dict_value (&dict, "problems", smd_wire_problems (signer->problems));
  return g_variant_builder_end (&dict);
}

static GVariant *
signer_id_to_variant (gconstpointer value)
{
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  add_signer_id (&dict, value);
  return g_variant_builder_end (&dict);
}

static GVariant *
recipient_to_variant (gconstpointer value)
{
  const SmdRecipientId *recipient = value;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "issuer", recipient->issuer);
  smd_wire_dict_string (&dict, "serial", recipient->serial);
  smd_wire_dict_string (&dict, "key-id", recipient->key_id);
  smd_wire_dict_string (&dict, "key-encryption", recipient->key_encryption);
  return g_variant_builder_end (&dict);
}

static void
add_encrypted_layer (GVariantBuilder *dict, const SmdLayer *layer)
{
  smd_wire_dict_string (dict, "type", "encrypted");
  smd_wire_dict_string (dict, "cipher", smd_cipher_to_word (layer->cipher));
  smd_wire_dict_string (dict, "integrity", smd_cipher_is_aead (layer->cipher) ? "aead" : "none");
  smd_wire_dict_string (dict, "key-encryption", layer->key_encryption);
  smd_wire_dict_string (dict, "decrypted-with", layer->decrypted_with);
  smd_wire_dict_value (dict, "recipients", list_of_dicts (layer->recipients, recipient_to_variant));
}

static GVariant *
layer_to_variant (const SmdLayer *layer, ToVariant signer)
{
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  switch (layer->type)
    {
    case SMD_LAYER_SIGNED:
      smd_wire_dict_string (&dict, "type", "signed");
      smd_wire_dict_string (&dict, "format", layer->opaque ? "opaque" : "clear");
      smd_wire_dict_value (&dict, "signers", list_of_dicts (layer->signers, signer));
      break;
    case SMD_LAYER_ENCRYPTED:
      add_encrypted_layer (&dict, layer);
      break;
    case SMD_LAYER_COMPRESSED:
    default:
      smd_wire_dict_string (&dict, "type", "compressed");
      break;
    }

  return g_variant_builder_end (&dict);
}

static GVariant *
judged_layer_to_variant (gconstpointer layer)
{
  return layer_to_variant (layer, signer_to_variant);
}

static GVariant *
named_layer_to_variant (gconstpointer layer)
{
  return layer_to_variant (layer, signer_id_to_variant);
}

/* RFC 9787 section 3.1 */
static const char *
protection_word (const SmdReport *report)
{
  if (report->authenticated)
    return report->confidential ? "verified-confidential" : "verified";

  return report->confidential ? "confidential" : "none";
}

GVariant *
smd_wire_report (const SmdReport *report)
{
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "protection", protection_word (report));
  smd_wire_dict_boolean (&dict, "authenticated", report->authenticated);
  smd_wire_dict_boolean (&dict, "confidential", report->confidential);
  smd_wire_dict_value (&dict, "layers", list_of_dicts (report->layers, judged_layer_to_variant));
  smd_wire_dict_string (&dict, "sender", report->sender);
  smd_wire_dict_value (&dict, "warnings", smd_wire_problems (report->warnings));
  return g_variant_builder_end (&dict);
}

GVariant *
smd_wire_inspection (const SmdReport *report)
{
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_value (&dict, "layers", list_of_dicts (report->layers, named_layer_to_variant));
  smd_wire_dict_string (&dict, "sender", report->sender);
  smd_wire_dict_value (&dict, "warnings", smd_wire_problems (report->warnings));
  return g_variant_builder_end (&dict);
}

static GVariant *
seal_recipient_to_variant (gconstpointer value)
{
  const SmdSealRecipient *recipient = value;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "address", recipient->address);
  smd_wire_dict_string (&dict, "certificate", recipient->certificate);
  return g_variant_builder_end (&dict);
}

GVariant *
smd_wire_seal_report (const SmdSealReport *report)
{
  gboolean encrypted = report->cipher != SMD_CIPHER_UNKNOWN;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "certificate", report->certificate);
  smd_wire_dict_string (&dict, "digest", report->digest);
  smd_wire_dict_string (&dict, "cipher", encrypted ? smd_cipher_to_word (report->cipher) : NULL);
  if (encrypted)
    smd_wire_dict_value (&dict, "recipients", list_of_dicts (report->recipients, seal_recipient_to_variant));
  smd_wire_dict_value (&dict, "warnings", smd_wire_problems (report->warnings));
  return g_variant_builder_end (&dict);
}

static GVariant *
revocation_to_variant (gconstpointer value)
{
  static const char *const words[] = { "none", "crl", "ocsp" };
  const SmdRevocationAnswer *answer = value;
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "certificate", answer->certificate);
  smd_wire_dict_string (&dict, "source", words[answer->source]);
  if (answer->this_update != 0)
    smd_wire_dict_int64 (&dict, "this-update", answer->this_update);
  if (answer->next_update != 0)
    smd_wire_dict_int64 (&dict, "next-update", answer->next_update);
  smd_wire_dict_string (&dict, "url", answer->url);
  return g_variant_builder_end (&dict);
}

GVariant *
smd_wire_validation (const SmdValidation *validation)
{
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  add_chain_state (&dict, "chain", validation->chain);
  smd_wire_dict_value (&dict, "problems", smd_wire_problems (validation->problems));
  smd_wire_dict_value (&dict, "chain-der", chain_to_variant (validation->chain_path));
  smd_wire_dict_value (&dict, "revocation", list_of_dicts (validation->revocation, revocation_to_variant));
  return g_variant_builder_end (&dict);
}

static GVariant *verdict_to_variant (gconstpointer value);

static GVariant *
make_verdict_variant (const SmdVerdict *verdict)
{
  static const char *const sources[] = { "none", "local", "directory" };
  static const char *const actions[] = { "none", "remove", "retry", "unlock" };
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "address", verdict->address);
  smd_wire_dict_boolean (&dict, "usable", verdict->usable);
  smd_wire_dict_string (&dict, "source", sources[verdict->source]);
  if (verdict->certificate != NULL)
    {
      smd_wire_dict_string (&dict, "certificate", smd_certificate_get_fingerprint (verdict->certificate));
      smd_wire_dict_int64 (&dict, "not-after", smd_certificate_get_not_after (verdict->certificate));
    }
  smd_wire_dict_value (&dict, "problems", smd_wire_problems (verdict->problems));
  smd_wire_dict_string (&dict, "action", actions[verdict->action]);
  if (verdict->members != NULL)
    smd_wire_dict_value (&dict, "members", list_of_dicts (verdict->members, verdict_to_variant));
  return g_variant_builder_end (&dict);
}

/* Most verdicts are remembered ones, and what is made of them is, too. */
static GVariant *
verdict_to_variant (gconstpointer value)
{
  SmdVerdict *verdict = (SmdVerdict *) value;
  GVariant *variant = smd_verdict_get_form (verdict);

  if (variant == NULL)
    variant = smd_verdict_keep_form (verdict, g_variant_ref_sink (make_verdict_variant (verdict)), (GDestroyNotify) g_variant_unref);
  return variant;
}

GVariant *
smd_wire_verdicts (GPtrArray *verdicts)
{
  return list_of_dicts (verdicts, verdict_to_variant);
}

GVariant *
smd_wire_revocation_entry (const SmdRevocationEntry *entry, SmdRevocationState state)
{
  static const char *const kinds[] = { "crl", "delta-crl", "ocsp" };
  static const char *const states[] = { "fresh", "stale", "failed" };
  GVariantBuilder dict;

  smd_wire_dict_init (&dict);
  smd_wire_dict_string (&dict, "issuer", entry->issuer);
  smd_wire_dict_string (&dict, "url", entry->url);
  if (entry->certificate != NULL)
    smd_wire_dict_string (&dict, "certificate", entry->certificate);
  smd_wire_dict_string (&dict, "kind", kinds[entry->kind]);
  smd_wire_dict_int64 (&dict, "this-update", entry->this_update);
  smd_wire_dict_int64 (&dict, "next-update", entry->next_update);
  smd_wire_dict_string (&dict, "number", entry->number);
  smd_wire_dict_value (&dict, "entries", g_variant_new_uint64 (entry->entries));
  smd_wire_dict_int64 (&dict, "fetched-at", entry->fetched_at);
  smd_wire_dict_string (&dict, "state", states[state]);
  smd_wire_dict_string (&dict, "detail", entry->detail);
  return g_variant_builder_end (&dict);
}
