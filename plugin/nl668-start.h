/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The method that starts an update, from the caller's right to do so to the
 * module's OK. */

#ifndef NL668_START_H
#define NL668_START_H

#include "nl668-modem.h"

/**
 * nl668_start:
 * @invocation: (transfer full): a method call that returns nothing.
 * @settings: the a{sv} of the method Start().
 *
 * Answers the call, in the end.
 */
void nl668_start (Nl668Modem            *self,
                  GDBusMethodInvocation *invocation,
                  GVariant              *settings);

#endif /* NL668_START_H */
