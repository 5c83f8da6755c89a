"""What filing an appeal may cost: one durable commit, a handful of statements, nothing that grows."""

import re
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appeals import create_app
from appeals.actions import intake
from appeals.db import db, session
from config import Settings

AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
FILED = intake.Submission(
    company_name="清泉饮品有限公司", uscc="91611102MA7J3AMY9W", territory="沣东新城", contact_name="测试",
    mobile="13800000000", nature="help", title="变压器增容", text="1. 没有人来装。\n2. 申请没有回音。",
)  # fmt: skip


@contextmanager
def watched(engine, folder):
    """What the database itself says it did in whatever happens inside: the first word of each statement."""
    done = []
    with engine.connect() as pooled:  # the pool's one connection, which is the next one asked for too
        raw = pooled.connection.driver_connection
    if engine.dialect.name == "sqlite":
        raw.set_trace_callback(done.append)
        yield done
        raw.set_trace_callback(None)
    else:
        with (folder / "wire").open("w+") as wire:
            raw.pgconn.trace(wire.fileno())
            yield done
            raw.pgconn.untrace()
            done += re.findall('CommandComplete\t "(.*)"', (folder / "wire").read_text())
    done[:] = [said.split()[0].upper() for said in done if not said.startswith("--")]  # within a statement of ours


@pytest.fixture
def app(database_url: str, tmp_path: Path):
    app = create_app(Settings(data_dir=tmp_path / "var", database_url=database_url))
    with app.app_context():
        yield app
        session().rollback()
        db.engine.dispose()


def test_an_intake_is_one_commit_of_at_most_eight_statements(app, tmp_path):
    intake.submit(FILED, key=str(uuid.uuid4()), secret=b"s" * 32, at=AT)  # versions, calendar and texts are kept
    with watched(db.engine, tmp_path) as done:
        intake.submit(FILED, key=str(uuid.uuid4()), secret=b"s" * 32, at=AT)
    asked = [word for word in done if word != "PRAGMA"]
    filing = ["SELECT", *["INSERT"] * 5, "COMMIT"]  # company; number, appeal, words, event, notice
    if db.engine.dialect.name == "sqlite":
        assert asked == ["BEGIN", *filing]
    else:  # the counter's row is free before the disk is waited for, once
        assert asked == ["BEGIN", "SET", *filing, "BEGIN", "SET", "SELECT", "COMMIT"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_log_is_on_disk_when_a_number_is_shown(app):
    behind = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn())"
    with db.engine.connect() as reader:
        for _ in range(20):
            intake.submit(FILED, key=str(uuid.uuid4()), secret=b"s" * 32, at=AT)
            assert reader.exec_driver_sql(behind).scalar_one() < 300  # bytes; an intake writes thousands


def test_the_same_form_again_writes_nothing(app, tmp_path):
    key = str(uuid.uuid4())
    first = intake.submit(FILED, key=key, secret=b"s" * 32, at=AT)
    with watched(db.engine, tmp_path) as done:
        again = intake.submit(FILED, key=key, secret=b"s" * 32, at=AT)
    assert (again.number, again.code, again.again) == (first.number, first.code, True)
    assert "ROLLBACK" in done
    assert "COMMIT" not in done
