/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stddef.h>
#include <string.h>

#include "mmcli-call.h"

#define OUR_PREFIX  "--firmware-update"
#define HELP_PREFIX "--help-"
#define LIST_OPTION "--firmware-list"

static const struct {
    const char *name;
    MmcliCall   call;
} options[] = {
    { "-h",              MMCLI_CALL_HELP_APPLICATION },
    { "-?",              MMCLI_CALL_HELP_APPLICATION },
    { "--help",          MMCLI_CALL_HELP_APPLICATION },
    { "--help-all",      MMCLI_CALL_HELP_FIRMWARE },
    { "--help-firmware", MMCLI_CALL_HELP_FIRMWARE },
    { "-V",              MMCLI_CALL_VERSION },
    { "--version",       MMCLI_CALL_VERSION },
};

static bool
is_our_option (const char *argument)
{
    if (strncmp (argument, OUR_PREFIX, strlen (OUR_PREFIX)) != 0)
        return false;
    argument += strlen (OUR_PREFIX);
    return *argument == '\0' || *argument == '=' || *argument == '-';
}

static bool
is_list_option (const char *argument)
{
    return strcmp (argument, LIST_OPTION) == 0;
}

static bool
has_option (char **argv,
            bool (*matches) (const char *argument))
{
    int i;

    for (i = 1; argv[0] && argv[i] && strcmp (argv[i], "--") != 0; i++) {
        if (matches (argv[i]))
            return true;
    }
    return false;
}

bool
mmcli_call_has_our_option (char **argv)
{
    return has_option (argv, is_our_option);
}

static MmcliCall
find_action (char **argv)
{
    if (has_option (argv, is_our_option))
        return MMCLI_CALL_UPDATE;
    return has_option (argv, is_list_option) ? MMCLI_CALL_FIRMWARE_LIST : MMCLI_CALL_STOCK;
}

static MmcliCall
find_option (const char *argument)
{
    size_t i;

    for (i = 0; i < sizeof (options) / sizeof (options[0]); i++) {
        if (strcmp (argument, options[i].name) == 0)
            return options[i].call;
    }
    return MMCLI_CALL_STOCK;
}

MmcliCall
mmcli_call_find (char       **argv,
                 const char **option)
{
    MmcliCall fallback = find_action (argv);
    MmcliCall call = fallback;
    int       i;

    for (i = 1; argv[0] && argv[i] && strcmp (argv[i], "--") != 0; i++) {
        MmcliCall found = find_option (argv[i]);

        /* GLib stops at the first help option, even if only the stock mmcli has it */
        if (found == MMCLI_CALL_STOCK && strncmp (argv[i], HELP_PREFIX, strlen (HELP_PREFIX)) == 0)
            return fallback;
        if (found == MMCLI_CALL_STOCK || found == call)
            continue;

        call = found;
        if (option)
            *option = argv[i];
        if (call != MMCLI_CALL_VERSION)
            break;
    }
    return call;
}
