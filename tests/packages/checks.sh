# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced by what tests/check-packages runs in a root: checks, and what they are made of.

passed=0
failed=0

section () {
    printf '\n=== %s\n' "$*"
}

# What it is, and the command
check () {
    what=$1
    shift
    if "$@" >/packages/check.log 2>&1; then
        passed=$((passed + 1))
        printf 'ok %d - %s\n' $((passed + failed)) "$what"
    else
        failed=$((failed + 1))
        printf 'not ok %d - %s\n' $((passed + failed)) "$what"
        sed 's/^/#   /' /packages/check.log
    fi
}

# What the last check said
show () {
    sed 's/^/# /' /packages/check.log
}

finish () {
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
    exit
}

# Without it there is nothing more to be checked
must () {
    before=$failed
    check "$@"
    [ "$failed" = "$before" ] || finish
}

is_absent () {
    for file; do
        if [ -e "$file" ] || [ -L "$file" ]; then
            echo "$file is there"
            return 1
        fi
    done
}

is_present () {
    ls -ld "$@"
}

as_nobody () {
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}

# A client of ours: what is in its help, and what it leaves to the stock one
works () {
    "$1" --help | grep -e --firmware-update-status &&
        "$1" --help-all | grep -e --list-modems &&
        "$1" --help-modem | grep -e --set-power-state-on
}

# That of /usr/local, before the stock one
finds_ours () {
    [ "$(command -v mmcli)" = /usr/local/bin/mmcli ] && works mmcli && works mmcli-firmware-update
}
