/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Why an update has failed, in words: what is known, and what to do. None of them claims more than
 * what was observed. All functions return a new #MM_CORE_ERROR_FAILED unless noted. */

#ifndef NL668_VERDICT_H
#define NL668_VERDICT_H

#include "nl668-properties.h"
#include "nl668-timeouts.h"

/**
 * nl668_verdict_silent:
 * @expected: what did not happen: %NL668_TIMEOUT_START, %NL668_TIMEOUT_PROGRESS or
 *   %NL668_TIMEOUT_FAILURE.
 * @words: (nullable): the module's last words.
 */
GError *nl668_verdict_silent (Nl668Properties *properties,
                              Nl668Timeout     expected,
                              const gchar     *words);

/* The daemon was stopped before it told the module to start the update. */
GError *nl668_verdict_interrupted (void);

/* No report could be read, because the port is in use or, unless @is_here, because there is no
 * modem object. */
GError *nl668_verdict_unheard (Nl668Properties *properties,
                               gboolean         is_here);

/* The daemon goes on without the module: it is being stopped, or somebody has disabled or inhibited
 * the modem.
 * @is_requested: whether it had told the module to start the update, or was about to. */
GError *nl668_verdict_stopped (gboolean is_requested);

/**
 * nl668_verdict_no_response:
 * @reason: why there is no response to AT+GTOTA.
 *
 * Returns: (transfer full): an error of the same kind.
 */
GError *nl668_verdict_no_response (const GError *reason);

/* The module has left the bus during the download or, unless @is_requested, before it was told to
 * start one. */
GError *nl668_verdict_gone (gboolean is_requested);

/* @words: (nullable): the module's last words. The module has the package, but does not restart. */
GError *nl668_verdict_not_left (Nl668Properties *properties,
                                const gchar     *words);

/**
 * nl668_verdict_not_installed:
 * @words: (nullable): the module's last words.
 * @doubt: (out): whether that is tentative.
 *
 * The module has restarted, and does not run what was expected.
 */
GError *nl668_verdict_not_installed (Nl668Properties *properties,
                                     const gchar     *words,
                                     Nl668Doubt      *doubt);

/* The module ran the new firmware, and now runs the previous one again. */
GError *nl668_verdict_undone (Nl668Properties *properties);

/* The module is in emergency download mode. */
GError *nl668_verdict_emergency (void);

/* @id: the USB ID of the device that is at the module's USB port. It may be something else that was
 * plugged in there. */
GError *nl668_verdict_other_device (const gchar *id);

/**
 * nl668_verdict_busy:
 * @refusal: the module's response to AT+GTOTA.
 *
 * Returns: (transfer full): the same error, saying that the last update may still go on.
 */
GError *nl668_verdict_busy (const GError *refusal);

#endif /* NL668_VERDICT_H */
