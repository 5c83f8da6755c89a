"""What the tests of shelving share: what is asked for, and what is left of it."""

from datetime import date, datetime

from sqlalchemy import select

from appeals.actions import shelving
from appeals.db import session
from appeals.models import facts as rows
from appeals.models import figures, lists
from appeals.models.movement import Shelving
from appeals.models.outbox import Notice
from appeals.models.request import Request
from appeals.rules import rates
from appeals.rules.rates_frame import Period
from tests import builders as b
from tests.builders import at

# Accepted on Monday 11-23: promised until Monday 12-07, the unit has until Friday 12-04.
DUE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")
ASKED, FIRST, SECOND = at("2026-11-26 10:00"), at("2026-11-27 10:00"), at("2026-11-27 15:00")
UNTIL = date(2027, 1, 29)  # a Friday
CASE = {
    "reason_code": "superior", "reason": "须省级部门明确政策", "plan": "每月向省厅汇报", "person": "王负责", "until_on": UNTIL,
}  # fmt: skip
PROMISE = {"reason_code": "promise", "until_on": date(2026, 12, 25)}


def ask(appeal, by, when: datetime = ASKED, **changes):
    shelving.ask(appeal.id, case=shelving.Case(**(CASE | changes)), by=by, at=when)
    return b.the(appeal.number)


def shelved(appeal, head, office, director, **changes):
    """Asked, signed on Friday 11-27 at 10:00 and at 15:00."""
    ask(appeal, head, **changes)
    shelving.endorse(appeal.id, by=office, at=FIRST)
    shelving.shelve(appeal.id, by=director, at=SECOND)
    return b.the(appeal.number)


def row(appeal) -> Shelving:
    return session().scalars(select(Shelving).where(Shelving.appeal_id == appeal.id).order_by(Shelving.id.desc())).first()


def asked(appeal, kind: str = "shelving") -> Request:
    query = select(Request).where(Request.appeal_id == appeal.id, Request.kind == kind)
    return session().scalars(query.order_by(Request.id.desc())).first()


def told(appeal, kind: str) -> set[str]:
    query = select(Notice.to_role).where(Notice.appeal_id == appeal.id, Notice.kind == kind)
    return set(session().scalars(query))


def kinds(appeal) -> list[str]:
    return [p.event.kind for p in lists.history(appeal)]


def dues(appeal) -> tuple:
    appeal = b.the(appeal.number)
    return appeal.due_at, appeal.lead.due_at, appeal.lead.original_due_at


def items(appeal, from_at: str, to_at: str, known_at: str | None = None):
    whole = Period(at(from_at), at(to_at), at(known_at or to_at))
    return list(rates.items(list(rows.load([appeal.id])), whole, figures.basis()))
