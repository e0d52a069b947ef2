# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Has each file operation of an update fail, and kills the daemon at each operation that
changes the disk. The record must be true after each of them, and nothing left over."""

import argparse
import collections
import random
import subprocess
import sys
import time

from testbed.case import close_all
from testbed.faults import LASTING, FaultBed, Kill, list_cells


def count_operations():
    """How many operations of each kind an update has."""
    bed = FaultBed()
    try:
        bed.start()
        # Never reached
        bed.run(Kill('before', 'none', 1))
        counts = collections.Counter(operation.kind for operation in bed.operations)
        bed.bed.finish()
    finally:
        bed.bed.close()
    return {kind: counts[kind] for kind in LASTING}


def run_cells(cells):
    """Runs cells in one bed, until one fails; prints the results. Returns those left."""
    bed = FaultBed()
    try:
        bed.start()
        while cells:
            cell = cells.pop(0)
            begin = time.monotonic()
            bed.run(cell)
            print(f'ok {time.monotonic() - begin:.1f} s {cell.name}', flush=True)
        bed.bed.finish()
    except AssertionError as error:
        print(f'not ok {error}'.replace('\n', ' '), flush=True)
    finally:
        bed.bed.close()
    return cells


def run_jobs(args, counts):
    """Runs the cells in several processes side by side; returns their lines."""
    common = [sys.executable, '-B', sys.argv[0], *(f'--{name}={getattr(args, name)}'
                                                   for name in ('operations', 'readings', 'only')),
              '--counts', *(str(counts[kind]) for kind in LASTING)]
    jobs = [subprocess.Popen([*common, f'--part={number}/{args.jobs}'], stdout=subprocess.PIPE,
                             text=True) for number in range(args.jobs)]
    return [line for job in jobs for line in job.communicate()[0].splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--operations', type=int, default=20, help='how many of them fail')
    parser.add_argument('--readings', type=int, default=8,
                        help='how many of the next daemon fail')
    parser.add_argument('--only', default='', help='only cells with this text in their names')
    parser.add_argument('--jobs', type=int, default=12, help='how many beds side by side')
    parser.add_argument('--counts', type=int, nargs='*', help=argparse.SUPPRESS)
    parser.add_argument('--part', help=argparse.SUPPRESS)
    args = parser.parse_args()

    counts = dict(zip(LASTING, args.counts)) if args.counts else count_operations()
    cells = [cell for cell in list_cells(args.operations, args.readings, counts)
             if args.only in cell.name]
    # Slow ones next to each other would be in one part
    random.Random(0).shuffle(cells)
    if args.part:
        part, n_parts = map(int, args.part.split('/'))
        cells = cells[part::n_parts]
        while cells:
            cells = run_cells(cells)
        close_all()
        return

    begin = time.monotonic()
    print(f'{len(cells)} cells; an update has {counts}', flush=True)
    lines = run_jobs(args, counts)
    bad = sorted(line for line in lines if not line.startswith('ok '))
    print('\n'.join(bad))
    n_ok = len(lines) - len(bad)
    print(f'{n_ok} of {len(cells)} cells hold; {time.monotonic() - begin:.0f} s')
    sys.exit(0 if n_ok == len(cells) else 1)


if __name__ == '__main__':
    main()
