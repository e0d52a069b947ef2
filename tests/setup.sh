# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced by tests/check and tests/demo: installs what a build needs, copies the
# source to a temporary directory and builds it there. The packages stay
# installed; everything else is removed.

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=
group=
installed=
is_held=
is_disabled=

say () {
    printf '\n==> %s\n' "$*"
}

die () {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command as a process group of its own, so that a signal ends it and all
# that it started at once: sh acts on a signal only when it waits like this.
run_group () {
    setsid -- env --default-signal=INT,QUIT "$@" &
    group=$!
    group_status=0
    wait "$group" || group_status=$?
    group=
    return "$group_status"
}

end_group () {
    [ -n "$group" ] || return 0
    # It may not have become a group yet
    kill -s TERM -- "-$group" 2>/dev/null || kill -s TERM "$group" 2>/dev/null || :
    wait "$group" || :
    # What is left of it may be writing to what is to be removed
    while kill -s KILL -- "-$group" 2>/dev/null; do
        sleep 0.1
    done
    group=
}

clean_up () {
    [ -z "$work" ] || rm -rf "$work"
    work=
}

# STATUS to exit with
interrupt () {
    trap '' HUP INT PIPE TERM
    end_group
    release_network
    exit "$1"
}

make_work_directory () {
    work=$(mktemp -d "${TMPDIR:-/tmp}/fibocom-nl668.XXXXXX")
    trap 'clean_up; tell_what_stays' EXIT
    trap 'interrupt 129' HUP
    trap 'interrupt 130' INT
    trap 'interrupt 141' PIPE
    trap 'interrupt 143' TERM
}

# ---------------------------------------------------------------------------
# Debian's packages, and what each is for (see README.md)

# For a build and tests/demo
demo_packages='
    autoconf automake autopoint gettext libtool make gcc pkg-config
    libbsd-dev libglib2.0-dev libgudev-1.0-dev libmm-glib-dev
    modemmanager dbus-daemon
    umockdev libumockdev-dev libcurl4-openssl-dev libmbim-glib-dev libqmi-glib-dev
    python3 python3-gi gir1.2-soup-3.0 python3-pyftpdlib
'

packages="$demo_packages
    libglib2.0-bin dbus-bin polkitd systemd udev xz-utils
    network-manager iproute2
    libqmi-proxy libmbim-proxy
    bash-completion docbook-xsl man-db shellcheck valgrind xsltproc
    python3-dbusmock python3-jsonschema
"

# The tests need NetworkManager, but it must not take over the network of this
# machine: neither when it is installed, nor when the machine starts again.
network_hold=/run/systemd/system/NetworkManager.service.d/fibocom-nl668.conf

# Not by a mask: Debian would take a later upgrade for the first installation, and
# enable it then.
hold_network () {
    case " $missing" in
    *' network-manager '*) ;;
    *) return 0 ;;
    esac
    [ -d /run/systemd/system ] || return 0
    is_held=yes
    mkdir -p "${network_hold%/*}"
    printf '[Unit]\n# Never\nConditionPathExists=!/\n' >"$network_hold"
}

release_network () {
    [ -n "$is_held" ] || return 0
    is_held=
    rm -f "$network_hold"
    rmdir "${network_hold%/*}" 2>/dev/null || :
    systemctl daemon-reload
    # It is not there if it could not be installed
    ! systemctl -q disable NetworkManager.service 2>/dev/null || is_disabled=yes
}

tell_what_stays () {
    [ -n "$installed" ] || return 0
    say "what was installed stays; to remove it:"
    echo "apt-get purge --autoremove ${installed% }"
    [ -z "$is_disabled" ] || echo "NetworkManager is disabled: it must not take over the network"
}

# The network of a fresh machine may not be up at once
install_missing () {
    apt-get -q -o Acquire::Retries=3 update || return
    installed=$missing
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 --no-install-recommends install $missing
}

# More packages may be named
install_packages () {
    # shellcheck disable=SC2086
    missing=$(for package in $packages "$@"; do
                  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
                      printf '%s ' "$package"
              done)
    [ -n "$missing" ] || return 0

    [ "$(id -u)" = 0 ] || die "these packages are missing, run as root: $missing"
    say "installing $missing"
    hold_network
    result=0
    install_missing || result=$?
    release_network
    [ "$result" = 0 ] || die "apt-get could not install what is missing"
}

# ---------------------------------------------------------------------------

# To a new directory
copy_checkout () {
    mkdir "$1"
    (cd "$top" && tar -c --exclude=./.git --exclude=autom4te.cache .) | tar -x -C "$1"
    cd "$1" || exit
    # A tree that was configured in place cannot be built elsewhere
    [ ! -e config.status ] || make -s distclean >/dev/null 2>&1 || rm -f config.status
}

copy_source () {
    copy_checkout "$work/source"
    run_group ./autogen.sh >"$work/autogen.log" 2>&1 || { cat "$work/autogen.log"; die "autoreconf failed"; }
}

# configure's arguments
build () {
    say "building"
    copy_source
    mkdir "$work/build"
    cd "$work/build" || exit
    run_group ../source/configure -q "$@"
    run_group make -s -j"$(nproc)" all || die "the build failed"
}
