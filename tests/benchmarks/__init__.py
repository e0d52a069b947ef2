# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The benchmarks of tests/bench.py. Each module returns rows of the table."""
