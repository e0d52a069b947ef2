/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What must not be shown: the password of an FTP server, and the query of an HTTP URL, which may
 * contain a token. A module may repeat them, however they are spelled. */

#ifndef NL668_SECRET_H
#define NL668_SECRET_H

#include <glib.h>

typedef struct _Nl668Secret Nl668Secret;

/**
 * nl668_secret_new:
 * @text: the secret, at most 255 bytes.
 *
 * Returns: (transfer full) (nullable): NULL if @text may be a word or a number that the module uses
 *   anyway. Without it, what the module says would reveal it.
 */
Nl668Secret *nl668_secret_new  (const gchar *text);
void         nl668_secret_free (Nl668Secret *self);

/**
 * nl668_secret_mark:
 * @text: text from the module.
 * @marks: for each byte of @text; those of the secret are set to TRUE.
 *
 * Finds the secret in any case, encoded for a URL in whole or in part, in hexadecimal digits, as
 * UCS-2, and in base64. At the end of @text, four characters of it are enough.
 */
void nl668_secret_mark (const Nl668Secret *self,
                        const gchar       *text,
                        gboolean          *marks);

/* Returns: (transfer full): @url with "…" in place of its query. */
gchar    *nl668_secret_hide_query   (const gchar *url);

/* Whether a download from @source, which contains no secret any more, needs one */
gboolean  nl668_secret_is_needed_by (const gchar *source);

#endif /* NL668_SECRET_H */
