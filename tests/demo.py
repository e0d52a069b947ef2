# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What tests/demo runs in the build directory: an update before your eyes."""

import argparse
import shlex
import signal
import subprocess
import sys

from testbed import case, servers

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


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ftp', action='store_true')
    parser.add_argument('--fail', choices=FAILURES)
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
    return subprocess.run(bed.make_client_command(case.Paths.client, *command), env=bed.usb_env | bed.terminal_env,
                          input=text, text=True, check=False).returncode


def demonstrate(bed, arguments):
    module = bed.simulator.add(**MODULE | FAILURES.get(arguments.fail, {}))
    bed.start_daemon()
    bed.wait_for_modem(module)
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
