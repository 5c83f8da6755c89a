"""The rows of a new appeal: the hot path, by prepared statements (the twin of Appeal.make for a first move)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, insert

from appeals.actions.attachments import Stored
from appeals.db import Prepared, table, upsert
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

COMPANY = ["uscc", "name", "industry", "created_at"]
EVENT = ["appeal_id", "kind", "at", "recorded_at", "role", "user_id", "unit_id", "after", "detail"]
NOTICE = ["appeal_id", "event_id", "kind", "to_role", "created_at"]


@cache
def _counter(dialect: Dialect) -> Prepared:
    counter, last = upsert(table(DayCounter), dialect.name), table(DayCounter).c.last
    counted = counter.on_conflict_do_update(index_elements=["day"], set_={"last": last + 1})
    return Prepared(counted.returning(last), ["day", "last"], dialect)


@cache
def _company(dialect: Dialect) -> Prepared:
    company = upsert(table(Company), dialect.name)
    known = company.on_conflict_do_update(index_elements=["uscc"], set_={"uscc": company.excluded.uscc})
    return Prepared(known.returning(table(Company).c.id), COMPANY, dialect)


@cache
def _appeal(columns: tuple[str, ...], dialect: Dialect) -> Prepared:
    return Prepared(insert(table(Appeal)).returning(table(Appeal).c.id), list(columns), dialect)


@cache
def _event(dialect: Dialect) -> Prepared:
    return Prepared(insert(table(Event)).returning(table(Event).c.id), EVENT, dialect)


@cache
def _notice(dialect: Dialect) -> Prepared:
    return Prepared(insert(table(Notice)), NOTICE, dialect)


def number(prefix: str, at: datetime, writer: Connection) -> str:
    """The next number of the day; the row it counts in is locked until the commit."""
    day = workdays.day_of(at)
    return numbering.number(prefix, day, _counter(writer.dialect).run(writer, {"day": day, "last": 1}).scalar_one())


def store(
    values: dict[str, Any], uscc: str, files: Sequence[Stored], by: Actor, at: datetime, writer: Connection
) -> None:
    """Company, appeal, its words for the search, first event, the office's notice, attachments."""
    dialect = writer.dialect
    company = {"uscc": uscc, "name": values["company_name"], "industry": values["industry"], "created_at": at}
    values["company_id"] = _company(dialect).run(writer, company).scalar_one()
    appeal_id = _appeal(tuple(values), dialect).run(writer, values).scalar_one()
    search.add(writer, appeal_id=appeal_id, number=values["number"], company_name=values["company_name"],
               title=values["title"], words=values["text"])  # fmt: skip
    event = {
        "appeal_id": appeal_id, "kind": Move.SUBMIT.value, "at": at, "recorded_at": at, "role": by.role.value,
        "user_id": by.user_id, "unit_id": by.unit_id, "after": State.SUBMITTED.value, "detail": {},
    }  # fmt: skip
    notice = {
        "appeal_id": appeal_id, "event_id": _event(dialect).run(writer, event).scalar_one(),
        "kind": Move.SUBMIT.value, "to_role": Role.COORDINATOR.value, "created_at": at,
    }  # fmt: skip
    _notice(dialect).run(writer, notice)
    if files:
        writer.execute(insert(table(Attachment)), [f.row(appeal_id, by.role, at) for f in files])
