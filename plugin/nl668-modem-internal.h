/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Shared by nl668-modem.c and nl668-modem-revision.c, which finds out what the module runs. */

#ifndef NL668_MODEM_INTERNAL_H
#define NL668_MODEM_INTERNAL_H

#include <gio/gio.h>

typedef struct _Nl668Modem Nl668Modem;

#define PROPS(self) NL668_PROPERTIES ((self)->update)

/* Opens the AT ports as long as something needs them. */
void nl668_modem_hold_or_release_ports (Nl668Modem *self);

/* Sends a query until the module answers or, without @parse, a few times at most. @user_data holds
 * a reference to @self; @callback calls nl668_modem_finish_query () and then releases the ports. */
void nl668_modem_start_query (Nl668Modem          *self,
                              const gchar         *command,
                              gchar *           (* parse) (const gchar *response),
                              GAsyncReadyCallback  callback,
                              gpointer             user_data);

/* Returns: (transfer full) (nullable): the answer, if there is one and the modem is not gone. */
gchar *nl668_modem_finish_query (Nl668Modem   *self,
                                 GAsyncResult *res);

/* To be called when the daemon has read the revision of the module. */
void nl668_modem_read_revision (Nl668Modem *self);

#endif /* NL668_MODEM_INTERNAL_H */
