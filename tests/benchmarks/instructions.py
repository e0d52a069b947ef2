# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Instructions: what our regular expression adds to each answer of the module, and the
cost of a report."""

from testbed import valgrind
from testbed.bus import MODEM, Call, State
from testbed.case import OUR_PLUGIN, SOME_PLUGINS, Paths, get_stock_plugins
from testbed.daemon import OPTIONS, QUIET_OPTIONS

from gi.repository import GLib

from .callgrind import CallgrindBed
from .measure import Answer, Row, Series, make_ratio
from .probing import get_plugins

STOCK_PLUGINS = get_stock_plugins(SOME_PLUGINS)
PLUGINS = STOCK_PLUGINS | {OUR_PLUGIN: Paths.plugin}
# The stock plugin creates the same modem for it
KEYS = {'id': '2cb7:01a0', 'interfaces': 2, 'download': 'manual'}
PORT = 2
WARM_UP = 5
N_TIMES = 60
LIMIT = 5

MATCH = 'g_regex_match_full'
PARSER = 'mm_serial_parser_v1_parse'


def count_answers(plugins):
    """The cost per answer of matching all expressions and of parsing the rest."""
    bed = CallgrindBed()
    try:
        bed.start_counted_daemon(plugins, OPTIONS)
        _module, modem = bed.add_modem(**KEYS)
        modem.enable()

        def ask(_number):
            call = Call(bed.connection, modem.path, MODEM, 'Command',
                        GLib.Variant('(su)', ('+CSQ', 10))).wait()
            assert not call.error_name, call.message
        profile = bed.count(ask, WARM_UP, N_TIMES)
    finally:
        bed.close()
    tried, parsed = profile.get(profile.find_caller(MATCH)), profile.get(PARSER)
    return tried.cost / tried.calls, parsed.cost / parsed.calls


def measure_answers():
    tried_ours, _parsed = count_answers(PLUGINS)
    tried, parsed = count_answers(STOCK_PLUGINS)
    added = tried_ours - tried
    percent = 100 * added / (tried + parsed)
    return [Row('instructions that our regular expression adds to an answer (+CSQ), against '
                'those of the daemon to parse it', f'{added:,.0f}', f'{tried + parsed:,.0f}',
                f'{percent:.1f} %', f'≤ {LIMIT} %', percent <= LIMIT)]


def count_reports():
    """The profile of percentages that are announced."""
    bed = CallgrindBed()
    try:
        bed.start_counted_daemon(PLUGINS, QUIET_OPTIONS)
        module, modem = bed.add_modem(**KEYS)
        modem.enable()
        call = modem.start({'url': 'http://fota.example.net/package'}).wait()
        assert not call.error_name, call.message
        module.report('GTOTA DOWNLOAD START', interface=PORT)
        modem.wait_for_state(State.DOWNLOADING)

        def report(number):
            module.report(f'GTOTA DOWNLOADING: {number + 1}%', interface=PORT)
            bed.wait_until(lambda: modem.update['Progress'] == number + 1)
        return bed.count(report, WARM_UP, N_TIMES)
    finally:
        bed.close()


def measure_reports():
    profile = count_reports()
    matching = profile.get(profile.find_caller(MATCH)).cost
    handler = profile.get('report_received').cost
    setting = profile.get('nl668_modem_firmware_set_progress').cost
    announcing = profile.get('g_dbus_interface_skeleton_flush').cost
    rest = profile.total - matching - profile.get(PARSER).cost
    parts = (
        ('total, from reading to writing to the bus', profile.total),
        ('matching, one expression of ours and those of the daemon', matching - handler),
        ('interpreting it', handler - setting - announcing),
        ('setting the property', setting),
        ('building PropertiesChanged', announcing),
        ('the rest: main loop, reading, writing to the bus', rest),
    )
    return [Row(f'instructions per report: {what}', f'{cost / N_TIMES:,.0f}')
            for what, cost in parts]


def count_start(with_ours):
    """The profile from the start of the daemon to its first answer."""
    bed = CallgrindBed()
    try:
        answer = Answer(bed.connection)
        bed.start_counted_daemon(get_plugins(with_ours), QUIET_OPTIONS, at_start=True)
        bed.wait_until(lambda: answer.time)
        return bed.dump()
    finally:
        bed.close()


def measure_start():
    """The cost of the start."""
    ours, stock = count_start(True), count_start(False)
    linking = [profile.get('_dl_open').cost for profile in (ours, stock)]
    return [
        make_ratio('instructions of the daemon until its first answer', Series([ours.total]),
                   Series([stock.total])),
        make_ratio('of these, for loading plugins (dl_open)',
                   *[Series([cost]) for cost in linking]),
    ]


def run(_n_runs):
    """Counts hardly vary, so one run is enough."""
    if not valgrind.is_installed():
        return [Row('instructions', 'needs valgrind')]
    return measure_start() + measure_answers() + measure_reports()
