/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A directory for records, shared by all tests of a program because the environment variable
 * that names it is read once */

#ifndef RECORD_FIXTURE_H
#define RECORD_FIXTURE_H

#include "nl668-record.h"

#define IMEI  "864123456789012"
#define OTHER "864123456789013"

/* A valid file, and its parts */
#define HEAD    "[Update]\nIMEI=" IMEI "\n"
#define STATE   "State=failed\n"
#define NUMBERS "Progress=5\nStarted=1\nFinished=2\n"
#define GOOD    HEAD STATE NUMBERS

typedef struct {
    gchar *top;
    /* In the top directory, and the directory of the records in it */
    gchar *parent;
    gchar *directory;
    /* The record of IMEI, and its new name if it is invalid */
    gchar *path;
    gchar *bad_path;
    guint  n_warnings;
    gchar *last_warning;
} Fixture;

extern Fixture fixture;

void fixture_set_up    (void);
void fixture_tear_down (void);

/* Remove the parent, or empty the directory; and forget the warnings */
void fixture_remove_directory (void);
void fixture_reset            (void);

/* Load and save the record of IMEI, or write its file */
Nl668Record *fixture_load  (void);
void         fixture_save  (const Nl668Record *record);
gboolean     fixture_try_to_save (const Nl668Record  *record,
                                  GError            **error);
void         fixture_write (const gchar       *contents,
                            gssize             length);

guint fixture_count_files (void);

/* The record is rejected and renamed, with a warning that contains @reason. */
void fixture_assert_set_aside (const gchar *reason);

/* Returns: (transfer full): a record without an empty field */
Nl668Record *fixture_new_record (void);

void fixture_assert_equal (const Nl668Record *a,
                           const Nl668Record *b);

#endif /* RECORD_FIXTURE_H */
