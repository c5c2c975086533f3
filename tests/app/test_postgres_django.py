"""The test database works from Django: what every other test of this folder relies on."""

from __future__ import annotations

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_django_reaches_postgresql_15_or_later() -> None:
    assert os.environ["DATABASE_URL"].startswith("postgresql://")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
        version, encoding = cursor.fetchone()
    assert version >= 150000
    assert encoding == "UTF8"
