# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Modules that are updated at the same time."""

import time

from soak import Soak

from .measure import Row, format_number

CROWDS = (1, 8, 64)
# With fewer modules there are more rounds
N_UPDATES = 6
LIMIT = 1.1


class Crowd:
    """Some modules, updated all at once some times."""

    def __init__(self, n_modules):
        n_rounds = max(N_UPDATES // n_modules, 1)
        n_updates = n_rounds * n_modules
        soak = Soak(n_modules, False)
        try:
            soak.start()
            self.memory = soak.get_resident()
            # What is made once has been made
            soak.run_round()
            begin, used = time.monotonic(), soak.get_processor()
            for _ in range(n_rounds):
                soak.run_round()
            self.processor = (soak.get_processor() - used) / n_updates * 1000
            self.seconds = (time.monotonic() - begin) / n_rounds
            self.memory_after = soak.get_resident()
            soak.bed.finish()
        finally:
            soak.bed.close()


def run(_n_runs):
    crowds = {number: Crowd(number) for number in CROWDS}
    one = crowds[1]
    rows = []
    for number, crowd in crowds.items():
        ratio = crowd.processor / one.processor
        rows.append(Row(
            f'processor for an update, {number} at once',
            f'{format_number(crowd.processor)} ms', '–', f'× {ratio:.2f} of 1',
            *((f'≤ × {LIMIT}', ratio <= LIMIT) if number > 1 else ())))
    for number, crowd in crowds.items():
        rows.append(Row(f'from Start() until registered again, {number} at once',
                        f'{format_number(crowd.seconds)} s'))
    for number, crowd in crowds.items():
        rows.append(Row(f'memory of the daemon (RSS), {number} at once, before and after',
                        f'{crowd.memory:,} kB, {crowd.memory_after:,} kB'))
    return rows
