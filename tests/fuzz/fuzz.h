/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What hostile input is tried on. libFuzzer calls each target with what it
 * makes up; without libFuzzer, driver.c calls it with the corpus. A target
 * aborts if something that must always be so is not. */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/**
 * fuzz_build_settings:
 * @data: lines of the form "key type value". A type s has a string, b, u and t
 *  a number, v anything in GVariant's text format.
 *
 * Returns: (transfer full): an a{sv} of all lines that have that form. Keys may
 *  be there twice, like on the bus.
 */
GVariant *fuzz_build_settings (const guint8 *data,
                               gsize         size);

/**
 * fuzz_disguise:
 * @escape: what begins an escape in @secret.
 * @length: how many characters belong to it, all of which are left as they are.
 *
 * Returns: (transfer full): @secret with other letters and digits. Nothing that
 *  is told of one of them may tell it from the other.
 */
gchar *fuzz_disguise (const gchar *secret,
                      gchar        escape,
                      gsize        length);

/* It is one line that a terminal can show */
void fuzz_assert_message (const gchar *message);

#endif /* FUZZ_H */
