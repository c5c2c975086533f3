"""A process that uses an embedded PostgreSQL, run by the tests of `bluepro.running.postgres` as a program of its own.

It takes one JSON argument (`data`, `system`, `root`, `major`: folders and version; `uid`: become this user first, or
null) and obeys `start`, `stop` and `ask <SQL>` on its input, answering each with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import psycopg

from bluepro.running.binaries import Binaries
from bluepro.running.postgres import EmbeddedPostgres, PostgresError


def main() -> None:
    task = json.loads(sys.argv[1])
    # Only now, when everything is imported: the user may not be able to read this interpreter's folder.
    if task["uid"] is not None:
        os.setgroups([])
        os.setgid(task["gid"])
        os.setuid(task["uid"])
    postgres = EmbeddedPostgres(
        Path(task["data"]),
        settings={"fsync": "off"},
        durable=False,
        seconds=30,
        system_folder=Path(task["system"]),
        binaries=Binaries(Path(task["root"]), task["major"]),
    )
    for line in sys.stdin:
        answer(postgres, line.strip())


def answer(postgres: EmbeddedPostgres, line: str) -> None:
    word, _, query = line.partition(" ")
    try:
        reply = _obey(postgres, word, query)
    except PostgresError as error:
        reply = {"error": type(error).__name__, "message": str(error)}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def _obey(postgres: EmbeddedPostgres, word: str, query: str) -> dict[str, object]:
    if word == "stop":
        postgres.stop()
        return {}
    server = postgres.start()
    if word == "start":
        return {"url": server.url}
    with psycopg.connect(server.url) as connection:
        cursor = connection.execute(query.encode())
        return {"value": cursor.fetchone() if cursor.description else None}


if __name__ == "__main__":
    main()
