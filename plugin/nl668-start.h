/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The D-Bus method Start(), from the authorization of the caller to the final response of the
 * module. */

#ifndef NL668_START_H
#define NL668_START_H

#include "nl668-modem.h"

/**
 * nl668_start:
 * @invocation: (transfer full): a call of a method that returns nothing. It returns when the
 *   module has accepted the update, or with an error.
 * @settings: the a{sv} of the method.
 */
void nl668_start (Nl668Modem            *self,
                  GDBusMethodInvocation *invocation,
                  GVariant              *settings);

#endif /* NL668_START_H */
