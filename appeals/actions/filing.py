"""The rows of a new appeal: the hot path, by prepared statements (the twin of Appeal.make for a first move)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, bindparam, insert, select

from appeals.actions.attachments import Stored
from appeals.db import Prepared, Writer, next_id, table, upsert
from appeals.models import search
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.company import Company
from appeals.models.files import Attachment
from appeals.models.machinery import DayCounter
from appeals.models.outbox import Notice
from appeals.rules import numbering, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import Role, State

COMPANY = ("uscc", "name", "industry", "created_at")
EVENT = ("id", "appeal_id", "kind", "at", "recorded_at", "role", "user_id", "unit_id", "after", "detail")
NOTICE = ("appeal_id", "event_id", "kind", "to_role", "created_at")


class Place(NamedTuple):
    """What a new appeal is called."""

    number: str
    appeal_id: int
    event_id: int


@cache
def _known_company(dialect: Dialect) -> Prepared:
    companies = table(Company).c
    return Prepared(select(companies.id).where(companies.uscc == bindparam("uscc")), ("uscc",), dialect)


@cache
def _company(dialect: Dialect) -> Prepared:
    company = upsert(table(Company), dialect.name)
    known = company.on_conflict_do_update(index_elements=["uscc"], set_={"uscc": company.excluded.uscc})
    return Prepared(known.returning(table(Company).c.id), COMPANY, dialect)


@cache
def _counter(dialect: Dialect) -> Prepared:
    counter, last = upsert(table(DayCounter), dialect.name), table(DayCounter).c.last
    counted = counter.on_conflict_do_update(index_elements=["day"], set_={"last": last + 1})
    ids = (next_id(model, dialect.name) for model in (Appeal, Event))
    return Prepared(counted.returning(last, *ids), ("day", "last"), dialect)


@cache
def _insert(model: Any, columns: tuple[str, ...], dialect: Dialect) -> Prepared:
    return Prepared(insert(table(model)), columns, dialect)


def company(uscc: str, name: str, industry: str | None, at: datetime, writer: Writer) -> int:
    """The company's id; its first appeal makes it known."""
    row = _known_company(writer.dialect).run(writer, {"uscc": uscc}).fetchone()
    if row is None:
        values = {"uscc": uscc, "name": name, "industry": industry, "created_at": at}
        row = _company(writer.dialect).run(writer, values).fetchone()
    found: int = row[0]
    return found


def place(prefix: str, at: datetime, writer: Writer) -> Place:
    """The next number of the day, and the ids to come; the row it counts in is locked until the commit."""
    day = workdays.day_of(at)
    last, appeal_id, event_id = _counter(writer.dialect).run(writer, {"day": day, "last": 1}).fetchone()
    return Place(numbering.number(prefix, day, last), appeal_id, event_id)


def store(
    values: dict[str, Any], said: list[str], here: Place, files: Sequence[Stored], by: Actor, at: datetime, writer: Writer
) -> None:
    """Appeal, its words for the search, first event, the office's notice, attachments; no answer is waited for."""
    kind, dialect, (number, appeal_id, event_id) = Move.SUBMIT.value, writer.dialect, here
    appeal = {"id": appeal_id, "number": number, **values}
    _insert(Appeal, tuple(appeal), dialect).run(writer, appeal)
    writer.execute(search.ADD[dialect.name], search.row(dialect.name, appeal_id, number, said))
    event = {
        "id": event_id, "appeal_id": appeal_id, "kind": kind, "at": at, "recorded_at": at, "role": by.role.value,
        "user_id": by.user_id, "unit_id": by.unit_id, "after": State.SUBMITTED.value, "detail": {},
    }  # fmt: skip
    _insert(Event, EVENT, dialect).run(writer, event)
    notice = {
        "appeal_id": appeal_id, "event_id": event_id, "kind": kind, "to_role": Role.COORDINATOR.value, "created_at": at,
    }  # fmt: skip
    _insert(Notice, NOTICE, dialect).run(writer, notice)
    for file in files:
        row = file.row(appeal_id, by.role, at)
        _insert(Attachment, tuple(row), dialect).run(writer, row)
