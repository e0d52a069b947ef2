/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Two directories of package files, and the warnings about them */

#ifndef PACKAGE_DIRECTORIES_H
#define PACKAGE_DIRECTORIES_H

#include "nl668-package-files.h"

typedef struct {
    gchar             *top;
    gchar             *etc;
    gchar             *usr;
    Nl668PackageFiles *files;
    /* Of the last load */
    GPtrArray         *warnings;
} Fixture;

void fixture_set_up    (Fixture       *self,
                        gconstpointer  user_data);
void fixture_tear_down (Fixture       *self,
                        gconstpointer  user_data);

/* Loads @files; by default, both directories and one that does not exist. */
GPtrArray *load (Fixture *self);

/* Replace a file. A @length of -1 is that of a string. */
void write_bytes (const gchar *path,
                  const gchar *contents,
                  gssize       length,
                  gint         mode);
void write_file  (const gchar *directory,
                  const gchar *name,
                  const gchar *contents,
                  gint         mode);

void assert_warned_once (Fixture     *self,
                         const gchar *path,
                         const gchar *what);

/* The package at the index, which must have that id */
const Nl668Package *get_package (GPtrArray   *packages,
                                 guint        i,
                                 const gchar *id);

#endif /* PACKAGE_DIRECTORIES_H */
