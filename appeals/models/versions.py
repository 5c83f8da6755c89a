"""The versions in force, and what is read once per version and kept in memory."""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from appeals.db import Base, db, session, table

Value = TypeVar("Value")


class Version(Base):
    """The number of the version in force of: calendar, directory, settings, units, glossary, accounts; and first_cycle."""

    __tablename__ = "version"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


_READ = select(table(Version))
# By engine, so that two databases in one process never mix and a closed one is forgotten.
_kept: WeakKeyDictionary[Engine, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def versions(reader: Session) -> dict[str, int]:
    """The versions in force by name; read once per request or transaction."""
    known: dict[str, int] | None = reader.info.get("versions")
    if known is None:
        known = {row.name: row.number for row in reader.connection().execute(_READ)}
        reader.info["versions"] = known
    return known


def kept(name: str, of: str, load: Callable[[], Value]) -> Value:
    """`load()`, remembered until the version of `of` is another one."""
    return kept_at(name, versions(session()).get(of, 0), load)


def kept_at(name: str, number: int, load: Callable[[], Value]) -> Value:
    """`load()`, remembered until it is asked for at another number."""
    mine = _kept.setdefault(db.engine, {})
    found = mine.get(name)
    if found is None or found[0] != number:
        found = mine[name] = (number, load())
    value: Value = found[1]
    return value
