/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_CONFIG_H
#define SIM_CONFIG_H

#include <glib.h>

/* USB interface numbers are 0 to SIM_INTERFACES - 1 */
#define SIM_INTERFACES 8

typedef enum {
    SIM_REGISTRATION_NONE,
    SIM_REGISTRATION_GSM,
    SIM_REGISTRATION_UMTS,
    SIM_REGISTRATION_LTE
} SimRegistration;

typedef enum {
    SIM_CARD_READY,
    SIM_CARD_PIN,
    SIM_CARD_MISSING
} SimCard;

typedef enum {
    SIM_COMPOSITION_AT,
    SIM_COMPOSITION_QMI,
    SIM_COMPOSITION_ECM,
    SIM_COMPOSITION_MBIM
} SimComposition;

typedef enum {
    SIM_FOTA_NONE,
    SIM_FOTA_HTTP,
    SIM_FOTA_HTTP_FTP
} SimFota;

typedef enum {
    SIM_DOWNLOAD_REAL,
    SIM_DOWNLOAD_MANUAL
} SimDownloadMode;

typedef enum {
    SIM_INSTALL_PACKAGE,
    SIM_INSTALL_SAME,
    SIM_INSTALL_EDL,
    SIM_INSTALL_GONE
} SimInstall;

/**
 * SimConfig:
 *
 * The keys of one module. Times are in milliseconds; @interfaces and @report
 * are bit masks of USB interface numbers; @stall and @unplug are -1 for never.
 *
 * @interfaces is what @composition says unless it is given. With @hints the udev
 * rules tell what the ports are for.
 *
 * @mbimex: whether the MBIM function knows MBIMEx 2.0, by which the daemon sets
 * modes; QMI can always. With @refuse_modes neither takes any.
 *
 * @registration is the network that the module finds by itself. With @coverage,
 * a bit mask of SimRegistration, it finds another one where AT+GTRAT holds it to
 * a technology: that one if there is such a network, or none.
 *
 * @acquisition: whether QMI tells in which order networks are looked for.
 */
typedef struct {
    guint    vendor;
    guint    product;
    gchar   *imei;
    guint    composition;
    guint    interfaces;
    gboolean hints;
    gboolean mbimex;
    gboolean refuse_modes;
    gboolean plugged;
    gchar   *manufacturer;
    gchar   *model;
    gchar   *revision;
    guint    registration;
    guint    coverage;
    guint    card;
    guint    fota;
    gboolean gprsfirst;
    gboolean gtset_read;
    gboolean acquisition;
    guint    download;
    guint    report;
    guint    fragment;
    guint    pace;
    gboolean start;
    gint     stall;
    gint     unplug;
    guint    restart_after;
    guint    away;
    guint    restarts;
    guint    install;
} SimConfig;

/**
 * sim_config_new:
 * @number: the number of the module, which makes its IMEI its own.
 * @text: `key=value,key=value…`, may be empty.
 *
 * Returns: (transfer full): the keys of a module, or %NULL with @error set.
 */
SimConfig *sim_config_new  (guint         number,
                            const gchar  *text,
                            GError      **error);
void       sim_config_free (SimConfig    *self);

/**
 * sim_config_change:
 * @assignment: `key=value`; a key that belongs to `add` is refused.
 */
gboolean sim_config_change (SimConfig    *self,
                            const gchar  *assignment,
                            GError      **error);

/**
 * sim_config_install:
 * @package: the beginning of a package.
 *
 * Takes the revision that the package names; stays with the old one if it
 * names none.
 */
void sim_config_install (SimConfig   *self,
                         const gchar *package);

/**
 * sim_parse_number:
 *
 * Returns: whether @text is a number from @min to @max, of digits alone.
 */
gboolean sim_parse_number (const gchar *text,
                           guint        min,
                           guint        max,
                           guint       *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimConfig, sim_config_free)

#endif /* SIM_CONFIG_H */
