/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <glib.h>

/**
 * SimControlFuncs:
 * @message: a request came, in words.
 * @send: @data is to be said on the port.
 * @restart: the module was told to restart.
 *
 * What the simulated side of a QMI or MBIM control port needs of its module.
 */
typedef struct {
    void (* message) (guint         interface,
                      const gchar  *text,
                      gpointer      user_data);
    void (* send)    (guint         interface,
                      const guint8 *data,
                      gsize         length,
                      gpointer      user_data);
    void (* restart) (gpointer      user_data);
} SimControlFuncs;

#endif /* SIM_CONTROL_H */
