# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The stories of test_evidence.py, told by modules with a QMI or MBIM port."""

from test_evidence import Stories
from testbed.evidence import StoryCase
from testbed.tap import main


class Qmi(Stories, StoryCase):
    """Modules with a QMI port"""

    ISOLATED = True
    KEYS = {'composition': 'qmi', 'hints': 'yes'}


class Mbim(Stories, StoryCase):
    """Modules with an MBIM port"""

    ISOLATED = True
    KEYS = {'composition': 'mbim', 'id': '2cb7:01a0'}
    INTERFACE = 2


if __name__ == '__main__':
    main()
