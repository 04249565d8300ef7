/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

/* The methods of Certificates that are about certificate requests: CreateRequest, CompleteRequest, ListRequests, DiscardRequest */
void smd_request_calls_connect (SmdDbusCertificates *skeleton, SmdJobHost *host);

G_END_DECLS
