/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <glib.h>

/**
 * SimControlFuncs:
 * @request: a request was received; @text describes it on one line.
 * @write: @data is to be written to the port.
 * @reset: the host asked the module to reset.
 *
 * Callbacks of a diagnostics, QMI or MBIM port.
 */
typedef struct {
    void (* request) (guint         interface,
                      const gchar  *text,
                      gpointer      user_data);
    void (* write)   (guint         interface,
                      const guint8 *data,
                      gsize         length,
                      gpointer      user_data);
    void (* reset)   (gpointer      user_data);
} SimControlFuncs;

#endif /* SIM_CONTROL_H */
