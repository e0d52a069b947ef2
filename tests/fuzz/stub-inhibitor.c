/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Stub for fuzz-update: there is no logind. */

#include <config.h>

#include "nl668-inhibitor.h"

Nl668Inhibitor *
nl668_inhibitor_new (Nl668WarningFunc     log,
                     gpointer             log_data,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;

    task = g_task_new (NULL, NULL, callback, user_data);
    g_task_return_boolean (task, TRUE);
    return g_malloc (1);
}

void
nl668_inhibitor_renew (Nl668Inhibitor *self)
{
}

void
nl668_inhibitor_free (Nl668Inhibitor *self)
{
    g_free (self);
}
