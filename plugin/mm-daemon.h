/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The part of ModemManager that the plugin uses.
 *
 * ModemManager does not install headers for plugins, and its exported functions depend on the
 * release. Nothing about the daemon is therefore compiled in: every function is looked up by
 * name when the plugin is loaded, and the generation of the daemon is recognized by the
 * functions that it exports. Only mm-daemon*.c call the daemon.
 *
 * Names and semantics match those of src/mm-plugin.h, src/mm-base-modem.h,
 * src/mm-base-modem-at.h, src/mm-port-serial.h, src/mm-port-serial-at.h and src/mm-log.h in
 * ModemManager's source. */

#ifndef MM_DAEMON_H
#define MM_DAEMON_H

#include "mm-daemon-symbols.h"

/**
 * mm_daemon_get_plugin_major_version:
 *
 * Returns: the version of the plugin interface that the daemon requires.
 */
gint mm_daemon_get_plugin_major_version (void);

/**
 * mm_daemon_is_untried:
 *
 * Returns: whether the daemon is newer than any that was tried, and was accepted by the
 *   administrator.
 */
gboolean mm_daemon_is_untried (void);

/**
 * mm_daemon_allows_qcdm:
 *
 * Returns: whether the stock plugins that may probe an NL668 also probe for QCDM. It must not
 *   matter which plugin probes a port.
 */
gboolean mm_daemon_allows_qcdm (void);

/*****************************************************************************/
/* Plugins and the modems they create */

/* The device that a modem is created for. Members that this generation of the daemon does not
 * provide are NULL or 0. */
typedef struct {
    const gchar  *uid;
    const gchar  *physdev;
    const gchar **drivers;
    guint16       vendor;
    guint16       product;
    guint16       subsystem_vendor;
    guint16       subsystem_device;
    GList        *probes;
} MMDaemonDevice;

typedef MMBaseModem * (* MMDaemonCreateModem) (MMPlugin              *self,
                                               const MMDaemonDevice  *device,
                                               GError               **error);

/**
 * mm_daemon_plugin_register:
 * @type_name: the name of the new type.
 * @create_modem: creates the modems of its instances and, after mm_daemon_plugin_take_over (),
 *   those of the stock plugin and of the generic one.
 *
 * Must be called once.
 *
 * Returns: a new subclass of MMPlugin.
 */
GType mm_daemon_plugin_register (const gchar         *type_name,
                                 MMDaemonCreateModem  create_modem);

/**
 * mm_daemon_plugin_take_over:
 * @type_name: the name of a stock plugin's type.
 *
 * From now on, the modems of that plugin, and of the generic one, are created by the function that
 * was passed to mm_daemon_plugin_register (), unless the daemon is untried. Must be called once.
 *
 * Returns: %FALSE if no such plugin is loaded.
 */
gboolean mm_daemon_plugin_take_over (const gchar *type_name);

/**
 * mm_daemon_create_stock_modem:
 *
 * Creates the modem that @self would create if it was not taken over or, if @self is our plugin,
 * that the stock plugin would create, or the generic one if there is no stock plugin.
 *
 * Returns: (transfer full): the modem, whose plugin is @self, or NULL.
 */
MMBaseModem *mm_daemon_create_stock_modem (MMPlugin              *self,
                                           const MMDaemonDevice  *device,
                                           GError               **error);

/*****************************************************************************/
/* Modem */

/**
 * mm_daemon_find_at_ports:
 *
 * Returns: (transfer full) (element-type MMPortSerialAt): the AT ports.
 */
GList *mm_daemon_find_at_ports (MMBaseModem *modem);

/* The daemon counts how often a port has been opened. Reports on a closed port are lost. */
gboolean mm_daemon_port_open  (MMPortSerialAt  *port,
                               GError         **error);

/* Does nothing if the port was closed because its device is gone. */
void     mm_daemon_port_close (MMPortSerialAt  *port);

/* Whether it is used for a data connection. Its property "connected" announces that. */
gboolean mm_daemon_port_is_connected (MMPortSerialAt *port);

/**
 * mm_daemon_port_send_at_once:
 *
 * Makes the daemon write each command at once. By default, it waits for a millisecond after each
 * byte, which only slow UARTs need. Must not be called while a command is being sent, or the
 * daemon would send it again.
 */
void mm_daemon_port_send_at_once (MMPortSerialAt *port);

/* Replaces a handler with the same pattern. @user_data is freed with the port, or when the
 * handler is replaced. */
void mm_daemon_port_add_urc_handler (MMPortSerialAt  *port,
                                     GRegex          *regex,
                                     MMDaemonUrcFunc  callback,
                                     gpointer         user_data,
                                     GDestroyNotify   notify);

/* @command lacks the leading AT; @timeout is in seconds, from when it is sent. The port must be
 * open. */
void         mm_daemon_at_command        (MMBaseModem          *modem,
                                          const gchar          *command,
                                          guint                 timeout,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
const gchar *mm_daemon_at_command_finish (MMBaseModem          *modem,
                                          GAsyncResult         *res,
                                          GError              **error);

/* Like the D-Bus method SetCurrentModes(), with values of #MMModemMode */
void     mm_daemon_set_current_modes        (MMBaseModem          *modem,
                                             guint                 allowed,
                                             guint                 preferred,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean mm_daemon_set_current_modes_finish (MMBaseModem          *modem,
                                             GAsyncResult         *res,
                                             GError              **error);

/* Asks polkit whether the caller is authorized for firmware operations. If the daemon does not use
 * polkit, only root is. */
void     mm_daemon_authorize_firmware        (MMBaseModem            *modem,
                                              GDBusMethodInvocation  *invocation,
                                              GAsyncReadyCallback     callback,
                                              gpointer                user_data);
gboolean mm_daemon_authorize_firmware_finish (MMBaseModem            *modem,
                                              GAsyncResult           *res,
                                              GError                **error);

/*****************************************************************************/
/* The daemon's log */

typedef enum {
    MM_DAEMON_LOG_WARN,
    MM_DAEMON_LOG_INFO,
    MM_DAEMON_LOG_DEBUG,
    MM_DAEMON_LOG_LAST
} MMDaemonLog;

/* @modem may be NULL. */
void mm_daemon_log (MMBaseModem *modem,
                    MMDaemonLog  level,
                    const gchar *format,
                    ...) G_GNUC_PRINTF (3, 4);

#define mm_daemon_warn(modem, ...)  mm_daemon_log (modem, MM_DAEMON_LOG_WARN, __VA_ARGS__)
#define mm_daemon_info(modem, ...)  mm_daemon_log (modem, MM_DAEMON_LOG_INFO, __VA_ARGS__)
#define mm_daemon_debug(modem, ...) mm_daemon_log (modem, MM_DAEMON_LOG_DEBUG, __VA_ARGS__)

/* A #Nl668WarningFunc. Logs each @message only once, because any user can cause these warnings. */
void mm_daemon_warn_once (const gchar *message,
                          gpointer     user_data);

#endif /* MM_DAEMON_H */
