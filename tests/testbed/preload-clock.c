/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded into the stock daemon. Shifts its clocks by the seconds in a file, as
 * testbed/clock.py says: the wall time, and the time since boot. */

#include <config.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define WALL 0
#define BOOT 1

static const volatile int64_t *seconds = (const int64_t[]) { 0, 0 };

__attribute__ ((constructor)) static void
map_seconds (void)
{
    const char *path = getenv ("TEST_CLOCK");
    void       *map;
    int         fd;

    fd = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    map = mmap (NULL, 2 * sizeof (int64_t), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        seconds = map;
    close (fd);
}

#define NEXT(function)                                                  \
    ({                                                                  \
        static __typeof__ (function) *next_;                            \
                                                                        \
        if (!next_)                                                     \
            *(void **) &next_ = dlsym (RTLD_NEXT, #function);           \
        next_;                                                          \
    })

int
clock_gettime (clockid_t        id,
               struct timespec *now)
{
    int result = NEXT (clock_gettime) (id, now);

    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
        now->tv_sec += seconds[WALL];
    else if (id == CLOCK_BOOTTIME)
        now->tv_sec += seconds[BOOT];
    return result;
}

int
gettimeofday (struct timeval *now,
              void           *zone)
{
    int result = NEXT (gettimeofday) (now, zone);

    now->tv_sec += seconds[WALL];
    return result;
}

time_t
time (time_t *now)
{
    time_t result = NEXT (time) (NULL) + seconds[WALL];

    if (now)
        *now = result;
    return result;
}
