/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-dialogue.h"

#define MAX_LINE 4096

/* What ends the text of a message */
#define CTRL_Z '\x1a'
#define ESCAPE '\x1b'

typedef enum {
    MODE_COMMAND,
    MODE_TEXT,
    MODE_DATA
} Mode;

typedef struct {
    SimDialogue *self;
    gchar       *line;
    guint        source;
} LateCommand;

struct _SimDialogue {
    guint                   interface;
    SimAt                  *at;
    SimScript              *script;
    const SimDialogueFuncs *funcs;
    gpointer                user_data;
    Mode                    mode;
    GString                *line;
    gboolean                echo;
    GPtrArray              *late_commands;
};

static void
run_command (SimDialogue *self,
             const gchar *line)
{
    SimAtReply            reply = { .echo = self->echo };
    g_autofree gchar     *answer = sim_script_take_answer (self->script, line);
    g_autofree gchar     *text = NULL;
    g_autoptr(SimRequest) request = NULL;

    if (answer) {
        text = *answer ? g_strdup_printf ("\r\n%s\r\n", answer) : g_strdup ("");
        self->funcs->say (self->interface, text, self->user_data);
        return;
    }
    sim_at_run (self->at, line, &reply);
    text = reply.text;
    request = reply.request;
    self->echo = reply.echo;
    if (reply.prompt)
        self->mode = MODE_TEXT;
    else if (reply.online)
        self->mode = MODE_DATA;
    self->funcs->say (self->interface, text, self->user_data);
    self->funcs->answered (&reply, self->user_data);
}

/*****************************************************************************/

static void
late_command_free (LateCommand *command)
{
    g_clear_handle_id (&command->source, g_source_remove);
    g_free (command->line);
    g_free (command);
}

static gboolean
late_command_cb (gpointer user_data)
{
    LateCommand *command = user_data;

    command->source = 0;
    run_command (command->self, command->line);
    g_ptr_array_remove (command->self->late_commands, command);
    return G_SOURCE_REMOVE;
}

static void
run_command_later (SimDialogue *self,
                   const gchar *line,
                   guint        delay)
{
    LateCommand *command = g_new0 (LateCommand, 1);

    command->self = self;
    command->line = g_strdup (line);
    command->source = g_timeout_add (delay, late_command_cb, command);
    g_ptr_array_add (self->late_commands, command);
}

/*****************************************************************************/

static void
receive_line (SimDialogue *self,
              const gchar *line)
{
    guint delay;

    if (self->echo) {
        g_autofree gchar *echo = g_strconcat (line, "\r", NULL);

        self->funcs->say (self->interface, echo, self->user_data);
    }
    /* What stands before the AT is no command, e.g. a probe for another protocol */
    while (*line && g_ascii_strncasecmp (line, "AT", 2) != 0)
        line++;
    if (!*line)
        return;
    self->funcs->command (self->interface, line, self->user_data);
    delay = sim_script_get_delay (self->script, line);
    if (delay)
        run_command_later (self, line, delay);
    else
        run_command (self, line);
}

static void
receive_text (SimDialogue *self,
              gchar        end)
{
    g_autofree gchar *text = g_strdup (self->line->str);
    g_autofree gchar *answer = NULL;

    g_string_truncate (self->line, 0);
    self->mode = MODE_COMMAND;
    self->funcs->command (self->interface, text, self->user_data);
    if (end == CTRL_Z)
        answer = sim_at_enter_text (self->at, text);
    else
        answer = g_strdup ("\r\nOK\r\n");
    self->funcs->say (self->interface, answer, self->user_data);
}

void
sim_dialogue_hang_up (SimDialogue *self)
{
    if (self->mode != MODE_DATA)
        return;
    self->mode = MODE_COMMAND;
    self->funcs->say (self->interface, "\r\nNO CARRIER\r\n", self->user_data);
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
        if (self->mode == MODE_TEXT && (data[i] == CTRL_Z || data[i] == ESCAPE)) {
            receive_text (self, data[i]);
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
    self->late_commands = g_ptr_array_new_with_free_func ((GDestroyNotify) late_command_free);
    return self;
}

void
sim_dialogue_free (SimDialogue *self)
{
    g_ptr_array_unref (self->late_commands);
    g_string_free (self->line, TRUE);
    g_free (self);
}
