/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "standin-daemon.h"

gboolean standin_denies;
gboolean standin_closes_ports;

static const gchar *failing_command;
static GError      *failure;

/*****************************************************************************/
/* Notes */

static GString *notes;
static GString *logged;

static void
add_line (GString     **lines,
          const gchar  *line)
{
    if (!*lines)
        *lines = g_string_new (NULL);
    g_string_append_printf (*lines, "%s\n", line);
}

static gchar *
take_lines (GString **lines)
{
    GString *taken = g_steal_pointer (lines);

    return taken ? g_string_free (taken, FALSE) : g_strdup ("");
}

gchar *
standin_take_notes (void)
{
    return take_lines (&notes);
}

gchar *
standin_take_log (void)
{
    return take_lines (&logged);
}

/* Prints to stderr: stdout is for TAP, and subprocesses share it */
void
standin_note (const gchar *format,
              ...)
{
    g_autofree gchar *line = NULL;
    va_list           args;

    va_start (args, format);
    line = g_strdup_vprintf (format, args);
    va_end (args);
    g_printerr ("    %s\n", line);
    add_line (&notes, line);
}

/*****************************************************************************/
/* Log */

static const gchar *
get_level_name (MMLogLevel level)
{
    switch (level) {
    case MM_LOG_LEVEL_ERR:
        return "error";
    case MM_LOG_LEVEL_WARN:
        return "warn";
#if STANDIN_GENERATION >= 22
    case MM_LOG_LEVEL_MSG:
        return "msg";
#endif
    case MM_LOG_LEVEL_INFO:
        return "info";
    case MM_LOG_LEVEL_DEBUG:
        return "debug";
    default:
        g_assert_not_reached ();
    }
}

void
_mm_log (gpointer     obj,
         const gchar *module,
         const gchar *loc,
         const gchar *func,
         guint32      level,
         const gchar *fmt,
         ...)
{
    g_autofree gchar *message = NULL;
    g_autofree gchar *line = NULL;
    va_list           args;

    g_assert_true (!obj || G_TYPE_CHECK_INSTANCE_TYPE (obj, mm_base_modem_get_type ()));
    g_assert_cmpstr (module, ==, "fibocom-nl668");

    va_start (args, fmt);
    message = g_strdup_vprintf (fmt, args);
    va_end (args);
    line = g_strdup_printf ("%s: %s", get_level_name (level), message);
    g_printerr ("    _mm_log (%s, %u) %s\n", obj ? "modem" : "NULL", level, line);
    add_line (&logged, line);
}

/*****************************************************************************/
/* Ports */

G_DEFINE_TYPE (MMPortSerial, mm_port_serial, G_TYPE_OBJECT)
G_DEFINE_TYPE (MMPortSerialAt, mm_port_serial_at, mm_port_serial_get_type ())

static void
check_port (gpointer port,
            GType    type)
{
    g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (port, type));
}

gboolean
mm_port_serial_open (MMPortSerial  *self,
                     GError       **error)
{
    check_port (self, mm_port_serial_get_type ());
    g_assert_no_error (*error);
    standin_note ("mm_port_serial_open (%s)", self->name);
    if (standin_closes_ports) {
        g_set_error (error, MM_SERIAL_ERROR, MM_SERIAL_ERROR_OPEN_FAILED,
                     "cannot open %s", self->name);
        return FALSE;
    }
    self->open_count++;
    return TRUE;
}

void
mm_port_serial_close (MMPortSerial *self)
{
    check_port (self, mm_port_serial_get_type ());
    g_assert_cmpuint (self->open_count, >, 0);
    standin_note ("mm_port_serial_close (%s)", self->name);
    self->open_count--;
}

gboolean
mm_port_serial_is_open (MMPortSerial *self)
{
    check_port (self, mm_port_serial_get_type ());
    return self->open_count > 0;
}

static void
remove_unsolicited_msg_handler (MMPortSerial *self)
{
    if (self->notify)
        self->notify (self->user_data);
    g_clear_pointer (&self->regex, g_regex_unref);
}

void
mm_port_serial_at_add_unsolicited_msg_handler (MMPortSerialAt                 *self,
                                               GRegex                         *regex,
                                               MMPortSerialAtUnsolicitedMsgFn  callback,
                                               gpointer                        user_data,
                                               GDestroyNotify                  notify)
{
    check_port (self, mm_port_serial_at_get_type ());
    g_assert_true (callback && user_data && notify);
    standin_note ("mm_port_serial_at_add_unsolicited_msg_handler (%s)", self->name);
    remove_unsolicited_msg_handler (self);
    self->regex = g_regex_ref (regex);
    self->callback = callback;
    self->user_data = user_data;
    self->notify = notify;
}

void
standin_receive (MMBaseModem *modem,
                 const gchar *line)
{
    GList *l;

    for (l = modem->ports; l; l = g_list_next (l)) {
        MMPortSerial          *port = l->data;
        g_autoptr(GMatchInfo)  match_info = NULL;

        if (!port->open_count || !port->regex ||
            !g_regex_match (port->regex, line, 0, &match_info))
            continue;
        for (; g_match_info_matches (match_info); g_match_info_next (match_info, NULL))
            port->callback (port, match_info, port->user_data);
    }
}

static void
mm_port_serial_init (MMPortSerial *self)
{
}

static void
port_dispose (GObject *object)
{
    MMPortSerial *self = (MMPortSerial *) object;

    remove_unsolicited_msg_handler (self);
    self->notify = NULL;
    G_OBJECT_CLASS (mm_port_serial_parent_class)->dispose (object);
}

static void
port_get_property (GObject    *object,
                   guint       id,
                   GValue     *value,
                   GParamSpec *pspec)
{
    g_value_set_boolean (value, FALSE);
}

static void
port_set_property (GObject      *object,
                   guint         id,
                   const GValue *value,
                   GParamSpec   *pspec)
{
    standin_note ("send-delay (%s, %" G_GUINT64_FORMAT ")",
                  ((MMPortSerial *) object)->name, g_value_get_uint64 (value));
}

static void
mm_port_serial_class_init (MMPortSerialClass *klass)
{
    klass->get_property = port_get_property;
    klass->set_property = port_set_property;
    klass->dispose = port_dispose;
    g_object_class_install_property (klass, 1,
                                     g_param_spec_uint64 ("send-delay", NULL, NULL,
                                                          0, G_MAXUINT64, 0, G_PARAM_WRITABLE));
    g_object_class_install_property (
        klass, 2, g_param_spec_boolean ("connected", NULL, NULL, FALSE, G_PARAM_READABLE));
}

static void
mm_port_serial_at_init (MMPortSerialAt *self)
{
}

static void
mm_port_serial_at_class_init (MMPortSerialAtClass *klass)
{
}

/*****************************************************************************/
/* Modem */

G_DEFINE_TYPE (MMBaseModem, mm_base_modem, MM_GDBUS_TYPE_OBJECT_SKELETON)

enum {
    MODEM_PROP_0,
    MODEM_PROP_MODEM,
    MODEM_PROP_FIRMWARE,
};

static void
check_modem (gpointer modem)
{
    g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (modem, mm_base_modem_get_type ()));
}

/* Completes an asynchronous function */
static void
complete (MMBaseModem         *self,
          gpointer             function,
          const gchar         *response,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
    GTask *task;

    task = g_task_new (self, NULL, callback, user_data);
    g_task_set_source_tag (task, function);
    g_task_return_pointer (task, (gpointer) response, NULL);
    g_object_unref (task);
}

static const gchar *
finish (MMBaseModem   *self,
        gpointer       function,
        GAsyncResult  *res,
        GError       **error)
{
    check_modem (self);
    g_assert_true (g_task_is_valid (res, self));
    g_assert_true (g_async_result_is_tagged (res, function));
    g_assert_no_error (*error);
    return g_task_propagate_pointer (G_TASK (res), error);
}

/* The enum values depend on the series, but 0 means any in all of them. */
GList *
mm_base_modem_find_ports (MMBaseModem *self,
                          guint        subsys,
                          guint        type)
{
    GList *found = NULL;
    GList *l;

    check_modem (self);
    g_assert_cmpuint (subsys, ==, 0);
    g_assert_cmpuint (type, ==, 0);
    for (l = self->ports; l; l = g_list_next (l))
        found = g_list_append (found, g_object_ref (l->data));
    return found;
}

void
mm_base_modem_at_command (MMBaseModem         *self,
                          const gchar         *command,
                          guint                timeout,
                          gboolean             allow_cached,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
    check_modem (self);
    standin_note ("mm_base_modem_at_command (%s, %u, %s)",
                  command, timeout, allow_cached ? "TRUE" : "FALSE");
    if (failing_command && g_str_has_prefix (command, failing_command)) {
        g_task_report_error (self, callback, user_data, mm_base_modem_at_command,
                             g_error_copy (failure));
        return;
    }
    complete (self, mm_base_modem_at_command, standin_run_command (command), callback, user_data);
}

void
standin_fail (const gchar *command,
              GError      *error)
{
    failing_command = command;
    g_clear_error (&failure);
    failure = error;
}

const gchar *
mm_base_modem_at_command_finish (MMBaseModem   *self,
                                 GAsyncResult  *res,
                                 GError       **error)
{
    return finish (self, mm_base_modem_at_command, res, error);
}

void
mm_iface_modem_set_current_modes (MMBaseModem         *self,
                                  MMModemMode          allowed,
                                  MMModemMode          preferred,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
    g_autofree gchar *allowed_string = NULL;
    g_autofree gchar *preferred_string = NULL;

    check_modem (self);
    allowed_string = mm_modem_mode_build_string_from_mask (allowed);
    preferred_string = mm_modem_mode_build_string_from_mask (preferred);
    standin_note ("mm_iface_modem_set_current_modes (%s, %s)", allowed_string, preferred_string);
    standin_set_modes (self->modem, allowed, preferred);
    complete (self, mm_iface_modem_set_current_modes, "", callback, user_data);
}

gboolean
mm_iface_modem_set_current_modes_finish (MMBaseModem   *self,
                                         GAsyncResult  *res,
                                         GError       **error)
{
    return !!finish (self, mm_iface_modem_set_current_modes, res, error);
}

void
mm_authorize (MMBaseModem           *self,
              GDBusMethodInvocation *invocation,
              const gchar           *authorization,
              GAsyncReadyCallback    callback,
              gpointer               user_data)
{
    check_modem (self);
    g_assert_true (G_IS_DBUS_METHOD_INVOCATION (invocation));
    standin_note (G_STRINGIFY (mm_authorize) " (%s, %s)",
                  g_dbus_method_invocation_get_method_name (invocation), authorization);
    complete (self, mm_authorize, standin_denies ? NULL : "", callback, user_data);
}

gboolean
mm_authorize_finish (MMBaseModem   *self,
                     GAsyncResult  *res,
                     GError       **error)
{
    if (finish (self, mm_authorize, res, error))
        return TRUE;
    g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED, "not authorized");
    return FALSE;
}

#if STANDIN_GENERATION >= 22
const gchar *
mm_base_modem_get_physdev (MMBaseModem *self)
{
    g_assert_not_reached ();
}
#endif

#if STANDIN_GENERATION >= 24
guint
mm_base_modem_get_subsystem_device_id (MMBaseModem *self)
{
    g_assert_not_reached ();
}
#endif

static void
get_property (GObject    *object,
              guint       prop_id,
              GValue     *value,
              GParamSpec *pspec)
{
    MMBaseModem *self = (MMBaseModem *) object;

    if (prop_id == MODEM_PROP_MODEM)
        g_value_set_object (value, self->modem);
    else
        g_value_set_object (value, self->firmware);
}

static void
set_property (GObject      *object,
              guint         prop_id,
              const GValue *value,
              GParamSpec   *pspec)
{
    MMBaseModem *self = (MMBaseModem *) object;

    if (prop_id == MODEM_PROP_MODEM)
        g_set_object (&self->modem, g_value_get_object (value));
    else
        g_set_object (&self->firmware, g_value_get_object (value));
}

static void
add_port (MMBaseModem *self,
          GType        type,
          const gchar *name)
{
    MMPortSerial *port;

    port = g_object_new (type, NULL);
    port->name = name;
    self->ports = g_list_append (self->ports, port);
}

static void
mm_base_modem_init (MMBaseModem *self)
{
    /* The diagnostics port is not an AT port */
    add_port (self, mm_port_serial_get_type (), "ttyUSB0");
    add_port (self, mm_port_serial_at_get_type (), "ttyUSB1");
    add_port (self, mm_port_serial_at_get_type (), "ttyUSB2");
}

static void
modem_dispose (GObject *object)
{
    MMBaseModem *self = (MMBaseModem *) object;

    g_clear_object (&self->modem);
    g_clear_object (&self->firmware);
    g_list_free_full (g_steal_pointer (&self->ports), g_object_unref);
    G_OBJECT_CLASS (mm_base_modem_parent_class)->dispose (object);
}

static void
mm_base_modem_class_init (MMBaseModemClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->get_property = get_property;
    object_class->set_property = set_property;
    object_class->dispose = modem_dispose;
    g_object_class_install_property (
        object_class, MODEM_PROP_MODEM,
        g_param_spec_object ("iface-modem-dbus-skeleton", "", "",
                             MM_GDBUS_TYPE_MODEM_SKELETON, G_PARAM_READWRITE));
    g_object_class_install_property (
        object_class, MODEM_PROP_FIRMWARE,
        g_param_spec_object ("iface-modem-firmware-dbus-skeleton", "", "",
                             MM_GDBUS_TYPE_MODEM_FIRMWARE_SKELETON, G_PARAM_READWRITE));
}
