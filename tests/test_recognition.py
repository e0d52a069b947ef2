# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Which devices the plugin handles, and which it leaves alone."""

import itertools
import os
import string

from testbed.bus import State, wait_for_signal
from testbed.case import (OUR_PLUGIN, Bed, BedCase, Paths, SharedBedCase, get_stock_plugins,
                          get_version)
from testbed.daemon import INFO
from testbed.simulator import OUR_COMMANDS
from testbed.tap import main

STOCK_PLUGIN = 'libmm-plugin-fibocom.so'
GENERIC_PLUGIN = 'libmm-plugin-generic.so'

HTTP = 1
FTP = 2

FOREIGN = ('2cb7:0007', '2c7c:0125')


class Recognised(SharedBedCase):
    """Modules of every kind on one daemon with all stock plugins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add = cls.bed.simulator.add
        cls.modules = {
            '1508:1001': add(id='1508:1001'),
            '1508:1000': add(id='1508:1000'),
            '2cb7:01a0': add(id='2cb7:01a0'),
            'diag': add(interfaces='0+1+2+3'),
            'http': add(fota='http'),
            'none': add(fota='none'),
            'literal': add(),
            'bare': add(),
            'rubbish': add(),
        }
        syntax = '<type>,<\\"url\\">[,<\\"filename\\">,<\\"username\\">,<\\"password\\">]'
        cls.modules['literal'].answer('AT+GTOTA=?', f'+GTOTA: {syntax}\\r\\n\\r\\nOK')
        cls.modules['bare'].answer('AT+GTOTA=?', 'OK')
        cls.modules['rubbish'].answer('AT+GTOTA=?', '+GTOTA: (\\r\\n\\r\\nOK')
        cls.bed.start_daemon(get_stock_plugins() | {OUR_PLUGIN: Paths.plugin})

    def check(self, kind, transports):
        module = self.modules[kind]
        modem = self.bed.wait_for_modem(module)
        self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668')
        seen = self.bed.mmcli_json('-m', modem.index, stock=True)['modem']
        self.assertEqual(seen['generic']['plugin'], 'fibocom-nl668')
        self.assertIsNotNone(modem.update, 'our interface')
        self.bed.wait_until(lambda: 'AT+GTOTA=?' in module.peek_commands(), 10, 'AT+GTOTA=?')
        self.bed.wait_until(lambda: modem.update['Transports'] == transports, 10,
                            f'transports {transports}')
        self.assertEqual(modem.state, State.IDLE)
        self.assertEqual(modem.read_update(), {
            'State': State.IDLE, 'Progress': 0, 'Package': '', 'Source': '', 'PreviousVersion': '',
            'CurrentVersion': '19011.1000.00.02.73.13', 'TargetVersion': '', 'Error': ('', ''),
            'Started': 0, 'Finished': 0, 'Transports': transports,
            'PluginVersion': get_version(),
        })
        self.assertEqual(module.get_update_commands(), [])
        loaded = [line for line in self.bed.daemon.log if INFO.search(line) and 'is loaded' in line]
        self.assertEqual(len(loaded), 1, loaded)
        self.assertIn(f'fibocom-nl668 {get_version()} is loaded', loaded[0])

    def test_1508_1001(self):
        """1508:1001, the NL668 for IoT"""
        self.check('1508:1001', HTTP | FTP)

    def test_1508_1000(self):
        """1508:1000, the same without a diag port"""
        self.check('1508:1000', HTTP | FTP)

    def test_2cb7_01a0(self):
        """2cb7:01a0, the NL668-AM and NL652-EU"""
        self.check('2cb7:01a0', HTTP | FTP)

    def test_diag_port(self):
        """1508:1001 with all serial ports, one of which is silent"""
        self.check('diag', HTTP | FTP)

    def test_http_only(self):
        """a module that supports HTTP only"""
        self.check('http', HTTP)

    def test_no_update(self):
        """a module without AT+GTOTA"""
        self.check('none', 0)

    def test_literal_syntax(self):
        """AT+GTOTA=? is answered as printed in the manual"""
        self.check('literal', HTTP | FTP)

    def test_bare_ok(self):
        """AT+GTOTA=? is answered with OK only"""
        self.check('bare', HTTP | FTP)

    def test_garbage(self):
        """AT+GTOTA=? is answered with garbage"""
        self.check('rubbish', 0)


class LeftAlone(BedCase):
    """Modems other than the NL668."""

    QUESTIONS = ((), ('-J',), ('-K',), ('--firmware-status', '-J'), ('--firmware-list',),
                 ('--location-status', '-J'))

    @staticmethod
    def bring_up(*beds):
        """Starts a daemon; returns the modems of the foreign modules in a fixed order."""
        modems = [[] for _ in beds]
        for number, device in enumerate(FOREIGN):
            modules = [bed.simulator.add(id=device, imei=f'86477303000010{number}', model='Other')
                       for bed in beds]
            for bed, module, found in zip(beds, modules, modems):
                found.append(bed.wait_for_modem(module))
                found[-1].enable()
                wait_for_signal(found[-1])
        return modems

    def ask(self, bed, modems):
        """The output of the stock client for each modem."""
        answers = {}
        for modem in modems:
            for question in self.QUESTIONS:
                client = bed.mmcli('-m', modem.index, *question, stock=True)
                answers[modem.index, question] = (client.returncode, client.stdout, client.stderr)
        return answers

    def test_unrelated_modems(self):
        """2cb7:0007 and 2c7c:0125 look the same with and without the plugin"""
        other = Bed(self.SCALE)
        self.addCleanup(other.finish)
        self.bed.start_daemon(get_stock_plugins() | {OUR_PLUGIN: Paths.plugin})
        other.start_daemon(get_stock_plugins())
        modems, other_modems = self.bring_up(self.bed, other)

        self.assertIn('fibocom-nl668', self.bed.daemon.loaded_plugins)
        self.assertNotIn('fibocom-nl668', other.daemon.loaded_plugins)
        self.assertEqual([modem.properties['Plugin'] for modem in modems], ['fibocom', 'quectel'])
        for modem in modems:
            self.assertIsNone(modem.update, 'our interface')
        answers = self.ask(self.bed, modems)
        self.assertEqual(answers[modems[0].index, ()][0], 0)
        self.assertEqual(answers, self.ask(other, other_modems))
        for command in self.bed.simulator.commands:
            self.assertFalse(command.text.startswith(OUR_COMMANDS), command.text)


class LoadOrder(BedCase):
    """The daemon loads plugins in the order of the directory."""

    @staticmethod
    def make_directory(bed, ours_first):
        """Links our plugin and the stock one so that the file system lists them in this
        order, be it by a hash of the names or by age."""
        stock = get_stock_plugins([STOCK_PLUGIN, GENERIC_PLUGIN])
        target = stock.pop(STOCK_PLUGIN)
        for first, second in itertools.product(string.ascii_lowercase, repeat=2):
            ours, theirs = f'libmm-plugin-{first}1.so', f'libmm-plugin-{second}2.so'
            links = [(ours, Paths.plugin), (theirs, target)]
            for pair in (links, links[::-1]):
                directory = bed.make_plugin_directory(stock | dict(pair))
                names = [entry.name for entry in os.scandir(directory)]
                if (names.index(ours) < names.index(theirs)) == ours_first:
                    return directory
        raise AssertionError('the file system lists any two names in the same order')

    def look(self, bed, module):
        """Starts a daemon; returns how the modem looks."""
        modem = bed.wait_for_modem(module)
        bed.wait_until(lambda: modem.update and modem.update['Transports'] == 3, 10, 'transports')
        modem.enable()
        wait_for_signal(modem)
        self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668')
        return bed.mmcli_json('-m', modem.index, stock=True), modem.read_update()

    def test_both_orders(self):
        """the modem is the same whether our plugin is loaded first or last"""
        other = Bed(self.SCALE)
        self.addCleanup(other.finish)
        beds = (self.bed, other)
        modules = [bed.simulator.add(id='2cb7:01a0', imei='864773030000207') for bed in beds]
        for bed, ours_first in zip(beds, (True, False)):
            bed.start_daemon(self.make_directory(bed, ours_first))
        seen = [self.look(bed, module) for bed, module in zip(beds, modules)]
        loaded = [[name for name in bed.daemon.loaded_plugins if name.startswith('fibocom')]
                  for bed in beds]
        # Some daemons load the plugins in reverse
        self.assertEqual(sorted(loaded),
                         [['fibocom', 'fibocom-nl668'], ['fibocom-nl668', 'fibocom']])
        self.assertEqual(seen[0], seen[1])


class Alone(BedCase):
    """Without the stock Fibocom plugin."""

    def test_without_stock_plugin(self):
        """our plugin alone handles the module, and no XMM probe is sent"""
        self.bed.start_daemon(get_stock_plugins([GENERIC_PLUGIN]) | {OUR_PLUGIN: Paths.plugin})
        modules = [self.bed.simulator.add(id=device) for device in ('2cb7:01a0', '1508:1001')]
        for module in modules:
            modem = self.bed.wait_for_modem(module)
            self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668')
            self.bed.wait_until(lambda m=modem: m.update['Transports'] == 3, 10, 'transports')
            modem.enable()
            self.assertNotIn('XACT', ' '.join(module.get_commands()).upper())


if __name__ == '__main__':
    main()
