# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors
#
# Sourced after setup.sh: root file systems of Debian suites, and commands that run in
# them without leaving mounts or processes behind.

# Seconds
PREPARE_LIMIT=400

# The mirror may be out of date; its signature is what matters.
APT_OPTIONS='-q -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false'

# The mirror that apt uses, on a Debian system
find_mirror () {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
        awk '{ print; found = 1; exit } END { if (!found) print "http://deb.debian.org/debian" }'
}

# Runs in its own mount and PID namespaces. It changes the root instead of using chroot,
# in which the tests could not create namespaces.
# shellcheck disable=SC2016
enter_script='
    root=$1 work=$2 limit=$3
    shift 3
    if [ "$root" = / ]; then
        mount -t proc proc /proc
    else
        mount --bind "$root" "$root"
        mount --rbind /dev "$root/dev"
        mount --rbind /sys "$root/sys"
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/run"
        mount -t tmpfs tmpfs "$root/tmp"
        mkdir -p "$root$work"
        mount --bind "$work" "$root$work"
        cp --dereference --remove-destination /etc/resolv.conf /etc/hosts "$root/etc/"
        cd "$root"
        pivot_root . mnt
        cd /
        umount --lazy /mnt
    fi
    env -u TMPDIR -u MAKEFLAGS --default-signal=INT,QUIT \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        timeout --kill-after=10 "$limit" "$@"
    # timeout of sid does not work as process 1, so this shell stays.
    exit 0
'

# Arguments: root, seconds, a command. All of its processes end with it, and it with us.
enter () {
    enter_root=$1
    enter_limit=$2
    shift 2
    setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --propagation private -- \
        sh -e -c "$enter_script" sh "$enter_root" "$work" "$enter_limit" "$@"
}

# Arguments: root, packages
upgrade_root () {
    # shellcheck disable=SC2016
    enter "$1" "$PREPARE_LIMIT" sh -e -c '
        apt-get $1 update
        apt-get $1 -y dist-upgrade
        apt-get $1 -y --no-install-recommends install $2' sh "$APT_OPTIONS" "$2"
}

# Arguments: root, suite, packages
make_root () {
    rm -rf "$1.new"
    # shellcheck disable=SC2086
    enter / "$PREPARE_LIMIT" mmdebstrap --quiet --variant=minbase ${3:+--include="$(echo $3 | tr ' ' ,)"} \
        --aptopt='Acquire::Retries "3"' --aptopt='Acquire::Check-Valid-Until "false"' \
        --dpkgopt=force-unsafe-io \
        "$2" "$1.new" "${MIRROR:-$(find_mirror)}"
    mv "$1.new" "$1"
}

# Makes a root or upgrades an existing one. Arguments: root, suite, packages
prepare_root () {
    if [ -d "$1" ]; then
        upgrade_root "$1" "$3"
    else
        make_root "$1" "$2" "$3"
    fi
}

# Replaces the function of setup.sh: first ends the running jobs.
clean_up () {
    [ -n "$work" ] || return 0
    jobs -p >"$work/jobs"
    xargs -r kill -KILL <"$work/jobs" 2>/dev/null || :
    wait
    [ -z "$roots" ] || rm -rf "$roots"/*.new
    # Its processes may take a moment to end
    rm -rf --one-file-system "$work" 2>/dev/null || { sleep 1; rm -rf --one-file-system "$work"; }
    work=
}
