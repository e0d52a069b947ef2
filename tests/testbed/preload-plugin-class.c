/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Preloaded into the stock daemon. Makes the class structure of plugins larger, like
 * in a version of ModemManager with another virtual function. */

#include <config.h>

#include <dlfcn.h>

#include <glib-object.h>

GType
g_type_register_static_simple (GType             parent_type,
                               const gchar      *type_name,
                               guint             class_size,
                               GClassInitFunc    class_init,
                               guint             instance_size,
                               GInstanceInitFunc instance_init,
                               GTypeFlags        flags)
{
    static GType (* original) (GType, const gchar *, guint, GClassInitFunc, guint,
                               GInstanceInitFunc, GTypeFlags);

    if (!original)
        *(gpointer *) &original = dlsym (RTLD_NEXT, "g_type_register_static_simple");

    if (g_str_equal (type_name, "MMPlugin") || g_str_equal (g_type_name (parent_type), "MMPlugin"))
        class_size += sizeof (gpointer);
    return original (parent_type, type_name, class_size, class_init, instance_size, instance_init,
                     flags);
}
