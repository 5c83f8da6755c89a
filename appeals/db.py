"""The database: how each engine is set up, and transaction(): all of a deed or none of it."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from appeals import clock

MAX_ID = 2**62  # what both databases hold; a larger number in a URL is simply not found


class Base(DeclarativeBase):
    """What every table inherits; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; SQLite keeps no offset, so it gets plain UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Hand back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER

Bind = Callable[[Any], Any]

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
PATIENCE_SECONDS, LOOK_SECONDS = 15, 0.0003
PATIENT = f"busy_timeout={PATIENCE_SECONDS * 1000}"
_writer_gate = threading.Lock()  # SQLite has one writer: waiting here is kinder than its busy sleeps


def prepare(engine: Engine) -> None:
    """Set up one engine; SQLite without this loses updates and foreign keys in silence."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", PATIENT, "secure_delete=on"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writing"):
            connection.exec_driver_sql("BEGIN")
        elif not _has_turn(connection.connection.dbapi_connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails, in SQLAlchemy's words


def _has_turn(raw: Any) -> bool:
    """Begin to write as soon as no other process does, looking three times a millisecond; False when patience is over.

    SQLite's own waiting sleeps up to a tenth of a second while the disk is idle.
    """
    until = clock.ticks() + PATIENCE_SECONDS
    raw.execute("pragma busy_timeout=0")
    try:
        while clock.ticks() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                time.sleep(LOOK_SECONDS)
            else:
                return True
        return False
    finally:
        raw.execute(f"pragma {PATIENT}")


def table(model: type[Base]) -> Table:
    """The plain table of a model, for statements that need no objects."""
    return cast(Table, model.__table__)


def next_id(model: type[Base], dialect: str) -> ColumnElement[int]:
    """The id of the row to come: PostgreSQL's is taken with this, SQLite's is safe in a writer's turn."""
    rows = table(model)
    if dialect == "sqlite":
        return select(func.coalesce(func.max(rows.c.id), 0) + 1).scalar_subquery()
    return func.nextval(f"{rows.name}_id_seq")


def upsert(into: Table, dialect: str | None = None) -> Any:
    """INSERT … ON CONFLICT for the database in use (SQLite and PostgreSQL spell it alike)."""
    return (sqlite if (dialect or db.engine.dialect.name) == "sqlite" else postgresql).insert(into)


def session() -> Session:
    """The reader's session of this request or command."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside, durably, or nothing; deeds use it once and never inside one another.

    Reads made before it are forgotten, so that whatever is decided inside is decided on what is there now.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("one deed is one transaction: a deed never calls another")
    current.rollback()
    with _writer_gate if db.engine.dialect.name == "sqlite" else nullcontext():
        current.info["in_transaction"] = True
        try:
            current.connection(execution_options={"writing": True})
            current.info.pop("versions", None)
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise
        finally:
            current.info.pop("in_transaction", None)


class Writer(NamedTuple):
    """The driver's own connection, in a transaction."""

    connection: Any
    dialect: Dialect

    def execute(self, text: str, values: Any) -> Any:
        """The driver's cursor."""
        return self.connection.execute(text, values)


@contextmanager
def writing() -> Iterator[Writer]:
    """transaction() for prepared statements alone, without SQLAlchemy's bookkeeping; for filing an appeal.

    PostgreSQL is sent them without waiting for each answer, so a mistake may show only at the commit; whatever
    the driver raises comes out in SQLAlchemy's words.
    """
    session().rollback()
    engine, local = db.engine, db.engine.dialect.name == "sqlite"
    with closing(engine.raw_connection()) as pooled, _writer_gate if local else nullcontext():
        raw: Any = pooled.driver_connection
        try:
            if local and not _has_turn(raw):
                raw.execute("BEGIN IMMEDIATE")
            with nullcontext() if local else _flushed_once(raw):
                yield Writer(raw, engine.dialect)
                raw.commit()
        except engine.dialect.loaded_dbapi.Error as error:  # the pool rolls back whatever comes back to it undone
            raise DBAPIError.instance(None, None, error, type(error), dialect=engine.dialect) from error


@contextmanager
def _flushed_once(raw: Any) -> Iterator[None]:
    """PostgreSQL: let go of the day's counter before the disk is waited for, and return only when it has answered.

    The commit inside frees the row at once; the small one after it waits for the log, which holds the first one
    too, so that many flush together (docs/decisions/0010). Whoever is shown a number is shown a durable one.
    """
    with raw.pipeline():
        raw.execute("SET LOCAL synchronous_commit TO off")
        yield
        raw.execute("SET LOCAL synchronous_commit TO on")
        raw.execute("SELECT pg_logical_emit_message(true, 'appeals', '')")
        raw.commit()


@contextmanager
def snapshot() -> Iterator[Session]:
    """Read as of one moment, however many statements it takes; SQLite does so anyway. Changes nothing."""
    current = session()
    current.rollback()
    current.info.pop("versions", None)
    try:
        if db.engine.dialect.name != "sqlite":
            current.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield current
    finally:
        current.rollback()


class Prepared:
    """A statement with fixed values to fill in: its text for one dialect, and how each value is bound.

    `run` takes a value for every name in `keys`; other columns of an INSERT get the defaults of their table.
    """

    def __init__(self, statement: Any, keys: Iterable[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys))
        self.text = str(compiled)
        self.by_place = compiled.positiontup is not None
        self.defaults = {name: value for name, value in compiled.params.items() if name not in keys}
        self.defaults |= {column.key: column.default.arg for column in compiled.insert_prefetch}
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self.binds: list[tuple[str, Bind | None]] = [
            (name, types[name].bind_processor(dialect)) for name in compiled.positiontup or types
        ]
        callables = [name for name, default in self.defaults.items() if callable(default)]
        if callables:
            raise ValueError(f"give these columns a value: {callables}")

    def run(self, writer: Writer, values: Mapping[str, Any]) -> Any:
        """Execute with these values; the driver's cursor."""
        given = {**self.defaults, **values}
        bound = {name: bind(given[name]) if bind else given[name] for name, bind in self.binds}
        return writer.execute(self.text, tuple(bound.values()) if self.by_place else bound)
