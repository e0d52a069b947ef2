/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_CONFIG_H
#define SIM_CONFIG_H

#include <glib.h>

/* USB interface numbers are 0 to SIM_MAX_INTERFACES - 1 */
#define SIM_MAX_INTERFACES 8

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
 * @interfaces: mask of USB interface numbers; 0: those of @composition.
 * @hints: whether udev rules define the port types.
 * @mbimex: whether MBIM supports MBIMEx 2.0, which ModemManager requires to set
 * modes.
 * @refuse_modes: whether setting modes fails, on both QMI and MBIM.
 * @registration: the network that the module finds if all modes are allowed.
 * @coverage: mask of the networks it finds otherwise; 0: always @registration.
 * @acquisition: whether QMI reports and accepts an acquisition order.
 * @report: mask of the interfaces on which updates are reported; 0: the first
 * AT port.
 * @fragment: size of the pieces in which URCs are written; 0: not split.
 * @pace: minimum time between two percentages of a download.
 * @start: whether the start of a download is reported.
 * @stall: percentage at which a download stops for good; -1: never.
 * @unplug: percentage at which the module leaves the bus; -1: never.
 * @restart_after: time from the end of the download to the first restart, and
 * between restarts.
 * @away: time off the bus during a restart.
 * @restarts: number of restarts during an installation.
 *
 * The keys of a module. Times are in milliseconds.
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
    gchar   *model;
    gchar   *revision;
    guint    registration;
    guint    coverage;
    guint    card;
    guint    fota;
    gboolean callbreak;
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
 * @number: the number of the module, which determines its default IMEI.
 * @text: `key=value,key=value…`; may be empty.
 *
 * Returns: (transfer full): the keys of a module, or %NULL with @error set.
 */
SimConfig *sim_config_new  (guint         number,
                            const gchar  *text,
                            GError      **error);
void       sim_config_free (SimConfig    *self);

/**
 * sim_config_change:
 * @assignment: `key=value`. Fails for keys that can only be set when the module
 * is added.
 */
gboolean sim_config_change (SimConfig    *self,
                            const gchar  *assignment,
                            GError      **error);

/**
 * sim_config_install:
 * @package: the beginning of a package.
 *
 * Changes the revision to that of the package, if it contains one.
 */
void sim_config_install (SimConfig   *self,
                         const gchar *package);

/**
 * sim_parse_number:
 *
 * Returns: whether @text consists of digits only and is a number from @min to
 * @max.
 */
gboolean sim_parse_number (const gchar *text,
                           guint        min,
                           guint        max,
                           guint       *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimConfig, sim_config_free)

#endif /* SIM_CONFIG_H */
