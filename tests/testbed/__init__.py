# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Test bed: the stock daemon with our plugin on a private bus, with simulated modules
and real servers."""

import gi

gi.require_version('Soup', '3.0')
