/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A stand-in for the ModemManager series 1.STANDIN_GENERATION. It exports the
 * functions of this series that the plugin looks up, with their parameters in this
 * series. They check and record their arguments.
 *
 * Based on src/ of ModemManager 1.20.4, 1.22.0, 1.24.0, 1.24.2 and 1.25.95. */

#ifndef STANDIN_DAEMON_H
#define STANDIN_DAEMON_H

#include <libmm-glib.h>

#if STANDIN_GENERATION >= 22
# define SINCE_1_22(...) __VA_ARGS__
#else
# define SINCE_1_22(...)
#endif

#if STANDIN_GENERATION >= 24
# define SINCE_1_24(...) __VA_ARGS__
#else
# define SINCE_1_24(...)
#endif

/*****************************************************************************/
/* src/mm-base-modem.h, src/mm-base-modem-at.h, src/mm-iface-modem.h,
 * src/mm-auth-provider.h */

typedef struct {
    MmGdbusObjectSkeleton  parent;
    MmGdbusModem          *modem;
    MmGdbusModemFirmware  *firmware;
    GList                 *ports;
} MMBaseModem;

typedef MmGdbusObjectSkeletonClass MMBaseModemClass;

GType        mm_base_modem_get_type                  (void);
GList       *mm_base_modem_find_ports                (MMBaseModem *self,
                                                      guint        subsys,
                                                      guint        type);
void         mm_base_modem_at_command                (MMBaseModem         *self,
                                                      const gchar         *command,
                                                      guint                timeout,
                                                      gboolean             allow_cached,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
const gchar *mm_base_modem_at_command_finish         (MMBaseModem   *self,
                                                      GAsyncResult  *res,
                                                      GError       **error);
void         mm_iface_modem_set_current_modes        (MMBaseModem         *self,
                                                      MMModemMode          allowed,
                                                      MMModemMode          preferred,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
gboolean     mm_iface_modem_set_current_modes_finish (MMBaseModem   *self,
                                                      GAsyncResult  *res,
                                                      GError       **error);

#if STANDIN_GENERATION >= 26
# define mm_authorize        mm_iface_auth_authorize
# define mm_authorize_finish mm_iface_auth_authorize_finish
#else
# define mm_authorize        mm_base_modem_authorize
# define mm_authorize_finish mm_base_modem_authorize_finish
#endif

void     mm_authorize        (MMBaseModem           *self,
                              GDBusMethodInvocation *invocation,
                              const gchar           *authorization,
                              GAsyncReadyCallback    callback,
                              gpointer               user_data);
gboolean mm_authorize_finish (MMBaseModem   *self,
                              GAsyncResult  *res,
                              GError       **error);

SINCE_1_22 (const gchar *mm_base_modem_get_physdev             (MMBaseModem *self);)
SINCE_1_24 (guint        mm_base_modem_get_subsystem_device_id (MMBaseModem *self);)

/*****************************************************************************/
/* src/mm-context.h */

gboolean mm_context_get_test_session (void);

/*****************************************************************************/
/* src/mm-plugin.h, src/mm-port-probe.h */

typedef struct {
    GObject   parent;
    gchar    *name;
    GString  *claims;
} MMPlugin;

typedef struct {
    GObjectClass parent;

    MMBaseModem * (* create_modem) (MMPlugin     *self,
                                    const gchar  *uid,
                                    SINCE_1_22 (const gchar *physdev,)
                                    const gchar **drivers,
                                    guint16       vendor,
                                    guint16       product,
                                    guint16       subsystem_vendor,
                                    SINCE_1_24 (guint16 subsystem_device,)
                                    GList        *probes,
                                    GError      **error);
    gboolean      (* grab_port)    (MMPlugin     *self,
                                    MMBaseModem  *modem,
                                    gpointer      probe,
                                    GError      **error);
} MMPluginClass;

GType         mm_plugin_get_type                         (void);
const gchar  *mm_plugin_get_name                         (MMPlugin *self);
gconstpointer mm_plugin_get_allowed_subsystem_vendor_ids (MMPlugin *self);
gboolean      mm_port_probe_list_has_qmi_port            (GList    *list);
gboolean      mm_port_probe_list_has_mbim_port           (GList    *list);

/*****************************************************************************/
/* src/mm-broadband-modem.h and those of QMI and MBIM */

MMBaseModem *mm_broadband_modem_new      (const gchar  *device,
                                          SINCE_1_22 (const gchar *physdev,)
                                          const gchar **drivers,
                                          const gchar  *plugin,
                                          guint16       vendor_id,
                                          guint16       product_id);
MMBaseModem *mm_broadband_modem_qmi_new  (const gchar  *device,
                                          SINCE_1_22 (const gchar *physdev,)
                                          const gchar **drivers,
                                          const gchar  *plugin,
                                          guint16       vendor_id,
                                          guint16       product_id);
MMBaseModem *mm_broadband_modem_mbim_new (const gchar  *device,
                                          SINCE_1_22 (const gchar *physdev,)
                                          const gchar **drivers,
                                          const gchar  *plugin,
                                          guint16       vendor_id,
                                          guint16       product_id);

/*****************************************************************************/
/* src/mm-port-serial.h, src/mm-port-serial-at.h */

typedef struct _MMPortSerial MMPortSerial;

typedef void (* MMPortSerialAtUnsolicitedMsgFn) (MMPortSerial *port,
                                                 GMatchInfo   *match_info,
                                                 gpointer      user_data);

struct _MMPortSerial {
    GObject                         parent;
    const gchar                    *name;
    guint                           open_count;
    GRegex                         *regex;
    MMPortSerialAtUnsolicitedMsgFn  callback;
    gpointer                        user_data;
    GDestroyNotify                  notify;
};

typedef GObjectClass MMPortSerialClass;

typedef MMPortSerial      MMPortSerialAt;
typedef MMPortSerialClass MMPortSerialAtClass;

GType    mm_port_serial_get_type                       (void);
GType    mm_port_serial_at_get_type                    (void);
gboolean mm_port_serial_open                           (MMPortSerial  *self,
                                                        GError       **error);
void     mm_port_serial_close                          (MMPortSerial *self);
gboolean mm_port_serial_is_open                        (MMPortSerial *self);
void     mm_port_serial_at_add_unsolicited_msg_handler (MMPortSerialAt                 *self,
                                                        GRegex                         *regex,
                                                        MMPortSerialAtUnsolicitedMsgFn  callback,
                                                        gpointer                        user_data,
                                                        GDestroyNotify                  notify);

/*****************************************************************************/
/* src/mm-log.h */

#if STANDIN_GENERATION >= 22
typedef enum {
    MM_LOG_LEVEL_ERR   = 1 << 0,
    MM_LOG_LEVEL_WARN  = 1 << 1,
    MM_LOG_LEVEL_MSG   = 1 << 2,
    MM_LOG_LEVEL_INFO  = 1 << 3,
    MM_LOG_LEVEL_DEBUG = 1 << 4,
} MMLogLevel;
#else
typedef enum {
    MM_LOG_LEVEL_ERR   = 1 << 0,
    MM_LOG_LEVEL_WARN  = 1 << 1,
    MM_LOG_LEVEL_INFO  = 1 << 2,
    MM_LOG_LEVEL_DEBUG = 1 << 3,
} MMLogLevel;
#endif

void _mm_log (gpointer     obj,
              const gchar *module,
              const gchar *loc,
              const gchar *func,
              guint32      level,
              const gchar *fmt,
              ...) G_GNUC_PRINTF (6, 7);

/*****************************************************************************/
/* For the tests */

/* The device */
#define UID              "/sys/devices/1-1"
#define PHYSDEV          "/sys/devices/1-1/phys"
#define SUBSYSTEM_VENDOR 0x1122
#define SUBSYSTEM_DEVICE 0x3344

extern const gchar *standin_drivers[];
extern GList        standin_probes;

/* Results of mm_port_probe_list_has_qmi_port() and ..._has_mbim_port() */
extern gboolean standin_has_qmi_port;
extern gboolean standin_has_mbim_port;

/* Whether authorization fails */
extern gboolean standin_denies;

/* The result of mm_context_get_test_session () */
extern gboolean standin_is_test_session;

/* @version: as long as "1.20.0", which is that of the first generation */
void standin_set_version (const gchar *version);

/* Whether opening ports fails */
extern gboolean standin_closes_ports;

/* The settings of the module, which are kept when it restarts */
extern guint standin_callbreak;
extern guint standin_allowed_modes;
extern guint standin_preferred_mode;

/* The firmware revision of the module, which does not report it if this is NULL */
extern const gchar *standin_revision;

/* Returns: (transfer none): the response of the module */
const gchar *standin_run_command (const gchar *command);

/* The modem registers anew. */
void         standin_set_modes   (MmGdbusModem *skeleton,
                                  guint         allowed,
                                  guint         preferred);

/**
 * standin_fail:
 * @command: (nullable): a prefix of commands, or %NULL.
 * @error: (transfer full) (nullable): with which these commands fail from now on.
 */
void standin_fail (const gchar *command,
                   GError      *error);

/**
 * standin_plugin_fibocom_get_type:
 *
 * Returns: the type of the stock plugin, which does not exist before the first call.
 */
GType standin_plugin_fibocom_get_type (void);

/**
 * standin_create_modem:
 *
 * Returns: (transfer full): a modem that @plugin creates for the device.
 */
MMBaseModem *standin_create_modem (MMPlugin  *plugin,
                                   guint16    vendor,
                                   guint16    product,
                                   GError   **error);

/**
 * standin_receive:
 *
 * Receives @line on all open ports.
 */
void standin_receive (MMBaseModem *modem,
                      const gchar *line);

/**
 * standin_replace_symbol:
 * @function: (nullable): the function to export as @name, or %NULL for none.
 */
void standin_replace_symbol (const gchar *name,
                             gpointer     function);

/* Reverts all calls of standin_replace_symbol() */
void standin_restore_symbols (void);

/* Starts to record the symbols that the plugin looks up */
void standin_watch_symbols (void);

/**
 * standin_take_wanted:
 *
 * Returns: (transfer full) (element-type utf8): the symbols that were looked up.
 */
GPtrArray *standin_take_wanted (void);

/* Records a call, and prints it */
void standin_note (const gchar *format,
                   ...) G_GNUC_PRINTF (1, 2);

/**
 * standin_take_notes:
 *
 * Returns: (transfer full): the calls recorded since the last call, one per line.
 */
gchar *standin_take_notes (void);

/* Likewise for log messages, as "level: message" */
gchar *standin_take_log (void);

#endif /* STANDIN_DAEMON_H */
