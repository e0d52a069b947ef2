# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A download that goes on or begins anew after the module was off the bus, or after it was
complete, also for the next daemon."""

from testbed.bus import State, enable_all
from testbed.loop import settle
from testbed.evidence import BETWEEN, COMPLETE, NEW, OLD, START, StoryCase, percent
from testbed.tap import main


class DownloadCase(StoryCase):
    """Modules whose update is under way."""

    def setUp(self):
        super().setUp()
        # After a restart of the daemon
        enable_all(self.modem)

    def wait_for_record(self, state, progress):
        """Waits until this is recorded, which takes a second."""
        self.bed.wait_until(lambda: (self.record['State'], self.record['Progress']) ==
                            (state, str(progress)), 20, f'record of {progress} %')

    def assert_installs(self):
        """Checks that the update ends well."""
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()
        self.assert_never(State.FAILED)


class Downloading(DownloadCase):
    """For the same daemon."""

    STORIES = {'after_complete': {}, 'after_absence': {}}

    def test_after_complete(self):
        """a module that is back and reports percentages is downloading, also without START"""
        self.install(OLD)
        # In all, longer than an installation may take
        self.assert_goes_on(1, 2, 3, 4, 5)
        self.assert_held()
        self.assert_installs()

    def test_after_absence(self):
        """a download that went on after a short absence has stopped where it was last"""
        self.download(50)
        self.restart(OLD)
        self.report(percent(51), percent(60))
        self.wait_for_progress(60)
        self.wait_for_error('stopped at 60%')
        self.wait_for_restored()
        message = self.read_message()
        self.assertIn('stopped at 60%', message)
        self.assertNotIn('left the bus', message)


class Daemons(DownloadCase):
    """For the next daemon."""

    STORIES = {name: {} for name in ('second_stage', 'killed_at_start', 'left', 'returned')}

    def test_second_stage(self):
        """with an intermediate version, the module downloads the rest of the update"""
        self.install(BETWEEN, version=NEW)
        self.report(START, percent(10))
        self.wait_for(State.DOWNLOADING)
        self.wait_for_record('downloading', 10)
        self.restart_daemon()
        # In all, longer than an installation may take
        self.assert_goes_on(11, 12, 13, 14, 15)
        self.assert_held()
        self.assert_installs()

    def test_killed_at_start(self):
        """a second download begins at 0 %, also if the daemon is killed at once"""
        self.complete()
        self.wait_for_record('installing', 100)
        self.report(START)
        self.wait_for(State.DOWNLOADING)
        self.restart_daemon()
        update = self.modem.update
        self.assertNotEqual((update['State'], update['Progress']), (State.DOWNLOADING, 100))
        self.assert_goes_on(1, 2, 3, seconds=1)

    def test_left(self):
        """a module that left at 95 % and is back when there is another daemon"""
        self.download(50, 95)
        self.leave()
        self.come_to_next_daemon()
        # In all, longer than an installation may take
        self.assert_goes_on(96, 97, 98, 99, seconds=5)
        self.assert_held()
        self.assert_installs()

    def test_returned(self):
        """the next daemon knows that the module has restarted"""
        self.install(OLD)
        self.bed.stop_daemon()
        self.bed.start_daemon()
        message = self.wait_for(State.FAILED)['Error'][1]
        self.assertIn(f'still runs {OLD}', message)
        self.assertNotIn('has not restarted', message)


class Anew(DownloadCase):
    """The module begins anew, and reports less than before for longer than it may repeat itself."""

    # An hour becomes 36 s
    SCALE = 0.01
    STORIES = {'anew': {}, 'anew_daemon': {}}

    def go_on(self):
        for value in range(1, 50):
            self.report(percent(value))
            settle(800)
        self.report(percent(51))
        self.wait_for_progress(51)
        self.assertEqual(self.get_states(), [State.PREPARING, State.DOWNLOADING])

    def test_anew(self):
        """less progress than before is progress"""
        self.download(50)
        self.go_on()

    def test_anew_daemon(self):
        """the same for the next daemon"""
        self.download(50)
        self.wait_for_record('downloading', 50)
        self.restart_daemon()
        self.go_on()


if __name__ == '__main__':
    main()
