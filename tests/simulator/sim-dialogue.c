/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-dialogue.h"

#define MAX_LINE 4096

/* End of a PDU: send or cancel */
#define CTRL_Z '\x1a'
#define ESCAPE '\x1b'

typedef enum {
    MODE_COMMAND,
    MODE_PDU,
    MODE_DATA
} Mode;

typedef struct {
    SimDialogue *self;
    gchar       *line;
    guint        source;
} DelayedCommand;

struct _SimDialogue {
    guint                   interface;
    SimAt                  *at;
    SimScript              *script;
    const SimDialogueFuncs *funcs;
    gpointer                user_data;
    Mode                    mode;
    GString                *line;
    gboolean                echo;
    GPtrArray              *delayed_commands;
};

static gboolean
is_run (const gchar *scripted)
{
    return !scripted || strstr (scripted, SIM_SCRIPT_ANSWER) || strstr (scripted, SIM_SCRIPT_RUN);
}

static gchar *
replace (const gchar *text,
         const gchar *mark,
         const gchar *value)
{
    g_auto(GStrv) parts = g_strsplit (text, mark, -1);

    return g_strjoinv (value, parts);
}

/* @answer: the module's own response; empty if it has not run the command */
static gchar *
build_scripted_text (const gchar *scripted,
                     const gchar *answer)
{
    g_autofree gchar *stripped = g_strstrip (g_strdup (answer));
    g_autofree gchar *visible = replace (scripted, SIM_SCRIPT_RUN, "");
    g_autofree gchar *text = replace (visible, SIM_SCRIPT_ANSWER, stripped);

    return *text ? g_strdup_printf ("\r\n%s\r\n", text) : g_steal_pointer (&text);
}

static void
run_command (SimDialogue *self,
             const gchar *line)
{
    SimAtResponse         response = { .echo = self->echo };
    g_autofree gchar     *scripted = sim_script_take_response (self->script, line);
    g_autofree gchar     *answer = NULL;
    g_autofree gchar     *text = NULL;
    g_autoptr(SimRequest) request = NULL;

    if (!is_run (scripted)) {
        text = build_scripted_text (scripted, "");
        self->funcs->write (self->interface, text, self->user_data);
        return;
    }
    sim_at_run (self->at, line, &response);
    answer = response.text;
    text = scripted ? build_scripted_text (scripted, answer) : g_strdup (answer);
    request = response.request;
    self->echo = response.echo;
    if (response.prompt)
        self->mode = MODE_PDU;
    else if (response.online)
        self->mode = MODE_DATA;
    self->funcs->write (self->interface, text, self->user_data);
    self->funcs->done (&response, self->user_data);
}

/*****************************************************************************/

static void
delayed_command_free (DelayedCommand *command)
{
    g_clear_handle_id (&command->source, g_source_remove);
    g_free (command->line);
    g_free (command);
}

static gboolean
delayed_command_cb (gpointer user_data)
{
    DelayedCommand *command = user_data;

    command->source = 0;
    run_command (command->self, command->line);
    g_ptr_array_remove (command->self->delayed_commands, command);
    return G_SOURCE_REMOVE;
}

static void
run_command_delayed (SimDialogue *self,
                     const gchar *line,
                     guint        delay)
{
    DelayedCommand *command = g_new0 (DelayedCommand, 1);

    command->self = self;
    command->line = g_strdup (line);
    command->source = g_timeout_add (delay, delayed_command_cb, command);
    g_ptr_array_add (self->delayed_commands, command);
}

/*****************************************************************************/

static void
receive_line (SimDialogue *self,
              const gchar *line)
{
    guint delay;

    if (self->echo) {
        g_autofree gchar *echo = g_strconcat (line, "\r", NULL);

        self->funcs->write (self->interface, echo, self->user_data);
    }
    /* Skip anything before AT, e.g. a probe for another protocol */
    while (*line && g_ascii_strncasecmp (line, "AT", 2) != 0)
        line++;
    if (!*line)
        return;
    self->funcs->command (self->interface, line, self->user_data);
    delay = sim_script_get_delay (self->script, line);
    if (delay)
        run_command_delayed (self, line, delay);
    else
        run_command (self, line);
}

static void
receive_pdu (SimDialogue *self,
             gchar        end)
{
    g_autofree gchar *pdu = g_strdup (self->line->str);
    g_autofree gchar *response = NULL;

    g_string_truncate (self->line, 0);
    self->mode = MODE_COMMAND;
    self->funcs->command (self->interface, pdu, self->user_data);
    if (end == CTRL_Z)
        response = sim_at_receive_pdu (self->at, pdu);
    else
        response = g_strdup ("\r\nOK\r\n");
    self->funcs->write (self->interface, response, self->user_data);
}

gboolean
sim_dialogue_is_online (const SimDialogue *self)
{
    return self->mode == MODE_DATA;
}

void
sim_dialogue_hang_up (SimDialogue *self)
{
    if (self->mode != MODE_DATA)
        return;
    self->mode = MODE_COMMAND;
    self->funcs->write (self->interface, "\r\nNO CARRIER\r\n", self->user_data);
}

void
sim_dialogue_port_closed (SimDialogue *self)
{
    if (self->mode == MODE_DATA)
        sim_at_hang_up (self->at);
    self->mode = MODE_COMMAND;
    g_string_truncate (self->line, 0);
}

void
sim_dialogue_receive (SimDialogue *self,
                      const gchar *data,
                      gsize        length)
{
    gsize i;

    for (i = 0; i < length && self->mode != MODE_DATA; i++) {
        if (self->mode == MODE_PDU && (data[i] == CTRL_Z || data[i] == ESCAPE)) {
            receive_pdu (self, data[i]);
        } else if (self->mode == MODE_COMMAND && data[i] == '\r') {
            receive_line (self, self->line->str);
            g_string_truncate (self->line, 0);
        } else if (data[i] != '\n' && self->line->len < MAX_LINE) {
            g_string_append_c (self->line, data[i]);
        }
    }
}

/*****************************************************************************/

SimDialogue *
sim_dialogue_new (guint                   interface,
                  SimAt                  *at,
                  SimScript              *script,
                  const SimDialogueFuncs *funcs,
                  gpointer                user_data)
{
    SimDialogue *self = g_new0 (SimDialogue, 1);

    self->interface = interface;
    self->at = at;
    self->script = script;
    self->funcs = funcs;
    self->user_data = user_data;
    self->line = g_string_new (NULL);
    self->echo = TRUE;
    self->delayed_commands =
        g_ptr_array_new_with_free_func ((GDestroyNotify) delayed_command_free);
    return self;
}

void
sim_dialogue_free (SimDialogue *self)
{
    g_ptr_array_unref (self->delayed_commands);
    g_string_free (self->line, TRUE);
    g_free (self);
}
