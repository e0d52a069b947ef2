# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The base of cases that run the client."""

import shlex

from .case import SharedBedCase

STATUS = '--firmware-update-status'


def get_outcome(client):
    return client.returncode, client.stdout, client.stderr


class ClientCase(SharedBedCase):
    """An NL668, and a modem that is not one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cls.module, cls.modem = cls.bed.add_modem()
        _, cls.foreign = cls.bed.add_modem(id='2c7c:0125')
        cls.bed.wait_until(lambda: cls.modem.update['Transports'], 10, 'transports')
        cls.imei = cls.modem.properties['EquipmentIdentifier']

    def run_line(self, line, **options):
        return self.bed.mmcli(*shlex.split(line), **options)

    def run_program(self, *argv):
        client = self.bed.start_program(argv)
        client.end_input()
        self.bed.wait_for_client(client)
        return client
