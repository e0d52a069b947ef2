/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Fuzz targets. libFuzzer calls each target with generated input, driver.c with the
 * files of its corpus. A target aborts if an invariant is violated. */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/**
 * fuzz_build_settings:
 * @data: lines of the form "key type value". The value is a string for type s, a
 *  number for b, u and t, and any GVariant in text format for v.
 *
 * Returns: (transfer full): an a{sv} of all valid lines. It may contain a key more
 *  than once, like on D-Bus.
 */
GVariant *fuzz_build_settings (const guint8 *data,
                               gsize         size);

/**
 * fuzz_disguise:
 * @escape: the character that starts an escape sequence in @secret.
 * @length: the length of escape sequences, which are not changed.
 *
 * Returns: (transfer full): @secret with different letters and digits. If it causes
 *  a different message than @secret, the message discloses the secret.
 */
gchar *fuzz_disguise (const gchar *secret,
                      gchar        escape,
                      gsize        length);

/* Asserts that @message is one line without control characters */
void fuzz_assert_message (const gchar *message);

#endif /* FUZZ_H */
