/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-script.h"

#define ALWAYS G_MAXUINT

typedef struct {
    gchar    *prefix;
    gchar    *text;
    guint     count;
    guint     left;           /* remaining uses */
    gboolean  each_start;
    guint     delay;
} Rule;

struct _SimScript {
    GPtrArray *responses;     /* of Rule, oldest first */
    GPtrArray *delays;        /* of Rule */
};

static Rule *
rule_new (const gchar *prefix)
{
    Rule *rule = g_new0 (Rule, 1);

    rule->prefix = g_strdup (prefix);
    rule->left = ALWAYS;
    return rule;
}

static void
rule_free (Rule *rule)
{
    g_free (rule->prefix);
    g_free (rule->text);
    g_free (rule);
}

static gboolean
rule_matches (const Rule  *rule,
              const gchar *line)
{
    gsize length = strlen (rule->prefix);

    return g_ascii_strncasecmp (line, rule->prefix, length) == 0 ||
           g_ascii_strncasecmp (line + strlen ("AT"), rule->prefix, length) == 0;
}

static Rule *
find_rule (GPtrArray   *rules,
           const gchar *line)
{
    guint i;

    for (i = rules->len; i > 0; i--) {
        Rule *rule = g_ptr_array_index (rules, i - 1);

        if (rule->left && rule_matches (rule, line))
            return rule;
    }
    return NULL;
}

static gboolean
remove_rules (GPtrArray   *rules,
              const gchar *prefix)
{
    gboolean removed = FALSE;
    guint    i;

    for (i = rules->len; i > 0; i--) {
        const Rule *rule = g_ptr_array_index (rules, i - 1);

        if (g_ascii_strcasecmp (rule->prefix, prefix) == 0) {
            g_ptr_array_remove_index (rules, i - 1);
            removed = TRUE;
        }
    }
    return removed;
}

/*****************************************************************************/

void
sim_script_add_response (SimScript   *self,
                         const gchar *prefix,
                         const gchar *text,
                         guint        count,
                         gboolean     each_start)
{
    Rule *rule = rule_new (prefix);

    rule->text = g_strdup (text);
    rule->count = count ? count : ALWAYS;
    rule->left = each_start ? 0 : rule->count;
    rule->each_start = each_start;
    g_ptr_array_add (self->responses, rule);
}

gboolean
sim_script_remove_responses (SimScript   *self,
                             const gchar *prefix)
{
    return remove_rules (self->responses, prefix);
}

gchar *
sim_script_take_response (SimScript   *self,
                          const gchar *line)
{
    Rule  *rule = find_rule (self->responses, line);
    gchar *text;

    if (!rule)
        return NULL;
    text = g_strdup (rule->text);
    if (rule->left != ALWAYS && --rule->left == 0 && !rule->each_start)
        g_ptr_array_remove (self->responses, rule);
    return text;
}

void
sim_script_start_module (SimScript *self)
{
    guint i;

    for (i = 0; i < self->responses->len; i++) {
        Rule *rule = g_ptr_array_index (self->responses, i);

        if (rule->each_start)
            rule->left = rule->count;
    }
}

void
sim_script_set_delay (SimScript   *self,
                      const gchar *prefix,
                      guint        delay)
{
    Rule *rule;

    remove_rules (self->delays, prefix);
    if (!delay)
        return;
    rule = rule_new (prefix);
    rule->delay = delay;
    g_ptr_array_add (self->delays, rule);
}

guint
sim_script_get_delay (SimScript   *self,
                      const gchar *line)
{
    const Rule *rule = find_rule (self->delays, line);

    return rule ? rule->delay : 0;
}

/*****************************************************************************/

SimScript *
sim_script_new (void)
{
    SimScript *self = g_new0 (SimScript, 1);

    self->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
    self->delays = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
    return self;
}

void
sim_script_free (SimScript *self)
{
    g_ptr_array_unref (self->responses);
    g_ptr_array_unref (self->delays);
    g_free (self);
}
