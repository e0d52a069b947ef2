/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <curl/curl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim-config.h"
#include "sim-module.h"

#define MAX_MODULES      64
#define MAX_MILLISECONDS (24 * 60 * 60 * 1000)

typedef struct {
    SimUsb           *usb;
    GPtrArray        *modules;
    GMainLoop        *loop;
    GDataInputStream *input;
} Simulator;

static void
print_line (const gchar *line,
            gpointer     user_data)
{
    puts (line);
}

static gboolean
parse_number (const gchar  *text,
              guint         max,
              guint        *number,
              GError      **error)
{
    if (sim_parse_number (text, 0, max, number))
        return TRUE;
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "'%s' is not a number from 0 to %u", text, max);
    return FALSE;
}

/* Reverses C escapes. g_strcompress() warns about a trailing backslash. */
static gchar *
unescape (const gchar  *text,
          GError      **error)
{
    gsize backslashes = 0;
    gsize length = strlen (text);

    while (backslashes < length && text[length - 1 - backslashes] == '\\')
        backslashes++;
    if (backslashes % 2) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "'%s' ends with an incomplete escape", text);
        return NULL;
    }
    return g_strcompress (text);
}

/*****************************************************************************/
/* Commands: each returns the text after `ok`, or NULL with the error set */

typedef gchar *(* CommandFunc) (Simulator          *self,
                                SimModule          *module,
                                const gchar *const *arguments,
                                GError            **error);

static gchar *
command_add (Simulator          *self,
             SimModule          *module,
             const gchar *const *arguments,
             GError            **error)
{
    guint      number = self->modules->len;
    SimModule *added;

    if (number == MAX_MODULES) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                     "there are already %u modules", MAX_MODULES);
        return NULL;
    }
    added = sim_module_new (self->usb, number, arguments[0] ? arguments[0] : "",
                            print_line, NULL, error);
    if (!added)
        return NULL;
    g_ptr_array_add (self->modules, added);
    return g_strdup_printf ("%u", number);
}

static gchar *
command_plug (Simulator          *self,
              SimModule          *module,
              const gchar *const *arguments,
              GError            **error)
{
    return sim_module_plug (module, error) ? g_strdup ("") : NULL;
}

static gchar *
command_unplug (Simulator          *self,
                SimModule          *module,
                const gchar *const *arguments,
                GError            **error)
{
    return sim_module_unplug (module, error) ? g_strdup ("") : NULL;
}

static gchar *
command_set (Simulator          *self,
             SimModule          *module,
             const gchar *const *arguments,
             GError            **error)
{
    return sim_module_set (module, arguments[0], error) ? g_strdup ("") : NULL;
}

static gchar *
add_answer (SimModule          *module,
            const gchar *const *arguments,
            gboolean            each_start,
            GError            **error)
{
    g_autofree gchar *text = unescape (arguments[1], error);
    guint             count = 0;

    if (!text || (arguments[2] && !parse_number (arguments[2], G_MAXINT, &count, error)))
        return NULL;
    sim_script_add_response (sim_module_get_script (module), arguments[0], text, count,
                             each_start);
    return g_strdup ("");
}

static gchar *
command_answer (Simulator          *self,
                SimModule          *module,
                const gchar *const *arguments,
                GError            **error)
{
    return add_answer (module, arguments, FALSE, error);
}

static gchar *
command_answer_each_start (Simulator          *self,
                           SimModule          *module,
                           const gchar *const *arguments,
                           GError            **error)
{
    return add_answer (module, arguments, TRUE, error);
}

static gchar *
command_forget (Simulator          *self,
                SimModule          *module,
                const gchar *const *arguments,
                GError            **error)
{
    if (!sim_script_remove_responses (sim_module_get_script (module), arguments[0])) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     "there is no response for '%s'", arguments[0]);
        return NULL;
    }
    return g_strdup ("");
}

static gchar *
command_delay (Simulator          *self,
               SimModule          *module,
               const gchar *const *arguments,
               GError            **error)
{
    guint delay;

    if (!parse_number (arguments[1], MAX_MILLISECONDS, &delay, error))
        return NULL;
    sim_script_set_delay (sim_module_get_script (module), arguments[0], delay);
    return g_strdup ("");
}

static gchar *
command_send (Simulator          *self,
              SimModule          *module,
              const gchar *const *arguments,
              GError            **error)
{
    g_autofree gchar *text = unescape (arguments[1], error);
    guint             interface;
    gint64            now;

    if (!text || !parse_number (arguments[0], G_MAXINT, &interface, error))
        return NULL;
    /* Tests measure the time until the text is processed */
    now = g_get_monotonic_time ();
    if (!sim_module_send (module, interface, text, error))
        return NULL;
    return g_strdup_printf ("%" G_GINT64_FORMAT, now);
}

static gchar *
command_report (Simulator          *self,
                SimModule          *module,
                const gchar *const *arguments,
                GError            **error)
{
    g_autofree gchar *line = unescape (arguments[1], error);
    guint             interface;

    if (!line || !parse_number (arguments[0], G_MAXINT, &interface, error) ||
        !sim_module_report (module, interface, line, error))
        return NULL;
    return g_strdup ("");
}

static gchar *
start_flood (SimModule          *module,
             const gchar        *interface,
             const gchar        *text,
             const gchar *const *numbers,
             GError            **error)
{
    guint number;
    guint count;
    guint rate;

    if (!parse_number (interface, G_MAXINT, &number, error) ||
        !parse_number (numbers[0], G_MAXINT, &count, error) ||
        !parse_number (numbers[1], G_MAXINT, &rate, error))
        return NULL;
    return sim_module_flood (module, number, text, count, rate, error) ? g_strdup ("") : NULL;
}

static gchar *
command_flood (Simulator          *self,
               SimModule          *module,
               const gchar *const *arguments,
               GError            **error)
{
    g_autofree gchar *text = unescape (arguments[1], error);

    return text ? start_flood (module, arguments[0], text, arguments + 2, error) : NULL;
}

static gchar *
command_noise (Simulator          *self,
               SimModule          *module,
               const gchar *const *arguments,
               GError            **error)
{
    return start_flood (module, arguments[0], NULL, arguments + 1, error);
}

static gchar *
command_quit (Simulator          *self,
              SimModule          *module,
              const gchar *const *arguments,
              GError            **error)
{
    g_main_loop_quit (self->loop);
    return g_strdup ("");
}

static const struct {
    const gchar *name;
    CommandFunc  run;
    gboolean     takes_module;
    guint        min;             /* arguments, not counting the module */
    guint        max;
} commands[] = {
    { "add",               command_add,               FALSE, 0, 1 },
    { "plug",              command_plug,              TRUE,  0, 0 },
    { "unplug",            command_unplug,            TRUE,  0, 0 },
    { "set",               command_set,               TRUE,  1, 1 },
    { "answer",            command_answer,            TRUE,  2, 3 },
    { "answer-each-start", command_answer_each_start, TRUE,  2, 3 },
    { "forget",            command_forget,            TRUE,  1, 1 },
    { "delay",             command_delay,             TRUE,  2, 2 },
    { "send",              command_send,              TRUE,  2, 2 },
    { "report",            command_report,            TRUE,  2, 2 },
    { "flood",             command_flood,             TRUE,  4, 4 },
    { "noise",             command_noise,             TRUE,  3, 3 },
    { "quit",              command_quit,              FALSE, 0, 0 },
};

static SimModule *
find_module (Simulator    *self,
             const gchar  *number,
             GError      **error)
{
    guint i;

    if (!number || !sim_parse_number (number, 0, G_MAXINT, &i) || i >= self->modules->len) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     "there is no module '%s'", number ? number : "");
        return NULL;
    }
    return g_ptr_array_index (self->modules, i);
}

static gchar *
run_command (Simulator    *self,
             const gchar  *line,
             GError      **error)
{
    g_auto(GStrv)  words = NULL;
    const gchar  **arguments;
    SimModule     *module = NULL;
    guint          i;

    if (!g_shell_parse_argv (line, NULL, &words, error))
        return NULL;
    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        if (g_str_equal (words[0], commands[i].name))
            break;
    }
    if (i == G_N_ELEMENTS (commands)) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "unknown command '%s'", words[0]);
        return NULL;
    }
    arguments = (const gchar **) words + 1;
    if (commands[i].takes_module) {
        module = find_module (self, words[1], error);
        if (!module)
            return NULL;
        arguments++;
    }
    if (g_strv_length ((gchar **) arguments) < commands[i].min ||
        g_strv_length ((gchar **) arguments) > commands[i].max) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "wrong number of arguments for '%s'", words[0]);
        return NULL;
    }
    return commands[i].run (self, module, arguments, error);
}

static void
process_line (Simulator   *self,
              const gchar *line)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *value = run_command (self, line, &error);
    g_autofree gchar  *result = NULL;

    if (!value)
        result = g_strconcat ("error ", error->message, NULL);
    else
        result = g_strconcat ("ok", *value ? " " : "", value, NULL);
    print_line (result, NULL);
}

/*****************************************************************************/

static void read_line (Simulator *self);

static void
read_line_ready (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
    Simulator        *self = user_data;
    g_autofree gchar *line = NULL;

    line = g_data_input_stream_read_line_finish (self->input, result, NULL, NULL);
    if (!g_main_loop_is_running (self->loop))
        return;
    if (!line) {
        g_main_loop_quit (self->loop);
        return;
    }
    process_line (self, line);
    read_line (self);
}

static void
read_line (Simulator *self)
{
    g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL,
                                         read_line_ready, self);
}

static gboolean
signal_cb (gpointer user_data)
{
    Simulator *self = user_data;

    g_main_loop_quit (self->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
add_modules (Simulator  *self,
             gchar     **modules)
{
    guint i;

    for (i = 0; modules && modules[i]; i++) {
        const gchar *const  arguments[] = { modules[i], NULL };
        g_autoptr(GError)   error = NULL;
        g_autofree gchar   *number = command_add (self, NULL, arguments, &error);

        if (!number) {
            g_printerr ("error: couldn't add module '%s': %s\n", modules[i], error->message);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
simulate (gchar **modules)
{
    Simulator                self = { 0 };
    g_autoptr(GInputStream)  input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
    g_autofree gchar        *ready = NULL;
    g_autoptr(GError)        error = NULL;
    gboolean                 success;
    guint                    i;

    self.usb = sim_usb_new (&error);
    if (!self.usb) {
        g_printerr ("error: %s\n", error->message);
        return FALSE;
    }
    self.loop = g_main_loop_new (NULL, FALSE);
    self.modules = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_module_free);
    self.input = g_data_input_stream_new (input);
    g_unix_signal_add (SIGTERM, signal_cb, &self);
    g_unix_signal_add (SIGINT, signal_cb, &self);

    ready = g_strconcat ("ready ", sim_usb_get_root (self.usb), NULL);
    print_line (ready, NULL);
    success = add_modules (&self, modules);
    if (success) {
        read_line (&self);
        g_main_loop_run (self.loop);
    }

    /* Stop all downloads before waiting for any of them */
    for (i = 0; i < self.modules->len; i++)
        sim_module_unplug (g_ptr_array_index (self.modules, i), NULL);
    g_ptr_array_unref (self.modules);
    sim_usb_free (self.usb);
    g_object_unref (self.input);
    g_main_loop_unref (self.loop);
    return success;
}

int
main (int    argc,
      char **argv)
{
    g_auto(GStrv)              modules = NULL;
    g_autoptr(GOptionContext)  context = NULL;
    g_autoptr(GError)          error = NULL;
    const GOptionEntry         entries[] = {
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &modules, NULL, "[MODULE…]" },
        { NULL }
    };
    gboolean                   success;

    setlocale (LC_ALL, "");
    setvbuf (stdout, NULL, _IOLBF, 0);
    /* The end of stdin ends this program, which must remove the umockdev test bed */
    signal (SIGPIPE, SIG_IGN);

    context = g_option_context_new ("- simulate Fibocom NL668 modules on a USB bus");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        g_printerr ("error: %s\n", error->message);
        return 1;
    }
    curl_global_init (CURL_GLOBAL_DEFAULT);
    success = simulate (modules);
    curl_global_cleanup ();
    return success ? 0 : 1;
}
