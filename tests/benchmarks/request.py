# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The time from the client to the command that starts the update."""

import subprocess
import time

from testbed.case import SOME_PLUGINS, Bed, Paths, get_stock_plugins

from .measure import Clock, Series, alternate, make_ratio

URL = 'http://fota.example.net/nl668/0213-0215.zip'
COMMANDS = ('AT+GTSET="CALLBREAK",1', 'AT+GTSET="GPRSFIRST",1', f'AT+GTOTA=0,"{URL}"')


class Side:
    """A registered modem, on a daemon with or without our plugin."""

    def __init__(self, with_ours):
        self.bed = Bed()
        self.bed.start_daemon(None if with_ours else get_stock_plugins(SOME_PLUGINS))
        self.module, self.modem = self.bed.add_modem(download='manual')
        self.modem.enable()
        self.clock = Clock(self.bed.simulator)

    def run_client(self, program, *args, status=0):
        result = subprocess.run([program, '-m', self.modem.index, *args], env=self.bed.env,
                                check=False, capture_output=True)
        assert result.returncode == status, result.stderr

    def find_request(self, begin):
        """The milliseconds until the module got the last command."""
        at = self.bed.wait_until(lambda: self.clock.find('AT+GTOTA=0', begin))
        return (at - begin) * 1000


def run(n_runs):
    ours, stock = Side(True), Side(False)
    # So that it is ready for the next update
    ours.module.answer('AT+GTOTA=0', 'ERROR')

    def start_ours():
        begin = time.monotonic()
        ours.run_client(Paths.client, f'--firmware-update=url={URL}', status=1)
        return ours.find_request(begin)

    def start_stock():
        begin = time.monotonic()
        for command in COMMANDS:
            stock.run_client(Paths.stock_client, f'--command={command}')
        return stock.find_request(begin)

    try:
        values = [Series(series, 'ms') for series in alternate(n_runs, start_ours, start_stock)]
        ours.bed.finish()
        stock.bed.finish()
    finally:
        ours.bed.close()
        stock.bed.close()
    return [make_ratio('--firmware-update until AT+GTOTA is on the wire', *values, 0.5)]
