/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Inhibitor for fuzz-update, as on a system without logind */

#include <config.h>

#include "nl668-inhibitor.h"

struct _Nl668Inhibitor {
    GObject parent;
};

G_DEFINE_TYPE (Nl668Inhibitor, nl668_inhibitor, G_TYPE_OBJECT)

void
nl668_inhibitor_take (GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;

    task = g_task_new (NULL, cancellable, callback, user_data);
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no logind");
}

Nl668Inhibitor *
nl668_inhibitor_take_finish (GAsyncResult  *res,
                             GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
nl668_inhibitor_init (Nl668Inhibitor *self)
{
}

static void
nl668_inhibitor_class_init (Nl668InhibitorClass *klass)
{
}
