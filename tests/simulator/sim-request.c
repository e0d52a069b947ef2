/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-request.h"

#define MAX_STRING 255

/* Reads `,"string"` and advances *text; NULL if there is none or it is too long */
static gchar *
take_string (const gchar **text)
{
    const gchar *start = *text + 2;
    const gchar *end;

    if (!g_str_has_prefix (*text, ",\""))
        return NULL;
    end = strchr (start, '"');
    if (!end || end - start > MAX_STRING)
        return NULL;
    *text = end + 1;
    return g_strndup (start, (gsize) (end - start));
}

SimRequest *
sim_request_parse (const gchar *arguments)
{
    g_autoptr(SimRequest) self = g_new0 (SimRequest, 1);

    if (*arguments != '0' && *arguments != '1')
        return NULL;
    self->ftp = *arguments == '1';
    arguments++;

    self->url = take_string (&arguments);
    if (!self->url || !*self->url)
        return NULL;
    if (self->ftp) {
        self->file_name = take_string (&arguments);
        if (!self->file_name || !*self->file_name)
            return NULL;
        self->user = take_string (&arguments);
        if (!self->user)
            return NULL;
        self->password = take_string (&arguments);
        if (!self->password)
            return NULL;
    }
    return *arguments ? NULL : g_steal_pointer (&self);
}

gchar *
sim_request_build_url (const SimRequest *self)
{
    g_autofree gchar *path = NULL;

    if (!self->ftp)
        return g_strdup (self->url);
    /* With a leading slash, the path would not be relative to the login directory */
    path = g_uri_escape_string (self->file_name + strspn (self->file_name, "/"), "/", FALSE);
    return g_strdup_printf ("ftp://%s/%s", self->url, path);
}

gchar *
sim_request_build_shown_url (const SimRequest *self)
{
    g_autofree gchar *url = sim_request_build_url (self);
    gchar            *authority = strstr (url, "://");
    const gchar      *at;

    if (authority) {
        authority += strlen ("://");
        at = g_strrstr_len (authority, (gssize) strcspn (authority, "/"), "@");
        if (at)
            memmove (authority, at + 1, strlen (at));
    }
    return g_strescape (url, NULL);
}

void
sim_request_free (SimRequest *self)
{
    g_free (self->url);
    g_free (self->file_name);
    g_free (self->user);
    g_free (self->password);
    g_free (self);
}
