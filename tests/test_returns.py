# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A module that comes back from a restart as something else, or does not say who it is, and
a daemon that is restarted in between."""

from testbed.bus import ERROR, MODEM, Call, State, enable_all
from testbed.case import BedCase
from testbed.servers import make_package
from testbed.evidence import COMPLETE, FOREIGN, LONG, NEW, OLD, START, URL, StoryCase, percent
from testbed.tap import main

REVISION, IMEI = ('AT+CGMR', 'AT+GMR'), ('AT+CGSN', 'AT+GSN')
MODEL = 'NL668-EAU-00'
WITH_MODEL = f'{MODEL}_{OLD}'
OTHER_ANSWER = 'MPSS.JO.2.0.c1-00096-9607_GENNS_PACK-1  1  [Sep 17 2019 09:00:00]'
BOOT = ('PB DONE', 'AT command ready', 'RDY', 'RING', '+CEREG: 1', percent(12))


# One that no plugin knows
UNKNOWN = '05c6:90b6'


class Answers(StoryCase):
    """Modules that answer oddly for a while after each restart."""

    STORIES = {'boot_reports_same': {}, 'boot_reports_new': {}, 'boot_reports_target': {},
               'busy': {}, 'never_known': {}, 'no_imei': {}, 'no_imei_yet': {}, 'late_model': {},
               'odd_line': {}, 'lost_byte': {}, 'other_query': {}, 'late_model_target': {},
               'lost_digit': {}, 'gmr_before': {},
               'late_model_new': {'revision': WITH_MODEL}, 'unconfirmed': {},
               'late_model_after': {'revision': WITH_MODEL},
               'gmr_model': {'revision': WITH_MODEL}}

    def insert_reports(self):
        for prefix in REVISION:
            for report in BOOT[1:]:
                self.module.answer_each_start(prefix, f'{BOOT[0]}\\r\\n\\r\\n{report}\\r\\n\\r\\n'
                                                      '<answer>', 3)

    def test_boot_reports_same(self):
        """a boot report within the answer is not a new revision"""
        self.insert_reports()
        modem = self.install(OLD)
        self.bed.wait_until(lambda: modem.update['CurrentVersion'] == OLD, LONG, OLD)
        self.wait_for_error(f'still runs {OLD}')
        self.assertNotIn(State.SUCCEEDED, self.get_states())

    def test_boot_reports_new(self):
        """the module is asked until the answer is a revision"""
        self.insert_reports()
        self.install(NEW)
        self.assert_succeeded()

    def test_boot_reports_target(self):
        """the same with a known target"""
        self.insert_reports()
        self.install(NEW, version=NEW)
        self.assert_succeeded()

    def test_busy(self):
        """the module refuses to tell its revision after the restart"""
        for prefix in REVISION:
            self.module.answer_each_start(prefix, '+CME ERROR: 14', 4)
        self.install(NEW)
        self.assert_succeeded()

    def test_never_known(self):
        """if it stays unknown what the module runs, that is what is said, until it is known"""
        for prefix in REVISION:
            self.module.answer_each_start(prefix, 'ERROR')
        self.install(NEW)
        self.wait_for_error('it is not known whether the update was installed')
        self.assertEqual(self.modem.update['CurrentVersion'], '')
        for prefix in REVISION:
            self.module.forget(prefix)
        self.assert_succeeded()

    def test_no_imei(self):
        """a module that does not report its IMEI at first is recognized later"""
        for prefix in IMEI:
            self.module.answer_each_start(prefix, 'ERROR', 2)
        self.install(NEW)
        self.assert_succeeded()
        self.assertEqual(self.modem.properties['EquipmentIdentifier'], self.imei)

    def test_lost_digit(self):
        """a module whose IMEI was read without its last digit is asked again"""
        self.module.answer_each_start('AT+CGSN', f'{self.imei[:-1]}\\r\\n\\r\\nOK', 1)
        self.install(NEW)
        self.assert_succeeded()
        self.assertEqual(self.modem.properties['EquipmentIdentifier'], self.imei)

    def check_not_installed(self, **settings):
        """Checks that the module still runs its firmware, whatever it answered at first."""
        modem = self.install(OLD, **settings)
        self.bed.wait_until(lambda: modem.update['CurrentVersion'] == OLD, LONG, OLD)
        self.assert_stays(State.INSTALLING)
        self.assertEqual(modem.update['CurrentVersion'], OLD)
        self.assert_never(State.SUCCEEDED)
        self.restart(NEW)
        self.assert_succeeded()

    def answer_once(self, text):
        self.module.answer_each_start('AT+CGMR', f'{text}\\r\\n\\r\\nOK', 1)

    def check_odd_answer(self, text, **settings):
        self.answer_once(text)
        self.check_not_installed(**settings)

    def test_late_model(self):
        """the late answer to another query is not a new revision"""
        self.check_odd_answer(MODEL)

    def test_late_model_target(self):
        """it is not the target either, if that is spelled with the model"""
        self.check_odd_answer(MODEL, version=f'{MODEL}_{NEW}')

    def test_late_model_new(self):
        """nor is it the previous revision, if that was spelled with the model"""
        self.answer_once(MODEL)
        self.install(NEW)
        self.assertEqual(self.wait_for(State.SUCCEEDED)['CurrentVersion'], NEW)

    def test_late_model_after(self):
        """nor does it show that an update was undone"""
        revision = f'{MODEL}_{NEW}'
        self.install(revision)
        self.wait_for(State.SUCCEEDED)
        self.answer_once(MODEL)
        modem = self.restart(revision)
        self.bed.wait_until(lambda: modem.update['CurrentVersion'] == revision, LONG, revision)
        self.assert_never(State.FAILED)

    def test_gmr_model(self):
        """an answer to AT+GMR that fits both revisions is not the previous one"""
        self.module.answer('AT+GMR', f'{MODEL}\\r\\n\\r\\nOK')
        self.install(f'{MODEL}_{NEW}')
        self.assertEqual(self.wait_for(State.SUCCEEDED)['CurrentVersion'], f'{MODEL}_{NEW}')

    def test_unconfirmed(self):
        """as long as only one query shows another revision, it is not known what it runs"""
        self.module.answer('AT+GMR', f'{NEW}\\r\\n\\r\\nOK')
        self.module.answer_each_start('AT+CGMR', 'ERROR')
        modem = self.install(NEW)
        self.assertEqual(modem.update['CurrentVersion'], '')
        self.module.forget('AT+CGMR')
        self.assert_succeeded()

    def test_odd_line(self):
        """a line that looks like a revision is not a new revision"""
        self.check_odd_answer('SIM1 READY')

    def test_lost_byte(self):
        """a revision without its last character is not a new revision"""
        self.check_odd_answer(OLD[:-1])

    def test_other_query(self):
        """the answer to AT+GMR is not compared with that to AT+CGMR"""
        self.module.answer('AT+GMR', f'{OTHER_ANSWER}\\r\\n\\r\\nOK')
        self.module.answer_each_start('AT+CGMR', '+CME ERROR: 14', 1)
        self.check_not_installed()

    def test_gmr_before(self):
        """a revision that was the answer to AT+GMR before is not another one now"""
        self.module.answer('AT+GMR', f'{OTHER_ANSWER}\\r\\n\\r\\nOK')
        self.module.answer_each_start('AT+CGMR', '+CME ERROR: 14', 1)
        self.restart(OLD)
        enable_all(self.modem)
        self.module.forget('AT+CGMR')
        self.assertEqual(self.modem.update['CurrentVersion'], OTHER_ANSWER)
        self.module.answer('AT+CGMR', 'ERROR')
        self.complete()
        self.module.forget('AT+CGMR')
        self.restart(OLD)
        self.assert_stays(State.INSTALLING)
        self.assertEqual(self.modem.update['CurrentVersion'], '')
        self.module.forget('AT+GMR')
        self.restart(NEW)
        self.assertEqual(self.wait_for(State.SUCCEEDED)['CurrentVersion'], NEW)

    def test_no_imei_yet(self):
        """until then, it is not reset and cannot be updated"""
        for prefix in IMEI:
            self.module.answer_each_start(prefix, 'ERROR')
        modem = self.install(OLD)
        self.assertEqual(modem.properties['EquipmentIdentifier'], '')
        self.assert_held()
        self.assertEqual(self.start().wait().error_name, ERROR + 'Core.Retry')
        for prefix in IMEI:
            self.module.forget(prefix)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()


class Devices(StoryCase):
    """Modules that are another device for a while."""

    STORIES = {'emergency': {'install': 'edl', 'other_for': 3000},
               'other_device': {'install': 'other', 'other_for': 3000},
               'new_id': {'new_id': '1508:1000'}, 'foreign_id': {'new_id': FOREIGN},
               'unknown_id': {'new_id': UNKNOWN}, 'new_port': {'new_port': 70}}
    KEYS = {'download': 'real', 'restart_after': 500, 'away': 500}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW, 30000))

    def test_emergency(self):
        """emergency download mode is not the end"""
        self.accept(url=self.url)
        self.bed.wait_until(lambda: self.bed.read_record(self.imei)['State'] == 'failed', LONG,
                            '05c6:9008')
        self.assertIn('05c6:9008', self.record['ErrorMessage'])
        self.assertEqual(self.record['Tentative'], 'silent')
        self.assert_succeeded()

    def test_other_device(self):
        """a boot loader is named in the log, and left alone"""
        self.accept(url=self.url)
        self.assert_succeeded()
        self.assertTrue([line for line in self.bed.daemon.log
                         if 'a device with the ID 18d1:d00d is now at' in line])

    def test_new_id(self):
        """the module comes back with another USB ID"""
        self.accept(url=self.url)
        self.assert_succeeded()
        self.assertEqual(self.module.usb_id, '1508:1000')

    def check_id(self, usb_id, plugin):
        """Checks that the module is recognized with the USB ID of something else."""
        self.accept(url=self.url)
        self.assert_succeeded()
        self.assertEqual(self.module.usb_id, usb_id)
        self.assertEqual(self.modem.properties['Plugin'], plugin)

    def test_foreign_id(self):
        """the module comes back with the USB ID of another Fibocom module"""
        self.check_id(FOREIGN, 'fibocom')

    def test_unknown_id(self):
        """the module comes back with a USB ID that only the generic plugin handles"""
        self.check_id(UNKNOWN, 'generic')

    def test_new_port(self):
        """the module comes back at another USB port"""
        path = self.module.path
        self.accept(url=self.url)
        self.bed.wait_until(lambda: self.module.path != path, LONG, 'another port')
        self.assert_succeeded()


class Foreign(StoryCase):
    """Modules that come back with the USB ID of another one, and do not report their IMEI."""

    STORIES = {'recognized': {}, 'another': {}}
    KEYS = {'download': 'real', 'restart_after': 500, 'away': 500, 'new_id': FOREIGN}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW, 30000))

    def become_another(self, count=0):
        for prefix in IMEI:
            self.module.answer_each_start(prefix, 'ERROR', count)
        self.accept(url=self.url)
        self.bed.wait_until(lambda: self.module.usb_id == FOREIGN, LONG, FOREIGN)
        self.bed.wait_until(lambda: self.module.plugged, LONG, 'plugged')

    def test_recognized(self):
        """it is asked until it answers"""
        self.become_another(1)
        self.wait_for(State.SUCCEEDED)
        self.assertEqual(self.modem.properties['EquipmentIdentifier'], self.imei)

    def test_another(self):
        """it is not reset until it answers; another module is left alone"""
        self.become_another()
        self.bed.wait_until(lambda: self.modem.update, LONG, 'our interface')
        self.assert_held()
        self.module.answer('AT+CGSN', '864773039999999\\r\\n\\r\\nOK')
        self.bed.wait_until(lambda: not self.modem.update, LONG, 'the end of our interface')
        self.leave()
        for prefix in IMEI:
            self.module.forget(prefix)
        self.come()
        self.wait_for(State.SUCCEEDED)


class QmiForeign(Foreign):
    """The same, with a QMI port, which the stock plugin may not use: then it cannot restore the
    modes of the radio."""

    ISOLATED = True
    KEYS = Foreign.KEYS | {'composition': 'qmi', 'hints': 'yes'}


class Daemons(BedCase):
    """The daemon is killed after a tentative failure, or in the middle of a download."""

    SCALE = 0.02

    def setUp(self):
        super().setUp()
        self.module = self.bed.simulator.add(download='manual')
        self.restart_daemon()
        self.modem.start({'url': URL}).wait()
        self.module.report(START, percent(41), interface=1)
        self.bed.wait_for_announced(self.module, State.DOWNLOADING)

    @property
    def modem(self):
        return self.bed.wait_for_modem(self.module)

    def restart_daemon(self):
        if self.bed.daemon:
            self.bed.stop_daemon(kill=True)
        self.bed.start_daemon()
        enable_all(self.modem)

    def test_reports_after_failure(self):
        """a report revises the failure that the last daemon has recorded"""
        self.bed.wait_for_state(self.module, State.FAILED)
        self.restart_daemon()
        self.assertEqual(self.modem.state, State.FAILED)
        call = Call(self.bed.connection, self.modem.path, MODEM, 'Reset', None).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.InProgress')
        self.module.report(percent(42), interface=1)
        self.bed.wait_for_state(self.module, State.DOWNLOADING)

    def test_installed_after_failure(self):
        """a new revision revises the failure that the last daemon has recorded"""
        self.bed.wait_for_state(self.module, State.FAILED)
        self.bed.stop_daemon(kill=True)
        self.module.unplug()
        self.module.set(revision=NEW)
        self.module.plug()
        self.bed.start_daemon()
        self.bed.wait_for_state(self.module, State.SUCCEEDED)

    def test_no_imei(self):
        """the next daemon does not reset a module that does not report its IMEI yet"""
        imei = self.modem.properties['EquipmentIdentifier']
        self.bed.stop_daemon(kill=True)
        self.module.unplug()
        self.module.set(revision=NEW)
        for prefix in IMEI:
            self.module.answer_each_start(prefix, 'ERROR')
        self.bed.start_daemon()
        self.module.plug()
        self.assertEqual(self.modem.properties['EquipmentIdentifier'], '')
        call = Call(self.bed.connection, self.modem.path, MODEM, 'Reset', None).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.InProgress')
        for prefix in IMEI:
            self.module.forget(prefix)
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.assertEqual(self.modem.properties['EquipmentIdentifier'], imei)

    def test_report_as_revision(self):
        """a percentage within the answer does not end the download for the next daemon"""
        for prefix in REVISION:
            self.module.answer(prefix, f'{percent(42)}\\r\\n\\r\\n<answer>', 2)
        self.restart_daemon()
        self.bed.wait_until(lambda: self.modem.update['CurrentVersion'] == OLD, LONG, OLD)
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def test_lost_byte(self):
        """an answer without its last character does not end the download either"""
        self.module.answer('AT+CGMR', f'{OLD[:-1]}\\r\\n\\r\\nOK', 1)
        self.restart_daemon()
        self.bed.wait_until(lambda: self.modem.update['CurrentVersion'] == OLD, LONG, OLD)
        self.assertEqual(self.modem.state, State.DOWNLOADING)


class Twins(BedCase):
    """Two modules with one IMEI."""

    def test_second_recovers(self):
        """when the first one leaves, the second one can be updated without being replugged"""
        self.bed.start_daemon()
        first, _ = self.bed.add_modem(imei='867698040000017')
        second, modem = self.bed.add_modem(imei='867698040000017', download='manual')
        enable_all(modem)
        call = modem.start({'url': URL}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.Unsupported')
        first.unplug()
        self.bed.wait_for_no_modem(first)
        self.bed.wait_until(lambda: modem.start({'url': URL}).wait().error_name is None, 20,
                            'an update')
        second.report(START, interface=1)
        modem.wait_for_state(State.DOWNLOADING)


    def test_first_installs(self):
        """the second one does not take over an update of the first one"""
        self.bed.start_daemon()
        first, modem = self.bed.add_modem(imei='867698040000017', download='manual')
        second, _ = self.bed.add_modem(imei='867698040000017')
        modem.enable()
        modem.start({'url': URL}).wait()
        first.report(START, percent(50), COMPLETE, interface=1)
        self.bed.wait_for_announced(first, State.INSTALLING)
        first.unplug()
        self.bed.wait_for_no_modem(first)
        first.set(revision=NEW)
        first.plug()
        self.bed.wait_for_state(first, State.SUCCEEDED)
        modem = self.bed.wait_for_modem(second)
        self.assertEqual(modem.state, State.IDLE)
        # Only when the first one has left, and its success stays
        first.unplug()
        self.bed.wait_until(lambda: modem.state == State.SUCCEEDED, 20, 'the update')
        self.assertEqual(modem.update['CurrentVersion'], OLD)
        self.assertEqual(self.bed.read_record('867698040000017')['State'], 'succeeded')
        modem.enable()
        self.assertIsNone(modem.start({'url': URL}).wait().error_name)


if __name__ == '__main__':
    main()
