# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The daemon under valgrind's memcheck: a complete update, failed ones, and a replug."""

import os
import re
import unittest

from testbed import valgrind
from testbed.bus import State, enable_all
from testbed.case import OUR_PLUGIN
from testbed.servers import make_package
from testbed.tap import comment, main

NEW = '19011.1000.00.02.73.15'

SCALE = 0.3

MEMCHECK = ('--num-callers=40', '--leak-check=full', '--show-leak-kinds=definite',
            '--errors-for-leak-kinds=definite', '--track-fds=yes', '--keep-debuginfo=yes')
HEAD = re.compile(r'==\d+== ?')
OUR_FRAME = re.compile(r'fibocom-nl668|\(nl668-|\(mm-daemon|mm-plugin-fibocom')


@unittest.skipUnless(valgrind.is_installed(), 'needs valgrind')
class Memcheck(unittest.TestCase):
    """The report of valgrind after one run of the daemon."""

    @classmethod
    def setUpClass(cls):
        cls.bed = valgrind.ValgrindBed(SCALE)
        cls.addClassCleanup(cls.bed.close)
        cls.log = os.path.join(cls.bed.directory, 'valgrind.log')
        # Blocks in a pool of GLib would not be seen
        cls.bed.usb_env['G_SLICE'] = 'always-malloc'
        cls.bed.start_in_valgrind([f'--log-file={cls.log}', *MEMCHECK])
        cls.run_updates()
        cls.bed.stop_daemon()
        with open(cls.log, encoding='utf-8', errors='replace') as file:
            cls.blocks = cls.split(file)

    @classmethod
    def run_updates(cls):
        bed = cls.bed
        url = bed.start_http().publish('/package', make_package(NEW))
        good = bed.simulator.add()
        bad = bed.simulator.add(stall=40)
        refused = bed.simulator.add()
        replugged = bed.simulator.add(download='manual')
        refused.answer('AT+GTOTA=0', '+CME ERROR: 3')
        modules = (good, bad, refused, replugged)
        modems = [bed.wait_for_modem(module) for module in modules]
        enable_all(*modems)
        for call in [modem.start({'url': url}) for modem in modems]:
            call.wait()
        replugged.report('GTOTA DOWNLOAD START', 'GTOTA DOWNLOADING: 40%', interface=1)
        bed.wait_for_announced(replugged, State.DOWNLOADING)
        replugged.unplug()
        bed.wait_for_no_modem(replugged)
        replugged.plug()
        cls.states = {
            'update': bed.wait_for_state(good, State.SUCCEEDED).state,
            'stalled': bed.wait_for_state(bad, State.FAILED).state,
            'refused': bed.wait_for_state(refused, State.FAILED).state,
            'replugged': bed.wait_for_state(replugged, State.FAILED).state,
        }
        for module in modules:
            module.unplug()
        for module in modules:
            bed.wait_for_no_modem(module)
        bed.wait_until(lambda: not bed.daemon.open_ports, 20, 'closed ports')
        cls.descriptors = bed.daemon.get_descriptors()

    @staticmethod
    def split(lines):
        """The report of valgrind as blocks of lines."""
        blocks = [[]]
        for line in lines:
            text = HEAD.sub('', line.rstrip('\n'), count=1)
            if text.strip():
                blocks[-1].append(text)
            elif blocks[-1]:
                blocks.append([])
        return ['\n'.join(block) for block in blocks if block]

    def find_ours(self, pattern):
        return [block for block in self.blocks
                if re.search(pattern, block) and OUR_FRAME.search(block)]

    def test_states(self):
        """the updates ended as expected"""
        self.assertEqual(set(self.states.values()), {State.SUCCEEDED, State.FAILED}, self.states)
        self.assertEqual(self.states['update'], State.SUCCEEDED)

    def test_errors(self):
        """there is no error with a frame of ours"""
        summary = [block for block in self.blocks if 'ERROR SUMMARY' in block]
        self.assertTrue(summary, self.blocks[-3:])
        comment(summary[-1].splitlines()[-1])
        ours = self.find_ours(r'Invalid|uninitialised|Mismatched|overlap|Process terminating')
        self.assertEqual(ours, [], '\n\n'.join(ours))

    def test_leaks(self):
        """there is no definite leak with a frame of ours"""
        records = [block for block in self.blocks if 'definitely lost in loss record' in block]
        ours = self.find_ours('definitely lost in loss record')
        comment(f'{len(records)} definite leaks in the daemon, {len(ours)} of {OUR_PLUGIN}')
        self.assertEqual(ours, [], '\n\n'.join(ours))

    def test_descriptors(self):
        """no descriptor of a port, or opened by the plugin, is left"""
        ports = [name for name in self.descriptors if 'pts' in name or 'ttyUSB' in name]
        self.assertEqual(ports, [])
        ours = self.find_ours(r'^Open file descriptor|^Open AF')
        comment(f'{len(self.descriptors)} descriptors when all modules were gone')
        self.assertEqual(ours, [], '\n\n'.join(ours))


if __name__ == '__main__':
    main()
