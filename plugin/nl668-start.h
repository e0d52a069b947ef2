/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The D-Bus method Start(), from the authorization of the caller to the module's final
 * response. */

#ifndef NL668_START_H
#define NL668_START_H

#include "nl668-modem.h"

/**
 * nl668_start:
 * @invocation: (transfer full): a call of a method without return values. It returns when the
 *   module has accepted the update, or with an error.
 * @settings: the a{sv} of the method.
 */
void nl668_start (Nl668Modem            *self,
                  GDBusMethodInvocation *invocation,
                  GVariant              *settings);

/* The same, for a caller that polkit has authorized. */
void nl668_start_authorized (Nl668Modem            *self,
                             GDBusMethodInvocation *invocation,
                             GVariant              *settings);

#endif /* NL668_START_H */
