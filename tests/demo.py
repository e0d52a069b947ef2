# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The part of tests/demo that runs in the build directory."""

import argparse
import collections
import contextlib
import locale
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import tty

import picture
from testbed import case, servers, terminal

PACKAGE = '/nl668/0213-0215.zip'
OLD_REVISION = '19011.1000.00.02.73.13'
NEW_REVISION = '19011.1000.00.02.73.15'
USER, PASSWORD = 'me', 'secret'
DOMAIN = 'fibocom-nl668'

# The module is slow enough to watch
MODULE = {'pace': 80, 'away': 3000}

# A message of the client, as in its sources, and the values
SUCCESS = ('successfully updated the firmware: %s -> %s', OLD_REVISION, NEW_REVISION)

# The error and the state that the client must show, how the module behaves, factors on the
# timeouts of daemon and client, which would take minutes otherwise, and the recorded error
# if it is another one
Failure = collections.namedtuple('Failure', 'error state module daemon_scale client_scale record',
                                 defaults=[None])
FAILURES = {
    'no-registration': Failure(
        'the modem did not register with a network: check its SIM, its antenna and the coverage',
        'idle', {'registration': 'none'}, 1, 0.04),
    '404': Failure(
        'the module has not reported that it is downloading: check that it can reach {source} '
        'and that the package is there, and check the status before you start the update again',
        'failed', {}, 0.04, 1),
    'unplug': Failure(
        'the module disappeared before the download was complete: was it unplugged or reset? '
        'plug it in again',
        'failed', {'unplug': 40}, 1, 0.2,
        'the module disappeared before the download was complete'),
}
NO_FAILURE = Failure(None, None, {}, 1, 1)

# The server and the moments in the picture
PICTURE_SERVER = 'http://fota.example.net'
PICTURE_COLUMNS = 84
MOMENTS = (
    ('While the module downloads the package', r' 5\d%  downloading'),
    ('While it restarts', r'left the bus\n\[.*\]  installing'),
    ('In the end', 'successfully updated'),
)

# Exit statuses of a shell that could not run a program
CANNOT_RUN = (126, 127)

# The variables of the user's environment that matter to the client
PERSONAL = re.compile('LANG|LANGUAGE|LC_[A-Z]+|TERM|COLUMNS')


class Unexpected(Exception):
    """The demo did not go as expected."""


# The result of a client
Client = collections.namedtuple('Client', 'command status output errors')


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ftp', action='store_true')
    parser.add_argument('--fail', choices=FAILURES)
    parser.add_argument('--picture')
    return parser.parse_args()


# ---------------------------------------------------------------------------
# Languages

def set_language(arguments):
    """Sets the user's locale, like the client. The picture is in English."""
    if arguments.picture:
        for name in ('LANGUAGE', 'COLUMNS'):
            os.environ.pop(name, None)
        os.environ.update(LC_ALL='C.UTF-8', TERM='xterm')
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, '')
    locale.bindtextdomain(DOMAIN, os.path.join(case.Paths.build, os.pardir, 'locale'))


def make_environment(bed):
    own = {name: value for name, value in bed.usb_env.items() if not PERSONAL.fullmatch(name)}
    return own | {name: value for name, value in os.environ.items() if PERSONAL.fullmatch(name)}


def decode(text):
    return text.decode(locale.nl_langinfo(locale.CODESET), errors='replace')


def says(text, message, *values):
    """Whether a text contains a message, translated or not: the daemon does not translate."""
    translated = locale.dgettext(DOMAIN, message)
    return any((form % values if values else form) in text for form in (message, translated))


# ---------------------------------------------------------------------------
# The client

def follow(reader, show):
    """Copies the output until its end; returns all of it."""
    output = b''
    while True:
        try:
            part = os.read(reader, 4096)
        except OSError:
            # This is how a terminal ends
            part = b''
        if not part:
            return output
        output += part
        if show:
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            if os.isatty(reader):
                terminal.set_columns(reader, os.get_terminal_size().columns)


def open_output(columns):
    """Opens a terminal with so many columns, or a pipe."""
    if not columns:
        return os.pipe()
    reader, writer = pty.openpty()
    terminal.set_columns(reader, columns)
    # The user's terminal translates the ends of lines
    tty.setraw(writer)
    return reader, writer


def watch(bed, *command, password=None, columns=None, show=True):
    """Runs the client and shows its output."""
    reader, writer = open_output(columns)
    with tempfile.TemporaryFile() as errors, subprocess.Popen(
            bed.make_client_command(case.Paths.client, *command), env=make_environment(bed),
            stdin=subprocess.PIPE, stdout=writer, stderr=errors) as process:
        try:
            os.close(writer)
            with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write((password or '').encode())
            output = follow(reader, show)
            process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            os.close(reader)
        errors.seek(0)
        client = Client(command, process.returncode, decode(output), decode(errors.read()))
    # Nothing follows an error on standard output
    sys.stderr.write(client.errors)
    sys.stderr.flush()
    return client


def run(bed, *command, password=None):
    """Runs the client as the user would, with the command line shown."""
    prefix = f'printf {password} | ' if password else ''
    print(f'\n# {prefix}{shlex.join(["mmcli", *command])}', flush=True)
    columns = os.get_terminal_size().columns if sys.stdout.isatty() else None
    return watch(bed, *command, password=password, columns=columns)


def check(client, status, text, *messages):
    """Fails unless the client exited with a status and the text has all messages."""
    name = shlex.join(['mmcli', *client.command])
    if client.status in CANNOT_RUN:
        raise Unexpected(f'{name}: the client could not be run')
    if client.status != status:
        raise Unexpected(f'{name}: the exit status is {client.status}, not {status}')
    for message, *values in messages:
        if not says(text, message, *values):
            message = message % tuple(values) if values else message
            raise Unexpected(f'{name}: the client did not say "{message}"')


# ---------------------------------------------------------------------------
# The demo

def publish(bed, arguments):
    """Publishes the package; returns its source and the options of the client."""
    package = servers.make_package(NEW_REVISION, 2_000_000)
    suffix = '.missing' if arguments.fail == '404' else ''
    if arguments.ftp:
        server = bed.start_ftp(USER, PASSWORD)
        server.publish(PACKAGE.lstrip('/'), package)
        path = f'{server.address}{PACKAGE}{suffix}'
        return f'ftp://{path}', [f'--firmware-update=ftp://{USER}@{path}',
                                 '--firmware-update-password-file=-']
    url = bed.start_http().publish(PACKAGE, package) + suffix
    return url, [f'--firmware-update={url}']


def find_screen(screens, pattern):
    """The lines of the first screen that matches, without the empty ones."""
    for lines in screens:
        if re.search(pattern, '\n'.join(lines)):
            return [line for line in lines if line]
    raise Unexpected(f'nothing for the picture: "{pattern}" was never on the terminal')


def draw_picture(client):
    screens = terminal.get_screens(client.output)
    typed = re.sub(r'http://[\d.:]+', PICTURE_SERVER, shlex.join(['mmcli', *client.command]))
    return picture.draw(
        'mmcli updates the firmware of a modem over the air', f'# {typed}',
        [(caption, find_screen(screens, pattern)) for caption, pattern in MOMENTS])


def make_picture(bed, arguments):
    _source, options = publish(bed, arguments)
    client = watch(bed, '-m', '0', *options, columns=PICTURE_COLUMNS, show=False)
    check(client, 0, client.output, SUCCESS)
    image = draw_picture(client)
    with open(arguments.picture, 'w', encoding='utf-8') as file:
        file.write(image)
    print(f'The picture is in {arguments.picture}.')


def ask_status(bed, *selector):
    return run(bed, *selector, '--firmware-update-status')


def show_success(bed, command, password):
    client = run(bed, *command, password=password)
    check(client, 0, client.output, SUCCESS)
    client = ask_status(bed, '-m', 'any')
    check(client, 0, client.output, ['succeeded'], [OLD_REVISION], [NEW_REVISION])


def show_failure(bed, command, password, failure, source, imei):
    error = [failure.error.format(source=source)]
    client = run(bed, *command, password=password)
    check(client, 1, client.errors, error)
    if 'unplug' in failure.module:
        # Without a modem to select, only the record has the status
        status = ask_status(bed)
        check(status, 0, status.output, [failure.state], [failure.record], [imei])
    else:
        status = ask_status(bed, '-m', 'any')
        # An update that was not started leaves no error
        errors = [error] if failure.state == 'failed' else []
        check(status, 0, status.output, [failure.state], *errors)
    print(f'\nThe client failed as it should, with exit status {client.status}.')


def demonstrate(bed, arguments, failure):
    module = bed.simulator.add(**MODULE | failure.module)
    bed.start_daemon()
    modem = bed.wait_for_modem(module)
    bed.set_scale(failure.client_scale)
    if arguments.picture:
        make_picture(bed, arguments)
        return
    client = run(bed, '-m', '0')
    check(client, 0, client.output, [OLD_REVISION])
    source, options = publish(bed, arguments)
    command = ['-m', '0', *options]
    password = PASSWORD if arguments.ftp else None
    if arguments.fail:
        show_failure(bed, command, password, failure, source,
                     modem.properties['EquipmentIdentifier'])
    else:
        show_success(bed, command, password)


def main():
    arguments = parse_arguments()
    failure = FAILURES.get(arguments.fail, NO_FAILURE)
    set_language(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bed = case.Bed(failure.daemon_scale)
    try:
        demonstrate(bed, arguments, failure)
    except BrokenPipeError:
        # The output is closed; keep Python from complaining about that when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (Unexpected, AssertionError, OSError) as problem:
        sys.stdout.flush()
        print(f'\n{bed.get_diagnostics()}', file=sys.stderr)
        print(f'error: {problem}', file=sys.stderr)
        return 1
    finally:
        bed.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
