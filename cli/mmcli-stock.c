/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mmcli-stock.h"

/* The default of dpkg-divert */
#define DIVERTED_SUFFIX ".distrib"

#define N_(text) text
#define CANNOT_RUN N_("couldn't run the stock mmcli: set MMCLI to the path of ModemManager's mmcli")

/* Set for the stock mmcli, to detect a program in MMCLI that runs this one again */
#define LOOP_VARIABLE "FIBOCOM_NL668_MMCLI_HANDED_OVER"

/*****************************************************************************/
/* Files */

/* As passed to execve(2). Unlike /proc/self/exe, it does not need /proc. */
static const char *
get_program_path (void)
{
    return (const char *) getauxval (AT_EXECFN);
}

static bool
is_executable_file (const char *path)
{
    struct stat file;

    return stat (path, &file) == 0 && S_ISREG (file.st_mode) && access (path, X_OK) == 0;
}

static bool
is_same_file (const char *path,
              const char *other_path)
{
    struct stat file;
    struct stat other;

    return stat (path, &file) == 0 && stat (other_path, &other) == 0 &&
           file.st_dev == other.st_dev && file.st_ino == other.st_ino;
}

char *
mmcli_stock_find_sibling (const char *name)
{
    const char *program = get_program_path ();
    char       *path = program ? realpath (program, NULL) : NULL;
    char       *slash = path ? strrchr (path, '/') : NULL;
    char       *sibling = NULL;

    if (slash) {
        slash[1] = '\0';
        if (asprintf (&sibling, "%s%s", path, name) < 0)
            sibling = NULL;
    }
    free (path);
    if (sibling && !is_executable_file (sibling)) {
        free (sibling);
        sibling = NULL;
    }
    return sibling;
}

static bool
is_sibling (const char *path,
            const char *name)
{
    char *sibling = mmcli_stock_find_sibling (name);
    bool  is_same = sibling && is_same_file (path, sibling);

    free (sibling);
    return is_same;
}

/* In the directory of our client, mmcli may be our launcher or the stock mmcli. Only our
 * programs contain the name of our client. */
static bool
has_client_name (const char *path)
{
    FILE   *file = fopen (path, "rbe");
    char   *line = NULL;
    size_t  size = 0;
    ssize_t length;
    bool    found = false;

    while (file && !found && (length = getdelim (&line, &size, '\0', file)) > 0)
        found = memmem (line, (size_t) length, CLIENT_NAME, strlen (CLIENT_NAME)) != NULL;
    free (line);
    if (file)
        fclose (file);
    return found;
}

static bool
is_ours (const char *path)
{
    const char *program = get_program_path ();

    /* If unknown, fail rather than run this program again and again */
    if (!program || is_same_file (path, program))
        return true;
    return (is_sibling (path, LAUNCHER_NAME) || is_sibling (path, CLIENT_NAME)) &&
           has_client_name (path);
}

static bool
is_stock (const char *path)
{
    return is_executable_file (path) && !is_ours (path);
}

/*****************************************************************************/
/* Search; each function returns a path for free(), or NULL */

/* Like execvp(3), but skips our programs */
static char *
find_in_path (const char *name)
{
    const char *directories = getenv ("PATH");
    size_t      length;

    for (directories = directories ? directories : "/bin:/usr/bin"; ; directories += length + 1) {
        char *path;

        length = strcspn (directories, ":");
        if (asprintf (&path, "%.*s%s%s", (int) length, directories, length ? "/" : "", name) < 0)
            return NULL;
        if (is_stock (path))
            return path;
        free (path);
        if (directories[length] == '\0')
            return NULL;
    }
}

static char *
find_by_path (const char *path)
{
    char *diverted;

    if (is_stock (path))
        return strdup (path);

    /* It is ours; the stock mmcli may be diverted */
    if (access (path, F_OK) != 0 || asprintf (&diverted, "%s" DIVERTED_SUFFIX, path) < 0)
        return NULL;
    if (is_stock (diverted))
        return diverted;
    free (diverted);
    return NULL;
}

static char *
find_stock (void)
{
    const char *name = getenv ("MMCLI");

    if (!name || !*name)
        name = STOCK_MMCLI;
    return strchr (name, '/') ? find_by_path (name) : find_in_path (name);
}

char *
mmcli_stock_find (const char **reason)
{
    char *path;

    if (getenv (LOOP_VARIABLE)) {
        *reason = N_("the program in MMCLI runs this mmcli again: set MMCLI to the path of "
                     "ModemManager's mmcli");
        return NULL;
    }

    path = find_stock ();
    if (!path || setenv (LOOP_VARIABLE, "1", 1) != 0) {
        *reason = CANNOT_RUN;
        free (path);
        return NULL;
    }
    return path;
}

const char *
mmcli_stock_exec (char **argv)
{
    const char *reason;
    char       *path = mmcli_stock_find (&reason);

    if (!path)
        return reason;
    execvp (path, argv);
    free (path);
    return CANNOT_RUN;
}
