#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Generates the build system in the source tree. Run ./configure after it.
set -e
cd "$(dirname "$0")"
exec autoreconf --force --install --verbose
