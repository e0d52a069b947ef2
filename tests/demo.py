# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What tests/demo runs in the build directory: an update before your eyes."""

import argparse
import re
import shlex
import signal
import subprocess
import sys

import picture
from testbed import case, servers, terminal

PACKAGE = '/nl668/0213-0215.zip'
NEW_REVISION = '19011.1000.00.02.73.15'
PASSWORD = 'secret'

# How the module behaves: slow enough to be watched
MODULE = {'pace': 80, 'away': 3000}
FAILURES = {
    'no-registration': {'registration': 'none'},
    '404': {},
    'unplug': {'unplug': 40},
}


# Where the picture has the package, and when it is taken
PICTURE_SERVER = 'http://fota.example.net'
PICTURE_COLUMNS = 84
MOMENTS = (
    ('While the module downloads the package', r' 5\d%  downloading'),
    ('While it restarts', r'left the bus\n\[.*\]  installing'),
    ('In the end', 'successfully updated'),
)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ftp', action='store_true')
    parser.add_argument('--fail', choices=FAILURES)
    parser.add_argument('--picture')
    return parser.parse_args()


def publish(bed, arguments):
    """Puts the package on a server, and returns the client's options for it."""
    package = servers.make_package(NEW_REVISION, 2_000_000)
    if arguments.ftp:
        server = bed.start_ftp('me', PASSWORD)
        server.publish(PACKAGE.lstrip('/'), package)
        url = f'ftp://me@{server.address}{PACKAGE}'
        return [f'--firmware-update={url}', '--firmware-update-password-file=-']
    server = bed.start_http()
    url = server.publish(PACKAGE, package)
    if arguments.fail == '404':
        url += '.missing'
    return [f'--firmware-update={url}']


def run(bed, *command, text=None):
    """Runs a client as a person at this terminal would."""
    prefix = f'printf {text} | ' if text else ''
    print(f'\n# {prefix}{shlex.join(["mmcli", *command])}', flush=True)
    return subprocess.run(bed.make_client_command(case.Paths.client, *command),
                          env=bed.usb_env | bed.terminal_env, input=text, text=True,
                          check=False).returncode


def find_screen(screens, pattern):
    """The lines of the first screen that has it, without that of the cursor."""
    screen = next(lines for lines in screens if re.search(pattern, '\n'.join(lines)))
    return [line for line in screen if line]


def draw_picture(bed, *command):
    """Runs the client on a terminal, and returns its exit status and a picture."""
    screen = terminal.Terminal(PICTURE_COLUMNS)
    status = subprocess.run(bed.make_client_command(case.Paths.client, *command),
                            env=bed.usb_env | bed.terminal_env, stdout=screen.slave,
                            check=False).returncode
    screen.close()
    screens = screen.get_screens()
    typed = re.sub(r'http://[\d.:]+', PICTURE_SERVER, shlex.join(['mmcli', *command]))
    return status, picture.draw(
        'mmcli updates the firmware of a modem over the air', f'# {typed}',
        [(caption, find_screen(screens, pattern)) for caption, pattern in MOMENTS])


def demonstrate(bed, arguments):
    module = bed.simulator.add(**MODULE | FAILURES.get(arguments.fail, {}))
    bed.start_daemon()
    bed.wait_for_modem(module)
    if arguments.picture:
        status, image = draw_picture(bed, '-m', '0', *publish(bed, arguments))
        with open(arguments.picture, 'w', encoding='utf-8') as file:
            file.write(image)
        return status
    run(bed, '-m', '0')
    status = run(bed, '-m', '0', *publish(bed, arguments),
                 text=PASSWORD if arguments.ftp else None)
    if arguments.fail != 'no-registration':
        run(bed, '-m', 'any', '--firmware-update-status')
    return status


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # With the scale, a minute's wait for a failure is over in some seconds
    bed = case.Bed(scale=0.04)
    # The client's own terminal, and its language
    bed.terminal_env = {'LC_ALL': 'C.UTF-8'}
    try:
        status = demonstrate(bed, arguments)
    except KeyboardInterrupt:
        status = 130
    finally:
        bed.close()
    if arguments.fail:
        print(f'\nThe client failed as it should, with exit status {status}.' if status
              else '\nThe client should have failed.')
        status = 0 if status else 1
    return status


if __name__ == '__main__':
    sys.exit(main())
