# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What modules do during an update in public logs, drawn at random: for walks.

A story is what a module is set to do before an update starts. It consists of some of
the turns below."""

import collections

OLD, BETWEEN, NEW = (f'19011.1000.00.02.73.{number}' for number in (13, 14, 15))
# The same firmware, spelled otherwise
SPELLINGS = {revision: (revision, f'{revision} [Sep 17 2019 09:00:00]', f'NL668-EAU-00_{revision}')
             for revision in (OLD, BETWEEN, NEW)}

# Keys of a module that does what the manual says, quickly
SANE = {'stall': '-', 'unplug': '-', 'start': 'yes', 'percentages': 'yes', 'install': 'package',
        'restarts': 1, 'revisions': '-', 'other_for': 0, 'new_id': '0:0', 'new_port': 0,
        'gtset_read': 'yes', 'framing': 'crlf', 'fragment': 0, 'registration': 'lte', 'reacquire': 0,
        'download': 'real', 'report': '-', 'pace': 1, 'restart_after': 50, 'away': 50}

IDS = ('1508:1001', '1508:1000', '2cb7:01a0')
EMERGENCY, *OTHERS = OTHER_IDS = ('05c6:9008', '18d1:d00d', '05c6:90b6')

BOOT_LINES = ('PB DONE', 'AT command ready', 'RDY', 'RING', '+CEREG: 1', '+CPIN: READY',
              'GTOTA DOWNLOADING: 12%')
BUSY = ('ERROR', '+CME ERROR: 14', '+CME ERROR: 100')
REFUSALS = ('ERROR', '+CME ERROR: 3')
QUERIES = ('AT+CGMR', 'AT+CGSN')
# Those that start an update
STARTS = ('AT+GTOTA=0', 'AT+GTOTA=1')

# Answers of the script; `when` is "answer" or "answer_each_start"
Answer = collections.namedtuple('Answer', 'when command text count')
Turn = collections.namedtuple('Turn', 'keys answers', defaults=((),))


def add_noise(random):
    """An answer with a line that does not belong to it."""
    return f'{random.choice(BOOT_LINES)}\\r\\n\\r\\n<answer>'


def spell(random, revision):
    return random.choice(SPELLINGS[revision])


def find_firmware(revision):
    """The firmware that a revision means, without its spelling."""
    return next(firmware for firmware in SPELLINGS if firmware in revision)


# The turns; each takes the random generator and a watch, and returns keys and answers

def report_boot(random, _watch):
    return Turn({}, [Answer('answer_each_start', random.choice(QUERIES), add_noise(random),
                            random.choice((1, 2, 5)))])


def be_busy(random, _watch):
    return Turn({}, [Answer('answer_each_start', random.choice(QUERIES), random.choice(BUSY),
                            random.choice((1, 2, 4)))])


def frame_otherwise(random, _watch):
    return Turn({'framing': random.choice(('crcrlf', 'cr', 'lf')),
                 'fragment': random.choice((0, 0, 3))})


def report_little(random, _watch):
    """Also for longer than percentages are waited for."""
    return Turn({'percentages': 'no', 'start': random.choice(('yes', 'no')),
                 'pace': random.choice((1, 20, 100))})


def install_in_steps(random, _watch):
    """Also back to the version that it had."""
    last = random.choice((NEW, NEW, OLD))
    revisions = [spell(random, BETWEEN), spell(random, last)]
    return Turn({'restarts': random.choice((2, 3)), 'revisions': '|'.join(revisions),
                 'restart_after': random.choice((50, 2000, 8000))})


def spell_otherwise(random, watch):
    """Also the version that it has."""
    firmware = random.choice((NEW, NEW, find_firmware(watch.module.revision)))
    return Turn({'revisions': spell(random, firmware)})


def lose_ok(_random, _watch):
    return Turn({}, [Answer('answer', command, '<run>', 1) for command in STARTS])


def refuse_start(random, _watch):
    return Turn({}, [Answer('answer', command, random.choice(REFUSALS), 1) for command in STARTS])


def install_late(random, _watch):
    """Longer than an installation may take, or than the module may stay on the bus."""
    return Turn({'restart_after': random.choice((5000, 15000, 40000))})


def become_other(random, _watch):
    """For a while, for long, or for good."""
    kind = random.choice(('edl', 'other'))
    return Turn({'install': kind, 'other_id': random.choice(OTHERS),
                 'other_for': random.choice((200, 3000, 20000, 0))})


def move(random, watch):
    """To another USB id, and to another port."""
    ports = (watch.module.number + 1, watch.module.number + 21)
    return Turn({'new_id': random.choice(IDS), 'new_port': random.choice(ports)})


def refuse_restore(random, watch):
    commands = ('AT+GTSET="CALLBREAK",0', 'AT+GTSET="GPRSFIRST",0', f'AT+GTRAT={watch.rat}')
    return Turn({}, [Answer('answer', command, random.choice((*REFUSALS, '', '<run>')),
                            random.choice((1, 2, 3)))
                     for command in random.sample(commands, random.choice((1, 3)))])


def search_network(random, _watch):
    return Turn({'reacquire': random.choice((50, 500, 2000)),
                 'reacquire_after': random.choice((0, 100))})


def stop(random, _watch):
    key = random.choice(('stall', 'unplug'))
    return Turn({key: random.choice((0, 40, 89, 90, 99)), 'pace': random.choice((1, 20))})


def install_nothing(random, _watch):
    return Turn({'install': random.choice(('same', 'gone'))})


def be_slow(random, _watch):
    return Turn({'pace': random.choice((10, 40)), 'away': random.choice((50, 3000))})


TURNS = (report_boot, be_busy, frame_otherwise, report_little, install_in_steps, spell_otherwise,
         lose_ok, refuse_start, install_late, become_other, move, refuse_restore, search_network,
         stop, install_nothing, be_slow)


def tell(random, watch):
    """Has a module do some of these; returns their names. Those that come later have
    precedence."""
    turns = random.sample(TURNS, random.choice((0, 1, 1, 2, 3)))
    keys, answers = dict(SANE), []
    for turn in turns:
        drawn = turn(random, watch)
        keys |= drawn.keys
        answers += drawn.answers
    watch.module.forget_all()
    watch.module.set(**keys)
    for answer in answers:
        getattr(watch.module, answer.when)(answer.command, answer.text, answer.count)
    return ' + '.join(turn.__name__ for turn in turns) or 'nothing special'
