/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Shared by nl668-start.c, which runs the steps of Start(), and nl668-start-checks.c, which has
 * those before the update begins. */

#ifndef NL668_START_INTERNAL_H
#define NL668_START_INTERNAL_H

#include "nl668-modem.h"
#include "nl668-request.h"

typedef struct {
    Nl668Modem            *modem;
    GDBusMethodInvocation *invocation;
    GVariant              *settings;
    guint                  step;
    GCancellable          *cancellable;
    /* From STEP_BEGIN on, unless it has failed: if the update ends, its error is the answer. */
    gboolean               has_begun;
    /* From the steps before STEP_BEGIN */
    Nl668Request          *request;
    gchar                 *package;
    gint                   battery;
    /* From the steps that load them */
    Nl668Saved             saved;
    /* In STEP_CHANGE_SETTINGS and STEP_REQUEST_UPDATE */
    gboolean               is_requested;
    /* What the caller is told */
    GError                *error;
} Nl668StartContext;

/* A step has ended. Takes ownership of @error. */
void nl668_start_step_ready (Nl668StartContext *ctx,
                             GError            *error);

/* The steps */
void nl668_start_authorize        (Nl668StartContext *ctx);
void nl668_start_load_battery     (Nl668StartContext *ctx);
void nl668_start_confirm_revision (Nl668StartContext *ctx);
void nl668_start_wait_restored    (Nl668StartContext *ctx);
void nl668_start_resolve          (Nl668StartContext *ctx);
void nl668_start_check            (Nl668StartContext *ctx);

#endif /* NL668_START_INTERNAL_H */
