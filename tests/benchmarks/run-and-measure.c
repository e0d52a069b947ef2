/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Runs a program and prints its peak memory usage in KiB. That of a child is at least
 * the usage of its parent when it was forked, so the parent must be small. */

#include <config.h>

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

int
main (int    argc,
      char **argv)
{
    struct rusage usage;
    pid_t         pid;
    int           status;

    if (argc < 2 || posix_spawn (&pid, argv[1], NULL, NULL, argv + 1, environ) != 0 ||
        wait4 (pid, &status, 0, &usage) != pid || status != 0)
        return EXIT_FAILURE;
    fprintf (stderr, "%ld\n", usage.ru_maxrss);
    return EXIT_SUCCESS;
}
