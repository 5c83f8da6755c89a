"""Rows → plain facts: what every figure is counted from (rules.facts)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.orm import selectinload

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import OPEN, Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.company import Company
from appeals.models.duty import Duty
from appeals.models.movement import DueMove, Shelving
from appeals.models.rating import Rating, Rectification
from appeals.models.request import Request
from appeals.rules import asof, facts, holding, ratings, words
from appeals.rules.requests import OFFICE, PROCEDURES, Asked, Procedure
from appeals.rules.words import Exclusion, Part, State

CHUNK = 1000
Rows = dict[int, list[Any]]


def touching(from_at: datetime, to_at: datetime) -> list[int]:
    """Ids, ascending, of every appeal that can have a part in the figures of [from_at, to_at).

    By indexed bounds only: what lies wholly before the period costs nothing.
    """

    def inside(column: Any) -> ColumnElement[bool]:
        return (column >= from_at) & (column < to_at)

    chosen: list[Select[tuple[int]]] = [
        select(Appeal.id).where(inside(column))
        for column in (Appeal.due_at, Appeal.completed_at, Appeal.struck_off_at, Appeal.first_window_ends_at,
                       Appeal.accepted_at, Appeal.declined_at)
    ]  # fmt: skip
    chosen += [
        select(Appeal.id).where(Appeal.submitted_at < to_at, OPEN),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.completed_at >= from_at),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.excluded_recorded_at >= from_at),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.declined_at >= from_at),
    ]
    chosen += [
        select(table.appeal_id).where(inside(column))
        for table, column in (
            (Assignment, Assignment.ack_due_at), (Assignment, Assignment.due_at), (Rating, Rating.at),
            (Duty, Duty.due_at), (Rectification, Rectification.due_at), (DueMove, DueMove.before_at),
            (DueMove, DueMove.after_at), (Assignment, Assignment.dispatched_at),
        )
    ]  # fmt: skip
    found = set(session().scalars(union(*chosen)))
    found |= _reopenings(found)
    return sorted(found)


def due_within(from_at: datetime, to_at: datetime) -> list[int]:
    """Ids, ascending, of every appeal whose promise fell, or ever fell, into [from_at, to_at)."""
    chosen: list[Select[tuple[int]]] = [select(Appeal.id).where(Appeal.due_at >= from_at, Appeal.due_at < to_at)]
    chosen += [
        select(DueMove.appeal_id).where(column >= from_at, column < to_at)
        for column in (DueMove.before_at, DueMove.after_at)
    ]
    return sorted(set(session().scalars(union(*chosen))))


def _reopenings(ids: Iterable[int]) -> set[int]:
    linked: set[int] = set()
    for chunk in _chunks(sorted(ids)):
        linked |= set(session().scalars(select(Appeal.id).where(Appeal.reopened_from_id.in_(chunk))))
    return linked


def load(ids: Sequence[int]) -> Iterator[facts.AppealFacts]:
    """The facts of these appeals in the order of `ids`, a thousand appeals at a time."""
    for chunk in _chunks(ids):
        yield from _load(chunk)


def everything() -> Iterator[facts.AppealFacts]:
    """The facts of all appeals in order of id, at flat memory."""
    last = 0
    while ids := session().scalars(select(Appeal.id).where(Appeal.id > last).order_by(Appeal.id).limit(CHUNK)).all():
        yield from _load(ids)
        last = ids[-1]
        session().expire_all()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _load(ids: Sequence[int]) -> list[facts.AppealFacts]:
    query = select(Appeal, Company.uscc).join(Company, Appeal.company_id == Company.id).where(Appeal.id.in_(ids))
    whole = selectinload(Appeal.assignments).selectinload(Assignment.replies)
    rows = {a.id: (a, uscc) for a, uscc in session().execute(query.options(whole))}
    parts = {
        table: _by_appeal(select(table).where(table.appeal_id.in_(ids)).order_by(*order))
        for table, order in (
            (Rating, (Rating.at, Rating.id)), (Shelving, (Shelving.from_at, Shelving.id)),
            (Duty, (Duty.due_at, Duty.id)), (Rectification, (Rectification.round, Rectification.id)),
            (Request, (Request.asked_at, Request.id)), (DueMove, (DueMove.at, DueMove.id)),
        )
    }  # fmt: skip
    numbers = _numbers(a for a, _ in rows.values())
    return [_facts(*rows[i], parts, numbers) for i in ids if i in rows and not rows[i][0].unconfirmed]


def _by_appeal(query: Any) -> Rows:
    found: Rows = defaultdict(list)
    for row in session().scalars(query):
        found[row.appeal_id].append(row)
    return found


def _numbers(appeals: Iterable[Appeal]) -> dict[int, str]:
    """The numbers of appeals that others refer to."""
    wanted = {i for a in appeals for i in (a.merged_into_id, a.split_from_id, a.reopened_from_id) if i}
    if not wanted:
        return {}
    return dict(session().execute(select(Appeal.id, Appeal.number).where(Appeal.id.in_(wanted))).all())


def _facts(
    a: Appeal, uscc: str | None, parts: dict[Any, Rows], numbers: dict[int, str]
) -> facts.AppealFacts:
    units = tree.current().nodes
    exclusion = words.Exclusion.TEST if a.is_test else words.Exclusion(a.exclusion) if a.exclusion else None
    return facts.AppealFacts(
        number=a.number, submitted_at=a.submitted_at, source=words.Source(a.source), nature=words.Nature(a.nature),
        territory=a.territory, task=a.task,
        content=facts.Content(a.company_name, uscc, a.title, a.text),
        accepted_at=a.accepted_at, due_at=a.due_at,
        due_moves=_moves(m for m in parts[DueMove][a.id] if m.assignment_id is None),
        completed_at=a.completed_at, outcome=words.Outcome(a.outcome) if a.outcome else None,
        exclusion=exclusion, excluded_at=a.submitted_at if a.is_test else a.excluded_at,
        excluded_recorded_at=a.excluded_recorded_at if a.excluded_recorded_at != a.excluded_at else None,
        declined_at=a.declined_at, struck_off_at=a.struck_off_at,
        undone=tuple(_undone(each) for each in a.undone),
        shelved=tuple(facts.Shelved(s.from_at, s.to_at) for s in parts[Shelving][a.id]),
        assignments=tuple(_assignment(x, a, parts[DueMove][a.id]) for x in a.assignments),
        ratings=tuple(_rating(r) for r in parts[Rating][a.id]),
        window_ends_at=a.first_window_ends_at,
        rectifications=tuple(_rectification(r) for r in parts[Rectification][a.id]),
        returns=tuple(_returns(parts[Request][a.id])),
        duties=tuple(_duties(a, parts[Duty][a.id], parts[Request][a.id], parts[Rectification][a.id])),
        spells=tuple(_spells(a, parts[Request][a.id])),
        merged_into=numbers.get(a.merged_into_id or 0), split_from=numbers.get(a.split_from_id or 0),
        split_by_company=a.split_by_company, reopened_from=numbers.get(a.reopened_from_id or 0),
        filer_unit=units[a.filer_unit_id].name if a.filer_unit_id else None, imported=a.imported_at is not None,
    )  # fmt: skip


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _undone(each: dict[str, str]) -> facts.Undone:
    recorded = each.get("recorded_at")
    return facts.Undone(each["what"], _at(each["at"]), _at(each["undone_at"]), _at(recorded) if recorded else None)


def _moves(moves: Iterable[DueMove]) -> tuple[facts.DueMove, ...]:
    return tuple(
        facts.DueMove(m.at, m.before_at, m.after_at, facts.DueReason(m.reason), _later(m.recorded_at, m.at))
        for m in moves
    )


def _later(recorded_at: datetime | None, at: datetime) -> datetime | None:
    return recorded_at if recorded_at != at else None


def _assignment(x: Assignment, a: Appeal, moves: list[DueMove]) -> facts.AssignmentFacts:
    mine = [m for m in moves if m.assignment_id == x.id]
    lead = a.lead if x.part == Part.LEAD else None
    return facts.AssignmentFacts(
        unit=tree.current().nodes[x.unit_id].name, part=Part(x.part), dispatched_at=x.dispatched_at,
        ack_due_at=x.ack_due_at, acknowledged_at=x.acknowledged_at,
        acknowledged_recorded_at=x.acknowledged_recorded_at, due_at=x.due_at, original_due_at=x.original_due_at,
        due_moves=_moves(mine),
        original_due_moves=tuple(
            facts.DueMove(m.at, m.original_before_at, m.original_after_at, facts.DueReason(m.reason),
                          _later(m.recorded_at, m.at))
            for m in mine if m.original_before_at and m.original_after_at
        ),
        replies=tuple(_version(r, x.part) for r in x.replies if r.round == 1 and r.submitted_at),
        ended_at=x.ended_at, void=x.void, final=lead is not None and lead.id == x.id,
    )  # fmt: skip


def _version(reply: Reply, part: str) -> facts.ReplyVersion:
    assert reply.submitted_at is not None
    approved = True if part == Part.SUPPORT else reply.approved
    return facts.ReplyVersion(reply.submitted_at, reply.judged_at, approved)


def _rating(r: Rating) -> facts.RatingFacts:
    return facts.RatingFacts(
        r.round, words.RatingSource(r.source), r.contacted, words.Solved(r.solved) if r.solved else None, r.level,
        r.at, r.counts, r.discounted_at,
    )  # fmt: skip


def _rectification(r: Rectification) -> facts.RectificationFacts:
    reports = [facts.ReplyVersion(_at(e["submitted_at"]), _at(e["judged_at"]), False) for e in r.earlier_reports]
    if r.reported_at is not None:
        reports.append(facts.ReplyVersion(r.reported_at, r.audited_at, True if r.audited_at else None))
    return facts.RectificationFacts(r.round, r.came_due_at, tuple(reports))


def _returns(asked: list[Request]) -> Iterator[facts.ReturnFacts]:
    units = tree.current().nodes
    for r in asked:
        if r.kind == Asked.RETURN and r.asked_at is not None and r.asking_unit_id is not None:
            unit = units[r.asking_unit_id].name
            yield facts.ReturnFacts(unit, r.asked_at, r.decided_at, r.granted, r.fault == OFFICE)


def _pending(asked: list[Request]) -> Iterator[tuple[Request, Procedure]]:
    """Requests before their decider."""
    for r in asked:
        if r.asked_at is not None and r.decided_at is None:
            yield r, PROCEDURES[Asked(r.kind)]


def _line(role: str) -> str:
    units = tree.current()
    if role == words.Role.LEADER:
        return facts.LEADERS
    return units.nodes[(units.recusal_id if role == words.Role.RECUSAL else units.office_id) or 0].name


def _duties(
    a: Appeal, done: list[Duty], asked: list[Request], rectified: list[Rectification]
) -> list[facts.DutyFacts]:
    """What was done, and what is or was open when the matter left the office's hands; in an order of its own."""
    units = tree.current().nodes
    met = [
        facts.DutyFacts(
            facts.Duty(d.kind), units[d.holder_id].name if d.holder_id else facts.LEADERS, d.due_at, d.done_at
        )
        for d in done
    ]
    open_ = [
        facts.DutyFacts(facts.Duty.DECIDE, _line(r.waits_for), r.due_at)
        for r, procedure in _pending(asked) if procedure.counts and r.due_at is not None
    ]  # fmt: skip
    found = [*met, *open_, *_audits(a, rectified), *_unmet(a)]
    return sorted(found, key=lambda each: (each.due_at, each.kind, each.done_at or asof.EVER))


def _audits(a: Appeal, rectified: list[Rectification]) -> Iterator[facts.DutyFacts]:
    """Reports that wait for their audit; what an explanation rests on is decided as a request."""
    for r in rectified:
        if r.runs and r.reported_at is not None and r.audit_due_at is not None:
            line = _line(ratings.auditor(r.round, office=a.concerns_office))
            yield facts.DutyFacts(facts.Duty.APPROVE, line, r.audit_due_at)


def _unmet(a: Appeal) -> Iterator[facts.DutyFacts]:
    """Limits nobody has met. One that was open when the appeal left for another reason stays so for good:
    what was frozen before that counted it."""
    units = tree.current()
    office = units.nodes[units.office_id].name if units.office_id else ""
    recusal = units.nodes[units.recusal_id].name if units.recusal_id else office
    own = recusal if a.accuses_office else office
    gone = a.exclusion == Exclusion.WITHDRAWN or a.state == State.STATUTORY
    asked = a.supplement_asked_at is not None and not a.supplements
    if a.accept_due_at and (a.state == State.SUBMITTED or (gone and not a.accepted_at and not asked)):
        if a.state != State.STATUTORY:  # passing on before acceptance meets it
            yield facts.DutyFacts(facts.Duty.ACCEPT, own, a.accept_due_at)
    elif a.dispatch_due_at and (a.state == State.ACCEPTED or (gone and a.lead is None)):
        yield facts.DutyFacts(facts.Duty.DISPATCH, own, a.dispatch_due_at)
    elif a.approve_due_at and (a.state == State.REPLIED or (gone and _waits(a))):
        holder = recusal if a.concerns_office else office
        yield facts.DutyFacts(facts.Duty.APPROVE, holder, a.approve_due_at)
    if a.withdrawal_asked_at and a.withdrawal_due_at and a.exclusion != Exclusion.WITHDRAWN:
        yield facts.DutyFacts(facts.Duty.DECIDE, recusal if a.concerns_office else office, a.withdrawal_due_at)


def _waits(a: Appeal) -> bool:
    """Whether a signed reply was never judged."""
    reply = a.lead.submitted if a.lead else None
    return reply is not None and reply.judged_at is None


def _spells(a: Appeal, asked: list[Request]) -> list[facts.Spell]:
    found = [facts.Spell(_line(r.waits_for), r.turn_at) for r, p in _pending(asked) if p.holds and r.turn_at is not None]
    found += [facts.Spell(each["holder"], _at(each["from"]), _at(each["to"])) for each in a.spells]
    if a.supplement_asked_at and not a.supplements:
        found.append(facts.Spell(holding.COMPANY, a.supplement_asked_at, a.declined_at))
    found += [facts.Spell(holding.COMPANY, x.cooperation_from_at) for x in a.assignments if x.cooperation_from_at]
    if a.withdrawal_asked_at and a.exclusion != Exclusion.WITHDRAWN:
        units = tree.current()
        found.append(facts.Spell(units.nodes[units.office_id or 0].name, a.withdrawal_asked_at))
    return sorted(found, key=lambda each: (each.from_at, each.holder))
