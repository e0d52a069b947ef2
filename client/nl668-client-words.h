/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What to tell the user about an update, in the user's language: translated with the text
 * domain of the program. */

#ifndef NL668_CLIENT_WORDS_H
#define NL668_CLIENT_WORDS_H

#include <glib.h>

#include "nl668-client-status.h"

/* What a client does until the module has accepted an update */
typedef enum {
    /* Enabling or registering has ended */
    NL668_CLIENT_ACTIVITY_NONE,
    NL668_CLIENT_ACTIVITY_STARTING,
    NL668_CLIENT_ACTIVITY_ENABLING,
    NL668_CLIENT_ACTIVITY_REGISTERING,
} Nl668ClientActivity;

/* What happens to the module and to ModemManager during an update */
typedef enum {
    /* Before the start: ModemManager will not hear the module, because one of its AT ports
     * carries a data connection */
    NL668_CLIENT_EVENT_PORT_TAKEN,
    NL668_CLIENT_EVENT_MODULE_LEFT,
    /* Without having reported a complete download, but probably to install it */
    NL668_CLIENT_EVENT_MODULE_LEFT_EARLY,
    NL668_CLIENT_EVENT_MODULE_BACK,
    /* ... in Qualcomm's emergency download mode */
    NL668_CLIENT_EVENT_MODULE_EMERGENCY,
    /* ... as a device that ModemManager has no modem object for */
    NL668_CLIENT_EVENT_MODULE_OTHER,
    NL668_CLIENT_EVENT_MODEM_LOST,
    NL668_CLIENT_EVENT_MODEM_FOUND,
    NL668_CLIENT_EVENT_MANAGER_LEFT,
    NL668_CLIENT_EVENT_MANAGER_BACK,
} Nl668ClientEvent;

/* Why a client stops waiting for the end of an update, if ModemManager does not report it. This
 * is no verdict: the module may go on. */
typedef enum {
    NL668_CLIENT_GIVE_UP_EMERGENCY,
    NL668_CLIENT_GIVE_UP_OTHER,
    NL668_CLIENT_GIVE_UP_MANAGER_GONE,
    NL668_CLIENT_GIVE_UP_MODULE_UNPLUGGED,
    NL668_CLIENT_GIVE_UP_MODULE_GONE,
    NL668_CLIENT_GIVE_UP_MODEM_GONE,
    /* ModemManager reports that there is no update, or no state at all */
    NL668_CLIENT_GIVE_UP_FORGOTTEN,
    NL668_CLIENT_GIVE_UP_SILENT,
    NL668_CLIENT_GIVE_UP_RESTARTING,
} Nl668ClientGiveUp;

/**
 * nl668_client_words_get_state:
 *
 * Programs use the untranslated nl668_state_get_name() instead.
 *
 * Returns: (transfer none): a word or two, lower case.
 */
const gchar *nl668_client_words_get_state (Nl668State state);

/**
 * nl668_client_words_get_port:
 *
 * Returns: (transfer none): what is at the USB port, in a word or two, lower case.
 */
const gchar *nl668_client_words_get_port (Nl668UsbPortState state);

/**
 * nl668_client_words_get_activity:
 *
 * Returns: (transfer none) (nullable): a few words, lower case; %NULL for none.
 */
const gchar *nl668_client_words_get_activity (Nl668ClientActivity activity);

/**
 * nl668_client_words_new_not_begun:
 *
 * Returns: (transfer full): that ModemManager was stopped before it began an update.
 */
GError *nl668_client_words_new_not_begun (void);

/**
 * nl668_client_words_new_removed:
 *
 * Returns: (transfer full): that the modem object is gone.
 */
GError *nl668_client_words_new_removed (void);

/**
 * nl668_client_words_describe_event:
 * @status: the status after the event.
 *
 * Returns: (transfer full): a sentence without a full stop.
 */
gchar *nl668_client_words_describe_event (Nl668ClientEvent         event,
                                          const Nl668ClientStatus *status);

/**
 * nl668_client_words_describe_give_up:
 * @status: the status when the client gives up.
 *
 * Returns: (transfer full): the reason and what to do about the module, in a sentence without
 *  a full stop. It does not say how to check the status of the update.
 */
gchar *nl668_client_words_describe_give_up (Nl668ClientGiveUp        reason,
                                            const Nl668ClientStatus *status);

#endif /* NL668_CLIENT_WORDS_H */
