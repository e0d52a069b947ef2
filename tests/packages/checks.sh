# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Checks and their helpers, for the scripts that tests/check-packages runs in a root.

passed=0
failed=0

section () {
    printf '\n=== %s\n' "$*"
}

# DESCRIPTION COMMAND...
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

# The output of the last check
show () {
    sed 's/^/# /' /packages/check.log
}

finish () {
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
    exit
}

# Like check, but ends the script if the check fails
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

# CLIENT: its help has our options and those of the stock client
works () {
    "$1" --help | grep -e --firmware-update-status &&
        "$1" --help-all | grep -e --list-modems &&
        "$1" --help-modem | grep -e --set-power-state-on
}

# The mmcli in /usr/local comes before the stock one
finds_ours () {
    [ "$(command -v mmcli)" = /usr/local/bin/mmcli ] && works mmcli && works mmcli-firmware-update
}
