/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Stub for fuzz-update: there is no logind. */

#include <config.h>

#include "nl668-inhibitor.h"

void
nl668_inhibitor_take (GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    g_task_report_new_error (NULL, callback, user_data, NULL,
                             G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no logind");
}

GUnixFDList *
nl668_inhibitor_take_finish (GAsyncResult  *res,
                             GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}
