"""What the company's form offers to choose from, kept in memory until its version changes."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from appeals.db import session
from appeals.models.directory import Industry, Territory
from appeals.models.people import Unit
from appeals.models.versions import kept


class Option(NamedTuple):
    """A value as it is stored, and its names."""

    value: str
    chinese: str
    english: str


def territories() -> Sequence[Option]:
    """The territories and the two choices that no unit answers for, in their order."""
    return kept("the form\'s territories", "directory", lambda: [
        Option(t.name, t.name, t.english)
        for t in session().scalars(select(Territory).order_by(Territory.position))
    ])  # fmt: skip


def industries() -> Sequence[Option]:
    """The letters of GB/T 4754."""
    return kept("the form\'s industries", "directory", lambda: [
        Option(i.letter, f"{i.letter} {i.name}", f"{i.letter} {i.english}")
        for i in session().scalars(select(Industry).order_by(Industry.letter))
    ])  # fmt: skip


def units() -> Sequence[Option]:
    """The units on the books, by id."""
    return kept("the form\'s units", "units", lambda: [
        Option(str(u.id), u.name, u.english or u.name)
        for u in session().scalars(select(Unit).where(Unit.active).order_by(Unit.position, Unit.id))
    ])  # fmt: skip
