/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded into a copy of the stock daemon that calls the first function instead of
 * polkit_authority_check_authorization (). Like one without polkit, the daemon does not have that
 * symbol, and says yes to everybody. */

#include <config.h>

#include <dlfcn.h>

#include <gio/gio.h>

void polkit_authority_allow_authorization (gpointer authority, gpointer subject,
                                           const gchar *action, gpointer details, gint flags,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
gboolean polkit_authorization_result_get_is_authorized (gpointer result);

void
polkit_authority_allow_authorization (gpointer             authority,
                                      gpointer             subject,
                                      const gchar         *action,
                                      gpointer             details,
                                      gint                 flags,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
    __typeof__ (&polkit_authority_allow_authorization) check;

    *(gpointer *) &check = dlsym (RTLD_DEFAULT, "polkit_authority_check_authorization");
    check (authority, subject, action, details, flags, cancellable, callback, user_data);
}

gboolean
polkit_authorization_result_get_is_authorized (gpointer result)
{
    return TRUE;
}
