/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The settings of the module that an update changes, and their original values.
 *
 * An original value is recorded before the setting is changed, and kept until it is restored:
 * after the update, after a restart of the module, or by the next daemon. It is not restored if
 * the setting has neither this value nor the one that the update has set: then the user has
 * changed it.
 *
 * To add a setting, add it to Nl668SettingId and to the table in nl668-saved.c. No other code
 * lists the settings. */

#ifndef NL668_SAVED_H
#define NL668_SAVED_H

#include <glib.h>

/* In the order in which an update changes them. They are restored in reverse order. */
typedef enum {
    NL668_SETTING_GTRAT,
    NL668_SETTING_CALLBREAK,
    NL668_SETTING_GPRSFIRST,
    NL668_SETTING_LAST
} Nl668SettingId;

/* A setting that is read and changed with AT commands. Its value consists of numbers separated
 * by commas, which makes it safe in a command wherever it comes from. */
typedef struct {
    /* The key in the record */
    const gchar *name;
    guint        n_numbers_max;
    /* The command that reads it, without the leading AT, and the parser of the response */
    const gchar *query;
    gchar *   (* parse)         (const gchar *response,
                                 const gchar *name);
    /* The command that changes it, without the leading AT */
    gchar *   (* build_command) (const gchar *name,
                                 const gchar *value);
    /* The value that an update needs, or NULL if that depends on the network */
    const gchar *update_value;
    /* Whether the update fails if the module refuses that value */
    gboolean     is_required;
    /* The error message if it fails, and (nullable) what to do if the module has refused it */
    const gchar *failure;
    const gchar *remedy;
} Nl668Setting;

extern const Nl668Setting nl668_settings[NL668_SETTING_LAST];

/**
 * nl668_setting_build_command:
 *
 * Returns: (transfer full): the command that changes the setting to @value.
 */
gchar *nl668_setting_build_command (const Nl668Setting *self,
                                    const gchar        *value);

/**
 * nl668_setting_explain:
 * @error: why the value that an update needs could not be set. Its message becomes one for the
 *   user.
 */
void nl668_setting_explain (const Nl668Setting *self,
                            GError             *error);

/*****************************************************************************/

/* Original values, and what the radio was locked to */
typedef struct {
    /* The daemon's modes, values of #MMModemMode, if @has_modes */
    gboolean  has_modes;
    guint     allowed_modes;
    guint     preferred_mode;
    /* The only mode that an update has allowed, or 0 if it is not known: it may be any mode that
     * an update allows */
    guint     locked_mode;
    /* The module's values by #Nl668SettingId; NULL if unknown or not changed */
    gchar    *values[NL668_SETTING_LAST];
    /* The value that an update has given to +GTRAT, or NULL if it is not known: the same */
    gchar    *locked_gtrat;
    /* By #Nl668SettingId, and of the modes: the module has said once that it does not support
     * restoring it. Not in the record. */
    gboolean  is_doubtful[NL668_SETTING_LAST + 1];
} Nl668Saved;

gboolean nl668_saved_is_empty (const Nl668Saved *self);

/* Frees the previous contents of @self. */
void     nl668_saved_copy     (Nl668Saved       *self,
                               const Nl668Saved *from);
void     nl668_saved_clear    (Nl668Saved       *self);

/* For a structure that was allocated with g_new0 () */
void     nl668_saved_free     (Nl668Saved       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Saved, nl668_saved_free)

/**
 * nl668_saved_merge:
 * @newer: values that were read later.
 *
 * Adds values from @newer, and what it says about the lock. A value that is already saved is the
 * original one, and is kept, unless the user has changed the setting since.
 */
void nl668_saved_merge (Nl668Saved       *self,
                        const Nl668Saved *newer);

/**
 * nl668_saved_set_value:
 * @value: from a file or from the module.
 *
 * Returns: whether @value is valid for this setting, and has been saved.
 */
gboolean nl668_saved_set_value (Nl668Saved     *self,
                                Nl668SettingId  id,
                                const gchar    *value);

/**
 * nl668_saved_add_response:
 * @query: the query of one or more settings.
 * @response: the response to @query.
 *
 * Saves the values in @response, except those that an update needs anyway: these settings are
 * not going to be changed.
 *
 * Returns: whether @response has the values of all settings that @query reads.
 */
gboolean nl668_saved_add_response (Nl668Saved  *self,
                                   const gchar *query,
                                   const gchar *response);

/* The same, but nothing is saved. */
gboolean nl668_saved_is_complete (const gchar *query,
                                  const gchar *response);

/**
 * nl668_saved_set_modes:
 * @modes: "allowed;preferred", from a file.
 *
 * Returns: whether @modes is valid, and has been saved.
 */
gboolean nl668_saved_set_modes (Nl668Saved  *self,
                                const gchar *modes);

/**
 * nl668_saved_dup_modes:
 *
 * Returns: (transfer full) (nullable): the modes in the format of nl668_saved_set_modes ().
 */
gchar *nl668_saved_dup_modes (const Nl668Saved *self);

/**
 * nl668_saved_set_locked_gtrat:
 * @value: from a file.
 *
 * Returns: whether @value is valid, and has been saved.
 */
gboolean nl668_saved_set_locked_gtrat (Nl668Saved  *self,
                                       const gchar *value);

/**
 * nl668_saved_set_locked_mode:
 * @mode: from a file.
 *
 * Returns: whether @mode is valid, and has been saved.
 */
gboolean nl668_saved_set_locked_mode (Nl668Saved  *self,
                                      const gchar *mode);

/* Remove an original value, and what the setting was locked to. */
void nl668_saved_forget_value (Nl668Saved     *self,
                               Nl668SettingId  id);
void nl668_saved_forget_modes (Nl668Saved     *self);

/*****************************************************************************/
/* Present values */

typedef enum {
    NL668_PRESENT_UNKNOWN,
    /* The original value */
    NL668_PRESENT_ORIGINAL,
    /* The value that the update has set */
    NL668_PRESENT_OURS,
    /* Another value: the user has changed it */
    NL668_PRESENT_FOREIGN,
} Nl668Present;

/**
 * nl668_saved_judge_value:
 * @id: a setting whose original value is saved.
 * @present: (nullable): the value that the module reports.
 *
 * The module may report more numbers for +GTRAT than were set.
 */
Nl668Present nl668_saved_judge_value (const Nl668Saved *self,
                                      Nl668SettingId    id,
                                      const gchar      *present);

/**
 * nl668_saved_judge_modes:
 * @present: the modes that the daemon reports, if it does.
 */
Nl668Present nl668_saved_judge_modes (const Nl668Saved *self,
                                      const Nl668Saved *present);

#endif /* NL668_SAVED_H */
