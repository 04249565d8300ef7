/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The unstable part is the constructor of a collection by its path, unchanged since libsecret 0.1 */
#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

#define SMD_SECRET_ATTRIBUTE "id"
#define SMD_PASSWORD_APPLICATION "application"
#define SMD_PASSWORD_FILE "managed-file"

/* One item per identity, under a random id */
static const SecretSchema smd_secret_schema
    = { "org.smimed.Identity", SECRET_SCHEMA_NONE, { { SMD_SECRET_ATTRIBUTE, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

/* The password of a delivered file (docs/managed.md), stored by whatever tool: its schema's name doesn't matter */
static const SecretSchema smd_password_schema = { "org.smimed.ManagedPassword",
                                                  SECRET_SCHEMA_DONT_MATCH_NAME,
                                                  { { SMD_PASSWORD_APPLICATION, SECRET_SCHEMA_ATTRIBUTE_STRING },
                                                    { SMD_PASSWORD_FILE, SECRET_SCHEMA_ATTRIBUTE_STRING } } };
