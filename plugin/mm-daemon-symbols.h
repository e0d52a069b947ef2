/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The functions of the daemon, looked up by name when the plugin is loaded. Only mm-daemon*.c
 * call them. */

#ifndef MM_DAEMON_SYMBOLS_H
#define MM_DAEMON_SYMBOLS_H

#include <gio/gio.h>

typedef struct _MMPlugin       MMPlugin;
typedef struct _MMBaseModem    MMBaseModem;
typedef struct _MMPortSerialAt MMPortSerialAt;

/* src/mm-port-serial-at.h. Must not close the port, or destroy the port or the modem: the daemon
 * is still reading from it. */
typedef void (* MMDaemonUrcFunc) (MMPortSerialAt *port,
                                  GMatchInfo     *match_info,
                                  gpointer        user_data);

/* The only structure of the daemon that the plugin knows: src/mm-plugin.h */
typedef struct {
    GObjectClass  parent;
    GCallback     create_modem;
    GCallback     grab_port;
} MMPluginClass;

/* Releases of the daemon in which the functions differ */
typedef enum {
    MM_DAEMON_1_20,
    MM_DAEMON_1_22,
    MM_DAEMON_1_24,
    MM_DAEMON_1_26,
} MMDaemonGeneration;

typedef struct {
    MMDaemonGeneration generation;

    /* Whether it is newer than any that was tried, and was accepted by the administrator */
    gboolean is_untried;

    /* Whether it was built with polkit */
    gboolean uses_polkit;

    /* src/mm-plugin.h, src/mm-port-probe.h */
    GType         (* plugin_get_type) (void);
    const gchar * (* plugin_get_name) (MMPlugin *self);
    gboolean      (* has_qmi_port)    (GList *probes);
    gboolean      (* has_mbim_port)   (GList *probes);

    /* src/mm-broadband-modem.h and its QMI and MBIM variants, which may be NULL. The parameters
     * depend on the generation. */
    GCallback broadband_modem_new;
    GCallback broadband_modem_qmi_new;
    GCallback broadband_modem_mbim_new;

    /* src/mm-base-modem.h, src/mm-base-modem-at.h, src/mm-iface-modem.h */
    GList *       (* find_ports)               (MMBaseModem          *modem,
                                                gint                  subsystem,
                                                gint                  type);
    void          (* at_command)               (MMBaseModem          *modem,
                                                const gchar          *command,
                                                guint                 timeout,
                                                gboolean              allow_cached,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
    const gchar * (* at_command_finish)        (MMBaseModem          *modem,
                                                GAsyncResult         *res,
                                                GError              **error);
    void          (* set_current_modes)        (MMBaseModem          *modem,
                                                guint                 allowed,
                                                guint                 preferred,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
    gboolean      (* set_current_modes_finish) (MMBaseModem          *modem,
                                                GAsyncResult         *res,
                                                GError              **error);

    /* src/mm-base-modem.h; since 1.26, src/mm-iface-auth.h */
    void     (* authorize)        (gpointer                modem,
                                   GDBusMethodInvocation  *invocation,
                                   const gchar            *authorization,
                                   GAsyncReadyCallback     callback,
                                   gpointer                user_data);
    gboolean (* authorize_finish) (gpointer                modem,
                                   GAsyncResult           *res,
                                   GError                **error);

    /* src/mm-context.h; may be NULL */
    gboolean (* get_test_session) (void);

    /* src/mm-port-serial.h, src/mm-port-serial-at.h */
    gboolean (* port_open)       (MMPortSerialAt   *port,
                                  GError          **error);
    void     (* port_close)      (MMPortSerialAt   *port);
    gboolean (* port_is_open)    (MMPortSerialAt   *port);
    void     (* add_urc_handler) (MMPortSerialAt   *port,
                                  GRegex           *regex,
                                  MMDaemonUrcFunc   callback,
                                  gpointer          user_data,
                                  GDestroyNotify    notify);

    /* src/mm-log.h */
    void (* log) (gpointer     object,
                  const gchar *module,
                  const gchar *location,
                  const gchar *function,
                  guint32      level,
                  const gchar *format,
                  ...) G_GNUC_PRINTF (6, 7);
} MMDaemonSymbols;

extern MMDaemonSymbols mm;

/**
 * mm_daemon_bind:
 *
 * Sets #mm. Must be called before anything in mm-daemon.h.
 *
 * Returns: (transfer none) (nullable): NULL on success, or the reason why the plugin cannot work
 *   in this program, valid until the plugin is unloaded.
 */
const gchar *mm_daemon_bind (void);

#endif /* MM_DAEMON_SYMBOLS_H */
