/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded into every program of a test, before umockdev. Works around calls that
 * umockdev or a pty handle differently from the kernel. */

#include <config.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
is_node (const char *path)
{
    return strncmp (path, "/dev/", strlen ("/dev/")) == 0;
}

/* A node in the simulated /dev is a symbolic link to a pty. If links are not to be
 * followed, umockdev reads the link to make it look like a device. It takes the
 * path from a buffer that another thread may have overwritten, and aborts if that
 * is not a link. Following the link gives the same result without the race. GLib
 * calls statx() in a thread, while libmbim calls lstat64(). */
int
statx (int           directory,
       const char   *path,
       int           flags,
       unsigned int  mask,
       struct statx *result)
{
    static int (* original) (int, const char *, int, unsigned int, struct statx *);

    if (!original)
        *(void **) &original = dlsym (RTLD_NEXT, "statx");
    if (is_node (path))
        flags &= ~AT_SYMLINK_NOFOLLOW;
    return original (directory, path, flags, mask, result);
}

int
lstat64 (const char    *path,
         struct stat64 *result)
{
    static int (* original) (const char *, struct stat64 *);

    if (!original)
        *(void **) &original = dlsym (RTLD_NEXT, "lstat64");
    return is_node (path) ? stat64 (path, result) : original (path, result);
}

/* umockdev connects to the simulator for each open node and aborts at the 51st; 64 modules have
 * more, and a node that is hidden counts each time. It does not do so for the real path. */
int
open64 (const char *path,
        int         flags,
        ...)
{
    static int (* original) (const char *, int, ...);
    const char   *root = getenv ("UMOCKDEV_DIR");
    char          node[PATH_MAX];
    va_list       arguments;
    mode_t        mode = 0;

    if (!original)
        *(void **) &original = dlsym (RTLD_NEXT, "open64");
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_start (arguments, flags);
        mode = va_arg (arguments, mode_t);
        va_end (arguments);
    }
    if (root && is_node (path)) {
        snprintf (node, sizeof (node), "%s%s", root, path);
        if (access (node, F_OK) == 0 || access (path, F_OK) != 0)
            path = node;
    }
    return original (path, flags, mode);
}

/* Daemons lock the port. A pty would stay locked after it is closed, for everyone
 * but root. */
int
ioctl (int           fd,
       unsigned long request,
       ...)
{
    static int (* original) (int, unsigned long, ...);
    va_list       arguments;
    void         *argument;

    if (!original)
        *(void **) &original = dlsym (RTLD_NEXT, "ioctl");
    if (request == TIOCEXCL || request == TIOCNXCL)
        return 0;
    va_start (arguments, request);
    argument = va_arg (arguments, void *);
    va_end (arguments);
    return original (fd, request, argument);
}
