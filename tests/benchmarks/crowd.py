# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates of many modules at once."""

import time

from soak import Soak

from .measure import Row, format_number

CROWDS = (1, 8, 64)
# Fewer modules take more rounds
N_UPDATES = 6
LIMIT = 1.1


class Crowd:
    """Several rounds of updates of all modules at once."""

    def __init__(self, n_modules):
        n_rounds = max(N_UPDATES // n_modules, 1)
        n_updates = n_rounds * n_modules
        soak = Soak(n_modules, False)
        try:
            soak.start()
            self.memory = soak.get_resident()
            # The first round allocates caches
            soak.run_round()
            begin, used = time.monotonic(), soak.get_cpu_time()
            for _ in range(n_rounds):
                soak.run_round()
            self.cpu_time = (soak.get_cpu_time() - used) / n_updates * 1000
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
        ratio = crowd.cpu_time / one.cpu_time
        rows.append(Row(
            f'CPU time per update, {number} at once',
            f'{format_number(crowd.cpu_time)} ms', '–', f'× {ratio:.2f} of 1',
            *((f'≤ × {LIMIT}', ratio <= LIMIT) if number > 1 else ())))
    for number, crowd in crowds.items():
        rows.append(Row(f'from Start() until registered again, {number} at once',
                        f'{format_number(crowd.seconds)} s'))
    for number, crowd in crowds.items():
        rows.append(Row(f'memory of the daemon (RSS), {number} at once, before and after',
                        f'{crowd.memory:,} kB, {crowd.memory_after:,} kB'))
    return rows
