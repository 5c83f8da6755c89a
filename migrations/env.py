"""How migrations run: in the program's own database, all of one or none of it."""

from alembic import context
from flask import current_app

from appeals.db import Instant

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine
metadata = migrate.db.metadatas[None]


def _ours(name, type_, _parents):
    """Search tables are made by hand per database; autogenerate looks past them."""
    return not (type_ == "table" and name.startswith("search_"))


def _plain(kind, item, _autogen):
    """Migrations outlive our own types: an instant is a time stamp with its zone."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def run() -> None:
    """Run with foreign keys off on SQLite: a batch change drops and re-makes a table, and cascades would follow.

    PRAGMA is a no-op inside a transaction, hence the raw connection before one begins; afterwards all is checked.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(writing=True) as connection:
        raw = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("pragma foreign_keys=off")
        context.configure(
            connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True,
            include_name=_ours, render_item=_plain, transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            broken = raw.execute("pragma foreign_key_check").fetchall()
            raw.execute("pragma foreign_keys=on")
            if broken:
                raise RuntimeError(f"migration left broken references: {broken[:5]}")


run()
