# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced by tests/check and tests/demo: a copy of the source in a temporary
# directory, what it takes to build it, and the build. Leaves nothing behind.

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=

say () {
    printf '\n==> %s\n' "$*"
}

die () {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

clean_up () {
    [ -z "$work" ] || rm -rf "$work"
    work=
}

make_work_directory () {
    work=$(mktemp -d "${TMPDIR:-/tmp}/fibocom-nl668.XXXXXX")
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Debian's packages, and what each is for (see README.md)
packages='
    autoconf autoconf-archive automake autopoint gettext libtool make gcc pkg-config xz-utils
    libglib2.0-dev libglib2.0-bin libgudev-1.0-dev libmm-glib-dev libbsd-dev
    modemmanager dbus-daemon dbus-bin polkitd systemd udev
    network-manager iproute2
    umockdev libumockdev-dev libcurl4-openssl-dev
    libqmi-glib-dev libqmi-proxy libmbim-glib-dev libmbim-proxy
    bash-completion docbook-xsl man-db shellcheck valgrind xsltproc
    python3 python3-gi python3-dbusmock gir1.2-glib-2.0 gir1.2-soup-3.0 python3-pyftpdlib
    python3-jsonschema
'

# One that comes with the tests must not take over the network of the machine.
keep_network () {
    case "$missing" in
    *network-manager*)
        [ ! -d /run/systemd/system ] || systemctl -q mask --runtime NetworkManager.service ;;
    esac
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
    keep_network
    # The network of a fresh machine may not be up at once
    apt-get -q -o Acquire::Retries=3 update
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 --no-install-recommends install $missing
}

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
    ./autogen.sh >"$work/autogen.log" 2>&1 || { cat "$work/autogen.log"; die "autoreconf failed"; }
}

# configure's arguments
build () {
    say "building"
    copy_source
    mkdir "$work/build"
    cd "$work/build" || exit
    ../source/configure -q "$@"
    make -s -j"$(nproc)" all
}
