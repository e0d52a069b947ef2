/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <link.h>
#include <string.h>

#include "mm-daemon-program.h"

/* The message with which the daemon starts: src/main.c */
static const gchar version_prefix[] = "ModemManager (version ";

#define VERSION_SUFFIX ')'
#define VERSION_MAX 64

static gint
get_program_cb (struct dl_phdr_info *info,
                size_t               size,
                gpointer             user_data)
{
    *(struct dl_phdr_info *) user_data = *info;
    return 1;
}

/* The program comes before all libraries. */
static void
get_program (struct dl_phdr_info *program)
{
    dl_iterate_phdr (get_program_cb, program);
}

/*****************************************************************************/
/* Version */

/* AddressSanitizer does not know that the space between strings is readable, and replaces
 * memmem (). */
__attribute__ ((no_sanitize_address))
static const gchar *
find_text (const gchar *start,
           gsize        size,
           const gchar *text,
           gsize        length)
{
    gsize i;
    gsize k;

    for (i = 0; i + length <= size; i++) {
        for (k = 0; k < length && start[i + k] == text[k]; k++)
            ;
        if (k == length)
            return start + i;
    }
    return NULL;
}

static gchar *
find_version (const gchar *start,
              gsize        size)
{
    const gchar *end = start + size;
    const gchar *c;
    GString     *version;

    c = find_text (start, size, version_prefix, strlen (version_prefix));
    if (!c)
        return NULL;

    version = g_string_new (NULL);
    for (c += strlen (version_prefix);
         c < end && *c != VERSION_SUFFIX && g_ascii_isprint (*c) && version->len <= VERSION_MAX;
         c++)
        g_string_append_c (version, *c);
    return g_string_free (version, c == end || *c != VERSION_SUFFIX);
}

gchar *
mm_daemon_program_get_version (void)
{
    /* Linkers that do not separate them store constants with the code. Most store them behind the
     * symbols, which are searched last. */
    static const guint32 places[] = { PF_R, PF_R | PF_X };
    struct dl_phdr_info  program;
    guint                i;
    guint                k;

    get_program (&program);
    for (i = 0; i < G_N_ELEMENTS (places); i++) {
        for (k = program.dlpi_phnum; k-- > 0;) {
            const ElfW(Phdr) *segment = &program.dlpi_phdr[k];
            gchar            *version;

            if (segment->p_type != PT_LOAD || segment->p_flags != places[i])
                continue;
            version = find_version ((const gchar *) (program.dlpi_addr + segment->p_vaddr),
                                    segment->p_filesz);
            if (version)
                return version;
        }
    }
    return NULL;
}

/*****************************************************************************/
/* Symbols */

static const ElfW(Dyn) *
find_dynamic_section (const struct dl_phdr_info *program)
{
    guint i;

    for (i = 0; i < program->dlpi_phnum; i++) {
        if (program->dlpi_phdr[i].p_type == PT_DYNAMIC)
            return (const ElfW(Dyn) *) (program->dlpi_addr + program->dlpi_phdr[i].p_vaddr);
    }
    return NULL;
}

gboolean
mm_daemon_program_has_symbol (const gchar *name)
{
    g_autofree gchar    *entry = NULL;
    struct dl_phdr_info  program;
    const ElfW(Dyn)     *dynamic;
    ElfW(Addr)           names = 0;
    gsize                size = 0;

    get_program (&program);
    dynamic = find_dynamic_section (&program);
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
        if (dynamic->d_tag == DT_STRTAB)
            names = dynamic->d_un.d_ptr;
        else if (dynamic->d_tag == DT_STRSZ)
            size = dynamic->d_un.d_val;
    }
    if (!names)
        return FALSE;
    /* On most platforms, the loader has made this an address. */
    if (names < program.dlpi_addr)
        names += program.dlpi_addr;

    /* The first name is empty. */
    entry = g_strconcat (".", name, NULL);
    entry[0] = '\0';
    return !!memmem ((const gchar *) names, size, entry, strlen (name) + 2);
}
