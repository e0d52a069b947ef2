# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced after checks.sh: runs the commands of README.md as they are written there.

CHECKOUT=/packages/checkout

# One a line, after the number of its block. A block is indented after an empty line, or
# fenced; its first line is a command, as is every other one with a prompt. The rest is
# what a command prints.
list_commands () {
    awk '
        function finish () { if (command != "") print block, command; command = ""; continued = 0 }
        /^```/ {
            finish ()
            fenced = !fenced
            indented = 0
            foreign = $0 !~ /^```(sh|console)?$/
            block += fenced
            first = fenced
            next
        }
        fenced && foreign { next }
        !fenced && !(/^    / && (indented || was_empty)) {
            finish ()
            indented = 0
            was_empty = /^$/
            next
        }
        {
            if (!fenced && !indented) {
                block++
                indented = first = 1
            }
            sub (/^    /, "")
            if (continued)
                command = command " " $0
            else if (first || /^[#$] /) {
                finish ()
                command = $0
            } else
                next
            first = 0
            continued = sub (/ *\\$/, "", command)
        }
        END { finish () }' "$CHECKOUT/README.md"
}

# The walk that a block belongs to, by its commands
find_walk () {
    case "$1" in
    *' apt build-dep '*|*' dpkg-buildpackage '*) echo package ;;
    *' dnf '*|*' rpmbuild '*) echo rpm ;;
    *' make install'*) echo source ;;
    esac
}

# Why a command is in no walk
find_reason () {
    case "$1" in
    *' mmcli -'*|*' busctl '*) echo 'takes a modem: see tests/demo' ;;
    'tests/demo'*|'tests/check'*|?' tests/demo'*|?' tests/check'*) echo 'installs and builds by itself' ;;
    '# systemctl restart ModemManager') echo 'takes a running systemd' ;;
    '# dnf install ModemManager '*) echo 'has the names of Fedora' ;;
    esac
}

# Debian has no dnf, and other names for what a package needs
adapt () {
    case "$1" in
    '# dnf builddep '*) echo "\$ rpmspec --query --buildrequires ${1#\# dnf builddep }" ;;
    '# dnf install '*.rpm) echo "\$ rpm --query --package ${1#\# dnf install }" ;;
    '$ rpmbuild '*) echo "\$ rpmbuild --nodeps ${1#\$ rpmbuild }" ;;
    *) echo "$1" ;;
    esac
}

# Root has the user's HOME as well: with sudo, it is the user's shell that expands ~
run_command () (
    cd "$CHECKOUT" || exit
    case "$1" in
    '# '*) sh -c "${1#??}" ;;
    '$ '*) as_nobody sh -c "${1#??}" ;;
    *) echo 'it has no prompt'; exit 1 ;;
    esac </dev/null
)

# package, source or rpm. Commands that are in no walk are seen to with the package.
walk () {
    n_run=0
    commands=$(list_commands)
    while read -r block command <&3; do
        walk=$(find_walk "$(printf '%s\n' "$commands" | grep "^$block ")")
        [ "${walk:-package}" = "$1" ] || continue
        reason=$(find_reason "$command")
        if [ -n "$reason" ]; then
            printf '# not run here: %s (%s)\n' "$command" "$reason"
        elif [ -n "$walk" ]; then
            must "README.md: $command" run_command "$(adapt "$command")" 3<&-
            n_run=$((n_run + 1))
        else
            check "README.md: $command: tests/packages/readme.sh knows of it" false
        fi
    done 3<<LIST
$commands
LIST
    must "README.md has commands for this" [ "$n_run" != 0 ]
}
