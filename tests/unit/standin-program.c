/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the plugin sees of the program: its version, and whether it uses polkit */

#include <config.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "standin-daemon.h"

#define PREFIX "ModemManager (version "
#define GENERATION "1." G_STRINGIFY (STANDIN_GENERATION) ".0"

gboolean standin_is_test_session;

/* src/main.c */
static const gchar start_message[] __attribute__ ((used)) =
    PREFIX GENERATION ") starting in %s bus...";

/* With this symbol, the program looks as if it used polkit. */
void polkit_authority_check_authorization (void);

void
polkit_authority_check_authorization (void)
{
    g_assert_not_reached ();
}

gboolean
mm_context_get_test_session (void)
{
    return standin_is_test_session;
}

void
standin_set_version (const gchar *version)
{
    gsize    page = sysconf (_SC_PAGESIZE);
    guintptr place = (guintptr) start_message + strlen (PREFIX);
    guintptr start = place / page * page;
    guintptr end = place + strlen (GENERATION);

    g_assert_cmpuint (strlen (version), ==, strlen (GENERATION));
    g_assert_no_errno (mprotect ((gpointer) start, end - start, PROT_READ | PROT_WRITE));
    memcpy ((gpointer) place, version, strlen (version));
}
