# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A random walk through events during updates, with invariants that are checked after
each step. The same seed takes the same steps."""

import argparse
import collections
import random
import sys
import time

from testbed.bus import State
from testbed.kills import Kills
from testbed.walk import Walk


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 32))
    parser.add_argument('--steps', type=int, default=2000)
    parser.add_argument('--kills', type=int, default=0,
                        help='instead: kill the daemon that often, at random moments')
    args = parser.parse_args()

    print(f'seed {args.seed}', flush=True)
    begin = time.monotonic()
    walk = Kills(args.seed, args.kills) if args.kills else Walk(args.seed, args.steps)
    try:
        walk.run()
    except AssertionError as error:
        print(walk.bed.get_diagnostics())
        sys.exit(f'error: {error}')
    states = sum((watch.n_seen for watch in walk.watches), collections.Counter())
    print(f'seed {args.seed}: {len(walk.steps)} steps in {time.monotonic() - begin:.0f} s, no invariant '
          f'violated; {states[State.PREPARING]} updates started, '
          f'{states[State.SUCCEEDED]} succeeded, '
          f'{states[State.FAILED]} failed; '
          f'another modem waited {walk.longest:.2f} s at most')
    print(', '.join(f'{count} {name}' for name, count in sorted(walk.counts.items())))


if __name__ == '__main__':
    main()
