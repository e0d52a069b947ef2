# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced after checks.sh: runs the commands of README.md and docs/ as they are written.

CHECKOUT=/packages/checkout

# Prints one command per line, after the number of its block. A block is indented after an
# empty line, or fenced. Its first line is a command, and so is every line with a prompt;
# the others are output.
list_commands () {
    awk '
        function finish () { if (command != "") print block, command; command = ""; continued = 0 }
        FNR == 1 { finish (); fenced = indented = was_empty = 0 }
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
            if (continued) {
                sub (/^ +/, "")
                command = command " " $0
            }
            else if (first || /^[#$] /) {
                finish ()
                command = $0
            } else
                next
            first = 0
            continued = sub (/ *\\$/, "", command)
        }
        END { finish () }' "$CHECKOUT/README.md" "$CHECKOUT"/docs/*.md
}

# Prints to which walk a block belongs, by its commands
find_walk () {
    case "$1" in
    *' apt build-dep '*|*' dpkg-buildpackage '*) echo package ;;
    *' dnf '*|*' rpmbuild '*) echo rpm ;;
    *' make install'*) echo source ;;
    esac
}

# Prints why a command is not run
find_reason () {
    case "$1" in
    *' mmcli -'*|*' busctl '*) echo 'needs a modem: see tests/demo' ;;
    'tests/demo'*|'tests/check'*|?' tests/demo'*|?' tests/check'*) echo 'installs and builds on its own' ;;
    '# systemctl restart ModemManager'|?' journalctl '*) echo 'needs a running systemd' ;;
    '# udevadm trigger '*) echo 'needs a running udev' ;;
    '# dnf install ModemManager '*) echo 'has the names of Fedora' ;;
    esac
}

# Debian has no dnf, and other names for the dependencies
adapt () {
    case "$1" in
    '# dnf builddep '*) echo "\$ rpmspec --query --buildrequires ${1#\# dnf builddep }" ;;
    '# dnf install '*.rpm) echo "\$ rpm --query --package ${1#\# dnf install }" ;;
    '$ rpmbuild '*) echo "\$ rpmbuild --nodeps ${1#\$ rpmbuild }" ;;
    *) echo "$1" ;;
    esac
}

# Root has the HOME of the user, because with sudo the user's shell expands ~
run_command () (
    cd "$CHECKOUT" || exit
    case "$1" in
    '# '*) sh -c "${1#??}" ;;
    '$ '*) as_nobody sh -c "${1#??}" ;;
    *) echo 'it has no prompt'; exit 1 ;;
    esac </dev/null
)

# $1: package, source or rpm. Commands that are in no walk are reported with the package.
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
            must "$command" run_command "$(adapt "$command")" 3<&-
            n_run=$((n_run + 1))
        else
            check "tests/packages/readme.sh knows the command: $command" false
        fi
    done 3<<LIST
$commands
LIST
    must 'README.md has commands for this' [ "$n_run" != 0 ]
}
