/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Why Start() fails: what the errors of the module and of the daemon mean. What the daemon says of
 * a port that is gone, or of a command that it did not wait for, explains nothing. */

#ifndef NL668_REASON_H
#define NL668_REASON_H

#include "nl668-modem.h"

/**
 * nl668_reason_check_use:
 * @error: return location for a #MM_CORE_ERROR_FAILED.
 *
 * Returns: %FALSE if the daemon is being stopped, or somebody is disabling the modem: nothing more
 *   must be sent to the module.
 */
gboolean nl668_reason_check_use (Nl668Modem  *modem,
                                 GError     **error);

/**
 * nl668_reason_judge_response:
 * @error: (transfer full): why AT+GTOTA failed.
 *
 * Returns: (transfer full) (nullable): the error for the caller of Start(), or NULL if the module
 *   has accepted the update all the same.
 */
GError  *nl668_reason_judge_response (Nl668Modem *modem,
                                      GError     *error);

/**
 * nl668_reason_explain:
 * @is_requested: whether the module may have been told to start the update.
 * @error: (transfer full): why a step failed.
 *
 * Returns: (transfer full): the error for the caller of Start().
 */
GError  *nl668_reason_explain (Nl668Modem *modem,
                               gboolean    is_requested,
                               GError     *error);

#endif /* NL668_REASON_H */
