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
    SIM_FRAMING_CRLF,
    SIM_FRAMING_CRCRLF,
    SIM_FRAMING_CR,
    SIM_FRAMING_LF
} SimFraming;

typedef enum {
    SIM_INSTALL_PACKAGE,
    SIM_INSTALL_SAME,
    SIM_INSTALL_EDL,
    SIM_INSTALL_OTHER,
    SIM_INSTALL_GONE
} SimInstall;

typedef struct {
    guint vendor;
    guint product;
} SimUsbId;

/**
 * SimConfig:
 *
 * @port: the number of its USB port; not a key.
 * @interfaces: mask of USB interface numbers; 0: those of @composition.
 * @hints: whether udev rules define the port types.
 * @mbimex: whether MBIM supports MBIMEx 2.0, which ModemManager requires to set
 * modes.
 * @refuse_modes: how many times setting modes fails, on both QMI and MBIM: `no`,
 * `yes` for always, or a number.
 * @registration: the network that the module finds if all modes are allowed.
 * @coverage: mask of the networks it finds otherwise; 0: always @registration.
 * @reacquire: how long the module is without network after its modes were changed; 0:
 * it is on the new network at once.
 * @reacquire_after: how long it stays on the old network before.
 * @acquisition: whether QMI reports and accepts an acquisition order.
 * @report: mask of the interfaces on which updates are reported; 0: the first
 * AT port.
 * @framing: the line break before and after a report.
 * @fragment: size of the pieces in which URCs are written; 0: not split.
 * @pace: minimum time between two percentages of a download.
 * @start: whether the start of a download is reported.
 * @percentages: whether the progress of a download is reported.
 * @stall: percentage at which a download stops for good; -1: never.
 * @unplug: percentage at which the module leaves the bus; -1: never.
 * @restart_after: time from the end of the download to the first restart, and
 * between restarts.
 * @away: time off the bus during a restart.
 * @restarts: number of restarts during an installation.
 * @revisions: what it runs after each restart of an installation, the last one for
 * good, instead of what the package says; %NULL: as the package says, after the last
 * restart.
 * @install: what an installation ends with. With `edl` and `other` the module is
 * something else after the last restart.
 * @other_id: what it is then with `other`.
 * @other_for: time after which it is itself again, with the new firmware; 0: never.
 * @new_id: its USB id after an installation, with a vendor of 0 as before. If this
 * does not have the composition, the module has AT ports only.
 * @new_port: the number of its USB port after an installation; 0: as before.
 *
 * The keys of a module. Times are in milliseconds.
 */
typedef struct {
    guint      port;
    SimUsbId   id;
    gchar     *imei;
    guint      composition;
    guint      interfaces;
    gboolean   hints;
    gboolean   mbimex;
    guint      refuse_modes;
    gboolean   plugged;
    gchar     *model;
    gchar     *revision;
    guint      registration;
    guint      coverage;
    guint      card;
    guint      fota;
    gboolean   callbreak;
    gboolean   gprsfirst;
    gboolean   gtset_read;
    gboolean   acquisition;
    guint      reacquire;
    guint      reacquire_after;
    guint      download;
    guint      report;
    guint      framing;
    guint      fragment;
    guint      pace;
    gboolean   start;
    gboolean   percentages;
    gint       stall;
    gint       unplug;
    guint      restart_after;
    guint      away;
    guint      restarts;
    gchar    **revisions;
    guint      install;
    SimUsbId   other_id;
    guint      other_for;
    SimUsbId   new_id;
    guint      new_port;
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
 * sim_config_take_refusal:
 *
 * Returns: whether modes are to be refused this time, according to @refuse_modes.
 */
gboolean sim_config_take_refusal (SimConfig *self);

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
