/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Shared by nl668-properties.c, which says what an update is like, and nl668-properties-save.c,
 * which keeps it in the record. */

#ifndef NL668_PROPERTIES_INTERNAL_H
#define NL668_PROPERTIES_INTERNAL_H

#include "mm-daemon.h"
#include "nl668-interface.h"
#include "nl668-saved.h"
#include "nl668-state.h"

typedef struct _Nl668Properties Nl668Properties;

typedef struct {
    gchar          *imei;
    MMBaseModem    *modem;
    Nl668Interface *interface;
    gboolean        is_requested;
    /* The record says so already, but the module has not been told yet. */
    gboolean        is_about_to_request;
    gboolean        has_returned;
    Nl668Doubt      doubt;
    /* The update before this one, if it is tentative, until the module has accepted this one */
    Nl668Record    *last;
    Nl668Saved      saved;
    /* Why the record cannot be read, or NULL */
    GError         *unread;
    /* The progress in the record is out of date until this timeout. */
    guint           save_id;
    /* Changes that are undone if they cannot be written, which is not known yet */
    guint           n_uncertain;
    /* The record could not be written. */
    gboolean        is_failing;
} Nl668PropertiesPrivate;

Nl668PropertiesPrivate *nl668_properties_get_private (Nl668Properties *self);

#define IFACE(self) NL668_MODEM_FIRMWARE_UPDATE (self)
#define PRIV(self)  nl668_properties_get_private (self)

/* Announces the properties, at once if what was saved before is on disk. */
void nl668_properties_show (Nl668Properties *self);

/* Writes the record, and then announces the properties. */
void nl668_properties_save (Nl668Properties *self);

/* The same, but the record is written later. */
void nl668_properties_save_soon (Nl668Properties *self);

/* In seconds since the epoch */
guint64 nl668_properties_get_time (void);

void nl668_properties_log_state (Nl668Properties *self,
                                 Nl668State       before);

#endif /* NL668_PROPERTIES_INTERNAL_H */
