/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded before umockdev, into what shall see the simulated USB.
 *
 * A node in the simulated /dev is a link to a pty. Where links are not followed
 * umockdev reads it, to make it look like the device, by a path in a buffer that
 * another thread may have overwritten by then, and aborts if that is no link.
 * Followed, the node looks the same. This is how GLib asks, in a thread. */

#include <config.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

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
    if (strncmp (path, "/dev/", strlen ("/dev/")) == 0)
        flags &= ~AT_SYMLINK_NOFOLLOW;
    return original (directory, path, flags, mask, result);
}
