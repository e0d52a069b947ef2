# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Compares the daemon with and without the plugin, and our client with the stock one,
side by side on this machine. Slow results are reported, not treated as errors."""

import argparse
import os
import time

from benchmarks import (client, crowd, document, footprint, instructions, overhead, probing,
                        reports, request)
from testbed import case

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'BENCHMARKS.md')

# The benchmarks and their default number of runs
BENCHMARKS = {
    'at': (probing.run_at, 3),
    'qmi': (probing.run_qmi, 2),
    'mbim': (probing.run_mbim, 3),
    'memory': (footprint.run_memory, 3),
    'start': (footprint.run_start, 40),
    'request': (request.run, 10),
    'reports': (reports.run, 11),
    'instructions': (instructions.run, 1),
    'crowd': (crowd.run, 1),
    'overhead': (overhead.run, 6),
    'client': (client.run, 40),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--only', action='append', choices=BENCHMARKS, metavar='NAME',
                        help=f'one of {", ".join(BENCHMARKS)}; can be repeated')
    parser.add_argument('--runs', type=int, help='of each benchmark')
    parser.add_argument('--write', metavar='FILE', nargs='?', const=DOCUMENT,
                        help='write the table to a document [tests/BENCHMARKS.md]')
    args = parser.parse_args()

    begin = time.monotonic()
    rows = []
    try:
        for name in args.only or BENCHMARKS:
            run, n_runs = BENCHMARKS[name]
            for row in run(args.runs or n_runs):
                print(document.format_line(row), flush=True)
                rows.append(row)
    finally:
        case.close_all()
    print(f'{len(rows)} rows, {sum(row.met is False for row in rows)} missed, '
          f'{time.monotonic() - begin:.0f} s')
    if args.write:
        document.write(args.write, rows)


if __name__ == '__main__':
    main()
