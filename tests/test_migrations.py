"""The migrations make exactly the tables of the models, there and back, and lose nothing on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from appeals import create_app
from appeals.db import Base, db
from config import ROOT, Settings
from tests import builders
from tests.databases import KINDS, drop_database, empty_database

MIGRATIONS = ROOT / "migrations"
BATCH = '''"""A change of a parent table: on SQLite it is made anew and the old one dropped."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None


def again():
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade():
    with op.batch_alter_table("appeal", recreate=again()) as batch:
        batch.add_column(sa.Column("of_a_test", sa.Integer(), server_default="7", nullable=False))


def downgrade():
    with op.batch_alter_table("appeal", recreate=again()) as batch:
        batch.drop_column("of_a_test")
'''


@contextmanager
def house(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(Settings(data_dir=folder / "data", database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A house without a table."""
    url = empty_database(request.param, tmp_path)
    with house(url, tmp_path) as app:
        yield app
    drop_database(url)


@pytest.fixture
def seeded(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A house with its reference data."""
    with house(database_url, tmp_path) as app:
        yield app


def upgrade(revision: str = "head", folder: Path = MIGRATIONS) -> None:
    flask_migrate.upgrade(directory=str(folder), revision=revision)


def downgrade(revision: str, folder: Path = MIGRATIONS) -> None:
    flask_migrate.downgrade(directory=str(folder), revision=revision)


def scripts(folder: Path = MIGRATIONS) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def differences() -> list[Any]:
    """What autogenerate would still change; the search tables are made by hand (migrations/env.py)."""

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return not (kind == "table" and (name or "").startswith("search_"))

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": ours}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [each for each in found if not (isinstance(each, tuple) and "alembic_version" in str(each))]


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def counts() -> dict[str, int]:
    """Rows of every table of the models."""
    with db.engine.connect() as connection:
        count = sa.select(sa.func.count())
        return {each.name: connection.scalar(count.select_from(each)) for each in Base.metadata.sorted_tables}


def broken_references() -> list[Any]:
    if db.engine.dialect.name != "sqlite":
        return []  # PostgreSQL holds them itself
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql("pragma foreign_key_check"))


def test_there_is_one_way_to_the_newest_tables():
    found = scripts()
    assert len(found.get_heads()) == 1
    assert len(found.get_bases()) == 1
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert [each.revision for each in found.walk_revisions()] == [name[:4] for name in reversed(names)]


def test_an_empty_database_becomes_the_models(empty):
    upgrade()
    assert differences() == []
    assert set(Base.metadata.tables) <= tables()


def test_a_missing_column_would_be_noticed(empty):
    upgrade()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("alter table change drop column remark")
    assert [each[0] for each in differences()] == ["add_column"]


def test_every_step_leads_back_and_forth_again(empty):
    upgrade()
    whole = tables()
    for script in scripts().walk_revisions():
        downgrade(script.down_revision or "base")
    assert tables() == set()
    upgrade()
    assert (tables(), differences()) == (whole, [])


def test_a_seeded_house_keeps_everything_over_another_upgrade(seeded):
    before = counts()
    upgrade()
    assert counts() == before
    assert before["calendar_day"] > 2000


def test_a_change_of_a_parent_table_keeps_its_children(seeded, tmp_path):
    """With foreign keys on, SQLite would follow cascades from the table that is dropped, or refuse to drop it."""
    coordinator, worker, head = (builders.staff(role) for role in ("coordinator", "liaison", "head"))
    builders.completed(coordinator, worker, head)
    db.session.remove()
    before = counts()
    assert min(before[name] for name in ("assignment", "reply", "event", "notice")) > 0

    folder = copied(tmp_path / "migrations")
    head_now = scripts().get_current_head()
    (folder / "versions" / "9999_test.py").write_text(BATCH.format(head=head_now), encoding="utf-8")
    upgrade(folder=folder)
    assert (counts(), broken_references()) == (before, [])
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("select distinct of_a_test from appeal").scalars().all() == [7]
    downgrade(head_now or "", folder=folder)
    assert (counts(), broken_references(), differences()) == (before, [], [])
    assert foreign_keys_hold()


def copied(folder: Path) -> Path:
    """The migrations in a folder of their own, where a test may add one."""
    for path in MIGRATIONS.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            target = folder / path.relative_to(MIGRATIONS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def foreign_keys_hold() -> bool:
    """An assignment of no appeal is refused: the migration left the switch where it was."""
    insert = sa.text("update assignment set appeal_id = 999999")
    try:
        with db.engine.begin() as connection:
            connection.execute(insert)
    except sa.exc.IntegrityError:
        return True
    return False
