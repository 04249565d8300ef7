/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-evaluate.h"
#include "smd-report.h"
#include "smd-seal.h"
#include "smd-validate.h"

G_BEGIN_DECLS

/* Values -> `a{sv}`, by section 3 of the contract: keys that don't apply are absent. All results are floating. */

/* `a{sv}` of `Open` and `Verify` */
GVariant *smd_wire_report (const SmdReport *report);
/* `a{sv}` of `Inspect`: what the message says of itself; nothing that was judged */
GVariant *smd_wire_inspection (const SmdReport *report);
/* `a{sv}` of `Sign` and `Encrypt` */
GVariant *smd_wire_seal_report (const SmdSealReport *report);
/* `a{sv}` of `Validate` */
GVariant *smd_wire_validation (const SmdValidation *validation);
/* `aa{sv}` of `Evaluate`; @verdicts: (element-type SmdVerdict) */
GVariant *smd_wire_verdicts (GPtrArray *verdicts);
/* `aa{sv}`; @problems: (element-type SmdProblem) */
GVariant *smd_wire_problems (GPtrArray *problems);
/* `a{sv}`: an entry of `Revocation`; @state: what it is said to be */
GVariant *smd_wire_revocation_entry (const SmdRevocationEntry *entry, SmdRevocationState state);
/* `ao`: the objects' paths; @certificates: (element-type SmdCertificate) */
GVariant *smd_wire_paths (GPtrArray *certificates);
/* `ay` */
GVariant *smd_wire_bytes (SmdSpan span);

G_END_DECLS
