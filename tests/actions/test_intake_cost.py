"""What filing an appeal may cost: one durable commit, a handful of statements, nothing that grows."""

import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

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
def watched(engine):
    """The statements and the commits of whatever happens inside."""
    statements, commits = [], []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        statements.append(statement)

    def count(_connection):
        commits.append(1)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", count)
    yield statements, commits
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", count)


@pytest.fixture
def app(database_url: str, tmp_path: Path):
    app = create_app(Settings(data_dir=tmp_path / "var", database_url=database_url))
    with app.app_context():
        yield app
        session().rollback()
        db.engine.dispose()


def test_an_intake_is_one_commit_of_at_most_eight_statements(app):
    intake.submit(FILED, key=str(uuid.uuid4()), secret=b"s" * 32, at=AT)  # versions, calendar and texts are kept
    with watched(db.engine) as (statements, commits):
        intake.submit(FILED, key=str(uuid.uuid4()), secret=b"s" * 32, at=AT)
    assert len(commits) == 1
    writes = [s for s in statements if s.lstrip().upper().startswith("INSERT")]
    assert len(writes) == 6  # number, company, appeal, words, event, notice
    assert len(statements) <= 8


def test_the_same_form_again_writes_nothing(app):
    key = str(uuid.uuid4())
    first = intake.submit(FILED, key=key, secret=b"s" * 32, at=AT)
    with watched(db.engine) as (_statements, commits):
        again = intake.submit(FILED, key=key, secret=b"s" * 32, at=AT)
    assert (again.number, again.code, again.again) == (first.number, first.code, True)
    assert commits == []
