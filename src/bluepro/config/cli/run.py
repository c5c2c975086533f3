"""Runs one command: reads the arguments, brings Django up, calls the command, turns errors into a sentence.

What the commands are called and take is in `arguments.py`; each is a function of its own module, loaded after Django.
"""

import argparse
import logging as std_logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from bluepro.common.errors import BlueProError, Refused
from bluepro.config import logging
from bluepro.config.boot import start_django
from bluepro.config.cli.arguments import Boot, build_parser
from bluepro.running.folders import FolderError
from bluepro.running.postgres import PostgresError
from qbo_client.config import ConfigError

OK, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130

Command = Callable[[argparse.Namespace], int]

_log = std_logging.getLogger("bluepro.command")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and answers its exit status. `arguments` default to the process's own."""
    options = build_parser().parse_args(arguments)
    try:
        return _run(options)
    except Refused as error:
        for one in error.errors:
            _tell(f"{one.field}: {one.message}")
    except (BlueProError, PostgresError, FolderError, ConfigError, ImproperlyConfigured) as error:
        _tell(str(error))
    except OperationalError as error:
        _tell(f"The database cannot be used: {str(error).strip()}")
    except BrokenPipeError:
        # Whoever read our output has gone, such as `head`; without this, Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        _tell("Interrupted.")
        return INTERRUPTED
    return REFUSED


def _run(options: argparse.Namespace) -> int:
    boot: Boot = getattr(options, "boot", Boot.NONE)
    if boot is Boot.NONE:
        return command_of(options)(options)
    logging.configure(os.environ, to_stderr=boot is Boot.WORKER)
    with start_django(os.environ, check=boot is not Boot.UNCHECKED):
        _log.info("begun", extra={"action": "command_begun", "command": options.name})
        status = REFUSED
        try:
            status = command_of(options)(options)
        finally:
            _log.info("ended", extra={"action": "command_ended", "command": options.name, "status": status})
    return status


def command_of(options: argparse.Namespace) -> Command:
    """The function that the command names as "module:function" in this package, or gives as it is."""
    named: str | Command = options.command
    if callable(named):
        return named
    module, _, function = named.partition(":")
    return cast(Command, getattr(import_module(f"bluepro.config.cli.{module}"), function))


def _tell(sentence: str) -> None:
    print(f"bluepro: {sentence}", file=sys.stderr)
