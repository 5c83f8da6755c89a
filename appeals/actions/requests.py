"""Asking, signing, deciding: what every kind of request has in common (policy §2–§6).

These are parts of deeds: the appeal is already open. The deed itself makes the move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from appeals.actions import dues, duties, notices
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.request import Request
from appeals.rules import deadlines, facts, requests
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import STEPS, Move, NotAllowed, NotYours
from appeals.rules.requests import PROCEDURES, Asked
from appeals.rules.words import Role, State


@dataclass(frozen=True)
class Wish:
    """What is asked for; see models.request.Request for the fields."""

    reason_code: str | None = None
    reason: str = ""
    basis: str = ""
    unit_id: int | None = None
    until_at: datetime | None = None
    other_id: int | None = None
    detail: dict[str, Any] | None = None


def undecided(appeal: Appeal, *kinds: Asked) -> Sequence[Request]:
    """The requests on this appeal that wait for their decider, oldest first."""
    return [row for row in _open(appeal) if row.asked_at is not None and (not kinds or row.kind in kinds)]


def _open(appeal: Appeal) -> Sequence[Request]:
    """These, and what is only prepared for a signature."""
    query = select(Request).where(Request.appeal_id == appeal.id, Request.decided_at.is_(None))
    return session().scalars(query.order_by(Request.id)).all()


def waiting(appeal: Appeal, kind: Asked, *, by: Actor, assignment_id: int | None = None) -> Request:
    """The one that waits for this very person. Raises NotAllowed (none, or he signed it before) or NotYours.

    `assignment_id`: of several units the one that asked.
    """
    found = [r for r in undecided(appeal, kind) if assignment_id in (None, r.assignment_id)]
    if not found:
        raise NotAllowed(f"没有待裁定的“{kind.label}”申请，可能已被他人裁定")
    row = found[-1]
    also = requests.BESIDE.get(Role(row.waits_for)) if kind is Asked.REVIEW else None
    if by.role != row.waits_for and by.role != also:
        raise NotYours(f"这项申请等待{row.waits_label}裁定")
    if by.user_id is not None and by.user_id in (row.prepared_by_id, row.asked_by_id, row.signed_by_id):
        raise NotAllowed("同一人不能先后签两次")
    return row


def of_kind(appeal: Appeal, kind: Asked) -> Sequence[Request]:
    """Every request of this kind that was asked on this appeal, decided or not, oldest first."""
    query = select(Request).where(
        Request.appeal_id == appeal.id, Request.kind == kind.value, Request.asked_at.is_not(None)
    )
    return session().scalars(query.order_by(Request.id)).all()


def prepared(appeal: Appeal, kind: Asked, unit_ids: frozenset[int]) -> Request | None:
    """What a liaison officer of these units has prepared for the head's signature."""
    query = select(Request).where(
        Request.appeal_id == appeal.id, Request.kind == kind.value, Request.asked_at.is_(None),
        Request.decided_at.is_(None), Request.asking_unit_id.in_(unit_ids),
    )  # fmt: skip
    return session().scalars(query.order_by(Request.id.desc())).first()


def prepare(
    appeal: Appeal, kind: Asked, wish: Wish, *, assignment: Assignment, by: Actor, at: datetime
) -> Request:
    """A liaison officer writes it, for the head to sign; writing it again replaces it."""
    row = prepared(appeal, kind, by.unit_ids) or _new(appeal, kind, assignment)
    row.assignment_id, row.asking_unit_id = assignment.id, assignment.unit_id
    _fill(row, wish)
    row.prepared_by_id, row.prepared_at, row.waits_for = by.user_id, at, Role.HEAD.value
    return row


def own_lead(appeal: Appeal, by: Actor) -> Assignment:
    """The visitor's own lead, which he may ask for something. Raises NotAllowed."""
    lead = appeal.lead
    if lead is None or not lead.holds or lead.unit_id not in by.unit_ids:
        raise NotAllowed("只有主办单位可以提出这项申请")
    return lead


def put(
    appeal: Appeal, kind: Asked, move: Move, wish: Wish, *, mine: Assignment, by: Actor, at: datetime, to: Role | None = None,
    **said: Any,
) -> Request:  # fmt: skip
    """A unit's request: from a liaison officer it goes to the head for signature, from the head to its decider.

    What concerns the company it is told now, before anything is decided; `said` is kept with the event.
    """
    if by.role is Role.LIAISON:
        row = prepare(appeal, kind, wish, assignment=mine, by=by, at=at)
        event = appeal.make(Move.PREPARE_REQUEST, by=by, at=at, request=kind.value)
        notices.tell_head(appeal, event, mine.unit_id)
        return row
    row = ask(appeal, kind, wish, by=by, at=at, assignment=mine, to=to)
    event = appeal.make(move, by=by, at=at, request=row.id, **said)
    if row.waits_for != Role.COMPANY:
        notices.tell(appeal, event, Role(row.waits_for))
    if move.company:
        notices.tell_company(appeal, event)
    return row


def ask(
    appeal: Appeal, kind: Asked, wish: Wish, *, by: Actor, at: datetime, assignment: Assignment | None = None,
    to: Role | None = None,
) -> Request:  # fmt: skip
    """Put a request before its decider. Raises NotAllowed while one of the same kind is undecided.

    `to` overrides whose turn it is (a second extension is a leader's).
    """
    mine = assignment.id if assignment is not None else None
    if any(row.assignment_id == mine for row in undecided(appeal, kind)):
        raise NotAllowed(f"已有一项“{kind.label}”申请等待裁定")
    row = prepared(appeal, kind, by.unit_ids) if assignment is not None else None
    row = row or _new(appeal, kind, assignment)
    if assignment is not None:  # prepared in an earlier tenure of the unit, or by another unit of the head's tree
        row.assignment_id, row.asking_unit_id = assignment.id, assignment.unit_id
    _fill(row, wish)
    row.asked_by_id, row.asked_at = by.user_id, at
    _turn(appeal, row, to or requests.decider(kind, office=appeal.concerns_office), at)
    session().flush()
    return row


def sign_first(appeal: Appeal, row: Request, *, by: Actor, at: datetime, together: bool = False) -> None:
    """The first of two signatures: the turn is the second signer's; `together`: within the same limit as the first.

    A limit that the first has missed stays his, and the second has one of his own.
    """
    due_at = row.due_at
    together = together and due_at is not None and at <= due_at
    if not together:
        _close_turn(appeal, row, by, at)
    row.signed_by_id, row.signed_at = by.user_id, at
    kind = Asked(row.kind)
    _turn(appeal, row, requests.decider(kind, office=appeal.concerns_office, signed_first=True), at)
    if together:
        row.due_at = due_at


def decide(
    appeal: Appeal, row: Request, *, granted: bool | None, answer: str, by: Actor, at: datetime, fault: str | None = None
) -> None:
    """The last signature; None: there is nothing left to decide. Time beyond the limit is given back to the unit."""
    _close_turn(appeal, row, by, at)
    row.decided_by_id, row.decided_at, row.granted = by.user_id, at, granted
    row.answer, row.fault = answer.strip(), fault


def tell_asker(appeal: Appeal, row: Request, event: Event) -> None:
    """The unit that asked learns what was decided."""
    if row.asking_unit_id is not None:
        notices.tell_unit(appeal, event, row.asking_unit_id)


def park(appeal: Appeal, row: Request, *, at: datetime) -> None:
    """Somebody else must speak first: nobody's turn runs until `unpark`. What was already lost stays lost."""
    by = Actor(Role(row.waits_for))
    if row.due_at is not None and at > row.due_at:
        _close_turn(appeal, row, by, at)
    else:
        _book_turn(appeal, row, by, at)
    row.turn_at = row.due_at = None


def unpark(appeal: Appeal, row: Request, *, at: datetime) -> None:
    """The decider's turn begins, or begins anew; what waited for the company goes to its decider."""
    role = Role(row.waits_for)
    first = requests.decider(Asked(row.kind), office=appeal.concerns_office)
    _turn(appeal, row, first if role is Role.COMPANY else role, at)


def settle(appeal: Appeal, *, at: datetime) -> None:
    """Close what can no longer be decided because the appeal has moved on; give the rest to whoever decides now.

    What is prepared and can no longer be granted needs no signature either.
    """
    for row in _open(appeal):
        if appeal.state not in STEPS[PROCEDURES[Asked(row.kind)].grant].sources:
            decide(appeal, row, granted=None, answer="", by=Actor(Role(row.waits_for)), at=at)
        elif row.asked_at is not None:
            _reseat(appeal, row, at)


def _reseat(appeal: Appeal, row: Request, at: datetime) -> None:
    """Another lead, or another accused: a first signature of those who no longer decide is void (policy §2)."""
    kind, office = Asked(row.kind), appeal.concerns_office
    if requests.seated(kind, Role(row.waits_for), office=office, signed_first=row.signed_at is not None):
        return
    if kind in requests.SECOND:  # whoever asked signed first, and cannot any more
        decide(appeal, row, granted=None, answer="", by=Actor(Role(row.waits_for)), at=at)
        return
    _close_turn(appeal, row, Actor(Role(row.waits_for)), at)
    row.signed_by_id = row.signed_at = None
    _turn(appeal, row, requests.decider(kind, office=office), at)


def _new(appeal: Appeal, kind: Asked, assignment: Assignment | None) -> Request:
    row = Request(appeal_id=appeal.id, kind=kind.value, waits_for=Role.HEAD.value)
    if assignment is not None:
        row.assignment_id, row.asking_unit_id = assignment.id, assignment.unit_id
    session().add(row)
    return row


def _fill(row: Request, wish: Wish) -> None:
    row.reason_code, row.reason, row.basis = wish.reason_code, wish.reason.strip(), wish.basis.strip()
    row.unit_id, row.until_at, row.other_id, row.detail = wish.unit_id, wish.until_at, wish.other_id, wish.detail or {}


def _turn(appeal: Appeal, row: Request, role: Role, at: datetime) -> None:
    days = PROCEDURES[Asked(row.kind)].days
    row.waits_for, row.turn_at = role.value, at
    numbers = settings.limits(appeal.settings_version)
    row.due_at = deadlines.after(at, getattr(numbers, days), calendar.current())


def _close_turn(appeal: Appeal, row: Request, by: Actor, at: datetime) -> None:
    """The decider's turn is over: written down as a limit met or missed, and as time that was his.

    The limit is his for whom it waited, also where another decided beside him: what was frozen meanwhile says so.
    """
    if PROCEDURES[Asked(row.kind)].counts:
        duties.done(appeal, facts.Duty.DECIDE, due_at=row.due_at, by=Actor(Role(row.waits_for)), at=at)
    _book_turn(appeal, row, by, at)


def _book_turn(appeal: Appeal, row: Request, by: Actor, at: datetime) -> None:
    """Time that was the decider's; what he took too long is given back, but not while nobody's limit runs."""
    if PROCEDURES[Asked(row.kind)].holds and row.turn_at is not None and row.turn_at < at:
        spell = {"holder": duties.line(by.role), "from": row.turn_at.isoformat(), "to": at.isoformat()}
        appeal.spells = [*appeal.spells, spell]
        lead = appeal.lead
        runs = lead is not None and lead.holds and lead.replied_at is None and appeal.state != State.SHELVED
        dues.give_back(lead if runs else None, row.due_at, at=at)
