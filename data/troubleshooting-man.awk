# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Converts docs/troubleshooting.md to a man page. It knows the Markdown that this
# document uses: headings, paragraphs, lists whose items are one code span each with
# an indented paragraph below, indented code, code spans, bold text and links.

function escape (text) {
    gsub (/\\/, "\\e", text)
    gsub (/…/, "...", text)
    gsub (/“|”/, "\"", text)
    return text
}

# A code span is what somebody may copy: hyphens are minus signs there
function make_code (text) {
    gsub (/^ | $/, "", text)
    gsub (/-/, "\\-", text)
    return "\\fB" text "\\fR"
}

function convert (text,    result, delimiter, end) {
    text = escape (text)
    while (match (text, /\[[^]]*\]\([^)]*\)/)) {
        end = substr (text, RSTART + RLENGTH)
        result = substr (text, RSTART + 1, index (substr (text, RSTART), "](") - 2)
        text = substr (text, 1, RSTART - 1) result end
    }
    result = ""
    while (match (text, /`+/)) {
        result = result substr (text, 1, RSTART - 1)
        delimiter = substr (text, RSTART, RLENGTH)
        text = substr (text, RSTART + RLENGTH)
        end = index (text, delimiter)
        result = result make_code (substr (text, 1, end - 1))
        text = substr (text, end + length (delimiter))
    }
    result = result text
    while (match (result, /\*\*[^*]*\*\*/))
        result = substr (result, 1, RSTART - 1) "\\fB" substr (result, RSTART + 2, RLENGTH - 4) "\\fR" substr (result, RSTART + RLENGTH)
    # At the beginning of a line, these begin a request
    if (result ~ /^[.']/)
        result = "\\&" result
    return result
}

# What was collected: an item of a list, or a paragraph
function finish () {
    if (text != "") {
        if (kind == "item") {
            print after_item ? ".TQ" : ".TP"
            print convert(text)
            after_item = 1
        } else {
            if (kind == "paragraph")
                print ".PP"
            else if (!after_item)
                print ".IP"
            print convert(text)
            after_item = 0
        }
    }
    text = ""
}

function finish_code () {
    finish ()
    if (in_code)
        print ".EE\n.RE"
    in_code = 0
}

BEGIN {
    print ".\\\" Generated from docs/troubleshooting.md"
    print ".TH FIBOCOM\\-NL668\\-TROUBLESHOOTING 7 \"2026\" \"fibocom-nl668\" \"Miscellaneous\""
    # No hyphenation, so that messages can be searched
    print ".nr HY 0\n.nh\n.ad l"
    print ".SH NAME"
    print "fibocom\\-nl668\\-troubleshooting \\- what to do when a firmware update fails"
}

/^<!--/ { next }
/^# / { print ".SH DESCRIPTION"; next }
/^## / { finish_code (); print ".SH " convert(substr ($0, 4)); after_item = 0; next }
/^### / { finish_code (); print ".SS " convert(substr ($0, 5)); after_item = 0; next }
/^    / {
    if (!in_code) {
        finish ()
        print ".PP\n.RS\n.EX"
    }
    in_code = 1
    print make_code(escape(substr ($0, 5)))
    next
}
/^$/ { finish (); next }
{ if (in_code) finish_code () }
/^\* / { finish (); kind = "item"; text = substr ($0, 3); next }
{
    if (text == "")
        kind = /^  / ? "indented" : "paragraph"
    sub (/^ +/, "")
    text = text == "" ? $0 : text " " $0
}

END {
    finish_code ()
    print ".SH SEE ALSO"
    print ".BR mmcli\\-firmware\\-update (1),"
    print ".BR fibocom\\-nl668\\-packages (5),"
    print ".BR org.freedesktop.ModemManager1.Modem.Firmware.Update (5),"
    print ".BR ModemManager (8)"
}
