"""Logs as JSON, one object a line, with a fixed list of actions and of fields: nothing else is ever written.

So neither tokens nor what customers said to QuickBooks can get into a log by accident: an error's own text is left out
unless it is one of ours, meant for people. Code below logs with `extra={"action": ..., ...}`.
"""

import json
import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bluepro.common.errors import BlueProError
from bluepro.running.folders import data_folder, log_folder

ACTIONS = frozenset(
    {
        "bug",
        "command_begun",
        "command_ended",
        "connected",
        "start_chosen",
        "matched",
        "preview_accepted",
        "connection_lost",
        "database_break",
        "disconnected",
        "invitation_mail",
        "job_stalled",
        "lease_lost",
        "listener_lost",
        "mail_failed",
        "mail_sent",
        "pruned",
        "revoke_failed",
        "restored",
        "run_begun",
        "sweep",
        "token_refreshed",
        "readiness_read",
        "readiness_failed",
        "token_unavailable",
        "wake_doubled",
        "webhook",
        "webhook_refused",
    }
)
FIELDS = (
    "workspace",
    "connection",
    "realm",
    "lease",
    "run",
    "request",
    "kind",
    "record",
    "cause",
    "code",
    "status",
    "tid",
    "count",
    "seconds",
    "command",
    "job",
    "reason",
)
TALKING = ("procrastinate.", "_granian")  # whose own words are kept: jobs, processes and our ids
LOG_FILE = "bluepro.jsonl"


class JsonLines(logging.Formatter):
    """One JSON object: time (UTC), level, logger, action, the allowed fields that were given, and what failed where."""

    def format(self, record: logging.LogRecord) -> str:
        action = getattr(record, "action", "")
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "action": action if action in ACTIONS else "other",
        }
        line.update({name: str(record.__dict__[name]) for name in FIELDS if name in record.__dict__})
        if record.name.startswith(TALKING):
            line["says"] = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _error(error: BaseException) -> dict[str, object]:
    """The kind and place of an error; its text only if it is one of ours: others quote their input."""
    frames = traceback.extract_tb(error.__traceback__)
    said = {"says": str(error)} if isinstance(error, BlueProError) else {}
    return {"type": type(error).__name__, "at": [f"{frame.filename}:{frame.lineno}" for frame in frames[-8:]], **said}


def configure(environ: Mapping[str, str], *, to_stderr: bool) -> None:
    """Sends the log to stderr (for workers, whose supervisor collects it) or to `log/` in the data folder.

    Raises FolderError if that cannot be written. The file may be moved away at any time: it is then made anew.
    """
    handler = _stderr() if to_stderr else _file(log_folder(data_folder(environ)))
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLines}},
            "handlers": {"main": {"formatter": "json", **handler}},
            "root": {"level": "WARNING", "handlers": ["main"]},
            "loggers": {"bluepro": {"level": "INFO"}},
        }
    )


def _stderr() -> dict[str, object]:
    return {"class": "logging.StreamHandler", "stream": sys.stderr}


def _file(folder: Path) -> dict[str, object]:
    name = str(folder / LOG_FILE)
    return {"class": "logging.handlers.WatchedFileHandler", "filename": name, "encoding": "utf-8", "delay": True}
