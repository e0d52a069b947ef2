/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>

#include "nl668-radio.h"

typedef struct {
    const gchar *response;
    const gchar *parameters;
} GtratTest;

static const GtratTest gtrat_tests[] = {
    { "+GTRAT: 10",                 "10"      },
    { "\r\n+GTRAT: 10,3,2\r\n",     "10,3,2"  },
    { "+GTRAT:3",                   "3"       },
    { "+GTRAT: 10,,2",              NULL      },
    { "",                           NULL      },
    { "+GTRAT:",                    NULL      },
    { "+GTRAT: ,3",                 NULL      },
    { "+GTRAT: \"10\"",             NULL      },
    { "+GTRAT: 10;+CFUN=0",         NULL      },
    { "+GTRAT: 10 x",               NULL      },
    { "+GTRAT: -1",                 NULL      },
    { "+CREG: 0,1",                 NULL      },
    { "+GTRAT: 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", NULL },
};

static void
test_gtrat_response (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (gtrat_tests); i++) {
        g_autofree gchar *parameters = NULL;

        g_test_message ("response %u", i);
        parameters = nl668_parse_gtrat_response (gtrat_tests[i].response);
        g_assert_cmpstr (parameters, ==, gtrat_tests[i].parameters);
    }
}

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/radio/gtrat-response", test_gtrat_response);

    return g_test_run ();
}
