# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What is said of an update that has failed, and is settled: nothing is held any more."""

from testbed.bus import State
from testbed.evidence import FOREIGN, LONG, NEW, OLD, START, StoryCase
from testbed.tap import main


class Settled(StoryCase):
    """Modules that restart once more."""

    STORIES = {name: {} for name in ('installed', 'installed_after_undone', 'installed_unreported',
                                     'foreign_id', 'foreign_id_refused', 'odd_answer', 'refused',
                                     'undone')}

    def refuse(self):
        self.module.answer('AT+GTOTA=', '+CME ERROR: 3', 1)
        self.assertIsNotNone(self.start().wait().error_name)
        self.wait_for_restored()

    def assert_installed(self):
        """Checks that the update has succeeded after all."""
        self.wait_for_restored()
        self.assertEqual(self.modem.state, State.FAILED)
        self.restart(NEW)
        self.assert_succeeded()

    def test_installed(self):
        """a module that installs the update after it is settled has been updated"""
        self.install(OLD)
        self.wait_for_error(f'still runs {OLD}')
        self.assert_installed()

    def test_installed_after_undone(self):
        """the same if the update was undone"""
        self.install(NEW)
        self.assert_succeeded()
        self.restart(OLD)
        self.wait_for_error(f'the module runs {OLD} again')
        self.assert_installed()

    def test_installed_unreported(self):
        """the same if the module has not reported any progress"""
        self.accept()
        self.report(START)
        self.wait_for(State.DOWNLOADING)
        self.restart(OLD)
        self.wait_for(State.FAILED)
        self.assert_installed()

    def come_as_another(self):
        """The module is back with another USB ID, and with the new firmware."""
        self.leave()
        module = self.bed.simulator.add(id=FOREIGN, imei=self.imei, revision=NEW)
        return module, self.bed.wait_for_modem(module)

    def test_foreign_id(self):
        """the same if it comes back with the USB ID of another module"""
        self.install(OLD)
        self.wait_for_error(f'still runs {OLD}')
        self.wait_for_restored()
        module, _ = self.come_as_another()
        self.bed.wait_for_state(module, State.SUCCEEDED, LONG)

    def test_foreign_id_refused(self):
        """it is not recognized if it has refused the update"""
        self.refuse()
        _, modem = self.come_as_another()
        self.bed.wait_until(lambda: modem.properties.get('Revision') == NEW, 20, NEW)
        self.assertIsNone(modem.update)

    def test_odd_answer(self):
        """a single line that looks like a revision does not revise the failure"""
        self.module.answer_each_start('AT+CGMR', 'SIM1 READY\\r\\n\\r\\nOK', 1)
        self.install(OLD)
        self.wait_for_error(f'still runs {OLD}')
        self.wait_for_restored()
        self.restart(OLD)
        self.assert_stays(State.FAILED)
        self.assert_never(State.SUCCEEDED)

    def test_refused(self):
        """a new revision is not the work of an update that the module has refused"""
        self.refuse()
        message = self.read_message()
        modem = self.restart(NEW)
        self.bed.wait_until(lambda: modem.update['CurrentVersion'] == NEW, 20, NEW)
        self.assert_stays(State.FAILED)
        self.assertEqual(self.read_message(), message)
        self.assert_never(State.SUCCEEDED)

    def test_undone(self):
        """an update that was undone stays so, also if the module restarts once more"""
        self.install(NEW)
        self.assert_succeeded()
        self.restart(OLD)
        self.wait_for_error(f'the module runs {OLD} again: the update was undone')
        self.restart(OLD)
        self.wait_for_restored()
        self.assertIn(f'the module runs {OLD} again: the update was undone', self.read_message())


if __name__ == '__main__':
    main()
