"""What the company's form offers to choose from, kept in memory until its version changes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from appeals.db import session
from appeals.models.directory import Industry, Territory
from appeals.models.people import Unit
from appeals.models.settings import versions


class Option(NamedTuple):
    """A value as it is stored, and its names."""

    value: str
    chinese: str
    english: str


_loaded: dict[tuple[str, str], tuple[int, Sequence[Option]]] = {}


def territories() -> Sequence[Option]:
    """The territories and the two choices that no unit answers for, in their order."""
    return _kept("directory", "territories", lambda: [
        Option(t.name, t.name, t.english)
        for t in session().scalars(select(Territory).order_by(Territory.position))
    ])  # fmt: skip


def industries() -> Sequence[Option]:
    """The letters of GB/T 4754."""
    return _kept("directory", "industries", lambda: [
        Option(i.letter, f"{i.letter} {i.name}", f"{i.letter} {i.english}")
        for i in session().scalars(select(Industry).order_by(Industry.letter))
    ])  # fmt: skip


def units() -> Sequence[Option]:
    """The units on the books, by id."""
    return _kept("units", "units", lambda: [
        Option(str(u.id), u.name, u.english or u.name)
        for u in session().scalars(select(Unit).where(Unit.active).order_by(Unit.position, Unit.id))
    ])  # fmt: skip


def _kept(version: str, name: str, load: Callable[[], Any]) -> Sequence[Option]:
    reader = session()
    key, number = (str(reader.get_bind()), name), versions(reader).get(version, 0)
    known = _loaded.get(key)
    if known is None or known[0] != number:
        known = _loaded[key] = (number, tuple(load()))
    return known[1]
