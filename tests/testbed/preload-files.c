/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded into the stock daemon. Logs its file operations in the directory of the records,
 * and has one of them fail, take long or be the last one, as testbed/files.py says.
 *
 * A rule is one line of a file that may be replaced at any time:
 *
 *     SERIAL ACTION OPERATION NUMBER VALUE
 *
 * The operations are counted anew with each serial number. An operation may have several names
 * in the C library, such as open() and openat64(). */

#include <config.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_SIZE 512

/* What happens to an operation, if it is not an error number */
#define NOTHING     0
#define KILL_AFTER -1
#define SHORTEN    -2

typedef struct {
    int  serial;
    char action[16];
    char operation[16];
    int  number;
    int  value;
} Rule;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *directory;
static const char *rule_path;
static const char *log_path;

__attribute__ ((constructor)) static void
load_paths (void)
{
    directory = getenv ("FIBOCOM_NL668_STATE_DIR");
    log_path = getenv ("TEST_FILES_LOG");
    rule_path = getenv ("TEST_FILES_RULE");
}

/*****************************************************************************/
/* Paths. System calls, as the functions are those of this file, or of umockdev. */

/* Returns the name in the directory of the records, "." for itself, or NULL */
static const char *
get_name (const char *path)
{
    size_t length = directory && rule_path ? strlen (directory) : 0;

    if (!length || strncmp (path, directory, length) != 0)
        return NULL;
    if (path[length] == '\0')
        return ".";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *
get_name_of_fd (int   fd,
                char *buffer)
{
    char link[64];
    long size;

    snprintf (link, sizeof (link), "/proc/self/fd/%d", fd);
    size = syscall (SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
    if (size < 0)
        return NULL;
    buffer[size] = '\0';
    return get_name (buffer);
}

static const char *
get_name_at (int         fd,
             const char *path,
             char       *buffer)
{
    if (*path == '/')
        return get_name (path);
    if (fd == AT_FDCWD)
        return NULL;
    if (!get_name_of_fd (fd, buffer) || *path == '\0')
        return get_name_of_fd (fd, buffer);
    strncat (buffer, "/", PATH_MAX - 1 - strlen (buffer));
    strncat (buffer, path, PATH_MAX - 1 - strlen (buffer));
    return get_name (buffer);
}

/*****************************************************************************/
/* Rule and log */

static int
read_rule (Rule *rule)
{
    char text[LINE_MAX_SIZE] = "";
    int  fd;

    fd = (int) syscall (SYS_openat, AT_FDCWD, rule_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    syscall (SYS_read, fd, text, sizeof (text) - 1);
    syscall (SYS_close, fd);
    return sscanf (text, "%d %15s %15s %d %d", &rule->serial, rule->action, rule->operation,
                   &rule->number, &rule->value) == 5;
}

static void
append_to_log (const Rule *rule,
               char        mark,
               const char *operation,
               const char *name,
               int         value)
{
    struct timespec now;
    char            line[LINE_MAX_SIZE];
    int             fd, size;

    clock_gettime (CLOCK_MONOTONIC, &now);
    size = snprintf (line, sizeof (line), "%d %ld.%06ld %c %s %s %d\n", rule->serial,
                     (long) now.tv_sec, now.tv_nsec / 1000, mark, operation, name, value);
    fd = (int) syscall (SYS_openat, AT_FDCWD, log_path,
                        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    syscall (SYS_write, fd, line, size);
    syscall (SYS_close, fd);
}

static void
end_process (void)
{
    syscall (SYS_kill, getpid (), SIGKILL);
    for (;;)
        pause ();
}

/* Whether the rule applies to this operation */
static int
count (const Rule *rule,
       const char *operation)
{
    static int serial;
    static int number;
    int        applies;

    pthread_mutex_lock (&mutex);
    if (rule->serial != serial) {
        serial = rule->serial;
        number = 0;
    }
    if (strcmp (rule->operation, "any") != 0 && strcmp (rule->operation, operation) != 0)
        applies = 0;
    else {
        number++;
        /* 0 is each of them */
        applies = !rule->number || rule->number == number;
    }
    pthread_mutex_unlock (&mutex);
    return applies;
}

static int
begin (const char *operation,
       const char *name)
{
    Rule rule;

    if (!name || !read_rule (&rule))
        return NOTHING;
    if (!count (&rule, operation)) {
        append_to_log (&rule, '>', operation, name, 0);
        return NOTHING;
    }
    append_to_log (&rule, '!', operation, name, 0);
    if (strcmp (rule.action, "kill-before") == 0)
        end_process ();
    if (strcmp (rule.action, "delay") == 0)
        nanosleep (&(struct timespec) { .tv_sec = rule.value / 1000,
                                        .tv_nsec = rule.value % 1000 * 1000000L }, NULL);
    if (strcmp (rule.action, "kill-after") == 0)
        return KILL_AFTER;
    if (strcmp (rule.action, "shorten") == 0)
        return SHORTEN;
    return strcmp (rule.action, "fail") == 0 ? rule.value : NOTHING;
}

static void
end (const char *operation,
     const char *name,
     int         verdict,
     int         failed)
{
    int  number = errno;
    Rule rule;

    if (verdict == KILL_AFTER)
        end_process ();
    if (name && read_rule (&rule))
        append_to_log (&rule, '<', operation, name, failed ? number : 0);
    errno = number;
}

/*****************************************************************************/
/* Operations */

#define CALL_NEXT(function, ...)                                        \
    ({                                                                  \
        static __typeof__ (function) *next_;                            \
                                                                        \
        if (!next_)                                                     \
            *(void **) &next_ = dlsym (RTLD_NEXT, #function);           \
        next_ (__VA_ARGS__);                                            \
    })

/* Runs a call that returns @failed on failure, unless it is to fail */
#define RUN(operation, name, failed, call)                              \
    ({                                                                  \
        const char           *name_ = (name);                           \
        int                   verdict_ = begin (operation, name_);      \
        __typeof__ (failed)   result_ = (failed);                       \
                                                                        \
        if (verdict_ > 0)                                               \
            errno = verdict_;                                           \
        else                                                            \
            result_ = (call);                                           \
        end (operation, name_, verdict_, result_ == (failed));          \
        result_;                                                        \
    })

static mode_t
get_mode (int     flags,
          va_list arguments)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg (arguments, mode_t) : 0;
}

#define DEFINE_OPEN(function)                                                                   \
    int                                                                                         \
    function (const char *path, int flags, ...)                                                 \
    {                                                                                           \
        va_list arguments;                                                                      \
        mode_t  mode;                                                                           \
                                                                                                \
        va_start (arguments, flags);                                                            \
        mode = get_mode (flags, arguments);                                                     \
        va_end (arguments);                                                                     \
        return RUN ("open", get_name (path), -1, CALL_NEXT (function, path, flags, mode));      \
    }

#define DEFINE_OPENAT(function)                                                                 \
    int                                                                                         \
    function (int fd, const char *path, int flags, ...)                                         \
    {                                                                                           \
        char    buffer[PATH_MAX];                                                               \
        va_list arguments;                                                                      \
        mode_t  mode;                                                                           \
                                                                                                \
        va_start (arguments, flags);                                                            \
        mode = get_mode (flags, arguments);                                                     \
        va_end (arguments);                                                                     \
        return RUN ("open", get_name_at (fd, path, buffer), -1,                                 \
                    CALL_NEXT (function, fd, path, flags, mode));                               \
    }

/* Functions of a path, of a file descriptor, and of a path in a directory */
#define ON_PATH(operation, type, function, failed, parameters, ...)                             \
    type                                                                                        \
    function parameters                                                                         \
    {                                                                                           \
        return RUN (operation, get_name (path), failed, CALL_NEXT (function, __VA_ARGS__));     \
    }

#define ON_FD(operation, type, function, failed, parameters, ...)                               \
    type                                                                                        \
    function parameters                                                                         \
    {                                                                                           \
        char buffer[PATH_MAX];                                                                  \
                                                                                                \
        return RUN (operation, get_name_of_fd (fd, buffer), failed,                             \
                    CALL_NEXT (function, __VA_ARGS__));                                         \
    }

#define ON_PATH_AT(operation, type, function, failed, parameters, ...)                          \
    type                                                                                        \
    function parameters                                                                         \
    {                                                                                           \
        char buffer[PATH_MAX];                                                                  \
                                                                                                \
        return RUN (operation, get_name_at (fd, path, buffer), failed,                          \
                    CALL_NEXT (function, __VA_ARGS__));                                         \
    }

/* Reads or writes, of which a part may be done */
#define ON_DATA(operation, function, parameters, ...)                                           \
    ssize_t                                                                                     \
    function parameters                                                                         \
    {                                                                                           \
        char buffer[PATH_MAX];                                                                  \
                                                                                                \
        return RUN (operation, get_name_of_fd (fd, buffer), (ssize_t) -1,                       \
                    (size = verdict_ == SHORTEN ? (size + 1) / 2 : size,                        \
                     CALL_NEXT (function, __VA_ARGS__)));                                       \
    }

/* Those that the C library checks at run time have no declaration. */
extern int __open_2 (const char *path, int flags);
extern int __open64_2 (const char *path, int flags);
extern int __openat_2 (int fd, const char *path, int flags);
extern int __openat64_2 (int fd, const char *path, int flags);
extern ssize_t __read_chk (int fd, void *data, size_t size, size_t data_size);

DEFINE_OPEN (open)
DEFINE_OPEN (open64)
DEFINE_OPENAT (openat)
DEFINE_OPENAT (openat64)
ON_PATH ("open", int, __open_2, -1, (const char *path, int flags), path, flags)
ON_PATH ("open", int, __open64_2, -1, (const char *path, int flags), path, flags)
ON_PATH_AT ("open", int, __openat_2, -1, (int fd, const char *path, int flags), fd, path, flags)
ON_PATH_AT ("open", int, __openat64_2, -1, (int fd, const char *path, int flags), fd, path, flags)
ON_PATH ("open", int, creat, -1, (const char *path, mode_t mode), path, mode)
ON_PATH ("open", int, creat64, -1, (const char *path, mode_t mode), path, mode)
ON_PATH ("open", int, mkstemp, -1, (char *path), path)
ON_PATH ("open", int, mkstemp64, -1, (char *path), path)
ON_PATH ("open", int, mkostemp, -1, (char *path, int flags), path, flags)
ON_PATH ("open", int, mkostemp64, -1, (char *path, int flags), path, flags)

ON_DATA ("read", read, (int fd, void *data, size_t size), fd, data, size)
ON_DATA ("read", __read_chk, (int fd, void *data, size_t size, size_t data_size),
         fd, data, size, data_size)
ON_DATA ("write", write, (int fd, const void *data, size_t size), fd, data, size)
ON_DATA ("write", pwrite, (int fd, const void *data, size_t size, off_t offset),
         fd, data, size, offset)
ON_DATA ("write", pwrite64, (int fd, const void *data, size_t size, off64_t offset),
         fd, data, size, offset)

ON_PATH ("chmod", int, chmod, -1, (const char *path, mode_t mode), path, mode)
ON_FD ("chmod", int, fchmod, -1, (int fd, mode_t mode), fd, mode)
ON_PATH_AT ("chmod", int, fchmodat, -1, (int fd, const char *path, mode_t mode, int flags),
            fd, path, mode, flags)

ON_FD ("fsync", int, fsync, -1, (int fd), fd)
ON_FD ("fsync", int, fdatasync, -1, (int fd), fd)

ON_PATH ("rename", int, rename, -1, (const char *path, const char *other), path, other)
ON_PATH_AT ("rename", int, renameat, -1,
            (int fd, const char *path, int other_fd, const char *other), fd, path, other_fd, other)
ON_PATH_AT ("rename", int, renameat2, -1,
            (int fd, const char *path, int other_fd, const char *other, unsigned int flags),
            fd, path, other_fd, other, flags)

ON_PATH ("unlink", int, unlink, -1, (const char *path), path)
ON_PATH ("unlink", int, remove, -1, (const char *path), path)
ON_PATH_AT ("unlink", int, unlinkat, -1, (int fd, const char *path, int flags), fd, path, flags)

ON_PATH ("stat", int, stat, -1, (const char *path, struct stat *status), path, status)
ON_PATH ("stat", int, stat64, -1, (const char *path, struct stat64 *status), path, status)
ON_PATH ("stat", int, lstat, -1, (const char *path, struct stat *status), path, status)
ON_PATH ("stat", int, lstat64, -1, (const char *path, struct stat64 *status), path, status)
ON_FD ("stat", int, fstat, -1, (int fd, struct stat *status), fd, status)
ON_FD ("stat", int, fstat64, -1, (int fd, struct stat64 *status), fd, status)
ON_PATH_AT ("stat", int, fstatat, -1,
            (int fd, const char *path, struct stat *status, int flags), fd, path, status, flags)
ON_PATH_AT ("stat", int, fstatat64, -1,
            (int fd, const char *path, struct stat64 *status, int flags), fd, path, status, flags)
ON_PATH_AT ("stat", int, statx, -1,
            (int fd, const char *path, int flags, unsigned int mask, struct statx *status),
            fd, path, flags, mask, status)
ON_PATH ("stat", int, access, -1, (const char *path, int mode), path, mode)

ON_PATH ("mkdir", int, mkdir, -1, (const char *path, mode_t mode), path, mode)
ON_PATH_AT ("mkdir", int, mkdirat, -1, (int fd, const char *path, mode_t mode), fd, path, mode)

ON_PATH ("opendir", DIR *, opendir, (DIR *) NULL, (const char *path), path)
ON_FD ("opendir", DIR *, fdopendir, (DIR *) NULL, (int fd), fd)

/* Like that of the kernel, it closes the file descriptor even if it fails. */
int
close (int fd)
{
    char        buffer[PATH_MAX];
    const char *name = get_name_of_fd (fd, buffer);
    int         verdict = begin ("close", name);
    int         result = CALL_NEXT (close, fd);

    if (verdict > 0) {
        errno = verdict;
        result = -1;
    }
    end ("close", name, verdict, result < 0);
    return result;
}
