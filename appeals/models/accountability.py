"""The file of one appeal: who held it, how long, who was told when, and everything that was asked and sent (policy §8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from appeals.db import session
from appeals.models import facts, figures, lists, papers, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.instruction import Instruction
from appeals.models.movement import DueMove, Shelving
from appeals.models.outbox import Notice
from appeals.models.people import Unit, User
from appeals.models.rating import Rectification
from appeals.models.referral import Referral
from appeals.models.request import Request
from appeals.models.supervision import Finding, Paper
from appeals.rules import holding, stock, workdays
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.words import Part, Role


class Inside(NamedTuple):
    """The second level inside the lead's time: one unit below it, from when to when."""

    unit: str
    from_at: datetime
    to_at: datetime
    seconds: int


class Stay(NamedTuple):
    """One holder's time, with the second level shown inside it."""

    holder: str
    from_at: datetime
    to_at: datetime
    seconds: int
    inside: Sequence[Inside]


class Told(NamedTuple):
    """Who was told of which step, when; `sent_at` None where the notice still waits."""

    at: datetime
    move: str
    whom: str
    sent_at: datetime | None


class Moved(NamedTuple):
    """A limit that moved: the promise's (without a unit) or a unit's."""

    at: datetime
    unit: str
    before: datetime
    after: datetime
    why: str


@dataclass(frozen=True)
class File:
    """Everything on it. `seconds` is the elapsed working time from `entered_at` on: exactly the sum of the stays."""

    entered_at: datetime | None
    until: datetime
    stays: Sequence[Stay]
    seconds: int
    by_holder: Sequence[tuple[str, int]]
    told: Sequence[Told]
    moves: Sequence[Moved]
    history: Sequence[lists.Past]
    reveals: Sequence[lists.Past]
    papers: Sequence[Paper]
    instructions: Sequence[Instruction]
    findings: Sequence[Finding]
    referrals: Sequence[Referral]
    requests: Sequence[Request]
    shelvings: Sequence[Shelving]
    rectifications: Sequence[Rectification]
    names: dict[int, str]


def of(appeal: Appeal, now: datetime) -> File:
    """Assemble it as it stands now."""
    basis = figures.basis()
    plain = next(facts.load([appeal.id]))
    found = holding.stretches(plain, now, basis)
    entered_at = stock.entered_at(plain)
    until = found[-1].to_at if found else now
    seconds = workdays.working_seconds(found[0].from_at, until, basis.calendar, basis.hours) if found else 0
    by_holder: dict[str, int] = {}
    for each in found:
        by_holder[each.holder] = by_holder.get(each.holder, 0) + each.seconds
    history = lists.history(appeal)
    return File(
        entered_at, until, [_stay(each, appeal, now) for each in found], seconds,
        sorted(by_holder.items(), key=lambda pair: (-pair[1], pair[0])), _told(appeal), _moves(appeal), history,
        [past for past in history if past.event.kind == Move.REVEAL], papers.of_appeal(appeal.id),
        papers.instructions_on(appeal.id), papers.findings(appeal.id), papers.referrals_of(appeal.id),
        _rows(Request, appeal), _rows(Shelving, appeal), _rows(Rectification, appeal), _people(appeal),
    )  # fmt: skip


def _stay(each: holding.Stretch, appeal: Appeal, now: datetime) -> Stay:
    lead = next((a for a in appeal.assignments if a.part == Part.LEAD and a.unit.name == each.holder), None)
    under = tree.current().under(lead.unit_id) if lead is not None else frozenset()
    subs = [a for a in appeal.assignments if a.part == Part.SUB and a.unit_id in under]
    return Stay(*each, [inside for sub in subs if (inside := _inside(sub, each, now)) is not None])


def _inside(sub: Assignment, each: holding.Stretch, now: datetime) -> Inside | None:
    """The part of this second-level tenure that lies within the lead's."""
    ends = [at for at in (sub.ended_at, sub.replied_at) if at is not None]
    from_at, to_at = max(sub.dispatched_at, each.from_at), min([*ends, each.to_at, now])
    if from_at >= to_at:
        return None
    basis = figures.basis()
    return Inside(sub.unit.name, from_at, to_at, workdays.working_seconds(from_at, to_at, basis.calendar, basis.hours))


def _told(appeal: Appeal) -> list[Told]:
    query = (
        select(Notice, Unit.name).outerjoin(Unit, Unit.id == Notice.to_unit_id)
        .where(Notice.appeal_id == appeal.id).order_by(Notice.id)
    )  # fmt: skip
    moves = set(Move)
    return [
        Told(n.created_at, Move(n.kind).label if n.kind in moves else n.kind, " ".join(filter(None, (unit, _role(n.to_role)))),
             n.sent_at)
        for n, unit in session().execute(query)
    ]  # fmt: skip


def _role(code: str) -> str:
    return Role(code).label


def _moves(appeal: Appeal) -> list[Moved]:
    query = (
        select(DueMove, Unit.name).outerjoin(Assignment, Assignment.id == DueMove.assignment_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id).where(DueMove.appeal_id == appeal.id)
    )  # fmt: skip
    rows = session().execute(query.order_by(DueMove.at, DueMove.id))
    return [Moved(m.at, unit or "", m.before_at, m.after_at, DueReason(m.reason).label) for m, unit in rows]


def _rows(model: type, appeal: Appeal) -> Sequence:  # type: ignore[type-arg]
    table: Any = model
    return session().scalars(select(table).where(table.appeal_id == appeal.id).order_by(table.id)).all()


def _people(appeal: Appeal) -> dict[int, str]:
    """Everybody who signed a request, a paper or an answer, by id."""
    asked: Sequence[Request] = _rows(Request, appeal)
    ids = {i for r in asked for i in (r.prepared_by_id, r.asked_by_id, r.signed_by_id, r.decided_by_id)}
    for row in papers.findings(appeal.id):
        ids |= {row.proposed_by_id, row.decided_by_id}
    query = select(User.id, User.name, User.login).where(User.id.in_([i for i in ids if i is not None]))
    return {id_: name or login for id_, name, login in session().execute(query)}
