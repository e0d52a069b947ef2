/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The slice of ModemManager that this plugin uses.
 *
 * ModemManager installs no headers for plugins, and what it exports differs
 * from one release to the next. So nothing of it is compiled in: every function
 * is looked up by name when the plugin is loaded, and the generation of the
 * daemon is told by what it exports. Nothing outside of mm-daemon.c calls the
 * daemon.
 *
 * Names and meanings are those of src/mm-plugin.h, src/mm-base-modem.h,
 * src/mm-base-modem-at.h, src/mm-port-serial.h, src/mm-port-serial-at.h and
 * src/mm-log.h in ModemManager's source. */

#ifndef MM_DAEMON_H
#define MM_DAEMON_H

#include <gio/gio.h>

typedef struct _MMPlugin       MMPlugin;
typedef struct _MMBaseModem    MMBaseModem;
typedef struct _MMPortSerialAt MMPortSerialAt;

/* Terminated by a pair with l == 0; the value of "allowed-product-ids" */
typedef struct {
    guint16 l;
    guint16 r;
} mm_uint16_pair;

/**
 * mm_daemon_bind:
 *
 * Looks up what the plugin needs; to be called before anything else here.
 *
 * Returns: (nullable): NULL, or one sentence on why this program cannot be
 *   served. It is good until the plugin is unloaded.
 */
const gchar *mm_daemon_bind (void);

/**
 * mm_daemon_get_plugin_major_version:
 *
 * Returns: the plugin interface version that this daemon asks for.
 */
gint mm_daemon_get_plugin_major_version (void);

/**
 * mm_daemon_allows_qcdm:
 *
 * Returns: whether the stock plugins that an NL668 has to do with take a port that
 * answers no AT commands for one of diagnostics, and leave it alone. It shall not
 * matter which plugin looks at a port.
 */
gboolean mm_daemon_allows_qcdm (void);

/*****************************************************************************/
/* Plugins and the modems they create */

/* What the daemon tells of the device that a modem is created for. What a
 * generation does not tell is NULL or 0. */
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
 * @create_modem: creates the modems of its instances, and of the plugin that
 *   is taken over.
 *
 * Returns: a new subclass of MMPlugin. There is just one.
 */
GType mm_daemon_plugin_register (const gchar         *type_name,
                                 MMDaemonCreateModem  create_modem);

/**
 * mm_daemon_plugin_take_over:
 * @type_name: the name of a stock plugin's type.
 *
 * From now on the modems of that plugin are created by the function that
 * mm_daemon_plugin_register () was given. To be called once.
 *
 * Returns: %FALSE if no such plugin is loaded.
 */
gboolean mm_daemon_plugin_take_over (const gchar *type_name);

/**
 * mm_daemon_create_stock_modem:
 *
 * Creates the modem as the plugin that was taken over does, or else as the
 * daemon's generic plugin does.
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

/* The daemon counts the openings of a port; a port with none gets no reports. */
gboolean mm_daemon_port_open  (MMPortSerialAt  *port,
                               GError         **error);

/* Does nothing on a port that was closed by force because its device is gone */
void     mm_daemon_port_close (MMPortSerialAt  *port);

/**
 * mm_daemon_port_send_at_once:
 *
 * Has the daemon write a command as a whole, where it waits for a millisecond after
 * each byte otherwise: slow UARTs need that. Not while a command is being sent,
 * which would be repeated from its beginning.
 */
void mm_daemon_port_send_at_once (MMPortSerialAt *port);

/* @callback must not destroy or close anything: the daemon is still reading. */
typedef void (* MMDaemonUrcFunc) (MMPortSerialAt *port,
                                  GMatchInfo     *match_info,
                                  gpointer        user_data);

/* Replaces what was added for the same pattern before. @user_data is freed with
 * the port or when it is replaced. */
void mm_daemon_port_add_urc_handler (MMPortSerialAt  *port,
                                     GRegex          *regex,
                                     MMDaemonUrcFunc  callback,
                                     gpointer         user_data,
                                     GDestroyNotify   notify);

/* @command goes without the leading AT, @timeout is in seconds from when it is
 * sent. The port must be open. */
void         mm_daemon_at_command        (MMBaseModem          *modem,
                                          const gchar          *command,
                                          guint                 timeout,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
const gchar *mm_daemon_at_command_finish (MMBaseModem          *modem,
                                          GAsyncResult         *res,
                                          GError              **error);

/* Of #MMModemMode, as the D-Bus method SetCurrentModes() */
void     mm_daemon_set_current_modes        (MMBaseModem          *modem,
                                             guint                 allowed,
                                             guint                 preferred,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean mm_daemon_set_current_modes_finish (MMBaseModem          *modem,
                                             GAsyncResult         *res,
                                             GError              **error);

/* Asks polkit whether the caller may do firmware operations. */
void     mm_daemon_authorize_firmware        (MMBaseModem            *modem,
                                              GDBusMethodInvocation  *invocation,
                                              GAsyncReadyCallback     callback,
                                              gpointer                user_data);
gboolean mm_daemon_authorize_firmware_finish (MMBaseModem            *modem,
                                              GAsyncResult           *res,
                                              GError                **error);

/*****************************************************************************/
/* Log of the daemon */

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

#endif /* MM_DAEMON_H */
