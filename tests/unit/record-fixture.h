/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* One directory of records for all tests of a program: the environment is read
 * once. */

#ifndef RECORD_FIXTURE_H
#define RECORD_FIXTURE_H

#include "nl668-record.h"

#define IMEI  "864123456789012"
#define OTHER "864123456789013"

/* The parts of a good file */
#define HEAD "[Update]\nIMEI=" IMEI "\n"
#define S    "State=failed\n"
#define N    "Progress=5\nStarted=1\nFinished=2\n"

#define GOOD HEAD S N

typedef struct {
    gchar *top;
    /* In the top, and the directory of records in it */
    gchar *parent;
    gchar *directory;
    /* The record of IMEI, and what it becomes when it is set aside */
    gchar *path;
    gchar *bad_path;
    guint  n_warnings;
    gchar *last_warning;
} Fixture;

extern Fixture fixture;

void fixture_set_up    (void);
void fixture_tear_down (void);

/* Leaves no parent, or an empty directory */
void fixture_clean_up   (void);
void fixture_start_anew (void);

/* These are for the record of IMEI */
Nl668Record *fixture_load  (void);
void         fixture_save  (const Nl668Record *record);
void         fixture_write (const gchar       *contents,
                            gssize             length);

guint fixture_count_files (void);

/* The record is there, but not to be trusted */
void fixture_assert_set_aside (const gchar *reason);

/* Has everything */
Nl668Record *fixture_new_record (void);

void fixture_assert_equal (const Nl668Record *a,
                           const Nl668Record *b);

#endif /* RECORD_FIXTURE_H */
