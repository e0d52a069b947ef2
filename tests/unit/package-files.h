/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Contents of package files */

#ifndef PACKAGE_FILES_H
#define PACKAGE_FILES_H

#include <glib.h>

/* The lines of a valid file */
#define P "[Package]\n"
#define M "Model=NL668-EAU*\n"
#define F "From=1.2.3.*\n"
#define T "To=2\n"
#define U "URL=http://example.net/a.zip\n"

#define VALID P M F T U

/*****************************************************************************/
/* Invalid files */

typedef struct {
    const gchar *contents;
    gint         mode;
    /* Beginning of the error message */
    const gchar *reason;
} InvalidTest;

static const InvalidTest invalid_tests[] = {
    /* Format */
    { "\n",                                      0644, "has no group [Package]" },
    { "# only a comment\n",                      0644, "has no group [Package]" },
    { "hello\n",                                 0644, "is not a key file" },
    { M F T U,                                   0644, "is not a key file" },
    { VALID "Password: secret\n",                0600, "is not a key file" },
    { VALID "secret\n",                          0600, "is not a key file" },
    { "Encoding=secret\n",                       0644, "is not a key file" },
    { P "Encoding=latin1\n" M F T U,             0644, "is not a key file" },
    { "[package]\n" M F T U,                     0644, "[package]: unknown group" },
    { "[Other]\n",                               0644, "[Other]: unknown group" },
    { VALID "[Other]\na=b\n",                    0644, "[Other]: unknown group" },
    { VALID "[\x1b[31m]\n",                      0644, "is not a key file" },
    { VALID "Summary=\xff\xfe\n",                0644, "is not UTF-8 text" },
    { "\xff\xfe[\x01",                           0644, "is not UTF-8 text" },
    { "\xef\xbb\xbf" VALID,                      0644, "is not a key file" },
    { VALID "Colour=red\n",                      0644, "Colour: unknown key" },
    { VALID "url=http://h/f\n",                  0644, "url: unknown key" },
    { VALID "Summary[de]=b\n",                   0644, "Summary[de]: unknown key" },
    { VALID "Password[xx]=secret\n",             0644, "Password[xx]: unknown key" },
    { VALID "Gr\xc3\xbcn=1\n",                   0644, "has a line with an invalid key" },
    { VALID "Password: secret=\n",               0600, "has a line with an invalid key" },
    { VALID "URL:ftp://me:secret=@h/f\n",        0600, "has a line with an invalid key" },
    /* Id and summary */
    { VALID "Id=\n",                             0644, "Id: is empty" },
    { VALID "Id=a b\n",                          0644, "Id: must be" },
    { VALID "Id=../../etc/passwd\n",             0644, "Id: must be" },
    { VALID "Id=$(reboot)\n",                    0644, "Id: must be" },
    { VALID "Id=a\\nb\n",                        0644, "Id: must be" },
    { VALID "Id=a\\qb\n",                        0644, "Id: has an invalid escape" },
    { VALID "Id=\xc3\xa4\n",                     0644, "Id: must be" },
    { VALID "Summary=\n",                        0644, "Summary: is empty" },
    { VALID "Summary=a\\nb\n",                   0644, "Summary: must be one line" },
    { VALID "Summary=\x1b[31mred\n",             0644, "Summary: must be one line" },
    { VALID "Summary=a\xe2\x80\xa8" "b\n",       0644, "Summary: must be one line" },
    { VALID "Summary=a\xe2\x80\xae" "b\n",       0644, "Summary: must be one line" },
    /* Model, From and To */
    { P F T U,                                   0644, "Model: is missing" },
    { P M T U,                                   0644, "From: is missing" },
    { P M F U,                                   0644, "To: is missing" },
    { P F T U "Model=\n",                        0644, "Model: is empty" },
    { P F T U "Model=;\n",                       0644, "Model: has an empty entry" },
    { P F T U "Model=a;;b\n",                    0644, "Model: has an empty entry" },
    { P F T U "Model=a; ;b\n",                   0644, "Model: has an empty entry" },
    { P F T U "Model=a\\nb\n",                   0644, "Model: contains a byte" },
    { P M T U "From=\xc3\xa4\n",                 0644, "From: contains a byte" },
    { P M T U "From=\\x\n",                      0644, "From: has an invalid escape" },
    { P M T U "From=a;\\x;b\\\n",                0644, "From: has an invalid escape" },
    { P F T U "Model=*\n",                       0644, "Model: must name the model" },
    { P F T U "Model=?\n",                       0644, "Model: must name the model" },
    { P F T U "Model=NL668*\n",                  0644, "Model: must name the model" },
    { P F T U "Model=NL668-*\n",                 0644, "Model: must name the model" },
    { P F T U "Model=NL6?8-EAU\n",               0644, "Model: must name the model" },
    { P F T U "Model=NL668*-00\n",               0644, "Model: must name the model" },
    { P F T U "Model=-EAU*\n",                   0644, "Model: must name the model" },
    { P F T U "Model=NL668-EAU*;*\n",            0644, "Model: must name the model" },
    { P M T U "From=*\n",                        0644, "From: must name the first three" },
    { P M T U "From=1.2.3*\n",                   0644, "From: must name the first three" },
    { P M T U "From=1.2.?.4\n",                  0644, "From: must name the first three" },
    { P M T U "From=?.2.3.4\n",                  0644, "From: must name the first three" },
    { P M T U "From=...*\n",                     0644, "From: must name the first three" },
    { P M T U "From=1...*\n",                    0644, "From: must name the first three" },
    { P M T U "From=1.2.3.4;1.*\n",              0644, "From: must name the first three" },
    { P M F U "To=\n",                           0644, "To: is empty" },
    { P M F U "To=a\"b\n",                       0644, "To: contains a quote" },
    { P M F U "To=a\\\\b\n",                     0644, "To: contains a quote" },
    { P M F U "To=a\\nb\n",                      0644, "To: contains a byte" },
    { P M F U "To=\xc3\xa4\n",                   0644, "To: contains a byte" },
    /* URL, or server, file name, user and password */
    { P M F T,                                   0644, "URL: is missing" },
    { P M F T "URL=\n",                          0644, "URL: is empty" },
    { P M F T "URL=secret\n",                    0644, "URL: is not a valid URL" },
    { P M F T "URL=https://h/f\n",               0644, "URL: https:// is not supported" },
    { P M F T "URL=file:///etc/passwd\n",        0644, "URL: names no server" },
    { P M F T "URL=http://h/\"+CFUN=0\n",        0644, "URL: contains a quote" },
    { P M F T "URL=http://h/f\\r\\nAT+CFUN=0\n", 0644, "URL: contains a byte" },
    { P M F T "URL=http://h/a b\n",              0644, "URL: contains a space" },
    { P M F T "URL=http://h:x/f\n",              0644, "URL: is not a valid URL" },
    { P M F T "URL=http://me:secret@h/f\n",      0600, "URL: has a user" },
    { P M F T "URL=ftp://me:secret/f\n",         0600, "URL: is not a valid URL" },
    { P M F T "URL=ftp://me:secret@h:x/f\n",     0600, "URL: is not a valid URL" },
    { P M F T "URL=ftp://me:secret#@h/f\n",      0600, "URL: is not a valid URL" },
    { P M F T "URL=ftp://me:secret@h/\n",        0600, "FileName: is missing" },
    { P M F T "URL=ftp://me:secret%22@h/f\n",    0600, "Password: contains a quote" },
    { P M F T "URL=ftp://me@h/f\n",              0644, "Password: is missing" },
    { P M F T "Server=h\nUser=u\nPassword=p\n",  0600, "FileName: is missing" },
    { P M F T "Server=u:secret@h\nFileName=f\nUser=u\nPassword=p\n",
                                                 0600, "Server: contains an @" },
    { VALID "Server=h\n",                        0644, "Server: is for FTP only" },
    { VALID "Password=\n",                       0600, "Password: is empty" },
    { VALID "Password=secret\\q\n",              0600, "Password: has an invalid escape" },
    { VALID "Password=secret\\\"\n",             0600, "Password: has an invalid escape" },
    { VALID "Password=secret\\q\\\n",            0600, "Password: has an invalid escape" },
    { VALID "Password=secret\n",                 0600, "Password: is for FTP only" },
    /* Permissions */
    { P M F T "URL=ftp://u@h/f\nPassword=secret\n", 0644, "Password: is readable by others" },
    { P M F T "URL=ftp://u@h/f\nPassword=secret\n", 0640, "Password: is readable by others" },
    { P M F T "URL=ftp://u@h/f\nPassword=secret\n", 0604, "Password: is readable by others" },
    { P M F T "URL=ftp://u:secret@h/f\n",        0604, "URL: contains a password" },
    { P M F T "URL=http://h/f?token=secret\n",   0640, "URL: contains a query" },
    { VALID,                                     0664, "is writable by others" },
    { VALID,                                     0646, "is writable by others" },
};

#endif /* PACKAGE_FILES_H */
