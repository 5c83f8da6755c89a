"""The databases that the other tests stand on."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from config import ROOT
from tests import databases, machine

# Starts a server of its own, says where it lives, and is shot before it can clean up.
SHOT = """
import os, signal
os.environ.pop("TEST_DATABASE_URL", None)
from tests import databases
print(databases.server().query["host"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def units(url: str, statement: str = "") -> int:
    """How many units the database holds, after the statement."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if statement:
                connection.execute(text(statement))
            return int(connection.execute(text("select count(*) from unit")).scalar_one())
    finally:
        engine.dispose()


def test_each_test_has_a_seeded_database_of_its_own(database_url: str, tmp_path: Path) -> None:
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    other = databases.fresh_database(kind, tmp_path)
    assert units(database_url) == units(other) == 33
    assert units(other, "update unit set name = 'x' where id = 1") == 33
    changed = "select count(*) from unit where name = 'x'"
    for url, expected in ((database_url, 0), (other, 1)):
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text(changed)).scalar_one() == expected
        engine.dispose()
    databases.drop_database(other)


def test_postgresql_compares_text_byte_by_byte_in_utf8(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    found = "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = :name"
    with engine.connect() as connection:
        row = connection.execute(text(found), {"name": make_url(postgresql_url).database}).one()
    engine.dispose()
    assert tuple(row) == ("UTF8", databases.LOCALE)


def test_the_server_ends_with_the_tests_however_they_end(postgres_server: str) -> None:
    shot = subprocess.run([sys.executable, "-c", SHOT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert shot.returncode == -signal.SIGKILL, shot.stderr
    home = Path(shot.stdout.strip())
    deadline = time.monotonic() + 20
    while home.exists():
        assert time.monotonic() < deadline, f"the server in {home} is still there"
        time.sleep(0.05)


def test_what_is_missing_is_a_failure_where_everything_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/none")
    monkeypatch.delenv("APPEALS_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install faketime"):
        machine.faketime()
    monkeypatch.setenv("APPEALS_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install faketime"):
        machine.faketime()
