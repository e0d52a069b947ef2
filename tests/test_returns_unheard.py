# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A data connection uses the AT port on which the module reports, also before or after the module
leaves the bus."""

from testbed.bus import ERROR, State
from testbed.evidence import COMPLETE, NEW, OLD, START, StoryCase, percent
from testbed.tap import main


class ConnectedCase(StoryCase):
    """Modules with a data connection."""

    def connect_again(self):
        """The module has left the bus and is back."""
        self.modem.enable()
        self.modem.connect()


class Connected(ConnectedCase):
    """The module stays on the bus, or leaves it."""

    STORIES = {name: {} for name in ('connected', 'disconnected', 'back', 'connected_later',
                                     'connected_twice')}

    def test_connected(self):
        """nothing can be heard: the update does not fail, and the revision decides"""
        self.modem.connect()
        self.accept()
        self.report(START, percent(10))
        # Longer than the timeouts for a start and for progress
        self.assert_stays(State.PREPARING, 8)
        self.restart(NEW)
        self.assert_succeeded()
        self.assertNotIn(State.FAILED, self.get_states())

    def test_disconnected(self):
        """once the connection has ended, reports are heard"""
        self.modem.connect()
        self.accept()
        self.assert_stays(State.PREPARING, 8)
        self.modem.disconnect()
        self.report(percent(60))
        self.wait_for_progress(60)

    def test_back(self):
        """a module that was not heard before it left goes on with its download"""
        self.modem.connect()
        self.accept()
        self.report(START, percent(20))
        self.restart(OLD)
        # In all, longer than an installation may take
        self.assert_goes_on(21, 22, 23, 24, 25)
        self.assert_held()
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()
        self.assert_never(State.FAILED)

    def test_connected_later(self):
        """a module that cannot be heard after it was off the bus may still download"""
        self.download(50)
        self.restart(OLD)
        self.assertEqual(self.modem.state, State.FAILED)
        self.connect_again()
        # Longer than the timeout for progress
        self.assert_stays(State.FAILED, 9)
        self.assertEqual(self.record['Tentative'], 'gone')
        self.assert_held()
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()

    def test_connected_twice(self):
        """neither before nor after it was off the bus"""
        self.modem.connect()
        self.accept()
        self.restart(OLD)
        self.connect_again()
        # Longer than an installation may take
        self.assert_stays(self.modem.state, 16)
        self.assert_never(State.FAILED)
        self.assert_held()
        self.assertEqual(self.start().wait().error_name, ERROR + 'Core.InProgress')
        self.restart(NEW)
        self.assert_succeeded()
        self.assert_never(State.FAILED)


class Daemons(ConnectedCase):
    """The module is back when there is another daemon."""

    STORIES = {'next_daemon': {}}

    def test_next_daemon(self):
        """the next daemon hears a module that the last one did not hear"""
        self.modem.connect()
        self.accept()
        self.leave()
        self.come_to_next_daemon()
        # In all, longer than an installation may take
        self.assert_goes_on(21, 22, 23, 24, 25)
        self.assert_held()
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()
        self.assert_never(State.FAILED)


if __name__ == '__main__':
    main()
