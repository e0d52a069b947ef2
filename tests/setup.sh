# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced by tests/check, tests/demo and the like: installs the packages that a build
# needs, and builds a copy of the source in a temporary directory. Only the packages
# are left behind.

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=
group=
installed=
is_held=
is_disabled=
is_refresh_disabled=

say () {
    printf '\n==> %s\n' "$*"
}

die () {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command in its own process group, so that a signal ends it and all of its
# children at once. Only a shell that waits like this handles signals immediately.
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
    # It may not be a group yet
    kill -s TERM -- "-$group" 2>/dev/null || kill -s TERM "$group" 2>/dev/null || :
    wait "$group" || :
    # The rest may still write to the directory that will be removed
    while kill -s KILL -- "-$group" 2>/dev/null; do
        sleep 0.1
    done
    group=
}

clean_up () {
    [ -z "$work" ] || rm -rf "$work"
    work=
}

# Argument: exit status
interrupt () {
    trap '' HUP INT PIPE TERM
    end_group
    release_network
    exit "$1"
}

make_work_directory () {
    work=$(mktemp -d "${TMPDIR:-/tmp}/fibocom-nl668.XXXXXX")
    trap 'clean_up; show_installed' EXIT
    trap 'interrupt 129' HUP
    trap 'interrupt 130' INT
    trap 'interrupt 141' PIPE
    trap 'interrupt 143' TERM
}

# ---------------------------------------------------------------------------
# Debian packages

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
    network-manager iproute2 fwupd
    libqmi-proxy libmbim-proxy
    bash-completion docbook-xsl man-db shellcheck valgrind xsltproc
    python3-dbusmock python3-jsonschema
"

# The tests need NetworkManager, but it must not take over the network of this machine,
# neither during the installation nor after the next boot.
network_hold=/run/systemd/system/NetworkManager.service.d/fibocom-nl668.conf

# Not masked: Debian would take a later upgrade for a first installation and enable the
# service.
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
    # The unit does not exist if the installation failed
    ! systemctl -q disable NetworkManager.service 2>/dev/null || is_disabled=yes
}

# The tests need fwupd, but it must not download anything on its own.
stop_refreshing () {
    case " $missing" in
    *' fwupd '*)
        ! systemctl -q disable --now fwupd-refresh.timer 2>/dev/null || is_refresh_disabled=yes
        ;;
    esac
}

show_installed () {
    [ -n "$installed" ] || return 0
    say "the installed packages stay; to remove them:"
    echo "apt-get purge --autoremove ${installed% }"
    [ -z "$is_disabled" ] ||
        echo "NetworkManager is disabled, so that it does not take over the network"
    [ -z "$is_refresh_disabled" ] ||
        echo "fwupd-refresh.timer is disabled, so that it downloads nothing"
}

# Retries, as the network of a new machine may not be up yet
install_missing () {
    apt-get -q -o Acquire::Retries=3 update || return
    installed=$missing
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 \
        --no-install-recommends install $missing
}

# Arguments: further packages
install_packages () {
    # shellcheck disable=SC2086
    missing=$(for package in $packages "$@"; do
                  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
                      printf '%s ' "$package"
              done)
    [ -n "$missing" ] || return 0

    [ "$(id -u)" = 0 ] || die "run this as root to install missing packages: $missing"
    say "installing $missing"
    hold_network
    result=0
    install_missing || result=$?
    release_network
    stop_refreshing
    [ "$result" = 0 ] || die "apt-get could not install the missing packages"
}

# ---------------------------------------------------------------------------

# Argument: a new directory
copy_checkout () {
    mkdir "$1"
    (cd "$top" && tar -c --exclude=./.git --exclude=autom4te.cache .) | tar -x -C "$1"
    cd "$1" || exit
    # A tree that was configured in place cannot be built in another directory
    [ ! -e config.status ] || make -s distclean >/dev/null 2>&1 || rm -f config.status
}

copy_source () {
    copy_checkout "$work/source"
    run_group ./autogen.sh >"$work/autogen.log" 2>&1 || { cat "$work/autogen.log"; die "autoreconf failed"; }
}

# Arguments: those of configure
build () {
    say "building"
    copy_source
    mkdir "$work/build"
    cd "$work/build" || exit
    run_group ../source/configure -q "$@"
    run_group make -s -j"$(nproc)" all || die "the build failed"
}
