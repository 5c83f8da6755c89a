"""Figures of a period that is not frozen: counted now by the same rules, provisional, kept while nothing happens."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from appeals.db import db, session, snapshot
from appeals.models import calendar, counting, figures, tree
from appeals.models.appeal import CONDUCT, Appeal
from appeals.models.audit import Event
from appeals.models.figures import CYCLE, DRAFT, RUNNING, Sheet
from appeals.models.versions import versions
from appeals.rules import clearance, rates
from appeals.rules.actors import Actor

# A cycle is counted anew after any event; a quarter, which is much more to count, after ten minutes.
AGE = {figures.CYCLE: timedelta(seconds=60), figures.QUARTER: timedelta(minutes=10)}
NOBODY: frozenset[str] = frozenset()


class Live(NamedTuple):
    """A sheet with the items and entries behind it."""

    sheet: Sheet
    counted: counting.Counted


class _Kept(NamedTuple):
    at: datetime
    stamp: object
    live: Live


# One for each kind of period, for visitors from whom nothing is hidden.
_kept: WeakKeyDictionary[Engine, dict[tuple[str, int], _Kept]] = WeakKeyDictionary()


def period(kind: str, number: int) -> rates.Period:
    """The bounds and F of a cycle or of a quarter (year × 10 + quarter)."""
    if kind == CYCLE:
        return clearance.period(number, calendar.current(), figures.anchor())
    return clearance.quarter_period(divmod(number, 10), calendar.current())


def figures_of(kind: str, number: int, now: datetime, by: Actor) -> Live:
    """The figures of a period that has begun, as known now; without what this visitor must not know of."""
    hidden = hidden_from(by)
    if hidden:
        return _count(kind, number, now, hidden)
    mine = _kept.setdefault(db.engine, {})
    stamp = _stamp() if kind == CYCLE else None
    found = mine.get((kind, number))
    if found is None or found.stamp != stamp or not timedelta(0) <= now - found.at <= AGE[kind]:
        found = _Kept(now, stamp, _count(kind, number, now, NOBODY))
        for old in [key for key in mine if key[0] == kind and key[1] < number - 1]:
            del mine[old]
        mine[kind, number] = found
    return found.live


def hidden_from(by: Actor) -> frozenset[str]:
    """Numbers of the complaints that do not exist for the visitor: of his unit's conduct, of himself (policy §2)."""
    own, number = tree.current().answers_for(by), select(Appeal.number)
    found = set(session().scalars(number.where(CONDUCT, Appeal.about_unit_id.in_(own)))) if own else set()
    if by.user_id is not None:
        found |= set(session().scalars(number.where(Appeal.about_person_id == by.user_id)))
    return frozenset(found)


def _stamp() -> object:
    """Changes with every event and with units, calendar and settings."""
    reader = session()
    return reader.scalar(select(func.max(Event.id))), tuple(sorted(versions(reader).items()))


def _count(kind: str, number: int, now: datetime, hidden: Collection[str]) -> Live:
    whole = period(kind, number)
    ended = now >= whole.to_at
    known_at = min(now, whole.known_at) if ended else now
    asked = rates.Period(whole.from_at, whole.to_at, known_at)
    before = None
    if kind == CYCLE and ended and number > figures.first_cycle():
        before = period(kind, number - 1)
    rules = figures.settings_at(known_at)
    with snapshot():
        counted = counting.count(
            asked, number, figures.basis(rules), before=before, until=None if ended else now, without=hidden
        )
    state = DRAFT if ended else RUNNING
    sheet = Sheet(
        kind, number, state, whole.from_at, whole.to_at, known_at, rules, counted.lines, _by_line(counted.rows),
        flows=counted.flows, medians=counted.medians,
    )  # fmt: skip
    return Live(sheet, counted)


def _by_line(rows: Collection[Mapping[str, object]]) -> dict[str, dict[str, rates.Rate]]:
    found: dict[str, dict[str, rates.Rate]] = {}
    for row in rows:
        rate = rates.Rate(int(str(row["num"])), int(str(row["den"])), int(str(row["n"])))
        found.setdefault(str(row["line"]), {})[str(row["key"])] = rate
    return found
