"""The piles on the coordination office's table: what waits for whom, urgent first, oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from appeals.db import Instant, session
from appeals.models import calendar, lists, settings
from appeals.models.appeal import ASKED, OPEN, REPRISAL, TO_CALL, UNCONFIRMED, UNROUTED, Appeal
from appeals.models.rating import CallBack, Rectification
from appeals.rules import workdays
from appeals.rules.actors import Actor
from appeals.rules.deadlines import closing
from appeals.rules.words import State

Limit = InstrumentedAttribute[datetime | None]
CONFIRMED = or_(Appeal.filed_by_id.is_(None), Appeal.confirmed_at.is_not(None))


@dataclass(frozen=True)
class Pile:
    """One pile: a code for URLs, its Chinese name, what lies in it, by which instant it is ordered.

    `limit` is the instant by which the office must act, `since` where its light starts to count.
    """

    code: str
    label: str
    where: tuple[ColumnElement[bool], ...]
    order: InstrumentedAttribute[datetime] | Limit
    limit: Limit | None
    since: InstrumentedAttribute[datetime] | Limit
    urgent_first: bool = False


def _in(state: State, label: str, limit: Limit | None, since: Limit | InstrumentedAttribute[datetime]) -> Pile:
    where: tuple[ColumnElement[bool], ...] = (Appeal.state == state.value, OPEN)
    if state is State.SUBMITTED:
        where += (CONFIRMED,)
    return Pile(state.value, label, where, Appeal.submitted_at, limit, since, True)


PILES: dict[str, Pile] = {
    pile.code: pile
    for pile in (
        Pile("reprisal", "反映后受到刁难", (REPRISAL,), Appeal.outside_due_at, Appeal.outside_due_at, Appeal.submitted_at),
        _in(State.SUBMITTED, "待受理", Appeal.accept_due_at, Appeal.submitted_at),
        _in(State.ACCEPTED, "待交办", Appeal.dispatch_due_at, Appeal.accepted_at),
        Pile("unrouted", "待研判", (UNROUTED, CONFIRMED), Appeal.submitted_at, Appeal.accept_due_at, Appeal.submitted_at),
        _in(State.REPLIED, "答复待审核", Appeal.approve_due_at, Appeal.state_at),
        Pile("to_call", "待回访", (TO_CALL,), Appeal.window_ends_at, Appeal.window_ends_at, Appeal.completed_at),
        _in(State.RECTIFYING, "整改", None, Appeal.state_at),
        Pile("withdrawal", "撤回待确认", (ASKED,), Appeal.withdrawal_asked_at, Appeal.withdrawal_due_at,
             Appeal.withdrawal_asked_at),
        _in(State.TO_SUPPLEMENT, "待补正", Appeal.supplement_due_at, Appeal.supplement_asked_at),
        Pile("unconfirmed", "待企业确认", (UNCONFIRMED,), Appeal.submitted_at, None, Appeal.submitted_at),
    )
}  # fmt: skip


class Key(NamedTuple):
    """The last row of a page: the next page begins after it."""

    urgent: bool
    at: datetime
    id: int


def page(
    pile: Pile, by: Actor, at: datetime, after: Key | None = None, limit: int = lists.PAGE
) -> Sequence[Appeal]:
    """One page of a pile and one row more, if there is more."""
    if not pile.urgent_first:
        return _rows(_base(pile, by, at), pile, after, limit + 1)
    rows: list[Appeal] = []
    for urgent in (True, False):
        if after is not None and urgent and not after.urgent:
            continue
        start = after if after is not None and after.urgent == urgent else None
        query = _base(pile, by, at).where(Appeal.urgent == urgent)
        rows += _rows(query, pile, start, limit + 1 - len(rows))
        if len(rows) > limit:
            break
    return rows


def key(pile: Pile, last: Appeal) -> Key:
    """Where the page that ends with this row goes on."""
    at: datetime = getattr(last, pile.order.key)
    return Key(last.urgent, at, last.id)


def _base(pile: Pile, by: Actor, at: datetime) -> Select[tuple[Appeal]]:
    query = select(Appeal).where(*pile.where, lists.visible_to(by))
    return query.where(Appeal.window_ends_at <= call_from(at)) if pile.code == "to_call" else query


def _rows(query: Select[tuple[Appeal]], pile: Pile, after: Key | None, limit: int) -> Sequence[Appeal]:
    if after is not None:
        query = query.where(tuple_(pile.order, Appeal.id) > tuple_(after.at, after.id))
    query = query.order_by(pile.order, Appeal.id).limit(limit)
    return session().scalars(query.options(*lists.WITH_UNITS)).all()


def call_from(at: datetime) -> datetime:
    """Windows that end by this instant have reached the day from which the office calls (policy §3)."""
    numbers = settings.limits()
    days = numbers.rating_window - numbers.callback_from
    return closing(calendar.current().add_working(workdays.day_of(at), days))


class Height(NamedTuple):
    """How high a pile is, counted to one more than a page, with the urgent and the late ones among them."""

    pile: Pile
    count: int
    urgent: int
    late: int

    @property
    def shown(self) -> str:
        """The number, or 50+."""
        return f"{lists.PAGE}+" if self.count > lists.PAGE else str(self.count)


def heights(by: Actor, at: datetime) -> list[Height]:
    """Every pile's height in one statement that reads at most a page of each."""
    parts = [part for pile in PILES.values() for part in _parts(pile, by, at)]
    found = session().execute(union_all(*parts)).all()
    return [_height(pile, [row for row in found if row[0] == pile.code], at) for pile in PILES.values()]


def _parts(pile: Pile, by: Actor, at: datetime) -> Iterator[Select[tuple[str, bool, datetime | None]]]:
    """A page of each stretch of the index, the urgent ones first."""
    limit = pile.limit if pile.limit is not None else literal(None, Instant)
    base = _base(pile, by, at).with_only_columns(
        literal(pile.code).label("code"), Appeal.urgent.label("urgent"), limit.label("due_at")
    )
    for query in [base.where(Appeal.urgent == urgent) for urgent in (True, False)] if pile.urgent_first else [base]:
        part = query.order_by(pile.order, Appeal.id).limit(lists.PAGE + 1).subquery()
        yield select(part.c.code, part.c.urgent, part.c.due_at)


def _height(pile: Pile, rows: Sequence[tuple[str, bool, datetime | None]], at: datetime) -> Height:
    urgent = sum(1 for row in rows if row[1])
    late = sum(1 for row in rows if row[2] is not None and row[2] < at)
    return Height(pile, len(rows), urgent, late)


def rectifications(appeals: Sequence[Appeal]) -> dict[int, Rectification]:
    """The rectification of the present round of each, by the appeal's id."""
    rounds = {a.id: a.round for a in appeals}
    query = select(Rectification).where(Rectification.appeal_id.in_(rounds)).order_by(Rectification.id)
    return {r.appeal_id: r for r in session().scalars(query) if r.round == rounds[r.appeal_id]}


def attempts(appeals: Sequence[Appeal]) -> dict[int, int]:
    """How often each company was called in the present round, by the appeal's id."""
    rounds = {a.id: a.round for a in appeals}
    query = select(CallBack.appeal_id, CallBack.round, func.count()).where(CallBack.appeal_id.in_(rounds))
    rows = session().execute(query.group_by(CallBack.appeal_id, CallBack.round))
    return {appeal_id: number for appeal_id, round_, number in rows if round_ == rounds[appeal_id]}
