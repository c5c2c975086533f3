"""`bluepro web`: serves the pages with granian, one process with threads, and writes a line for every request.

The access log holds no query (a sign-in's answer has a code there) and no secret part of a path (a customer's link).
"""

import argparse
import json
import logging
import os
import sys
from typing import Any

from django.db import connections
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from bluepro.config.boot import start_django
from bluepro.config.logging import JsonLines
from bluepro.running.folders import data_folder
from bluepro.running.supervisor_place import port_to_use, web_secret

APPLICATION = "bluepro.config.wsgi:application"
KILL_AFTER = 8  # seconds that requests under way have at a stop
SECRET_LENGTH = 16  # a part of an address from this length on may be a secret


class AccessLines(logging.Formatter):
    """One JSON object for a request: when, who asked, what for, the status and how long it took in milliseconds."""

    def format(self, record: logging.LogRecord) -> str:
        seen: Any = record.args  # Any: granian's dict of what it knows of the request
        line = {
            "time": seen["time"],
            "from": seen["addr"],
            "method": seen["method"],
            "path": without_secrets(seen["path"]),
            "status": seen["status"],
            "ms": round(seen["dt_ms"], 1),
        }
        return json.dumps(line, ensure_ascii=False)


def without_secrets(path: str) -> str:
    """The path with every long part that is no file's name replaced."""
    return "/".join("…" if len(part) >= SECRET_LENGTH and "." not in part else part for part in path.split("/"))


def web(options: argparse.Namespace) -> int:
    """Serves until SIGTERM or Ctrl-C, then finishes the requests under way."""
    os.environ.setdefault("BLUEPRO_SECRET_KEY", web_secret(data_folder(os.environ)))
    port = port_to_use(options.host, options.port)
    with start_django(os.environ):
        connections.close_all()  # the server forks
        print(f"Pages at http://{options.host}:{port}/", file=sys.stderr, flush=True)
        _serve(options.host, port, options.threads)
    return 0


def _serve(host: str, port: int, threads: int) -> None:
    Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        websockets=False,
        workers_kill_timeout=KILL_AFTER,
        log_level=LogLevels.warning,
        log_access=True,
        log_dictconfig=_logging(),
    ).serve()


def _logging() -> dict[str, Any]:  # Any: the shape of logging.config
    def handler(formatter: str) -> dict[str, str]:
        return {"class": "logging.StreamHandler", "formatter": formatter, "stream": "ext://sys.stderr"}

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}, "access": {"()": AccessLines}},
        "handlers": {"json": handler("json"), "access": handler("access")},
        "root": {"level": "WARNING", "handlers": ["json"]},
        "loggers": {
            "bluepro": {"level": "INFO"},
            "_granian": {"level": "WARNING"},
            "granian.access": {"level": "INFO", "handlers": ["access"], "propagate": False},
        },
    }
